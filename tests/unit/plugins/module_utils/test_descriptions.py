# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What botocore knows of the services, read in our way, is the same."""

from __future__ import annotations

import gzip
from collections import OrderedDict
from pathlib import Path

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._descriptions import LOADER
from botocore.loaders import create_loader


@pytest.mark.parametrize("part", ["service-2", "endpoint-rule-set-1", "paginators-1"])
def test_the_same_is_read_in_the_same_order(part: str) -> None:
    ours, theirs = (loader.load_service_model("sesv2", part) for loader in (LOADER, create_loader()))
    assert ours == theirs
    assert list(ours) == list(theirs)
    assert not isinstance(ours, OrderedDict)


def test_both_kinds_of_files_are_read_and_none_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "plain.json").write_text('{"a": "ü"}', encoding="utf-8")
    (tmp_path / "packed.json.gz").write_bytes(gzip.compress('{"a": "ü"}'.encode()))
    for name in ("plain", "packed"):
        assert LOADER.file_loader.load_file(str(tmp_path / name)) == {"a": "ü"}
    assert LOADER.file_loader.load_file(str(tmp_path / "missing")) is None
