# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The whole chain in the local AWS: alarm, topic, the function's real code under its least permissions, people."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.unit.function.support import (
    ACCOUNT,
    CODE,
    FUNCTION_ARN,
    NAME,
    NOTIFY_TOPIC,
    REGION,
    TRIP_TOPIC,
    ago,
    alarm_arn,
)
from tests.unit.local_aws.helpers import ALARM, settle

QUEUE_ARN = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{NAME}-failures"
EVERY_ALARM = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:*"
# What plugins/module_utils/_guard/policies.py grants, and what Lambda itself does in the role's name.
PERMISSIONS = {
    "ses:GetAccount": "*",
    "ses:PutAccountSendingAttributes": "*",
    "ses:GetConfigurationSet": f"arn:aws:ses:{REGION}:{ACCOUNT}:configuration-set/*",
    "ses:PutConfigurationSetSendingOptions": f"arn:aws:ses:{REGION}:{ACCOUNT}:configuration-set/*",
    "cloudwatch:DescribeAlarms": "*",
    "cloudwatch:GetMetricStatistics": "*",
    "cloudwatch:ListTagsForResource": alarm_arn(f"{NAME}-*"),
    "cloudwatch:TagResource": alarm_arn(f"{NAME}-*"),
    "sns:Publish": NOTIFY_TOPIC,
    "sqs:SendMessage": QUEUE_ARN,
    "logs:CreateLogStream": "*",
    "logs:PutLogEvents": "*",
}
BOUNCE = {
    **ALARM,
    "AlarmName": f"{NAME}-bounce-pause",
    "AlarmActions": [TRIP_TOPIC],
}
NEWSLETTER = [{"Name": "ses:configuration-set", "Value": "newsletter"}]
ENVIRONMENT = {
    "SES_PAUSE_NAME": NAME,
    "SES_PAUSE_TRIP_TOPIC_ARN": TRIP_TOPIC,
    "SES_PAUSE_NOTIFY_TOPIC_ARN": NOTIFY_TOPIC,
}
TRUST = [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]


