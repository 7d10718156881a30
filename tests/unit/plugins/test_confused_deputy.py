# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nobody else gets a foot in: another account's alarm, topic, rule or function, and principals wider than ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._operations import ses_pause_function, ses_reputation_alarm
from botocore.exceptions import ClientError

from tests.unit.function.support import CODE
from tests.unit.local_aws.helpers import ALARM as BOUNCE_ALARM
from tests.unit.local_aws.helpers import settle
from tests.unit.plugins.module_utils.drills import BOUNCE, FUNCTION, NOTIFY, TRIP
from tests.unit.plugins.target import ACCOUNT, OTHER_ACCOUNT, REGION, Target

# Long, and of code that other tests cover line by line.
pytestmark = pytest.mark.no_cover

Client = Callable[..., Any]
QUEUE = f"http://x/{ACCOUNT}/ses-pause-failures"
ALARM = {**BOUNCE_ALARM, "AlarmName": BOUNCE}


class Guard:
    """A guarded account under enforced IAM, and what it does."""

    def __init__(self, target: Target, aws: Client, control: Client) -> None:
        self.aws, self.control = aws, control
        control("settings", async_retry_delays=[0.0, 0.0])
        target.run(ses_pause_function, code=CODE)
        target.run(ses_reputation_alarm, alarms=[{"metric": "bounce_rate", "tier": "pause"}])
        control("settings", enforce_iam=True)
        control("calls", method="DELETE")

    def settle(self) -> list[str]:
        """What the function has done, in the end: the calls it has made; and that sending is as it was."""
        settle(self.control)
        assert self.aws("sesv2").get_account()["SendingEnabled"]
        made = self.control("calls", method="GET")["calls"]
        return [call["operation"] for call in made if call.get("source") == "lambda"]


@pytest.fixture
def guard(target: Target, aws: Client, control: Client) -> Guard:
    return Guard(target, aws, control)


def trip(cloudwatch: Any, *actions: str) -> None:
    cloudwatch.put_metric_alarm(**ALARM, AlarmActions=list(actions))
    for state in ("OK", "ALARM"):
        cloudwatch.set_alarm_state(AlarmName=BOUNCE, StateValue=state, StateReason="Testing")


def test_its_own_alarm_gets_through(guard: Guard, aws: Client) -> None:
    """Or the others would show nothing."""
    aws("cloudwatch").set_alarm_state(AlarmName=BOUNCE, StateValue="OK", StateReason="Testing")
    aws("cloudwatch").set_alarm_state(AlarmName=BOUNCE, StateValue="ALARM", StateReason="Testing")
    settle(guard.control)
    assert not aws("sesv2").get_account()["SendingEnabled"]


@pytest.mark.parametrize("action", [TRIP, NOTIFY, FUNCTION])
@pytest.mark.parametrize(
    "place", [{"account": OTHER_ACCOUNT}, {"region": "us-east-1"}], ids=["another account", "another Region"]
)
def test_an_alarm_from_elsewhere_reaches_nothing(guard: Guard, aws: Client, place: Any, action: str) -> None:
    cloudwatch = aws("cloudwatch", **place)
    trip(cloudwatch, action)
    assert guard.settle() == []
    history = cloudwatch.describe_alarm_history(AlarmName=BOUNCE, HistoryItemType="Action")["AlarmHistoryItems"]
    assert "ailed" in history[0]["HistorySummary"]


def test_a_topic_of_another_account_cannot_invoke(guard: Guard, aws: Client) -> None:
    sns = aws("sns", account=OTHER_ACCOUNT)
    topic = sns.create_topic(Name="ses-pause-trip")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=FUNCTION)
    sns.publish(TopicArn=topic, Message="{}")
    assert guard.settle() == []


def test_another_topic_of_the_account_cannot_invoke(guard: Guard, aws: Client) -> None:
    topic = aws("sns").create_topic(Name="another")["TopicArn"]
    aws("sns").subscribe(TopicArn=topic, Protocol="lambda", Endpoint=FUNCTION)
    aws("sns").publish(TopicArn=topic, Message="{}")
    assert guard.settle() == []


