# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guard's alarms, as CloudWatch describes them now."""

from dataclasses import replace
from typing import Any

from .clients import CLOUDWATCH
from .events import Alarm, from_description
from .guard import Guard


def read_present(alarm: Alarm) -> Alarm:
    found = CLOUDWATCH.describe_alarms(AlarmNames=[alarm.name])["MetricAlarms"]
    return from_description(found[0]) if found else replace(alarm, state="DELETED")


def read_in_alarm(guard: Guard) -> list[dict[str, Any]]:
    """All that are in ALARM, the account's before the sets'."""
    pages = CLOUDWATCH.get_paginator("describe_alarms").paginate(
        AlarmNamePrefix=f"{guard.name}-", StateValue="ALARM"
    )
    found = pages.search("MetricAlarms[]")
    return sorted(found, key=lambda alarm: len(alarm.get("Dimensions", [])))


def read_accounts_in_alarm(guard: Guard) -> list[dict[str, Any]]:
    """Those of the account that pause, by their default names."""
    names = [f"{guard.name}-{rate}-pause" for rate in ("bounce", "complaint")]
    answer = CLOUDWATCH.describe_alarms(AlarmNames=names, StateValue="ALARM")
    found: list[dict[str, Any]] = answer["MetricAlarms"]
    return found
