# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Regions that accounts have not switched on: EC2 does not list them, and they know none of the account's keys.

Source: AWS Account Management Reference, "Enable or disable AWS Regions in your account".
"""

from __future__ import annotations

from typing import Any

from moto import backends
from moto.core.responses import ActionResult

from . import settings
from .calls import Call
from .quotas import Throttle


def install() -> None:
    """When EC2 is first asked for: to import it takes as long as all else that is imported here."""
    get_backend: Any = backends.get_backend

    def hooked(name: Any) -> Any:
        backend = get_backend(name)
        if name == "ec2":
            from moto.ec2.responses import EC2Response

            EC2Response.describe_regions = describe_regions  # type: ignore[method-assign]
        return backend

    backends.get_backend = hooked


def is_off(account: str, region: str) -> bool:
    """``regions_off`` has a Region, for all accounts, or ACCOUNT:REGION."""
    return not {region, f"{account}:{region}"}.isdisjoint(settings.current.regions_off)


def check(call: Call) -> Throttle | None:
    """What a Region says to keys of an account that has not switched it on."""
    if not is_off(call.account, call.region):
        return None
    return Throttle(403, "UnrecognizedClientException", "The security token included in the request is invalid.")


def describe_regions(self: Any) -> ActionResult:
    """Without the account's EC2, which takes moto longer to make than all the rest."""
    from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend

    self.error_on_dryrun()
    wanted = self._get_param("RegionNames", [])
    regions = [
        region
        for region in RegionsAndZonesBackend.regions
        if (not wanted or region.name in wanted)
        and (self._get_bool_param("AllRegions") or not is_off(self.current_account, region.name))
    ]
    return ActionResult({"Regions": regions})
