# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SNS of the local AWS: subscriptions that wait for a yes, deliveries and their permissions, dead letters."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from tests.unit.local_aws.helpers import (
    ALARM,
    deploy,
    error_of,
    log_lines,
    make_role,
    permit,
    queue,
    received,
    settle,
    statement,
)

SMS = "+353861234567"


@pytest.fixture
def sns(aws: Callable[..., Any]) -> Any:
    return aws("sns")


@pytest.fixture
def topic(sns: Any) -> str:
    arn: str = sns.create_topic(Name="topic")["TopicArn"]
    return arn


@pytest.fixture
def web_server() -> Iterator[tuple[str, list[tuple[str, dict[str, Any]]]]]:
    """Its URL, and (message type, JSON) of what it got."""
    got: list[tuple[str, dict[str, Any]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.headers["x-amz-sns-message-type"], json.loads(body)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", got
    server.shutdown()
    server.server_close()


def outbox(control: Callable[..., Any], **where: str) -> list[dict[str, Any]]:
    settle(control)
    found: list[dict[str, Any]] = control("sns/outbox", method="GET", **where)
    return found


def subscriptions(sns: Any, topic: str) -> list[tuple[str, str]]:
    found = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert sns.list_subscriptions()["Subscriptions"] == found
    return [(each["Endpoint"], each["SubscriptionArn"]) for each in found]


def counts(sns: Any, topic: str) -> tuple[str, ...]:
    attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    return tuple(attributes[f"Subscriptions{each}"] for each in ("Pending", "Confirmed", "Deleted"))


# Subscriptions


@pytest.mark.parametrize(
    ("protocol", "endpoint"),
    [("email", "ops@example.com"), ("email-json", "ops@example.com"), ("https", "https://example.com/hook")],
)
def test_a_subscription_waits_for_its_confirmation(
    sns: Any, topic: str, control: Callable[..., Any], protocol: str, endpoint: str
) -> None:
    for _unused in range(2):  # asking again asks for the same one
        made = sns.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=endpoint)
        assert made["SubscriptionArn"] == "pending confirmation"
    assert subscriptions(sns, topic) == [(endpoint, "PendingConfirmation")]
    assert counts(sns, topic) == ("1", "0", "0")
    sns.publish(TopicArn=topic, Message="too early")
    assert outbox(control) == []

    arn = control("sns/confirm", topic_arn=topic, endpoint=endpoint)["subscription_arn"]
    assert subscriptions(sns, topic) == [(endpoint, arn)]
    assert counts(sns, topic) == ("0", "1", "0")
    assert sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]["PendingConfirmation"] == "false"
    sns.publish(TopicArn=topic, Message="hello", Subject="hi")
    [entry] = outbox(control)
    assert entry.pop("timestamp").endswith("Z")
    assert entry == {
        "account": "123456789012",
        "region": "eu-west-1",
        "protocol": protocol,
        "endpoint": endpoint,
        "topic_arn": topic,
        "subject": "hi",
        "message": "hello",
    }
    sns.unsubscribe(SubscriptionArn=arn)
    assert subscriptions(sns, topic) == []
    assert counts(sns, topic) == ("0", "0", "1")


def test_a_pending_subscription_cannot_be_removed(sns: Any, topic: str) -> None:
    arn = sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="ops@example.com", ReturnSubscriptionArn=True)[
        "SubscriptionArn"
    ]
    assert arn.startswith(f"{topic}:")
    assert sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]["PendingConfirmation"] == "true"
    for each in ("PendingConfirmation", arn):
        assert error_of(sns.unsubscribe, SubscriptionArn=each)[0] == "InvalidParameter"
    assert subscriptions(sns, topic) == [("ops@example.com", "PendingConfirmation")]


@pytest.mark.parametrize(
    ("protocol", "endpoint"),
    [
        ("sms", SMS),
        ("sqs", "arn:aws:sqs:eu-west-1:123456789012:queue"),
        ("lambda", "arn:aws:lambda:eu-west-1:123456789012:function:name"),
    ],
)
def test_these_need_no_confirmation(sns: Any, topic: str, protocol: str, endpoint: str) -> None:
    made = sns.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=endpoint)
    assert subscriptions(sns, topic) == [(endpoint, made["SubscriptionArn"])]
    again = sns.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=endpoint)
    assert again["SubscriptionArn"] == made["SubscriptionArn"]


