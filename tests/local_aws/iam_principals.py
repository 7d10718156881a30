# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is behind an access key, and which policies hold for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from moto.iam.models import IAMBackend, iam_backends
from moto.sts.models import STSBackend, sts_backends

IDENTITY = "identity-based policy"


class InvalidKey(Exception):
    """Temporary keys nobody has, a key switched off, or keys of a role that has been deleted."""


@dataclass(frozen=True)
class Principal:
    """``layers``: kind and documents of the identity's own policies, of its permissions boundary and of the session
    policy, as far as there are any; each layer must allow."""

    arn: str
    account: str
    layers: list[tuple[str, list[str]]]


def install() -> None:
    """Remember of each session whether its role existed when it was assumed: see of_access_key."""
    moto_assume_role = STSBackend.assume_role

    def assume_role(self: STSBackend, **params: Any) -> Any:
        session = moto_assume_role(self, **params)
        session.role_existed = find_role(session.role_arn) is not None
        return session

    STSBackend.assume_role = assume_role


def of_access_key(account: str, partition: str, access_key: str) -> Principal | None:
    """None for whoever may do everything: keys that IAM does not know ("test", taken for the account's root), and
    sessions of a role that did not exist when it was assumed, which is how tests enter another account."""
    iam = iam_backends[account][partition]
    key = iam.access_keys.get(access_key)
    if key is None:
        if access_key.startswith("ASIA") and len(access_key) == 20:
            raise InvalidKey
        return None
    if key.status != "Active":
        raise InvalidKey
    if key.user_name:
        return _user(iam, key.user_name)
    session = sts_backends[account][partition].get_assumed_role_from_access_key(access_key)
    if session is None:
        raise InvalidKey
    role = find_role(session.role_arn)
    if role is None:
        if session.role_existed:
            raise InvalidKey
        return None
    layers = _role_layers(iam, role)
    if session.policy:
        layers.append(("session policy", [session.policy]))
    return Principal(session.arn, account, layers)


def of_role(role_arn: str) -> Principal | None:
    """The role itself, as Lambda uses it; None if there is no such role."""
    role = find_role(role_arn)
    if role is None:
        return None
    iam = iam_backends[role.account_id][role.partition]
    return Principal(role_arn, role.account_id, _role_layers(iam, role))


def find_role(arn: str) -> Any:
    """moto's role of that ARN, or None."""
    partition, account = arn.split(":", 5)[1:5:3]
    roles = iam_backends[account][partition].roles
    return next((role for role in list(roles.values()) if role.arn == arn), None)


def boundary_of(account: str, partition: str, role_name: str) -> str | None:
    """The ARN of the permissions boundary of a role, if there is such a role and it has one."""
    roles = iam_backends[account][partition].roles
    return next((role.permissions_boundary_arn for role in list(roles.values()) if role.name == role_name), None)


def _role_layers(iam: IAMBackend, role: Any) -> list[tuple[str, list[str]]]:
    layers = [(IDENTITY, _documents(role))]
    boundary = iam.managed_policies.get(role.permissions_boundary_arn)
    if boundary:
        layers.append(("permissions boundary", [_document(boundary)]))
    return layers


def _user(iam: IAMBackend, name: str) -> Principal:
    user = iam.users[name]
    own = _documents(user)
    for group in iam.get_groups_for_user(name):
        own += _documents(group)
    return Principal(user.arn, iam.account_id, [(IDENTITY, own)])


def _documents(holder: Any) -> list[str]:
    """The inline and the attached policies of a role, a user or a group."""
    return [*holder.policies.values(), *map(_document, holder.managed_policies.values())]


def _document(policy: Any) -> str:
    return next(str(version.document) for version in policy.versions if version.is_default)
