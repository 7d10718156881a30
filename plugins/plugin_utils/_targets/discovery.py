# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asks AWS for accounts and Regions, many at a time. What it gives back is data, without anything secret."""

from __future__ import annotations

from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from threading import Lock

from ...module_utils._aws.client import Aws
from ...module_utils._aws.errors import AwsCallError, SesError
from . import regions
from .found import Account, Found, Skipped
from .options import IN_USE, Options
from .organization import organization_accounts

NO_SES = "Amazon SES is not known in Region {region}. Take it off the list, or update botocore if the Region is new."


def discover(options: Options) -> Found:
    """SesError for what concerns all accounts: the credentials, or Organizations."""
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

    def found(self) -> Found:
        partition = self._aws.partition
        with ThreadPoolExecutor(self._options.parallel) as pool:
            accounts, skipped = self._accounts(pool)
            entered = list(pool.map(lambda account: self._enter(account, partition), accounts))
            accounts = [account for account, _aws in entered]
            if self._options.regions == (IN_USE,):
                accounts = self._in_use(pool, entered)
        return Found(partition, tuple(accounts), tuple(skipped))

    def _accounts(self, pool: Executor) -> tuple[list[Account], list[Skipped]]:
        """Those of Organizations, then those that only the list has, under the names that the list gives."""
        accounts: list[Account] = []
        skipped: list[Skipped] = []
        if wanted := self._options.organization:
            aws = self._aws
            if wanted.role_arn:
                aws = aws.entered(wanted.role_arn, self._options.assume_role_params)
            accounts, skipped = organization_accounts(aws, wanted, pool)
        names = {listed.id: listed.name for listed in self._options.accounts}
        known = {account.id for account in accounts} | {account.id for account in skipped}
        accounts += [Account(number, name or number) for number, name in names.items() if number not in known]
        return (
            [replace(account, name=names.get(account.id) or account.name) for account in accounts],
            [replace(account, name=names.get(account.id) or account.name) for account in skipped],
        )

    def _enter(self, account: Account, partition: str) -> tuple[Account, Aws | None]:
        try:
            aws = self._entered(account.id, partition)
            regions, failed = self._candidates(aws, partition)
        except SesError as error:
            return replace(account, reason=error.message), None
        return replace(account, regions=tuple(regions), failed=failed), aws

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

    def _in_use(self, pool: Executor, entered: list[tuple[Account, Aws | None]]) -> list[Account]:
        """Leaves each account the Regions where it uses SES, and those where that cannot be told."""
        places = [(account, aws, region) for account, aws in entered if aws is not None for region in account.regions]
        asked = pool.map(lambda place: self._asked(*place[1:]), places)
        answers = {(account.id, region): answer for (account, _aws, region), answer in zip(places, asked, strict=True)}
        found = []
        for account, _aws in entered:
            told = {region: answers[account.id, region] for region in account.regions}
            used = tuple(region for region, answer in told.items() if answer is True)
            failed = {region: answer for region, answer in told.items() if isinstance(answer, str)}
            found.append(replace(account, regions=used, failed={**account.failed, **failed}))
        return found

    def _asked(self, aws: Aws, region: str) -> bool | str:
        """Whether SES is used there, or why that cannot be told."""
        there = aws.elsewhere(region)
        try:
            for service, uses in (("sesv2", regions.sends), ("cloudwatch", regions.has_metrics)):
                with self._making:
                    there.client(service)
                if uses(there):
                    return True
            return False
        except SesError as error:
            return error.message
