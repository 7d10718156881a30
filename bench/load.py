# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A thousand alarms of configuration sets trip within a minute, then the account's: how long until all is paused?

The function's real code runs in as many threads as Lambda would run it in, on a clock that is the simulation's own: so
AWS's rates and Lambda's waits are the real ones, and hours take minutes. One thread runs at a time, so each run of a
seed is the same.
"""

from __future__ import annotations

import argparse
import heapq
import itertools
import random
import sys
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import pytest

from tests.unit.function import support
from tests.unit.function.support import CONTEXT, ENVIRONMENT, NAME
from tests.unit.function.world import START, Alarm, Killed, Refused, Run, World

# Asynchronous invocation: "How Lambda handles errors and retries with asynchronous invocation".
RETRY_DELAYS = (60, 120)
LONGEST_BACKOFF = 300
MAX_AGE = 6 * 3600
ACCOUNT = f"{NAME}-bounce-pause"
PARALLEL = 1000  # executions that an account may have at once, unless it is a new one
SET_SECONDS = 60
ACCOUNT_AT = 90


@dataclass
class Event:
    payload: dict[str, Any]
    sent: float
    attempts: int = 0
    throttles: int = 0


class Clock:
    """Runs threads one at a time, each when its time has come."""

    def __init__(self) -> None:
        self.now = 0.0
        self._waiting: list[tuple[float, int, Callable[[], None]]] = []
        self._number = itertools.count()
        self._yielded = threading.Semaphore(0)

    def call(self, delay: float, function: Callable[[], None]) -> None:
        heapq.heappush(self._waiting, (self.now + delay, next(self._number), function))

    def sleep(self, seconds: float) -> None:
        """In a thread of `start`."""
        go = threading.Semaphore(0)
        self.call(seconds, lambda: self._hand_over(go.release))
        self._yielded.release()
        go.acquire()

    def start(self, function: Callable[[], None]) -> None:
        def run() -> None:
            function()
            self._yielded.release()

        self.call(0, lambda: self._hand_over(threading.Thread(target=run, daemon=True).start))

    def _hand_over(self, go: Callable[[], None]) -> None:
        go()
        self._yielded.acquire()

    def run(self, until: Callable[[], bool]) -> None:
        while self._waiting and not until():
            self.now, _number, function = heapq.heappop(self._waiting)
            function()


class Load(World):
    """SES answers one request a second; each invocation has its own thread."""

    def __init__(self, clock: Clock, alarms: list[Alarm], scopes: list[str], timeout: float) -> None:
        self.clock = clock
        self.local = threading.local()
        self.timeout = timeout
        self.tokens, self.filled = 2.0, 0.0
        self.counts: Counter[str] = Counter()
        self.accepted: list[float] = []
        super().__init__(alarms, scopes)

    @property  # type: ignore[override]
    def run(self) -> Run:
        return self.local.run  # type: ignore[no-any-return]

    @run.setter
    def run(self, run: Run) -> None:
        self.local.run = run

    @property  # type: ignore[override]
    def now(self) -> Any:
        return START + timedelta(seconds=self.clock.now)

    @now.setter
    def now(self, _moment: Any) -> None:
        pass

    def wait(self, seconds: float) -> None:
        left = self.timeout - (self.now - self.run.began).total_seconds()
        self.clock.sleep(min(seconds, max(left, 0)))
        if seconds >= left:
            raise Killed("out of time")

    def refuse(self, service: str, operation: str, fault: str | None) -> None:
        self.counts[operation] += 1
        if service != "sesv2":
            return
        self.tokens = min(2.0, self.tokens + self.clock.now - self.filled)
        self.filled = self.clock.now
        if self.tokens < 1:
            self.counts["throttled"] += 1
            raise Refused("TooManyRequestsException", 429)
        self.tokens -= 1
        self.accepted.append(self.clock.now)


class Lambda:
    """The queue of asynchronous events, and what becomes of them."""

    def __init__(self, world: Load, handler: Any, concurrency: int, seed: int) -> None:
        self.world, self.clock, self.handler = world, world.clock, handler
        self.concurrency = concurrency
        self.running = self.errors = self.most = 0
        self.failed: list[Event] = []
        self.chance = random.Random(seed)  # noqa: S311 - repeatable, not secret

    def send(self, payload: dict[str, Any]) -> None:
        self.attempt(Event(payload, self.clock.now))

    def attempt(self, event: Event) -> None:
        if self.clock.now - event.sent > MAX_AGE:
            self.failed.append(event)
        elif self.running >= self.concurrency:
            event.throttles += 1
            backoff = min(2.0**event.throttles, LONGEST_BACKOFF) * self.chance.uniform(0.5, 1)
            self.clock.call(backoff, lambda: self.attempt(event))
        else:
            self.running += 1
            self.most = max(self.most, self.running)
            self.clock.start(lambda: self.invoke(event))

    def invoke(self, event: Event) -> None:
        event.attempts += 1
        self.world.run = Run({}, self.world.now)
        try:
            self.world.invoke(lambda: self.handler(event.payload, CONTEXT), {})
        except (Exception, Killed):
            self.errors += 1
            if event.attempts > len(RETRY_DELAYS):
                self.failed.append(event)
            else:
                self.clock.call(RETRY_DELAYS[event.attempts - 1], lambda: self.attempt(event))
        finally:
            self.running -= 1


def measure(sets: int, concurrency: int, timeout: float, sweep: int, seed: int, until: float) -> bool:
    patch = pytest.MonkeyPatch()
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    random.seed(seed)  # botocore's jitter
    try:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        names = [f"set-{number:04}" for number in range(sets)]
        alarms = [Alarm(ACCOUNT), *(Alarm(f"{NAME}-bounce-pause-{name}", scope=name) for name in names)]
        clock = Clock()
        world = Load(clock, alarms, ["", *names], timeout)
        world.run = Run({}, START)
        function = support.load()
        function.log.LOG.disabled = True
        world.hook(function, patch)
        service = Lambda(world, function.handler, concurrency, seed)
        paused: dict[str, float] = {}
        world.on_pause = lambda scope: paused.setdefault(scope, clock.now) and None

        def trip(alarm: Alarm) -> None:
            alarm.state, alarm.reason, alarm.since = "ALARM", support.REASON, world.now
            dimensions = {"ses:configuration-set": alarm.scope} if alarm.scope else {}
            service.send(support.sns_event(support.message(alarm.since, alarm.name, dimensions)))

        def sweeping() -> None:
            service.send({"sweep": True})
            clock.call(sweep * 60, sweeping)

        for alarm in alarms:
            clock.call(chance.uniform(0, SET_SECONDS) if alarm.scope else ACCOUNT_AT, lambda alarm=alarm: trip(alarm))
        clock.call(chance.uniform(0, sweep * 60), sweeping)
        clock.run(lambda: len(paused) > sets or clock.now > until)
        return report(world, service, paused, sets)
    finally:
        patch.undo()


def report(world: Load, service: Lambda, paused: dict[str, float], sets: int) -> bool:
    of_sets = sorted(at for scope, at in paused.items() if scope)
    told = Counter(subject.split(":")[0] for _when, subject in world.told)
    times = ", ".join(
        f"{of_sets[len(of_sets) * part // 100 - 1]:.0f} s ({part} %)" for part in (50, 90, 100) if of_sets
    )
    account = f"{paused[''] - ACCOUNT_AT:.1f} s" if "" in paused else "NEVER"
    busiest = max(sum(1 for at in world.accepted if start <= at < start + 10) for start in range(0, 3600, 10))
    print(f"  sets paused: {len(of_sets)} of {sets}, after {times}; the account {account} after its trip")
    print(f"  SES: {len(world.accepted)} calls taken, at most {busiest} in 10 s; {world.counts['throttled']} throttled")
    print(f"  Lambda: {service.most} at once, {service.errors} failed attempts, {len(service.failed)} in the queue")
    print(f"  people told: {dict(told)}", flush=True)
    return len(paused) == sets + 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sets", type=int, default=1000)
    parser.add_argument("--concurrency", type=int, nargs="*", default=[PARALLEL, 10, 1])
    parser.add_argument("--timeout", type=float, default=900)
    parser.add_argument("--sweep-minutes", type=int, default=15)
    parser.add_argument("--hours", type=float, default=8)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(
        f"{options.sets} sets trip within {SET_SECONDS} s; SES takes 1 call a second: one each takes {options.sets} s"
    )
    held = []
    for concurrency in options.concurrency:
        print(f"{concurrency} executions at once:")
        more = (options.timeout, options.sweep_minutes, options.seed, options.hours * 3600)
        held.append(measure(options.sets, concurrency, *more))
    sys.exit(0 if all(held) else 1)


if __name__ == "__main__":
    main()
