# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whom the guard notifies: the option subscriptions, and which messages each of them wants."""

from __future__ import annotations

import re
from typing import Any

from .._aws.errors import SesError
from .._converge.resource import State
from .._resources.subscriptions import Subscription
from .._ses.metrics import METRICS, WARN
from .names import Names
from .notice import MARK

# The choices of a subscription's option about.
ABOUT = ("all", "notices", "warnings", "alarms")
# These send nothing until the receiver has confirmed.
CONFIRMED_BY_HAND = frozenset({"email", "email-json", "https"})
# What an endpoint looks like: (pattern, example).
ENDPOINTS = {
    "email": (r"[^@\s]+@[^@\s]+", "ops@example.com"),
    "email-json": (r"[^@\s]+@[^@\s]+", "ops@example.com"),
    "sms": (r"\+[1-9]\d{6,14}", "+12065550100"),
    "https": (r"https://[^\s]+", "https://example.com/hook"),
    "sqs": (r"arn:[^:\s]+:sqs:[^:\s]+:\d{12}:[^:\s]+", "arn:aws:sqs:us-east-1:123456789012:mail-alerts"),
    "lambda": (
        r"arn:[^:\s]+:lambda:[^:\s]+:\d{12}:function:[^\s]+",
        "arn:aws:lambda:us-east-1:123456789012:function:f",
    ),
}
OPTION: dict[str, Any] = dict(
    type="list",
    elements="dict",
    default=[],
    options=dict(
        protocol=dict(type="str", choices=list(ENDPOINTS), required=True),
        endpoint=dict(type="str", required=True),
        password=dict(type="str", no_log=True),
        about=dict(type="str", choices=list(ABOUT)),
    ),
)


def check_subscription(entry: dict[str, Any]) -> None:
    """Refuses an endpoint that its protocol cannot have."""
    pattern, example = ENDPOINTS[entry["protocol"]]
    if not re.fullmatch(pattern, entry["endpoint"]):
        raise SesError(
            f"subscriptions: {entry['endpoint']!r} is no endpoint for {entry['protocol']}; it looks like {example}."
        )
    if re.match(r"https://[^/@]*:[^/@]*@", entry["endpoint"]):
        raise SesError(
            "subscriptions: the endpoint holds a password, which would show in logs. Leave USER in the endpoint, as in "
            "https://USER@example.com/hook, and give the password in the option password."
        )
    if entry.get("password") and not re.match(r"https://[^/@:]+@", entry["endpoint"]):
        raise SesError("subscriptions: password needs an endpoint with a user, such as https://USER@example.com/hook.")


def resolve_subscription(entry: dict[str, Any], names: Names) -> Subscription:
    """An entry of the option, with the filter that its about stands for."""
    about = entry.get("about")
    wanted = _filter(about, names) if about else None
    return Subscription(entry["protocol"], entry["endpoint"], entry.get("password"), wanted)


def _filter(about: str, names: Names) -> State:
    """The guard's own messages carry an attribute, CloudWatch's are JSON with the alarm's name."""
    notices = {key: [value["StringValue"]] for key, value in MARK.items()}
    warnings = [{"prefix": names.reputation_alarm(metric.word, WARN)} for metric in METRICS.values()]
    return {
        "all": {"scope": "MessageAttributes", "policy": {}},
        "notices": {"scope": "MessageAttributes", "policy": notices},
        "warnings": {"scope": "MessageBody", "policy": {"AlarmName": warnings}},
        "alarms": {"scope": "MessageBody", "policy": {"AlarmName": [{"exists": True}]}},
    }[about]
