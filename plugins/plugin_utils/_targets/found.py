# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was found of accounts and Regions: data, without anything secret, as the cache of an inventory keeps it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Account:
    """tags: None where nobody asked. reason: why it cannot be entered. failed: why not, by Region."""

    id: str
    name: str
    tags: Mapping[str, str] | None = None
    regions: tuple[str, ...] = ()
    reason: str | None = None
    failed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Skipped:
    """An account that is not active."""

    id: str
    name: str
    state: str


@dataclass(frozen=True)
class Problem:
    """What cannot be entered. region: None for all of the account."""

    account: Account
    region: str | None
    reason: str


@dataclass(frozen=True)
class Found:
    partition: str
    accounts: tuple[Account, ...]
    skipped: tuple[Skipped, ...]

    @property
    def problems(self) -> Iterator[Problem]:
        for account in self.accounts:
            if account.reason is not None:
                yield Problem(account, None, account.reason)
            for region, reason in sorted(account.failed.items()):
                yield Problem(account, region, reason)


def to_data(found: Found) -> dict[str, Any]:
    return asdict(found)


def from_data(data: Mapping[str, Any]) -> Found:
    accounts = tuple(Account(**{**entry, "regions": tuple(entry["regions"])}) for entry in data["accounts"])
    return Found(data["partition"], accounts, tuple(Skipped(**entry) for entry in data["skipped"]))
