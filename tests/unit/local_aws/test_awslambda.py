# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lambda's API of the local AWS: what is kept, what is refused, and what a change does."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.local_aws.helpers import ECHO, archive, deploy, error_of, make_role, permit

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:function"


@pytest.fixture
def functions(aws: Callable[..., Any]) -> Any:
    return aws("lambda")


def configuration(functions: Any) -> dict[str, Any]:
    found: dict[str, Any] = functions.get_function(FunctionName="function")["Configuration"]
    return found


# Create, read, update, delete


def test_what_was_given_comes_back(aws: Callable[..., Any], functions: Any) -> None:
    role = make_role(aws, "role")
    wanted: dict[str, Any] = {
        "Description": "text",
        "MemorySize": 256,
        "Timeout": 10,
        "Environment": {"Variables": {"A": "1"}},
        "Architectures": ["arm64"],
        "LoggingConfig": {"LogFormat": "JSON", "LogGroup": "/a/group"},
    }
    assert deploy(aws, ECHO, role=role, Tags={"a": "1"}, **wanted) == ARN
    found = functions.get_function(FunctionName="function")
    config = found["Configuration"]
    levels = {"ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO"}
    expected = {**wanted, "LoggingConfig": {"LogFormat": "JSON", "LogGroup": "/a/group", **levels}}
    assert {key: config[key] for key in expected} == expected
    assert (config["Role"], config["Runtime"], config["Handler"]) == (role, "python3.13", "main.handler")
    digest = base64.b64encode(hashlib.sha256(archive(ECHO)).digest()).decode()
    assert (config["CodeSha256"], config["Version"]) == (digest, "$LATEST")
    assert (config["State"], config["LastUpdateStatus"]) == ("Active", "Successful")
    assert found["Tags"] == {"a": "1"}
    assert "Concurrency" not in found


def test_text_logs_are_the_default(aws: Callable[..., Any], functions: Any) -> None:
    deploy(aws, ECHO)
    assert configuration(functions)["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": "/aws/lambda/function"}


def test_update_configuration(aws: Callable[..., Any], functions: Any) -> None:
    deploy(aws, ECHO, Description="old", Environment={"Variables": {"A": "1"}})
    before = configuration(functions)
    wanted = {
        "Description": "new",
        "Timeout": 30,
        "MemorySize": 512,
        "Environment": {"Variables": {"B": "2"}},
        "Runtime": "python3.12",
        "Handler": "main.other",
        "LoggingConfig": {"LogFormat": "JSON", "ApplicationLogLevel": "DEBUG"},
    }
    functions.update_function_configuration(FunctionName="function", **wanted)
    after = configuration(functions)
    assert {key: after[key] for key in wanted if key != "LoggingConfig"} == {
        key: value for key, value in wanted.items() if key != "LoggingConfig"
    }
    assert (after["LoggingConfig"]["LogFormat"], after["LoggingConfig"]["ApplicationLogLevel"]) == ("JSON", "DEBUG")
    assert after["CodeSha256"] == before["CodeSha256"]
    assert after["RevisionId"] != before["RevisionId"]
    functions.update_function_configuration(FunctionName="function", LoggingConfig={"LogFormat": "Text"})
    assert set(configuration(functions)["LoggingConfig"]) == {"LogFormat", "LogGroup"}
    functions.update_function_configuration(FunctionName="function", Environment={})
    assert "Environment" not in configuration(functions)


def test_update_code(aws: Callable[..., Any], functions: Any) -> None:
    deploy(aws, ECHO)
    before = configuration(functions)
    other = archive("def handler(event, context): return 2")
    dry = functions.update_function_code(FunctionName="function", ZipFile=other, DryRun=True)
    assert dry["CodeSha256"] == configuration(functions)["CodeSha256"] == before["CodeSha256"]
    functions.update_function_code(FunctionName="function", ZipFile=other, Architectures=["arm64"])
    after = configuration(functions)
    assert after["CodeSha256"] == base64.b64encode(hashlib.sha256(other).digest()).decode()
    assert after["Architectures"] == ["arm64"]
    assert json.load(functions.invoke(FunctionName="function")["Payload"]) == 2


