# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the tools, so that nothing of what is started outlives us: neither after an error nor after an interrupt."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from workspace import BIN, TREE, VENV, environment

PATIENCE = 10
_running: set[subprocess.Popen[str]] = set()


@contextmanager
def started(
    command: list[str],
    more: dict[str, str] | None = None,
    cwd: Path = TREE,
    output: int | None = subprocess.PIPE,
    errors: int | IO[str] | None = subprocess.STDOUT,
) -> Iterator[subprocess.Popen[str]]:
    """A program of the virtual environment, without input, in a session of its own; it is ended with the block."""
    process = subprocess.Popen(
        [str(BIN / command[0]), *command[1:]],
        cwd=cwd,
        env=environment() | (more or {}),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=errors,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    _running.add(process)
    try:
        yield process
    finally:
        _running.discard(process)
        _end(process)


def end_all() -> None:
    """Ends what other threads have started: they do not see an interrupt, and wait for their programs."""
    for process in list(_running):
        _end(process)


@contextmanager
def plain_path() -> Iterator[Path]:
    """The virtual environment's folder of programs by a path without a space, which ansible-test cannot handle."""
    if len(str(BIN).split()) == 1:
        yield BIN
        return
    # ansible-test itself takes /tmp.
    with tempfile.TemporaryDirectory(prefix="mailops-ses-", dir="/tmp") as folder:
        link = Path(folder) / VENV.name
        link.symlink_to(VENV)
        yield link / "bin"


def _end(process: subprocess.Popen[str]) -> None:
    """Ends the program, and what it has left behind in its session: asks first, as Ansible then ends its workers."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if not _reached(process, number):
            return
        until = time.monotonic() + PATIENCE
        while _reached(process, 0) and time.monotonic() < until:
            time.sleep(0.05)


def _reached(process: subprocess.Popen[str], number: int) -> bool:
    """Sends the signal to whoever is left in the program's session (0 only looks); False if nobody is."""
    process.poll()
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True
