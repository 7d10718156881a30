# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a resume and the end of a drill must know of the alarms: which are really in ALARM, and that those win."""

from __future__ import annotations

from collections.abc import Mapping

from .._aws.client import Aws
from .._guard.memory import Key, remember
from .._resources.alarm import AlarmState
from .._ses.scopes import Scope, ScopeState
from .._ses.times import now, stamp

# A drill's reason begins so, and never one of CloudWatch's own; the function knows it by that.
DRILL_REASON = "mailops.ses drill "


def is_drills(alarm: AlarmState) -> bool:
    """Whether an alarm is in the state that a drill has set."""
    return alarm.reason.startswith(DRILL_REASON)


def really_in_alarm(alarms: Mapping[str, AlarmState]) -> list[str]:
    """The alarms that are in ALARM, and not by a drill."""
    return sorted(name for name, alarm in alarms.items() if alarm.in_alarm and not is_drills(alarm))


def gone_into_alarm(alarms: Mapping[str, AlarmState], before: Mapping[str, AlarmState]) -> dict[str, AlarmState]:
    """Those that have really gone into ALARM since C(before)."""
    seen = {name: alarm.since for name, alarm in before.items() if alarm.in_alarm}
    return {name: alarms[name] for name in really_in_alarm(alarms) if alarms[name].since != seen.get(name)}


def pause_again(aws: Aws, scope: Scope, state: ScopeState | None, alarms: Mapping[str, AlarmState]) -> None:
    """Undoes a resume in the name of these alarms, which found sending paused and would not act again."""
    scope.write(aws, state, False)
    note_paused(aws, alarms)


def note_paused(aws: Aws, alarms: Mapping[str, AlarmState]) -> None:
    """As the function notes it: the transition that was handled."""
    for name, alarm in alarms.items():
        remember(aws, {name: alarm}, {Key.PAUSED_AT: stamp(alarm.since) if alarm.since else now()})
