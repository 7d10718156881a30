# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The words in which each service refuses: HTTP status, error code, message.

Sources: the error shapes of botocore's models where they have one, with its ``httpStatusCode``; else the services'
"Common errors" pages.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from .calls import Call
from .errors import query_compatible
from .quotas import Throttle

Words = tuple[int, str]

# Service: (status, code); "*" is for those that are not named.
THROTTLING: dict[str, Words] = {
    "*": (400, "Throttling"),
    "events": (400, "ThrottlingException"),
    "kms": (400, "ThrottlingException"),
    "lambda": (429, "TooManyRequestsException"),
    "logs": (400, "ThrottlingException"),
    "organizations": (400, "TooManyRequestsException"),
    "sesv2": (429, "TooManyRequestsException"),
    "sns": (429, "Throttled"),
    "sqs": (403, "RequestThrottled"),
}
INTERNAL: dict[str, Words] = {
    "*": (500, "InternalFailure"),
    "cloudwatch": (500, "InternalServiceError"),
    "events": (500, "InternalException"),
    "iam": (500, "ServiceFailure"),
    "lambda": (500, "ServiceException"),
    "sesv2": (500, "InternalServiceErrorException"),
    "sns": (500, "InternalError"),
}
UNAVAILABLE: dict[str, Words] = {"*": (503, "ServiceUnavailable"), "logs": (503, "ServiceUnavailableException")}
QUOTA: dict[str, Words] = {
    "*": (400, "LimitExceededException"),
    "cloudwatch": (400, "LimitExceeded"),
    "iam": (409, "LimitExceeded"),
    "lambda": (400, "CodeStorageExceededException"),
    "ses": (400, "LimitExceeded"),
    "sns": (403, "TopicLimitExceeded"),
    "sqs": (403, "OverLimit"),
}
QUOTA_OF_OPERATION: dict[str, Words] = {
    "AddPermission": (400, "PolicyLengthExceededException"),
    "Subscribe": (403, "SubscriptionLimitExceeded"),
}
# Those that answer in JSON by AWS's oldest such protocol, where each error of the caller is a 400.
JSON_RPC = frozenset({"events", "kms", "logs", "organizations"})
LAMBDA = {
    "role_not_assumable": (
        (400, "InvalidParameterValueException"),
        "The role defined for the function cannot be assumed by Lambda.",
    ),
    "update_in_progress": (
        (409, "ResourceConflictException"),
        "The operation cannot be performed at this time. An update is in progress for resource: the function",
    ),
}
KINDS = ("throttling", "internal", "unavailable", "denied", "quota", "expired", "skewed", *LAMBDA)


def find(kind: str, call: Call, form: bool) -> Throttle:
    """What the service of the call says. form: it speaks the query protocol."""
    if kind in LAMBDA:
        (status, code), message = LAMBDA[kind]
        return Throttle(status, code, message)
    tables = {"throttling": THROTTLING, "internal": INTERNAL, "unavailable": UNAVAILABLE}
    if kind in tables:
        texts = {"throttling": "Rate exceeded", "internal": "An internal error occurred", "unavailable": "Try again"}
        return Throttle(*_of(tables[kind], call), texts[kind])
    if kind == "quota":
        status, code = QUOTA_OF_OPERATION.get(call.operation) or _of(QUOTA, call)
        return Throttle(status, code, f"The quota for this is reached: {call.operation}")
    return Throttle(
        400 if call.service in JSON_RPC else 403, *_refusal(kind, call, form or query_compatible(call.service))
    )


def _of(table: dict[str, Words], call: Call) -> Words:
    return table.get(call.service, table["*"])


def _refusal(kind: str, call: Call, short: bool) -> tuple[str, str]:
    """(code, message). short: with the codes of the query protocol."""
    if kind == "denied":
        code = "AuthorizationError" if call.service == "sns" else "AccessDenied" if short else "AccessDeniedException"
        action = f"{call.service.replace('sesv2', 'ses')}:{call.operation}"
        who = f"User: arn:aws:iam::{call.account}:user/tests is not authorized to perform: {action}"
        return code, f"{who} on resource: * because no identity-based policy allows the {action} action"
    if kind == "expired":
        code = "ExpiredToken" if short else "ExpiredTokenException"
        return code, "The security token included in the request is expired"
    now = datetime.now(UTC)
    sent, earliest = (f"{now - timedelta(minutes=minutes):%Y%m%dT%H%M%SZ}" for minutes in (20, 5))
    message = f"Signature expired: {sent} is now earlier than {earliest} ({now:%Y%m%dT%H%M%SZ} - 5 min.)"
    return "SignatureDoesNotMatch" if short else "InvalidSignatureException", message
