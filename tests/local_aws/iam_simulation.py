# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IAM's SimulatePrincipalPolicy, on the evaluator that enforces, whether or not ``enforce_iam`` is on.

The identity's own policies and its permissions boundary count. What may be given beside them (policies of the caller's
own, context, a resource policy) is not implemented, and refused.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.iam.responses import IamResponse

from . import iam_principals
from .errors import ServiceError
from .iam import reason_against
from .iam_resources import Need

GIVEN = {"Action", "Version", "PolicySourceArn", "ActionNames", "ResourceArns", "MaxItems", "Marker"}


def install() -> None:
    IamResponse.simulate_principal_policy = simulate_principal_policy


def simulate_principal_policy(self: IamResponse) -> ActionResult:
    params = self.params
    if others := sorted(set(params) - GIVEN):
        raise NotImplementedError(f"SimulatePrincipalPolicy with {', '.join(others)}")
    arn = params["PolicySourceArn"]
    principal = iam_principals.of_role(arn) if ":role/" in arn else None
    if principal is None:
        raise ServiceError("NoSuchEntity", f"The policy source {arn} cannot be found.")
    pairs = [(action, resource) for action in params["ActionNames"] for resource in params.get("ResourceArns") or ["*"]]
    results = [_result(principal, action, resource) for action, resource in pairs]
    return ActionResult({"EvaluationResults": results, "IsTruncated": False})


def _result(principal: iam_principals.Principal, action: str, resource: str) -> dict[str, Any]:
    reason = reason_against(principal, Need(action, resource), {})
    decision = "allowed" if reason is None else "explicitDeny" if "explicit deny" in reason else "implicitDeny"
    return {"EvalActionName": action, "EvalResourceName": resource, "EvalDecision": decision}
