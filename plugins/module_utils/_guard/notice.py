# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The message that people get when a person pauses or resumes."""

from __future__ import annotations

import json
from collections.abc import Sequence

from .._aws.client import Aws
from .._resources.topic import MISSING
from .._ses.scopes import Scope
from .names import Names

# SNS takes a subject of less than 100 ASCII characters (SNS API reference, Publish).
MAX_SUBJECT = 99
# One part of an SMS, in the alphabet that takes the most room.
MAX_SMS = 140
# By this message attribute subscriptions tell what the guard itself says from CloudWatch's own messages of alarms.
MARK = {"ses-pause": {"DataType": "String", "StringValue": "notice"}}
# Of many sets, the message names the first.
MAX_NAMED = 20


def notify(aws: Aws, guard: str, enabled: bool, scopes: Sequence[Scope], reason: str | None) -> bool:
    """Publishes to the guard's notify topic. Returns whether there is one."""
    arn = _topic(aws, guard)
    subject, message = compose(aws.account, aws.region, enabled, scopes, aws.caller, reason)
    return publish(aws, arn, subject, message, f"{subject}. {reason or ''}")


def has_topic(aws: Aws, guard: str) -> bool:
    """Whether notify() would find one."""
    arn = _topic(aws, guard)
    return aws.call("sns", "get_topic_attributes", f"topic {arn}", MISSING, TopicArn=arn) is not None


def _topic(aws: Aws, guard: str) -> str:
    return aws.arn("sns", Names(guard, aws.region).notify_topic)


def publish(aws: Aws, arn: str, subject: str, message: str, sms: str) -> bool:
    """To everybody the message, but to telephones a line. Returns whether there is such a topic."""
    line = sms.encode("ascii", "replace").decode()
    answer = aws.call(
        "sns",
        "publish",
        f"topic {arn}",
        MISSING,
        TopicArn=arn,
        Subject=subject.encode("ascii", "replace").decode()[:MAX_SUBJECT],
        Message=json.dumps({"default": message, "sms": " ".join(line.split())[:MAX_SMS]}),
        MessageStructure="json",
        MessageAttributes=MARK,
    )
    return answer is not None


def compose(
    account: str, region: str, enabled: bool, scopes: Sequence[Scope], person: str, reason: str | None
) -> tuple[str, str]:
    """(subject, text) in words that a person understands."""
    word = "RESUMED" if enabled else "PAUSED"
    labels = [scope.label for scope in scopes]
    what = labels[0] if len(labels) == 1 else f"{len(labels)} configuration sets or tenants"
    subject = f"Sending {word} by a person: {what}, {account}, {region}".encode("ascii", "replace").decode()
    more = f"\n  and {len(labels) - MAX_NAMED} more" if len(labels) > MAX_NAMED else ""
    listed = "\n".join(f"  {label}" for label in labels[:MAX_NAMED])
    meaning = "Mail flows again." if enabled else "SES refuses this mail from now on, and keeps none of it for later."
    return subject[:MAX_SUBJECT], (
        f"Sending {word} by a person in account {account}, {region}:\n{listed}{more}\n\n"
        f"Who:    {person}\nReason: {reason or 'none given'}\n\n{meaning}\n"
    )
