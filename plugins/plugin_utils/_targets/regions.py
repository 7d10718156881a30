# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""In which Regions an account is a target: those with SES that are on, or those where SES is used."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from ...module_utils._aws.client import Aws
from ...module_utils._ses.metrics import NAMESPACE


def switched_on(aws: Aws) -> set[str]:
    """The Regions that the account can use.

    ec2:DescribeRegions and not account:ListRegions: it is one call without pages, every Region answers it, and it is
    there in every partition.
    """
    return {region["RegionName"] for region in aws.call("ec2", "describe_regions", "the Regions")["Regions"]}


def among(regions: Iterable[str], patterns: tuple[str, ...]) -> list[str]:
    """Those that fit one of the patterns, if there are any."""
    return sorted(region for region in regions if not patterns or any(fnmatchcase(region, each) for each in patterns))


def sends(aws: Aws) -> bool:
    """Whether the account is out of the sandbox, or has sent in the last day."""
    account = aws.call("sesv2", "get_account", "the account's sending")
    return bool(account.get("ProductionAccessEnabled") or account.get("SendQuota", {}).get("SentLast24Hours"))


def has_metrics(aws: Aws) -> bool:
    """Whether SES has published metrics in the two weeks for which CloudWatch lists them."""
    return any(True for _metric in aws.pages("cloudwatch", "list_metrics", "Metrics", "SES", Namespace=NAMESPACE))
