# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The facts of a chain that is whole, for tests to break a link of it."""

from __future__ import annotations

from typing import Any

from ansible_collections.mailops.ses.plugins.module_utils._converge.resource import Found
from ansible_collections.mailops.ses.plugins.module_utils._guard.names import Arns
from ansible_collections.mailops.ses.plugins.module_utils._resources.alarm import AlarmState
from ansible_collections.mailops.ses.plugins.module_utils._resources.function import FoundFunction
from ansible_collections.mailops.ses.plugins.module_utils._resources.queue import FoundQueue
from ansible_collections.mailops.ses.plugins.module_utils._resources.subscriptions import PENDING, FoundSubscriptions
from ansible_collections.mailops.ses.plugins.module_utils._watch.chain_facts import Facts

HERE = "eu-west-1:123456789012"
FUNCTION = f"arn:aws:lambda:{HERE}:function:ses-pause"
TRIP = f"arn:aws:sns:{HERE}:ses-pause-trip"
NOTIFY = f"arn:aws:sns:{HERE}:ses-pause-notify"
EMAIL, SMS = "email mail-ops@example.com", "sms +12065550100"
BOUNCE = "ses-pause-bounce-pause"


def statement(**changes: Any) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": FUNCTION,
        "Condition": {"ArnLike": {"AWS:SourceArn": TRIP}},
    } | changes


def policy(**changes: Any) -> dict[str, Any]:
    return {"Statement": [statement(**changes)]}


def alarm(**changes: Any) -> AlarmState:
    return AlarmState({"actions_enabled": True, "alarm_actions": [TRIP, NOTIFY], **changes}, name=BOUNCE)


def function(state: str = "Active", reserved_concurrency: int = -1) -> FoundFunction:
    return FoundFunction({"reserved_concurrency": reserved_concurrency, "code_sha256": "x"}, lambda_state=state)


def topic(key: str = "") -> Found:
    return Found({"kms_key_id": key})


def subscriptions(*names: str, pending: tuple[str, ...] = (), **more: Any) -> FoundSubscriptions:
    """pending: those among them that nobody has confirmed yet."""
    arns = {name: PENDING if name in pending else f"arn:{name}" for name in names}
    return FoundSubscriptions({"subscriptions": sorted(names), **more}, arns=arns)


WHOLE = Facts(
    guard="ses-pause",
    arns=Arns(
        role="arn:aws:iam::123456789012:role/ses-pause-eu-west-1",
        function=FUNCTION,
        trip_topic=TRIP,
        notify_topic=NOTIFY,
        failure_queue=f"arn:aws:sqs:{HERE}:ses-pause-failures",
        alarm=f"arn:aws:cloudwatch:{HERE}:alarm:",
    ),
    alarms={BOUNCE: alarm()},
    function=function(),
    permissions=Found({"policy": policy()}),
    trip_topic=topic(),
    trip_subscriptions=subscriptions(f"lambda {FUNCTION}", filter_policy={}),
    notify_topic=topic(f"arn:aws:kms:{HERE}:key/1234"),
    notify_subscriptions=subscriptions(EMAIL, SMS),
    failure_queue=FoundQueue({}, messages=0),
)
