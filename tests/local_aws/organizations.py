# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""AWS Organizations where moto differs: pages, empty ones too, states of accounts, and roles that do not exist.

Sources: the model of Organizations in botocore (State, which took the place of Status; "NextToken ... might be present
even when the list is empty"); IAM User Guide on AssumeRole: a role that does not exist is denied like any other.
"""

from __future__ import annotations

import json
from typing import Any

from moto.organizations.exceptions import AWSOrganizationsNotInUseException
from moto.organizations.models import FakeAccount, OrganizationsBackend, organizations_backends
from moto.organizations.responses import OrganizationsResponse
from moto.sts.models import STSBackend

from . import iam_principals, settings
from .calls import Call
from .errors import ServiceError
from .quotas import Throttle

PAGE_SIZE = 20
_throttled = 0


def install() -> None:
    for method in (list_accounts, list_accounts_for_parent, list_organizational_units_for_parent):
        setattr(OrganizationsResponse, method.__name__, method)
    _hook_account()
    _hook_assume_role()


def reset() -> None:
    global _throttled
    _throttled = 0


def check(call: Call) -> Throttle | None:
    """The first ``organizations_throttled`` calls are refused."""
    global _throttled
    if call.service != "organizations" or _throttled >= settings.current.organizations_throttled:
        return None
    _throttled += 1
    return Throttle(400, "TooManyRequestsException", "AWS Organizations can't complete your request")


def list_accounts(self: OrganizationsResponse) -> str:
    return _page(self, "Accounts", [account.describe() for account in _members(self.organizations_backend)])


def list_accounts_for_parent(self: OrganizationsResponse) -> str:
    parent = self.organizations_backend.validate_parent_id(self._get_param("ParentId"))
    inside = [account for account in _members(self.organizations_backend) if account.parent_id == parent]
    return _page(self, "Accounts", [account.describe() for account in inside])


def list_organizational_units_for_parent(self: OrganizationsResponse) -> str:
    parent = self.organizations_backend.validate_parent_id(self._get_param("ParentId"))
    units = [unit for unit in self.organizations_backend.ou if unit.parent_id == parent and unit.id != parent]
    return _page(self, "OrganizationalUnits", [{"Id": unit.id, "Arn": unit.arn, "Name": unit.name} for unit in units])


def _members(backend: OrganizationsBackend) -> list[FakeAccount]:
    if backend.org is None:
        raise AWSOrganizationsNotInUseException
    return sorted(backend.accounts, key=lambda account: account.id)


def _page(self: OrganizationsResponse, key: str, items: list[dict[str, Any]]) -> str:
    """With ``organizations_empty_pages`` an empty page goes before each one that is not."""
    start, _separator, shown_empty = str(self._get_param("NextToken") or "0").partition("-")
    first = int(start)
    if settings.current.organizations_empty_pages and not shown_empty:
        return json.dumps({key: [], "NextToken": f"{first}-empty"})
    end = first + min(self._get_int_param("MaxResults") or PAGE_SIZE, PAGE_SIZE)
    more = {"NextToken": str(end)} if end < len(items) else {}
    return json.dumps({key: items[first:end], **more})


def _hook_account() -> None:
    """Status was retired in September 2026: State is all there is."""
    moto_describe = FakeAccount.describe

    def describe(self: FakeAccount) -> dict[str, Any]:
        return {name: value for name, value in moto_describe(self).items() if name != "Status"}

    FakeAccount.describe = describe  # type: ignore[method-assign]


def _hook_assume_role() -> None:
    """A role that does not exist cannot be assumed in a member of an organization; elsewhere tests enter by it."""
    earlier = STSBackend.assume_role

    def assume_role(self: STSBackend, **params: Any) -> Any:
        role_arn = str(params["role_arn"])
        if iam_principals.find_role(role_arn) is None and _is_member(role_arn.split(":")[4]):
            caller = f"arn:{self.partition}:iam::{self.account_id}:root"
            text = f"User: {caller} is not authorized to perform: sts:AssumeRole on resource: {role_arn}"
            raise ServiceError("AccessDenied", text)
        return earlier(self, **params)

    STSBackend.assume_role = assume_role  # type: ignore[method-assign]


def _is_member(account: str) -> bool:
    return any(
        member.id == account
        for partitions in list(organizations_backends.values())
        for backend in list(partitions.values())
        for member in backend.accounts
    )