def test_a_function_is_created_once(aws: Callable[..., Any], functions: Any) -> None:
    deploy(aws, ECHO)
    wanted = {"FunctionName": "function", "Runtime": "python3.13", "Handler": "main.handler"}
    role = make_role(aws, "other")
    code = {"ZipFile": archive(ECHO)}
    assert error_of(functions.create_function, **wanted, Role=role, Code=code)[0] == "ResourceConflictException"


def test_a_function_may_be_published_as_it_is_created(aws: Callable[..., Any], functions: Any) -> None:
    wanted = {"FunctionName": "function", "Runtime": "python3.13", "Handler": "main.handler", "Publish": True}
    made = functions.create_function(**wanted, Role=make_role(aws, "role"), Code={"ZipFile": archive(ECHO)})
    assert (made["Version"], made["State"]) == ("1", "Active")
    found = functions.get_function(FunctionName="function", Qualifier="1")["Configuration"]
    assert (found["Version"], found["State"]) == ("1", "Active")


@pytest.mark.parametrize(
    ("changes", "code", "text"),
    [
        ({"Runtime": "python9.9"}, "InvalidParameterValueException", "Value python9.9 at 'runtime'"),
        ({"Runtime": "python3.8"}, "InvalidParameterValueException", "no longer supported"),
        ({"Code": {"ZipFile": b"no archive"}}, "InvalidParameterValueException", "Could not unzip uploaded file"),
        ({"Timeout": 901}, "ValidationException", "less than or equal to 900"),
        ({"MemorySize": 10241}, "ValidationException", "less than or equal to 10240"),
        ({"Architectures": ["z80"]}, "ValidationException", "architectures"),
        ({"Environment": {"Variables": {"AWS_REGION": "x"}}}, "InvalidParameterValueException", "AWS_REGION"),
        (
            {"Role": "arn:aws:iam::123456789012:role/gone"},
            "InvalidParameterValueException",
            "cannot be assumed by Lambda",
        ),
    ],
)
def test_what_cannot_be_created(
    aws: Callable[..., Any], functions: Any, changes: dict[str, Any], code: str, text: str
) -> None:
    good = {
        "FunctionName": "function",
        "Runtime": "python3.13",
        "Role": make_role(aws, "role"),
        "Handler": "main.handler",
        "Code": {"ZipFile": archive(ECHO)},
    }
    refused = error_of(functions.create_function, **{**good, **changes})
    assert (refused[0], text in refused[1]) == (code, True), refused
    assert functions.list_functions()["Functions"] == []


@pytest.mark.parametrize(
    "changes", [{"Runtime": "python3.8"}, {"Role": "arn:aws:iam::123456789012:role/gone"}, {"Timeout": 901}]
)
def test_what_cannot_be_changed(aws: Callable[..., Any], functions: Any, changes: dict[str, Any]) -> None:
    deploy(aws, ECHO)
    before = configuration(functions)
    error_of(functions.update_function_configuration, FunctionName="function", **changes)
    assert configuration(functions) == before


def test_a_fresh_role_cannot_be_assumed(aws: Callable[..., Any], control: Callable[..., Any], functions: Any) -> None:
    control("settings", role_not_assumable_seconds=60)
    role = make_role(aws, "role")
    wanted = {"FunctionName": "function", "Runtime": "python3.13", "Handler": "main.handler", "Role": role}
    refused = error_of(functions.create_function, **wanted, Code={"ZipFile": archive(ECHO)})
    text = "The role defined for the function cannot be assumed by Lambda."
    assert refused == ("InvalidParameterValueException", text)
    control("settings", role_not_assumable_seconds=0)
    functions.create_function(**wanted, Code={"ZipFile": archive(ECHO)})


