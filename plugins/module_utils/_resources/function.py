# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Lambda function: code, configuration, reserved concurrency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.retries import AWSRetry

from .._aws.client import Aws
from .._converge.ownership import OWNER_MARK
from .._converge.resource import Found, Resource, State

MISSING = ("ResourceNotFoundException",)
# Its metrics.
INVOCATIONS = ("AWS/Lambda", "Invocations")
ERRORS = ("AWS/Lambda", "Errors")
CODE = frozenset({"code_sha256", "architectures"})
CONFIGURATION = {
    "runtime": "Runtime",
    "handler": "Handler",
    "role": "Role",
    "timeout": "Timeout",
    "memory_size": "MemorySize",
    "description": "Description",
    "environment": "Environment",
    "logging": "LoggingConfig",
}


class RoleRetry(AWSRetry):
    """Retries what fails only because IAM has not spread a new role or policy yet, or an update still runs."""

    @staticmethod
    def status_code_from_exception(error: Any) -> str:
        message = error.response["Error"].get("Message", "")
        if "cannot be assumed by Lambda" in message or "does not have permissions to call" in message:
            return "RoleNotReady"
        # The code of an update that still runs, but waiting does not end this: the answer to a first try was lost.
        if "already exist" in message:
            return "AlreadyExists"
        return error.response["Error"]["Code"]


# IAM spreads a new role within some seconds, at worst about a minute.
when_ready = RoleRetry.exponential_backoff(
    retries=12, delay=1, max_delay=10, catch_extra_error_codes=["RoleNotReady", "ResourceConflictException"]
)


@dataclass(frozen=True)
class FoundFunction(Found):
    """A function; lambda_state: Pending, Active, Inactive or Failed."""

    lambda_state: str = "Active"


class Function(Resource[FoundFunction]):
    """State: runtime, architectures, handler, role (ARN), timeout (s), memory_size (MB), description, environment,
    logging (LoggingConfig), code_sha256 (base64), reserved_concurrency (-1: none), tags.

    archive: the deployment package, a zip file's bytes.
    """

    kind = "Lambda function"

    def __init__(self, name: str, desired: State | None, archive: bytes = b"") -> None:
        super().__init__(name, desired)
        self._archive = archive

    def read(self, aws: Aws) -> FoundFunction | None:
        answer = aws.call("lambda", "get_function", self.label, MISSING, FunctionName=self.name)
        if answer is None:
            return None
        if error := answer.get("TagsError"):
            # GetFunction succeeds without them, and whose function it is would be unknown.
            aws.refuse_partial(error["ErrorCode"], error["Message"], "lambda", "list_tags", self.label)
        configuration = answer["Configuration"]
        state: State = {
            "runtime": configuration.get("Runtime"),
            "architectures": configuration.get("Architectures", ["x86_64"]),
            "handler": configuration.get("Handler"),
            "role": configuration["Role"],
            "timeout": configuration["Timeout"],
            "memory_size": configuration["MemorySize"],
            "description": configuration.get("Description", ""),
            "environment": configuration.get("Environment", {}).get("Variables", {}),
            "logging": configuration.get("LoggingConfig", {}),
            "code_sha256": configuration["CodeSha256"],
            "reserved_concurrency": answer.get("Concurrency", {}).get("ReservedConcurrentExecutions", -1),
            "tags": answer.get("Tags", {}),
        }
        return FoundFunction(state=state, lambda_state=configuration.get("State", "Active"))

    def is_marked(self, state: State) -> bool:
        return OWNER_MARK in state["description"]

    @staticmethod
    def _configuration(desired: State) -> dict[str, Any]:
        values = {**desired, "environment": {"Variables": desired["environment"]}}
        return {name: values[key] for key, name in CONFIGURATION.items()}

    def create(self, aws: Aws, desired: State) -> None:
        with aws.explained("lambda", "create_function", self.label):
            when_ready(aws.client("lambda").create_function)(
                FunctionName=self.name,
                Code={"ZipFile": self._archive},
                Architectures=desired["architectures"],
                Tags=desired["tags"],
                **self._configuration(desired),
            )
        aws.wait("lambda", "function_active_v2", self.label, FunctionName=self.name)
        if desired.get("reserved_concurrency", -1) >= 0:
            self._reserve(aws, desired["reserved_concurrency"])

    def update(self, aws: Aws, found: FoundFunction, desired: State, changed: frozenset[str]) -> None:
        if changed & CONFIGURATION.keys():
            with aws.explained("lambda", "update_function_configuration", self.label):
                when_ready(aws.client("lambda").update_function_configuration)(
                    FunctionName=self.name, **self._configuration(desired)
                )
            aws.wait("lambda", "function_updated_v2", self.label, FunctionName=self.name)
        if changed & CODE:
            with aws.explained("lambda", "update_function_code", self.label):
                when_ready(aws.client("lambda").update_function_code)(
                    FunctionName=self.name, ZipFile=self._archive, Architectures=desired["architectures"]
                )
            aws.wait("lambda", "function_updated_v2", self.label, FunctionName=self.name)
        if "reserved_concurrency" in changed:
            self._reserve(aws, desired["reserved_concurrency"])
        if "tags" in changed:
            arn = aws.arn("lambda", f"function:{self.name}")
            aws.call("lambda", "tag_resource", self.label, Resource=arn, Tags=desired["tags"])

    def _reserve(self, aws: Aws, executions: int) -> None:
        if executions < 0:
            aws.call("lambda", "delete_function_concurrency", self.label, FunctionName=self.name)
        else:
            aws.call(
                "lambda",
                "put_function_concurrency",
                self.label,
                FunctionName=self.name,
                ReservedConcurrentExecutions=executions,
            )

    def delete(self, aws: Aws, found: FoundFunction) -> None:
        aws.call("lambda", "delete_function", self.label, MISSING, FunctionName=self.name)
