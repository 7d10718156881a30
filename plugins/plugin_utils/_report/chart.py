# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A chart of one rate as plain SVG.

Three drawings side by side: the scale, the plot, the labels. Only the plot stretches, with its curve inside a drawing
of its own, so that no letter is distorted at any width.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup

from .scale import BOTTOM, CUT, HEIGHT, Scale, make_scale, spread
from .series import HOUR, LATE, Series, path, short
from .words import date_time, day, percent

AXIS_WIDTH = 50
LABEL_WIDTH = 116
LABEL_GAP = 14.0
TOP_LABEL = 8.0
UNITS_AN_HOUR = 4
DAYS_A_TICK = 2
# A narrower gap has no room for its words.
LEAST_FOR_WORDS = 0.13
WORDS_HEIGHT = 14

SPARK_WIDTH, SPARK_HEIGHT, SPARK_HOURS = 84, 24, 6
# From this part of a threshold on, a set is near it.
NEAR_RISK = 0.7


@dataclass(frozen=True)
class Line:
    """A rate at which something happens. kind: warn, pause, review or aws."""

    rate: float
    kind: str
    label: str


@dataclass(frozen=True)
class Event:
    """An alarm that tripped. kind: warn or pause."""

    at: datetime
    kind: str
    name: str


@dataclass(frozen=True)
class Chart:
    """What one chart shows. paused_since: the beginning of the pause that lasts."""

    identifier: str
    title: str
    series: Series
    lines: Sequence[Line]
    events: Sequence[Event] = ()
    paused_since: datetime | None = None

    def svg(self) -> Markup:
        scale = self._scale()
        return Markup("").join([self._axis(scale), self._plot(scale), self._labels(scale)])

    def _scale(self) -> Scale:
        highest = max((rate for _hours, rate in self.series.points), default=0.0)
        return make_scale(highest, (line.rate for line in self.lines))

    def _axis(self, scale: Scale) -> Markup:
        tick = Markup('<text x="{}" y="{}">{}</text>')
        ticks = [tick.format(AXIS_WIDTH - 6, short(scale.y(rate) + 4), percent(rate)) for rate in scale.ticks]
        return _drawing("axis", AXIS_WIDTH, ticks)

    def _plot(self, scale: Scale) -> Markup:
        head = Markup('<title id="{0}-t">{1}</title><desc id="{0}-d">{2}</desc>').format(
            self.identifier, self.title, self.words()
        )
        name = Markup('role="img" aria-labelledby="{0}-t {0}-d"').format(self.identifier)
        curve = Markup(
            '<svg width="100%" height="{0}" viewBox="0 0 {1} {0}" preserveAspectRatio="none">'
            '<path class="halo" d="{2}"/><path class="curve" d="{2}"/></svg>'
        ).format(HEIGHT, short(self.series.hours * UNITS_AN_HOUR), self._path(scale))
        inner = [
            *(self._band(*span, scale) for span in self._spans()),
            *(_level("grid", scale.y(rate)) for rate in scale.ticks),
            *self._cut(scale),
            *self._days(),
            *(_level(line.kind, scale.y(line.rate)) for line in self.lines),
            *self._events(scale),
            curve,
            *self._last(scale),
            *self._words(scale),
        ]
        return Markup('<svg class="plot" height="{}" {}>{}{}</svg>').format(HEIGHT, name, head, Markup("").join(inner))

    @property
    def key(self) -> list[str]:
        """The marks in the chart that need a word."""
        tripped = "\N{BLACK UP-POINTING TRIANGLE} an alarm tripped"
        cut = "\N{TILDE OPERATOR} scale cut: the lines above it are not to scale"
        return [words for words, there in ((tripped, self.events), (cut, self._scale().above)) if there]

    def words(self) -> str:
        """What the chart shows, for those who do not see it."""
        lines = ", ".join(line.label for line in sorted(self.lines, key=lambda line: line.rate))
        if not self.series.points:
            return f"No data. Lines: {lines}."
        rates = [rate for _hours, rate in self.series.points]
        gaps = f" {len(self.series.gaps)} gap(s) without data." if self.series.gaps else ""
        return (
            f"Lowest {percent(min(rates))}, highest {percent(max(rates))}, last {percent(rates[-1])} at "
            f"{date_time(self._at(self.series.points[-1][0]))}.{gaps} Lines: {lines}."
        )

    def _at(self, hours: float) -> datetime:
        return self.series.start + timedelta(hours=hours)

    def _hours(self, instant: datetime) -> float:
        return (instant - self.series.start).total_seconds() / HOUR

    def _across(self, hours: float) -> str:
        return f"{short(100 * min(max(hours / self.series.hours, 0.0), 1.0))}%"

    def _path(self, scale: Scale) -> str:
        return path(self.series.runs, lambda hours: hours * UNITS_AN_HOUR, scale.y)

    def _spans(self) -> Iterable[tuple[str, float, float]]:
        """(gap or paused, from, to): times without data, and the pause that lasts."""
        for start, end in self.series.gaps:
            yield "gap", start, end
        if self.paused_since and self._hours(self.paused_since) < self.series.hours:
            yield "paused", max(self._hours(self.paused_since), 0.0), self.series.hours

    def _band(self, kind: str, start: float, end: float, scale: Scale) -> Markup:
        return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
            kind,
            self._across(start),
            short(scale.even_top),
            self._across(end - start),
            short(BOTTOM - scale.even_top),
        )

    def _words(self, scale: Scale) -> Iterable[Markup]:
        """What the bands mean, where they are wide enough, at the height that is farthest from all that is drawn."""
        taken = [scale.even_top, *(scale.y(line.rate) for line in self.lines if line.rate not in scale.above), BOTTOM]
        for kind, start, end in self._spans():
            if end - start < LEAST_FOR_WORDS * self.series.hours:
                continue
            drawn = [scale.y(rate) for hours, rate in self.series.points if start <= hours <= end]
            free = range(int(scale.even_top) + WORDS_HEIGHT, BOTTOM - WORDS_HEIGHT // 2)
            height = max(free, key=lambda y: min(abs(y - 4 - other) for other in (*taken, *drawn)))
            taken.append(height - 4)
            words = "no data" if kind == "gap" else "paused"
            x = self._across((start + end) / 2)
            yield Markup('<text class="word" x="{}" y="{}">{}</text>').format(x, height, words)

    def _cut(self, scale: Scale) -> Iterable[Markup]:
        if scale.cut is not None:
            # In a drawing of its own, or the pattern would begin somewhere in its middle.
            wave = Markup('<svg y="{0}" width="100%" height="{1}"><rect class="cut" width="100%" height="{1}"/></svg>')
            yield wave.format(short(scale.cut + 2), CUT - 4)

    def _days(self) -> Iterable[Markup]:
        """A tick at midnight, every second day; on a narrow screen only every second one of them has its words."""
        midnight = self.series.start.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        end = self._at(self.series.hours)
        index = 0
        while midnight <= end:
            x = self._across(self._hours(midnight))
            kind = "day odd" if index % 2 else "day"
            tick = Markup('<line class="tick" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>')
            yield tick.format(x, BOTTOM, BOTTOM + 4)
            # At the very edge the words would be cut off.
            if 0.04 < self._hours(midnight) / self.series.hours < 0.96:
                yield Markup('<text class="{}" x="{}" y="{}">{}</text>').format(kind, x, HEIGHT - 4, day(midnight))
            midnight += timedelta(days=DAYS_A_TICK)
            index += 1

    def _last(self, scale: Scale) -> Iterable[Markup]:
        if self.series.points:
            hours, rate = self.series.points[-1]
            yield Markup('<circle class="last" cx="{}" cy="{}" r="4"/>').format(
                self._across(hours), short(scale.y(rate))
            )

    def _events(self, scale: Scale) -> Iterable[Markup]:
        """A mark on the ground line for each alarm that tripped."""
        mark = Markup(
            '<svg class="event {}" x="{}" y="{}"><title>{}</title><path class="stem" d="M0 0V{}"/>'
            '<path d="M0 -10l5 9h-10z"/></svg>'
        )
        for event in self.events:
            hours = self._hours(event.at)
            if 0 <= hours <= self.series.hours:
                words = f"{event.name} tripped, {date_time(event.at)}"
                rise = short(scale.even_top - BOTTOM)
                yield mark.format(event.kind, self._across(hours), BOTTOM, words, rise)

    def _labels(self, scale: Scale) -> Markup:
        """The names of the lines and the last rate, each beside its height as far as there is room."""
        labels = [(scale.y(line.rate), line.kind, line.label) for line in self.lines]
        if self.series.points:
            hours, rate = self.series.points[-1]
            word = "now" if self.series.hours - hours <= self.series.step + LATE else "last"
            labels.append((scale.y(rate), "now", f"{word} {percent(rate)}"))
        labels.sort(key=lambda label: label[0])
        heights = spread([height for height, _kind, _text in labels], LABEL_GAP, TOP_LABEL, BOTTOM)
        shape = Markup('<path class="{}" d="M0 {}L3 {}L9 {}H11"/><text x="14" y="{}"{}>{}</text>')
        drawn = []
        for (true, kind, text), height in zip(labels, heights, strict=True):
            bold = Markup(' class="now"') if kind == "now" else ""
            drawn.append(shape.format(kind, short(true), short(true), short(height), short(height + 4), bold, text))
        return _drawing("labels", LABEL_WIDTH, drawn)


def _drawing(kind: str, width: int, inner: Iterable[Markup]) -> Markup:
    return Markup('<svg class="{}" width="{}" height="{}" aria-hidden="true">{}</svg>').format(
        kind, width, HEIGHT, Markup("").join(inner)
    )


def _level(kind: str, y: float) -> Markup:
    return Markup('<line class="{0}" x2="100%" y1="{1}" y2="{1}"/>').format(kind, short(y))


def spark(series: Series, pause: float) -> Markup:
    """A small curve for the table of the fleet: the highest of each six hours, below the line that pauses."""
    peaks: dict[int, float] = {}
    for hours, rate in series.points:
        place = int(hours // SPARK_HOURS)
        peaks[place] = max(rate, peaks.get(place, 0.0))
    runs: list[list[tuple[float, float]]] = []
    for place, rate in peaks.items():
        if not runs or place - runs[-1][-1][0] > 1:
            runs.append([])
        runs[-1].append((place, rate))
    top = max([pause, *peaks.values()]) * 1.1
    across = SPARK_WIDTH / max(series.hours / SPARK_HOURS, 1.0)
    floor = SPARK_HEIGHT - 2

    def y(rate: float) -> float:
        return floor - (floor - 1) * rate / top

    return Markup(
        '<svg class="spark" width="{0}" height="{1}" viewBox="0 0 {0} {1}" aria-hidden="true">'
        '<path class="pause" d="M0 {2}h{0}"/><path class="curve" d="{3}"/></svg>'
    ).format(SPARK_WIDTH, SPARK_HEIGHT, short(y(pause)), path(runs, lambda place: place * across, y))


def risk_bar(risk: float | None) -> Markup:
    """A bar whose mark is the threshold."""
    kind = "over" if risk is not None and risk >= 1 else "near" if risk is not None and risk >= NEAR_RISK else "far"
    return Markup(
        '<svg class="bar" viewBox="0 0 125 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="{}" width="{}" height="8"/><path d="M100 0v8"/></svg>'
    ).format(kind, short(min(max(risk or 0.0, 0.0), 1.25) * 100))
