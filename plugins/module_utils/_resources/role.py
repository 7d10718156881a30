# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A role with exactly one inline policy, and nothing attached."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from .._aws.client import Aws
from .._aws.threads import gather
from .._converge.ownership import OWNER_MARK
from .._converge.resource import Found, Resource, State
from .._converge.tags import to_dict, to_list

MISSING = ("NoSuchEntity", "NoSuchEntityException")


class Role(Resource[Found]):
    """State: trust_policy, policy (the inline one), policy_name, inline_policies, attached_policies (ARNs),
    description, permissions_boundary (ARN or ""), tags."""

    kind = "IAM role"

    def __init__(self, name: str, policy_name: str, desired: State | None) -> None:
        super().__init__(name, desired)
        self.policy_name = policy_name

    def read(self, aws: Aws) -> Found | None:
        answer = aws.call("iam", "get_role", self.label, MISSING, RoleName=self.name)
        if answer is None:
            return None
        role = answer["Role"]
        reads: list[Callable[[Aws], Any]] = [self._policy, self._inline, self._attached]
        policy, inline, attached = gather([partial(read, aws) for read in reads])
        state: State = {
            "trust_policy": role["AssumeRolePolicyDocument"],
            "policy": policy,
            "inline_policies": inline,
            "attached_policies": attached,
            "description": role.get("Description", ""),
            "permissions_boundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", ""),
            "tags": to_dict(role.get("Tags")),
        }
        return Found(state)

    def _policy(self, aws: Aws) -> State | None:
        named = {"RoleName": self.name, "PolicyName": self.policy_name}
        answer = aws.call("iam", "get_role_policy", self.label, MISSING, **named)
        return answer and answer["PolicyDocument"]

    def _inline(self, aws: Aws) -> list[str]:
        return sorted(aws.pages("iam", "list_role_policies", "PolicyNames", self.label, RoleName=self.name))

    def _attached(self, aws: Aws) -> list[str]:
        listed = aws.pages("iam", "list_attached_role_policies", "AttachedPolicies", self.label, RoleName=self.name)
        return sorted(policy["PolicyArn"] for policy in listed)

    def is_marked(self, state: State) -> bool:
        return OWNER_MARK in state["description"]

    def create(self, aws: Aws, desired: State) -> None:
        boundary = desired.get("permissions_boundary")
        aws.call(
            "iam",
            "create_role",
            self.label,
            RoleName=self.name,
            AssumeRolePolicyDocument=json.dumps(desired["trust_policy"]),
            Description=desired["description"],
            Tags=to_list(desired["tags"]),
            **({"PermissionsBoundary": boundary} if boundary else {}),
        )
        self._put_policy(aws, desired)

    def _put_policy(self, aws: Aws, desired: State) -> None:
        document = json.dumps(desired["policy"])
        aws.call(
            "iam",
            "put_role_policy",
            self.label,
            RoleName=self.name,
            PolicyName=self.policy_name,
            PolicyDocument=document,
        )

    def update(self, aws: Aws, found: Found, desired: State, changed: frozenset[str]) -> None:
        # First: who may write policies only of roles with a boundary could not mend a role that has lost it.
        if "permissions_boundary" in changed:
            self._set_boundary(aws, desired["permissions_boundary"])
        if "trust_policy" in changed:
            document = json.dumps(desired["trust_policy"])
            aws.call("iam", "update_assume_role_policy", self.label, RoleName=self.name, PolicyDocument=document)
        if "policy" in changed:
            self._put_policy(aws, desired)
        inline = set(found.state["inline_policies"]) - {self.policy_name}
        self._remove_policies(aws, inline, found.state["attached_policies"])
        if "description" in changed:
            aws.call("iam", "update_role", self.label, RoleName=self.name, Description=desired["description"])
        if "tags" in changed:
            aws.call("iam", "tag_role", self.label, RoleName=self.name, Tags=to_list(desired["tags"]))

    def _set_boundary(self, aws: Aws, boundary: str) -> None:
        if boundary:
            aws.call(
                "iam", "put_role_permissions_boundary", self.label, RoleName=self.name, PermissionsBoundary=boundary
            )
        else:
            aws.call("iam", "delete_role_permissions_boundary", self.label, RoleName=self.name)

    def _remove_policies(self, aws: Aws, inline: set[str], attached: list[str]) -> None:
        for policy in sorted(inline):
            aws.call("iam", "delete_role_policy", self.label, MISSING, RoleName=self.name, PolicyName=policy)
        for arn in attached:
            aws.call("iam", "detach_role_policy", self.label, MISSING, RoleName=self.name, PolicyArn=arn)

    def delete(self, aws: Aws, found: Found) -> None:
        self._remove_policies(aws, set(found.state["inline_policies"]), found.state["attached_policies"])
        aws.call("iam", "delete_role", self.label, MISSING, RoleName=self.name)
