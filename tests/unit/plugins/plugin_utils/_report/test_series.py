# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A rate over time, and the path that draws it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.plugin_utils._report.series import Series, path, read_series, short

START = datetime.fromisoformat("2026-11-08T10:00:00+00:00")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4.0, "4"),
        (0.5, ".5"),
        (-0.5, "-.5"),
        (-0.04, "0"),
        (0.0, "0"),
        (10.0, "10"),
        (-10.25, "-10.2"),
        (100.04, "100"),
    ],
)
def test_a_number_in_a_path_is_as_short_as_can_be(value: float, text: str) -> None:
    assert short(value) == text


def series(*points: tuple[float, float], hours: float = 24.0) -> Series:
    return Series(START, hours, points)


@pytest.mark.parametrize(
    ("points", "drawn"),
    [
        ((), ""),
        (((1, 5),), "M1 5h0"),
        (((0, 0), (1, 0.5), (2, 0.25), (3, 7)), "M0 0l1 .5 1-.3 1 6.8"),
        # What is flat is one step.
        (((0, 3), (1, 3), (2, 3), (3, 4)), "M0 3l2 0 1 1"),
        # A point alone between gaps is a dot.
        (((0, 3), (1, 3), (9, 4), (17, 5), (18, 5)), "M0 3l1 0M9 4h0M17 5l1 0"),
    ],
)
def test_a_path_has_a_line_for_each_run(points: tuple[tuple[float, float], ...], drawn: str) -> None:
    assert path(series(*points).runs, lambda hours: hours, lambda rate: rate) == drawn


def test_steps_do_not_add_up_to_an_error() -> None:
    points = tuple((float(hour), hour * 0.333) for hour in range(300))
    drawn = path([points], lambda hours: hours, lambda rate: rate)
    steps = drawn.removeprefix("M0 0l1 ").split(" 1 ")
    assert sum(float(step) for step in steps) == pytest.approx(299 * 0.333, abs=0.05)


@pytest.mark.parametrize(
    ("hours", "gaps"),
    [
        ([], [(0.0, 24.0)]),
        (range(24), []),
        ([*range(5), *range(8, 24)], [(4, 8)]),
        ([*range(6, 20)], [(0.0, 6), (19, 24.0)]),
        # SES may publish less often: that is no gap.
        (range(0, 24, 3), []),
        # One value alone, long ago.
        ([2], [(0.0, 2), (2, 24.0)]),
    ],
)
def test_a_time_without_data_is_a_gap(hours: Any, gaps: list[tuple[float, float]]) -> None:
    assert series(*((float(hour), 0.01) for hour in hours)).gaps == gaps


def test_a_series_is_what_can_be_read_in_its_time() -> None:
    end = START + timedelta(hours=24)

    def at(hours: float) -> str:
        return (START + timedelta(hours=hours)).isoformat()

    raw = [[at(2), 0.02], [at(1), 0.01], [at(-1), 1], [at(25), 1], ["?", 1], [at(3), None], [at(4), float("nan")]]
    assert read_series(raw, START, end).points == ((1.0, 0.01), (2.0, 0.02))
    latest = {"timestamp": at(2.5), "value": 0.03}
    assert read_series(raw, START, end, latest).points == ((1.0, 0.01), (2.0, 0.02), (2.5, 0.03))
    assert read_series([], START, START).hours == 1.0


@pytest.mark.parametrize(("hours", "rate"), [(3.0, 0.03), (3.4, 0.03), (11.9, 0.10), (12.1, None)])
def test_a_rate_of_an_earlier_time_is_that_of_the_nearest_point(hours: float, rate: float | None) -> None:
    points = ((1.0, 0.01), (2.0, 0.02), (3.0, 0.03), (10.0, 0.10))
    assert series(*points).at(hours) == rate
    assert series().at(hours) is None
