# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Policies of resources: what lets a service of AWS in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.local_aws.policies import allows

TOPIC = "arn:aws:sns:eu-west-1:123456789012:topic"
ALARM = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:ses-pause-bounce-pause"
SERVICE = "cloudwatch.amazonaws.com"
CONTEXT = {"aws:SourceArn": ALARM, "aws:SourceAccount": "123456789012"}


def allow(**changes: Any) -> dict[str, Any]:
    good = {"Effect": "Allow", "Principal": {"Service": SERVICE}, "Action": "SNS:Publish", "Resource": TOPIC}
    return {key: value for key, value in {**good, **changes}.items() if value is not None}


def verdict(*statements: dict[str, Any]) -> bool:
    return allows({"Version": "2012-10-17", "Statement": list(statements)}, SERVICE, "sns:Publish", TOPIC, CONTEXT)


@pytest.mark.parametrize("policy", [None, "", {}, {"Statement": []}])
def test_nothing_allows_nothing(policy: Any) -> None:
    assert not allows(policy, SERVICE, "sns:Publish", TOPIC, CONTEXT)


def test_a_document_may_be_text_and_its_statement_single() -> None:
    assert allows(json.dumps({"Statement": allow()}), SERVICE, "sns:Publish", TOPIC, CONTEXT)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"Principal": "*"}, True),
        ({"Principal": {"AWS": "*"}}, True),
        ({"Principal": {"Service": ["sqs.amazonaws.com", SERVICE]}}, True),
        ({"Principal": {"Service": "sqs.amazonaws.com"}}, False),
        ({"Principal": {"AWS": "arn:aws:iam::123456789012:root"}}, False),
        ({"Principal": None}, False),
        ({"Action": "sns:publish"}, True),
        ({"Action": ["sns:Subscribe", "sns:Pub*"]}, True),
        ({"Action": "*"}, True),
        ({"Action": "sns:Subscribe"}, False),
        ({"Action": None, "NotAction": "sns:Subscribe"}, True),
        ({"Action": None, "NotAction": "sns:*"}, False),
        ({"Resource": "*"}, True),
        ({"Resource": None}, True),
        ({"Resource": "arn:aws:sns:*:123456789012:t?pic"}, True),
        ({"Resource": "arn:aws:sns:eu-west-1:123456789012:other"}, False),
        ({"Resource": "arn:aws:sns:eu-west-1:123456789012:[t]opic"}, False),
    ],
)
def test_statements(changes: dict[str, Any], expected: bool) -> None:
    assert verdict(allow(**changes)) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:*"}}, True),
        ({"ArnLike": {"AWS:sourcearn": ["arn:aws:sns:*", ALARM]}}, True),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:*:*:alarm:*"}}, True),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:*"}}, False),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:*"}}, False),
        ({"ArnEquals": {"aws:SourceArn": ALARM}}, True),
        ({"ArnNotLike": {"aws:SourceArn": ALARM}}, False),
        ({"StringEquals": {"aws:SourceAccount": "123456789012"}}, True),
        ({"StringEquals": {"aws:SourceAccount": ["1", "2"]}}, False),
        ({"StringNotEquals": {"aws:SourceAccount": "1"}}, True),
        ({"StringEqualsIgnoreCase": {"aws:SourceArn": ALARM.upper()}}, True),
        ({"StringLike": {"aws:SourceArn": "arn:*:alarm:*"}}, True),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, False),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}, True),
        ({"Null": {"aws:SourceArn": "false"}}, True),
        ({"Null": {"aws:SourceArn": "true"}}, False),
        ({"Bool": {"aws:SecureTransport": "true"}}, False),
        ({"Unheard": {"aws:SourceArn": ALARM}}, False),
        ({"StringEquals": {"aws:SourceAccount": "123456789012"}, "ArnLike": {"aws:SourceArn": "x"}}, False),
    ],
)
def test_conditions(condition: dict[str, Any], expected: bool) -> None:
    assert verdict(allow(Condition=condition)) == expected


@pytest.mark.parametrize(
    "condition", [{}, {"StringEquals": {"aws:SourceAccount": "123456789012"}}, {"Unheard": {"aws:SourceArn": "x"}}]
)
def test_a_deny_wins(condition: dict[str, Any]) -> None:
    assert not verdict(allow(), allow(Effect="Deny", Condition=condition))


def test_a_deny_for_others_does_not_matter() -> None:
    assert verdict(allow(), allow(Effect="Deny", Condition={"StringEquals": {"aws:SourceAccount": "2"}}))
