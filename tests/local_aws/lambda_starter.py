# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starts the processes of functions: by fork, from a Python that has what takes long to import in it already.

Each invocation is a process of its own, with nothing of an earlier one; only the import of boto3 and what it reads of
AWS, most of what it costs, is done once. With the setting ``lambda_cold`` each one starts from nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

from . import settings

RUNTIME = Path(__file__).with_name("lambda_runtime.py")
# The same for every function; libraries may look at them when they are imported. TZ and LANG are Lambda's.
ENVIRONMENT = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "en_US.UTF-8", "TZ": ":UTC"}

_warm: Starter | None = None
_lock = threading.Lock()


class Started(NamedTuple):
    """A process that runs: ``output`` is what it prints, ``report`` what the runtime says."""

    starter: Starter
    pid: int
    output: IO[bytes]
    report: IO[str]

    def kill(self) -> None:
        """With whatever it has started; again, it does nothing. Where the starter has ended, the process has too."""
        with contextlib.suppress(OSError):
            self.starter.ask({"end": self.pid})


class Starter:
    def __init__(self, *modules: str) -> None:
        self._lock = threading.Lock()
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-B", "-u", str(RUNTIME), str(theirs.fileno()), *modules],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=ENVIRONMENT,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )

    def start(self, job: dict[str, Any], folder: Path, environment: dict[str, str]) -> Started:
        output, write_output = os.pipe()
        report, write_report = os.pipe()
        message = {"job": job, "folder": str(folder), "environment": environment}
        try:
            pid = self.ask(message, write_output, write_report)
        finally:
            os.close(write_output)
            os.close(write_report)
        return Started(self, pid, os.fdopen(output, "rb"), os.fdopen(report))

    def ask(self, message: dict[str, Any], *descriptors: int) -> int:
        """One line there, one line back."""
        line = json.dumps(message).encode() + b"\n"
        with self._lock:
            sent = socket.send_fds(self._socket, [line], descriptors)
            self._socket.sendall(line[sent:])
            return int(self._socket.makefile().readline())

    def close(self) -> None:
        """End it, and all that it has started."""
        self._socket.close()
        self._process.wait()


@contextlib.contextmanager
def started(job: dict[str, Any], folder: Path, environment: dict[str, str]) -> Iterator[Started]:
    """A process that runs the job in the folder; it is ended with the block."""
    cold = settings.current.lambda_cold
    starter = Starter() if cold else _warmed()
    try:
        process = starter.start(job, folder, environment)
        try:
            yield process
        finally:
            process.kill()
    finally:
        if cold:
            starter.close()


def shutdown() -> None:
    global _warm
    with _lock:
        if _warm is not None:
            _warm.close()
            _warm = None


def _warmed() -> Starter:
    global _warm
    with _lock:
        if _warm is None:
            _warm = Starter("boto3")
        return _warm
