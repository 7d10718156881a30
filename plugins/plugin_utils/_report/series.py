# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A rate over time: its points, its gaps, and the path that draws it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from statistics import median
from typing import Any

from ...module_utils._ses import times
from .words import number

HOUR = 3600.0
# Hourly averages bear the time at which their hour began: the last one is up to two hours old.
LATE = 2.0

Point = tuple[float, float]


@dataclass(frozen=True)
class Series:
    """points: (hours after the start, rate), ascending in time; hours: the length of the whole."""

    start: datetime
    hours: float
    points: tuple[Point, ...]

    @cached_property
    def step(self) -> float:
        """The usual distance of two points, in hours."""
        distances = [after[0] - before[0] for before, after in pairwise(self.points)]
        return max(median(distances), 1.0) if distances else 1.0

    @cached_property
    def runs(self) -> list[list[Point]]:
        """The points, parted where some are missing."""
        runs: list[list[Point]] = []
        for point in self.points:
            if runs and point[0] - runs[-1][-1][0] <= 1.5 * self.step:
                runs[-1].append(point)
            else:
                runs.append([point])
        return runs

    @cached_property
    def gaps(self) -> list[Point]:
        """(from, to) in hours, wherever there is no data; at both ends too."""
        if not self.points:
            return [(0.0, self.hours)]
        between = [(before[-1][0], after[0][0]) for before, after in pairwise(self.runs)]
        first, last = self.points[0][0], self.points[-1][0]
        ends = [(0.0, first)] if first > 1.5 * self.step else []
        if self.hours - last > 1.5 * self.step + LATE:
            between.append((last, self.hours))
        return [*ends, *between]

    def at(self, hours: float) -> float | None:
        """The rate at that time, or of the point nearest to it, if there is one within two steps."""
        near = min(self.points, key=lambda point: abs(point[0] - hours), default=None)
        return near[1] if near and abs(near[0] - hours) <= 2 * self.step else None


def read_series(raw: Iterable[Any], start: datetime, end: datetime, latest: Any = None) -> Series:
    """A series out of [[ISO, rate], ...]. latest: {timestamp, value}, which may be newer than the last average."""
    hours = max((end - start).total_seconds() / HOUR, 1.0)
    pairs = [(times.parse(pair[0]), number(pair[1])) for pair in raw]
    if latest:
        pairs.append((times.parse(latest.get("timestamp")), number(latest.get("value"))))
    rates = {
        (instant - start).total_seconds() / HOUR: rate
        for instant, rate in pairs
        if instant is not None and rate is not None and start <= instant <= end
    }
    return Series(start, hours, tuple(sorted(rates.items())))


def path(runs: Iterable[Iterable[Point]], x: Callable[[float], float], y: Callable[[float], float]) -> str:
    """SVG path data, one decimal: a line a run; a run of one point is a dot by the round end of its line."""
    parts = []
    for run in runs:
        places = [(round(x(hours), 1), round(y(rate), 1)) for hours, rate in run]
        steps = _steps(places)
        parts.append(f"M{pair(*places[0])}{'l' + ''.join(steps).lstrip() if steps else 'h0'}")
    return "".join(parts)


def _steps(places: list[Point]) -> list[str]:
    """The way from place to place. A flat stretch is one step."""
    steps: list[Point] = []
    for before, after in pairwise(places):
        across, down = after[0] - before[0], round(after[1] - before[1], 1)
        if steps and not down and not steps[-1][1]:
            steps[-1] = (steps[-1][0] + across, 0.0)
        else:
            steps.append((across, down))
    return [_joined(pair(*step)) for step in steps]


def _joined(text: str) -> str:
    return text if text.startswith("-") else f" {text}"


def pair(first: float, second: float) -> str:
    """Two numbers as short as path data can have them: "4-.3"."""
    return f"{short(first)}{_joined(short(second))}"


def short(value: float) -> str:
    text = f"{value:.1f}".removesuffix(".0")
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text.replace("-0", "0")
