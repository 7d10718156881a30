# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The end of a drill: everything is as before, unless a real trip or a person came in between, who go first."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._guard import memory as _memory
from ansible_collections.mailops.ses.plugins.module_utils._guard.memory import NEVER, drill_runs, instant
from ansible_collections.mailops.ses.plugins.module_utils._resources.alarm import AlarmState
from ansible_collections.mailops.ses.plugins.module_utils._ses.scopes import Scope, read_back

# A drill's reason begins so, and never one of CloudWatch's own; the function knows it by that.
PREFIX = "mailops.ses drill "
# So long a function that was under way may still pause after it was told not to; in seconds.
LATE_SECONDS = 6.0
LATE_POLL_SECONDS = 1.0
# What a pause, a resume or a real trip leaves, and in whose name.
OTHERS = {
    _memory.PERSON_PAUSED_AT: "a person has paused meanwhile",
    _memory.PAUSED_AT: "an alarm has really tripped meanwhile",
    _memory.RESUMED_AT: "a person has resumed meanwhile, and it was paused again",
    _memory.OVERRIDDEN_AT: "somebody has resumed meanwhile, and it was paused again",
}
Memories = Mapping[str, Mapping[str, str]]


def is_drills(alarm: AlarmState) -> bool:
    """Whether an alarm is in the state that a drill has set."""
    return alarm.reason.startswith(PREFIX)


def tripped(alarms: Mapping[str, AlarmState]) -> list[str]:
    """The alarms that are really in ALARM."""
    return sorted(name for name, alarm in alarms.items() if alarm.in_alarm and not is_drills(alarm))


def why_left(name: str, alarms: Mapping[str, AlarmState], now: Memories, before: Memories | None = None) -> str | None:
    """Pure: why a pause is not for the drill of the alarm C(name) to lift; None where the drill itself has paused.

    now and before: the tags of each alarm of the scope, {alarm: tags}; before: as they were when the drill began, where
    that is known.
    """
    if found := tripped(alarms):
        return f"{', '.join(found)} has really tripped meanwhile"
    decided = instant(now.get(name, {}), _memory.DRILL_PAUSED_AT)
    if decided == NEVER:
        return "it was not the drill that has paused"
    for alarm, memory in now.items():
        for tag, why in OTHERS.items():
            is_new = before is not None and memory.get(tag) != before.get(alarm, {}).get(tag)
            if is_new or instant(memory, tag) >= decided:
                return why
    return None