class Chain:
    """The deployed chain, and what a person would do with it or see of it."""

    def __init__(self, aws: Callable[..., Any], control: Callable[..., Any]) -> None:
        self.control = control
        services = ("cloudwatch", "events", "iam", "lambda", "logs", "ses", "sesv2", "sns", "sqs")
        self.clients = {service: aws(service) for service in services}
        control("settings", enforce_iam=True, async_retry_delays=[0.0, 0.0])
        self._deploy()

    def _deploy(self) -> None:
        iam, sns, functions = (self.clients[service] for service in ("iam", "sns", "lambda"))
        trust = json.dumps({"Version": "2012-10-17", "Statement": TRUST})
        role = iam.create_role(RoleName=NAME, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        self.permit()
        self.clients["logs"].create_log_group(logGroupName=f"/aws/lambda/{NAME}")
        queue = self.clients["sqs"].create_queue(QueueName=f"{NAME}-failures")["QueueUrl"]
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, text in CODE.items():
                archive.writestr(name, text)
        functions.create_function(
            FunctionName=NAME,
            Runtime="python3.13",
            Role=role,
            Handler="ses_pause.handler",
            Code={"ZipFile": packed.getvalue()},
            Timeout=60,
            LoggingConfig={"LogFormat": "JSON"},
            Environment={"Variables": ENVIRONMENT},
        )
        functions.put_function_event_invoke_config(
            FunctionName=NAME, DestinationConfig={"OnFailure": {"Destination": QUEUE_ARN}}
        )
        for topic in (TRIP_TOPIC, NOTIFY_TOPIC):
            sns.create_topic(Name=topic.rpartition(":")[2])
        sns.subscribe(TopicArn=TRIP_TOPIC, Protocol="lambda", Endpoint=FUNCTION_ARN)
        sns.subscribe(TopicArn=NOTIFY_TOPIC, Protocol="email", Endpoint="ops@example.com")
        self.control("sns/confirm", topic_arn=NOTIFY_TOPIC, endpoint="ops@example.com")
        for service, source in (("sns", TRIP_TOPIC), ("lambda.alarms.cloudwatch", EVERY_ALARM)):
            functions.add_permission(
                FunctionName=NAME,
                StatementId=service.replace(".", "-"),
                Action="lambda:InvokeFunction",
                Principal=f"{service}.amazonaws.com",
                SourceArn=source,
            )
        self.queue = queue

    def permit(self, *without: str) -> None:
        """Give the role its permissions, except some."""
        statements = [
            {"Effect": "Allow", "Action": action, "Resource": resource}
            for action, resource in PERMISSIONS.items()
            if action not in without
        ]
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        self.clients["iam"].put_role_policy(RoleName=NAME, PolicyName=NAME, PolicyDocument=document)

    def hold_below(self, sends: int) -> None:
        variables = {**ENVIRONMENT, "SES_PAUSE_MIN_SENDS": str(sends)}
        self.clients["lambda"].update_function_configuration(FunctionName=NAME, Environment={"Variables": variables})

    def count_sends(self, number: int, when: datetime) -> None:
        """As SES does for a set with an event destination in CloudWatch that has the set's name as dimension."""
        datum = {"MetricName": "Send", "Dimensions": NEWSLETTER, "Value": number, "Unit": "Count", "Timestamp": when}
        self.clients["cloudwatch"].put_metric_data(Namespace="AWS/SES", MetricData=[datum])

    def alarm(self, **changes: Any) -> str:
        name = str({**BOUNCE, **changes}["AlarmName"])
        self.clients["cloudwatch"].put_metric_alarm(**{**BOUNCE, **changes})
        self.set_state(name, "OK")
        return name

    def set_state(self, name: str, state: str) -> None:
        self.clients["cloudwatch"].set_alarm_state(AlarmName=name, StateValue=state, StateReason="Testing")
        self.wait()

    def wait(self) -> None:
        """Until all is done."""
        settle(self.control)

    def sweep(self) -> list[str]:
        """Returns the actions."""
        payload = json.dumps({"sweep": True})
        answer = self.clients["lambda"].invoke(FunctionName=NAME, Payload=payload)["Payload"].read()
        return [result["action"] for result in json.loads(answer)["results"]]

    def sending(self) -> bool:
        return bool(self.clients["ses"].get_account_sending_enabled()["Enabled"])

    def set_sending(self, name: str = "newsletter") -> bool:
        found = self.clients["sesv2"].get_configuration_set(ConfigurationSetName=name)
        return bool(found["SendingOptions"]["SendingEnabled"])

    def switch_set(self, enabled: bool) -> None:
        options = {"ConfigurationSetName": "newsletter", "SendingEnabled": enabled}
        self.clients["sesv2"].put_configuration_set_sending_options(**options)

    def resume(self) -> None:
        self.clients["ses"].update_account_sending_enabled(Enabled=True)

    def told(self) -> list[str]:
        """The subjects that people have got."""
        return [entry["subject"] for entry in self.control("sns/outbox", method="GET")]

    def memory(self, name: str) -> set[str]:
        tags = self.clients["cloudwatch"].list_tags_for_resource(ResourceARN=alarm_arn(name))["Tags"]
        return {tag["Key"].removeprefix("ses-pause:") for tag in tags}

    def failures(self) -> list[dict[str, Any]]:
        found = self.clients["sqs"].receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in found.get("Messages", [])]

    def log(self) -> list[dict[str, Any]]:
        """The lines that the function itself wrote."""
        group = f"/aws/lambda/{NAME}"
        streams = self.clients["logs"].describe_log_streams(logGroupName=group)["logStreams"]
        pages = [
            self.clients["logs"].get_log_events(logGroupName=group, logStreamName=stream["logStreamName"])
            for stream in streams
        ]
        lines = [json.loads(event["message"]) for page in pages for event in page["events"]]
        return [line for line in lines if line.get("logger") == "ses_pause"]


@pytest.fixture
def chain(empty_aws: Callable[[], None], aws: Callable[..., Any], control: Callable[..., Any]) -> Chain:
    empty_aws()
    return Chain(aws, control)


def test_an_alarm_pauses_the_account_and_people_are_told(chain: Chain) -> None:
    name = chain.alarm()
    assert chain.sending()
    chain.set_state(name, "ALARM")
    assert not chain.sending()
    assert chain.told() == [f"Sending PAUSED: account {ACCOUNT}, {REGION}"]
    assert chain.memory(name) == {"paused-at", "told-at"}
    assert chain.failures() == []
    assert [line["level"] for line in chain.log()] == ["INFO"]


def test_a_metric_over_the_threshold_does(chain: Chain) -> None:
    chain.alarm()
    data = [{"MetricName": "Reputation.BounceRate", "Value": 0.0612}]
    chain.clients["cloudwatch"].put_metric_data(Namespace="AWS/SES", MetricData=data)
    chain.wait()
    assert not chain.sending()
    (entry,) = chain.control("sns/outbox", method="GET")
    assert "Bounce rate: 6.120%; threshold: 4.500%" in entry["message"]


