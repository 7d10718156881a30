# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each path asks of AWS, exactly: calls are what a run costs, and unlike seconds they can be counted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._guard.reputation_alarms import AlarmPlan
from ansible_collections.mailops.ses.plugins.module_utils._operations import (
    ses_pause_guard,
    ses_reputation_info,
    ses_sending_enabled,
)
from ansible_collections.mailops.ses.plugins.module_utils._resources.topic import Topic
from botocore.awsrequest import AWSPreparedRequest

from tests.unit.plugins.deployer_walk import FOUR
from tests.unit.plugins.target import CODE, OTHER_ACCOUNT, REGION, MakeTarget, Target, actions, validated

PEOPLE = [{"protocol": "sms", "endpoint": "+12065550100"}]
OPTIONS: dict[str, Any] = {"code": CODE, "subscriptions": PEOPLE, "alarms": FOUR, "refuse_trip": True}
NO_CHANGE = {
    "sts:GetCallerIdentity": 1,
    "sesv2:GetAccount": 1,
    "cloudwatch:DescribeAlarms": 1,
    "cloudwatch:GetDashboard": 1,
    # The dashboard's.
    "cloudwatch:ListTagsForResource": 1,
    "resourcegroupstaggingapi:GetResources": 1,
    "iam:GetRole": 1,
    "iam:GetRolePolicy": 1,
    "iam:ListRolePolicies": 1,
    "iam:ListAttachedRolePolicies": 1,
    "logs:DescribeLogGroups": 1,
    "sqs:GetQueueUrl": 1,
    "sqs:GetQueueAttributes": 1,
    # Two topics.
    "sns:GetTopicAttributes": 2,
    "sns:ListSubscriptionsByTopic": 2,
    "sns:GetSubscriptionAttributes": 1,
    "lambda:GetFunction": 1,
    "lambda:GetFunctionEventInvokeConfig": 1,
    "lambda:GetPolicy": 1,
    "events:DescribeRule": 1,
    "events:ListTagsForResource": 1,
    "events:ListTargetsByRule": 1,
}
AS_A_ROLE = {**{call: count for call, count in NO_CHANGE.items() if not call.startswith("sts:")}, "sts:AssumeRole": 1}
FIRST = Counter(
    {
        "sts:GetCallerIdentity": 1,
        "sesv2:GetAccount": 1,
        "cloudwatch:DescribeAlarms": 1,
        "cloudwatch:GetDashboard": 1,
        # Whether an alarm would pause at once.
        "cloudwatch:GetMetricData": 1,
        "iam:GetRole": 1,
        "logs:DescribeLogGroups": 1,
        "sqs:GetQueueUrl": 1,
        "sns:GetTopicAttributes": 2,
        "sns:ListSubscriptionsByTopic": 2,
        "lambda:GetFunction": 1,
        "lambda:GetFunctionEventInvokeConfig": 1,
        "lambda:GetPolicy": 1,
        "events:DescribeRule": 1,
    }
)
# Whether the alarms' topics are there, and CloudWatch may publish to them.
TOPICS = Counter({"sns:GetTopicAttributes": 2})
WRITES = Counter(
    {
        "sqs:CreateQueue": 1,
        "logs:CreateLogGroup": 1,
        "logs:PutRetentionPolicy": 1,
        "iam:CreateRole": 1,
        "iam:PutRolePolicy": 1,
        "sns:CreateTopic": 2,
        "sns:Subscribe": 2,
        "cloudwatch:PutMetricAlarm": 6,
        "lambda:CreateFunction": 1,
        # Until it is Active.
        "lambda:GetFunction": 1,
        "lambda:PutFunctionEventInvokeConfig": 1,
        "lambda:AddPermission": 2,
        "events:PutRule": 1,
        "events:PutTargets": 1,
        "cloudwatch:PutDashboard": 1,
        "cloudwatch:TagResource": 1,
    }
)


@pytest.fixture
def guarded(target: Target) -> Target:
    target.run(ses_pause_guard, **OPTIONS)
    return target


def test_a_first_run(target: Target) -> None:
    with target.recorded() as calls:
        target.check(ses_pause_guard, **OPTIONS)
    assert calls == FIRST + TOPICS
    with target.recorded() as calls:
        target.run(ses_pause_guard, **OPTIONS)
    assert calls == FIRST + TOPICS + WRITES


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_run_without_a_change(guarded: Target, check_mode: bool) -> None:
    with guarded.recorded() as calls:
        assert not guarded.run(ses_pause_guard, check_mode, **OPTIONS)["changed"]
    assert calls == NO_CHANGE
    assert sum(calls.values()) <= 26


