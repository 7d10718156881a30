# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reputation alarms: one, or all of a guard at once."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any

from ansible_collections.mailops.ses.plugins.module_utils._aws import DENIED, Aws, AwsCallError, SesError
from ansible_collections.mailops.ses.plugins.module_utils._metrics import (
    METRICS,
    NAMESPACE,
    SET_DIMENSION,
    TIERS,
    percent,
)
from ansible_collections.mailops.ses.plugins.module_utils._names import DEFAULT_NAME, Names
from ansible_collections.mailops.ses.plugins.module_utils._reconcile import (
    OWNER_MARK,
    OWNER_TAG,
    Change,
    Plan,
    State,
    describe,
    own_tags,
)
from ansible_collections.mailops.ses.plugins.module_utils._resources import topic
from ansible_collections.mailops.ses.plugins.module_utils._resources.alarm import PLAIN, Alarms, MetricAlarm

AWS_MANAGED_KEY = "alias/aws/sns"
# AWS names at most five actions a state (CloudWatch's API reference, PutMetricAlarm).
MAX_ACTIONS = 5
ACTION_OPTIONS = ("insufficient_data_actions", "ok_actions", "alarm_actions")
SET_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")

# What an alarm may be told for itself; where it is not, the task's own option holds.
SHARED: dict[str, Any] = dict(
    actions_enabled=dict(type="bool", default=True),
    period=dict(type="int", default=300),
    evaluation_periods=dict(type="int", default=1),
    datapoints_to_alarm=dict(type="int"),
    statistic=dict(type="str", choices=["Average", "Maximum", "Minimum"], default="Average"),
    comparison_operator=dict(
        type="str",
        choices=["GreaterThanOrEqualToThreshold", "GreaterThanThreshold"],
        default="GreaterThanOrEqualToThreshold",
    ),
    treat_missing_data=dict(type="str", choices=["ignore", "missing", "breaching", "notBreaching"], default="ignore"),
    alarm_actions=dict(type="list", elements="str"),
    ok_actions=dict(type="list", elements="str", default=[]),
    insufficient_data_actions=dict(type="list", elements="str", default=[]),
    allow_threshold_at_aws_line=dict(type="bool", default=False),
)
OWN: dict[str, Any] = dict(
    metric=dict(type="str", choices=list(METRICS)),
    tier=dict(type="str", choices=list(TIERS), default="pause"),
    configuration_set=dict(type="str"),
    threshold=dict(type="float"),
    alarm_name=dict(type="str"),
    description=dict(type="str"),
)


def _entry_spec() -> dict[str, Any]:
    """The options of one entry of alarms: the same as the task's, without defaults, as the task's own hold then."""
    spec = {name: {key: value for key, value in option.items() if key != "default"} for name, option in SHARED.items()}
    return {**spec, **OWN, "metric": {**OWN["metric"], "required": True}}


ALARMS_OPTION: dict[str, Any] = dict(type="list", elements="dict", options=_entry_spec())
SPEC: dict[str, Any] = dict(
    state=dict(type="str", choices=["present", "absent"], default="present"),
    name=dict(type="str", default=DEFAULT_NAME),
    alarms=ALARMS_OPTION,
    purge=dict(type="bool", default=False),
    tags=dict(type="dict", default={}),
    **OWN,
    **SHARED,
)
RULES: dict[str, Any] = dict(
    mutually_exclusive=[(option, "alarms") for option in OWN if option != "tier"],
    required_one_of=[("metric", "alarms")],
)


