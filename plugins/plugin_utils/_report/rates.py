# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The account's rates: figures, charts, and what happened day by day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from markupsafe import Markup

from ...module_utils._aws.alarm_words import ALARM
from ...module_utils._ses import times
from ...module_utils._ses.metrics import METRICS, PAUSE, TIERS
from .chart import Chart, Event, Line, spark
from .series import HOUR, Series, read_series
from .status import Json, part, rows, sending
from .words import SPACE, day, number, percent, points, share, span

# How far back changes are told: (words, hours).
BACK = ((f"24{SPACE}h", 24.0), (f"7{SPACE}d", 168.0))
LAST_DAY = 24.0


@dataclass(frozen=True)
class Rate:
    """One metric of the account. limit: the threshold that pauses; without one, the line at which AWS reviews."""

    word: str
    now: float | None
    limit: float
    has_pause: bool
    chart: Chart | None

    @property
    def risk(self) -> float:
        """The rate as a part of the limit."""
        return (self.now or 0.0) / self.limit

    @property
    def shown(self) -> str:
        return percent(self.now)

    @property
    def of_limit(self) -> str:
        return f"of {percent(self.limit)}" if self.has_pause else f"review at {percent(self.limit)}"

    @property
    def distance(self) -> str:
        """How far it is to the limit."""
        if self.now is None:
            return self._last_known()
        line = "the pause threshold" if self.has_pause else "the line of AWS\N{RIGHT SINGLE QUOTATION MARK}s review"
        return f"{share(self.risk)} of {line}, {percent(self.limit)}"

    def _last_known(self) -> str:
        series = self.chart and self.chart.series
        if not series or not series.points:
            return "SES has published no rate"
        hours, rate = series.points[-1]
        return f"last known {percent(rate)}, {span((series.hours - hours) * HOUR)} ago"

    @property
    def changes(self) -> str:
        """How the rate has moved."""
        series = self.chart and self.chart.series
        if not series or not series.points or self.now is None:
            return ""
        hours, last = series.points[-1]
        before = [(words, series.at(hours - back)) for words, back in BACK if hours >= back]
        return ", ".join(f"{points(last - rate)} in{SPACE}{words}" for words, rate in before if rate is not None)

    @property
    def spark(self) -> Markup:
        return spark(self.chart.series, self.limit) if self.chart and self.chart.series.points else Markup("")


def read_rates(status: Json, name: str, anchor: str, now: datetime) -> list[Rate]:
    """The bounce rate and the complaint rate of a target."""
    return [_rate(status, metric, name, anchor, now) for metric in METRICS]


def _rate(status: Json, metric: str, name: str, anchor: str, now: datetime) -> Rate:
    latest = next((row.get(metric) for row in rows(status, "rates") if row.get("configuration_set") is None), None)
    series = _series(status, metric, latest, now)
    word = METRICS[metric].word
    rate = number((latest or {}).get("value"))
    if rate is None and series and series.points and series.hours - series.points[-1][0] <= LAST_DAY:
        rate = series.points[-1][1]
    lines = read_lines(status, metric)
    pause = next((line.rate for line in lines if line.kind == PAUSE), None)
    chart = None
    if series:
        chart = Chart(
            identifier=f"{anchor}-{word}",
            title=f"{word.capitalize()} rate of {name}",
            series=series,
            lines=lines,
            events=_events(status, metric),
            paused_since=None if sending(status)[0] == "sending" else times.parse(part(status, "sending").get("since")),
        )
    return Rate(word, rate, pause or METRICS[metric].review, pause is not None, chart)


def _series(status: Json, metric: str, latest: Any, now: datetime) -> Series | None:
    history = part(status, "history")
    if "rates" not in history:
        return None
    until = times.parse(history.get("until")) or now
    since = times.parse(history.get("since")) or until - timedelta(days=14)
    return read_series(rows(history, "rates", metric), since, until, latest)


def read_lines(status: Json, metric: str) -> list[Line]:
    """The thresholds that hold for the account, and AWS's own lines."""
    lines = []
    for tier in TIERS:
        found = [alarm for alarm in _account_alarms(status, metric) if alarm.get("tier") == tier]
        lowest = min(found, key=lambda alarm: alarm["threshold"], default=None)
        if lowest:
            word = "raised" if "recovery-threshold" in part(lowest, "memory") else tier
            lines.append(Line(lowest["threshold"], tier, f"{word} {percent(lowest['threshold'])}"))
    known = METRICS[metric]
    lines.append(Line(known.review, "review", f"AWS review {percent(known.review)}"))
    lines.append(Line(known.pause, "aws", f"AWS pause {percent(known.pause)}"))
    return lines


def _account_alarms(status: Json, metric: str) -> list[Json]:
    return [
        alarm
        for alarm in rows(status, "alarms")
        if alarm.get("metric") == metric
        and alarm.get("configuration_set") is None
        and (number(alarm.get("threshold")) or 0) > 0
    ]


def _events(status: Json, metric: str) -> list[Event]:
    tiers = {alarm.get("name"): str(alarm.get("tier")) for alarm in _account_alarms(status, metric)}
    events = []
    for change in rows(status, "history", "alarms"):
        at = times.parse(change.get("at"))
        if change.get("to") == ALARM and change.get("alarm") in tiers and at:
            events.append(Event(at, tiers[change["alarm"]], str(change["alarm"])))
    return events


def read_days(rates: Iterable[Rate]) -> list[tuple[str, ...]]:
    """The charts in figures: (day, then the lowest and highest of each rate), newest first."""
    by_day: dict[date, dict[str, list[float]]] = {}
    words = []
    for rate in rates:
        words.append(rate.word)
        if rate.chart:
            for hours, value in rate.chart.series.points:
                instant = rate.chart.series.start + timedelta(hours=hours)
                by_day.setdefault(instant.date(), {}).setdefault(rate.word, []).append(value)
    return [
        (day(date), *(cell for word in words for cell in _extremes(by_day[date].get(word, []))))
        for date in sorted(by_day, reverse=True)
    ]


def _extremes(values: list[float]) -> tuple[str, str]:
    return percent(min(values, default=None)), percent(max(values, default=None))
