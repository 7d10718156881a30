# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The figures, times, scales and paths of the report."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.plugin_utils._report import words
from ansible_collections.mailops.ses.plugins.plugin_utils._report.scale import BOTTOM, TOP, make_scale, spread
from ansible_collections.mailops.ses.plugins.plugin_utils._report.series import Series, path, read_series, short

START = datetime.fromisoformat("2026-11-08T10:00:00+00:00")
BOUNCE = (0.03, 0.045, 0.05, 0.1)
COMPLAINT = (0.0006, 0.0009, 0.001, 0.005)


def plain(text: str) -> str:
    return text.replace("\xa0", " ").replace("\N{MINUS SIGN}", "-").replace("\N{EN DASH}", "-")


@pytest.mark.parametrize(
    ("rate", "shown"),
    [
        (None, "-"),
        (0.0, "0 %"),
        (0.045, "4.5 %"),
        (0.0213456, "2.13 %"),
        (0.000612, "0.0612 %"),
        (1.0, "100 %"),
        (0.00001, "0.001 %"),
        (0.0000001, "< 0.001 %"),
    ],
)
def test_percent(rate: float | None, shown: str) -> None:
    assert plain(words.percent(rate)) == shown


@pytest.mark.parametrize(
    ("change", "shown"),
    [(0.0021, "+0.21 points"), (-0.01, "-1 points"), (0.0, "no change"), (0.00000012, "+1.2e-05 points")],
)
def test_points(change: float, shown: str) -> None:
    assert plain(words.points(change)) == shown


@pytest.mark.parametrize(
    ("value", "number"),
    [(1, 1.0), (0.0, 0.0), (True, None), ("1", None), (None, None), (float("nan"), None), (float("inf"), None)],
)
def test_number(value: Any, number: float | None) -> None:
    assert words.number(value) == number


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-11-02T09:05:00Z", "2 Nov 2026, 09:05 UTC"),
        ("2026-11-02T09:05:00", "2 Nov 2026, 09:05 UTC"),
        ("2026-11-02T00:05:00+02:00", "1 Nov 2026, 22:05 UTC"),
        ("yesterday", "yesterday"),
        (None, ""),
        (7, "7"),
    ],
)
def test_date_time(text: Any, shown: str) -> None:
    assert plain(words.date_time(text)) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-11-08T09:59:30+00:00", "8 Nov 2026, 09:59 UTC (under a minute ago)"),
        ("2026-11-07T08:57:00+00:00", "7 Nov 2026, 08:57 UTC (1 d 1 h ago)"),
        ("2026-11-08T10:05:00+00:00", "8 Nov 2026, 10:05 UTC"),
        (None, ""),
    ],
)
def test_ago(text: str | None, shown: str) -> None:
    assert plain(words.ago(text, START)) == shown


@pytest.mark.parametrize(
    ("highest", "lines", "top", "above"),
    [
        # Far below: every line stands over the cut.
        (0.006, BOUNCE, 0.0069, [0.1, 0.05, 0.045, 0.03]),
        # The lowest line is near, then all but AWS's own, then all.
        (0.02, BOUNCE, 0.0324, [0.1, 0.05, 0.045]),
        (0.046, BOUNCE, 0.054, [0.1]),
        (0.06, BOUNCE, 0.108, []),
        (0.3, BOUNCE, 0.345, []),
        # Nothing, and next to nothing, is not blown up.
        (0.0, BOUNCE, 0.003, [0.1, 0.05, 0.045, 0.03]),
        (0.0000001, COMPLAINT, 0.00006, [0.005, 0.001, 0.0009, 0.0006]),
        (0.0, (), 0.0001, []),
    ],
)
def test_a_scale_keeps_the_curve_readable_and_all_lines_in_sight(
    highest: float, lines: tuple[float, ...], top: float, above: list[float]
) -> None:
    scale = make_scale(highest, lines)
    assert scale.top == pytest.approx(top)
    assert list(scale.above) == above
    assert (scale.cut is not None) is bool(above)
    heights = [scale.y(rate) for rate in sorted({0.0, highest, *lines})]
    assert heights == sorted(heights, reverse=True)
    assert all(TOP <= height <= BOTTOM for height in heights)
    # A curve that is not next to nothing uses at least half of what is below the cut.
    if highest >= 0.1 * min(lines, default=0) and highest:
        assert BOTTOM - scale.y(highest) >= 0.5 * (BOTTOM - scale.even_top)


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [
        (0.006, [0, 0.002, 0.004, 0.006]),
        (0.0068, [0, 0.002, 0.004, 0.006]),
        (0.046, [0, 0.02, 0.04]),
        (0.3, [0, 0.1, 0.2, 0.3]),
        (0.000012, [0, 0.02e-3, 0.04e-3, 0.06e-3]),
    ],
)
def test_ticks_are_round(highest: float, ticks: list[float]) -> None:
    scale = make_scale(highest, COMPLAINT if highest < 0.001 else BOUNCE)
    assert scale.ticks == pytest.approx(ticks)


@pytest.mark.parametrize(
    ("wanted", "heights"),
    [
        ([], []),
        ([50], [50]),
        ([50, 52], [50, 64]),
        ([50, 52, 80], [50, 64, 80]),
        ([0, 3, 100], [8, 22, 100]),
        ([90, 170, 175, 184], [90, 156, 170, 184]),
        ([0, 1, 2, 180, 181, 182], [8, 22, 36, 156, 170, 184]),
    ],
)
def test_labels_keep_their_distance(wanted: list[float], heights: list[float]) -> None:
    assert spread(wanted, 14, 8, 184) == heights


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
def test_short_numbers(value: float, text: str) -> None:
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
def test_a_path(points: tuple[tuple[float, float], ...], drawn: str) -> None:
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
def test_gaps(hours: Any, gaps: list[tuple[float, float]]) -> None:
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
def test_a_rate_of_another_time(hours: float, rate: float | None) -> None:
    points = ((1.0, 0.01), (2.0, 0.02), (3.0, 0.03), (10.0, 0.10))
    assert series(*points).at(hours) == rate
    assert series().at(hours) is None
