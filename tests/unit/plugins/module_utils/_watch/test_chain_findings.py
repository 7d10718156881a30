# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The links of a guard, as a table: what is broken, and what it is called."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._watch.chain_findings import (
    describe,
    errors,
    findings,
    may_invoke,
)

FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:ses-pause"
TRIP = "arn:aws:sns:eu-west-1:123456789012:ses-pause-trip"
NOTIFY = "arn:aws:sns:eu-west-1:123456789012:ses-pause-notify"
EMAIL, SMS = "email mail-ops@example.com", "sms +12065550100"


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


WHOLE: dict[str, Any] = {
    "guard": "ses-pause",
    "function_arn": FUNCTION,
    "trip_topic_arn": TRIP,
    "notify_topic_arn": NOTIFY,
    "function": {"state": "Active", "reserved_concurrency": -1},
    "function_policy": policy(),
    "trip_topic": {"kms_key_id": ""},
    "notify_topic": {"kms_key_id": "arn:aws:kms:eu-west-1:123456789012:key/1234"},
    "trip_subscriptions": [f"lambda {FUNCTION}"],
    "trip_filter_policy": {},
    "notify_subscriptions": [EMAIL, SMS],
    "notify_pending": [],
    "alarms": {"ses-pause-bounce-pause": {"actions_enabled": True, "alarm_actions": [TRIP, NOTIFY]}},
    "denied": [],
    "failed_events": 0,
    "action_errors": [],
    "function_errors": [],
}


def alarm(**changes: Any) -> dict[str, Any]:
    return {"alarms": {"ses-pause-bounce-pause": {**WHOLE["alarms"]["ses-pause-bounce-pause"], **changes}}}


def test_a_whole_chain_has_no_findings() -> None:
    assert findings(WHOLE) == []
    assert describe([]) == ""


def test_what_is_not_known_is_not_judged() -> None:
    assert findings({}) == []


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"alarms": {"ses-pause-bounce-pause": None}}, ["error alarm_missing"]),
        (alarm(actions_enabled=False), ["error alarm_actions_disabled"]),
        (alarm(alarm_actions=[NOTIFY]), ["error alarm_not_tripping"]),
        (alarm(alarm_actions=[]), ["error alarm_not_tripping", "warning alarm_not_notifying"]),
        (alarm(alarm_actions=[TRIP]), ["warning alarm_not_notifying"]),
        (alarm(alarm_actions=[FUNCTION, NOTIFY]), []),
        ({"action_errors": ["no permission.", "no topic"]}, ["error alarm_action_failed"] * 2),
        ({"trip_topic": None, "trip_subscriptions": []}, ["error trip_topic_missing"]),
        ({"trip_topic": {"kms_key_id": "alias/aws/sns"}}, ["error trip_topic_key"]),
        ({"trip_subscriptions": [EMAIL]}, ["error function_not_subscribed"]),
        ({"trip_filter_policy": {"a": ["b"]}}, ["error subscription_filtered"]),
        ({"function": None}, ["error function_missing"]),
        ({"function": {"state": "Pending", "reserved_concurrency": 5}}, ["error function_not_active"]),
        ({"function": {"state": "Active", "reserved_concurrency": 0}}, ["error function_never_runs"]),
        ({"function_policy": None}, ["error invoke_not_allowed"]),
        ({"denied": None}, ["warning permissions_unknown"]),
        ({"denied": ["ses:PutAccountSendingAttributes"]}, ["error function_not_allowed"]),
        ({"function_errors": ["RuntimeError: no."]}, ["error function_fails"]),
        ({"failed_events": 2}, ["warning failed_events"]),
        ({"failed_events": None}, []),
        ({"notify_topic": None, "notify_subscriptions": []}, ["error notify_topic_missing"]),
        ({"notify_topic": {"kms_key_id": "alias/aws/sns"}}, ["error notify_topic_key"]),
        ({"notify_subscriptions": []}, ["error nobody_told"]),
        ({"notify_subscriptions": [EMAIL], "notify_pending": [EMAIL]}, ["error nobody_told"]),
        ({"notify_pending": [EMAIL]}, ["warning subscription_pending"]),
        # Errors come first, whatever their place in the chain.
        ({"denied": None, "notify_subscriptions": []}, ["error nobody_told", "warning permissions_unknown"]),
    ],
)
def test_each_broken_link_has_its_name(facts: dict[str, Any], expected: list[str]) -> None:
    found = findings({**WHOLE, **facts})
    assert [f"{finding['severity']} {finding['check']}" for finding in found] == expected
    assert all(finding["what"] and finding["remedy"] for finding in found)
    assert [finding["check"] for finding in errors(found)] == [
        name.split()[1] for name in expected if name.startswith("error")
    ]


def test_as_text() -> None:
    text = describe(findings({**WHOLE, "function": None, "function_errors": ["it broke."]}))
    assert text == (
        "[function_missing] There is no function that could pause. Run mailops.ses.site, which deploys the guard "
        "ses-pause. [function_fails] The function failed: it broke. Mend what it names; its log group has the whole "
        "story."
    )


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (policy(), True),
        (None, False),
        ({"Statement": statement()}, True),
        (policy(Principal={"Service": ["events.amazonaws.com", "sns.amazonaws.com"]}), True),
        (policy(Principal="*"), True),
        (policy(Principal={"Service": "events.amazonaws.com"}), False),
        (policy(Principal={"AWS": "123456789012"}), False),
        (policy(Action=["lambda:Invoke*"]), True),
        (policy(Action="lambda:GetFunction"), False),
        (policy(Condition={"ArnLike": {"aws:sourceArn": "arn:aws:sns:eu-west-1:123456789012:*"}}), True),
        (policy(Condition={"ArnEquals": {"aws:SourceArn": [NOTIFY]}}), False),
        (policy(Condition={"StringEquals": {"AWS:SourceAccount": "123456789012"}}), True),
        (policy(Condition=None), True),
        ({"Statement": [statement(), statement(Effect="Deny")]}, False),
    ],
)
def test_who_may_invoke(document: Any, expected: bool) -> None:
    assert may_invoke(document, TRIP) is expected