def test_an_alarm_that_calls_the_function_itself_does(chain: Chain) -> None:
    chain.set_state(chain.alarm(AlarmActions=[FUNCTION_ARN]), "ALARM")
    assert not chain.sending()
    assert len(chain.told()) == 1


def test_an_alarm_of_a_set_pauses_the_set_and_leaves_the_account_sending(chain: Chain) -> None:
    for name in ("newsletter", "orders"):
        chain.clients["sesv2"].create_configuration_set(ConfigurationSetName=name)
    chain.set_state(chain.alarm(AlarmName=f"{NAME}-bounce-pause-newsletter", Dimensions=NEWSLETTER), "ALARM")
    assert not chain.set_sending("newsletter")
    assert chain.set_sending("orders")
    assert chain.sending()
    assert chain.told() == [f"Sending PAUSED: configuration set newsletter, account {ACCOUNT}, {REGION}"]


@pytest.mark.parametrize(
    ("counted", "title", "said"),
    [
        ({600: 99}, "Sending NOT paused", "Only 99 sends"),
        ({600: 60, 86000: 40}, "Sending PAUSED", None),
        ({90000: 500}, "Sending PAUSED", "Sends in 24 hours not known"),
        ({}, "Sending PAUSED", "Sends in 24 hours not known"),
    ],
    ids=["below", "from there on", "the day before", "not counted"],
)
def test_the_floor_holds_for_a_set(chain: Chain, counted: dict[int, int], title: str, said: str | None) -> None:
    chain.hold_below(100)
    chain.clients["sesv2"].create_configuration_set(ConfigurationSetName="newsletter")
    for seconds, number in counted.items():
        chain.count_sends(number, ago(seconds))
    chain.set_state(chain.alarm(AlarmName=f"{NAME}-bounce-pause-newsletter", Dimensions=NEWSLETTER), "ALARM")
    assert chain.set_sending() is (title == "Sending NOT paused")
    (entry,) = chain.control("sns/outbox", method="GET")
    assert entry["subject"].startswith(f"{title}: configuration set newsletter")
    assert said in entry["message"] if said else "sends" not in entry["message"].lower()


def test_after_a_resume_one_early_bounce_does_not_pause_a_set_but_many_sends_do(chain: Chain) -> None:
    chain.hold_below(100)
    chain.clients["sesv2"].create_configuration_set(ConfigurationSetName="newsletter")
    chain.count_sends(500, ago(600))
    chain.switch_set(False)
    chain.switch_set(True)
    chain.count_sends(3, datetime.now(UTC))
    name = chain.alarm(AlarmName=f"{NAME}-bounce-pause-newsletter", Dimensions=NEWSLETTER)
    chain.set_state(name, "ALARM")
    assert chain.sweep() == ["held"]
    assert chain.set_sending()
    chain.count_sends(97, datetime.now(UTC))
    assert chain.sweep() == ["paused"]
    assert not chain.set_sending()
    assert [subject.split(":")[0] for subject in chain.told()] == ["Sending NOT paused", "Sending PAUSED"]
    assert chain.memory(name) == {"held-at", "paused-at", "told-at"}


def test_without_the_permission_to_count_a_set_is_paused(chain: Chain) -> None:
    chain.permit("cloudwatch:GetMetricStatistics")
    chain.hold_below(100)
    chain.clients["sesv2"].create_configuration_set(ConfigurationSetName="newsletter")
    chain.count_sends(1, ago(600))
    chain.set_state(chain.alarm(AlarmName=f"{NAME}-bounce-pause-newsletter", Dimensions=NEWSLETTER), "ALARM")
    assert not chain.set_sending()


@pytest.mark.parametrize(
    "changes",
    [{"AlarmName": "my-bounce"}, {"AlarmActions": [TRIP_TOPIC], "MetricName": "Bounce"}],
    ids=["name", "metric"],
)
def test_other_alarms_on_the_topic_pause_nothing(chain: Chain, changes: dict[str, Any]) -> None:
    chain.set_state(chain.alarm(**changes), "ALARM")
    assert chain.sending()
    assert chain.told() == []
    assert "action=ignored" in chain.log()[-1]["message"]


