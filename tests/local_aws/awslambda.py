# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lambda's API where moto differs; what runs the functions is in lambda_events.py and lambda_process.py."""

from __future__ import annotations

import base64
import json
import time
import uuid
from datetime import UTC, datetime
from typing import Any, NoReturn

from moto.awslambda.exceptions import UnknownEventConfig
from moto.awslambda.models import EventInvokeConfig, LambdaBackend, LambdaFunction
from moto.awslambda.policy import Policy
from moto.awslambda.responses import LambdaResponse
from moto.core.common_types import TYPE_RESPONSE

from . import (
    background,
    iam,
    lambda_checks,
    lambda_events,
    lambda_logs,
    lambda_process,
    lambda_starter,
    settings,
)
from .errors import ServiceError

_moto_get_configuration = LambdaFunction.get_configuration
_moto_get_code = LambdaFunction.get_code
_moto_update_configuration = LambdaFunction.update_configuration
_moto_update_function_code = LambdaFunction.update_function_code
_moto_create_function = LambdaBackend.create_function
_moto_publish_version = LambdaBackend.publish_version
_moto_add_statement = Policy.add_statement
_moto_add_permission = LambdaResponse.add_permission
_moto_get_function = LambdaResponse.get_function


def install() -> None:
    for method in (invoke, add_permission, get_function, get_function_concurrency):
        setattr(LambdaResponse, method.__name__, method)
    backend_methods = {
        "create_function": _create_function,
        "publish_version": _publish_version,
        "put_function_event_invoke_config": _put_event_config,
        "update_function_event_invoke_config": _update_event_config,
    }
    for name, backend_method in backend_methods.items():
        setattr(LambdaBackend, name, backend_method)
    function_methods = {
        "get_configuration": _get_configuration,
        "get_code": _get_code,
        "update_configuration": _update_configuration,
        "update_function_code": _update_function_code,
        "invoke": _invoke_for_moto,
    }
    for name, function_method in function_methods.items():
        setattr(LambdaFunction, name, function_method)
    Policy.add_statement = _add_statement  # type: ignore[method-assign]
    background.cancel_hooks.append(lambda_process.kill_all)


def shutdown() -> None:
    lambda_process.kill_all()
    lambda_starter.shutdown()
    lambda_process.remove_files()


# Operations


def invoke(self: LambdaResponse) -> TYPE_RESPONSE:
    """RequestResponse runs the function now; Event queues; DryRun only looks."""
    self.parse_parameters(self.normalized_request)
    function = self.backend.get_function(self.params["FunctionName"], self.params.get("Qualifier"))
    payload = self.body or "{}"
    try:
        json.loads(payload)
    except ValueError as error:
        text = f"Could not parse request body into json: {error}"
        raise ServiceError("InvalidRequestContentException", text) from error
    kind = self.params.get("InvocationType") or "RequestResponse"
    if _status(function)["State"] == "Pending":
        _conflict("The function is currently in the following state: Pending")
    if kind == "DryRun":
        return 204, {"status": 204}, ""  # type: ignore[dict-item]
    if kind == "Event":
        lambda_events.enqueue(function.function_arn, payload)
        return 202, {"status": 202}, ""  # type: ignore[dict-item]
    if function.reserved_concurrency == 0:
        raise ServiceError("TooManyRequestsException", "Rate Exceeded.")
    done = lambda_events.invoke(function, payload)
    headers = {"content-type": "application/json", "x-amz-executed-version": str(function.version)}
    if done.error:
        headers["x-amz-function-error"] = done.error
    if self.params.get("LogType") == "Tail":
        headers["x-amz-log-result"] = _tail(done)
    return 200, headers, done.answer


def add_permission(self: LambdaResponse) -> TYPE_RESPONSE:
    return 201, {"status": 201}, _moto_add_permission(self)  # type: ignore[dict-item]


def get_function(self: LambdaResponse) -> str:
    """The tags are told only to whoever may list them (botocore's model of GetFunction)."""
    answer = json.loads(_moto_get_function(self))
    arn = answer["Configuration"]["FunctionArn"]
    refusal = iam.may_list_tags(self.access_key, self.current_account, self.region, arn)
    if refusal is not None:
        answer.pop("Tags", None)
        answer["TagsError"] = {"ErrorCode": "AccessDeniedException", "Message": refusal}
    return json.dumps(answer)


def get_function_concurrency(self: LambdaResponse) -> TYPE_RESPONSE:
    self.parse_parameters(self.normalized_request)
    reserved = self.backend.get_function(self.params["FunctionName"]).reserved_concurrency
    return 200, {}, json.dumps({} if reserved is None else {"ReservedConcurrentExecutions": reserved})


# In place of moto's backend methods


def _create_function(self: LambdaBackend, spec: dict[str, Any]) -> LambdaFunction:
    lambda_checks.settings_of(spec)
    lambda_checks.archive(spec.get("Code", {}))
    lambda_checks.role(self.account_id, spec["Role"])
    function = _moto_create_function(self, spec)
    function.__dict__["logging_config"] = _logging_config(spec.get("LoggingConfig"), {})
    _touch(function, "created")
    return function


def _publish_version(self: LambdaBackend, function_name: str, description: str = "") -> LambdaFunction | None:
    _refuse_while_updating(self.get_function(function_name))
    return _moto_publish_version(self, function_name, description)


def _put_event_config(self: LambdaBackend, function_name: str, config: dict[str, Any]) -> dict[str, Any]:
    """Replaces the whole configuration: what is not given is gone."""
    function = self.get_function(function_name)
    lambda_checks.destinations(function, config)
    kept = EventInvokeConfig(f"{function.function_arn}:$LATEST", time.time(), config)  # type: ignore[arg-type]
    function.event_invoke_config = [kept]
    return _shown(kept)