@pytest.mark.parametrize(
    ("protocol", "endpoint"),
    [
        ("pigeon", "roof"),
        ("email", "nobody"),
        ("https", "http://example.com/"),
        ("sms", "call me"),
        ("lambda", "function"),
        ("lambda", "arn:aws:lambda:eu-west-1:123456789012:layer:name"),
        ("sqs", "https://sqs.eu-west-1.amazonaws.com/123456789012/queue"),
    ],
)
def test_endpoints_that_are_refused(sns: Any, topic: str, protocol: str, endpoint: str) -> None:
    assert error_of(sns.subscribe, TopicArn=topic, Protocol=protocol, Endpoint=endpoint)[0] == "InvalidParameter"


def test_topics_that_are_not_there(sns: Any) -> None:
    gone = "arn:aws:sns:eu-west-1:123456789012:gone"
    assert error_of(sns.subscribe, TopicArn=gone, Protocol="sms", Endpoint=SMS)[0] == "NotFound"
    assert error_of(sns.get_topic_attributes, TopicArn=gone)[0] == "NotFound"
    assert error_of(sns.publish, TopicArn=gone, Message="x")[0] == "NotFound"
    assert error_of(sns.set_topic_attributes, TopicArn="x", AttributeName="DisplayName")[0] == "InvalidParameter"


def test_subscription_attributes(sns: Any, topic: str, aws: Callable[..., Any]) -> None:
    _url, dead_letters = queue(aws, "dead")
    redrive = json.dumps({"deadLetterTargetArn": dead_letters})
    arn = sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint="arn:aws:sqs:eu-west-1:123456789012:queue",
        Attributes={"RawMessageDelivery": "true", "RedrivePolicy": redrive, "FilterPolicy": '{"kind": ["a"]}'},
    )["SubscriptionArn"]

    def attributes() -> dict[str, str]:
        found: dict[str, str] = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
        return found

    assert attributes()["RawMessageDelivery"] == "true"
    assert attributes()["RedrivePolicy"] == redrive
    assert attributes()["FilterPolicy"] == '{"kind": ["a"]}'
    for name in ("RedrivePolicy", "FilterPolicy"):
        sns.set_subscription_attributes(SubscriptionArn=arn, AttributeName=name, AttributeValue="")
    assert not {"RedrivePolicy", "FilterPolicy", "FilterPolicyScope"} & set(attributes())
    for name, value in (("RedrivePolicy", "{}x"), ("RedrivePolicy", '{"deadLetterTargetArn": "x"}'), ("Colour", "x")):
        code, _text = error_of(
            sns.set_subscription_attributes, SubscriptionArn=arn, AttributeName=name, AttributeValue=value
        )
        assert code == "InvalidParameter"


def test_the_same_endpoint_with_other_attributes_is_an_error(sns: Any, topic: str) -> None:
    wanted = {"TopicArn": topic, "Protocol": "sqs", "Endpoint": "arn:aws:sqs:eu-west-1:123456789012:queue"}
    sns.subscribe(**wanted, Attributes={"RawMessageDelivery": "true"})
    sns.subscribe(**wanted, Attributes={"RawMessageDelivery": "true"})
    code, text = error_of(sns.subscribe, **wanted, Attributes={"RawMessageDelivery": "false"})
    assert (code, "different attributes" in text) == ("InvalidParameter", True)


# Topics


def test_a_topic_is_created_once(sns: Any, topic: str) -> None:
    assert sns.create_topic(Name="topic")["TopicArn"] == topic
    sns.create_topic(Name="other", Attributes={"DisplayName": "a"}, Tags=[{"Key": "a", "Value": "1"}])
    sns.create_topic(Name="other")
    sns.create_topic(Name="other", Attributes={"DisplayName": "a"}, Tags=[{"Key": "a", "Value": "1"}])
    for different in ({"Attributes": {"DisplayName": "b"}}, {"Tags": [{"Key": "a", "Value": "2"}]}):
        code, text = error_of(sns.create_topic, Name="other", **different)
        assert (code, "already exists with different" in text) == ("InvalidParameter", True)