def test_delete(aws: Callable[..., Any], functions: Any) -> None:
    role = make_role(aws, "role")
    deploy(aws, ECHO, role=role)
    permit(aws, "function", "sns.amazonaws.com", "arn:aws:sns:eu-west-1:123456789012:topic")
    functions.put_function_event_invoke_config(FunctionName="function", MaximumRetryAttempts=0)
    functions.put_function_concurrency(FunctionName="function", ReservedConcurrentExecutions=1)
    functions.delete_function(FunctionName="function")
    for call in (functions.get_function, functions.delete_function, functions.get_policy, functions.invoke):
        code, text = error_of(call, FunctionName="function")
        assert (code, text) == ("ResourceNotFoundException", f"Function not found: {ARN}")
    deploy(aws, ECHO, role=role)
    for call in (functions.get_policy, functions.get_function_event_invoke_config):
        assert error_of(call, FunctionName="function")[0] == "ResourceNotFoundException"
    assert "ReservedConcurrentExecutions" not in functions.get_function_concurrency(FunctionName="function")


# Changes take their time


def test_a_new_function_is_pending_first(aws: Callable[..., Any], control: Callable[..., Any], functions: Any) -> None:
    control("settings", lambda_update_seconds=600)
    deploy(aws, ECHO)
    config = configuration(functions)
    assert (config["State"], config["StateReasonCode"], config["LastUpdateStatus"]) == (
        "Pending",
        "Creating",
        "InProgress",
    )
    for call in (
        lambda: functions.update_function_configuration(FunctionName="function", Timeout=5),
        lambda: functions.update_function_code(FunctionName="function", ZipFile=archive(ECHO)),
        lambda: functions.publish_version(FunctionName="function"),
        lambda: functions.invoke(FunctionName="function"),
    ):
        assert error_of(call)[0] == "ResourceConflictException"
    control("settings", lambda_update_seconds=0.1)
    functions.get_waiter("function_active_v2").wait(FunctionName="function", WaiterConfig={"Delay": 1})
    functions.update_function_configuration(FunctionName="function", Timeout=5)


def test_an_update_is_in_progress_first(aws: Callable[..., Any], control: Callable[..., Any], functions: Any) -> None:
    deploy(aws, ECHO)
    control("settings", lambda_update_seconds=600)
    updated = functions.update_function_configuration(FunctionName="function", Timeout=5)
    assert (updated["State"], updated["LastUpdateStatus"]) == ("Active", "InProgress")
    code, text = error_of(functions.update_function_code, FunctionName="function", ZipFile=archive(ECHO))
    assert (code, f"An update is in progress for resource: {ARN}" in text) == ("ResourceConflictException", True)
    assert json.load(functions.invoke(FunctionName="function")["Payload"]) == {"event": {}}
    control("settings", lambda_update_seconds=0.1)
    functions.get_waiter("function_updated_v2").wait(FunctionName="function", WaiterConfig={"Delay": 1})
    functions.update_function_code(FunctionName="function", ZipFile=archive(ECHO))


# Permissions


def test_permissions(aws: Callable[..., Any], functions: Any) -> None:
    deploy(aws, ECHO)
    topic = "arn:aws:sns:eu-west-1:123456789012:topic"
    assert error_of(functions.get_policy, FunctionName="function")[0] == "ResourceNotFoundException"
    wanted = {
        "FunctionName": "function",
        "StatementId": "topic",
        "Action": "lambda:InvokeFunction",
        "Principal": "sns.amazonaws.com",
        "SourceArn": topic,
        "SourceAccount": "123456789012",
    }
    made = functions.add_permission(**wanted)
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
    [allow] = json.loads(functions.get_policy(FunctionName="function")["Policy"])["Statement"]
    assert allow == json.loads(made["Statement"])
    assert allow == {
        "Sid": "topic",
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": ARN,
        "Condition": {"StringEquals": {"AWS:SourceAccount": "123456789012"}, "ArnLike": {"AWS:SourceArn": topic}},
    }
    code, text = error_of(functions.add_permission, **wanted)
    assert (code, "statement id (topic) provided already exists" in text) == ("ResourceConflictException", True)
    functions.remove_permission(FunctionName="function", StatementId="topic")
    gone = error_of(functions.remove_permission, FunctionName="function", StatementId="topic")
    assert gone[0] == "ResourceNotFoundException"
    assert error_of(functions.get_policy, FunctionName="function")[0] == "ResourceNotFoundException"


