# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tools say to the person before them."""

from __future__ import annotations

import errno
import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterable
from contextvars import ContextVar
from pathlib import Path

# The part of `make test` that this thread runs, if others run beside it.
BESIDE: ContextVar[str] = ContextVar("beside", default="")

# What is wrong with a place, not with us.
OF_THE_PLACE = {errno.EACCES, errno.EDQUOT, errno.ENOSPC, errno.ENOTDIR, errno.EPERM, errno.EROFS}
NEEDED = "1500 MB"


class Missing(Exception):
    """Something that the user has to provide is not there."""


def say(text: str) -> None:
    show(f"==> {text}\n")


def show(line: str) -> None:
    """Prints a line; where parts run beside each other, it says whose it is."""
    name = BESIDE.get()
    print(f"{name:11} | {line}" if name else line, end="", flush=True)


class Line:
    """A line that grows: at a terminal in place, elsewhere one below the other."""

    def __init__(self, text: str) -> None:
        self.in_place = sys.stdout.isatty() and not BESIDE.get()
        self.update(text)

    def update(self, text: str) -> None:
        if self.in_place:
            print(f"\r{text}", end="", flush=True)
        else:
            show(f"{text}\n")

    def end(self) -> None:
        if self.in_place:
            print(flush=True)


def try_again() -> str:
    """The command that was given, to be given again."""
    given = [f"{name}={shlex.quote(os.environ[name])}" for name in ("PYTHON", "CACHE") if os.environ.get(name)]
    return f"Try again: {' '.join(['make', *sys.argv[1:], *given])}"


def room(text: str, folders: Iterable[Path]) -> str:
    """How much room there is, if the text complains of too little."""
    if os.strerror(errno.ENOSPC) not in text:
        return ""
    free = [f"{shutil.disk_usage(folder).free // 2**20} MB in {folder}" for folder in folders if folder.exists()]
    return f"\nA disk is full: about {NEEDED} are needed; free are {', '.join(free)}"


def unusable(error: OSError, cache: Path) -> str:
    """What to do about a folder that cannot be used."""
    text = f"{error.filename or cache}: {error.strerror}"
    full = room(text, [cache, Path(tempfile.gettempdir())])
    advice = "\nThe set-up writes there, and runs programs there. To give it another folder: make CACHE=/folder ..."
    return text + (full or advice)
