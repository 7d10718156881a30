# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The deployment package: byte for byte the same."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._guard import package

FILES = {"ses_pause.py": "def handler(event, context):\n    return 'é'\n", "words.py": "STOP = 1\n"}
PACKAGE = {"ses_pause/words.py": "STOP = 1\n", "ses_pause/__init__.py": "from .words import STOP\n"}


def test_the_same_source_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    archive = package.build(FILES)
    monkeypatch.setattr(time, "time", lambda: 2e9)
    assert package.build(dict(reversed(FILES.items()))) == archive


def test_the_hash_is_the_same_on_every_machine() -> None:
    # Written down once: whoever changes this makes every deployed function look changed.
    assert package.sha256(package.build(FILES)) == "W005rSihm4K7GmbiJVPWuRDGfJOiCpeu1PQCH1CQ5Wo="
    assert package.sha256(package.build(PACKAGE)) == "lLUajab29YlVH/Y3QbvJiJGDqmsPGkTi+Hc3k6mBAtE="


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


def test_python_imports_a_package_from_it(tmp_path: Path) -> None:
    """Without an entry for the folder itself."""
    (tmp_path / "archive.zip").write_bytes(package.build(PACKAGE))
    with zipfile.ZipFile(tmp_path / "archive.zip") as archive:
        assert archive.namelist() == ["ses_pause/__init__.py", "ses_pause/words.py"]
        archive.extractall(tmp_path)
    command = [sys.executable, "-c", "import ses_pause; print(ses_pause.STOP)"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout == "1\n"
