# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Work that AWS does after it has answered: alarm actions, deliveries, asynchronous invocations.

Each task has a thread of its own and holds the lock, as a request does. ``GET /_local_aws/idle`` waits until none is
left and answers ``{"idle": true, "pending": []}``; with ``?timeout=SECONDS`` it answers then at the latest, with
``false`` and what is still to do. A delayed task (a retry) counts as pending.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from . import lock
from .patience import PATIENCE

log = logging.getLogger("local_aws")

# Called when all tasks are called off: ends whatever a task waits for.
cancel_hooks: list[Callable[[], None]] = []

_changed = threading.Condition()
_pending: dict[object, str] = {}
_epoch = threading.Event()  # set when the tasks started under it are called off
_thread = threading.local()


def submit(what: str, function: Callable[..., None], *args: Any, delay: float = 0.0) -> None:
    """Run the function soon, in its own thread. ``what`` names it for ``idle``. Never blocks, never raises."""
    token = object()
    with _changed:
        epoch: threading.Event = getattr(_thread, "epoch", _epoch)
        if epoch.is_set():  # a task that was called off starts no others
            return
        _pending[token] = what
    threading.Thread(target=_run, args=(token, epoch, delay, what, function, args), daemon=True).start()


def idle(timeout: float = PATIENCE) -> list[str]:
    """Wait until nothing is pending, at most so many seconds. Returns what still is."""
    # What is at work may need the lock.
    with lock.released(), _changed:
        _changed.wait_for(lambda: not _pending, timeout)
        return sorted(_pending.values())


def cancel() -> None:
    """Call off everything and wait for it to end: what ran before a reset must not write after it."""
    global _epoch
    with _changed:
        _epoch.set()
        _epoch = threading.Event()
    until = time.monotonic() + PATIENCE
    while True:
        # Again and again: a task that was about to begin something may have begun it since.
        for hook in cancel_hooks:
            hook()
        left = idle(0.1)
        if not left or time.monotonic() > until:
            break
    if left:
        log.warning("still running after a reset: %s", ", ".join(left))


def install() -> None:
    from moto.moto_api._internal.models import MotoAPIBackend

    from .application import controls

    reset_all = MotoAPIBackend.reset

    def reset(self: MotoAPIBackend) -> None:
        cancel()
        reset_all(self)

    MotoAPIBackend.reset = reset  # type: ignore[method-assign]
    controls["idle"] = _idle


def shutdown() -> None:
    cancel()


def _run(
    token: object, epoch: threading.Event, delay: float, what: str, function: Callable[..., None], args: tuple[Any, ...]
) -> None:
    _thread.epoch = epoch
    try:
        if not epoch.wait(delay):
            with lock.held():
                function(*args)
    except Exception:
        if not epoch.is_set():
            log.exception("failed in the background: %s", what)
    finally:
        with _changed:
            del _pending[token]
            _changed.notify_all()


def _idle(_method: str, body: dict[str, Any]) -> dict[str, Any]:
    started = time.monotonic()
    left = idle(float(body.get("timeout", PATIENCE)))
    return {"idle": not left, "pending": left, "seconds": round(time.monotonic() - started, 3)}
