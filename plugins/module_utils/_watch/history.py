# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two weeks of a target: its rates, what its alarms did, and which configuration sets are nearest to a pause."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from .._aws.alarm_words import ALARM
from .._aws.client import Aws
from .._ses.metrics import METRICS, PAUSE
from .._ses.rates import RateKey, rate_query, read_rates
from .alarm_states import ReputationAlarm

# CloudWatch keeps an alarm's history for 30 days (CloudWatch User Guide, "Concepts", alarms).
DAYS = 14
HOUR = 3600
MAX_EVENTS = 100


def read_history(aws: Aws, alarms: Sequence[ReputationAlarm]) -> dict[str, Any]:
    """{since, until, rates, alarms, sets} of the last 14 days.

    It costs a call for the rates, one for each alarm of the account or in ALARM, and one for each 250 sets.
    """
    until = datetime.now(UTC)
    since = until - timedelta(days=DAYS)
    shown = [alarm.name for alarm in alarms if alarm.configuration_set is None or alarm.state == ALARM]
    guarded = dict.fromkeys(alarm.configuration_set for alarm in alarms if alarm.configuration_set)
    return {
        "since": since.isoformat(timespec="seconds"),
        "until": until.isoformat(timespec="seconds"),
        "rates": _read_curves(aws, since, until),
        "alarms": _read_events(aws, shown, since, until),
        "sets": by_risk(alarms, read_rates(aws, guarded) if guarded else {}),
    }


def _read_curves(aws: Aws, since: datetime, until: datetime) -> dict[str, list[list[Any]]]:
    """{metric: [[time, rate]]}, hourly, the oldest first."""
    curves: dict[str, list[list[Any]]] = {option: [] for option in METRICS}
    results = aws.pages(
        "cloudwatch",
        "get_metric_data",
        "MetricDataResults",
        "the reputation rates",
        MetricDataQueries=[rate_query(option, None, option, HOUR) for option in METRICS],
        StartTime=since,
        EndTime=until,
        ScanBy="TimestampAscending",
    )
    for result in results:  # a curve may be spread over pages
        points = zip(result["Timestamps"], result["Values"], strict=True)
        curves[result["Id"]] += [[at.isoformat(timespec="seconds"), value] for at, value in points]
    return curves


def _read_events(aws: Aws, names: Iterable[str], since: datetime, until: datetime) -> list[dict[str, Any]]:
    """[{alarm, at, from, to, reason}], the newest first."""
    events = []
    for name in names:
        answer = aws.call(
            "cloudwatch",
            "describe_alarm_history",
            f"alarm {name}",
            AlarmName=name,
            HistoryItemType="StateUpdate",
            StartDate=since,
            EndDate=until,
            MaxRecords=MAX_EVENTS,
        )
        events += [_event(item) for item in answer["AlarmHistoryItems"]]
    return sorted(events, key=lambda event: event["at"], reverse=True)[:MAX_EVENTS]


def _event(item: Mapping[str, Any]) -> dict[str, Any]:
    data = json.loads(item.get("HistoryData") or "{}")
    old, new = data.get("oldState", {}), data.get("newState", {})
    return {
        "alarm": item["AlarmName"],
        "at": item["Timestamp"].isoformat(timespec="seconds"),
        "from": old.get("stateValue"),
        "to": new.get("stateValue"),
        "reason": new.get("stateReason") or item.get("HistorySummary"),
    }


def by_risk(alarms: Iterable[ReputationAlarm], rates: Mapping[RateKey, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The guarded sets with their rates and the thresholds that pause them; first the one nearest to a pause.

    risk: the larger of rate / threshold over both metrics, None where no rate is known.
    """
    sets: dict[str, dict[str, Any]] = {}
    for alarm in alarms:
        name = alarm.configuration_set
        if name and alarm.tier == PAUSE and alarm.metric:
            word = METRICS[alarm.metric].word
            rate = rates.get((name, alarm.metric))
            entry = sets.setdefault(name, {"configuration_set": name, **_EMPTY})
            entry[f"{word}_threshold"] = alarm.threshold
            entry[alarm.metric] = rate and rate["value"]
            if rate and alarm.threshold:
                entry["risk"] = max(entry["risk"] or 0.0, rate["value"] / alarm.threshold)
    return sorted(sets.values(), key=lambda entry: (-(entry["risk"] or -1.0), entry["configuration_set"]))


_EMPTY: dict[str, Any] = dict.fromkeys(
    ("bounce_rate", "complaint_rate", "bounce_threshold", "complaint_threshold", "risk")
)
