# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The deployment package: byte for byte the same."""

from __future__ import annotations

import io
import time
import zipfile

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._guard import package

FILES = {"ses_pause.py": "def handler(event, context):\n    return 'é'\n", "words.py": "STOP = 1\n"}


def test_the_same_source_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    archive = package.build(FILES)
    monkeypatch.setattr(time, "time", lambda: 2e9)
    assert package.build(dict(reversed(FILES.items()))) == archive


def test_the_hash_is_the_same_on_every_machine() -> None:
    # Written down once: whoever changes this makes every deployed function look changed.
    assert package.sha256(package.build(FILES)) == "W005rSihm4K7GmbiJVPWuRDGfJOiCpeu1PQCH1CQ5Wo="


def test_another_source_gives_another_hash() -> None:
    other = {**FILES, "words.py": "STOP = 2\n"}
    assert package.sha256(package.build(other)) != package.sha256(package.build(FILES))


def test_lambda_can_read_what_is_inside() -> None:
    with zipfile.ZipFile(io.BytesIO(package.build(FILES))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["ses_pause.py", "words.py"]
        assert archive.read("ses_pause.py").decode() == FILES["ses_pause.py"]
        modes = {entry.external_attr >> 16 for entry in archive.infolist()}
    assert modes == {0o100644}