def test_a_second_delivery_after_a_person_has_resumed_pauses_nothing(chain: Chain) -> None:
    name = chain.alarm()
    chain.set_state(name, "ALARM")
    chain.resume()
    (event,) = [line for line in chain.log() if "action=paused" in line["message"]]
    assert event
    transition = chain.clients["cloudwatch"].describe_alarms(AlarmNames=[name])["MetricAlarms"][0]
    since = transition["StateTransitionedTimestamp"].isoformat(timespec="milliseconds")
    message = {
        "AlarmArn": transition["AlarmArn"],
        "NewStateValue": "ALARM",
        "NewStateReason": "Testing",
        "StateChangeTime": since,
        "AlarmActions": [TRIP_TOPIC],
        "Trigger": {"Namespace": "AWS/SES", "MetricName": "Reputation.BounceRate", "Dimensions": []},
    }
    chain.clients["sns"].publish(TopicArn=TRIP_TOPIC, Message=json.dumps(message))
    chain.wait()
    assert chain.sending()
    assert len(chain.told()) == 1


def test_the_next_transition_pauses_again(chain: Chain) -> None:
    name = chain.alarm()
    chain.set_state(name, "ALARM")
    chain.resume()
    chain.set_state(name, "OK")
    chain.set_state(name, "ALARM")
    assert not chain.sending()
    assert len(chain.told()) == 2


def test_without_the_permission_it_is_retried_queued_and_told(chain: Chain) -> None:
    chain.permit("ses:PutAccountSendingAttributes")
    chain.set_state(chain.alarm(), "ALARM")
    assert chain.sending()
    assert chain.told() == [f"Sending could NOT be paused: account {ACCOUNT}, {REGION}"] * 3
    (failure,) = chain.failures()
    assert failure["requestContext"]["condition"] == "RetriesExhausted"
    assert failure["requestContext"]["approximateInvokeCount"] == 3
    assert "PutAccountSendingAttributes" in failure["responsePayload"]["errorMessage"]


def test_once_it_has_the_permission_the_sweep_makes_up_for_it(chain: Chain) -> None:
    chain.permit("ses:PutAccountSendingAttributes")
    chain.set_state(chain.alarm(), "ALARM")
    chain.permit()
    assert chain.sweep() == ["paused"]
    assert not chain.sending()
    assert chain.told()[-1].startswith("Sending PAUSED")


@pytest.mark.parametrize("action", ["ses:GetAccount", "cloudwatch:ListTagsForResource", "cloudwatch:TagResource"])
def test_without_any_other_permission_it_still_pauses(chain: Chain, action: str) -> None:
    chain.permit(action)
    chain.set_state(chain.alarm(), "ALARM")
    assert not chain.sending()
    assert chain.told()


def test_without_people_it_still_pauses_and_the_message_is_not_lost(chain: Chain) -> None:
    name = chain.alarm()
    chain.permit("sns:Publish")
    chain.set_state(name, "ALARM")
    assert not chain.sending()
    assert chain.memory(name) == {"paused-at"}
    assert len(chain.failures()) == 1
    chain.permit()
    assert chain.sweep() == ["handled"]
    assert chain.told() == [f"Sending PAUSED: account {ACCOUNT}, {REGION}"]
    assert chain.sweep() == ["handled"]
    assert len(chain.told()) == 1


def test_the_sweep_finds_what_no_event_brought_and_leaves_a_persons_resume(chain: Chain) -> None:
    chain.clients["lambda"].remove_permission(FunctionName=NAME, StatementId="sns")
    name = chain.alarm()
    chain.set_state(name, "ALARM")
    assert chain.sending()
    assert chain.sweep() == ["paused"]
    assert chain.sweep() == ["handled"]
    assert not chain.sending()
    chain.resume()
    assert chain.sweep() == ["overridden"]
    assert chain.sweep() == ["handled"]
    assert chain.sending()
    assert [subject.split(":")[0] for subject in chain.told()] == ["Sending PAUSED", "Sending ENABLED in ALARM"]


def test_the_calls_of_a_pause_are_few(chain: Chain, control: Callable[..., Any]) -> None:
    name = chain.alarm()
    control("calls", method="DELETE")
    chain.set_state(name, "ALARM")
    made = [call for call in control("calls", method="GET")["calls"] if call.get("source") == "lambda"]
    counts = {call["operation"]: call["count"] for call in made if call["service"] != "logs"}
    assert counts == {
        "ListTagsForResource": 1,
        "GetAccount": 2,
        "PutAccountSendingAttributes": 1,
        "TagResource": 2,
        "Publish": 1,
    }