def test_topic_attributes(sns: Any, topic: str) -> None:
    policy = json.loads(statement("cloudwatch.amazonaws.com", "SNS:Publish", topic, "arn:aws:cloudwatch:*"))
    wanted = {"DisplayName": "d", "KmsMasterKeyId": "alias/mine", "Policy": json.dumps(policy), "SignatureVersion": "2"}
    for name, value in wanted.items():
        sns.set_topic_attributes(TopicArn=topic, AttributeName=name, AttributeValue=value)
    found = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    assert json.loads(found["Policy"]) == policy
    assert [found[name] for name in ("DisplayName", "KmsMasterKeyId", "SignatureVersion")] == ["d", "alias/mine", "2"]
    sns.set_topic_attributes(TopicArn=topic, AttributeName="KmsMasterKeyId", AttributeValue="")
    assert not {"KmsMasterKeyId", "DeliveryPolicy"} & set(sns.get_topic_attributes(TopicArn=topic)["Attributes"])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Colour", "red"),
        ("DisplayName", "x" * 101),
        ("SignatureVersion", "3"),
        ("Policy", ""),
        ("Policy", "{"),
        ("Policy", '{"Statement": [{"Effect": "Allow", "Action": "sns:*"}]}'),
        ("Policy", '{"Statement": [{"Action": "sns:Publish"}, {"Action": "sns:Publish"}]}'),
        ("Policy", '{"Statement": [{"Sid": "a", "Action": "sns:Publish"}, {"Sid": "a", "Action": "sns:Publish"}]}'),
    ],
)
def test_topic_attributes_that_are_refused(sns: Any, topic: str, name: str, value: str) -> None:
    refused = error_of(sns.set_topic_attributes, TopicArn=topic, AttributeName=name, AttributeValue=value)
    assert refused[0] == "InvalidParameter"


# Publish


@pytest.mark.parametrize("wrong", [{"Subject": "x" * 101}, {"Subject": "a\nb"}, {"Subject": ""}, {"Message": ""}])
def test_messages_that_are_refused(sns: Any, topic: str, wrong: dict[str, str]) -> None:
    assert error_of(sns.publish, **{"TopicArn": topic, "Message": "x", **wrong})[0] == "InvalidParameter"


def test_a_message_can_differ_by_protocol(sns: Any, topic: str, control: Callable[..., Any]) -> None:
    sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint=SMS)
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="ops@example.com")
    control("sns/confirm", topic_arn=topic, endpoint="ops@example.com")
    texts = json.dumps({"default": "long", "sms": "short"})
    sns.publish(TopicArn=topic, Message=texts, MessageStructure="json")
    assert {each["protocol"]: each["message"] for each in outbox(control)} == {"sms": "short", "email": "long"}
    code, _text = error_of(sns.publish, TopicArn=topic, Message='{"sms": "x"}', MessageStructure="json")
    assert code == "InvalidParameter"


def test_the_outbox_by_place(aws: Callable[..., Any], control: Callable[..., Any]) -> None:
    for place in ({}, {"region": "us-east-1"}, {"account": "210987654321"}):
        client = aws("sns", **place)
        arn = client.create_topic(Name="topic")["TopicArn"]
        client.subscribe(TopicArn=arn, Protocol="sms", Endpoint=SMS)
        client.publish(TopicArn=arn, Message="x")
    assert len(outbox(control)) == 3
    assert [each["account"] for each in outbox(control, account="210987654321")] == ["210987654321"]
    assert len(outbox(control, region="eu-west-1")) == 2
    assert len(control("sns/outbox", method="DELETE", region="us-east-1")) == 1
    assert len(outbox(control)) == 2
    assert len(control("sns/outbox", method="DELETE")) == 2
    assert outbox(control) == []


def test_a_message_to_a_telephone(sns: Any, control: Callable[..., Any]) -> None:
    sns.publish(PhoneNumber=SMS, Message="x")
    assert [(each["protocol"], each["endpoint"]) for each in outbox(control)] == [("sms", SMS)]


