# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reputation alarms: one, some, or those of ten thousand configuration sets."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from .._aws.alarm_words import INSUFFICIENT_DATA
from .._aws.client import Aws
from .._aws.errors import DENIED, AwsCallError, SesError
from .._converge.ownership import OWNER_MARK, OWNER_TAG, States
from .._converge.plan import Change, Plan, make_plan
from .._converge.resource import Resource, State
from .._resources.alarm import FIELDS, PLAIN, Alarms, AlarmState, MetricAlarm
from .._resources.topic import AWS_MANAGED_KEY, MISSING
from .._ses.metrics import METRICS, NAMESPACE, PAUSE, SET_DIMENSION, percent
from .._ses.rates import read_rates
from .alarm_options import ACTION_OPTIONS, AlarmOptions, AlarmTask, resolve
from .configuration_set_plan import SetPlan, read_resources
from .configuration_sets import Sets, read_sets
from .names import Arns, Names
from .recovering_alarm import RecoveringAlarm


@dataclass(frozen=True)
class Wanted:
    """The alarms that a task describes, and those that it removes.

    described: all of them. own: the alarms that are described one by one. of_sets: what C(sets) need.
    adopt: the labels of what may be taken over. alarms: shared with whoever reads others of them.
    """

    names: Names
    described: list[AlarmOptions]
    own: list[MetricAlarm]
    sets: Sets
    of_sets: list[Resource[Any]]
    adopt: Collection[str]
    alarms: Alarms

    @property
    def resources(self) -> list[Resource[Any]]:
        return [*self.own, *self.of_sets]

    def plan(self, states: States) -> AlarmPlan:
        """The changes that the alarms need. states: of all resources."""
        guard = self.names.guard
        own = make_plan(guard, {resource: states[resource] for resource in self.own}, self.adopt)
        of_sets = make_plan(guard, {resource: states[resource] for resource in self.of_sets})
        return AlarmPlan(self, own, SetPlan(of_sets, self.sets))


def read_wanted(aws: Aws, task: AlarmTask, described: Sequence[AlarmOptions], alarms: Alarms | None = None) -> Wanted:
    """described: the alarms that the task describes one by one; the sets are read."""
    names, sets = task.names, read_sets(aws, task.sets)
    set_entries = resolve(task, sets.entries())
    own, of_sets = _states(aws, task, described), _states(aws, task, set_entries)
    alarms = alarms or (Alarms(prefix=f"{names.guard}-") if task.purges or of_sets else Alarms(own))
    if task.purges:
        for alarm in _read_others(aws, names, alarms, own.keys() | of_sets.keys()):
            (of_sets if alarm.dimensions else own)[alarm.name] = None
    by_name = {alarm.alarm_name: alarm for alarm in described}
    return Wanted(
        names,
        [*described, *set_entries],
        _own_alarms(aws, own, by_name, alarms),
        sets,
        read_resources(aws, task, sets, of_sets, alarms),
        task.adopt,
        alarms,
    )


@dataclass(frozen=True)
class AlarmPlan:
    """The changes that the wanted alarms need."""

    wanted: Wanted
    own: Plan
    of_sets: SetPlan

    @property
    def pending(self) -> list[Change]:
        return self.own.pending + self.of_sets.pending

    @property
    def written(self) -> list[AlarmOptions]:
        """Those of the described alarms that are created or changed."""
        names = {change.resource.name for change in self.pending if change.desired is not None}
        return [alarm for alarm in self.wanted.described if alarm.alarm_name in names]

    def apply(self, aws: Aws) -> None:
        self.own.apply(aws)
        self.of_sets.apply(aws)

    def result(self, aws: Aws) -> dict[str, Any]:
        """changed, diff, resources, alarms [{name, arn, metric, tier, configuration_set, threshold, state, ...}] and
        configuration_sets (see SetPlan.report)."""
        result = self.of_sets.extend(self.own.result())
        described = {alarm.alarm_name: alarm for alarm in reversed(self.wanted.described)}
        result["alarms"] = [_report(aws, change, described.get(change.resource.name)) for change in self.own.changes]
        return result


def _own_alarms(
    aws: Aws, own: dict[str, State | None], by_name: dict[str, AlarmOptions], alarms: Alarms
) -> list[MetricAlarm]:
    """The alarms that the task describes one by one. Those that pause the account may have a raised threshold."""
    rates = cache(lambda: read_rates(aws, [None]))

    def alarm(name: str, state: State | None) -> MetricAlarm:
        wanted = by_name.get(name)
        if state is None or wanted is None or not wanted.pauses_account:
            return MetricAlarm(name, state, alarms)

        def rate() -> float | None:
            known = rates().get((None, wanted.metric))
            return known["value"] if known else None

        def describe(threshold: float) -> str:
            return _description(replace(wanted, threshold=threshold), state["tags"])

        return RecoveringAlarm(name, state, alarms, rate, describe)

    return [alarm(name, state) for name, state in own.items()]


