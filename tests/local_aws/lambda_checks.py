# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Lambda refuses: settings out of range, archives that are none, roles that it cannot use."""

from __future__ import annotations

import base64
import io
import zipfile
from typing import Any

from moto.awslambda.models import LambdaFunction
from moto.core.utils import get_service_model

from . import iam
from .errors import ServiceError

# Not in the model: named by "Defined runtime environment variables" as reserved.
RESERVED_VARIABLES = {
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
}
DESTINATION_ACTIONS = {"sqs": "sqs:SendMessage", "sns": "sns:Publish", "lambda": "lambda:InvokeFunction"}
# Can no longer be created or updated.
OLD_RUNTIMES = ("python2.7", "python3.6", "python3.7", "python3.8")


def settings_of(spec: dict[str, Any]) -> None:
    runtime = spec.get("Runtime")
    known = get_service_model("lambda").shape_for("Runtime").enum  # type: ignore[attr-defined]
    if runtime is not None and runtime not in known:
        names = ", ".join(known)
        text = (
            f"Value {runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [{names}]"
        )
        raise ServiceError("InvalidParameterValueException", f"{text} or be a valid ARN")
    if runtime in OLD_RUNTIMES:
        text = (
            f"The runtime parameter of {runtime} is no longer supported for creating or updating AWS Lambda "
            "functions. We recommend you use a supported runtime while creating or updating functions."
        )
        raise ServiceError("InvalidParameterValueException", text)
    for name, highest in (("Timeout", 900), ("MemorySize", 10240)):
        if spec.get(name, 0) > highest:
            member = name[0].lower() + name[1:]
            text = f"Value '{spec[name]}' at '{member}' failed to satisfy constraint"
            text = f"1 validation error detected: {text}: Member must have value less than or equal to {highest}"
            raise ServiceError("ValidationException", text)
    reserved = RESERVED_VARIABLES & set((spec.get("Environment") or {}).get("Variables") or {})
    if reserved:
        text = (
            "Lambda was unable to configure your environment variables because the environment variables you have "
            "provided contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(sorted(reserved))}"
        )
        raise ServiceError("InvalidParameterValueException", text)


def archive(code: dict[str, Any]) -> None:
    if "ZipFile" in code and not zipfile.is_zipfile(io.BytesIO(base64.b64decode(code["ZipFile"]))):
        text = "Could not unzip uploaded file. Please check your file, then try to upload again."
        raise ServiceError("InvalidParameterValueException", text)


def destinations(function: LambdaFunction, config: dict[str, Any]) -> None:
    for each in (config.get("DestinationConfig") or {}).values():
        destination = each.get("Destination") or ""
        action = DESTINATION_ACTIONS.get(destination.split(":")[2]) if destination.startswith("arn:") else None
        if action and not iam.role_allows(function.role, action, destination):
            call = action.partition(":")[2]
            text = f"The function's execution role does not have permissions to call {call} on {destination}"
            raise ServiceError("InvalidParameterValueException", text)


def role(account: str, role: str) -> None:
    if f"::{account}:role/" in role and not iam.role_assumable(account, role):
        text = "The role defined for the function cannot be assumed by Lambda."
        raise ServiceError("InvalidParameterValueException", text)
