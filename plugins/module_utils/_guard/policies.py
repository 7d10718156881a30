# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every policy of a guard, as data."""

from __future__ import annotations

import re
from typing import Any

from .._aws.client import Aws
from .._converge.ownership import OWNER_MARK
from .names import Names

VERSION = "2012-10-17"
KEY_ARN = re.compile(r"arn:[^:]+:kms:[^:]+:\d{12}:key/.+")
USE_TOPIC_KEY = "UseTopicKey"
Policy = dict[str, Any]


def _allow(sid: str, actions: str | list[str], resource: str | list[str], **more: Any) -> Policy:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource, **more}


def trust_policy() -> Policy:
    """Lambda, and nobody else, may take the execution role."""
    statement = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return {"Version": VERSION, "Statement": [statement]}


def execution_policy(aws: Aws, names: Names, kms_key_arn: str | None) -> Policy:
    """What the function does, action by action. Neither the account's own sending nor a metric has a resource ("*")."""
    statements = [
        _allow("PauseAccount", ["ses:GetAccount", "ses:PutAccountSendingAttributes"], "*"),
        _allow(
            "PauseConfigurationSet",
            ["ses:GetConfigurationSet", "ses:PutConfigurationSetSendingOptions"],
            aws.arn("ses", "configuration-set/*"),
        ),
        _allow("ReadAlarms", "cloudwatch:DescribeAlarms", aws.arn("cloudwatch", "alarm:*")),
        _allow("CountSendsOfSets", "cloudwatch:GetMetricStatistics", "*"),
        _allow(
            "RememberOnAlarms",
            ["cloudwatch:ListTagsForResource", "cloudwatch:TagResource"],
            aws.arn("cloudwatch", f"alarm:{names.guard}-*"),
        ),
        _allow("TellPeople", "sns:Publish", aws.arn("sns", names.notify_topic)),
        _allow("KeepFailures", "sqs:SendMessage", aws.arn("sqs", names.failure_queue)),
        _allow(
            "WriteLogs",
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            aws.arn("logs", f"log-group:{names.log_group}:*"),
        ),
    ]
    policy = {"Version": VERSION, "Statement": statements}
    return with_topic_key(policy, kms_key_arn) if kms_key_arn else policy


def with_topic_key(policy: Policy, kms_key_arn: str) -> Policy:
    """An execution policy that lets the function use the topics' key too."""
    statement = _allow(USE_TOPIC_KEY, ["kms:Decrypt", "kms:GenerateDataKey*"], kms_key_arn)
    return {**policy, "Statement": [*policy["Statement"], statement]}


def topic_key(policy: Policy | None) -> str | None:
    """The ARN of the topics' key that an execution policy names, if it names one."""
    statements = (policy or {}).get("Statement", [])
    for statement in statements if isinstance(statements, list) else [statements]:
        key = statement.get("Resource")
        if statement.get("Sid") == USE_TOPIC_KEY and isinstance(key, str) and KEY_ARN.fullmatch(key):
            return key
    return None


def topic_policy(aws: Aws, names: Names, topic: str) -> Policy:
    """Alarms of this account and Region may publish; the account's own identities need only their own policies."""
    statement = _allow(
        "AlarmsOfThisAccount",
        "SNS:Publish",
        aws.arn("sns", topic),
        Principal={"Service": "cloudwatch.amazonaws.com"},
        Condition={
            "ArnLike": {"aws:SourceArn": aws.arn("cloudwatch", "alarm:*")},
            "StringEquals": {"aws:SourceAccount": aws.account},
        },
    )
    return {"Version": VERSION, "Id": f"{OWNER_MARK}/{names.guard}", "Statement": [statement]}


def queue_policy(aws: Aws, names: Names) -> Policy:
    """The trip topic may leave here what it could not deliver. The function writes with its own role."""
    statement = _allow(
        "UndeliveredTrips",
        "sqs:SendMessage",
        aws.arn("sqs", names.failure_queue),
        Principal={"Service": "sns.amazonaws.com"},
        Condition={"ArnEquals": {"aws:SourceArn": aws.arn("sns", names.trip_topic)}},
    )
    return {"Version": VERSION, "Id": f"{OWNER_MARK}/{names.guard}", "Statement": [statement]}


def function_policy(aws: Aws, names: Names, with_sweep: bool) -> Policy:
    """Who may invoke the function, in the form that Lambda itself gives it."""
    sources = {f"{names.guard}-trip-topic": ("sns.amazonaws.com", aws.arn("sns", names.trip_topic))}
    if with_sweep:
        rule = aws.arn("events", f"rule/{names.sweep_rule}")
        sources[f"{names.guard}-sweep-rule"] = ("events.amazonaws.com", rule)
    statements = [
        _allow(
            sid,
            "lambda:InvokeFunction",
            aws.arn("lambda", f"function:{names.function}"),
            Principal={"Service": service},
            Condition={"ArnLike": {"AWS:SourceArn": source}},
        )
        for sid, (service, source) in sources.items()
    ]
    return {"Version": VERSION, "Id": "default", "Statement": statements}
