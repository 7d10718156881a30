# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A metric alarm, every field of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from .._aws.alarm_words import ALARM, INSUFFICIENT_DATA
from .._aws.client import Aws
from .._converge.ownership import OWNER_MARK
from .._converge.resource import Found, Resource, State
from .._converge.tags import to_dict, to_list

MISSING = ("ResourceNotFound", "ResourceNotFoundException")
# DescribeAlarms and DeleteAlarms take at most 100 names (botocore's model of CloudWatch).
MAX_NAMES = 100
FIELDS = {
    "description": "AlarmDescription",
    "namespace": "Namespace",
    "metric_name": "MetricName",
    "statistic": "Statistic",
    "period": "Period",
    "evaluation_periods": "EvaluationPeriods",
    "datapoints_to_alarm": "DatapointsToAlarm",
    "threshold": "Threshold",
    "comparison_operator": "ComparisonOperator",
    "treat_missing_data": "TreatMissingData",
    "actions_enabled": "ActionsEnabled",
    "alarm_actions": "AlarmActions",
    "ok_actions": "OKActions",
    "insufficient_data_actions": "InsufficientDataActions",
}
# What DescribeAlarms leaves out where it has the default value.
DEFAULTS: State = {"description": "", "treat_missing_data": "missing"}
# What no alarm of ours has: with a wrong unit it never has data, and the others keep it from being evaluated at once.
PLAIN: State = {"unit": "", "wall_clock_window": None, "warm_up_minutes": 0}
LISTS = ("alarm_actions", "ok_actions", "insufficient_data_actions")


@dataclass(frozen=True)
class AlarmState(Found):
    """An alarm: its configuration, and the state that CloudWatch has found it in.

    value: OK, ALARM or INSUFFICIENT_DATA. since: the last change of C(value), by CloudWatch's clock.
    """

    name: str = ""
    value: str = INSUFFICIENT_DATA
    reason: str = ""
    since: datetime | None = None

    @property
    def in_alarm(self) -> bool:
        return self.value == ALARM

    @property
    def threshold(self) -> float:
        return float(self.state["threshold"])

    @property
    def metric_name(self) -> str | None:
        """None: metric math."""
        return self.state["metric_name"]

    @property
    def dimensions(self) -> dict[str, str]:
        return self.state["dimensions"]

    @property
    def actions(self) -> list[str]:
        return self.state["alarm_actions"]

    @property
    def tags(self) -> dict[str, str]:
        """Empty where they were not read."""
        return self.state.get("tags", {})


class Alarms:
    """Alarms by name or by the beginning of their names, read at once when the first of them is asked for."""

    def __init__(self, names: Iterable[str] = (), prefix: str = "") -> None:
        self._names = list(names)
        self._prefix = prefix
        self._found: dict[str, AlarmState] | None = None
        self._lock = Lock()
        # {name: tags} of those that were asked for them.
        self.tags: dict[str, dict[str, str]] = {}

    def get(self, aws: Aws, name: str) -> AlarmState | None:
        return self.all(aws).get(name)

    def all(self, aws: Aws) -> dict[str, AlarmState]:
        """{name: alarm without tags} of those that exist."""
        with self._lock:
            if self._found is None:
                self._found = {alarm["AlarmName"]: to_state(alarm) for alarm in self._read(aws)}
            return self._found

    def _read(self, aws: Aws) -> Iterator[dict[str, Any]]:
        if self._prefix:
            yield from aws.pages(
                "cloudwatch",
                "describe_alarms",
                "MetricAlarms",
                f"alarms {self._prefix}*",
                AlarmNamePrefix=self._prefix,
                MaxRecords=MAX_NAMES,
            )
        for start in range(0, len(self._names), MAX_NAMES):
            names = self._names[start : start + MAX_NAMES]
            about = f"alarm {names[0]} and {len(names) - 1} more" if len(names) > 1 else f"alarm {names[0]}"
            answer = aws.call("cloudwatch", "describe_alarms", about, AlarmNames=names, MaxRecords=MAX_NAMES)
            yield from answer["MetricAlarms"]


