# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IAM as AWS enforces it, if ``enforce_iam`` is on: each request of a role or a user needs a policy that allows it.

An explicit Deny wins, what nothing allows is denied, a permissions boundary and a session policy must allow too.
Requests with keys IAM does not know ("test") pass: they are the account's root, so that tests can set up. Policies of
resources are not consulted here, only those of the caller: stricter than AWS, where a topic's or a queue's own policy
may do instead. Signatures are not verified.

Whatever the switch: a role is assumable by Lambda only if its trust policy says so, and not at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from gzip import decompress
from io import BytesIO
from typing import Any, NamedTuple

from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model, utcnow
from moto.utilities.utils import get_partition

from . import calls, iam_principals, policies, settings
from .errors import query_compatible
from .iam_principals import InvalidKey, Principal
from .iam_resources import Need, Place, needs

LAMBDA = "lambda.amazonaws.com"
# (who, action, resource) of what was asked for while IAM was enforced, whether or not it was allowed.
_asked: set[tuple[str, str, str]] = set()


class Denial(NamedTuple):
    status: int
    code: str
    message: str


def install() -> None:
    from . import application

    iam_principals.install()
    application.controls["permissions"] = _permissions


def _permissions(method: str, _body: dict[str, Any]) -> list[dict[str, str]]:
    """``/_local_aws/permissions``: which ones were needed, and by whom; DELETE forgets them."""
    if method == "DELETE":
        _asked.clear()
    return [dict(zip(("principal", "action", "resource"), each, strict=True)) for each in sorted(_asked)]


def role_assumable(account: str, role_arn: str) -> bool:
    """Whether Lambda can assume the role now: it exists, trusts Lambda, and is ``role_not_assumable_seconds`` old.

    If not, CreateFunction and UpdateFunctionConfiguration fail with InvalidParameterValueException, "The role defined
    for the function cannot be assumed by Lambda."
    """
    role = iam_principals.find_role(role_arn)
    if role is None or role.account_id != account:
        return False
    if not policies.allows(role.assume_role_policy_document, LAMBDA, "sts:AssumeRole", role_arn, {}):
        return False
    age: float = (utcnow() - role.create_date).total_seconds()
    return age >= settings.current.role_not_assumable_seconds


def role_allows(role_arn: str, action: str, resource: str) -> bool:
    """Whether a service that acts with the role may do this; always, while IAM is not enforced."""
    if not settings.current.enforce_iam:
        return True
    principal = iam_principals.of_role(role_arn)
    return principal is not None and reason_against(principal, Need(action, resource), {}) is None


def check(call: calls.Call, environ: dict[str, Any]) -> Denial | None:
    """Why the request is refused, or None."""
    try:
        principal = iam_principals.of_access_key(call.account, get_partition(call.region), call.access_key)
    except InvalidKey:
        message = "The security token included in the request is invalid."
        code = "InvalidClientTokenId" if calls.is_form(environ) else "UnrecognizedClientException"
        return Denial(403, code, message)
    if principal is None or not call.operation or (call.service, call.operation) == ("sts", "GetCallerIdentity"):
        return None
    params = _parameters(call, environ)
    context = _context(call, principal, params)
    for need in needs(call.service, call.operation, params, Place(call.account, call.region)):
        _asked.add((principal.arn, *need))
        reason = reason_against(principal, need, context)
        if reason is None and need.action == "sts:AssumeRole":
            reason = _untrusted(principal, need.resource, context)
        if reason is not None:
            return _denial(call, environ, principal, need, reason)
    return None


def reason_against(principal: Principal, need: Need, context: Mapping[str, str]) -> str | None:
    """What AWS says at the end of its message, or None if the principal may."""
    for kind, documents in principal.layers:
        effects = {
            statement["Effect"]
            for document in documents
            for statement in policies.statements(document)
            if _is_about(statement, need, context)
        }
        if "Deny" in effects:
            return f"with an explicit deny in {'an' if kind == iam_principals.IDENTITY else 'a'} {kind}"
        if "Allow" not in effects:
            return f"because no {kind} allows the {need.action} action"
    return None


def _is_about(statement: dict[str, Any], need: Need, context: Mapping[str, str]) -> bool:
    if "NotResource" in statement:
        resource_named = not policies._matches(statement["NotResource"], need.resource)
    else:
        resource_named = policies._names_resource(statement, need.resource)
    return (
        resource_named
        and policies._names_action(statement, need.action)
        and policies._conditions_hold(statement, context)
    )


