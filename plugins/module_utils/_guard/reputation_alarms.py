# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reputation alarms: one, some, or those of ten thousand configuration sets."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container
from functools import cache
from typing import Any

from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import DENIED, AwsCallError, SesError
from ansible_collections.mailops.ses.plugins.module_utils._converge.ownership import (
    OWNER_MARK,
    OWNER_TAG,
    States,
    own_tags,
)
from ansible_collections.mailops.ses.plugins.module_utils._converge.plan import Change, make_plan
from ansible_collections.mailops.ses.plugins.module_utils._converge.reading import read_states
from ansible_collections.mailops.ses.plugins.module_utils._converge.resource import State
from ansible_collections.mailops.ses.plugins.module_utils._guard import configuration_sets as _sets
from ansible_collections.mailops.ses.plugins.module_utils._guard.alarm_options import (
    ACTION_OPTIONS,
    RULES,
    SPEC,
    resolve,
    resolve_sets,
)
from ansible_collections.mailops.ses.plugins.module_utils._guard.configuration_set_plan import SetPlan
from ansible_collections.mailops.ses.plugins.module_utils._guard.names import Names
from ansible_collections.mailops.ses.plugins.module_utils._guard.recovering_alarm import RecoveringAlarm
from ansible_collections.mailops.ses.plugins.module_utils._guard.tripping import find_tripping
from ansible_collections.mailops.ses.plugins.module_utils._operations.operation import Operation
from ansible_collections.mailops.ses.plugins.module_utils._resources import topic
from ansible_collections.mailops.ses.plugins.module_utils._resources.alarm import PLAIN, Alarms, AlarmState, MetricAlarm
from ansible_collections.mailops.ses.plugins.module_utils._ses.metrics import METRICS, NAMESPACE, SET_DIMENSION, percent
from ansible_collections.mailops.ses.plugins.module_utils._ses.rates import read_rates


