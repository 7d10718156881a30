# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All that there is in an account, so that two of them can be compared: every field but those that differ each time."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

Client = Callable[..., Any]
State = dict[str, dict[str, Any]]

# Ids and times of AWS's own, and what it counts or measures.
VOLATILE = frozenset(
    {
        "AlarmArn",
        "AlarmConfigurationUpdatedTimestamp",
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesDelayed",
        "ApproximateNumberOfMessagesNotVisible",
        "CodeSize",
        "CreateDate",
        "CreatedTimestamp",
        "EffectiveDeliveryPolicy",
        "LastFreshStart",
        "LastModified",
        "LastModifiedTimestamp",
        "ResponseMetadata",
        "RevisionId",
        "RoleId",
        "RoleLastUsed",
        "StateReason",
        "StateReasonData",
        "StateTransitionedTimestamp",
        "StateUpdatedTimestamp",
        "SubscriptionArn",
        "SubscriptionsConfirmed",
        "SubscriptionsDeleted",
        "SubscriptionsPending",
    }
)


def take(aws: Client) -> State:
    """{"KIND NAME": {field: value}}"""
    found: State = {}
    for take_some in (_alarms, _dashboards, _roles, _functions, _rules, _queues, _topics, _log_groups, _sending):
        found.update(take_some(aws))
    return found


def _plain(entry: Any) -> Any:
    """Without what is volatile, with documents as what they mean, and where an order says nothing, in one order."""
    if isinstance(entry, dict):
        return {key: _plain(value) for key, value in entry.items() if key not in VOLATILE}
    if isinstance(entry, list):
        return sorted(
            (_plain(value) for value in entry), key=lambda value: json.dumps(value, sort_keys=True, default=str)
        )
    if isinstance(entry, str) and entry.startswith("{"):
        return _plain(json.loads(entry))
    return entry


def _alarms(aws: Client) -> State:
    cloudwatch = aws("cloudwatch")
    return {
        f"alarm {alarm['AlarmName']}": {
            **_plain(alarm),
            "tags": _plain(cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]),
        }
        for page in cloudwatch.get_paginator("describe_alarms").paginate()
        for alarm in page["MetricAlarms"]
    }


def _dashboards(aws: Client) -> State:
    cloudwatch = aws("cloudwatch")
    return {
        f"dashboard {entry['DashboardName']}": {
            "body": json.loads(cloudwatch.get_dashboard(DashboardName=entry["DashboardName"])["DashboardBody"]),
            "tags": _plain(cloudwatch.list_tags_for_resource(ResourceARN=entry["DashboardArn"])["Tags"]),
        }
        for entry in cloudwatch.list_dashboards()["DashboardEntries"]
    }


def _roles(aws: Client) -> State:
    iam = aws("iam")
    found = {}
    for name in [role["RoleName"] for role in iam.list_roles()["Roles"]]:
        inline = iam.list_role_policies(RoleName=name)["PolicyNames"]
        found[f"role {name}"] = {
            **_plain(iam.get_role(RoleName=name)["Role"]),
            "attached": _plain(iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]),
            "inline": {
                policy: _plain(iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"])
                for policy in inline
            },
        }
    return found


def _functions(aws: Client) -> State:
    functions = aws("lambda")
    found = {}
    for name in [entry["FunctionName"] for entry in functions.list_functions()["Functions"]]:
        answer = functions.get_function(FunctionName=name)
        found[f"function {name}"] = {
            **_plain(answer["Configuration"]),
            "tags": answer.get("Tags"),
            "concurrency": answer.get("Concurrency"),
            "policy": _or_none(functions.get_policy, "Policy", FunctionName=name),
            "asynchronous": _or_none(functions.get_function_event_invoke_config, None, FunctionName=name),
        }
    return found


def _or_none(call: Callable[..., Any], key: str | None, **arguments: Any) -> Any:
    try:
        answer = call(**arguments)
    except call.__self__.exceptions.ResourceNotFoundException:  # type: ignore[attr-defined]
        return None
    return _plain(answer[key] if key else answer)


def _rules(aws: Client) -> State:
    events = aws("events")
    return {
        f"rule {rule['Name']}": {
            **_plain(rule),
            "targets": _plain(events.list_targets_by_rule(Rule=rule["Name"])["Targets"]),
            "tags": _plain(events.list_tags_for_resource(ResourceARN=rule["Arn"])["Tags"]),
        }
        for rule in events.list_rules()["Rules"]
    }


def _queues(aws: Client) -> State:
    sqs = aws("sqs")
    return {
        f"queue {url.rpartition('/')[2]}": {
            **_plain(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]),
            "tags": sqs.list_queue_tags(QueueUrl=url).get("Tags"),
        }
        for url in sqs.list_queues().get("QueueUrls", [])
    }


def _topics(aws: Client) -> State:
    sns = aws("sns")
    found: State = {}
    for arn in [topic["TopicArn"] for topic in sns.list_topics()["Topics"]]:
        found[f"topic {arn.rpartition(':')[2]}"] = {
            **_plain(sns.get_topic_attributes(TopicArn=arn)["Attributes"]),
            "tags": _plain(sns.list_tags_for_resource(ResourceArn=arn)["Tags"]),
        }
    # Of all topics at once: those of a topic that is gone must show.
    for entry in sns.list_subscriptions()["Subscriptions"]:
        arn, key = entry["SubscriptionArn"], f"subscription {entry['TopicArn']} {entry['Protocol']} {entry['Endpoint']}"
        # Two of a kind must show too.
        while key in found:
            key += " again"
        is_pending = not arn.startswith("arn:")
        found[key] = _plain(entry if is_pending else sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"])
    return found


def _log_groups(aws: Client) -> State:
    logs = aws("logs")
    return {
        f"log group {group['logGroupName']}": {
            "retention": group.get("retentionInDays"),
            "tags": logs.list_tags_for_resource(resourceArn=group["arn"].removesuffix(":*"))["tags"],
        }
        for group in logs.describe_log_groups()["logGroups"]
    }


def _sending(aws: Client) -> State:
    ses = aws("sesv2")
    names = ses.list_configuration_sets()["ConfigurationSets"]
    sets = {f"set {name}": _plain(ses.get_configuration_set(ConfigurationSetName=name)) for name in names}
    return {**sets, "account": {"sends": ses.get_account()["SendingEnabled"]}}