# Asynchronous settings, concurrency, tags


def test_put_event_invoke_config_wipes_what_is_not_given(aws: Callable[..., Any], functions: Any) -> None:
    deploy(aws, ECHO)
    code, text = error_of(functions.get_function_event_invoke_config, FunctionName="function")
    assert (code, text) == ("ResourceNotFoundException", f"The function {ARN} doesn't have an EventInvokeConfig")
    assert error_of(functions.update_function_event_invoke_config, FunctionName="function")[0] == code
    destination = {"OnFailure": {"Destination": "arn:aws:sqs:eu-west-1:123456789012:dead"}}
    functions.put_function_event_invoke_config(
        FunctionName="function",
        MaximumRetryAttempts=0,
        MaximumEventAgeInSeconds=600,
        DestinationConfig=destination,
    )

    def config() -> dict[str, Any]:
        found = functions.get_function_event_invoke_config(FunctionName="function")
        assert found["FunctionArn"] == f"{ARN}:$LATEST"
        return {key: found[key] for key in found if key not in ("FunctionArn", "LastModified", "ResponseMetadata")}

    assert config()["MaximumRetryAttempts"] == 0
    assert config()["DestinationConfig"]["OnFailure"] == destination["OnFailure"]
    functions.update_function_event_invoke_config(FunctionName="function", MaximumRetryAttempts=1)
    assert (config()["MaximumRetryAttempts"], config()["MaximumEventAgeInSeconds"]) == (1, 600)
    functions.put_function_event_invoke_config(FunctionName="function", MaximumEventAgeInSeconds=60)
    assert config() == {"MaximumEventAgeInSeconds": 60}
    functions.delete_function_event_invoke_config(FunctionName="function")
    for call in (functions.get_function_event_invoke_config, functions.delete_function_event_invoke_config):
        assert error_of(call, FunctionName="function")[0] == "ResourceNotFoundException"


def test_reserved_concurrency(aws: Callable[..., Any], functions: Any) -> None:
    deploy(aws, ECHO)
    functions.put_function_concurrency(FunctionName="function", ReservedConcurrentExecutions=0)
    found = functions.get_function(FunctionName="function")
    assert found["Concurrency"] == {"ReservedConcurrentExecutions": 0}
    assert functions.get_function_concurrency(FunctionName="function")["ReservedConcurrentExecutions"] == 0
    assert error_of(functions.invoke, FunctionName="function")[0] == "TooManyRequestsException"
    functions.delete_function_concurrency(FunctionName="function")
    assert "Concurrency" not in functions.get_function(FunctionName="function")
    assert "FunctionError" not in functions.invoke(FunctionName="function")


def test_tags(aws: Callable[..., Any], functions: Any) -> None:
    deploy(aws, ECHO, Tags={"a": "1", "b": "2"})
    functions.tag_resource(Resource=ARN, Tags={"a": "3"})
    functions.untag_resource(Resource=ARN, TagKeys=["b"])
    assert functions.list_tags(Resource=ARN)["Tags"] == {"a": "3"}
    assert functions.get_function(FunctionName="function")["Tags"] == {"a": "3"}
    gone = f"{ARN}-gone"
    assert error_of(functions.list_tags, Resource=gone)[0] == "ResourceNotFoundException"
