# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The end of a drill: everything is as before, unless a real alarm or a person came in between, who go first."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from .._aws.alarm_words import OK
from .._aws.client import Aws
from .._aws.errors import SesError
from .._guard.memory import INTERRUPTED, NEVER, Key, Memory, read_memories, read_pause_alarms, remember
from .._resources.alarm import AlarmState
from .._sending.trips import gone_into_alarm, is_drills, pause_again, really_in_alarm
from .._ses.scopes import Scope, ScopeState, read_back
from .._ses.times import now, stamp

# In seconds: so long a function that was under way, and is told not to, may still pause, read that back and note it.
LATE_SECONDS = 10.0
LATE_POLL_SECONDS = 1.0
# What the function notes of a drill, once it has done its part.
ANSWERS = (Key.DRILL_PAUSED_AT, Key.DRILL_TOLD_AT, Key.DRILL_HELD_AT)
# What a pause, a resume or a real alarm leaves, and in whose name.
OTHERS = {
    Key.PERSON_PAUSED_AT: "a person has paused meanwhile",
    Key.PAUSED_AT: "an alarm has really tripped meanwhile",
    Key.RESUMED_AT: "a person has resumed meanwhile, and it was paused again",
    Key.OVERRIDDEN_AT: "somebody has resumed meanwhile, and it was paused again",
}
# What the pause alarms of a scope remember: {alarm: memory}.
Memories = Mapping[str, Memory]


def why_left(
    name: str, alarms: Mapping[str, AlarmState], memories: Memories, before: Memories | None = None
) -> str | None:
    """Why a pause is not for the drill of the alarm C(name) to lift; None where the drill itself has paused.

    before: the memories when the drill began, where they are known.
    """
    if found := really_in_alarm(alarms):
        return f"{', '.join(found)} has really tripped meanwhile"
    decided = memories.get(name, Memory()).at(Key.DRILL_PAUSED_AT)
    if decided == NEVER:
        return "it was not the drill that has paused"
    for alarm, memory in memories.items():
        for key, why in OTHERS.items():
            is_new = before is not None and memory.texts.get(key) != before.get(alarm, Memory()).texts.get(key)
            if is_new or memory.at(key) >= decided:
                return why
    return None


class End:
    """Puts right what a drill has left. Each step is tried, whatever became of those before it.

    name: the alarm that was drilled. before: the scope's memories when the drill began, if they are known. state: the
    alarm's state from before the drill.
    """

    def __init__(
        self, aws: Aws, guard: str, scope: Scope, name: str, before: Memories | None = None, state: str = OK
    ) -> None:
        self._aws = aws
        self._guard = guard
        self._scope = scope
        self._name = name
        self._before = before
        self._state = state
        # What people must know: what failed, and what was left as it is.
        self.problems: list[str] = []
        self.state_is_back = False
        self.resumed = False

    def put_right(self, live: bool, is_decided: bool) -> None:
        """live: sending may be paused by the drill. is_decided: the function has done its part, so nothing is late."""
        self._attempt(self._stop_late_events)
        if live and not is_decided:
            self._attempt(self._await_late_pause)
        # The state first: from now on a breach is a change of state, and the function hears of it.
        self._attempt(self._put_state_back)
        self._attempt(self._resume if live else self._report_alarm)

    def _attempt(self, step: Callable[[], None]) -> None:
        try:
            step()
        except SesError as error:
            self.problems.append(error.message)

    def _read_alarms(self) -> dict[str, AlarmState]:
        return read_pause_alarms(self._aws, self._guard, self._scope)

    def _stop_late_events(self) -> None:
        """Like a resume, it is noted before it is done: an event that comes after it would pause again."""
        if alarm := self._read_alarms().get(self._name):
            # CloudWatch's own time, not ours: at or after the transition that the drill has made.
            since = stamp(alarm.since) if alarm.since else now()
            remember(self._aws, {self._name: alarm}, {Key.DRILL_RESUMED_AT: since})

    def _await_late_pause(self) -> None:
        """Not only until sending is off: the function notes its pause after that, and only so it is the drill's."""
        alarms = {name: alarm for name, alarm in self._read_alarms().items() if name == self._name}
        until = time.monotonic() + LATE_SECONDS
        while time.monotonic() < until:
            if any(key in memory.times for memory in read_memories(self._aws, alarms).values() for key in ANSWERS):
                return
            time.sleep(LATE_POLL_SECONDS)

    def _put_state_back(self) -> None:
        alarm = self._read_alarms().get(self._name)
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
        self.state_is_back = True

    def _report_alarm(self) -> None:
        """No event came of it: the state was ALARM already, by the drill."""
        if self._name in really_in_alarm(self._read_alarms()):
            raise SesError(
                f"{self._name} has really tripped meanwhile. Where that changed no state, the guard's sweep pauses; "
                f"without a sweep, pause by hand."
            )

    def _resume(self) -> None:
        aws, scope = self._aws, self._scope
        state = scope.read(aws)
        if state is None or state.sending_enabled:
            return
        alarms = self._read_alarms()
        if why := why_left(self._name, alarms, read_memories(aws, alarms), self._before):
            raise SesError(f"The {scope.label} is left paused: {why}.")
        scope.write(aws, state, True)
        self._look_once_more(state)
        after = read_back(aws, scope, True)
        if after is None or not after.sending_enabled:
            raise SesError(
                f"The {scope.label} was paused by the drill and could not be resumed: SES took the call and still "
                f"reports it as paused. Run mailops.ses.resume."
            )
        self.resumed = True

    def _look_once_more(self, state: ScopeState) -> None:
        """An alarm that went into ALARM just before the resume found sending paused, and would not act again."""
        if found := gone_into_alarm(self._read_alarms(), {}):
            pause_again(self._aws, self._scope, state, found)
            raise SesError(f"The {self._scope.label} is paused again: {', '.join(found)} has really tripped meanwhile.")


def leftovers(alarms: Mapping[str, AlarmState], memories: Memories) -> list[str]:
    """The alarms a drill of which did not come to its end."""
    return [
        name
        for name, alarm in sorted(alarms.items())
        if memories[name].drill_runs() or (is_drills(alarm) and alarm.in_alarm)
    ]


def put_leftovers_right(
    aws: Aws, guard: str, scope: Scope, alarms: Mapping[str, AlarmState], memories: Memories, names: Sequence[str]
) -> list[str]:
    """Puts right what drills that were killed have left on these alarms, and returns what could not be."""
    problems: list[str] = []
    for name in names:
        end = End(aws, guard, scope, name)
        end.put_right(live=memories[name].drill_runs("live"), is_decided=True)
        problems += end.problems
        drill = memories[name].last_drill
        if drill and memories[name].drill_runs():
            remember(aws, {name: alarms[name]}, {Key.DRILL: replace(drill, result=INTERRUPTED, seconds=0.0)})
    return problems
