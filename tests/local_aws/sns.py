# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SNS as its API documents it, where moto differs: pending subscriptions, checked attributes, real deliveries.

Controls: ``POST /_local_aws/sns/confirm {"topic_arn", "endpoint"}`` does what the link in the confirmation message does
(the answer holds the subscription's ARN); ``GET /_local_aws/sns/outbox[?account=&region=]`` lists what people got,
``DELETE`` empties it.
"""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import camelcase_to_underscores
from moto.sns.models import SNSBackend, Subscription, Topic, sns_backends
from moto.sns.responses import SNSResponse
from moto.sts.models import sts_backends

from . import background, iam, places, sns_checks, sns_delivery
from .application import controls
from .errors import ServiceError
from .sns_delivery import KEY_ACTIONS

PENDING = "PendingConfirmation"

_moto_respond_to_publish = SNSResponse.publish
_moto_get_topic_attributes = SNSResponse.get_topic_attributes
_moto_create_topic = SNSBackend.create_topic
_moto_subscribe = SNSBackend.subscribe
_moto_publish = SNSBackend.publish
_moto_set_subscription_attributes = SNSBackend.set_subscription_attributes


def install() -> None:
    for method in (
        publish,
        get_topic_attributes,
        set_topic_attributes,
        subscribe,
        confirm_subscription,
        unsubscribe,
        list_subscriptions,
        list_subscriptions_by_topic,
    ):
        setattr(SNSResponse, method.__name__, method)
    SNSBackend.create_topic = _create_topic  # type: ignore[method-assign]
    SNSBackend.publish = _publish  # type: ignore[method-assign]
    SNSBackend.set_subscription_attributes = _set_subscription_attributes  # type: ignore[method-assign]
    Topic.publish = _publish_to_topic  # type: ignore[assignment, method-assign]
    controls["sns/confirm"] = _confirm_control
    controls["sns/outbox"] = _outbox_control


# Operations


def publish(self: SNSResponse) -> ActionResult:
    """A role needs the topic's key as well as the topic."""
    topic = sns_delivery.find_topic(self._get_param("TopicArn") or self._get_param("TargetArn") or "")
    session = sts_backends[self.current_account][self.partition].get_assumed_role_from_access_key(self.access_key)
    if topic is not None and getattr(session, "role_existed", False):
        key = sns_delivery.key_of(topic)
        if key is not None and not all(iam.role_allows(session.role_arn, action, key.arn) for action in KEY_ACTIONS):
            text = f"User: {session.arn} is not authorized to perform: kms:GenerateDataKey on resource: {key.arn}"
            raise ServiceError("KMSAccessDenied", text)
    return _moto_respond_to_publish(self)


def get_topic_attributes(self: SNSResponse) -> ActionResult:
    attributes: dict[str, Any] = _moto_get_topic_attributes(self).result["Attributes"]  # type: ignore[index]
    topic = _topic(attributes["TopicArn"])
    pending = [bool(each.attributes[PENDING]) for each in _subscriptions(topic)]
    attributes["SubscriptionsPending"] = sum(pending)
    attributes["SubscriptionsConfirmed"] = len(pending) - sum(pending)
    for name in ("SignatureVersion", "TracingConfig"):
        if value := topic.__dict__.get(camelcase_to_underscores(name)):
            attributes[name] = value
    if not attributes["DeliveryPolicy"]:
        del attributes["DeliveryPolicy"]
    return ActionResult({"Attributes": attributes})


def set_topic_attributes(self: SNSResponse) -> ActionResult:
    topic = _topic(self._get_param("TopicArn"))
    name, value = self._get_param("AttributeName"), self._get_param("AttributeValue", "")
    sns_checks.check_topic_attribute(name, value)
    if name == "ContentBasedDeduplication":
        value = value.lower() == "true"
    setattr(topic, camelcase_to_underscores(name), value)
    return EmptyResult()


def subscribe(self: SNSResponse) -> ActionResult:
    topic = _topic(self._get_param("TopicArn"))
    protocol, endpoint = self._get_param("Protocol"), self._get_param("Endpoint") or ""
    sns_checks.check_endpoint(protocol, endpoint)
    attributes = self._get_attributes()
    known = self.backend._find_subscription(topic.arn, endpoint, protocol)
    if known is not None:
        sns_checks.check_same_attributes(known, attributes)
        return _subscribed(self, known)
    subscription = _moto_subscribe(self.backend, topic.arn, endpoint, protocol)
    # The scope decides how a filter is read.
    for name in sorted(attributes, key=lambda each: each != "FilterPolicyScope"):
        self.backend.set_subscription_attributes(subscription.arn, name, attributes[name])
    if protocol in sns_checks.UNCONFIRMED_PROTOCOLS:
        _ask_for_confirmation(subscription)
    return _subscribed(self, subscription)


def confirm_subscription(self: SNSResponse) -> ActionResult:
    topic = _topic(self._get_param("TopicArn"))
    token = self._get_param("Token")
    for each in _subscriptions(topic):
        if each.__dict__.get("token") == token:
            each.attributes[PENDING] = False
            return ActionResult({"SubscriptionArn": each.arn})
    raise ServiceError("InvalidParameter", "Invalid parameter: Token")


def unsubscribe(self: SNSResponse) -> ActionResult:
    arn = self._get_param("SubscriptionArn")
    fields = str(arn).split(":")
    if len(fields) < 6:
        reason = f"An ARN must have at least 6 elements, not {len(fields)}"
        raise ServiceError("InvalidParameter", f"Invalid parameter: SubscriptionArn Reason: {reason}")
    subscription = self.backend.subscriptions.get(arn)
    if subscription is not None and subscription.attributes[PENDING]:
        # Not documented in words of an error: a pending subscription cannot be removed, it ends by itself.
        reason = "This subscription is pending confirmation"
        raise ServiceError("InvalidParameter", f"Invalid parameter: SubscriptionArn Reason: {reason}")
    if subscription is not None:
        subscription.topic.subscriptions_deleted += 1
        del self.backend.subscriptions[arn]
    return EmptyResult()


def list_subscriptions(self: SNSResponse) -> ActionResult:
    found, token = self.backend.list_subscriptions(next_token=self._get_param("NextToken"))
    return ActionResult({"Subscriptions": [_summary(each) for each in found], "NextToken": token})


def list_subscriptions_by_topic(self: SNSResponse) -> ActionResult:
    topic_arn, token = self._get_param("TopicArn"), self._get_param("NextToken")
    found, token = self.backend.list_subscriptions_by_topic(topic_arn, next_token=token)
    return ActionResult({"Subscriptions": [_summary(each) for each in found], "NextToken": token})


# In place of moto's backend methods


def _create_topic(
    self: SNSBackend, name: str, attributes: dict[str, Any] | None = None, tags: dict[str, str] | None = None
) -> Topic:
    """An existing topic is given back only if what is asked for is what it has."""
    for attribute, value in (attributes or {}).items():
        sns_checks.check_topic_attribute(attribute, str(value))
    known = self.topics.get(f"arn:{self.partition}:sns:{self.region_name}:{self.account_id}:{name}")
    if known is None:
        return _moto_create_topic(self, name, attributes, tags)
    for attribute, value in (attributes or {}).items():
        present = getattr(known, camelcase_to_underscores(attribute), "")
        same = json.loads(present) == json.loads(value) if attribute == "Policy" else present == value
        if not same:
            sns_checks.refuse("Attributes Reason: Topic already exists with different attributes")
    if tags and tags != known._tags:
        sns_checks.refuse("Tags Reason: Topic already exists with different tags")
    return known


def _publish(self: SNSBackend, message: str, arn: str | None, phone_number: str | None = None, **more: Any) -> str:
    subject = more.get("subject")
    if not message:
        sns_checks.refuse("Empty message")
    if subject is not None and (not subject or not subject.isprintable()):
        sns_checks.refuse("Subject")
    if phone_number:
        sent = sns_delivery.Notification("", message, subject, {})
        sns_delivery.record(self, "sms", phone_number, sent)
    return _moto_publish(self, message, arn, phone_number, **more)


def _publish_to_topic(
    self: Topic,
    message: str,
    subject: str | None = None,
    message_attributes: dict[str, Any] | None = None,
    message_structure: str | None = None,
    **_fifo: Any,
) -> str:
    if message_structure == "json":
        sns_checks.check_structure(message)
    return sns_delivery.publish(self, message, subject, message_attributes, message_structure)


def _set_subscription_attributes(self: SNSBackend, arn: str, name: str, value: Any) -> None:
    if name in ("RedrivePolicy", "FilterPolicy") and value:
        try:
            content = json.loads(value)
        except ValueError:
            sns_checks.refuse(f"{name}: failed to parse JSON.")
        if name == "RedrivePolicy" and ":sqs:" not in str(content.get("deadLetterTargetArn")):
            sns_checks.refuse("RedrivePolicy: deadLetterTargetArn is an invalid arn")
    _moto_set_subscription_attributes(self, arn, name, value)
    if value in ("", "{}") and name != "RawMessageDelivery":
        self.subscriptions[arn].attributes.pop(name, None)


def _topic(arn: str) -> Topic:
    if not re.fullmatch(r"arn:[\w-]+:sns:[\w-]+:\d{12}:[\w.-]+", arn):
        sns_checks.refuse("TopicArn")
    topic = sns_delivery.find_topic(arn)
    if topic is None:
        raise ServiceError("NotFound", "Topic does not exist")
    return topic


def _subscriptions(topic: Topic) -> list[Subscription]:
    return [each for each in list(topic.sns_backend.subscriptions.values()) if each.topic is topic]


# Subscriptions in waiting


def _subscribed(self: SNSResponse, subscription: Subscription) -> ActionResult:
    named = not subscription.attributes[PENDING] or self._get_param("ReturnSubscriptionArn")
    return ActionResult({"SubscriptionArn": subscription.arn if named else "pending confirmation"})


def _ask_for_confirmation(subscription: Subscription) -> None:
    subscription.attributes[PENDING] = True
    subscription.attributes["ConfirmationWasAuthenticated"] = False
    subscription.__dict__["token"] = uuid.uuid4().hex
    if subscription.protocol in ("http", "https"):
        arn = subscription.topic.arn
        text = f"You have chosen to subscribe to the topic {arn}.\nConfirm with the token in this message."
        content = sns_delivery.envelope(sns_delivery.Notification(arn, text, None, {}), "SubscriptionConfirmation")
        content["Token"] = subscription.__dict__["token"]
        what = f"confirmation request of {arn}"
        background.submit(what, _post_request, subscription.endpoint, content)


def _post_request(url: str, content: dict[str, Any]) -> None:
    sns_delivery.post(url, content, "SubscriptionConfirmation")


def _summary(subscription: Subscription) -> dict[str, Any]:
    return {
        "SubscriptionArn": PENDING if subscription.attributes[PENDING] else subscription.arn,
        "Owner": subscription.owner,
        "Protocol": subscription.protocol,
        # As AWS lists it ("Subscribing an HTTPS endpoint": the password is masked).
        "Endpoint": re.sub(r"^(https?://[^:@/]+):[^@]*@", r"\1:****@", subscription.endpoint),
        "TopicArn": subscription.topic.arn,
    }


# Controls


def _confirm_control(_method: str, body: dict[str, Any]) -> dict[str, Any]:
    topic = sns_delivery.find_topic(str(body.get("topic_arn")))
    for each in _subscriptions(topic) if topic else []:
        if each.endpoint == body.get("endpoint"):
            each.attributes[PENDING] = False
            return {"subscription_arn": each.arn}
    raise ValueError(f"no subscription of {body.get('endpoint')!r} to topic {body.get('topic_arn')!r}")


def _outbox_control(method: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for backend in places.each(sns_backends, body.get("account"), body.get("region")):
        found += sns_delivery.outbox(backend)
        if method == "DELETE":
            sns_delivery.outbox(backend).clear()
    return sorted(found, key=lambda entry: str(entry["timestamp"]))
