# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A resume that leaves the guard able to act, and that a rate over the threshold wins over."""

from __future__ import annotations

from collections.abc import Mapping

from .._aws.errors import SesError
from .._guard.memory import GUARD, Key, read_memories, read_pause_alarms, remember, who_paused
from .._resources.alarm import Alarms, AlarmState
from .._ses.scopes import Scope, ScopeState, read_back
from .._ses.times import now
from .recovery import RecoveryStep, read_recovery
from .switch import Outcome, Switch
from .trips import gone_into_alarm, pause_again


class ResumeSwitch(Switch):
    """Resumes if that leaves the guard able to act; otherwise refuses, or recovers where it is told to."""

    enabled = True
    word = "resumed"

    @property
    def _where(self) -> str:
        return f"Account {self.aws.account}, Region {self.aws.region}"

    def refuse(self, states: Mapping[Scope, ScopeState]) -> None:
        if refused := [reason for scope, state in states.items() if (reason := scope.refusal(state))]:
            where = f"account {self.aws.account}, Region {self.aws.region}"
            raise SesError(f"Cannot resume in {where}: {'; '.join(refused)}. Nothing was written.")

    def apply(self, scope: Scope, state: ScopeState) -> Outcome:
        aws, guard = self.aws, self.params["name"]
        alarms = read_pause_alarms(aws, guard, scope)
        paused = who_paused(read_memories(aws, alarms).values())
        if self.params["resume_only"] == GUARD and paused.by != GUARD:
            return Outcome(state, paused=paused, skipped="not paused by the guard")
        steps = self._recover(scope, alarms)
        if self.check_mode:
            return self.switched(scope.predict(state, True), paused, steps)
        # It comes first: a resume that could not be noted would be undone by the next stale event.
        remember(aws, alarms, {Key.RESUMED_AT: now()})
        scope.write(aws, state, True)
        self._look_once_more(scope, state, alarms)
        after = read_back(aws, scope, True)
        if after is None or not after.sending_enabled:
            # Or an alarm has paused it just now.
            self._look_once_more(scope, state, alarms)
            raise self.not_taken(scope)
        return self.switched(after, paused, steps)

    def _look_once_more(self, scope: Scope, state: ScopeState, before: Mapping[str, AlarmState]) -> None:
        """An alarm wins: the function found one that came meanwhile paused already, or noted as before a resume."""
        if found := gone_into_alarm(Alarms(before).all(self.aws), before):
            pause_again(self.aws, scope, state, found)
            raise SesError(
                f"{self._where}: the {scope.label} is paused again: {', '.join(found)} has tripped while it was "
                f"resumed. Mend the cause, and try again."
            )

    def amend(self, scope: Scope, state: ScopeState) -> Outcome:
        """Re-arms the guard where somebody resumed by other means."""
        if self.params["in_alarm"] != "recover":
            return Outcome(state)
        steps = self._recover(scope, read_pause_alarms(self.aws, self.params["name"], scope))
        return Outcome(state, {"armed": False}, {"armed": True}, recovered=steps) if steps else Outcome(state)

    def _recover(self, scope: Scope, alarms: Mapping[str, AlarmState]) -> list[RecoveryStep]:
        """Makes sure that the guard can act again; what that took."""
        in_alarm = sorted(name for name, alarm in alarms.items() if alarm.in_alarm)
        if not in_alarm:
            return []
        aws, params = self.aws, self.params
        if params["in_alarm"] == "ignore":
            self.warnings.append(
                f"{self._where}: the guard is blind until these alarms leave the state ALARM, as an alarm acts on a "
                f"change of state only: {', '.join(in_alarm)}."
            )
            return []
        recovery = read_recovery(aws, scope, alarms, params["recover_margin"])
        if params["in_alarm"] == "refuse":
            raise SesError(
                f"{self._where}: the {scope.label} is not resumed while the guard would be blind. In ALARM: "
                f"{recovery.describe()}. Wait until the rate has fallen and the alarm is OK, or recover (in_alarm: "
                f"recover, or ses_pause_recover=true in the playbook), which raises the threshold to the present rate "
                f"plus a margin until it falls.",
                in_alarm=[vars(step) for step in recovery.steps],
            )
        recovery.check()
        if not self.check_mode:
            recovery.apply(aws, params["recover_wait"])
        return recovery.steps
