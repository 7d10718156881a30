# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which planned alarms would pause sending as soon as they are written, and refusing to write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._aws.client import Aws
from .._aws.errors import SesError
from .._resources.alarm import Alarms, AlarmState, MetricAlarm
from .._ses.metrics import PAUSE
from .._ses.rates import RateKey, read_rates
from .alarm_options import AlarmOptions
from .memory import Memory


def refuse_trip(aws: Aws, planned: Sequence[AlarmOptions], alarms: Alarms) -> None:
    """Refuses to write alarms that would pause at once; for that it reads the rates."""
    rates = read_rates(aws, dict.fromkeys(alarm.configuration_set for alarm in planned)) if planned else {}
    tripping = read_tripping(aws, planned, rates, alarms)
    if tripping:
        shown = ", ".join(f"{each['alarm_name']} ({each['rate']:g} >= {each['threshold']:g})" for each in tripping[:20])
        more = f" and {len(tripping) - 20} more" if len(tripping) > 20 else ""
        raise SesError(
            f"In {aws.place}, these alarms would pause sending at once, as the rate is "
            f"over the threshold already: {shown}{more}. Nothing was written. Deploy them with actions_enabled=false "
            f"(of the role: ses_pause_arm: false) for a first look, set a higher threshold, or accept the pause with "
            f"refuse_trip=false (ses_pause_accept_trip: true).",
            would_trip=tripping,
        )


def read_tripping(
    aws: Aws, planned: Sequence[AlarmOptions], rates: Mapping[RateKey, dict[str, Any]], alarms: Alarms
) -> list[dict[str, Any]]:
    """The planned alarms that would pause at once; not those whose threshold is a raised one that holds."""
    tripping = []
    for entry in would_trip(planned, rates, alarms.all(aws)):
        alarm = MetricAlarm(entry["alarm_name"], None, alarms).read_whole(aws)
        raised = alarm and Memory.of(alarm.tags).recovery_threshold
        if not (alarm and raised and entry["rate"] < alarm.threshold):
            tripping.append(entry)
    return tripping


def would_trip(
    planned: Sequence[AlarmOptions], rates: Mapping[RateKey, dict[str, Any]], present: Mapping[str, AlarmState]
) -> list[dict[str, Any]]:
    """Pure: the planned alarms that would pause at once, as the rate is over the threshold already.

    An armed alarm that is in ALARM has acted before and does not act again. One that is in ALARM and switched off has
    not: the sweep would handle it as soon as it is armed.
    """
    tripping = []
    for wanted in planned:
        if wanted.tier != PAUSE or not wanted.actions_enabled:
            continue
        rate = rates.get((wanted.configuration_set, wanted.metric))
        alarm = present.get(wanted.alarm_name)
        if alarm and alarm.in_alarm and alarm.state["actions_enabled"]:
            continue
        if rate is not None and _reaches(wanted, rate["value"]):
            shown = {key: getattr(wanted, key) for key in ("alarm_name", "metric", "configuration_set", "threshold")}
            tripping.append({**shown, "rate": rate["value"], "timestamp": rate["timestamp"]})
    return tripping


def _reaches(alarm: AlarmOptions, rate: float) -> bool:
    return rate > alarm.threshold or (rate == alarm.threshold and alarm.comparison_operator != "GreaterThanThreshold")
