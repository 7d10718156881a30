# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Topics, queues and functions of other accounts: a call reaches them only if their own policies let the caller in.

Within an account the caller's own policies decide (iam.py). Calls that services of AWS make are judged where they are
made: sns_delivery.py, lambda_events.py.
"""

from __future__ import annotations

from typing import Any

from moto.utilities.utils import get_partition

from . import calls, iam, policies, sns_delivery
from .iam_resources import Need, Place, needs

SERVICES = frozenset({"sns", "sqs", "lambda"})


def check(call: calls.Call, environ: dict[str, Any]) -> iam.Denial | None:
    """Why the request is refused, or None."""
    if call.service not in SERVICES or not call.operation:
        return None
    params = iam._parameters(call, environ)
    for need in _needs(call, params):
        owner = need.resource.split(":")[4] if need.resource.startswith("arn:") else call.account
        if owner not in ("", call.account) and not _is_let_in(call, need):
            return _denial(call, need)
    return None


def _needs(call: calls.Call, params: dict[str, Any]) -> list[Need]:
    arn = str(params.get("FunctionName") or "")
    if call.service == "lambda" and policies.arn_of_function(arn):
        return [Need(f"lambda:{call.operation.replace('Invoke', 'InvokeFunction')}", arn)]
    return needs(call.service, call.operation, params, Place(call.account, call.region))


def _is_let_in(call: calls.Call, need: Need) -> bool:
    """The account as a whole must be let in: what its identities may is its own affair."""
    context = {"aws:PrincipalAccount": call.account}
    principal = f"arn:{get_partition(call.region)}:iam::{call.account}:root"
    document = _policy(need.resource)
    return any(policies.allows(document, who, need.action, need.resource, context) for who in (principal, call.account))


def _policy(arn: str) -> Any:
    from . import lambda_events

    service = arn.split(":")[2]
    if service == "lambda":
        function = lambda_events.find(arn)
        return {"Statement": function.policy.statements} if function else None
    found = sns_delivery.find_topic(arn) if service == "sns" else sns_delivery.find_queue(arn)
    return found.policy if found else None


def _denial(call: calls.Call, need: Need) -> iam.Denial:
    code = {"sns": "AuthorizationError", "sqs": "AccessDenied"}.get(call.service, "AccessDeniedException")
    why = f"because no resource-based policy allows the {need.action} action"
    who = f"arn:{get_partition(call.region)}:iam::{call.account}:root"
    return iam.Denial(
        403, code, f"User: {who} is not authorized to perform: {need.action} on resource: {need.resource} {why}"
    )