def _update_event_config(self: LambdaBackend, function_name: str, config: dict[str, Any]) -> dict[str, Any]:
    function = self.get_function(function_name)
    if not function.event_invoke_config:
        raise UnknownEventConfig(function.function_arn)
    return _put_event_config(self, function_name, {**function.event_invoke_config[0].config, **config})


def _get_configuration(self: LambdaFunction, on_create: bool = False) -> dict[str, Any]:
    config = {
        **_moto_get_configuration(self, on_create),
        "LoggingConfig": lambda_logs.config(self),
        "RevisionId": self.__dict__.get("revision_id"),
        **_status(self),
    }
    return {name: value for name, value in config.items() if value is not None}


def _get_code(self: LambdaFunction) -> dict[str, Any]:
    content = _moto_get_code(self)
    if self.reserved_concurrency is not None:
        content["Concurrency"] = {"ReservedConcurrentExecutions": self.reserved_concurrency}
    return content


def _update_configuration(self: LambdaFunction, config_updates: dict[str, Any]) -> dict[str, Any]:
    _refuse_while_updating(self)
    lambda_checks.settings_of(config_updates)
    if "Role" in config_updates:
        lambda_checks.role(self.account_id, config_updates["Role"])
    if "LoggingConfig" in config_updates:
        present = self.__dict__["logging_config"]
        self.__dict__["logging_config"] = _logging_config(config_updates["LoggingConfig"], present)
    if "Environment" in config_updates:
        config_updates = {**config_updates, "Environment": {"Variables": {}, **config_updates["Environment"]}}
    for name, attribute in (("KMSKeyArn", "kms_key_arn"), ("TracingConfig", "tracing_config")):
        if name in config_updates:
            setattr(self, attribute, config_updates[name] or None)
    if "EphemeralStorage" in config_updates:
        self.ephemeral_storage = config_updates["EphemeralStorage"]["Size"]
    _moto_update_configuration(self, config_updates)
    _touch(self, "updated")
    return self.get_configuration()


def _update_function_code(self: LambdaFunction, updated_spec: dict[str, Any]) -> dict[str, Any]:
    if updated_spec.pop("local_done", False):  # moto asks twice
        return self.get_configuration()
    _refuse_while_updating(self)
    lambda_checks.archive(updated_spec)
    if updated_spec.get("DryRun"):
        return self.get_configuration()
    if updated_spec.get("Architectures"):
        self.architectures = updated_spec["Architectures"]
    _moto_update_function_code(self, updated_spec)
    _touch(self, "updated")
    updated_spec["local_done"] = True
    return self.get_configuration()


def _invoke_for_moto(self: LambdaFunction, body: str, request_headers: Any, response_headers: Any) -> str:
    """For the parts of moto that call a function themselves, such as an event source mapping."""
    done = lambda_events.invoke(self, body or "{}")
    if done.error:
        response_headers["x-amz-function-error"] = done.error
    return done.answer


def _add_statement(self: Policy, raw: str, qualifier: str | None = None) -> tuple[Any, str]:
    name = json.loads(raw).get("StatementId")
    if any(each.get("Sid") == name for each in self.statements):
        text = (
            f"The statement id ({name}) provided already exists. Please provide a new statement id, "
            "or remove the existing statement."
        )
        raise ServiceError("ResourceConflictException", text)
    return _moto_add_statement(self, raw, qualifier)


# State


def _touch(function: LambdaFunction, what: str) -> None:
    """Note a change, "created" or "updated": it takes ``lambda_update_seconds`` until the function is ready again."""
    now = time.time()
    function.last_modified = f"{datetime.fromtimestamp(now, UTC):%Y-%m-%dT%H:%M:%S}.000+0000"
    needed = settings.current.lambda_update_seconds
    function.__dict__.update(revision_id=str(uuid.uuid4()), change=what, changed_at=now, change_seconds=needed)


def _status(function: LambdaFunction) -> dict[str, Any]:
    """Setting ``lambda_update_seconds`` lower ends a change that is under way sooner."""
    known = function.__dict__
    what = known.get("change")  # none while CreateFunction itself publishes, nor for the version that it makes
    needed = min(known.get("change_seconds", 0.0), settings.current.lambda_update_seconds)
    if what is None or time.time() >= known["changed_at"] + needed:
        return {"State": "Active", "LastUpdateStatus": "Successful"}
    reason = f"The function is being {what}."
    updating = {"LastUpdateStatus": "InProgress", "LastUpdateStatusReason": reason}
    if what == "updated":
        return {"State": "Active", **updating}
    return {"State": "Pending", "StateReason": reason, "StateReasonCode": "Creating", **updating}


def _refuse_while_updating(function: LambdaFunction) -> None:
    status = _status(function)
    if status["State"] == "Pending":
        _conflict("The function is currently in the following state: Pending")
    if status["LastUpdateStatus"] == "InProgress":
        _conflict(f"An update is in progress for resource: {function.function_arn}")


def _conflict(why: str) -> NoReturn:
    raise ServiceError("ResourceConflictException", f"The operation cannot be performed at this time. {why}")


def _logging_config(given: dict[str, str] | None, present: dict[str, str]) -> dict[str, str]:
    """Only JSON has levels."""
    config = {**present, **(given or {})}
    if config.get("LogFormat", "Text") == "Text":
        return {name: value for name, value in config.items() if not name.endswith("Level")}
    return config


def _shown(config: EventInvokeConfig) -> dict[str, Any]:
    return config.response()


def _tail(done: lambda_process.Invocation) -> str:
    """The last 4 KB of the log, in base64."""
    text = "\n".join(line for _at, line in lambda_logs.lines(done))
    return base64.b64encode(text.encode()[-4096:]).decode()
