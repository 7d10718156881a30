# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which hosts and groups the accounts and Regions make. Pure: it asks nobody."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .found import Account, Found
from .options import Options

TARGETS, UNREACHABLE = "ses_targets", "ses_unreachable"
# What a host pattern or a file's name may not hold.
UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Host:
    """groups: those that it is in, besides the one that all of its kind are in. own: variables out of the file."""

    name: str
    variables: dict[str, Any]
    own: Mapping[str, Any] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


def targets(found: Found, options: Options) -> list[Host]:
    """One host for each account and Region, by name. parts: its groups within the group of all targets."""
    names, listed = host_names(found.accounts), {entry.id: entry for entry in options.accounts}
    connection = _connection(options)
    return [
        Host(
            name=f"{names[account.id]}.{region}",
            variables={
                **_identity(account, found.partition),
                **connection,
                **_role(options.role_arn(found.partition, account.id), options),
                "ses_pause_region": region,
            },
            own=listed[account.id].vars if account.id in listed else {},
            parts=(f"ses_account_{names[account.id]}", f"ses_region_{region}"),
            groups=listed[account.id].groups if account.id in listed else (),
        )
        for account in found.accounts
        for region in account.regions
    ]


def unreachable(found: Found) -> list[Host]:
    """One host for each account that cannot be entered, or for the Region of it."""
    names = host_names(found.accounts)
    return [
        Host(
            name=names[problem.account.id] + (f".{problem.region}" if problem.region else ""),
            variables={
                **_identity(problem.account, found.partition),
                **({} if problem.region is None else {"ses_pause_region": problem.region}),
                "ses_unreachable_reason": problem.reason,
            },
        )
        for problem in found.problems
    ]


def host_names(accounts: Iterable[Account]) -> dict[str, str]:
    """The name of each account by its id. Where two would have the same host or group, both get their id appended."""
    plain = {account.id: UNSAFE.sub("-", account.name).strip("-.") or account.id for account in accounts}
    counts = Counter(_as_group(name) for name in plain.values())
    return {
        number: name if counts[_as_group(name)] == 1 or name == number else f"{name}-{number}"
        for number, name in plain.items()
    }


def _as_group(name: str) -> str:
    return re.sub(r"\W", "_", name)


def summary(found: Found) -> str | None:
    """What is missing among the hosts, in one line; None if nothing is."""
    away = [host.name for host in unreachable(found)]
    skipped = [f"{account.name} ({account.state})" for account in found.skipped]
    parts = [
        f"{len(away)} cannot be entered, see the group {UNREACHABLE}: {', '.join(away)}" if away else "",
        f"{len(skipped)} skipped as they are not active: {', '.join(skipped)}" if skipped else "",
    ]
    told = "; ".join(part for part in parts if part)
    count = sum(len(account.regions) for account in found.accounts)
    return f"{count} targets in {len(found.accounts)} accounts; {told}." if told else None


def _identity(account: Account, partition: str) -> dict[str, Any]:
    tags = {} if account.tags is None else {"ses_account_tags": account.tags}
    return {"ses_account_id": account.id, "ses_account_name": account.name, "ses_partition": partition, **tags}


def _connection(options: Options) -> dict[str, str]:
    given = {"ses_pause_profile": options.profile, "ses_pause_endpoint_url": options.endpoint_url}
    return {name: value for name, value in given.items() if value}


def _role(role_arn: str | None, options: Options) -> dict[str, str]:
    """An external id is no secret, as AWS says, and the modules need it; keys and tokens never come here."""
    if role_arn is None:
        return {}
    external_id = {"ses_pause_assume_role_external_id": options.external_id} if options.external_id else {}
    return {
        "ses_pause_assume_role_arn": role_arn,
        "ses_pause_assume_role_session_name": options.session_name,
        **external_id,
    }
