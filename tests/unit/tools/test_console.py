# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A line grows in place at a terminal only; what is wrong with a folder is said with what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import console
import environments
import pytest

PROGRAM = """\
from console import Line
line = Line("1/4 packages")
line.update("1/4 packages: 1 of 2")
line.update("1/4 packages: 2 of 2")
line.end()
print("done")
"""
COMMAND = [sys.executable, "-c", PROGRAM]
TOOLS = Path(console.__file__).parent


def test_at_a_terminal_a_line_grows_in_place() -> None:
    ours, theirs = os.openpty()
    subprocess.run(COMMAND, cwd=TOOLS, stdout=theirs, check=True)
    os.close(theirs)

    assert os.read(ours, 1000) == b"1/4 packages".join((b"\r", b"\r", b": 1 of 2\r", b": 2 of 2\r\ndone\r\n"))
    os.close(ours)


def test_elsewhere_each_state_is_a_line() -> None:
    done = subprocess.run(COMMAND, cwd=TOOLS, capture_output=True, text=True, check=True)

    assert done.stdout == "1/4 packages\n1/4 packages: 1 of 2\n1/4 packages: 2 of 2\ndone\n"


def test_a_full_disk_is_named_with_the_room_that_is_left(tmp_path: Path) -> None:
    # Its log lies on a disk that is full.
    steps = environments.Steps(Path("/dev/full"), 1)
    with pytest.raises(OSError, match="No space left") as error:
        steps.run("printing", [sys.executable, "-c", "print(1)"])

    first, second = console.unusable(error.value, tmp_path).splitlines()
    assert first == f"{tmp_path}: No space left on device"
    assert second.startswith("A disk is full: about 1500 MB are needed; free are ")
    assert f" MB in {tmp_path}" in second


def test_a_program_that_finds_the_disk_full_fails_with_the_room_that_is_left(tmp_path: Path) -> None:
    program = "print(1, file=open('/dev/full', 'w'), flush=True)"
    with pytest.raises(console.Missing) as error:
        environments.Steps(tmp_path / "log", 1).run("writing", [sys.executable, "-c", program])

    *_above, full, again = str(error.value).splitlines()
    assert full.startswith("A disk is full: about 1500 MB are needed; free are ")
    assert again.startswith("Try again: make")
