# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Metric alarms: their configuration, state and history, and the one place where a state changes.

They live in moto's CloudWatch backend, in ``backend.alarms`` by name, in place of moto's own; the history in
``backend.alarm_history``, which outlives its alarms.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from moto.cloudwatch.models import CloudWatchBackend, cloudwatch_backends

from . import alarm_actions, background, metrics
from . import evaluation as evaluations
from .evaluation import compact, timestamp

ACTIONS = {"OK": "OKActions", "ALARM": "AlarmActions", "INSUFFICIENT_DATA": "InsufficientDataActions"}
DEFAULTS: dict[str, Any] = {
    "ActionsEnabled": True,
    "OKActions": [],
    "AlarmActions": [],
    "InsufficientDataActions": [],
    "Dimensions": [],
}


@dataclass
class State:
    """``reason_data`` is JSON text or None, ``updated`` seconds since 1970."""

    value: str
    reason: str
    reason_data: str | None
    updated: float


@dataclass
class Alarm:
    """``config`` is what PutMetricAlarm was given, with the defaults, without tags."""

    account: str
    region: str
    arn: str
    config: dict[str, Any]
    configured: float
    state: State
    transitioned: float
    # moto's tagging and list code asks for these two.
    rule: None = None
    name: str = field(init=False)

    def __post_init__(self) -> None:
        self.name = self.config["AlarmName"]

    @property
    def alarm_arn(self) -> str:
        return self.arn

    def describe(self) -> dict[str, Any]:
        """In the shape of DescribeAlarms' MetricAlarms; times as naive UTC, which is what moto serializes."""
        shown = {
            **self.config,
            "AlarmArn": self.arn,
            "AlarmConfigurationUpdatedTimestamp": naive(self.configured),
            "StateValue": self.state.value,
            "StateReason": self.state.reason,
            "StateUpdatedTimestamp": naive(self.state.updated),
            "StateTransitionedTimestamp": naive(self.transitioned),
        }
        if self.state.reason_data is not None:
            shown["StateReasonData"] = self.state.reason_data
        return shown


def naive(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC).replace(tzinfo=None)


def of(backend: CloudWatchBackend) -> dict[str, Alarm]:
    return backend.alarms  # type: ignore[return-value]


def history(backend: CloudWatchBackend) -> list[dict[str, Any]]:
    """AlarmHistoryItems, oldest first. In the instance, so that a reset of moto drops it."""
    return backend.__dict__.setdefault("alarm_history", [])  # type: ignore[no-any-return]


def put(backend: CloudWatchBackend, config: dict[str, Any], tags: list[dict[str, str]]) -> None:
    """Create the alarm, or replace its whole configuration; an existing one keeps its state and its tags."""
    now = time.time()
    config = {**DEFAULTS, **config}
    alarm = of(backend).get(config["AlarmName"])
    if alarm is None:
        arn = (
            f"arn:{backend.partition}:cloudwatch:{backend.region_name}:{backend.account_id}:alarm:{config['AlarmName']}"
        )
        state = State("INSUFFICIENT_DATA", "Unchecked: Initial alarm creation", None, now)
        alarm = Alarm(backend.account_id, backend.region_name, arn, config, now, state, now)
        of(backend)[alarm.name] = alarm
        backend.tagger.delete_all_tags_for_resource(arn)
        backend.tagger.tag_resource(arn, tags)
        _configured(backend, alarm, "created", "Create")
    else:
        alarm.config, alarm.configured = config, now
        _configured(backend, alarm, "updated", "Update")
    evaluate(backend, alarm)


def delete(backend: CloudWatchBackend, name: str) -> None:
    alarm = of(backend).pop(name)
    backend.tagger.delete_all_tags_for_resource(alarm.arn)
    _configured(backend, alarm, "deleted", "Delete")


def enable_actions(backend: CloudWatchBackend, name: str, enabled: bool) -> None:
    alarm = of(backend)[name]
    if alarm.config["ActionsEnabled"] != enabled:
        alarm.config = {**alarm.config, "ActionsEnabled": enabled}
        alarm.configured = time.time()
        _configured(backend, alarm, "updated", "Update")


