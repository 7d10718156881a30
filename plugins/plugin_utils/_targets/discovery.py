# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asks AWS for accounts and Regions, many at a time. What it gives back is data, without anything secret."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from threading import Lock
from typing import Any

from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import AwsCallError, SesError
from ansible_collections.mailops.ses.plugins.plugin_utils._targets import regions
from ansible_collections.mailops.ses.plugins.plugin_utils._targets.options import IN_USE, Options
from ansible_collections.mailops.ses.plugins.plugin_utils._targets.organization import organization_accounts

NO_SES = "Amazon SES is not known in Region {region}. Take it off the list, or update botocore if the Region is new."


def discover(options: Options) -> dict[str, Any]:
    """{partition, accounts: [{id, name, tags, regions, reason, failed: {region: reason}}], skipped}, as data.

    reason: why the account cannot be entered, else None. failed: the Regions of which it could not be told whether
    they are targets. skipped: [{id, name, state}] of accounts that are not active. SesError for what concerns all
    accounts: the credentials, or Organizations.
    """
    return Discovery(options).found()


class Discovery:
    """One look at all accounts. Clients are made one at a time, as a session is not safe for threads; calls are not."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._making = Lock()
        self._aws = Aws(
            {
                "region": options.home or next(iter(options.named_regions), None),
                "profile": options.profile,
                "endpoint_url": options.endpoint_url,
            }
        )

    def found(self) -> dict[str, Any]:
        partition = self._aws.partition
        with ThreadPoolExecutor(self._options.parallel) as pool:
            accounts, skipped = self._accounts(pool)
            entered = list(pool.map(lambda account: self._enter(account, partition), accounts))
            self._ask_regions(pool, [(account, aws) for account, aws in entered if aws is not None])
        return {"partition": partition, "accounts": [account for account, _aws in entered], "skipped": skipped}

    def _accounts(self, pool: Executor) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
        """Those of Organizations, then those that only the list has."""
        accounts: list[dict[str, Any]] = []
        skipped: list[dict[str, str]] = []
        if wanted := self._options.organization:
            aws = self._aws
            if wanted.role_arn:
                aws = aws.entered(wanted.role_arn, self._options.assume_role_params)
            accounts, skipped = organization_accounts(aws, wanted, pool)
        known = {account["id"]: account for account in [*accounts, *skipped]}
        for listed in self._options.accounts:
            if listed.id not in known:
                accounts.append({"id": listed.id, "name": listed.name or listed.id, "tags": None})
            elif listed.name:
                known[listed.id]["name"] = listed.name
        return accounts, skipped

    def _enter(self, account: dict[str, Any], partition: str) -> tuple[dict[str, Any], Aws | None]:
        account = {**account, "regions": [], "reason": None, "failed": {}}
        try:
            aws = self._entered(account["id"], partition)
            account["regions"], account["failed"] = self._candidates(aws, partition)
        except SesError as error:
            return {**account, "reason": error.message}, None
        return account, aws

    def _entered(self, account: str, partition: str) -> Aws:
        role_arn = self._options.role_arn(partition, account)
        if role_arn is None:
            if self._aws.account != account:
                raise SesError(
                    f"The credentials are those of account {self._aws.account}. Give role or assume_role_arn, which "
                    f"is assumed in account {account}."
                )
            return self._aws
        with self._making:
            aws = self._aws.entered(role_arn, self._options.assume_role_params)
        try:
            aws.fetch_credentials()
        except AwsCallError as error:
            hint = " AWS says the same of a role that does not exist." if error.code == "AccessDenied" else ""
            raise SesError(f"{role_arn} cannot be assumed ({error.code}): {error.message}{hint}") from error
        return aws

    def _candidates(self, aws: Aws, partition: str) -> tuple[list[str], dict[str, str]]:
        """The Regions that may be targets, and those that cannot, with the reason."""
        with self._making:
            known = aws.regions_of("sesv2", partition)
        if named := self._options.named_regions:
            strange = {region: NO_SES.format(region=region) for region in named if region not in known}
            return [region for region in named if region in known], strange
        with self._making:
            aws.client("ec2")
        return regions.among(regions.switched_on(aws) & set(known), self._options.among), {}

    def _ask_regions(self, pool: Executor, entered: list[tuple[dict[str, Any], Aws]]) -> None:
        """Leaves each account the Regions where it uses SES, if that is asked for."""
        if self._options.regions != (IN_USE,):
            return
        places = [(account, aws, region) for account, aws in entered for region in account["regions"]]
        for account, _aws in entered:
            account["regions"] = []
        for account, region, used, reason in pool.map(lambda place: self._asked(*place), places):
            if reason is not None:
                account["failed"][region] = reason
            elif used:
                account["regions"].append(region)

    def _asked(self, account: dict[str, Any], aws: Aws, region: str) -> tuple[dict[str, Any], str, bool, str | None]:
        there = aws.elsewhere(region)
        try:
            for service, uses in (("sesv2", regions.sends), ("cloudwatch", regions.has_metrics)):
                with self._making:
                    there.client(service)
                if uses(there):
                    return account, region, True, None
            return account, region, False, None
        except SesError as error:
            return account, region, False, error.message


def problems(found: dict[str, Any]) -> Iterator[tuple[str, str | None, str]]:
    """(account id, Region or None for all of the account, reason) of all that cannot be entered."""
    for account in found["accounts"]:
        if account["reason"] is not None:
            yield account["id"], None, account["reason"]
        for region, reason in sorted(account["failed"].items()):
            yield account["id"], region, reason