def test_filters(sns: Any, topic: str, control: Callable[..., Any]) -> None:
    sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint=SMS, Attributes={"FilterPolicy": '{"kind": ["pause"]}'})
    for kind in ("pause", "warn"):
        attributes = {"kind": {"DataType": "String", "StringValue": kind}}
        sns.publish(TopicArn=topic, Message=kind, MessageAttributes=attributes)
    sns.publish(TopicArn=topic, Message="none")
    assert [each["message"] for each in outbox(control)] == ["pause"]


# Web servers


def test_a_web_server_confirms_with_the_token(
    sns: Any, topic: str, control: Callable[..., Any], web_server: tuple[str, list[tuple[str, dict[str, Any]]]]
) -> None:
    url, got = web_server
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=url)
    settle(control)
    [(kind, asked)] = got
    assert (kind, asked["Type"]) == ("SubscriptionConfirmation", "SubscriptionConfirmation")
    assert error_of(sns.confirm_subscription, TopicArn=topic, Token="wrong")[0] == "InvalidParameter"
    arn = sns.confirm_subscription(TopicArn=topic, Token=asked["Token"])["SubscriptionArn"]
    assert subscriptions(sns, topic) == [(url, arn)]
    sns.publish(TopicArn=topic, Message="hello", Subject="hi")
    assert len(outbox(control)) == 1
    kind, sent = got[1]
    assert (kind, sent["Subject"], sent["Message"]) == ("Notification", "hi", "hello")


def test_a_dead_web_server_hurts_nobody(sns: Any, topic: str, control: Callable[..., Any]) -> None:
    url = "http://127.0.0.1:9/"
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=url)
    control("sns/confirm", topic_arn=topic, endpoint=url)
    sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint=SMS)
    sns.publish(TopicArn=topic, Message="hello")
    assert [each["endpoint"] for each in outbox(control)] == [SMS]


# Queues


def test_a_queue_gets_the_envelope(sns: Any, topic: str, aws: Callable[..., Any], control: Callable[..., Any]) -> None:
    url, arn = queue(aws, "queue", "sns.amazonaws.com", topic)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    attributes = {"kind": {"DataType": "String", "StringValue": "a"}}
    message_id = sns.publish(TopicArn=topic, Message="hello", Subject="hi", MessageAttributes=attributes)["MessageId"]
    settle(control)
    [message] = received(aws, url)
    body = json.loads(message["Body"])
    assert (body["Type"], body["MessageId"], body["TopicArn"]) == ("Notification", message_id, topic)
    assert (body["Subject"], body["Message"]) == ("hi", "hello")
    assert body["MessageAttributes"] == {"kind": {"Type": "String", "Value": "a"}}


def test_raw_delivery(sns: Any, topic: str, aws: Callable[..., Any], control: Callable[..., Any]) -> None:
    url, arn = queue(aws, "queue", "sns.amazonaws.com", topic)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    attributes = {"kind": {"DataType": "String", "StringValue": "a"}}
    sns.publish(TopicArn=topic, Message="hello", MessageAttributes=attributes)
    settle(control)
    [message] = received(aws, url)
    assert message["Body"] == "hello"
    assert message["MessageAttributes"]["kind"]["StringValue"] == "a"


@pytest.mark.parametrize("allowed", [None, "arn:aws:sns:eu-west-1:123456789012:other"])
def test_a_queue_takes_only_what_its_policy_allows(
    sns: Any, topic: str, aws: Callable[..., Any], control: Callable[..., Any], allowed: str | None
) -> None:
    url, arn = queue(aws, "queue", "sns.amazonaws.com" if allowed else None, allowed or "*")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    sns.publish(TopicArn=topic, Message="hello")
    settle(control)
    assert received(aws, url) == []


# Functions


PRINT_EVENT = "import json\ndef handler(event, context):\n    print(json.dumps(event))"


