# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Long work: many writes at once, with a word now and then on how far it is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from typing import TypeVar

# A person at a terminal sees that it goes on, and a log does not fill.
SAY_EVERY = 10.0
# So many reads of one target at once: well within every quota, and the longest chain of reads decides from here on.
READERS = 8

Answer = TypeVar("Answer")


class Progress:
    """Says how many of how many are done, and how long the rest takes at the present rate."""

    def __init__(
        self, say: Callable[[str], None], what: str, total: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._say = say
        self._what = what
        self._total = total
        self._clock = clock
        self._done = 0
        self._started = self._said = clock()
        self._lock = threading.Lock()

    def step(self, count: int = 1) -> None:
        """C(count) more are done."""
        with self._lock:
            self._done += count
            now = self._clock()
            if now - self._said < SAY_EVERY:
                return
            self._said = now
            rate = self._done / (now - self._started)
            left = (self._total - self._done) / rate
        self._say(f"{self._what}: {self._done} of {self._total}, {rate:.1f} a second, {duration(left)} left")


def duration(seconds: float) -> str:
    """3725 as "1 h 2 min"."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{seconds:.0f} s"
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"


def gather(reads: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """What the reads give, in their order. They run at once, READERS at most; of several errors the first is raised."""
    if len(reads) < 2:
        return [read() for read in reads]
    with ThreadPoolExecutor(min(READERS, len(reads))) as pool:
        begun = [pool.submit(read) for read in reads]
    return [one.result() for one in begun]


def run_all(groups: Iterable[Iterable[Callable[[], None]]], workers: int) -> None:
    """Runs each group of jobs in C(workers) threads of its own, a group's jobs in their order, all groups at once.

    The first error drops what has not begun, and is raised.
    """
    stop = threading.Event()

    def guarded(job: Callable[[], None]) -> None:
        if stop.is_set():
            return
        try:
            job()
        except BaseException:
            stop.set()
            raise

    executors: list[ThreadPoolExecutor] = []
    futures: list[Future[None]] = []
    try:
        for jobs in groups:
            executors.append(ThreadPoolExecutor(workers))
            futures += [executors[-1].submit(guarded, job) for job in jobs]
        for future in as_completed(futures):
            future.result()
    finally:
        # Also where Ctrl-C ends the wait: what has begun is finished, the rest is for the next run.
        stop.set()
        for executor in executors:
            executor.shutdown(wait=True, cancel_futures=True)
