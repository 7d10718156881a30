# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CloudWatch Logs of the local AWS: log groups, their retention and tags."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.local_aws.helpers import error_of

ARN = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/name"


@pytest.fixture
def logs(aws: Callable[..., Any]) -> Any:
    return aws("logs")


def test_a_log_group(logs: Any) -> None:
    logs.create_log_group(logGroupName="/aws/lambda/name", tags={"a": "1"})
    logs.create_log_group(logGroupName="/aws/lambda/name-2")
    found = logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/name")["logGroups"]
    assert [each["logGroupName"] for each in found] == ["/aws/lambda/name", "/aws/lambda/name-2"]
    assert (found[0]["arn"], found[0]["logGroupArn"]) == (f"{ARN}:*", ARN)
    assert "retentionInDays" not in found[0]
    logs.put_retention_policy(logGroupName="/aws/lambda/name", retentionInDays=30)
    assert logs.describe_log_groups()["logGroups"][0]["retentionInDays"] == 30
    logs.delete_retention_policy(logGroupName="/aws/lambda/name")
    assert "retentionInDays" not in logs.describe_log_groups()["logGroups"][0]
    assert error_of(logs.create_log_group, logGroupName="/aws/lambda/name")[0] == "ResourceAlreadyExistsException"
    assert error_of(logs.put_retention_policy, logGroupName="x", retentionInDays=1)[0] == "ResourceNotFoundException"


@pytest.mark.parametrize("days", [0, 2, 31, 10000])
def test_only_some_retentions_exist(logs: Any, days: int) -> None:
    logs.create_log_group(logGroupName="group")
    refused = error_of(logs.put_retention_policy, logGroupName="group", retentionInDays=days)
    assert refused[0] == "InvalidParameterException"


@pytest.mark.parametrize("name", ["a b", "aws/mine", "x" * 513])
def test_names_that_are_refused(logs: Any, name: str) -> None:
    assert error_of(logs.create_log_group, logGroupName=name)[0] == "InvalidParameterException"


@pytest.mark.parametrize("suffix", ["", ":*"])
def test_tags(logs: Any, suffix: str) -> None:
    logs.create_log_group(logGroupName="/aws/lambda/name", tags={"a": "1", "b": "2"})
    logs.tag_resource(resourceArn=ARN + suffix, tags={"a": "3"})
    logs.untag_resource(resourceArn=ARN + suffix, tagKeys=["b"])
    assert logs.list_tags_for_resource(resourceArn=ARN + suffix)["tags"] == {"a": "3"}
    assert logs.list_tags_log_group(logGroupName="/aws/lambda/name")["tags"] == {"a": "3"}


def test_tags_go_with_their_group(logs: Any) -> None:
    logs.create_log_group(logGroupName="/aws/lambda/name", tags={"a": "1"})
    logs.delete_log_group(logGroupName="/aws/lambda/name")
    assert error_of(logs.list_tags_for_resource, resourceArn=ARN)[0] == "ResourceNotFoundException"
    assert error_of(logs.tag_resource, resourceArn=ARN, tags={"a": "1"})[0] == "ResourceNotFoundException"
    assert error_of(logs.untag_resource, resourceArn=ARN, tagKeys=["a"])[0] == "ResourceNotFoundException"
    logs.create_log_group(logGroupName="/aws/lambda/name")
    assert logs.list_tags_for_resource(resourceArn=ARN)["tags"] == {}
