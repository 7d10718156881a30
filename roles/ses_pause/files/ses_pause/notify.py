# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notifications: what people read, and their publication."""

import json
import re
from typing import Any

from .clients import make_sns
from .decide import METRICS
from .events import Alarm
from .guard import Guard
from .memory import remember

# For each action a title, and what it means.
TEXTS = {
    "paused": (
        "Sending PAUSED",
        "SES refuses this mail (...SendingPausedException) and keeps none of it.",
    ),
    "already_paused": (
        "Sending was already paused",
        "The alarm tripped, and there was nothing left to pause.",
    ),
    "drilled": (
        "Sending would be PAUSED",
        "Nothing was paused, as the drill is a dry one.",
    ),
    "held": (
        "Sending NOT paused",
        "The alarm tripped, but too little was sent to go by. The guard keeps looking.",
    ),
    "overridden": (
        "Sending ENABLED in ALARM",
        "Somebody resumed. The guard leaves it so until the alarm trips anew.",
    ),
    "failed": (
        "Sending could NOT be paused",
        "Mail may still go out. Lambda tries 3 times, but pause by hand now.",
    ),
}
MESSAGE = (
    "{title}: {scope}.\n"
    "{meaning}\n"
    "\n"
    "Alarm: {alarm.name} of the guard {guard.name},"
    " in ALARM since {alarm.since:%Y-%m-%d %H:%M:%S} UTC\n"
    "{metric}: {value}; threshold: {alarm.threshold}\n"
    "CloudWatch says: {alarm.reason}\n"
    "\n"
    "To look:    aws sesv2 {look} --region {guard.region}\n"
    "To pause:   aws sesv2 {write} --no-sending-enabled --region {guard.region}\n"
    "To resume, when the cause is found and stopped:\n"
    "            ansible-playbook mailops.ses.resume --limit TARGET -e 'ses_reason=\"...\"'\n"
    "            (TARGET: this account and Region in your inventory)\n"
    "        or  aws sesv2 {write} --sending-enabled --region {guard.region}\n"
    "            (the guard then pauses again only after the alarm has been OK;"
    " the playbook sees to that)\n"
)
# "... datapoints [0.06 (22/11/26 09:55:00)] was ..."
DATAPOINT = re.compile(r"\[(\d+(?:\.\d+)?(?:[eE][-+]?\d+)?) \(")
# Subscriptions filter by it.
MARK = {"ses-pause": {"DataType": "String", "StringValue": "notice"}}


def notify(guard: Guard, alarm: Alarm, action: str, why: str) -> None:
    texts = compose(guard, alarm, action, why)
    form = {"MessageStructure": "json", "MessageAttributes": MARK}
    make_sns().publish(TopicArn=guard.notify_topic, **texts, **form)


def notify_once(
    guard: Guard, alarm: Alarm, memory: set[str], tag: str, action: str, why: str = ""
) -> None:
    if tag not in memory:
        notify(guard, alarm, action, why)
        remember(alarm, tag)


def compose(guard: Guard, alarm: Alarm, action: str, why: str) -> dict[str, str]:
    """The subject, and the texts for email and for telephones."""
    title, meaning = TEXTS[action]
    if alarm.drill:
        title = f"DRILL ({alarm.drill}): {title}"
    scope = f"account {guard.account}, {guard.region}"
    look, write = "get-account", "put-account-sending-attributes"
    if name := alarm.configuration_set:
        scope = f"configuration set {name}, {scope}"
        look = f"get-configuration-set --configuration-set-name {name}"
        write = f"put-configuration-set-sending-options --configuration-set-name {name}"
    rate = DATAPOINT.search(alarm.reason)
    words: dict[str, Any] = {
        "title": title,
        "meaning": f"{meaning} {why}".strip(),
        "scope": scope,
        "look": look,
        "write": write,
        "metric": METRICS[alarm.metric],
        "value": f"{float(rate[1]):.3%}" if rate else "unknown",
    }
    # SNS takes no more, and nothing else.
    subject = f"{title}: {scope}".encode("ascii", "replace").decode()[:100]
    sms = f"{subject}. {words['metric']}: {words['value']}, limit {alarm.threshold}"
    message = MESSAGE.format(guard=guard, alarm=alarm, **words)
    # More than 140 would be two.
    return {"Subject": subject, "Message": json.dumps({"default": message, "sms": sms[:140]})}
