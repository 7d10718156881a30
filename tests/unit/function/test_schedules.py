# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever goes wrong, and in whatever order: a trip ends with sending paused, or people know that it could not be.

Hypothesis makes up schedules of trips, lost, late, doubled and reordered events, sweeps, people, drills and faults, and
runs the function's own code through them in a world that is in memory (world.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from types import ModuleType
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._drill.end import why_left
from ansible_collections.mailops.ses.plugins.module_utils._guard.memory import Key, Memory
from ansible_collections.mailops.ses.plugins.module_utils._resources.alarm import AlarmState
from ansible_collections.mailops.ses.plugins.module_utils._sending.trips import DRILL_REASON
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.unit.function import support
from tests.unit.function.support import CONTEXT, ENVIRONMENT, NAME
from tests.unit.function.world import FAULTS, LAMBDA_SECONDS, Alarm, Killed, World

# Long, and of code that other tests cover line by line.
pytestmark = pytest.mark.no_cover

ATTEMPTS = 3  # of an event, by Lambda
MAX_EVENT_AGE = 600
MIN_SENDS = 100
# A trip was noticed in time if an invocation for it began so early that it asked the alarm nothing.
IN_TIME = timedelta(seconds=MAX_EVENT_AGE - LAMBDA_SECONDS)
ALARMS = (
    Alarm(f"{NAME}-bounce-pause"),
    Alarm(f"{NAME}-complaint-pause", "Reputation.ComplaintRate"),
    Alarm(f"{NAME}-bounce-pause-newsletter", scope="newsletter"),
    Alarm(f"{NAME}-complaint-pause-newsletter", "Reputation.ComplaintRate", "newsletter"),
    Alarm(f"{NAME}-bounce-warn", pauses=False),
    Alarm(f"{NAME}-send-pause", "Send"),
    Alarm("other-bounce-pause"),
)
GUARDS = {alarm.name for alarm in ALARMS[:4]}
SCOPES = ("", "newsletter")
OPERATIONS = (
    "GetAccount",
    "GetConfigurationSet",
    "PutAccountSendingAttributes",
    "PutConfigurationSetSendingOptions",
    "ListTagsForResource",
    "TagResource",
    "DescribeAlarms",
    "GetMetricStatistics",
    "Publish",
)
LASTING = ("throttled", "500", "reset before", "reset after", "timeout before", "truncated")
Faults = dict[int | str, str]
some_at: st.SearchStrategy[Faults] = st.dictionaries(st.integers(1, 24), st.sampled_from(FAULTS), max_size=6)
# No retry gets over it.
throughout: st.SearchStrategy[Faults] = st.builds(
    lambda operation, fault: {operation: fault}, st.sampled_from(OPERATIONS), st.sampled_from(LASTING)
)
some_faults = st.just({}) | some_at | throughout
# Nothing can be paused, and the function can tell nobody so.
MUTE = {"Publish", "PutAccountSendingAttributes", "PutConfigurationSetSendingOptions"}
some_denied = st.just(set()) | st.just(MUTE) | st.sets(st.sampled_from(OPERATIONS), max_size=2)
# For so long SES may tell what was before: the function waits 3 seconds for what it wrote.
some_lag = st.sampled_from([0.0, 0.0, 1.5, 6.0])


