# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Three journeys of a target: a deployment on an empty account, a change, a removal.

Each is a list of steps, (module, options); each ends in one state, however often it was broken off on the way.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from ansible_collections.mailops.ses.plugins.module_utils._operations import ses_pause_guard

from tests.unit.plugins.target import ACCOUNT, REGION, Target

Client = Callable[..., Any]
Steps = list[tuple[ModuleType, dict[str, Any]]]

ROOT = Path(__file__).parents[3]
SETS = ("news", "offers", "receipts")
ENDPOINT = f"arn:aws:sqs:{REGION}:{ACCOUNT}:mail-alerts"
SMS = {"protocol": "sms", "endpoint": "+12065550100"}
EMAIL = {"protocol": "email", "endpoint": "ops@example.com"}
QUEUE = {"protocol": "sqs", "endpoint": ENDPOINT}
SOURCE = (ROOT / "roles" / "ses_pause" / "files" / "ses_pause.py").read_text()
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/boundary"


class Journey(NamedTuple):
    """before: the steps that lead to where it begins. steps: its own."""

    before: Steps
    steps: Steps


def account_alarms(bounce: float, complaint: float) -> list[dict[str, Any]]:
    rates = {("bounce_rate", "warn"): 0.03, ("bounce_rate", "pause"): bounce}
    rates |= {("complaint_rate", "warn"): 0.0006, ("complaint_rate", "pause"): complaint}
    return [{"metric": metric, "tier": tier, "threshold": rate} for (metric, tier), rate in rates.items()]


DEPLOYMENT: Steps = [
    (
        ses_pause_guard,
        {
            "code": {"ses_pause.py": SOURCE},
            "subscriptions": [SMS, EMAIL],
            "purge_subscriptions": True,
            "reserved_concurrency": 2,
            "tags": {"team": "mail"},
            "alarms": account_alarms(0.045, 0.0009),
            "configuration_sets": ["news", {"name": "offers", "bounce_rate_warn": 0.02}],
        },
    ),
]
# Everything that a run can change, changed.
CHANGE: Steps = [
    (
        ses_pause_guard,
        {
            "code": {"ses_pause.py": f"{SOURCE}\n# another\n"},
            "subscriptions": [QUEUE, EMAIL],
            "purge_subscriptions": True,
            "reserved_concurrency": 3,
            "memory_size": 512,
            "log_retention_days": 30,
            "sweep_minutes": 5,
            "permissions_boundary": BOUNDARY,
            "tags": {"team": "post"},
            "alarms": account_alarms(0.04, 0.0008),
            "configuration_sets": ["news", {"name": "receipts", "bounce_rate_pause": 0.04}],
            "unguarded_metrics": "off",
        },
    ),
]
REMOVAL: Steps = [(ses_pause_guard, {"state": "absent"})]
JOURNEYS = {
    "deployment": Journey([], DEPLOYMENT),
    "change": Journey(DEPLOYMENT, CHANGE),
    "removal": Journey(DEPLOYMENT, REMOVAL),
}


def prepare(aws: Client) -> None:
    """What a guard finds in an account that is empty of it."""
    for name in SETS:
        aws("sesv2").create_configuration_set(ConfigurationSetName=name)
    allowed = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    aws("iam").create_policy(PolicyName="boundary", PolicyDocument=json.dumps(allowed))


def go(target: Target, steps: Steps) -> list[dict[str, Any]]:
    return [target.run(module, **options) for module, options in steps]
