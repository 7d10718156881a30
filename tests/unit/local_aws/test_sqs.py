# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SQS of the local AWS: attributes, and the metrics that an alarm on a queue watches."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from moto.cloudwatch.models import cloudwatch_backends

from tests.unit.local_aws.helpers import queue, received, statement


@pytest.fixture
def sqs(aws: Callable[..., Any]) -> Any:
    return aws("sqs")


def attributes(sqs: Any, url: str) -> dict[str, str]:
    found: dict[str, str] = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return found


def test_setting_one_attribute_leaves_the_others(sqs: Any, aws: Callable[..., Any]) -> None:
    url, arn = queue(aws, "queue")
    policy = statement("sns.amazonaws.com", "sqs:SendMessage", arn, "*")
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"MessageRetentionPeriod": "1209600"})
    found = attributes(sqs, url)
    assert json.loads(found["Policy"]) == json.loads(policy)
    assert found["MessageRetentionPeriod"] == "1209600"
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    assert "Policy" not in attributes(sqs, url)


def test_the_two_kinds_of_encryption_exclude_each_other(sqs: Any, aws: Callable[..., Any]) -> None:
    url, _arn = queue(aws, "queue")
    assert attributes(sqs, url)["SqsManagedSseEnabled"] == "true"
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"KmsMasterKeyId": "alias/mine"})
    found = attributes(sqs, url)
    assert (found["KmsMasterKeyId"], found["SqsManagedSseEnabled"]) == ("alias/mine", "false")
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"SqsManagedSseEnabled": "true"})
    found = attributes(sqs, url)
    assert ("KmsMasterKeyId" in found, found["SqsManagedSseEnabled"]) == (False, "true")
    made = sqs.create_queue(QueueName="other", Attributes={"KmsMasterKeyId": "alias/mine"})["QueueUrl"]
    assert attributes(sqs, made)["SqsManagedSseEnabled"] == "false"


def test_an_alarm_sees_messages_come_and_go(sqs: Any, aws: Callable[..., Any], control: Callable[..., Any]) -> None:
    url, _arn = queue(aws, "queue")
    cloudwatch = aws("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="queue",
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions=[{"Name": "QueueName", "Value": "queue"}],
        Statistic="Minimum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
    )

    def state() -> str:
        return str(cloudwatch.describe_alarms()["MetricAlarms"][0]["StateValue"])

    assert state() == "INSUFFICIENT_DATA"
    sqs.send_message(QueueUrl=url, MessageBody="x")
    assert state() == "ALARM"
    assert attributes(sqs, url)["ApproximateNumberOfMessages"] == "1"
    [message] = received(aws, url)
    assert state() == "OK"
    found = attributes(sqs, url)
    assert (found["ApproximateNumberOfMessages"], found["ApproximateNumberOfMessagesNotVisible"]) == ("0", "1")
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert attributes(sqs, url)["ApproximateNumberOfMessagesNotVisible"] == "0"
    found = cloudwatch.list_metrics(Namespace="AWS/SQS")["Metrics"]
    assert [each["Dimensions"] for each in found] == 2 * [[{"Name": "QueueName", "Value": "queue"}]]


def values(metric: str = "ApproximateNumberOfMessagesVisible", queue: str = "queue") -> list[float]:
    """What a queue's metric was, in order."""
    data: list[Any] = cloudwatch_backends["123456789012"]["eu-west-1"].metric_data
    return [each.value for each in data if (each.name, each.dimensions[0].value) == (metric, queue)]


def test_the_metric_follows_every_change(sqs: Any, aws: Callable[..., Any], control: Callable[..., Any]) -> None:
    url, _arn = queue(aws, "queue")
    for _unused in range(2):
        sqs.send_message(QueueUrl=url, MessageBody="x")
    message = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1)["Messages"][0]
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
    control("evaluate")  # at the latest: moto shows the message again a moment later
    sqs.purge_queue(QueueUrl=url)
    assert values()[:3] == [1.0, 2.0, 1.0]
    assert values()[-2:] == [2.0, 0.0]
    known = len(values())
    sqs.receive_message(QueueUrl=url)
    control("evaluate")
    assert len(values()) == known, "no change and nothing in it, no datapoint"


def test_what_lies_in_a_queue_is_told_at_each_look(sqs: Any, aws: Any, control: Callable[..., Any]) -> None:
    url, _arn = queue(aws, "queue")
    sqs.send_message(QueueUrl=url, MessageBody="x")
    control("evaluate")
    control("evaluate")
    assert values() == [1.0, 1.0, 1.0]


def test_what_is_sent_is_counted_and_what_sqs_itself_moves_is_not(sqs: Any, aws: Callable[..., Any]) -> None:
    dead_url, dead = queue(aws, "dead")
    url, _arn = queue(aws, "queue")
    redrive = json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": 1})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": redrive, "VisibilityTimeout": "0"})
    sqs.send_message(QueueUrl=url, MessageBody="x")
    sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": "one", "MessageBody": "x"}, {"Id": "two", "MessageBody": "x"}])
    for _unused in range(2):
        received(aws, url)
    assert attributes(sqs, dead_url)["ApproximateNumberOfMessages"] == "3"
    assert values("NumberOfMessagesSent") == [1.0, 1.0, 1.0]
    assert values("NumberOfMessagesSent", "dead") == []
