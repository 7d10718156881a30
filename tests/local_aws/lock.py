# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One thread at a time reads and changes what the services know: moto's dictionaries are not made for more.

Whoever does so holds the lock: a request while it is carried out, a control, a task in the background, the evaluation
of alarms. Whoever waits meanwhile (for a function, a message, another server) gives it back for that time, since what
is waited for may need it. No request is slower for it: they only compute, and Python computes in one thread anyway.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_thread = threading.local()


@contextmanager
def held() -> Iterator[None]:
    """Hold the lock in this block, whether or not this thread held it before."""
    if getattr(_thread, "holds", False):
        yield
        return
    _take()
    try:
        yield
    finally:
        _give_back()


@contextmanager
def released() -> Iterator[None]:
    """Do not hold the lock in this block, whether or not this thread held it before."""
    if not getattr(_thread, "holds", False):
        yield
        return
    _give_back()
    try:
        yield
    finally:
        _take()


def _take() -> None:
    _lock.acquire()
    _thread.holds = True


def _give_back() -> None:
    _thread.holds = False
    _lock.release()
