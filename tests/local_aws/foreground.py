# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the server in this process until a signal ends it."""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import NoReturn

from .patience import PATIENCE


def run(port: int, ready_file: Path | None) -> NoReturn:
    """RuntimeError if it cannot start, in words for the user."""
    try:
        from . import server
    except ImportError as error:
        raise RuntimeError(f"{error}; the Python packages it needs are in tests/requirements.txt") from error
    # Written to by the C handler itself: one in Python runs too late if the signal comes just before we start to wait.
    wait_end, signal_end = os.pipe()
    os.set_blocking(signal_end, False)
    signal.set_wakeup_fd(signal_end)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    try:
        running = server.start(port)
    except OSError as error:
        reason = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
        raise RuntimeError(f"port {port} {reason}; choose another with --port, or 0 for a free one") from error
    print(f"local AWS ready at {running.url}", flush=True)
    if ready_file is not None:
        _write(ready_file, {"pid": os.getpid(), "url": running.url})
    os.read(wait_end, 1)
    # Whatever hangs, the process does not stay for ever.
    threading.Timer(PATIENCE, os._exit, (1,)).start()
    server.shutdown_services()
    if ready_file is not None:
        ready_file.unlink(missing_ok=True)
    sys.stdout.flush()
    # Not sys.exit: that would wait for requests and tasks still under way.
    os._exit(0)


def _write(path: Path, content: dict[str, object]) -> None:
    """In one step, so that no reader sees half of it."""
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(content))
    draft.replace(path)
