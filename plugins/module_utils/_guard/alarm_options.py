# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of reputation alarms: what they are, their defaults, and which values cannot be meant."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._aws.errors import SesError
from .._aws.pace import QUOTAS
from .._converge.ownership import own_tags
from .._ses.metrics import METRICS, PAUSE, TIERS, WARN, percent
from .names import DEFAULT_NAME, Names

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
    tier=dict(type="str", choices=list(TIERS), default=PAUSE),
    configuration_set=dict(type="str"),
    threshold=dict(type="float"),
    alarm_name=dict(type="str"),
    description=dict(type="str"),
)


# The options of one entry of alarms: the same as the task's, without defaults, as the task's own hold then.
ALARMS_OPTION: dict[str, Any] = dict(
    type="list",
    elements="dict",
    options={
        **{name: {key: value for key, value in spec.items() if key != "default"} for name, spec in SHARED.items()},
        **OWN,
        "metric": {**OWN["metric"], "required": True},
    },
)
# What every task about alarms has beside the alarms' own options.
OPTIONS: dict[str, Any] = dict(
    state=dict(type="str", choices=["present", "absent"], default="present"),
    name=dict(type="str", default=DEFAULT_NAME),
    alarms=ALARMS_OPTION,
    configuration_sets=dict(type="list", elements="raw"),
    unguarded_metrics=dict(type="str", choices=["leave", "off"], default="leave"),
    check=dict(type="str", choices=["quick", "full"], default="quick"),
    refuse_trip=dict(type="bool", default=False),
    quotas=dict(type="dict", options={name: dict(type="float") for name in QUOTAS}),
    tags=dict(type="dict", default={}),
    adopt=dict(type="list", elements="str", default=[]),
    **SHARED,
)


@dataclass(frozen=True)
class AlarmOptions:
    """A reputation alarm with all of its options. alarm_actions and description: None for the guard's own."""

    metric: str
    tier: str
    threshold: float
    alarm_name: str
    actions_enabled: bool
    period: int
    evaluation_periods: int
    datapoints_to_alarm: int
    statistic: str
    comparison_operator: str
    treat_missing_data: str
    ok_actions: list[str]
    insufficient_data_actions: list[str]
    allow_threshold_at_aws_line: bool
    alarm_actions: list[str] | None = None
    configuration_set: str | None = None
    description: str | None = None

    @property
    def pauses_account(self) -> bool:
        return self.tier == PAUSE and not self.configuration_set


@dataclass(frozen=True)
class AlarmTask:
    """What a task says of alarms.

    entries: the alarms that it describes one by one. shared: what holds where an alarm does not say otherwise.
    sets: the option configuration_sets. tags: the alarms' own, with the guard's. adopt: the labels of what may be taken
    over. is_full: whether each set and alarm is looked at. switches_off: the metrics of sets that are not guarded.
    """

    names: Names
    entries: Sequence[Mapping[str, Any]] = ()
    shared: Mapping[str, Any] = field(default_factory=dict)
    sets: Sequence[Any] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    adopt: Collection[str] = ()
    is_present: bool = True
    is_full: bool = False
    switches_off: bool = False
    purges: bool = False


def alarm_task(params: Mapping[str, Any], names: Names, purges: bool = False) -> AlarmTask:
    """The task, from the options of a module."""
    own = [{option: params.get(option) for option in OWN}] if params.get("metric") else []
    is_present = params.get("state", "present") == "present"
    return AlarmTask(
        names,
        entries=own if params.get("alarms") is None else params["alarms"],
        shared={option: params.get(option, spec.get("default")) for option, spec in SHARED.items()},
        sets=params.get("configuration_sets") or (),
        tags=own_tags(params.get("tags", {}), names.guard),
        # What goes must be ours already: nothing is taken over to be removed.
        adopt=params.get("adopt", ()) if is_present else (),
        is_present=is_present,
        is_full=params.get("check") == "full",
        switches_off=params.get("unguarded_metrics") == "off",
        purges=purges,
    )


