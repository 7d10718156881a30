# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The accounts that AWS Organizations knows, as far as they are asked for and active."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from ...module_utils._aws.client import Aws
from .found import Account, Skipped
from .options import Organization

ACTIVE = "ACTIVE"


def organization_accounts(aws: Aws, wanted: Organization, pool: Executor) -> tuple[list[Account], list[Skipped]]:
    """Those that are active, and those that are not."""
    chosen = {entry["Id"]: entry for entry in _entries(aws, wanted) if _is_named(entry, wanted)}
    entries = [chosen[number] for number in sorted(chosen)]
    active = [Account(entry["Id"], entry["Name"]) for entry in entries if entry.get("State") == ACTIVE]
    if wanted.read_tags:
        aws.client("organizations")  # Before the threads: a session makes no two clients at once.
        tagged = pool.map(lambda account: replace(account, tags=_tags(aws, account.id)), active)
        active = [account for account in tagged if wanted.tags.items() <= (account.tags or {}).items()]
    skipped = [
        Skipped(entry["Id"], entry["Name"], str(entry.get("State", "UNKNOWN")))
        for entry in entries
        if entry.get("State") != ACTIVE
    ]
    return active, skipped


def _entries(aws: Aws, wanted: Organization) -> Iterator[dict[str, Any]]:
    if not wanted.units:
        yield from aws.pages("organizations", "list_accounts", "Accounts", "the organization")
    seen: set[str] = set()
    open_units = list(wanted.units)
    while open_units:
        unit = open_units.pop()
        # One that was given may lie within another.
        if unit in seen:
            continue
        seen.add(unit)
        yield from aws.pages("organizations", "list_accounts_for_parent", "Accounts", f"unit {unit}", ParentId=unit)
        inner = aws.pages(
            "organizations",
            "list_organizational_units_for_parent",
            "OrganizationalUnits",
            f"unit {unit}",
            ParentId=unit,
        )
        open_units += [each["Id"] for each in inner]


def _is_named(entry: dict[str, Any], wanted: Organization) -> bool:
    def fits(patterns: tuple[str, ...]) -> bool:
        return any(entry["Id"] == pattern or fnmatchcase(entry["Name"], pattern) for pattern in patterns)

    return (not wanted.names or fits(wanted.names)) and not fits(wanted.exclude)


def _tags(aws: Aws, account: str) -> dict[str, str]:
    found = aws.pages("organizations", "list_tags_for_resource", "Tags", f"account {account}", ResourceId=account)
    return {tag["Key"]: tag["Value"] for tag in found}
