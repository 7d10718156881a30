# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Single resources where the local AWS cannot be made to do what AWS may do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import AwsCallError
from ansible_collections.mailops.ses.plugins.module_utils._converge import tags
from ansible_collections.mailops.ses.plugins.module_utils._converge.resource import Found
from ansible_collections.mailops.ses.plugins.module_utils._resources.log_group import LogGroup
from ansible_collections.mailops.ses.plugins.module_utils._resources.permissions import Permissions
from ansible_collections.mailops.ses.plugins.module_utils._resources.queue import FoundQueue, Queue
from ansible_collections.mailops.ses.plugins.module_utils._resources.schedule import Schedule
from ansible_collections.mailops.ses.plugins.module_utils._resources.topic import Topic
from botocore.stub import Stubber

from tests.unit.plugins.target import ACCOUNT, REGION

URL = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/q"
QUEUE = {"policy": {}, "retention_seconds": 60, "encrypted": True, "tags": {}}
RULE = {
    "schedule": "rate(1 minute)",
    "enabled": True,
    "description": "",
    "targets": [{"Id": "f", "Arn": "arn:aws:lambda:eu-west-1:123456789012:function:f"}],
    "tags": {},
}
FAILED = {"FailedEntryCount": 1, "FailedEntries": [{"TargetId": "f", "ErrorCode": "Busy", "ErrorMessage": "Later."}]}


# Tags


def test_tags_both_ways() -> None:
    assert tags.to_list({"a": "b"}) == [{"Key": "a", "Value": "b"}]
    assert tags.to_dict([{"Key": "a", "Value": "b"}]) == {"a": "b"}
    assert tags.to_dict(None) == {}


# Queue


def test_the_name_of_a_queue_that_was_just_deleted_is_waited_for(
    offline: Aws, stubbed: Callable[[str], Stubber], slept: list[float]
) -> None:
    sqs = stubbed("sqs")
    # 60 seconds.
    for _unused in range(12):
        sqs.add_client_error("create_queue", "AWS.SimpleQueueService.QueueDeletedRecently")
    sqs.add_response("create_queue", {"QueueUrl": URL})
    Queue("q", QUEUE).create(offline, QUEUE)
    assert sum(slept) >= 60


def test_a_queue_that_is_refused_is_named(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    stubbed("sqs").add_client_error("create_queue", "AccessDenied")
    with pytest.raises(AwsCallError, match="sqs:CreateQueue failed for SQS queue q"):
        Queue("q", QUEUE).create(offline, QUEUE)


@pytest.mark.parametrize("code", ["AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"])
def test_a_queue_that_is_being_deleted_is_gone(offline: Aws, stubbed: Callable[[str], Stubber], code: str) -> None:
    sqs = stubbed("sqs")
    sqs.add_response("get_queue_url", {"QueueUrl": URL})
    sqs.add_client_error("get_queue_attributes", code)
    assert Queue("q", None).read(offline) is None


def test_a_queue_without_policy_and_tags(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    sqs = stubbed("sqs")
    sqs.add_response("get_queue_url", {"QueueUrl": URL})
    sqs.add_response("get_queue_attributes", {"Attributes": {"MessageRetentionPeriod": "60"}})
    sqs.add_response("list_queue_tags", {})
    state = {"policy": None, "retention_seconds": 60, "encrypted": False, "tags": {}}
    assert Queue("q", None).read_whole(offline) == FoundQueue(state, f"arn:aws:sqs:{REGION}:{ACCOUNT}:q", URL, 0)
    assert not Queue("q", None).is_marked(state)


# Topic


def test_a_topic_without_a_policy(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    sns = stubbed("sns")
    sns.add_response("get_topic_attributes", {"Attributes": {}})
    sns.add_response("list_tags_for_resource", {"Tags": []})
    state = {"policy": None, "display_name": "", "kms_key_id": "", "tags": {}}
    assert Topic("t", None).read_whole(offline) == Found(state, f"arn:aws:sns:{REGION}:{ACCOUNT}:t")
    assert not Topic("t", None).is_marked(state)


# Log group


def test_only_the_group_of_exactly_this_name(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    groups = [{"logGroupName": "/aws/lambda/ses-pause-2"}, {"logGroupName": "/aws/lambda/ses-pause-dev"}]
    stubbed("logs").add_response("describe_log_groups", {"logGroups": groups})
    assert LogGroup("/aws/lambda/ses-pause", None).read(offline) is None


def test_a_group_that_the_functions_first_words_made_is_kept(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    logs = stubbed("logs")
    logs.add_client_error("create_log_group", "ResourceAlreadyExistsException")
    logs.add_response("put_retention_policy", {}, {"logGroupName": "g", "retentionInDays": 90})
    LogGroup("g", None).create(offline, {"retention_days": 90, "tags": {}})


# Schedule


def test_a_target_that_is_not_taken_is_an_error(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    events = stubbed("events")
    events.add_response("put_rule", {})
    events.add_response("put_targets", FAILED)
    with pytest.raises(AwsCallError, match=r"events:PutTargets failed for EventBridge rule r .*Later"):
        Schedule("r", RULE).create(offline, RULE)


def test_a_target_that_does_not_go_is_an_error(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    stubbed("events").add_response("remove_targets", FAILED)
    with pytest.raises(AwsCallError, match=r"events:RemoveTargets failed for EventBridge rule r .*Later"):
        Schedule("r", None).delete(offline, Found(RULE))


def test_a_rule_that_goes_meanwhile_is_gone(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    events = stubbed("events")
    events.add_client_error("remove_targets", "ResourceNotFoundException")
    events.add_client_error("delete_rule", "ResourceNotFoundException")
    Schedule("r", None).delete(offline, Found(RULE))


# Permissions


def test_a_statement_that_differs_is_replaced_and_the_others_are_not_touched(
    offline: Aws, stubbed: Callable[[str], Stubber]
) -> None:
    def statement(sid: str, source: str) -> dict[str, object]:
        return {
            "Sid": sid,
            "Effect": "Allow",
            "Action": "lambda:InvokeFunction",
            "Resource": "*",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Condition": {"ArnLike": {"AWS:SourceArn": source}},
        }

    current = {"policy": {"Statement": [statement("a", "x"), statement("b", "y"), statement("old", "z")]}}
    desired = {"policy": {"Statement": [statement("a", "x"), statement("b", "t"), statement("new", "z")]}}
    client = stubbed("lambda")
    client.add_response("remove_permission", {}, {"FunctionName": "f", "StatementId": "b"})
    client.add_client_error(
        "remove_permission", "ResourceNotFoundException", expected_params={"FunctionName": "f", "StatementId": "old"}
    )
    for sid, source in (("b", "t"), ("new", "z")):
        client.add_response(
            "add_permission",
            {},
            {
                "FunctionName": "f",
                "StatementId": sid,
                "Action": "lambda:InvokeFunction",
                "Principal": "sns.amazonaws.com",
                "SourceArn": source,
            },
        )
    Permissions("f", desired).update(offline, Found(current), desired, frozenset({"policy"}))
