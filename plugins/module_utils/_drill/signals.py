# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Work that must be brought to its end, whoever wants the process to stop."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# Ctrl-C reaches Ansible's workers as SIGINT or SIGTERM, twice or more, as the parent passes on what it gets; a terminal
# that is closed sends SIGHUP.
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Held:
    """What came meanwhile: the first signal, or None. An exception thrown into the midst of a call would lose more."""

    def __init__(self) -> None:
        self.caught: int | None = None

    def note(self, number: int, _frame: Any) -> None:
        self.caught = self.caught or number


@contextmanager
def held_signals() -> Iterator[Held]:
    """Signals that would end the process wait until the block has ended; look at C(caught) to end it early."""
    held = Held()
    # Python hands signals to the main thread only, which is where Ansible runs modules and action plugins.
    numbers = SIGNALS if threading.current_thread() is threading.main_thread() else ()
    before = {number: signal.signal(number, held.note) for number in numbers}
    try:
        yield held
    finally:
        for number, handler in before.items():
            # None: a handler that Python has not set, and cannot set again.
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        if held.caught is not None:
            signal.raise_signal(held.caught)
