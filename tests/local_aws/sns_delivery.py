# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a topic to its subscribers: who may publish, what each gets, and what becomes of a message that cannot be given.

Deliveries run in the background. What people would get lies in the outbox of the topic's account and Region, as
``{"account", "region", "protocol", "endpoint", "topic_arn", "subject", "message", "timestamp"}``.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from moto.kms.models import kms_backends
from moto.sns.models import SNSBackend, Subscription, Topic, sns_backends
from moto.sqs.models import Queue, sqs_backends

from . import background, lock, policies
from .patience import PATIENCE

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
PEOPLE = ("email", "email-json", "sms", "http", "https")
SERVICE = "sns.amazonaws.com"
KEY_ACTIONS = ("kms:GenerateDataKey", "kms:Decrypt")


@dataclass(frozen=True)
class Notification:
    topic_arn: str
    message: str
    subject: str | None
    # {name: {"Type": ..., "Value": ...}}
    attributes: dict[str, Any]
    message_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    timestamp: str = field(default_factory=lambda: f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z")

    @property
    def context(self) -> dict[str, str]:
        """The condition keys of a call that SNS makes for this topic."""
        return {"aws:SourceArn": self.topic_arn, "aws:SourceAccount": self.topic_arn.split(":")[4]}


def find_topic(arn: str) -> Topic | None:
    fields = arn.split(":")
    return sns_backends[fields[4]][fields[3]].topics.get(arn) if len(fields) == 6 else None


def find_queue(arn: str) -> Queue | None:
    fields = arn.split(":")
    return sqs_backends[fields[4]][fields[3]].queues.get(fields[5]) if len(fields) == 6 else None


def service_refused(topic: Topic, service: str, name: str, context: dict[str, str]) -> str | None:
    """Why a service of AWS cannot publish to the topic; None if it can. ``name`` is what the error calls it."""
    if not policies.allows(topic.policy, service, "SNS:Publish", topic.arn, context):
        return (
            f"{name} is not authorized to perform: SNS:Publish on resource: {topic.arn} "
            "because no resource-based policy allows the SNS:Publish action"
        )
    if topic.kms_master_key_id and not _may_use_key(topic, service, context):
        return f"{name} does not have authorization to access the SNS topic encryption key."
    return None


def key_of(topic: Topic) -> Any:
    """moto's KMS key that encrypts the topic; None if there is none, or it is AWS's own."""
    region, account = topic.arn.split(":")[3:5]
    named = topic.kms_master_key_id
    if not named or named.endswith("alias/aws/sns"):
        return None
    if named.startswith("arn:"):
        region, account = named.split(":")[3:5]
    backend = kms_backends[account][region]
    return backend.keys.get(backend.any_id_to_key_id(named))


def publish(
    topic: Topic,
    message: str,
    subject: str | None = None,
    attributes: dict[str, Any] | None = None,
    message_structure: str | None = None,
) -> str:
    """Hand the message to every confirmed subscription whose filter lets it through. Returns the message's id."""
    sent = Notification(topic.arn, message, subject, attributes or {})
    texts = json.loads(message) if message_structure == "json" else {}
    for subscription in list(topic.sns_backend.subscriptions.values()):
        matcher = subscription._filter_policy_matcher
        if subscription.topic is not topic or subscription.attributes["PendingConfirmation"]:
            continue
        if matcher is None or matcher.matches(sent.attributes, message):
            text = texts.get(subscription.protocol, texts.get("default", message))
            what = f"{subscription.protocol} delivery of {topic.arn}"
            background.submit(what, _deliver, subscription, _with_text(sent, text))
    return sent.message_id


def outbox(backend: SNSBackend) -> list[dict[str, Any]]:
    """In the instance, so that a reset of moto drops it."""
    return backend.__dict__.setdefault("outbox", [])  # type: ignore[no-any-return]


def record(backend: SNSBackend, protocol: str, endpoint: str, sent: Notification) -> None:
    entry = {
        "account": backend.account_id,
        "region": backend.region_name,
        "protocol": protocol,
        "endpoint": endpoint,
        "topic_arn": sent.topic_arn,
        "subject": sent.subject,
        "message": sent.message,
        "timestamp": sent.timestamp,
    }
    outbox(backend).append(entry)


def envelope(sent: Notification, kind: str = "Notification") -> dict[str, Any]:
    """The JSON that queues and web servers get. The signature is none."""
    region = sent.topic_arn.split(":")[3]
    content: dict[str, Any] = {"Type": kind, "MessageId": sent.message_id, "TopicArn": sent.topic_arn}
    if sent.subject is not None:
        content["Subject"] = sent.subject
    content.update(
        Message=sent.message,
        Timestamp=sent.timestamp,
        SignatureVersion="1",
        Signature="EXAMPLE",
        SigningCertURL=f"https://sns.{region}.amazonaws.com/SimpleNotificationService-EXAMPLE.pem",
        UnsubscribeURL=f"https://sns.{region}.amazonaws.com/?Action=Unsubscribe",
    )
    if sent.attributes:
        content["MessageAttributes"] = sent.attributes
    return content


def post(url: str, content: dict[str, Any], kind: str) -> str | None:
    """Only this machine is ever called. Returns why it failed, None if it did not or was not tried."""
    if urlsplit(url).hostname not in LOOPBACK:
        return None
    headers = {"Content-Type": "text/plain; charset=UTF-8", "x-amz-sns-message-type": kind}
    try:
        with lock.released(), requests.Session() as session:
            session.trust_env = False  # no proxy
            session.post(url, data=json.dumps(content), headers=headers, timeout=PATIENCE).raise_for_status()
    except requests.RequestException as error:
        return str(error)
    return None


def _with_text(sent: Notification, text: str) -> Notification:
    return Notification(sent.topic_arn, text, sent.subject, sent.attributes, sent.message_id, sent.timestamp)


def _may_use_key(topic: Topic, service: str, context: dict[str, str]) -> bool:
    """The AWS-managed key ``alias/aws/sns`` lets no service in, and its policy cannot be changed."""
    key = key_of(topic)
    return key is not None and all(
        policies.allows(key.policy, service, action, key.arn, context) for action in KEY_ACTIONS
    )


def _deliver(subscription: Subscription, sent: Notification) -> None:
    if subscription.protocol == "lambda":
        error = _to_function(subscription, sent)
    elif subscription.protocol == "sqs":
        error = _to_queue(subscription, sent)
    else:
        error = _to_people(subscription, sent)
    if error:
        _to_dead_letter_queue(subscription, sent, error)


def _to_function(subscription: Subscription, sent: Notification) -> str | None:
    from . import lambda_events

    content = envelope(sent)
    # Functions get these two in another spelling, and always a subject and attributes.
    content["SigningCertUrl"] = content.pop("SigningCertURL")
    content["UnsubscribeUrl"] = content.pop("UnsubscribeURL")
    content.setdefault("Subject", None)
    content.setdefault("MessageAttributes", {})
    event = {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription.arn,
        "Sns": content,
    }
    return lambda_events.invoke_by_service(subscription.endpoint, {"Records": [event]}, SERVICE, sent.context)


def _to_queue(subscription: Subscription, sent: Notification) -> str | None:
    raw = subscription.attributes.get("RawMessageDelivery")
    if not raw:
        return _send(subscription.endpoint, sent, json.dumps(envelope(sent)), {})
    attributes = {
        name: {"DataType": each["Type"], "BinaryValue" if each["Type"] == "Binary" else "StringValue": each["Value"]}
        for name, each in sent.attributes.items()
    }
    return _send(subscription.endpoint, sent, sent.message, attributes)


def _to_people(subscription: Subscription, sent: Notification) -> str | None:
    error = None
    if subscription.protocol in ("http", "https"):
        error = post(subscription.endpoint, envelope(sent), "Notification")
    if error is None and subscription.protocol in PEOPLE:
        record(subscription.topic.sns_backend, subscription.protocol, subscription.endpoint, sent)
    return error


def _to_dead_letter_queue(subscription: Subscription, sent: Notification, error: str) -> None:
    policy = subscription.attributes.get("RedrivePolicy")
    if not policy:
        return
    why = {"ErrorMessage": {"DataType": "String", "StringValue": error}}
    _send(json.loads(policy)["deadLetterTargetArn"], sent, json.dumps(envelope(sent)), why)


def _send(queue_arn: str, sent: Notification, body: str, attributes: dict[str, Any]) -> str | None:
    queue = find_queue(queue_arn)
    if queue is None:
        return f"The queue {queue_arn} does not exist"
    if not policies.allows(queue.policy, SERVICE, "sqs:SendMessage", queue_arn, sent.context):
        return f"The policy of {queue_arn} does not let SNS send messages"
    sqs_backends[queue.account_id][queue.region].send_message(queue.name, body, message_attributes=attributes)
    return None