class End:
    """Puts right what a drill has left. Each step is tried, whatever became of those before it.

    name: the alarm that was drilled. before: the scope's tags when the drill began, if known. state: the alarm's state
    from before the drill.
    """

    def __init__(
        self, aws: Aws, guard: str, scope: Scope, name: str, before: Memories | None = None, state: str = "OK"
    ) -> None:
        self._aws = aws
        self._guard = guard
        self._scope = scope
        self._name = name
        self._before = before
        self._state = state
        # What people must know: what failed, and what was left as it is.
        self.problems: list[str] = []
        self.resumed = False

    def put_right(self, live: bool, is_decided: bool) -> None:
        """live: sending may be paused by the drill. is_decided: the function has done its part, so nothing is late."""
        self._attempt(self._stop_late_events)
        if live and not is_decided:
            self._attempt(self._await_late_pause)
        # The state first: from now on a breach is a change of state, and the function hears of it.
        self._attempt(self._put_state_back)
        self._attempt(self._resume if live else self._tell_of_a_trip)

    def _attempt(self, step: Callable[[], None]) -> None:
        try:
            step()
        except SesError as error:
            self.problems.append(error.message)

    def _alarms(self) -> dict[str, AlarmState]:
        return _memory.pause_alarms(self._aws, self._guard, self._scope)

    def _memories(self, alarms: Mapping[str, AlarmState]) -> dict[str, dict[str, str]]:
        return dict(zip(alarms, _memory.read_tags(self._aws, alarms), strict=True))

    def _stop_late_events(self) -> None:
        """Like a resume, it is noted before it is done: an event that comes after it would pause again."""
        alarms = {name: alarm for name, alarm in self._alarms().items() if name == self._name}
        for alarm in alarms.values():
            # CloudWatch's own time, not ours: at or after the transition that the drill has made.
            since = alarm.since.isoformat(timespec="milliseconds") if alarm.since else _memory.now()
            _memory.remember(self._aws, alarms, {_memory.DRILL_RESUMED_AT: since})

    def _await_late_pause(self) -> None:
        until = time.monotonic() + LATE_SECONDS
        while self._sends() and time.monotonic() < until:
            time.sleep(LATE_POLL_SECONDS)

    def _sends(self) -> bool:
        return bool((self._scope.read(self._aws) or {}).get("sending_enabled"))

    def _put_state_back(self) -> None:
        alarm = self._alarms().get(self._name)
        if alarm is None or not is_drills(alarm) or not alarm.in_alarm:
            return
        self._aws.call(
            "cloudwatch",
            "set_alarm_state",
            f"alarm {self._name}",
            AlarmName=self._name,
            StateValue=self._state,
            StateReason="mailops.ses: as before the drill",
        )

    def _tell_of_a_trip(self) -> None:
        """No event came of it: the state was ALARM already, by the drill."""
        if self._name in tripped(self._alarms()):
            raise SesError(
                f"{self._name} has really tripped meanwhile. Where that changed no state, the guard's sweep pauses; "
                f"without a sweep, pause by hand."
            )

    def _resume(self) -> None:
        aws, scope = self._aws, self._scope
        state = scope.read(aws)
        if state is None or state["sending_enabled"]:
            return
        alarms = self._alarms()
        if why := why_left(self._name, alarms, self._memories(alarms), self._before):
            raise SesError(f"The {scope.label} is left paused: {why}.")
        scope.write(aws, state, True)
        self._look_once_more(state)
        if not read_back(aws, scope, True)["sending_enabled"]:
            raise SesError(
                f"The {scope.label} was paused by the drill and could not be resumed: SES took the call and still "
                f"reports it as paused. Run mailops.ses.resume."
            )
        self.resumed = True

    def _look_once_more(self, state: dict[str, Any]) -> None:
        """An alarm that tripped just before the resume found sending paused, and would not act again."""
        alarms = self._alarms()
        found = {name: alarms[name] for name in tripped(alarms)}
        if not found:
            return
        self._scope.write(self._aws, state, False)
        _memory.remember(self._aws, found, {_memory.PAUSED_AT: _memory.now()})
        raise SesError(f"The {self._scope.label} is paused again: {', '.join(found)} has really tripped meanwhile.")


def leftovers(alarms: Mapping[str, AlarmState], memories: Memories) -> list[str]:
    """Pure: the alarms a drill of which did not come to its end."""
    return [
        name
        for name, alarm in sorted(alarms.items())
        if drill_runs(memories[name]) or (is_drills(alarm) and alarm.in_alarm)
    ]


def put_leftovers_right(
    aws: Aws, guard: str, scope: Scope, alarms: Mapping[str, AlarmState], names: list[str]
) -> list[str]:
    """Puts right what drills that were killed have left on these alarms, and returns what could not be."""
    problems: list[str] = []
    memories = dict(zip(alarms, _memory.read_tags(aws, alarms), strict=True))
    for name in names:
        end = End(aws, guard, scope, name)
        end.put_right(live=drill_runs(memories[name], "live"), is_decided=True)
        problems += end.problems
        if drill_runs(memories[name]):
            at, mode = memories[name][_memory.DRILL].split()[:2]
            _memory.remember(aws, {name: alarms[name]}, {_memory.DRILL: result_tag(at, mode, "failed", 0.0)})
    return problems


def result_tag(at: str, mode: str, result: str, seconds: float) -> str:
    """The value of the tag DRILL, as status reads it."""
    return f"{at} {mode} {result} {seconds:.1f}"