def publish(account: str, region: str, namespace: str, values: Mapping[str, float], dimensions: dict[str, str]) -> None:
    """Metrics that a service of AWS publishes about a resource."""
    pairs = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    data = [
        {"MetricName": name, "Value": value, "Unit": "Count", "Dimensions": pairs} for name, value in values.items()
    ]
    put_data(cloudwatch_backends[account][region], namespace, data)


def put_data(backend: CloudWatchBackend, namespace: str, data: list[dict[str, Any]]) -> None:
    """Store metric data, then evaluate each alarm that watches exactly one of these metrics."""
    backend.put_metric_data(namespace, data)
    changed = {(namespace, each["MetricName"], metrics.key(each.get("Dimensions", []))) for each in data}
    for alarm in list(of(backend).values()):
        config = alarm.config
        if (config.get("Namespace"), config.get("MetricName"), metrics.key(config["Dimensions"])) in changed:
            evaluate(backend, alarm)


def evaluate(backend: CloudWatchBackend, alarm: Alarm) -> None:
    """Bring the alarm into the state its data says. Only plain metrics are evaluated, no metric math."""
    config = alarm.config
    if "MetricName" not in config or config["ComparisonOperator"] not in evaluations.COMPARISONS:
        return
    now = time.time()
    data = metrics.samples(backend, config["Namespace"], config["MetricName"], config["Dimensions"])
    verdict = evaluations.evaluate(config, data, now, alarm.state.value)
    if verdict is not None and verdict.state != alarm.state.value:
        set_state(backend, alarm, verdict.state, verdict.reason, compact(verdict.reason_data))


def set_state(backend: CloudWatchBackend, alarm: Alarm, value: str, reason: str, reason_data: str | None) -> None:
    """Change the state; on a transition, and only then, the new state's actions run, after the caller is answered."""
    old = alarm.state
    alarm.state = State(value, reason, reason_data, time.time())
    if value == old.value:
        return
    alarm.transitioned = alarm.state.updated
    data = {"version": "1.0", "oldState": _state_data(old), "newState": _state_data(alarm.state)}
    record(backend, alarm, "StateUpdate", f"Alarm updated from {old.value} to {value}", data)
    actions = alarm.config[ACTIONS[value]] if alarm.config["ActionsEnabled"] else []
    change = alarm_actions.Change(alarm.arn, dict(alarm.config), alarm.configured, old, alarm.state)
    if actions:
        background.submit(f"actions of alarm {alarm.name}", _act, backend, alarm, change, actions)


def record(backend: CloudWatchBackend, alarm: Alarm, kind: str, summary: str, data: dict[str, Any]) -> None:
    item = {
        "AlarmName": alarm.name,
        "AlarmType": "MetricAlarm",
        "Timestamp": naive(time.time()),
        "HistoryItemType": kind,
        "HistorySummary": summary,
        "HistoryData": compact(data),
    }
    history(backend).append(item)


def _act(backend: CloudWatchBackend, alarm: Alarm, change: alarm_actions.Change, actions: list[str]) -> None:
    for action in actions:
        error = alarm_actions.run(change, action)
        data: dict[str, Any] = {
            "actionState": "Failed" if error else "Succeeded",
            "stateUpdateTimestamp": int(change.new.updated * 1000),
            "notificationResource": action,
            "publishedMessage": None if error else compact({"default": alarm_actions.message(change)}),
            "error": error,
        }
        summary = f"Successfully executed action {action}"
        if error:
            summary = f'Failed to execute action {action}. Received error: "{error}"'
        record(backend, alarm, "Action", summary, data)


def _configured(backend: CloudWatchBackend, alarm: Alarm, verb: str, kind: str) -> None:
    config = {f"{key[0].lower()}{key[1:]}": value for key, value in alarm.config.items()}
    config.update(alarmArn=alarm.arn, alarmConfigurationUpdatedTimestamp=timestamp(alarm.configured))
    data = {"version": "1.0", "type": kind, f"{verb}Alarm": config}
    record(backend, alarm, "ConfigurationUpdate", f'Alarm "{alarm.name}" {verb}', data)


def _state_data(state: State) -> dict[str, Any]:
    data: dict[str, Any] = {"stateValue": state.value, "stateReason": state.reason}
    if state.reason_data:
        data["stateReasonData"] = json.loads(state.reason_data)
    return data
