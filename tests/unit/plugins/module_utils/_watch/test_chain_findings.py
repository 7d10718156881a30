# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The links of a guard, as a table: what is broken, and what it is called."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._converge.resource import Found
from ansible_collections.mailops.ses.plugins.module_utils._resources.queue import FoundQueue
from ansible_collections.mailops.ses.plugins.module_utils._watch.chain_facts import Traces
from ansible_collections.mailops.ses.plugins.module_utils._watch.chain_findings import (
    describe,
    errors,
    judge_facts,
    judge_traces,
    may_invoke,
)

from tests.unit.plugins.module_utils._watch.chain import (
    BOUNCE,
    EMAIL,
    FUNCTION,
    NOTIFY,
    SMS,
    TRIP,
    WHOLE,
    alarm,
    function,
    policy,
    statement,
    subscriptions,
    topic,
)


def test_a_whole_chain_has_no_findings() -> None:
    assert judge_facts(WHOLE) == []
    assert describe([]) == ""


def test_a_drill_without_traces_of_errors_has_shown_nothing() -> None:
    assert judge_traces(Traces()) == []


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"alarms": {BOUNCE: None}}, ["error alarm_missing"]),
        ({"alarms": {BOUNCE: alarm(actions_enabled=False)}}, ["error alarm_actions_disabled"]),
        ({"alarms": {BOUNCE: alarm(alarm_actions=[NOTIFY])}}, ["error alarm_not_tripping"]),
        ({"alarms": {BOUNCE: alarm(alarm_actions=[])}}, ["error alarm_not_tripping", "warning alarm_not_notifying"]),
        ({"alarms": {BOUNCE: alarm(alarm_actions=[TRIP])}}, ["warning alarm_not_notifying"]),
        ({"alarms": {BOUNCE: alarm(alarm_actions=[FUNCTION, NOTIFY])}}, []),
        ({"trip_topic": None, "trip_subscriptions": None}, ["error trip_topic_missing"]),
        ({"trip_topic": topic("alias/aws/sns")}, ["error trip_topic_key"]),
        ({"trip_subscriptions": subscriptions(EMAIL)}, ["error function_not_subscribed"]),
        (
            {"trip_subscriptions": subscriptions(f"lambda {FUNCTION}", filter_policy={"a": ["b"]})},
            ["error subscription_filtered"],
        ),
        ({"function": None}, ["error function_missing"]),
        ({"function": function("Pending", 5)}, ["error function_not_active"]),
        ({"function": function("Active", 0)}, ["error function_never_runs"]),
        ({"permissions": None}, ["error invoke_not_allowed"]),
        ({"permissions": Found({"policy": None})}, ["error invoke_not_allowed"]),
        ({"denied": None}, ["warning permissions_unknown"]),
        ({"denied": ["ses:PutAccountSendingAttributes"]}, ["error function_not_allowed"]),
        ({"failure_queue": FoundQueue({}, messages=2)}, ["warning failed_events"]),
        ({"failure_queue": None}, []),
        ({"notify_topic": None, "notify_subscriptions": None}, ["error notify_topic_missing"]),
        ({"notify_topic": topic("alias/aws/sns")}, ["error notify_topic_key"]),
        ({"notify_subscriptions": subscriptions()}, ["error nobody_told"]),
        ({"notify_subscriptions": None}, ["error nobody_told"]),
        ({"notify_subscriptions": subscriptions(EMAIL, pending=(EMAIL,))}, ["error nobody_told"]),
        ({"notify_subscriptions": subscriptions(EMAIL, SMS, pending=(EMAIL,))}, ["warning subscription_pending"]),
        # Errors come first, whatever their place in the chain.
        (
            {"denied": None, "notify_subscriptions": subscriptions()},
            ["error nobody_told", "warning permissions_unknown"],
        ),
    ],
)
def test_each_broken_link_has_its_name(facts: dict[str, Any], expected: list[str]) -> None:
    found = judge_facts(replace(WHOLE, **facts))
    assert [f"{finding.severity} {finding.check}" for finding in found] == expected
    assert all(finding.what and finding.remedy for finding in found)
    assert [finding.check for finding in errors(found)] == [
        name.split()[1] for name in expected if name.startswith("error")
    ]


def test_what_a_drill_has_shown_has_its_name() -> None:
    found = judge_traces(Traces(["no permission.", "no topic"], ["RuntimeError: no."]))
    assert [f"{finding.severity} {finding.check}" for finding in found] == [
        "error alarm_action_failed",
        "error alarm_action_failed",
        "error function_fails",
    ]


def test_as_text() -> None:
    text = describe([*judge_facts(replace(WHOLE, function=None)), *judge_traces(Traces([], ["it broke."]))])
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
