# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The policies: exact actions, the narrowest resources, nobody else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._guard import policies
from ansible_collections.mailops.ses.plugins.module_utils._guard.names import Names

NAMES = Names("ses-pause", "eu-west-1")
HERE = "eu-west-1:123456789012"
KEY = f"arn:aws:kms:{HERE}:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def allowed(policy: dict[str, Any]) -> dict[str, str | list[str]]:
    """{action: resource} of a policy that only allows."""
    found: dict[str, str | list[str]] = {}
    for statement in policy["Statement"]:
        assert statement["Effect"] == "Allow"
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        found.update(dict.fromkeys(actions, statement["Resource"]))
    return found


def test_the_function_may_do_exactly_this(offline: Aws) -> None:
    assert allowed(policies.execution_policy(offline, NAMES, None)) == {
        # The account's sending has no resource in SES.
        "ses:GetAccount": "*",
        "ses:PutAccountSendingAttributes": "*",
        "ses:GetConfigurationSet": f"arn:aws:ses:{HERE}:configuration-set/*",
        "ses:PutConfigurationSetSendingOptions": f"arn:aws:ses:{HERE}:configuration-set/*",
        "cloudwatch:DescribeAlarms": f"arn:aws:cloudwatch:{HERE}:alarm:*",
        # Nor has a metric in CloudWatch.
        "cloudwatch:GetMetricStatistics": "*",
        "cloudwatch:ListTagsForResource": f"arn:aws:cloudwatch:{HERE}:alarm:ses-pause-*",
        "cloudwatch:TagResource": f"arn:aws:cloudwatch:{HERE}:alarm:ses-pause-*",
        "sns:Publish": f"arn:aws:sns:{HERE}:ses-pause-notify",
        "sqs:SendMessage": f"arn:aws:sqs:{HERE}:ses-pause-failures",
        "logs:CreateLogStream": f"arn:aws:logs:{HERE}:log-group:/aws/lambda/ses-pause:*",
        "logs:PutLogEvents": f"arn:aws:logs:{HERE}:log-group:/aws/lambda/ses-pause:*",
    }


@pytest.mark.parametrize("no_key", [None, ""])
def test_the_function_may_use_the_topics_key_if_there_is_one(offline: Aws, no_key: str | None) -> None:
    with_key = allowed(policies.execution_policy(offline, NAMES, KEY))
    without = allowed(policies.execution_policy(offline, NAMES, no_key))
    assert with_key == {**without, "kms:Decrypt": KEY, "kms:GenerateDataKey*": KEY}
    assert policies.topic_key(policies.execution_policy(offline, NAMES, KEY)) == KEY


@pytest.mark.parametrize(
    ("policy", "key"),
    [
        (None, None),
        ({"Version": "2012-10-17"}, None),
        ({"Statement": {"Sid": "UseTopicKey", "Effect": "Allow", "Resource": KEY}}, KEY),
        ({"Statement": [{"Effect": "Allow", "Resource": KEY}]}, None),
        # Widened by hand: not ours any more.
        ({"Statement": [{"Sid": "UseTopicKey", "Effect": "Allow", "Resource": "*"}]}, None),
        ({"Statement": [{"Sid": "UseTopicKey", "Effect": "Allow", "Resource": [KEY]}]}, None),
    ],
)
def test_the_topics_key_is_known_again(policy: dict[str, Any] | None, key: str | None) -> None:
    assert policies.topic_key(policy) == key


def test_only_lambda_takes_the_role() -> None:
    assert policies.trust_policy()["Statement"] == [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ]


def test_only_alarms_of_this_account_and_region_publish(offline: Aws) -> None:
    policy = policies.topic_policy(offline, NAMES, "ses-pause-trip")
    assert policy["Id"] == "mailops.ses/ses-pause"
    assert policy["Statement"] == [
        {
            "Sid": "AlarmsOfThisAccount",
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "SNS:Publish",
            "Resource": f"arn:aws:sns:{HERE}:ses-pause-trip",
            "Condition": {
                "ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:{HERE}:alarm:*"},
                "StringEquals": {"aws:SourceAccount": "123456789012"},
            },
        }
    ]


def test_only_the_trip_topic_writes_into_the_queue(offline: Aws) -> None:
    (statement,) = policies.queue_policy(offline, NAMES)["Statement"]
    assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": f"arn:aws:sns:{HERE}:ses-pause-trip"}}
    assert (statement["Action"], statement["Resource"]) == (
        "sqs:SendMessage",
        f"arn:aws:sqs:{HERE}:ses-pause-failures",
    )


@pytest.mark.parametrize("with_sweep", [True, False])
def test_only_the_trip_topic_and_the_sweep_invoke(offline: Aws, with_sweep: bool) -> None:
    policy = policies.function_policy(offline, NAMES, with_sweep)
    invokers = {
        statement["Sid"]: (statement["Principal"]["Service"], statement["Condition"]["ArnLike"]["AWS:SourceArn"])
        for statement in policy["Statement"]
    }
    assert invokers == {
        "ses-pause-trip-topic": ("sns.amazonaws.com", f"arn:aws:sns:{HERE}:ses-pause-trip"),
        **(
            {"ses-pause-sweep-rule": ("events.amazonaws.com", f"arn:aws:events:{HERE}:rule/ses-pause-sweep")}
            if with_sweep
            else {}
        ),
    }


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov", "aws-eusc"])
def test_no_policy_names_another_partition(offline: Aws, partition: str) -> None:
    offline.__dict__["_identity"] = ("123456789012", partition)
    documents = [
        policies.execution_policy(offline, NAMES, None),
        policies.topic_policy(offline, NAMES, "t"),
        policies.queue_policy(offline, NAMES),
        policies.function_policy(offline, NAMES, True),
    ]
    text = json.dumps(documents)
    assert text.count('"arn:') == text.count(f'"arn:{partition}:') > 0
