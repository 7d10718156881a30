# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an alarm's action sends, and to whom: an SNS topic or a Lambda function.

Sources: Amazon SNS and Lambda pages of the CloudWatch User Guide ("Acting on alarm changes", "Invoke a Lambda
function from an alarm"); the wording of errors is what alarm histories show.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .evaluation import compact, timestamp

if TYPE_CHECKING:
    from .alarms import State

SERVICE = "cloudwatch.amazonaws.com"
LAMBDA_SERVICE = "lambda.alarms.cloudwatch.amazonaws.com"
STATISTICS = {
    "Average": "AVERAGE",
    "Sum": "SUM",
    "Minimum": "MINIMUM",
    "Maximum": "MAXIMUM",
    "SampleCount": "SAMPLE_COUNT",
}


@dataclass(frozen=True)
class Change:
    """One transition, with the configuration the alarm had then."""

    arn: str
    config: dict[str, Any]
    configured: float
    old: State
    new: State

    @property
    def region(self) -> str:
        return self.arn.split(":")[3]

    @property
    def account(self) -> str:
        return self.arn.split(":")[4]

    @property
    def context(self) -> dict[str, str]:
        """The condition keys of a call that CloudWatch makes for this alarm."""
        return {"aws:SourceArn": self.arn, "aws:SourceAccount": self.account, "aws:SourceOwner": self.account}


def run(change: Change, action: str) -> str | None:
    """Run the action. Returns why it failed, None if it did not."""
    if ":sns:" in action:
        return _publish(change, action)
    if ":lambda:" in action:
        return _invoke(change, action)
    return None  # EC2, Auto Scaling, Systems Manager: accepted, without effect here


def message(change: Change) -> str:
    """The JSON text that CloudWatch publishes to a topic."""
    config = change.config
    content = {
        "AlarmName": config["AlarmName"],
        "AlarmDescription": config.get("AlarmDescription"),
        "AWSAccountId": change.account,
        "AlarmConfigurationUpdatedTimestamp": timestamp(change.configured),
        "NewStateValue": change.new.value,
        "NewStateReason": change.new.reason,
        "StateChangeTime": timestamp(change.new.updated),
        "Region": region_name(change.region),
        "AlarmArn": change.arn,
        "OldStateValue": change.old.value,
        "OKActions": config["OKActions"],
        "AlarmActions": config["AlarmActions"],
        "InsufficientDataActions": config["InsufficientDataActions"],
        "Trigger": _trigger(config),
    }
    return compact(content)


def subject(change: Change) -> str:
    """SNS takes at most 100 characters."""
    return f'{change.new.value}: "{change.config["AlarmName"]}" in {region_name(change.region)}'[:100]


def event(change: Change) -> dict[str, Any]:
    """What a function gets that an alarm invokes."""
    return {
        "source": "aws.cloudwatch",
        "alarmArn": change.arn,
        "accountId": change.account,
        "time": timestamp(change.new.updated),
        "region": change.region,
        "alarmData": {
            "alarmName": change.config["AlarmName"],
            "state": _event_state(change.new),
            "previousState": _event_state(change.old),
            "configuration": _event_configuration(change.config),
        },
    }


@lru_cache
def region_name(region: str) -> str:
    """``us-east-1`` -> ``US East (N. Virginia)``, from botocore's endpoint data."""
    import botocore.session

    for partition in botocore.session.Session().get_data("endpoints")["partitions"]:
        if region in partition["regions"]:
            return str(partition["regions"][region]["description"])
    return region


def _publish(change: Change, topic_arn: str) -> str | None:
    from . import sns_delivery

    topic = sns_delivery.find_topic(topic_arn)
    if topic is None:
        return "Resource not found"
    refused = sns_delivery.service_refused(topic, SERVICE, "CloudWatch Alarms", change.context)
    if refused is None:
        sns_delivery.publish(topic, message(change), subject(change))
    return refused


def _invoke(change: Change, function_arn: str) -> str | None:
    from . import lambda_events

    return lambda_events.invoke_by_service(function_arn, event(change), LAMBDA_SERVICE, change.context)


def _trigger(config: dict[str, Any]) -> dict[str, Any]:
    common = {
        "Period": config.get("Period"),
        "EvaluationPeriods": config.get("EvaluationPeriods"),
        "DatapointsToAlarm": config.get("DatapointsToAlarm") or config.get("EvaluationPeriods"),
        "ComparisonOperator": config.get("ComparisonOperator"),
        "Threshold": config.get("Threshold"),
        "TreatMissingData": config.get("TreatMissingData") or "missing",
        "EvaluateLowSampleCountPercentile": config.get("EvaluateLowSampleCountPercentile") or "",
    }
    if "Metrics" in config:
        return {**common, "Metrics": config["Metrics"]}
    extended = config.get("ExtendedStatistic")
    statistic = {"StatisticType": "ExtendedStatistic", "ExtendedStatistic": extended}
    if not extended:
        statistic = {"StatisticType": "Statistic", "Statistic": STATISTICS[config["Statistic"]]}
    return {
        "MetricName": config["MetricName"],
        "Namespace": config["Namespace"],
        **statistic,
        "Unit": config.get("Unit"),
        "Dimensions": [{"value": each["Value"], "name": each["Name"]} for each in config["Dimensions"]],
        **common,
    }


def _event_state(state: State) -> dict[str, Any]:
    shown = {"value": state.value, "reason": state.reason}
    if state.reason_data is not None:
        shown["reasonData"] = state.reason_data
    return {**shown, "timestamp": timestamp(state.updated)}


def _event_configuration(config: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {"metrics": config.get("Metrics", [])}
    if "MetricName" in config:
        metric = {
            "namespace": config["Namespace"],
            "name": config["MetricName"],
            "dimensions": {each["Name"]: each["Value"] for each in config["Dimensions"]},
        }
        stat = {
            "metric": metric,
            "period": config["Period"],
            "stat": config.get("Statistic") or config.get("ExtendedStatistic"),
        }
        if config.get("Unit"):
            stat["unit"] = config["Unit"]
        shown = {"metrics": [{"id": str(uuid.uuid4()), "metricStat": stat, "returnData": True}]}
    if config.get("AlarmDescription"):
        shown["description"] = config["AlarmDescription"]
    return shown