def _states(aws: Aws, task: AlarmTask, described: Sequence[AlarmOptions]) -> dict[str, State | None]:
    """{alarm: its state, or None where it is to go}."""
    if not described or not task.is_present:
        return dict.fromkeys(alarm.alarm_name for alarm in described)
    arns = task.names.arns(aws)
    return {alarm.alarm_name: _state(alarm, arns, task.tags) for alarm in described}


def _state(alarm: AlarmOptions, arns: Arns, tags: Mapping[str, str]) -> State:
    return {
        **{field: value for field, value in vars(alarm).items() if field in FIELDS},
        "description": _description(alarm, tags),
        "namespace": NAMESPACE,
        "metric_name": METRICS[alarm.metric].name,
        "dimensions": {SET_DIMENSION: alarm.configuration_set} if alarm.configuration_set else {},
        "alarm_actions": sorted(_actions(alarm, arns)),
        "ok_actions": sorted(alarm.ok_actions),
        "insufficient_data_actions": sorted(alarm.insufficient_data_actions),
        **PLAIN,
        "tags": tags,
    }


def _actions(alarm: AlarmOptions, arns: Arns) -> list[str]:
    """Whom the alarm calls: people always, and from the pause tier the function too, unless the task says otherwise."""
    if alarm.alarm_actions is not None:
        return alarm.alarm_actions
    return [arns.trip_topic, arns.notify_topic] if alarm.tier == PAUSE else [arns.notify_topic]


def _description(alarm: AlarmOptions, tags: Mapping[str, str]) -> str:
    """The task's own words, or ours."""
    if alarm.description:
        return alarm.description
    scope = alarm.configuration_set
    what = f"configuration set {scope}" if scope else "account"
    does = "Pauses sending of" if alarm.tier == PAUSE else "Warns about sending of"
    word = METRICS[alarm.metric].word
    # A set's alarm names its tags by a digest, so that a change of tags is seen without a call an alarm.
    digest = f" (tags {_digest(tags)})" if scope else ""
    return f"{does} the {what} at a {word} rate of {percent(alarm.threshold)}. Managed by {OWNER_MARK}{digest}."


def _digest(tags: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(tags, sort_keys=True).encode()).hexdigest()[:8]


def _read_others(aws: Aws, names: Names, alarms: Alarms, wanted: Collection[str]) -> list[AlarmState]:
    """The guard's reputation alarms that the task does not describe."""
    found = alarms.all(aws).items()
    candidates = [name for name, alarm in found if alarm.state["namespace"] == NAMESPACE and name not in wanted]
    tagged = [MetricAlarm(name, None, alarms).read_whole(aws) for name in candidates]
    return [alarm for alarm in tagged if alarm and _is_ours(aws, names, alarm)]


def _is_ours(aws: Aws, names: Names, alarm: AlarmState) -> bool:
    """Ours is what carries our tag: another guard's name may begin with this one's. Where somebody has removed the tag,
    what carries the collection's mark and calls our topics."""
    owner = alarm.tags.get(OWNER_TAG)
    if owner is not None:
        return bool(owner == names.guard)
    arns = names.arns(aws)
    calls_us = arns.notify_topic in alarm.actions or arns.trip_topic in alarm.actions
    return calls_us and OWNER_MARK in alarm.state["description"]


def refuse_topics(aws: Aws, changes: list[Change], check_mode: bool) -> None:
    """Refuses topics to which CloudWatch cannot publish, as far as they can be seen from here."""
    home = aws.arn("sns", "") if changes else ""
    wanted = {
        arn: option
        for change in changes
        if change.desired is not None and change.fields & set(ACTION_OPTIONS)
        for option in ACTION_OPTIONS
        for arn in change.desired[option]
        if arn.startswith(home)
    }
    for arn, option in sorted(wanted.items()):
        try:
            answer = aws.call("sns", "get_topic_attributes", f"topic {arn}", MISSING, TopicArn=arn)
        except AwsCallError as error:
            if error.code in DENIED:
                continue
            raise
        # In check mode the topic may be one that the run before this task would make.
        if answer is None and not check_mode:
            raise SesError(f"{option}: the topic {arn} does not exist. Run ses_pause_function first, or correct it.")
        if answer and answer["Attributes"].get("KmsMasterKeyId", "").endswith(AWS_MANAGED_KEY):
            raise SesError(
                f"{option}: the topic {arn} is encrypted with {AWS_MANAGED_KEY}. CloudWatch cannot publish there, "
                f"and nothing would say so. Use a customer-managed key whose policy allows cloudwatch.amazonaws.com "
                f"kms:GenerateDataKey* and kms:Decrypt, or no key."
            )


def _report(aws: Aws, change: Change, described: AlarmOptions | None) -> dict[str, Any]:
    found = change.found
    state = change.desired or (found.state if found else {})
    return {
        **change.describe(),
        "arn": aws.arn("cloudwatch", f"alarm:{change.resource.name}"),
        "metric": described and described.metric,
        "tier": described and described.tier,
        "configuration_set": state.get("dimensions", {}).get(SET_DIMENSION),
        "threshold": state.get("threshold"),
        "actions_enabled": state.get("actions_enabled"),
        "state": found.value if isinstance(found, AlarmState) else INSUFFICIENT_DATA,
    }