def to_state(alarm: dict[str, Any]) -> AlarmState:
    """An entry of DescribeAlarms; metric math shows as a metric_name of None."""
    state: State = {key: alarm.get(name, DEFAULTS.get(key)) for key, name in FIELDS.items()}
    for key in LISTS:
        state[key] = sorted(state[key] or [])
    state["datapoints_to_alarm"] = state["datapoints_to_alarm"] or state["evaluation_periods"]
    state["dimensions"] = {entry["Name"]: entry["Value"] for entry in alarm.get("Dimensions", [])}
    state["unit"] = alarm.get("Unit", "")
    state["wall_clock_window"] = alarm.get("EvaluationWindow", {}).get("WallClockWindow")
    state["warm_up_minutes"] = alarm.get("WarmUpConfiguration", {}).get("WarmUpPeriodDurationInMinutes", 0)
    return AlarmState(
        state=state,
        arn=alarm["AlarmArn"],
        name=alarm["AlarmName"],
        value=alarm["StateValue"],
        reason=alarm.get("StateReason", ""),
        since=alarm.get("StateTransitionedTimestamp") or alarm.get("StateUpdatedTimestamp"),
    )


class MetricAlarm(Resource[AlarmState]):
    """State: the keys of FIELDS and of PLAIN, dimensions {name: value}, tags.

    trusted: the tags are taken for granted where the description carries our mark, which saves a call an alarm.
    """

    kind = "CloudWatch alarm"
    has_tags_apart = True
    reads_alone = False

    def __init__(
        self, name: str, desired: State | None, alarms: Alarms, trusted: bool = False, in_bulk: bool = True
    ) -> None:
        super().__init__(name, desired)
        self.in_bulk = in_bulk
        self._alarms = alarms
        self._trusted = trusted

    def read(self, aws: Aws) -> AlarmState | None:
        alarm = self._alarms.get(aws, self.name)
        if alarm is None:
            return None
        if self.name in self._alarms.tags:  # read for another purpose already
            return self.with_tags(alarm, self._alarms.tags[self.name])
        if self._trusted and self.desired and self.is_marked(alarm.state):
            return self.with_tags(alarm, self.desired["tags"])
        return alarm

    def read_tags(self, aws: Aws, found: AlarmState) -> dict[str, str] | None:
        answer = aws.call("cloudwatch", "list_tags_for_resource", self.label, MISSING, ResourceARN=found.arn)
        if answer is None:
            return None
        self._alarms.tags[self.name] = to_dict(answer["Tags"])
        return self._alarms.tags[self.name]

    def is_marked(self, state: State) -> bool:
        return OWNER_MARK in state["description"]

    def put(self, aws: Aws, desired: State, **tags: Any) -> None:
        """Writes the alarm's whole configuration; its state stays."""
        dimensions = [{"Name": name, "Value": value} for name, value in desired["dimensions"].items()]
        fields = {name: desired[key] for key, name in FIELDS.items()}
        aws.call(
            "cloudwatch", "put_metric_alarm", self.label, AlarmName=self.name, Dimensions=dimensions, **fields, **tags
        )

    def create(self, aws: Aws, desired: State) -> None:
        self.put(aws, desired, Tags=to_list(desired["tags"]))

    def update(self, aws: Aws, found: AlarmState, desired: State, changed: frozenset[str]) -> None:
        # PutMetricAlarm ignores tags for an alarm that exists. Trusted tags go with the digest in the description, and
        # before it: a run that ends between the two must not leave a digest of tags that are not there.
        if "tags" in changed or (self._trusted and "description" in changed):
            tags = to_list(desired["tags"])
            aws.call("cloudwatch", "tag_resource", self.label, ResourceARN=found.arn, Tags=tags)
        if changed - {"tags"}:
            self.put(aws, desired)

    def delete(self, aws: Aws, found: AlarmState) -> None:
        aws.call("cloudwatch", "delete_alarms", self.label, MISSING, AlarmNames=[self.name])
