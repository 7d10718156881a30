# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads that lag behind the writes, as on AWS for some seconds.

While a rule of the kind ``stale`` is set, every answer to a read is kept. Where something was written in the service's
account and Region since, a read that the rule is about is answered as it was before those writes, or at least before
the last of them; where the same was never asked before, with the truth.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from . import faults
from .calls import is_read, read_body
from .pending import Answer, Request

Place = tuple[str, str, str]
_written: dict[Place, list[float]] = {}
_answers: dict[tuple[Any, ...], list[tuple[float, Answer]]] = {}
_lock = threading.Lock()


def watched() -> bool:
    """Whether answers must be kept."""
    return bool(faults.active("stale"))


def answer(request: Request, seconds: float) -> Answer:
    """The truth, or what was true so many seconds ago. Either way the call is kept in mind."""
    call, environ = request.call, request.environ
    place = (call.account, call.region, call.service)
    # Before the call is carried out, which uses the body up.
    key = (*place, call.operation, environ.get("PATH_INFO"), environ.get("QUERY_STRING"), read_body(environ))
    truth, now = request.carry_out(), time.monotonic()
    with _lock:
        if not is_read(call.operation):
            _written.setdefault(place, []).append(now)
            return truth
        writes = [at for at in _written.get(place, []) if now - at < seconds]
        kept = _answers.setdefault(key, [])
        known = list(kept)
        kept.append((now, truth))
    before_all = [then for at, then in known if writes and at < writes[0]]
    before_last = [then for at, then in known if writes and at < writes[-1]]
    return [truth, *before_last[:1], *before_all[-1:]][-1]


def reset() -> None:
    with _lock:
        _written.clear()
        _answers.clear()
