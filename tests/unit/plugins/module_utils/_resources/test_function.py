# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The function: what is waited for, what is not, and what Lambda says while IAM is still spreading."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import AwsCallError
from ansible_collections.mailops.ses.plugins.module_utils._resources.function import FoundFunction, Function
from ansible_collections.mailops.ses.plugins.module_utils._resources.invoke_config import InvokeConfig
from botocore.stub import ANY, Stubber

DESIRED = {
    "runtime": "python3.13",
    "architectures": ["arm64"],
    "handler": "x.y",
    "role": "arn:aws:iam::123456789012:role/r",
    "timeout": 60,
    "memory_size": 128,
    "description": "",
    "environment": {},
    "logging": {"LogFormat": "JSON"},
    "code_sha256": "abc",
    "tags": {},
}
ACTIVE = {"Configuration": {"FunctionName": "f", "State": "Active", "LastUpdateStatus": "Successful"}}
NOT_ASSUMABLE = "The role defined for the function cannot be assumed by Lambda."
NO_SEND = "The provided execution role does not have permissions to call SendMessage on SQS"
RETRIES = {"retries": 2, "max_age_seconds": 21600, "on_failure": "arn:aws:sqs:eu-west-1:123456789012:q"}


CREATE = {
    "FunctionName": "f",
    "Code": {"ZipFile": b"zip"},
    "Architectures": ["arm64"],
    "Tags": {},
    "Runtime": "python3.13",
    "Handler": "x.y",
    "Role": DESIRED["role"],
    "Timeout": 60,
    "MemorySize": 128,
    "Description": "",
    "Environment": {"Variables": {}},
    "LoggingConfig": {"LogFormat": "JSON"},
}


def test_a_role_that_iam_has_not_spread_yet_is_waited_for(
    offline: Aws, stubbed: Callable[[str], Stubber], slept: list[float]
) -> None:
    client = stubbed("lambda")
    for _unused in range(2):
        client.add_client_error("create_function", "InvalidParameterValueException", NOT_ASSUMABLE)
    client.add_response("create_function", {}, CREATE)
    client.add_response("get_function", ACTIVE, {"FunctionName": "f"})
    Function("f", DESIRED, b"zip").create(offline, DESIRED)
    assert len(slept) == 2
    assert sum(slept) < 10


def test_a_role_that_never_becomes_assumable_ends_in_an_error(
    offline: Aws, stubbed: Callable[[str], Stubber], slept: list[float]
) -> None:
    client = stubbed("lambda")
    for _unused in range(12):
        client.add_client_error("create_function", "InvalidParameterValueException", NOT_ASSUMABLE)
    with pytest.raises(AwsCallError) as caught:
        Function("f", DESIRED, b"zip").create(offline, DESIRED)
    assert caught.value.message.startswith("lambda:CreateFunction failed for Lambda function f in account")
    assert NOT_ASSUMABLE.rstrip(".") in caught.value.message
    # IAM needs about a minute at worst.
    assert 60 < sum(slept) < 180


def test_any_other_error_is_not_waited_out(offline: Aws, stubbed: Callable[[str], Stubber], slept: list[float]) -> None:
    stubbed("lambda").add_client_error("create_function", "InvalidParameterValueException", "Unknown runtime.")
    with pytest.raises(AwsCallError, match=r"Unknown runtime\. See"):
        Function("f", DESIRED, b"zip").create(offline, DESIRED)
    assert not slept


def test_a_function_that_does_not_become_active_is_an_error(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    client = stubbed("lambda")
    client.add_response("create_function", {})
    client.add_response("get_function", {"Configuration": {"State": "Failed"}})
    with pytest.raises(AwsCallError, match="terminal failure state"):
        Function("f", DESIRED, b"zip").create(offline, DESIRED)


def test_each_update_waits_for_the_one_before(
    offline: Aws, stubbed: Callable[[str], Stubber], slept: list[float]
) -> None:
    client = stubbed("lambda")
    client.add_client_error("update_function_configuration", "ResourceConflictException", "An update is in progress.")
    client.add_response("update_function_configuration", {})
    client.add_response("get_function", ACTIVE)
    client.add_response(
        "update_function_code", {}, {"FunctionName": "f", "ZipFile": b"zip", "Architectures": ["arm64"]}
    )
    client.add_response("get_function", ACTIVE)
    Function("f", DESIRED, b"zip").update(offline, FoundFunction({}), DESIRED, frozenset({"timeout", "code_sha256"}))
    assert len(slept) == 1


def test_only_what_differs_is_written(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    stubbed("lambda").add_response("tag_resource", {}, {"Resource": ANY, "Tags": {}})
    Function("f", DESIRED, b"zip").update(offline, FoundFunction({}), DESIRED, frozenset({"tags"}))


def test_what_lambda_leaves_out_has_its_default(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    configuration: dict[str, Any] = {"Role": "r", "Timeout": 3, "MemorySize": 128, "CodeSha256": "abc"}
    stubbed("lambda").add_response("get_function", {"Configuration": configuration})
    found = Function("f", None).read(offline)
    assert found is not None
    state = found.state
    assert (state["architectures"], state["reserved_concurrency"]) == (["x86_64"], -1)
    assert (state["environment"], state["logging"], state["tags"]) == ({}, {}, {})
    assert (state["runtime"], state["handler"], found.lambda_state) == (None, None, "Active")


def test_the_roles_policy_that_iam_has_not_spread_yet_is_waited_for(
    offline: Aws, stubbed: Callable[[str], Stubber], slept: list[float]
) -> None:
    client = stubbed("lambda")
    client.add_client_error("put_function_event_invoke_config", "InvalidParameterValueException", NO_SEND)
    client.add_response(
        "put_function_event_invoke_config",
        {},
        {
            "FunctionName": "f",
            "MaximumRetryAttempts": 2,
            "MaximumEventAgeInSeconds": 21600,
            "DestinationConfig": {"OnFailure": {"Destination": RETRIES["on_failure"]}},
        },
    )
    InvokeConfig("f", RETRIES).create(offline, RETRIES)
    assert len(slept) == 1


def test_tags_that_may_not_be_read_are_not_taken_for_lost(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    said = "User: arn:aws:iam::123456789012:user/me is not authorized to perform: lambda:ListTags on resource: f"
    refused = {"ErrorCode": "AccessDeniedException", "Message": said}
    stubbed("lambda").add_response("get_function", {**ACTIVE, "TagsError": refused}, {"FunctionName": "f"})
    with pytest.raises(AwsCallError, match=r"lambda:ListTags failed for Lambda function f .* Allow lambda:ListTags"):
        Function("f", None).read(offline)
