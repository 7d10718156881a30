# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What SES says of an account: its sending, its quota, AWS's own view of it, and its identities."""

from __future__ import annotations

from typing import Any

from .._aws.client import Aws
from .._aws.errors import AwsCallError, SesError
from .._aws.threads import Progress
from .enforcement import ENFORCEMENT


def read_account(aws: Aws) -> dict[str, Any]:
    """Sending and enforcement of the account, as results have it; max_send_rate is in messages a second."""
    try:
        answer = aws.call("sesv2", "get_account", "the account's sending")
    except AwsCallError as error:
        if error.code != "EndpointConnectionError":
            raise
        regions = ", ".join(aws.regions_of("sesv2"))
        raise SesError(f"{error.message} botocore knows SES in these Regions: {regions}.") from error
    quota = answer.get("SendQuota", {})
    return {
        "id": aws.account,
        "region": aws.region,
        "partition": aws.partition,
        "sending_enabled": answer.get("SendingEnabled", False),
        "enforcement_status": answer.get("EnforcementStatus", ""),
        "production_access": answer.get("ProductionAccessEnabled", False),
        "max_24_hour_send": quota.get("Max24HourSend", 0.0),
        "max_send_rate": quota.get("MaxSendRate", 0.0),
        "sent_last_24_hours": quota.get("SentLast24Hours", 0.0),
    }


def enforcement_warnings(account: dict[str, Any]) -> list[str]:
    """What people must know of AWS's own view of an account, as read_account() gives it."""
    warning = ENFORCEMENT.get(account["enforcement_status"])
    return [f"Account {account['id']}, Region {account['region']}: {warning}"] if warning else []


def read_identities(aws: Aws, most: int) -> dict[str, Any]:
    """The identities whose mail goes without a configuration set unless the sender names one."""
    about = "the identities"
    listed = aws.pages("sesv2", "list_email_identities", "EmailIdentities", about, PageSize=1000)
    names = [identity["IdentityName"] for identity in listed]
    progress = Progress(aws.say, "identities", min(len(names), most))
    without = []
    for name in names[:most]:
        identity = aws.call("sesv2", "get_email_identity", f"identity {name}", EmailIdentity=name)
        progress.step()
        if not identity.get("ConfigurationSetName"):
            without.append(name)
    return {"total": len(names), "looked_at": min(len(names), most), "without_default_set": without}