def test_a_function_gets_the_event(sns: Any, topic: str, aws: Callable[..., Any], control: Callable[..., Any]) -> None:
    function = deploy(aws, PRINT_EVENT)
    permit(aws, function, "sns.amazonaws.com", topic)
    subscription = sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function)["SubscriptionArn"]
    attributes = {"kind": {"DataType": "String", "StringValue": "a"}}
    message_id = sns.publish(TopicArn=topic, Message="hello", Subject="hi", MessageAttributes=attributes)["MessageId"]
    settle(control)
    [line] = [each for each in log_lines(aws, "/aws/lambda/function") if each.startswith("{")]
    [record] = json.loads(line)["Records"]
    sent = record.pop("Sns")
    assert record == {"EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": subscription}
    assert sent.pop("Timestamp").endswith("Z")
    assert {"SignatureVersion", "Signature", "SigningCertUrl", "UnsubscribeUrl"} <= set(sent)
    wanted = {
        "Type": "Notification",
        "MessageId": message_id,
        "TopicArn": topic,
        "Subject": "hi",
        "Message": "hello",
        "MessageAttributes": {"kind": {"Type": "String", "Value": "a"}},
    }
    assert {key: sent[key] for key in wanted} == wanted


@pytest.mark.parametrize(
    ("service", "source"),
    [
        (None, ""),
        ("sns.amazonaws.com", "arn:aws:sns:eu-west-1:123456789012:other"),
        ("events.amazonaws.com", "arn:aws:sns:eu-west-1:123456789012:topic"),
    ],
)
def test_without_its_permission_a_message_becomes_a_dead_letter(
    sns: Any, topic: str, aws: Callable[..., Any], control: Callable[..., Any], service: str | None, source: str
) -> None:
    function = deploy(aws, PRINT_EVENT)
    if service:
        permit(aws, function, service, source)
    url, dead_letters = queue(aws, "dead", "sns.amazonaws.com", topic)
    redrive = json.dumps({"deadLetterTargetArn": dead_letters})
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function, Attributes={"RedrivePolicy": redrive})
    sns.publish(TopicArn=topic, Message="hello")
    settle(control)
    assert aws("logs").describe_log_groups()["logGroups"] == []
    [message] = received(aws, url)
    assert json.loads(message["Body"])["Message"] == "hello"
    assert "not authorized" in message["MessageAttributes"]["ErrorMessage"]["StringValue"]


def test_a_dead_letter_queue_needs_its_policy(
    sns: Any, topic: str, aws: Callable[..., Any], control: Callable[..., Any]
) -> None:
    url, dead_letters = queue(aws, "dead")
    redrive = json.dumps({"deadLetterTargetArn": dead_letters})
    gone = "arn:aws:lambda:eu-west-1:123456789012:function:gone"
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=gone, Attributes={"RedrivePolicy": redrive})
    sns.publish(TopicArn=topic, Message="hello")
    settle(control)
    assert received(aws, url) == []


# Who may publish


def alarm_history(aws: Callable[..., Any], topic: str, control: Callable[..., Any]) -> str:
    """Let an alarm act on the topic. Returns what its history says of that."""
    cloudwatch = aws("cloudwatch")
    cloudwatch.put_metric_alarm(**ALARM, AlarmActions=[topic])
    cloudwatch.set_alarm_state(AlarmName="bounce", StateValue="ALARM", StateReason="x")
    settle(control)
    [action] = cloudwatch.describe_alarm_history(HistoryItemType="Action")["AlarmHistoryItems"]
    return str(action["HistorySummary"])


def set_policy(sns: Any, topic: str, **condition: dict[str, str]) -> None:
    allow = {
        "Sid": "alarms",
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": "SNS:Publish",
        "Resource": topic,
        "Condition": condition,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)


@pytest.mark.parametrize(
    ("condition", "delivered"),
    [
        ({}, True),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:*"}}, True),
        ({"ArnLike": {"AWS:SourceArn": "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:other-*"}}, False),
        ({"ArnLike": {"AWS:SourceArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:*"}}, False),
        ({"StringEquals": {"AWS:SourceAccount": "123456789012"}}, True),
        ({"StringEquals": {"aws:SourceAccount": "210987654321"}}, False),
    ],
)
def test_the_topic_policy_decides_on_alarms(
    sns: Any,
    topic: str,
    aws: Callable[..., Any],
    control: Callable[..., Any],
    condition: dict[str, dict[str, str]],
    delivered: bool,
) -> None:
    sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint=SMS)
    set_policy(sns, topic, **condition)
    summary = alarm_history(aws, topic, control)
    assert summary.startswith("Successfully" if delivered else "Failed to execute action")
    assert len(outbox(control)) == delivered


