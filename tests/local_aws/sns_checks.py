# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What SNS refuses: endpoints, attributes of topics, messages that differ by protocol."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from moto.sns.models import Subscription

from . import policies
from .errors import ServiceError

# Someone has to say yes first.
UNCONFIRMED_PROTOCOLS = ("email", "email-json", "http", "https")
PROTOCOLS = (*UNCONFIRMED_PROTOCOLS, "sms", "sqs", "application", "lambda", "firehose")
TOPIC_ATTRIBUTES = (
    "ArchivePolicy",
    "ContentBasedDeduplication",
    "DeliveryPolicy",
    "DisplayName",
    "FifoThroughputScope",
    "FifoTopic",
    "KmsMasterKeyId",
    "MaximumMessageSize",
    "Policy",
    "SignatureVersion",
    "TracingConfig",
)
# Per protocol: <protocol>SuccessFeedbackRoleArn and so on.
FEEDBACK = re.compile(
    r"(HTTP|Lambda|SQS|Application|Firehose)(SuccessFeedbackRoleArn|SuccessFeedbackSampleRate|FailureFeedbackRoleArn)"
)
POLICY_ACTIONS = {
    "sns:addpermission",
    "sns:deletetopic",
    "sns:getdataprotectionpolicy",
    "sns:gettopicattributes",
    "sns:listsubscriptionsbytopic",
    "sns:listtagsforresource",
    "sns:publish",
    "sns:putdataprotectionpolicy",
    "sns:receive",
    "sns:removepermission",
    "sns:settopicattributes",
    "sns:subscribe",
}


def refuse(reason: str) -> NoReturn:
    raise ServiceError("InvalidParameter", f"Invalid parameter: {reason}")


def check_topic_attribute(name: str, value: str) -> None:
    if name not in TOPIC_ATTRIBUTES and not FEEDBACK.fullmatch(name):
        refuse("AttributeName")
    if name == "DisplayName" and len(value) > 100:
        refuse("DisplayName Reason: must be at most 100 characters long")
    if name == "SignatureVersion" and value not in ("1", "2"):
        refuse("SignatureVersion")
    if name == "Policy":
        _check_policy(value)


def _check_policy(text: str) -> None:
    try:
        statements = policies.statements(text)
    except (ValueError, AttributeError):
        statements = []
    if not statements:
        refuse("Policy Error: null")
    names = [each.get("Sid") for each in statements]
    if len(names) > 1 and (None in names or len(set(names)) < len(names)):
        refuse("Policy Error: Every policy statement must have a unique ID")
    for each in statements:
        actions = each.get("Action", [])
        if not {action.lower() for action in ([actions] if isinstance(actions, str) else actions)} <= POLICY_ACTIONS:
            refuse("Policy statement action out of service scope!")


def check_endpoint(protocol: str, endpoint: str) -> None:
    if protocol not in PROTOCOLS:
        refuse(f"Amazon SNS does not support this protocol string: {protocol}")
    if protocol in ("http", "https") and not endpoint.startswith(f"{protocol}://"):
        refuse("Endpoint must match the specified protocol")
    if protocol in ("email", "email-json") and not re.fullmatch(r"[^@\s]+@[^@\s]+", endpoint):
        refuse("Email address")
    if protocol == "lambda" and policies.arn_of_function(endpoint) is None:
        refuse("Lambda endpoint ARN")
    if protocol == "sqs" and not re.fullmatch(r"arn:[\w-]+:sqs:[\w-]+:\d{12}:[\w.-]+", endpoint):
        refuse("SQS endpoint ARN")


def check_same_attributes(known: Subscription, attributes: dict[str, Any]) -> None:
    if any(known.attributes.get(name) != value for name, value in attributes.items()):
        refuse("Attributes Reason: Subscription already exists with different attributes")


def check_structure(message: str) -> None:
    try:
        texts = json.loads(message)
    except ValueError:
        refuse("Message Structure - JSON message body failed to parse")
    if not isinstance(texts, dict) or "default" not in texts:
        refuse("Message Structure - No default entry in JSON message body")