def run(aws: Aws, params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Converges or removes alarms; with purge, removes the guard's others.

    Returns changed, diff, resources, alarms [{name, arn, metric, tier, configuration_set, threshold, state, ...}].
    """
    names = Names(params["name"], aws.region)
    entries = resolve(params, names)
    present = params["state"] == "present"
    desired = {entry["alarm_name"]: _state(aws, names, entry, params) if present else None for entry in entries}
    if params["purge"]:
        alarms, others = _find_others(aws, names, desired)
        desired.update(dict.fromkeys(others))
    else:
        alarms = Alarms(desired)
    plan = Plan(aws, names.guard, [MetricAlarm(name, state, alarms) for name, state in desired.items()])
    _refuse_topics(aws, plan.pending, check_mode)
    if not check_mode:
        plan.apply(aws)
    result = plan.result()
    by_name = {entry["alarm_name"]: entry for entry in entries}
    result["alarms"] = [_report(aws, change, by_name.get(change.resource.name, {})) for change in plan.changes]
    return result


def resolve(params: dict[str, Any], names: Names) -> list[dict[str, Any]]:
    """The alarms that a task describes, each with all of its options; or an error for a value that cannot be right."""
    own = params["alarms"] if params.get("alarms") is not None else [{option: params.get(option) for option in OWN}]
    entries = [_with_defaults(entry, params, names) for entry in own]
    for entry in entries:
        check(entry, names)
    _check_together(entries)
    return entries


def _with_defaults(entry: dict[str, Any], params: dict[str, Any], names: Names) -> dict[str, Any]:
    shared = {option: params.get(option, spec.get("default")) for option, spec in SHARED.items()}
    full = {**shared, **{option: value for option, value in entry.items() if value is not None}}
    metric = METRICS[full["metric"]]
    scope = full.setdefault("configuration_set", None)
    full.setdefault("threshold", metric.defaults[full["tier"]])
    suffix = f"-{scope}" if scope else ""
    full.setdefault("alarm_name", f"{names.guard}-{metric.word}-{full['tier']}{suffix}")
    if full["datapoints_to_alarm"] is None:
        full["datapoints_to_alarm"] = full["evaluation_periods"]
    return full


def check(entry: dict[str, Any], names: Names) -> None:
    """Refuses one alarm whose values cannot be meant."""
    metric, threshold, name = METRICS[entry["metric"]], entry["threshold"], entry["alarm_name"]
    where = f"{name}: threshold: {threshold:g}"
    if threshold >= 1:
        raise SesError(f"{where} looks like a percentage. Rates are fractions: {threshold:g} % is {threshold / 100:g}.")
    if math.isnan(threshold) or threshold <= 0:
        wrong = "is no number that a rate can reach" if math.isnan(threshold) else "would always be reached"
        raise SesError(f"{where} {wrong}. Use a fraction above 0, such as {metric.defaults['pause']:g}.")
    if threshold >= metric.pause and not entry["allow_threshold_at_aws_line"]:
        raise SesError(
            f"{where} is {percent(threshold)}, and at {percent(metric.pause)} AWS may pause the account itself, which "
            f"no API call lifts. Use less than {metric.pause:g} (the default is "
            f"{metric.defaults[entry['tier']]:g}), or set allow_threshold_at_aws_line if you mean it."
        )
    scope = entry["configuration_set"]
    if scope is not None and not SET_NAME.fullmatch(scope):
        raise SesError(
            f"configuration_set: {scope!r} cannot be a configuration set: SES takes 1 to 64 letters, digits, hyphens "
            f"and underscores."
        )
    if not name.startswith(f"{names.guard}-") or len(name) > 255:
        raise SesError(
            f"alarm_name: {name!r} must start with {names.guard + '-'!r}, or the function would take the alarm for "
            f"somebody else's, and have at most 255 characters."
        )
    _check_evaluation(entry)


def _check_evaluation(entry: dict[str, Any]) -> None:
    period, periods, datapoints = entry["period"], entry["evaluation_periods"], entry["datapoints_to_alarm"]
    if period < 60 or period % 60:
        raise SesError(f"period: {period} is not a multiple of 60 seconds. SES publishes no finer; use 300.")
    if periods < 1 or period * periods > 86400:
        raise SesError(f"evaluation_periods: {periods} of {period} s. Use at least 1, and at most a day in all.")
    if not 1 <= datapoints <= periods:
        raise SesError(f"datapoints_to_alarm: {datapoints} is not between 1 and evaluation_periods ({periods}).")
    for option in ACTION_OPTIONS:
        if len(entry[option] or []) > MAX_ACTIONS:
            raise SesError(f"{option}: CloudWatch takes at most {MAX_ACTIONS} actions; given: {len(entry[option])}.")


def _check_together(entries: list[dict[str, Any]]) -> None:
    """Refuses alarms that contradict each other."""
    seen: dict[str, dict[str, Any]] = {}
    thresholds: dict[tuple[Any, ...], float] = {}
    for entry in entries:
        if seen.setdefault(entry["alarm_name"], entry) is not entry:
            raise SesError(f"alarms: {entry['alarm_name']} is described twice. Remove one, or give it an alarm_name.")
        thresholds[entry["configuration_set"], entry["metric"], entry["tier"]] = entry["threshold"]
    for (scope, metric, tier), warn in thresholds.items():
        pause = thresholds.get((scope, metric, "pause"))
        if tier == "warn" and pause is not None and warn >= pause:
            where = f"configuration set {scope}" if scope else "account"
            raise SesError(
                f"threshold: {metric} of the {where} warns at {warn:g} and pauses at {pause:g}. A warning must come "
                f"first: use a warn threshold below the pause threshold."
            )


def _state(aws: Aws, names: Names, entry: dict[str, Any], params: dict[str, Any]) -> State:
    scope = entry["configuration_set"]
    return {
        "description": entry.get("description") or _description(entry),
        "namespace": NAMESPACE,
        "metric_name": METRICS[entry["metric"]].name,
        "dimensions": {SET_DIMENSION: scope} if scope else {},
        "alarm_actions": sorted(actions(aws, names, entry)),
        "ok_actions": sorted(entry["ok_actions"]),
        "insufficient_data_actions": sorted(entry["insufficient_data_actions"]),
        **PLAIN,
        "tags": own_tags(params["tags"], names.guard),
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


def _description(entry: dict[str, Any]) -> str:
    scope = entry["configuration_set"]
    what = f"configuration set {scope}" if scope else "account"
    does = "Pauses sending of" if entry["tier"] == "pause" else "Warns about sending of"
    word = METRICS[entry["metric"]].word
    return f"{does} the {what} at a {word} rate of {percent(entry['threshold'])}. Managed by {OWNER_MARK}."


def _find_others(aws: Aws, names: Names, desired: Iterable[str]) -> tuple[Alarms, list[str]]:
    """All reputation alarms of the guard, and the names of those that the task does not describe."""
    alarms = Alarms(prefix=f"{names.guard}-")
    wanted = set(desired)
    found = alarms.all(aws).items()
    candidates = [name for name, state in found if state["namespace"] == NAMESPACE and name not in wanted]
    # Another guard's name may begin with this one's.
    tags = {name: MetricAlarm(name, None, alarms).read(aws) for name in candidates}
    return alarms, [name for name, state in tags.items() if state and state["tags"].get(OWNER_TAG) == names.guard]


def _refuse_topics(aws: Aws, changes: list[Change], check_mode: bool) -> None:
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
        if answer and answer["Attributes"].get("KmsMasterKeyId", "").endswith(AWS_MANAGED_KEY):
            raise SesError(
                f"{option}: the topic {arn} is encrypted with {AWS_MANAGED_KEY}. CloudWatch cannot publish there, "
                f"and nothing would say so. Use a customer-managed key whose policy allows cloudwatch.amazonaws.com "
                f"kms:GenerateDataKey* and kms:Decrypt, or no key."
            )


def _report(aws: Aws, change: Change, entry: dict[str, Any]) -> dict[str, Any]:
    state = change.desired or change.current or {}
    return {
        **describe(change),
        "arn": aws.arn("cloudwatch", f"alarm:{change.resource.name}"),
        "metric": entry.get("metric"),
        "tier": entry.get("tier"),
        "configuration_set": state.get("dimensions", {}).get(SET_DIMENSION),
        "threshold": state.get("threshold"),
        "actions_enabled": state.get("actions_enabled"),
        "state": (change.current or {}).get("_state", "INSUFFICIENT_DATA"),
    }
