# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An alarm with a raised threshold since a resume: later runs bring it down as the rate falls, and never up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from .._aws.client import Aws
from .._converge.resource import State
from .._resources.alarm import Alarms, AlarmState, MetricAlarm
from .memory import Key, Memory, forget, remember

# A raised threshold is this share above the rate, unless told otherwise.
MARGIN = 0.1


def lowered_threshold(raised: float, normal: float, rate: float | None, margin: float) -> float:
    """Pure: what a raised threshold becomes as the rate falls: never higher, and the normal one once there is room."""
    if rate is None:
        return raised
    return max(normal, min(raised, round(rate * (1 + margin), 6)))


@dataclass(frozen=True)
class RecoveringAlarmState(AlarmState):
    """rate: the present one, where it is known. margin: that of the resume. Both of a raised threshold only."""

    rate: float | None = None
    margin: float = MARGIN


class RecoveringAlarm(MetricAlarm):
    """An alarm of the account, whose threshold may be a raised one since a resume.

    Its state has recovery_threshold too.
    read_rate: asks for the present rate, only where a threshold is raised. describe: the description for a threshold.
    """

    def __init__(
        self,
        name: str,
        desired: State | None,
        alarms: Alarms,
        read_rate: Callable[[], float | None],
        describe: Callable[[float], str],
    ) -> None:
        super().__init__(name, desired, alarms)
        self._read_rate = read_rate
        self._describe = describe

    def with_tags(self, found: AlarmState, tags: dict[str, str]) -> AlarmState:
        alarm = super().with_tags(found, tags)
        return replace(alarm, state={**alarm.state, "recovery_threshold": Memory.of(tags).recovery_threshold})

    def read_more(self, aws: Aws, found: AlarmState) -> AlarmState:
        if self.desired is None or found.state["recovery_threshold"] is None:
            return found
        margin = Memory.of(found.tags).recovery_margin
        return RecoveringAlarmState(**vars(found), rate=self._read_rate(), margin=MARGIN if margin is None else margin)

    def settle(self, found: AlarmState | None) -> State | None:
        desired = self.desired
        if desired is None or not isinstance(found, RecoveringAlarmState):
            return desired
        # Where a resume ended between the tag and the alarm, the alarm's own threshold is the lower one.
        present = min(found.state["recovery_threshold"], found.threshold)
        raised = lowered_threshold(present, desired["threshold"], found.rate, found.margin)
        if raised <= desired["threshold"]:
            return {**desired, "recovery_threshold": None}
        return {**desired, "threshold": raised, "recovery_threshold": raised, "description": self._describe(raised)}

    def update(self, aws: Aws, found: AlarmState, desired: State, changed: frozenset[str]) -> None:
        super().update(aws, found, desired, changed - {"recovery_threshold"})
        if "recovery_threshold" not in changed:
            return
        if desired["recovery_threshold"] is None:
            forget(aws, found, Key.RECOVERY_THRESHOLD, Key.RECOVERY_MARGIN)
        else:
            remember(aws, {self.name: found}, {Key.RECOVERY_THRESHOLD: f"{desired['recovery_threshold']:g}"})