def test_a_topic_that_does_not_exist(aws: Callable[..., Any], control: Callable[..., Any]) -> None:
    summary = alarm_history(aws, "arn:aws:sns:eu-west-1:123456789012:gone", control)
    assert summary.startswith("Failed to execute action")


def key_policy(service: str, actions: list[str]) -> str:
    statements = [
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*", "Resource": "*"},
        {"Effect": "Allow", "Principal": {"Service": service}, "Action": actions, "Resource": "*"},
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


@pytest.mark.parametrize(
    ("service", "actions", "delivered"),
    [
        ("cloudwatch.amazonaws.com", ["kms:GenerateDataKey*", "kms:Decrypt"], True),
        ("cloudwatch.amazonaws.com", ["kms:Decrypt"], False),
        ("cloudwatch.amazonaws.com", ["kms:GenerateDataKey*"], False),
        ("sns.amazonaws.com", ["kms:GenerateDataKey*", "kms:Decrypt"], False),
    ],
)
@pytest.mark.parametrize("form", ["id", "arn", "alias"])
def test_an_encrypted_topic_needs_the_key_policy(
    sns: Any,
    topic: str,
    aws: Callable[..., Any],
    control: Callable[..., Any],
    service: str,
    actions: list[str],
    delivered: bool,
    form: str,
) -> None:
    sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint=SMS)
    key = aws("kms").create_key(Policy=key_policy(service, actions))["KeyMetadata"]
    aws("kms").create_alias(AliasName="alias/topics", TargetKeyId=key["KeyId"])
    named = {"id": key["KeyId"], "arn": key["Arn"], "alias": "alias/topics"}[form]
    sns.set_topic_attributes(TopicArn=topic, AttributeName="KmsMasterKeyId", AttributeValue=named)
    summary = alarm_history(aws, topic, control)
    assert len(outbox(control)) == delivered
    assert (
        "CloudWatch Alarms does not have authorization to access the SNS topic encryption key." in summary
    ) != delivered


def test_the_aws_managed_key_lets_no_alarm_in(
    sns: Any, topic: str, aws: Callable[..., Any], control: Callable[..., Any]
) -> None:
    sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint=SMS)
    sns.set_topic_attributes(TopicArn=topic, AttributeName="KmsMasterKeyId", AttributeValue="alias/aws/sns")
    assert alarm_history(aws, topic, control).startswith("Failed to execute action")
    assert outbox(control) == []


@pytest.mark.parametrize(
    ("allowed", "delivered"),
    [(["sns:Publish"], 0), (["sns:Publish", "kms:GenerateDataKey*"], 0), (["sns:Publish", "kms:*"], 1)],
)
def test_a_role_needs_the_key_too(
    sns: Any, topic: str, aws: Callable[..., Any], control: Callable[..., Any], allowed: list[str], delivered: int
) -> None:
    sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint=SMS)
    key = aws("kms").create_key()["KeyMetadata"]["KeyId"]
    sns.set_topic_attributes(TopicArn=topic, AttributeName="KmsMasterKeyId", AttributeValue=key)
    code = "import boto3\ndef handler(event, context):\n    boto3.client('sns').publish(TopicArn=event, Message='x')"
    deploy(aws, code, role=make_role(aws, "role", allowed))
    control("settings", enforce_iam=True)
    answer = aws("lambda").invoke(FunctionName="function", Payload=json.dumps(topic))
    assert ("KMSAccessDenied" in answer["Payload"].read().decode()) != delivered
    assert len(outbox(control)) == delivered


def test_a_password_in_an_endpoint_is_listed_masked(aws: Callable[..., Any]) -> None:
    topic = aws("sns").create_topic(Name="masked")["TopicArn"]
    aws("sns").subscribe(TopicArn=topic, Protocol="https", Endpoint="https://ann:Sesame@example.com/hook")
    (found,) = aws("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert found["Endpoint"] == "https://ann:****@example.com/hook"
