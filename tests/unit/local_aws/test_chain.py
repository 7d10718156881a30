# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The whole chain: a metric, an alarm, a topic, a function's code, sending paused; and chains with a broken link."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.local_aws.helpers import ALARM, deploy, make_role, permit, queue, received, settle

PAUSE = """
import json
import boto3

def handler(event, context):
    alarm = json.loads(event["Records"][0]["Sns"]["Message"])
    if alarm["NewStateValue"] == "ALARM":
        boto3.client("sesv2").put_account_sending_attributes(SendingEnabled=False)
    boto3.client("sns").publish(
        TopicArn=event["Records"][0]["Sns"]["TopicArn"].replace("trip", "notify"),
        Subject="Sending is paused",
        Message=alarm["NewStateReason"],
    )
"""


def build(aws: Callable[..., Any], control: Callable[..., Any], allowed: list[str] | None = None) -> None:
    """Topics, function, permission, failure queue, two alarms: on the bounce rate and on the failure queue."""
    sns = aws("sns")
    trip, notify = (sns.create_topic(Name=name)["TopicArn"] for name in ("trip", "notify"))
    sns.subscribe(TopicArn=notify, Protocol="email", Endpoint="ops@example.com")
    control("sns/confirm", topic_arn=notify, endpoint="ops@example.com")
    role = make_role(aws, "role", allowed or ["ses:*", "sns:Publish", "sqs:SendMessage"])
    function = deploy(aws, PAUSE, role=role)
    permit(aws, function, "sns.amazonaws.com", trip)
    sns.subscribe(TopicArn=trip, Protocol="lambda", Endpoint=function)
    _url, dead = queue(aws, "failures")
    aws("lambda").put_function_event_invoke_config(
        FunctionName="function", DestinationConfig={"OnFailure": {"Destination": dead}}
    )
    cloudwatch = aws("cloudwatch")
    cloudwatch.put_metric_alarm(**ALARM, AlarmActions=[trip])
    cloudwatch.put_metric_alarm(
        AlarmName="failures",
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions=[{"Name": "QueueName", "Value": "failures"}],
        Statistic="Maximum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="notBreaching",
        AlarmActions=[notify],
    )


def bounce(aws: Callable[..., Any], rate: float, control: Callable[..., Any]) -> None:
    data = [{"MetricName": "Reputation.BounceRate", "Value": rate}]
    aws("cloudwatch").put_metric_data(Namespace="AWS/SES", MetricData=data)
    settle(control)


def mails(control: Callable[..., Any]) -> list[str]:
    return [each["subject"] for each in control("sns/outbox", method="GET")]


@pytest.mark.parametrize("enforced", [False, True])
def test_a_bounce_rate_pauses_sending(aws: Callable[..., Any], control: Callable[..., Any], enforced: bool) -> None:
    build(aws, control)
    control("settings", enforce_iam=enforced)
    bounce(aws, 0.03, control)
    assert aws("sesv2").get_account()["SendingEnabled"] is True
    assert mails(control) == []
    bounce(aws, 0.9, control)
    assert aws("sesv2").get_account()["SendingEnabled"] is False
    assert mails(control) == ["Sending is paused"]
    assert aws("sesv2", region="us-east-1").get_account()["SendingEnabled"] is True
    assert aws("sesv2", account="210987654321").get_account()["SendingEnabled"] is True


def test_a_function_that_may_not_pause_is_told(aws: Callable[..., Any], control: Callable[..., Any]) -> None:
    build(aws, control, allowed=["sns:Publish", "sqs:SendMessage"])
    control("settings", enforce_iam=True, async_retry_delays=[0.01, 0.01])
    bounce(aws, 0.06, control)
    assert aws("sesv2").get_account()["SendingEnabled"] is True
    assert mails(control) == ['ALARM: "failures" in Europe (Ireland)']
    url = aws("sqs").get_queue_url(QueueName="failures")["QueueUrl"]
    [message] = received(aws, url)
    record = json.loads(message["Body"])
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert "AccessDenied" in record["responsePayload"]["errorMessage"]
    alarm = json.loads(record["requestPayload"]["Records"][0]["Sns"]["Message"])
    assert (alarm["AlarmName"], alarm["NewStateValue"]) == ("bounce", "ALARM")


def test_without_the_permission_nothing_is_paused(aws: Callable[..., Any], control: Callable[..., Any]) -> None:
    build(aws, control)
    aws("lambda").remove_permission(FunctionName="function", StatementId="test")
    bounce(aws, 0.06, control)
    assert aws("sesv2").get_account()["SendingEnabled"] is True
    assert aws("cloudwatch").describe_alarms(AlarmNames=["bounce"])["MetricAlarms"][0]["StateValue"] == "ALARM"
