# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guard's reputation alarms as people want to see them: tier, state, and what the guard remembers on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from .._aws.client import Aws
from .._aws.threads import gather
from .._converge.ownership import OWNER_MARK, OWNER_TAG
from .._guard.memory import Memory, is_pausing
from .._guard.names import Names
from .._resources.alarm import Alarms, AlarmState, MetricAlarm
from .._ses.metrics import NAMESPACE, OPTION_OF, PAUSE, SET_DIMENSION, WARN


@dataclass(frozen=True)
class ReputationAlarm:
    """tier: pause or warn. metric: the option's name for it, None of metric math."""

    name: str
    metric: str | None
    tier: str
    configuration_set: str | None
    threshold: float | None
    state: str
    since: str | None
    reason: str
    actions_enabled: bool
    alarm_actions: list[str]
    memory: Memory

    def to_dict(self) -> dict[str, Any]:
        """As results have it."""
        return {**vars(self), "memory": self.memory.texts}


def read_alarms(aws: Aws, names: Names, alarms: Alarms) -> list[ReputationAlarm]:
    """The guard's alarms over SES, by name; one that has lost its tag too.

    Tags cost a call an alarm. Those of a configuration set's alarm are read only where it is in ALARM, so that ten
    thousand sets can be looked at: the others remember nothing that is of use now.
    """
    found = {name: alarm for name, alarm in sorted(alarms.all(aws).items()) if alarm.state["namespace"] == NAMESPACE}
    asked = [name for name, alarm in found.items() if not _is_plain(names, alarm)]
    looks = [partial(MetricAlarm(name, None, alarms).read_whole, aws) for name in asked]
    tagged = dict(zip(asked, gather(looks), strict=True))
    known = {**found, **tagged}
    now = aws.clock("cloudwatch")
    return [_describe(names, alarm, now) for name in found if (alarm := known[name]) and _may_be_ours(names, alarm)]


def _may_be_ours(names: Names, alarm: AlarmState) -> bool:
    """Another guard's name may begin with this one's."""
    return alarm.tags.get(OWNER_TAG, names.guard) == names.guard


def _is_plain(names: Names, alarm: AlarmState) -> bool:
    """Whether an alarm is known as ours without its tags, and has nothing to remember."""
    calls_us = any(arn.endswith((f":{names.trip_topic}", f":{names.notify_topic}")) for arn in alarm.actions)
    return bool(
        alarm.dimensions and not alarm.in_alarm and calls_us and OWNER_MARK in (alarm.state["description"] or "")
    )


def _describe(names: Names, alarm: AlarmState, now: datetime) -> ReputationAlarm:
    return ReputationAlarm(
        name=alarm.name,
        metric=OPTION_OF.get(alarm.metric_name or ""),
        tier=PAUSE if is_pausing(names.guard, alarm.actions) else WARN,
        configuration_set=alarm.dimensions.get(SET_DIMENSION),
        threshold=alarm.state["threshold"],
        state=alarm.value,
        since=alarm.since.isoformat() if alarm.since else None,
        reason=alarm.reason,
        actions_enabled=alarm.state["actions_enabled"],
        alarm_actions=alarm.actions,
        memory=Memory.of(alarm.tags, now),
    )