@cache
def stage() -> tuple[World, ModuleType]:
    """Made once: making clients takes longer than a schedule."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        return World([], []), support.load()


@dataclass(eq=False)
class Event:
    """What is on its way to the function."""

    name: str
    since: datetime
    drill: str
    payload: dict[str, Any]
    attempts: int = 0


class Schedules(RuleBasedStateMachine):
    """The chain around the function: CloudWatch, SNS, Lambda's retries, people."""

    @initialize(min_sends=st.sampled_from([0, 0, MIN_SENDS]))
    def begin(self, min_sends: int) -> None:
        self.patch = pytest.MonkeyPatch()
        for name, value in {**ENVIRONMENT, "SES_PAUSE_MIN_SENDS": str(min_sends)}.items():
            self.patch.setenv(name, value)
        self.world, self.function = stage()
        self.world.restart([replace(alarm, tags={}) for alarm in ALARMS], SCOPES)
        self.world.hook(self.function, self.patch)
        self.patch.setattr(self.function.log, "disabled", True)  # most of the time would go there
        self.world.on_pause, self.world.on_event = self.judge_pause, self.happen
        self.min_sends = min_sends
        self.pending: list[Event] = []
        self.sent: list[Event] = []
        # The last real trip of each guard alarm that people have not decided about since.
        self.due: dict[str, datetime] = {}
        self.in_time: set[tuple[str, datetime]] = set()
        self.errors: list[tuple[datetime, set[str]]] = []  # what the alarm on the function's errors tells of
        self.handled: list[Event | None] = []  # by the invocations that run; None: a sweep
        self.drill: tuple[str, str] | None = None
        self.trips = 0

    def teardown(self) -> None:
        if hasattr(self, "patch"):
            try:
                self.come_to_an_end()
            finally:
                self.patch.undo()

    # What the world does

    @rule(
        name=st.sampled_from([*sorted(GUARDS), *sorted(GUARDS), *(alarm.name for alarm in ALARMS)]),
        direct=st.booleans(),
    )
    def trip(self, name: str, direct: bool) -> None:
        self.world.now += timedelta(seconds=1)
        self.world.alarms[name].breaching = True
        self.evaluate(name, direct)

    def evaluate(self, name: str, direct: bool = False) -> None:
        alarm = self.world.alarms[name]
        if alarm.breaching and alarm.state != "ALARM":
            self.change(alarm, "ALARM", support.REASON, direct)
            if name in GUARDS:
                self.due[name] = alarm.since
                self.trips += 1

    def change(self, alarm: Alarm, state: str, reason: str, direct: bool = False) -> None:
        alarm.state, alarm.reason, alarm.since = state, reason, self.world.now
        if not alarm.pauses:
            return
        dimensions = {"ses:configuration-set": alarm.scope} if alarm.scope else {}
        if direct:
            payload = support.direct_event(alarm.since, alarm.name, dimensions)
            payload["alarmData"]["state"].update(value=state, reason=reason)
            payload["alarmData"]["configuration"]["metrics"][0]["metricStat"]["metric"]["name"] = alarm.metric
        else:
            message = support.message(alarm.since, alarm.name, dimensions, NewStateValue=state, NewStateReason=reason)
            message["Trigger"]["MetricName"] = alarm.metric
            payload = support.sns_event(message)
        drill = reason.split()[2] if reason.startswith(DRILL_REASON) else ""
        event = Event(alarm.name, alarm.since, drill, payload)
        self.pending.append(event)
        self.sent.append(event)

    @rule(name=st.sampled_from([alarm.name for alarm in ALARMS]))
    def calm(self, name: str) -> None:
        self.world.now += timedelta(seconds=1)
        alarm = self.world.alarms[name]
        alarm.breaching = False
        if alarm.state != "OK":
            self.change(alarm, "OK", "Threshold Crossed: no")

    @rule(seconds=st.sampled_from([30, 90, 400, 700, 4000]))
    def time_passes(self, seconds: int) -> None:
        self.world.now += timedelta(seconds=seconds)

    @rule(few=st.booleans())
    def volume(self, few: bool) -> None:
        self.world.sends = 10 if few else 5000

    @rule(denied=some_denied)
    def permit(self, denied: set[str]) -> None:
        self.world.denied = set(denied)

    @precondition(lambda self: "newsletter" in self.world.sending and len(self.sent) > 3)
    @rule()
    def delete_set(self) -> None:
        del self.world.sending["newsletter"]

    # What becomes of events

    @precondition(lambda self: self.pending)
    @rule(index=st.integers(0, 20), faults=some_faults, lag=some_lag)
    def deliver(self, index: int, faults: Faults, lag: float) -> None:
        self.run(self.pending[index % len(self.pending)], faults, lag)

    @rule(name=st.sampled_from(sorted(GUARDS)), faults=some_faults)
    def trip_and_deliver(self, name: str, faults: Faults) -> None:
        self.trip(name, False)
        if self.pending:
            self.run(self.pending[-1], faults)

    @precondition(lambda self: self.pending)
    @rule(faults=some_faults)
    def deliver_newest(self, faults: Faults) -> None:
        self.run(self.pending[-1], faults)

    @precondition(lambda self: any(not event.attempts for event in self.pending))
    @rule()
    def lose(self) -> None:
        self.pending.remove(next(event for event in self.pending if not event.attempts))

    @precondition(lambda self: self.sent)
    @rule(index=st.integers(0, 20))
    def send_again(self, index: int) -> None:
        self.pending.append(replace(self.sent[index % len(self.sent)], attempts=0))

    @rule(faults=some_faults, lag=some_lag)
    def sweep(self, faults: Faults, lag: float) -> None:
        self.run(None, faults, lag)

    def run(self, event: Event | None, faults: Faults, lag: float = 0.0) -> None:
        """One attempt, as Lambda does it."""
        names = GUARDS if event is None else {event.name}
        if event is not None:
            event.attempts += 1
            if self.world.now - event.since <= IN_TIME:
                self.in_time.add((event.name, event.since))
        self.handled.append(event)
        self.world.lag = lag
        payload = {"sweep": True} if event is None else event.payload
        try:
            self.world.invoke(lambda: self.function.handler(payload, CONTEXT), faults)
            failed = False
        except (Exception, Killed):
            failed = True
            self.errors.append((self.world.now, set(names)))
            if not faults and not lag and not self.world.denied:
                raise
        finally:
            self.handled.pop()
        self.world.now += timedelta(seconds=1)
        if event in self.pending and (not failed or event.attempts >= ATTEMPTS):
            self.pending.remove(event)

    def happen(self, what: str) -> None:
        """In the midst of an invocation."""
        if what == "resume":
            self.resume("", noted=True)
        elif len(self.handled) == 1 and self.pending:
            self.run(self.pending[0], {})

    # What people do

    @rule(scope=st.sampled_from(SCOPES), noted=st.booleans())
    def resume(self, scope: str, noted: bool) -> None:
        """noted: by our playbook; else by the AWS CLI."""
        self.decide(scope, True, {Key.RESUMED_AT} if noted else set())

    @rule(scope=st.sampled_from(SCOPES), noted=st.booleans())
    def pause(self, scope: str, noted: bool) -> None:
        self.decide(scope, False, {Key.PERSON_PAUSED_AT} if noted else set())

    def decide(self, scope: str, enabled: bool, keys: set[Key]) -> None:
        if scope not in self.world.sending:
            return
        for alarm in self.of(scope):
            alarm.tags.update({f"ses-pause:{key}": self.stamp() for key in keys})
            due = self.due.get(alarm.name, self.world.now).isoformat(timespec="milliseconds")
            known = alarm.tags.get(f"ses-pause:{Key.PAUSED_AT}", "") >= due
            if enabled and (keys or known):
                self.due.pop(alarm.name, None)
        self.world.set_sending(scope, enabled)
        # Beyond the lag: of a trip that comes while SES still tells what was before a resume, the sweep tells.
        self.world.now += timedelta(seconds=7)

    def of(self, scope: str) -> list[Alarm]:
        return [alarm for name, alarm in self.world.alarms.items() if name in GUARDS and alarm.scope == scope]

    def stamp(self) -> str:
        return self.world.now.isoformat(timespec="milliseconds")

    @precondition(lambda self: self.drill is None)
    @rule(name=st.sampled_from(sorted(GUARDS)), mode=st.sampled_from(["dry", "live"]))
    def begin_drill(self, name: str, mode: str) -> None:
        """What the module refuses is not begun: an alarm in ALARM; a live one of a scope that is in ALARM or paused."""
        alarm = self.world.alarms[name]
        others = [other for other in self.of(alarm.scope) if other.state == "ALARM"]
        sends = alarm.scope in self.world.sending and self.world.is_sending(alarm.scope)
        if alarm.state == "ALARM" or (mode == "live" and (others or not sends)):
            return
        self.world.now += timedelta(seconds=1)
        self.drill = (name, mode)
        for key in (Key.DRILL_PAUSED_AT, Key.DRILL_RESUMED_AT):
            alarm.tags[f"ses-pause:{key}"] = ""
        self.change(alarm, "ALARM", f"{DRILL_REASON}{mode} 1a2b3c4d: nothing is wrong")

    @precondition(lambda self: self.drill is not None)
    @rule()
    def end_drill(self) -> None:
        """As the drill's End does it, with its own judgement."""
        assert self.drill is not None
        (name, mode), self.drill = self.drill, None
        alarm = self.world.alarms[name]
        alarm.tags[f"ses-pause:{Key.DRILL_RESUMED_AT}"] = alarm.since.isoformat(timespec="milliseconds")
        if alarm.state == "ALARM" and alarm.reason.startswith(DRILL_REASON):
            self.change(alarm, "OK", "mailops.ses: as before the drill")
        scope = alarm.scope
        if mode == "live" and scope in self.world.sending and not self.world.is_sending(scope):
            states = {each.name: AlarmState({}, value=each.state, reason=each.reason) for each in self.of(scope)}
            memories = {each.name: Memory.of(each.tags) for each in self.of(scope)}
            if why_left(name, states, memories) is None:
                self.world.set_sending(scope, True)
        self.world.now += timedelta(seconds=7)
        self.evaluate(name)

    # What must hold

    def judge_pause(self, scope: str) -> None:
        """At each pause by the function: an alarm has named this scope, and nobody has decided since."""
        event = self.handled[-1]
        named = [] if event is None or event.drill == "dry" else [(event.name, event.since, event.drill)]
        # A sweep looks for what is in ALARM now, and so does a late event, for the account.
        if event is None or not scope:
            now = [alarm for alarm in self.of(scope) if alarm.state == "ALARM" and alarm.reason == support.REASON]
            named += [(alarm.name, alarm.since, "") for alarm in now]
        names = {alarm.name for alarm in self.of(scope)}
        for name, since, drill in named:
            prefix = "ses-pause:drill-" if drill else "ses-pause:"
            tags = self.world.run.read_tags.get(name, {})
            times = [tags.get(f"{prefix}{tag}", "") for tag in ("paused-at", "resumed-at")]
            if name in names and not any(time >= since.isoformat(timespec="milliseconds") for time in times):
                return
        self.world.violations.append(f"the function paused {scope or 'the account'} for {event}")

    @invariant()
    def nothing_forbidden_was_done(self) -> None:
        assert not getattr(self, "world", None) or self.world.violations == []

    def come_to_an_end(self) -> None:
        """All events are delivered, the sweep comes, with whatever is denied still denied."""
        while self.pending:
            self.run(self.pending[0], {})
        self.run(None, {})
        self.nothing_forbidden_was_done()
        for name, since in self.due.items():
            assert self.is_settled(self.world.alarms[name], since), f"{name} tripped at {since}: {self.world.told}"

    def is_settled(self, alarm: Alarm, since: datetime) -> bool:
        if alarm.scope not in self.world.sending or not self.world.is_sending(alarm.scope):
            return True
        if alarm.state != "ALARM" and (alarm.name, since) not in self.in_time:
            return True  # over before anybody could act; people have the alarm's own notice
        where = f": configuration set {alarm.scope}," if alarm.scope else ": account"
        heard = {subject.split(":")[0] for when, subject in self.world.told if when >= since and where in subject}
        heard |= {"failed" for when, names in self.errors if when >= since and alarm.name in names}
        if self.world.sends < self.min_sends or alarm.state != "ALARM":
            heard |= {"failed"} & {"failed" if title == "Sending NOT paused" else "" for title in heard}
        return bool(heard & {"failed", "Sending could NOT be paused"})


TestSchedules = Schedules.TestCase
