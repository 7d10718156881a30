# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AWS and botocore say when a call fails, and what a person can do about it."""

from __future__ import annotations

import re
from typing import Any

try:
    from botocore.exceptions import (
        ClientError,
        HTTPClientError,
        IncompleteReadError,
        NoCredentialsError,
        ParamValidationError,
    )
    from botocore.exceptions import ConnectionError as NoConnectionError
    from botocore.parsers import ResponseParserError
except ImportError:
    pass  # AnsibleAWSModule and the action plugin say what is missing.

# Where boto3's name of a service is not the prefix of its IAM actions.
IAM_PREFIX = {"sesv2": "ses", "resourcegroupstaggingapi": "tag"}

DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "AuthorizationErrorException",
        "UnauthorizedOperation",
    }
)
THROTTLED = frozenset(
    {
        "RequestLimitExceeded",
        "RequestThrottled",
        "Throttled",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
# How AWS words it: "User: ARN is not authorized to perform: SNS:Publish on resource: ARN because ...".
NAMED_ACTION = re.compile(r"not authorized to perform: ([A-Za-z0-9-]+):(\w+)")
# Words for a quota that is reached, where they are not LimitExceeded.
OTHER_QUOTAS = frozenset({"CodeStorageExceededException", "OverLimit", "PolicyLengthExceededException"})
# What a request says of its own age; SignatureDoesNotMatch is also the code of a wrong key.
CLOCK = re.compile(r"Signature (expired|not yet current)|RequestTimeTooSkewed")
EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
WRONG_KEY = frozenset(
    {
        "InvalidClientTokenId",
        "UnrecognizedClientException",
        "InvalidAccessKeyId",
        "SignatureDoesNotMatch",
        "InvalidSignatureException",
    }
)


class SesError(Exception):
    """What went wrong, in words that say what to do; C(details) go into the task's result as they are."""

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class AwsCallError(SesError):
    """An API call that failed. C(code) is the API's own error code, or the name of botocore's exception."""

    def __init__(self, message: str, code: str, operation: str) -> None:
        super().__init__(message, error_code=code, operation=operation)
        self.code = code


def code_of(error: Exception) -> str:
    if isinstance(error, ClientError):
        return error.response.get("Error", {}).get("Code", "Unknown")
    return type(error).__name__


def camel_case(operation: str) -> str:
    return "".join(word.capitalize() for word in operation.split("_"))


def _denied_action(error: Exception) -> str | None:
    """The action that AWS itself names: a call may need more than one, such as iam:PassRole or a tag's."""
    found = NAMED_ACTION.search(str(error))
    return f"{found[1].lower()}:{found[2]}" if found else None


def advice(error: Exception, action: str) -> str:
    code = code_of(error)
    if code in DENIED:
        return f"Allow {_denied_action(error) or action} to the identity that runs this, and run again."
    if code in THROTTLED:
        return "AWS still throttles after all retries: run again later; what is done already is kept."
    if "LimitExceeded" in code or code in OTHER_QUOTAS:
        return "A quota of the account is reached: remove what nobody needs, or have it raised, and run again."
    if code in EXPIRED:
        return "The credentials have expired: get new ones and run again."
    if CLOCK.search(str(error)):
        return "The clock of this machine is wrong: set it, and run again."
    if code in WRONG_KEY:
        return "AWS does not accept the credentials: check profile, environment or assume_role_arn."
    if isinstance(error, NoCredentialsError):
        return "Give a profile, access keys in the environment, or an instance role."
    if isinstance(error, ParamValidationError):
        return "This is an error of the collection or of an option's value: please report it with the task."
    if isinstance(error, (HTTPClientError, IncompleteReadError, NoConnectionError, ResponseParserError)):
        return "Check that the Region exists, and the network and the endpoint between here and AWS; then run again."
    return "See the AWS documentation of this operation for the error's meaning; the next run goes on from here."
