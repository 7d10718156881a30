# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of reputation alarms: what they are, their defaults, and which values cannot be meant."""

from __future__ import annotations

import math
import re
from typing import Any

from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._aws.pace import QUOTAS
from ansible_collections.mailops.ses.plugins.module_utils._guard.names import DEFAULT_NAME, Names
from ansible_collections.mailops.ses.plugins.module_utils._ses.metrics import METRICS, TIERS, percent

# AWS names at most five actions a state (CloudWatch's API reference, PutMetricAlarm).
MAX_ACTIONS = 5
ACTION_OPTIONS = ("insufficient_data_actions", "ok_actions", "alarm_actions")
SET_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")

# What options call a threshold: {METRIC_TIER: (metric, tier)}.
THRESHOLDS = {f"{metric}_{tier}": (metric, tier) for metric in METRICS for tier in TIERS}

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
    configuration_sets=dict(type="list", elements="raw"),
    unguarded_metrics=dict(type="str", choices=["leave", "off"], default="leave"),
    check=dict(type="str", choices=["quick", "full"], default="quick"),
    refuse_trip=dict(type="bool", default=False),
    quotas=dict(type="dict", options={name: dict(type="float") for name in QUOTAS}),
    purge=dict(type="bool", default=False),
    tags=dict(type="dict", default={}),
    adopt=dict(type="list", elements="str", default=[]),
    **OWN,
    **SHARED,
)
RULES: dict[str, Any] = dict(
    mutually_exclusive=[(option, "alarms") for option in OWN if option != "tier"],
    required_one_of=[("metric", "alarms", "configuration_sets")],
)


def resolve(params: dict[str, Any], names: Names) -> list[dict[str, Any]]:
    """The alarms that a task describes, each with all of its options; or an error for a value that cannot be right."""
    own = list(params["alarms"] or []) if params.get("alarms") is not None else _single(params)
    return resolve_sets(own, params, names)


def resolve_sets(described: list[dict[str, Any]], params: dict[str, Any], names: Names) -> list[dict[str, Any]]:
    """The described alarms, each with all of its options."""
    entries = [with_defaults(entry, params, names) for entry in described]
    for entry in entries:
        check(entry, names)
    _check_together(entries)
    return entries


def _single(params: dict[str, Any]) -> list[dict[str, Any]]:
    """The one alarm that the task's own options describe, if they describe one."""
    return [{option: params.get(option) for option in OWN}] if params.get("metric") else []


def with_defaults(entry: dict[str, Any], params: dict[str, Any], names: Names) -> dict[str, Any]:
    shared = {option: params.get(option, spec.get("default")) for option, spec in SHARED.items()}
    full = {**shared, **{option: value for option, value in entry.items() if value is not None}}
    metric = METRICS[full["metric"]]
    scope = full.setdefault("configuration_set", None)
    full.setdefault("threshold", metric.defaults[full["tier"]])
    full.setdefault("alarm_name", names.reputation_alarm(metric.word, full["tier"], scope))
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
