# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""In which state a metric alarm belongs, as the CloudWatch User Guide says ("Alarm evaluation"). Pure, no calls.

An alarm is a dict in the shape of PutMetricAlarm's parameters; times are seconds since 1970, UTC. Not documented, so
chosen here: CloudWatch looks at two periods more than EvaluationPeriods (its own example looks at 5 for 3); and with
missing data = missing, breaching datapoints that are too few and too young leave the state as it is.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

EXTRA_PERIODS = 2
COMPARISONS: dict[str, tuple[Callable[[float, float], bool], str]] = {
    "GreaterThanOrEqualToThreshold": (lambda value, threshold: value >= threshold, "greater than or equal to"),
    "GreaterThanThreshold": (lambda value, threshold: value > threshold, "greater than"),
    "LessThanThreshold": (lambda value, threshold: value < threshold, "less than"),
    "LessThanOrEqualToThreshold": (lambda value, threshold: value <= threshold, "less than or equal to"),
}


@dataclass(frozen=True)
class Sample:
    """What one PutMetricData entry says: a value, or the summary of several."""

    at: float
    count: float
    total: float
    low: float
    high: float
    unit: str = "None"


@dataclass(frozen=True)
class Datapoint:
    """The samples of one period under one statistic. ``at`` is the period's start."""

    at: float
    value: float
    count: float


@dataclass(frozen=True)
class Verdict:
    state: str
    reason: str
    reason_data: dict[str, Any]


def evaluate(alarm: Mapping[str, Any], samples: Iterable[Sample], now: float, state: str) -> Verdict | None:
    """The state the alarm belongs in, or None where it keeps the one it is in."""
    periods, needed = alarm["EvaluationPeriods"], alarm.get("DatapointsToAlarm") or alarm["EvaluationPeriods"]
    window = _window(alarm, samples, now)
    real = [each for each in window if each is not None][:periods]
    breaches = sum(_breaching(alarm, each) for each in real)
    missing = periods - len(real)
    treatment = alarm.get("TreatMissingData") or "missing"
    if missing and treatment in ("breaching", "notBreaching"):
        alarming = breaches + (missing if treatment == "breaching" else 0) >= needed
        return _verdict(alarm, alarming, window, real, state, now, _filled(len(real), periods, treatment))
    if not real:
        return None if treatment == "ignore" else _insufficient(alarm, periods, window, now)
    alarming = breaches >= needed
    if missing and breaches == len(real) and not alarming:
        # Only breaching datapoints, but not enough of them: how old is the oldest?
        oldest = max(index for index, each in enumerate(window) if each is not None) + 1
        if treatment == "ignore" or oldest < needed:
            return None
        alarming = True
    return _verdict(alarm, alarming, window, real, state, now, None)