def resolve(task: AlarmTask, entries: Sequence[Mapping[str, Any]] | None = None) -> list[AlarmOptions]:
    """The alarms of entries, by default of those that the task has; or an error for a value that cannot be right."""
    alarms = [_with_defaults(entry, task) for entry in (task.entries if entries is None else entries)]
    for alarm in alarms:
        _check(alarm, task.names)
    _check_together(alarms)
    return alarms


def _with_defaults(entry: Mapping[str, Any], task: AlarmTask) -> AlarmOptions:
    given = {option: value for each in (task.shared, entry) for option, value in each.items() if value is not None}
    metric, tier = METRICS[given["metric"]], given["tier"]
    return AlarmOptions(
        **{
            "threshold": metric.defaults[tier],
            "alarm_name": task.names.reputation_alarm(metric.word, tier, given.get("configuration_set")),
            "datapoints_to_alarm": given["evaluation_periods"],
            **given,
        }
    )


def _check(alarm: AlarmOptions, names: Names) -> None:
    """Refuses one alarm whose values cannot be meant."""
    metric, threshold, name = METRICS[alarm.metric], alarm.threshold, alarm.alarm_name
    where = f"{name}: threshold: {threshold:g}"
    if threshold >= 1:
        raise SesError(f"{where} looks like a percentage. Rates are fractions: {threshold:g} % is {threshold / 100:g}.")
    if math.isnan(threshold) or threshold <= 0:
        wrong = "is no number that a rate can reach" if math.isnan(threshold) else "would always be reached"
        raise SesError(f"{where} {wrong}. Use a fraction above 0, such as {metric.defaults['pause']:g}.")
    if threshold >= metric.pause and not alarm.allow_threshold_at_aws_line:
        raise SesError(
            f"{where} is {percent(threshold)}, and at {percent(metric.pause)} AWS may pause the account itself, which "
            f"no API call lifts. Use less than {metric.pause:g} (the default is "
            f"{metric.defaults[alarm.tier]:g}), or set allow_threshold_at_aws_line if you mean it."
        )
    scope = alarm.configuration_set
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
    _check_evaluation(alarm)


def _check_evaluation(alarm: AlarmOptions) -> None:
    period, periods, datapoints = alarm.period, alarm.evaluation_periods, alarm.datapoints_to_alarm
    if period < 60 or period % 60:
        raise SesError(f"period: {period} is not a multiple of 60 seconds. SES publishes no finer; use 300.")
    if periods < 1 or period * periods > 86400:
        raise SesError(f"evaluation_periods: {periods} of {period} s. Use at least 1, and at most a day in all.")
    if not 1 <= datapoints <= periods:
        raise SesError(f"datapoints_to_alarm: {datapoints} is not between 1 and evaluation_periods ({periods}).")
    for option in ACTION_OPTIONS:
        given = getattr(alarm, option) or []
        if len(given) > MAX_ACTIONS:
            raise SesError(f"{option}: CloudWatch takes at most {MAX_ACTIONS} actions; given: {len(given)}.")


def _check_together(alarms: list[AlarmOptions]) -> None:
    """Refuses alarms that contradict each other."""
    seen: set[str] = set()
    for alarm in alarms:
        if alarm.alarm_name in seen:
            raise SesError(f"alarms: {alarm.alarm_name} is described twice. Remove one, or give it an alarm_name.")
        seen.add(alarm.alarm_name)
    thresholds = {(alarm.configuration_set, alarm.metric, alarm.tier): alarm.threshold for alarm in alarms}
    for (scope, metric, tier), warn in thresholds.items():
        pause = thresholds.get((scope, metric, PAUSE))
        if tier == WARN and pause is not None and warn >= pause:
            where = f"configuration set {scope}" if scope else "account"
            raise SesError(
                f"threshold: {metric} of the {where} warns at {warn:g} and pauses at {pause:g}. A warning must come "
                f"first: use a warn threshold below the pause threshold."
            )
