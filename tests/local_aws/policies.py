# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Policies attached to resources (topics, queues, functions, keys): may this service do that here?

Only what such policies use: Allow and Deny, service principals and ``*``, wildcards, string, ARN, boolean and null
conditions. An operator that is not known makes a Deny hold and an Allow fail: never more open than AWS.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any


def allows(policy: Any, who: str, action: str, resource: str, context: Mapping[str, str]) -> bool:
    """Whether the policy (a document, JSON text or None) lets ``who`` (a service, an account, an ARN) do it.

    ``context`` holds condition keys such as ``aws:SourceArn``; their case does not matter.
    """
    keys = {key.lower(): value for key, value in context.items()}
    effects = {
        statement.get("Effect")
        for statement in statements(policy)
        if _names(statement, who)
        and _names_action(statement, action)
        and _names_resource(statement, resource)
        and _conditions_hold(statement, keys)
    }
    return "Allow" in effects and "Deny" not in effects


def statements(policy: Any) -> list[dict[str, Any]]:
    document = json.loads(policy) if isinstance(policy, str) and policy else policy
    return _listed((document or {}).get("Statement"))


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _matches(patterns: Any, value: str) -> bool:
    # "[" is no wildcard in a policy.
    return any(fnmatchcase(value, str(each).replace("[", "[[]")) for each in _listed(patterns))


def _names(statement: dict[str, Any], who: str) -> bool:
    principal = statement.get("Principal")
    if principal == "*":
        return True
    if not isinstance(principal, dict):
        return False
    named = _listed(principal.get("AWS"))
    return "*" in named or who in named or who in _listed(principal.get("Service"))


def _names_action(statement: dict[str, Any], action: str) -> bool:
    wanted = action.lower()
    if "NotAction" in statement:
        return not _matches([str(each).lower() for each in _listed(statement["NotAction"])], wanted)
    return _matches([str(each).lower() for each in _listed(statement.get("Action"))], wanted)


def _names_resource(statement: dict[str, Any], resource: str) -> bool:
    return "Resource" not in statement or _matches(statement["Resource"], resource)


def _conditions_hold(statement: dict[str, Any], keys: Mapping[str, str]) -> bool:
    unknown = statement.get("Effect") == "Deny"
    return all(
        _holds(operator, keys.get(str(key).lower()), [str(each) for each in _listed(wanted)], unknown)
        for operator, pairs in (statement.get("Condition") or {}).items()
        for key, wanted in pairs.items()
    )


def _holds(operator: str, value: str | None, wanted: list[str], unknown: bool) -> bool:
    name, if_exists, _rest = operator.partition("IfExists")
    if name == "Null":
        return (value is None) == (wanted == ["true"])
    if value is None:
        return bool(if_exists) or "Not" in name
    test = _OPERATORS.get(name.replace("Not", ""))
    if test is None:
        return unknown
    return test(value, wanted) != ("Not" in name)


def _arn_like(value: str, wanted: Iterable[str]) -> bool:
    """ARNs match field by field: a wildcard does not reach over a colon, but in the last field."""
    fields = value.split(":", 5)
    patterns = (each.split(":", 5) for each in wanted)
    return (
        any(len(pattern) == len(fields) and all(map(_matches, pattern, fields)) for pattern in patterns)
        or "*" in wanted
    )


_OPERATORS: dict[str, Callable[[str, list[str]], bool]] = {
    "StringEquals": lambda value, wanted: value in wanted,
    "StringEqualsIgnoreCase": lambda value, wanted: value.lower() in {each.lower() for each in wanted},
    "StringLike": lambda value, wanted: _matches(wanted, value),
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "Bool": lambda value, wanted: value.lower() in {each.lower() for each in wanted},
}


def arn_of_function(endpoint: str) -> re.Match[str] | None:
    """The parts of a Lambda function's ARN: partition, region, account, name, qualifier."""
    return re.fullmatch(
        r"arn:(?P<partition>[\w-]+):lambda:(?P<region>[\w-]+):(?P<account>\d{12}):function:(?P<name>[\w-]+)"
        r"(:(?P<qualifier>[$\w-]+))?",
        endpoint,
    )