def datapoints(samples: Iterable[Sample], period: float, statistic: str, unit: str | None = None) -> list[Datapoint]:
    """The samples in periods aligned to the clock, oldest first."""
    buckets: dict[float, list[Sample]] = defaultdict(list)
    for each in samples:
        if unit in (None, each.unit):
            buckets[each.at // period * period].append(each)
    points = ((at, statistic_of(inside, statistic), inside) for at, inside in sorted(buckets.items()))
    return [Datapoint(at, value, sum(s.count for s in inside)) for at, value, inside in points if value is not None]


def statistic_of(samples: list[Sample], statistic: str) -> float | None:
    """None for a statistic that these samples cannot give."""
    count, total = sum(each.count for each in samples), sum(each.total for each in samples)
    if statistic == "Average":
        return total / count if count else None
    simple = {
        "Sum": total,
        "SampleCount": count,
        "Minimum": min(each.low for each in samples),
        "Maximum": max(each.high for each in samples),
    }
    if statistic in simple:
        return simple[statistic]
    return _percentile(samples, statistic)


def comparison_of(alarm: Mapping[str, Any]) -> str:
    return COMPARISONS[alarm["ComparisonOperator"]][1]


def timestamp(at: float) -> str:
    """As CloudWatch writes it: ``2026-11-22T10:00:00.000+0000``."""
    moment = _moment(at)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"


def compact(content: Any) -> str:
    """JSON text as CloudWatch writes it, without spaces."""
    return json.dumps(content, separators=(",", ":"))


def _window(alarm: Mapping[str, Any], samples: Iterable[Sample], now: float) -> list[Datapoint | None]:
    """One entry a period, newest first; None where the period has no data."""
    period = alarm["Period"]
    newest = now // period * period
    starts = [newest - index * period for index in range(alarm["EvaluationPeriods"] + EXTRA_PERIODS)]
    recent = (each for each in samples if starts[-1] <= each.at <= now)
    statistic = alarm.get("Statistic") or alarm.get("ExtendedStatistic") or "Average"
    found = {each.at: each for each in datapoints(recent, period, statistic, alarm.get("Unit"))}
    return [found.get(start) for start in starts]


def _breaching(alarm: Mapping[str, Any], point: Datapoint) -> bool:
    return COMPARISONS[alarm["ComparisonOperator"]][0](point.value, alarm["Threshold"])


def _percentile(samples: list[Sample], statistic: str) -> float | None:
    """``p90`` and the like, nearest rank; only single values can tell."""
    try:
        share = float(statistic.removeprefix("p"))
    except ValueError:
        return None
    values = sorted(each.low for each in samples for _unused in range(int(each.count)) if each.low == each.high)
    return values[max(0, math.ceil(share / 100 * len(values)) - 1)] if values else None


def _verdict(
    alarm: Mapping[str, Any],
    alarming: bool,
    window: list[Datapoint | None],
    real: list[Datapoint],
    state: str,
    now: float,
    filled: str | None,
) -> Verdict:
    reason = filled or _crossed(alarm, alarming, real, state)
    return Verdict("ALARM" if alarming else "OK", reason, _reason_data(alarm, window, real, now))


def _crossed(alarm: Mapping[str, Any], alarming: bool, real: list[Datapoint], state: str) -> str:
    periods, needed = alarm["EvaluationPeriods"], alarm.get("DatapointsToAlarm") or alarm["EvaluationPeriods"]
    told = [each for each in real if _breaching(alarm, each) == alarming]
    values = ", ".join(f"{each.value!r} ({_moment(each.at):%d/%m/%y %H:%M:%S})" for each in told)
    verb = ("was" if len(told) == 1 else "were") + ("" if alarming else " not")
    crossing = f"[{values}] {verb} {comparison_of(alarm)} the threshold ({float(alarm['Threshold'])!r})"
    if not alarming and state == "INSUFFICIENT_DATA":
        return f"Threshold Crossed: {_number(len(told), 'datapoint')} {crossing}."
    minimum = needed if alarming else periods - needed + 1
    change = "OK -> ALARM" if alarming else "ALARM -> OK"
    return (
        f"Threshold Crossed: {len(told)} out of the last {periods} datapoints {crossing} "
        f"(minimum {_number(minimum, 'datapoint')} for {change} transition)."
    )


def _filled(received: int, periods: int, treatment: str) -> str:
    missing = periods - received
    had = "no datapoints were" if not received else f"{_number(received, 'datapoint')} {_were(received)}"
    word = "Breaching" if treatment == "breaching" else "NonBreaching"
    return (
        f"Threshold Crossed: {had} received for {_number(periods, 'period')} and "
        f"{_number(missing, 'missing datapoint')} {_were(missing)} treated as [{word}]."
    )


def _insufficient(alarm: Mapping[str, Any], periods: int, window: list[Datapoint | None], now: float) -> Verdict:
    reason = f"Insufficient Data: {_number(periods, 'datapoint')} {_were(periods)} unknown."
    return Verdict("INSUFFICIENT_DATA", reason, _reason_data(alarm, window, [], now))


def _reason_data(
    alarm: Mapping[str, Any], window: list[Datapoint | None], real: list[Datapoint], now: float
) -> dict[str, Any]:
    """StateReasonData; ``recentDatapoints`` oldest first, ``evaluatedDatapoints`` newest first."""
    period = alarm["Period"]
    newest = now // period * period
    empty = [{"timestamp": timestamp(newest - index * period)} for index in range(alarm["EvaluationPeriods"])]
    told = [{"timestamp": timestamp(each.at), "sampleCount": float(each.count), "value": each.value} for each in real]
    data: dict[str, Any] = {"version": "1.0", "queryDate": timestamp(now)}
    if real:
        data["startDate"] = timestamp(min(each.at for each in real))
    if alarm.get("Unit"):
        data["unit"] = alarm["Unit"]
    data.update(
        statistic=alarm.get("Statistic") or alarm.get("ExtendedStatistic"),
        period=period,
        recentDatapoints=[each.value for each in reversed(real)],
        threshold=float(alarm["Threshold"]),
        evaluatedDatapoints=told or empty,
    )
    return data


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"
