# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What several tests of the local AWS need: functions to deploy, and errors to expect."""

from __future__ import annotations

import io
import json
import textwrap
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ],
}
ALARM = {
    "AlarmName": "bounce",
    "Namespace": "AWS/SES",
    "MetricName": "Reputation.BounceRate",
    "Statistic": "Average",
    "Period": 300,
    "EvaluationPeriods": 1,
    "Threshold": 0.045,
    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    "TreatMissingData": "ignore",
}
ECHO = """
def handler(event, context):
    return {"event": event}
"""
FAIL = """
def handler(event, context):
    raise ValueError("no luck")
"""


class Clock:
    """In place of the module ``time``: it goes on by a sleep, by a test's word, and a moment at each look."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def monotonic(self) -> float:
        self.now += 0.001
        return self.now

    time = monotonic

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def archive(code: str) -> bytes:
    """A deployment package with the code in ``main.py``; the same code gives the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zipped:
        zipped.writestr(zipfile.ZipInfo("main.py"), textwrap.dedent(code))
    return packed.getvalue()


def make_role(aws: Callable[..., Any], name: str, allowed: list[str] | None = None) -> str:
    """A role that Lambda can assume, with one inline policy that allows these actions everywhere."""
    iam = aws("iam")
    arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    if allowed:
        policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": allowed, "Resource": "*"}]}
        iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=json.dumps(policy))
    return arn


def deploy(aws: Callable[..., Any], code: str, name: str = "function", role: str | None = None, **more: Any) -> str:
    """Create a function of the code, which holds ``handler``. Returns its ARN."""
    made = aws("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=role or make_role(aws, f"{name}-role"),
        Handler="main.handler",
        Code={"ZipFile": archive(code)},
        Timeout=more.pop("Timeout", 20),
        **more,
    )
    return str(made["FunctionArn"])


def permit(aws: Callable[..., Any], function: str, service: str, source: str) -> None:
    aws("lambda").add_permission(
        FunctionName=function,
        StatementId="test",
        Action="lambda:InvokeFunction",
        Principal=service,
        SourceArn=source,
    )


def statement(service: str, action: str, resource: str, source: str) -> str:
    """A policy that lets a service of AWS act for one source."""
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": action,
        "Resource": resource,
        "Condition": {"ArnLike": {"aws:SourceArn": source}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [allow]})


def queue(aws: Callable[..., Any], name: str, service: str | None = None, source: str = "*") -> tuple[str, str]:
    """A queue that takes messages of the service, if one is named. Returns URL and ARN."""
    sqs = aws("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    if service:
        policy = statement(service, "sqs:SendMessage", arn, source)
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return url, arn


def received(aws: Callable[..., Any], url: str) -> list[dict[str, Any]]:
    found = aws("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
    messages: list[dict[str, Any]] = found.get("Messages", [])
    return messages


def error_of(call: Callable[..., Any], **params: Any) -> tuple[str, str]:
    """Code and message of the error that the call ends in."""
    with pytest.raises(ClientError) as raised:
        call(**params)
    error = raised.value.response["Error"]
    return str(error["Code"]), str(error["Message"])


def settle(control: Callable[..., Any]) -> None:
    """Wait until all actions, deliveries and invocations are done."""
    assert control("idle", method="GET")["pending"] == []


def log_lines(aws: Callable[..., Any], group: str) -> list[str]:
    """Every line of the group's log, stream after stream."""
    logs = aws("logs")
    streams = logs.describe_log_streams(logGroupName=group)["logStreams"]
    pages = (logs.get_log_events(logGroupName=group, logStreamName=each["logStreamName"]) for each in streams)
    return [event["message"] for page in pages for event in page["events"]]