def test_another_topic_cannot_leave_anything_in_the_queue(guard: Guard, aws: Client) -> None:
    for account in (ACCOUNT, OTHER_ACCOUNT):
        sns = aws("sns", account=account)
        topic = sns.create_topic(Name="another")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:ses-pause-failures")
        sns.publish(TopicArn=topic, Message="{}")
    assert guard.settle() == []
    assert "Messages" not in aws("sqs").receive_message(QueueUrl=QUEUE)


def test_a_rule_of_another_name_or_account_cannot_invoke(guard: Guard, aws: Client) -> None:
    for account, name in ((ACCOUNT, "another"), (OTHER_ACCOUNT, "ses-pause-sweep")):
        events = aws("events", account=account)
        events.put_rule(Name=name, ScheduleExpression="rate(1 minute)")
        events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": FUNCTION, "Input": '{"sweep": true}'}])
        guard.control("events/fire", account=account, region=REGION, rule=name)
    assert guard.settle() == []


@pytest.mark.parametrize(
    ("service", "operation", "params"),
    [
        ("sns", "publish", {"TopicArn": TRIP, "Message": "{}"}),
        ("sns", "publish", {"TopicArn": NOTIFY, "Message": "{}"}),
        ("sns", "subscribe", {"TopicArn": NOTIFY, "Protocol": "sms", "Endpoint": "+12065550100"}),
        ("sns", "set_topic_attributes", {"TopicArn": TRIP, "AttributeName": "Policy", "AttributeValue": "{}"}),
        ("sqs", "send_message", {"QueueUrl": QUEUE, "MessageBody": "{}"}),
        ("sqs", "receive_message", {"QueueUrl": QUEUE}),
        ("lambda", "invoke", {"FunctionName": FUNCTION, "Payload": '{"sweep": true}'}),
        ("lambda", "invoke", {"FunctionName": FUNCTION, "Payload": "{}", "InvocationType": "Event"}),
    ],
)
def test_another_account_may_call_nothing(guard: Guard, aws: Client, service: str, operation: str, params: Any) -> None:
    with pytest.raises(ClientError, match="is not authorized to perform"):
        getattr(aws(service, account=OTHER_ACCOUNT), operation)(**params)
    assert guard.settle() == []


def test_a_policy_that_lets_in_another_account_is_what_would_let_it_in(guard: Guard, aws: Client) -> None:
    """What refuses above is the policy, not the local AWS; and the next run takes it away again."""
    policy = json.loads(aws("sns").get_topic_attributes(TopicArn=NOTIFY)["Attributes"]["Policy"])
    wide = {"Sid": "Wide", "Effect": "Allow", "Principal": {"AWS": OTHER_ACCOUNT}, "Action": "SNS:Publish"}
    policy["Statement"].append({**wide, "Resource": NOTIFY})
    aws("sns").set_topic_attributes(TopicArn=NOTIFY, AttributeName="Policy", AttributeValue=json.dumps(policy))
    assert aws("sns", account=OTHER_ACCOUNT).publish(TopicArn=NOTIFY, Message="{}")["MessageId"]


@pytest.mark.parametrize("service", ["ec2.amazonaws.com", "events.amazonaws.com", None])
def test_only_lambda_may_take_the_role(guard: Guard, aws: Client, service: str | None) -> None:
    trust = aws("iam").get_role(RoleName=f"ses-pause-{REGION}")["Role"]["AssumeRolePolicyDocument"]
    assert [statement["Principal"] for statement in trust["Statement"]] == [{"Service": "lambda.amazonaws.com"}]
    if service is None:
        user = aws("iam", account=OTHER_ACCOUNT).create_user(UserName="eve")["User"]["UserName"]
        aws("iam", account=OTHER_ACCOUNT).put_user_policy(
            UserName=user, PolicyName="all", PolicyDocument=json.dumps({
                "Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"},
            }))  # fmt: skip
        key = aws("iam", account=OTHER_ACCOUNT).create_access_key(UserName=user)["AccessKey"]
        with pytest.raises(ClientError, match="is not authorized to perform: sts:AssumeRole"):
            aws("sts", credentials=key).assume_role(
                RoleArn=f"arn:aws:iam::{ACCOUNT}:role/ses-pause-{REGION}", RoleSessionName="eve"
            )