def run(aws: Aws, params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Converges or removes alarms; with purge, removes the guard's others.

    Returns changed, diff, resources, alarms [{name, arn, metric, tier, configuration_set, threshold, state, ...}] and
    configuration_sets (see SetPlan.report).
    """
    wanted = Wanted(aws, params)
    plan = AlarmPlan(aws, wanted, read_states(aws, wanted.resources))
    refuse_topics(aws, plan.pending, check_mode)
    if not check_mode:
        plan.apply(aws)
    return plan.result(aws)


class Wanted:
    """The alarms that a task describes, and those that it removes.

    resources: those of the account and of single sets, to be read. alarms: shared with whoever reads others of them.
    """

    def __init__(self, aws: Aws, params: dict[str, Any], alarms: Alarms | None = None) -> None:
        self.params = params
        self.names = names = Names(params["name"], aws.region)
        entries = resolve(params, names)
        self.sets = _sets.choose(aws, params["configuration_sets"])
        set_entries = resolve_sets(self.sets.entries(), params, names)
        self.entries = [*entries, *set_entries]
        self.by_name = {entry["alarm_name"]: entry for entry in entries}
        own, self.of_sets = self._states(aws, entries), self._states(aws, set_entries)
        whole = params["purge"] or bool(self.of_sets)
        self.alarms = alarms or (Alarms(prefix=f"{names.guard}-") if whole else Alarms(own))
        if params["purge"]:
            for name in _find_others(aws, names, self.alarms, own.keys() | self.of_sets.keys()):
                (self.of_sets if self.alarms.all(aws)[name].dimensions else own)[name] = None
        self.resources = _own_alarms(aws, own, self.by_name, self.alarms)

    def _states(self, aws: Aws, described: list[dict[str, Any]]) -> dict[str, State | None]:
        present = self.params["state"] == "present"
        return {
            entry["alarm_name"]: _state(aws, self.names, entry, self.params) if present else None for entry in described
        }


class AlarmPlan:
    """The changes that the wanted alarms need. Making one writes nothing, and refuses what would pause at once."""

    def __init__(self, aws: Aws, wanted: Wanted, states: States) -> None:
        params, guard = wanted.params, wanted.names.guard
        self._wanted = wanted
        # What goes must be ours already: nothing is taken over to be removed.
        adopt = params["adopt"] if params["state"] == "present" else []
        self._plan = make_plan(guard, {resource: states[resource] for resource in wanted.resources}, adopt)
        self._set_plan = SetPlan(aws, guard, wanted.sets, wanted.of_sets, wanted.alarms, params)
        self.pending = self._plan.pending + self._set_plan.pending
        if params["refuse_trip"]:
            _refuse_trip(aws, wanted.entries, self.pending, wanted.alarms)

    def apply(self, aws: Aws) -> None:
        self._plan.apply(aws)
        self._set_plan.apply(aws)

    def result(self, aws: Aws) -> dict[str, Any]:
        """What run() returns."""
        result = self._set_plan.extend(self._plan.result())
        by_name = self._wanted.by_name
        result["alarms"] = [
            _report(aws, change, by_name.get(change.resource.name, {})) for change in self._plan.changes
        ]
        return result


def _own_alarms(
    aws: Aws, own: dict[str, State | None], by_name: dict[str, dict[str, Any]], alarms: Alarms
) -> list[MetricAlarm]:
    """The alarms that the task describes one by one. Those that pause the account may have a raised threshold."""
    rates = cache(lambda: read_rates(aws, [None]))

    def alarm(name: str, state: State | None) -> MetricAlarm:
        entry = by_name.get(name)
        if state is None or entry is None or entry["tier"] != "pause" or entry["configuration_set"]:
            return MetricAlarm(name, state, alarms)

        def rate() -> float | None:
            known = rates().get((None, entry["metric"]))
            return known["value"] if known else None

        def describe(threshold: float) -> str:
            return entry.get("description") or _description({**entry, "threshold": threshold}, state["tags"])

        return RecoveringAlarm(name, state, alarms, rate, describe)

    return [alarm(name, state) for name, state in own.items()]


def _refuse_trip(aws: Aws, entries: list[dict[str, Any]], pending: list[Change], alarms: Alarms) -> None:
    """Refuses to write alarms that would pause at once."""
    written = {change.resource.name for change in pending if change.desired is not None}
    planned = [entry for entry in entries if entry["alarm_name"] in written]
    rates = read_rates(aws, dict.fromkeys(entry["configuration_set"] for entry in planned)) if planned else {}
    tripping = find_tripping(aws, planned, rates, alarms)
    if tripping:
        shown = ", ".join(f"{each['alarm_name']} ({each['rate']:g} >= {each['threshold']:g})" for each in tripping[:20])
        more = f" and {len(tripping) - 20} more" if len(tripping) > 20 else ""
        raise SesError(
            f"In account {aws.account}, Region {aws.region}, these alarms would pause sending at once, as the rate is "
            f"over the threshold already: {shown}{more}. Nothing was written. Deploy them with actions_enabled=false "
            f"(of the role: ses_pause_arm: false) for a first look, set a higher threshold, or accept the pause with "
            f"refuse_trip=false (ses_pause_accept_trip: true).",
            would_trip=tripping,
        )


def _state(aws: Aws, names: Names, entry: dict[str, Any], params: dict[str, Any]) -> State:
    scope = entry["configuration_set"]
    tags = own_tags(params["tags"], names.guard)
    return {
        "description": entry.get("description") or _description(entry, tags),
        "namespace": NAMESPACE,
        "metric_name": METRICS[entry["metric"]].name,
        "dimensions": {SET_DIMENSION: scope} if scope else {},
        "alarm_actions": sorted(actions(aws, names, entry)),
        "ok_actions": sorted(entry["ok_actions"]),
        "insufficient_data_actions": sorted(entry["insufficient_data_actions"]),
        **PLAIN,
        "tags": tags,
        **{
            option: entry[option]
            for option in (
                "threshold",
                "statistic",
                "period",
                "evaluation_periods",
                "datapoints_to_alarm",
                "comparison_operator",
                "treat_missing_data",
                "actions_enabled",
            )
        },
    }


def actions(aws: Aws, names: Names, entry: dict[str, Any]) -> list[str]:
    """Whom the alarm calls: people always, and from the pause tier the function too, unless the task says otherwise."""
    if entry["alarm_actions"] is not None:
        return list(entry["alarm_actions"])
    notify = [aws.arn("sns", names.notify_topic)]
    return [aws.arn("sns", names.trip_topic), *notify] if entry["tier"] == "pause" else notify


def _description(entry: dict[str, Any], tags: dict[str, str]) -> str:
    scope = entry["configuration_set"]
    what = f"configuration set {scope}" if scope else "account"
    does = "Pauses sending of" if entry["tier"] == "pause" else "Warns about sending of"
    word = METRICS[entry["metric"]].word
    # A set's alarm names its tags by a digest, so that a change of tags is seen without a call an alarm.
    digest = f" (tags {_digest(tags)})" if scope else ""
    return f"{does} the {what} at a {word} rate of {percent(entry['threshold'])}. Managed by {OWNER_MARK}{digest}."


def _digest(tags: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(tags, sort_keys=True).encode()).hexdigest()[:8]


def _find_others(aws: Aws, names: Names, alarms: Alarms, wanted: Container[str]) -> list[str]:
    """The names of the guard's reputation alarms that the task does not describe."""
    found = alarms.all(aws).items()
    candidates = [name for name, alarm in found if alarm.state["namespace"] == NAMESPACE and name not in wanted]
    states = {name: MetricAlarm(name, None, alarms).read_whole(aws) for name in candidates}
    return [name for name, alarm in states.items() if alarm and _is_ours(aws, names, alarm)]


def _is_ours(aws: Aws, names: Names, alarm: AlarmState) -> bool:
    """Ours is what carries our tag: another guard's name may begin with this one's. Where somebody has removed the tag,
    what carries the collection's mark and calls our topics."""
    owner = alarm.tags.get(OWNER_TAG)
    if owner is not None:
        return bool(owner == names.guard)
    topics = {aws.arn("sns", names.notify_topic), aws.arn("sns", names.trip_topic)}
    return OWNER_MARK in alarm.state["description"] and not topics.isdisjoint(alarm.actions)


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
            answer = aws.call("sns", "get_topic_attributes", f"topic {arn}", topic.MISSING, TopicArn=arn)
        except AwsCallError as error:
            if error.code in DENIED:
                continue
            raise
        # In check mode the topic may be one that the run before this task would make.
        if answer is None and not check_mode:
            raise SesError(f"{option}: the topic {arn} does not exist. Run ses_pause_function first, or correct it.")
        if answer and answer["Attributes"].get("KmsMasterKeyId", "").endswith(topic.AWS_MANAGED_KEY):
            raise SesError(
                f"{option}: the topic {arn} is encrypted with {topic.AWS_MANAGED_KEY}. CloudWatch cannot publish there, "
                f"and nothing would say so. Use a customer-managed key whose policy allows cloudwatch.amazonaws.com "
                f"kms:GenerateDataKey* and kms:Decrypt, or no key."
            )


def _report(aws: Aws, change: Change, entry: dict[str, Any]) -> dict[str, Any]:
    found = change.found
    state = change.desired or (found.state if found else {})
    return {
        **change.describe(),
        "arn": aws.arn("cloudwatch", f"alarm:{change.resource.name}"),
        "metric": entry.get("metric"),
        "tier": entry.get("tier"),
        "configuration_set": state.get("dimensions", {}).get(SET_DIMENSION),
        "threshold": state.get("threshold"),
        "actions_enabled": state.get("actions_enabled"),
        "state": found.value if isinstance(found, AlarmState) else "INSUFFICIENT_DATA",
    }


OPERATION = Operation(run, SPEC, RULES, ("sts", "cloudwatch"))