def test_a_run_as_a_role(make_target: MakeTarget) -> None:
    target = make_target(assume_role_arn=f"arn:aws:iam::{OTHER_ACCOUNT}:role/deployer")
    target.run(ses_pause_guard, **OPTIONS)
    with target.recorded() as calls:
        assert not target.run(ses_pause_guard, **OPTIONS)["changed"]
    assert calls == AS_A_ROLE


def test_nothing_is_asked_twice(guarded: Target) -> None:
    aws, asked = guarded.aws(), Counter[tuple[str, bytes]]()

    def keep(request: AWSPreparedRequest, **_event: Any) -> None:
        asked[f"{request.method} {request.url} {request.headers.get('X-Amz-Target')}", request.body or b""] += 1

    for service in {call.partition(":")[0] for call in NO_CHANGE}:
        aws.client(service).meta.events.register("before-send", keep)
    ses_pause_guard.run(aws, validated(ses_pause_guard, **guarded.connection, **OPTIONS), False)
    assert sum(asked.values()) == sum(NO_CHANGE.values())
    assert [request for request, count in asked.items() if count > 1] == []


def test_a_pause_and_a_resume(guarded: Target) -> None:
    memory = Counter({"cloudwatch:DescribeAlarmsForMetric": 2, "cloudwatch:ListTagsForResource": 2})
    note = Counter({"cloudwatch:TagResource": 2})
    written = Counter({"sesv2:GetAccount": 2, "sesv2:PutAccountSendingAttributes": 1})
    written += Counter({"sns:Publish": 1, "sts:GetCallerIdentity": 1})
    with guarded.recorded() as calls:
        guarded.run(ses_sending_enabled, enabled=False, reason="a test")
    assert calls == written + memory + note
    with guarded.recorded() as calls:
        assert not guarded.run(ses_sending_enabled, enabled=False, reason="a test")["changed"]
    assert calls == Counter({"sesv2:GetAccount": 1}) + memory
    with guarded.recorded() as calls:
        guarded.run(ses_sending_enabled, enabled=True)
    # It looks before and after the write, and notes that it begins and that it is done.
    assert calls == written + memory + memory + note + note


def test_a_look(guarded: Target) -> None:
    with guarded.recorded() as calls:
        guarded.run(ses_reputation_info, gather=["health"])
    assert calls == {
        "sts:GetCallerIdentity": 1,
        "sesv2:GetAccount": 1,
        "cloudwatch:GetMetricData": 1,
        "cloudwatch:DescribeAlarms": 1,
        "cloudwatch:ListTagsForResource": 4,
        "iam:SimulatePrincipalPolicy": 2,
        "sqs:GetQueueUrl": 1,
        "sqs:GetQueueAttributes": 1,
        "sns:GetTopicAttributes": 2,
        "sns:ListSubscriptionsByTopic": 2,
        "sns:GetSubscriptionAttributes": 1,
        "lambda:GetFunction": 1,
        "lambda:GetPolicy": 1,
        "events:DescribeRule": 1,
        "events:ListTagsForResource": 1,
        "events:ListTargetsByRule": 1,
    }


# The task that does all of it


def test_the_guard_comes_and_is_seen_as_it_is(target: Target) -> None:
    done = target.converge(ses_pause_guard, **OPTIONS)
    assert set(actions(done).values()) == {"create"}
    assert len(actions(done)) == 14 + len(FOUR)
    assert done["diff"]["after"].keys() == actions(done).keys()
    assert done["account"]["id"] in done["function_arn"]


def test_an_alarm_that_nobody_describes_goes(guarded: Target) -> None:
    done = guarded.converge(ses_pause_guard, **{**OPTIONS, "alarms": FOUR[:2]})
    gone = {f"CloudWatch alarm ses-pause-{name}": "delete" for name in ("complaint-pause", "complaint-warn")}
    # The dashboard shows the alarms that there are.
    assert actions(done) == {**gone, f"CloudWatch dashboard ses-pause-{REGION}": ["body"]}


