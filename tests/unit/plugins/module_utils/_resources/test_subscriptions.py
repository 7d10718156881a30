# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who hears of a topic: purge, pending ones, passwords, dead letters."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._converge.plan import plan
from ansible_collections.mailops.ses.plugins.module_utils._resources.subscriptions import (
    FoundSubscriptions,
    Subscription,
    Subscriptions,
)
from botocore.stub import Stubber

from tests.unit.plugins.module_utils.subscribers import ANN, BOB, TOPIC, converge
from tests.unit.plugins.target import ACCOUNT, REGION, Target

Client = Callable[..., Any]

QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"
HOOK = Subscription("https", "https://ann@example.com/hook", "p@ss/w:rd!")


def listed(protocol: str, endpoint: str, arn: str = "") -> dict[str, str]:
    """An entry of ListSubscriptionsByTopic."""
    return {"Protocol": protocol, "Endpoint": endpoint, "SubscriptionArn": arn or f"{TOPIC}:{endpoint}"}


def told(aws: Client) -> list[str]:
    found = aws("sns").list_subscriptions_by_topic(TopicArn=TOPIC)["Subscriptions"]
    return sorted(f"{entry['Protocol']} {entry['Endpoint']}" for entry in found)


@pytest.fixture
def topic(aws: Client) -> None:
    aws("sns").create_topic(Name="t")


@pytest.mark.usefixtures("topic")
def test_missing_ones_are_made_and_others_stay(target: Target, aws: Client) -> None:
    connection = target.aws()
    assert converge(connection, BOB) == ("update", ["subscriptions"])
    assert converge(connection, ANN) == ("update", ["subscriptions"])
    assert told(aws) == ["email ann@example.com", "sms +12065550100"]
    assert converge(connection, ANN, BOB) == ("none", [])
    assert converge(connection) == ("none", [])


@pytest.mark.usefixtures("topic")
def test_purge_removes_confirmed_ones_and_cannot_remove_pending_ones(
    target: Target, aws: Client, control: Callable[..., Any]
) -> None:
    connection = target.aws()
    converge(connection, ANN, BOB)
    assert converge(connection, purge=True) == ("update", ["subscriptions"])
    assert told(aws) == ["email ann@example.com"]
    assert converge(connection, purge=True) == ("none", [])
    control("sns/confirm", topic_arn=TOPIC, endpoint="ann@example.com")
    assert converge(connection, purge=True) == ("update", ["subscriptions"])
    assert told(aws) == []


def test_a_password_is_sent_and_never_seen_again(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    sns = stubbed("sns")
    sns.add_response("list_subscriptions_by_topic", {"Subscriptions": []})
    endpoint = "https://ann:p%40ss%2Fw%3Ard!@example.com/hook"
    sns.add_response("subscribe", {}, {"TopicArn": TOPIC, "Protocol": "https", "Endpoint": endpoint})
    assert converge(offline, HOOK) == ("update", ["subscriptions"])
    # SNS masks it.
    masked = [listed("https", "https://ann:****@example.com/hook")]
    sns.add_response("list_subscriptions_by_topic", {"Subscriptions": masked})
    assert converge(offline, HOOK) == ("none", [])
    change = plan(Subscriptions("t", [HOOK]), None)
    assert "w:rd" not in json.dumps([change.before(), change.after()])


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (ANN, "email ann@example.com"),
        (replace(ANN, password=None), "email ann@example.com"),
        (HOOK, "https https://ann:****@example.com/hook"),
        (replace(HOOK, password=""), "https https://ann@example.com/hook"),
    ],
)
def test_labels_are_what_sns_lists(entry: Subscription, expected: str) -> None:
    assert entry.label == expected


def test_no_topic_has_no_subscriptions(target: Target) -> None:
    assert Subscriptions("t", []).read(target.aws()) is None


def test_all_pages_are_read(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    sns = stubbed("sns")
    first = {"Subscriptions": [listed("sms", "+1")], "NextToken": "x"}
    sns.add_response("list_subscriptions_by_topic", first, {"TopicArn": TOPIC})
    second = {"Subscriptions": [listed("email", "ann", "PendingConfirmation")]}
    sns.add_response("list_subscriptions_by_topic", second, {"TopicArn": TOPIC, "NextToken": "x"})
    found = Subscriptions("t", []).read(offline)
    arns = {"sms +1": f"{TOPIC}:+1", "email ann": "PendingConfirmation"}
    assert found == FoundSubscriptions({"subscriptions": ["email ann", "sms +1"]}, arns=arns)
    assert found.pending == ["email ann"]


def test_a_topic_that_vanishes_between_two_pages_is_gone(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    sns = stubbed("sns")
    sns.add_response("list_subscriptions_by_topic", {"Subscriptions": [], "NextToken": "x"})
    sns.add_client_error("list_subscriptions_by_topic", "NotFound")
    assert Subscriptions("t", []).read(offline) is None


def test_whoever_unsubscribed_is_subscribed_again(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    """SNS lists the one that is gone for days, with the word Deleted for an ARN that no call takes."""
    sns = stubbed("sns")
    gone = {"Subscriptions": [listed("email", "ann@example.com", "Deleted"), listed("sms", "+9", "Deleted")]}
    sns.add_response("list_subscriptions_by_topic", gone)
    sns.add_response("subscribe", {}, {"TopicArn": TOPIC, "Protocol": "email", "Endpoint": "ann@example.com"})
    assert converge(offline, ANN, purge=True) == ("update", ["subscriptions"])


def test_dead_letters_are_asked_for_with_the_subscription(target: Target, aws: Client) -> None:
    connection = target.aws()
    aws("sns").create_topic(Name="t")
    aws("sqs").create_queue(QueueName="q")
    assert converge(connection, BOB, dead_letter_queue=QUEUE) == (
        "update",
        ["dead_letter_queue", "filter_policy", "subscriptions"],
    )
    assert converge(connection, BOB, dead_letter_queue=QUEUE) == ("none", [])
    (entry,) = aws("sns").list_subscriptions_by_topic(TopicArn=TOPIC)["Subscriptions"]
    attributes = aws("sns").get_subscription_attributes(SubscriptionArn=entry["SubscriptionArn"])["Attributes"]
    assert json.loads(attributes["RedrivePolicy"]) == {"deadLetterTargetArn": QUEUE}


def test_dead_letters_of_somebody_elses_subscription_are_not_ours(target: Target, aws: Client) -> None:
    connection = target.aws()
    aws("sns").create_topic(Name="t")
    aws("sqs").create_queue(QueueName="q")
    other = Subscription("sms", "+12065550199")
    converge(connection, BOB, other, dead_letter_queue=QUEUE)
    for entry in aws("sns").list_subscriptions_by_topic(TopicArn=TOPIC)["Subscriptions"]:
        aws("sns").set_subscription_attributes(
            SubscriptionArn=entry["SubscriptionArn"], AttributeName="RedrivePolicy", AttributeValue=""
        )
    assert converge(connection, BOB, dead_letter_queue=QUEUE) == ("update", ["dead_letter_queue"])
    assert converge(connection, BOB, other, dead_letter_queue=QUEUE) == ("update", ["dead_letter_queue"])
    assert converge(connection, BOB, other, dead_letter_queue=QUEUE) == ("none", [])