def may_list_tags(access_key: str, account: str, region: str, function_arn: str) -> str | None:
    """Why a GetFunction that is allowed must not tell the function's tags; None where it may."""
    if not settings.current.enforce_iam:
        return None
    principal = iam_principals.of_access_key(account, get_partition(region), access_key)
    if principal is None:
        return None
    need = Need("lambda:ListTags", function_arn)
    _asked.add((principal.arn, *need))
    reason = reason_against(principal, need, {})
    return reason and _message(principal, need, reason)


def _untrusted(principal: Principal, role_arn: str, context: Mapping[str, str]) -> str | None:
    role = iam_principals.find_role(role_arn)
    names = {"*", principal.arn, principal.account, f"arn:{role_arn.split(':')[1]}:iam::{principal.account}:root"}
    if ":assumed-role/" in principal.arn:
        names.add(principal.arn.replace(":sts:", ":iam:").replace(":assumed-role/", ":role/").rpartition("/")[0])
    for statement in policies.statements(role.assume_role_policy_document) if role else []:
        trusted = statement.get("Principal")
        listed = trusted if isinstance(trusted, str) else (trusted or {}).get("AWS", [])
        is_named = names & {listed} if isinstance(listed, str) else names & set(listed)
        if is_named and policies._conditions_hold(statement, context):
            return None
    return "because no resource-based policy allows the sts:AssumeRole action"


def _denial(call: calls.Call, environ: dict[str, Any], principal: Principal, need: Need, reason: str) -> Denial:
    message = _message(principal, need, reason)
    if call.service == "sns":
        return Denial(403, "AuthorizationError", message)
    short = calls.is_form(environ) or query_compatible(call.service)
    return Denial(403, "AccessDenied" if short else "AccessDeniedException", message)


def _message(principal: Principal, need: Need, reason: str) -> str:
    action = need.action.replace("sns:", "SNS:")
    return f"User: {principal.arn} is not authorized to perform: {action} on resource: {need.resource} {reason}"


def _context(call: calls.Call, principal: Principal, params: dict[str, Any]) -> dict[str, str]:
    """The condition keys that can be told, in lower case."""
    context = {
        "aws:PrincipalArn": principal.arn,
        "aws:PrincipalAccount": principal.account,
        "aws:RequestedRegion": call.region,
        "aws:SecureTransport": "false",
        "iam:PassedToService": LAMBDA if call.service == "lambda" else f"{call.service}.amazonaws.com",
    }
    names = {"PolicyArn": "iam:PolicyARN", "Namespace": "cloudwatch:namespace", "Protocol": "sns:Protocol"}
    names |= {"ExternalId": "sts:ExternalId", "PermissionsBoundary": "iam:PermissionsBoundary"}
    context.update({key: str(params[name]) for name, key in names.items() if params.get(name)})
    if call.service == "iam" and params.get("RoleName") and "PermissionsBoundary" not in params:
        # Of a role that exists, IAM compares the boundary that it has.
        boundary = iam_principals.boundary_of(call.account, get_partition(call.region), params["RoleName"])
        context.update({"iam:PermissionsBoundary": boundary} if boundary else {})
    if call.service == "lambda" and params.get("Principal"):
        context["lambda:Principal"] = str(params["Principal"])
    if params.get("Endpoint"):
        context["sns:Endpoint"] = str(params["Endpoint"])
    tags = params.get("Tags") or params.get("tags") or []
    pairs = tags.items() if isinstance(tags, dict) else [(each.get("Key"), each.get("Value")) for each in tags]
    context.update({f"aws:RequestTag/{key}": str(value) for key, value in pairs})
    return {key.lower(): value for key, value in context.items()}


def _parameters(call: calls.Call, environ: dict[str, Any]) -> dict[str, Any]:
    """The request's parameters by botocore's names."""
    body = calls.read_body(environ)
    if environ.get("HTTP_CONTENT_ENCODING") == "gzip":
        body = decompress(body)
    request = Request({**environ, "CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body)})
    model = get_service_model(call.service)
    parser = PROTOCOL_PARSERS[determine_request_protocol(model, request.content_type)]
    parsed: dict[str, Any] = parser(model.operation_model(call.operation)).parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": body,
            "url_path": request.path,
            "url_params": get_service_router(call.service).match(request)[1],
        }
    )
    return parsed