def test_what_would_pause_at_once_is_refused_before_anything_is_written(
    target: Target, aws: Callable[..., Any]
) -> None:
    rate = {"MetricName": "Reputation.BounceRate", "Value": 0.07}
    aws("cloudwatch").put_metric_data(Namespace="AWS/SES", MetricData=[rate])
    with target.recorded() as calls, pytest.raises(SesError, match="would pause sending at once") as caught:
        target.run(ses_pause_guard, **OPTIONS)
    assert [each["alarm_name"] for each in caught.value.details["would_trip"]] == ["ses-pause-bounce-pause"]
    assert calls == FIRST


def test_what_was_written_before_an_error_is_told(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_anything: Any) -> None:
        raise SesError("too many alarms")

    monkeypatch.setattr(AlarmPlan, "apply", fail)
    with pytest.raises(SesError, match="too many alarms") as caught:
        target.run(ses_pause_guard, **OPTIONS)
    assert caught.value.details["changed"]
    assert len(actions(caught.value.details)) == 14


def test_what_aws_says_of_the_account_is_told(guarded: Target, control: Callable[..., Any]) -> None:
    control("ses", region=REGION, enforcement_status="PROBATION")
    (warning,) = guarded.run(ses_pause_guard, **OPTIONS)["warnings"]
    assert "PROBATION" in warning


def test_who_sends_uncovered_is_told_where_no_alarm_pauses_the_account(
    guarded: Target, aws: Callable[..., Any]
) -> None:
    for name, more in (("covered.example.com", {"ConfigurationSetName": "news"}), ("example.com", {})):
        aws("sesv2").create_configuration_set(ConfigurationSetName="news") if more else None
        aws("sesv2").create_email_identity(EmailIdentity=name, **more)
    assert "identities" not in guarded.run(ses_pause_guard, **OPTIONS)
    only_warn = {**OPTIONS, "alarms": [alarm for alarm in FOUR if alarm["tier"] == "warn"]}
    planned = guarded.check(ses_pause_guard, **only_warn)
    for result in (planned, guarded.run(ses_pause_guard, **only_warn)):
        assert result["identities"] == {"total": 2, "looked_at": 2, "without_default_set": ["example.com"]}
        (warning,) = result["warnings"]
        assert "without a default set: example.com (2 of 2 looked at)" in warning
    with guarded.recorded() as calls:
        quiet = guarded.run(ses_pause_guard, **only_warn, identities=False)
    assert "identities" not in quiet
    assert "warnings" not in quiet
    assert not any("Identit" in call.replace("CallerIdentity", "") for call in calls)


def test_a_removal(guarded: Target) -> None:
    with guarded.recorded() as planned:
        assert guarded.check(ses_pause_guard, state="absent")["changed"]
    with guarded.recorded() as calls:
        guarded.run(ses_pause_guard, state="absent")
    assert calls >= planned
    writes = calls - planned
    assert sum(planned.values()) == 32
    assert writes == {
        "cloudwatch:DeleteAlarms": 6,
        "cloudwatch:DeleteDashboards": 1,
        "events:RemoveTargets": 1,
        "events:DeleteRule": 1,
        "iam:DeleteRolePolicy": 1,
        "iam:DeleteRole": 1,
        "lambda:DeleteFunction": 1,
        "logs:DeleteLogGroup": 1,
        "sns:DeleteTopic": 2,
        "sqs:DeleteQueue": 1,
    }
    assert not guarded.run(ses_pause_guard, state="absent")["changed"]


def test_a_removal_that_is_refused_writes_nothing(guarded: Target, aws: Callable[..., Any]) -> None:
    topic = aws("sns").create_topic(Name="ses-pause-trip")["TopicArn"]
    aws("sns").untag_resource(ResourceArn=topic, TagKeys=["ses-pause:guard"])
    # By its policy's Id it would still be known.
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": topic}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [everybody]})
    aws("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    with (
        guarded.recorded() as calls,
        pytest.raises(SesError, match=r"Not ours.*: SNS topic ses-pause-trip"),
    ):
        guarded.run(ses_pause_guard, state="absent")
    assert not any(call.partition(":")[2].startswith("Delete") for call in calls)


def test_what_was_removed_before_an_error_is_told(guarded: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_anything: Any) -> None:
        raise SesError("too many topics")

    monkeypatch.setattr(Topic, "delete", fail)
    with pytest.raises(SesError, match="too many topics") as caught:
        guarded.run(ses_pause_guard, state="absent")
    assert caught.value.details["changed"]
    assert set(actions(caught.value.details).values()) == {"delete"}
    assert len(actions(caught.value.details)) == len(FOUR)
