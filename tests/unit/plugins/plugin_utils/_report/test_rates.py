# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rates of an account: how they are, how they moved, and their days."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.plugin_utils._report.rates import Rate, read_days, read_rates

from tests.unit.plugins.filter.report_fleet import END, ramp, target


def rate_of(each: dict[str, Any]) -> Rate:
    rates = read_rates(each["status"], each["name"], "t1", END)
    return next(rate for rate in rates if rate.word == "bounce")


def plain(texts: Iterable[str]) -> list[str]:
    return [text.replace("\xa0", " ") for text in texts]


@pytest.mark.parametrize(
    ("each", "expected"),
    [
        # The last known rate; without one, that of the history, if it is of the last day.
        (target("one", rates=[{"configuration_set": None, "bounce_rate": {"value": 0.02}}]), "2 %"),
        (
            target("one", rates=[{"configuration_set": "news", "bounce_rate": {"value": 0.02}}], bounce=ramp(0, 0.0)),
            "0 %",
        ),
        (target("one", rates=[], gaps=[(300, 336)]), "\N{EN DASH}"),
    ],
)
def test_the_present_rate_is_the_last_known_one_of_the_last_day(each: dict[str, Any], expected: str) -> None:
    assert plain([rate_of(each).shown]) == [expected]


def test_without_a_present_rate_the_last_known_one_is_told_with_its_age() -> None:
    stopped = rate_of(target("one", gaps=[(250, 336)], bounce=lambda part: 0.0))
    assert plain([stopped.distance]) == ["last known 0 %, 3 d 14 h ago"]
    assert stopped.changes == ""
    assert plain([rate_of(target("one", gaps=[(0, 336)])).distance]) == ["SES has published no rate"]


def test_a_rate_says_how_it_has_moved() -> None:
    fallen = rate_of(target("one", bounce=lambda part: 0.03 if part < 0.8 else 0.02))
    assert plain([fallen.changes])[0].startswith("+0.0")
    assert "\N{MINUS SIGN}" in fallen.changes
    assert "24 h" not in plain([rate_of(target("one", gaps=[(300, 334)])).changes])[0]
    assert rate_of(target("one", gaps=[(0, 336)], rates=[])).changes == ""


def test_without_history_there_is_no_chart() -> None:
    each = target("one")
    each["status"]["history"] = None
    rate = rate_of(each)
    assert (rate.chart, str(rate.spark)) == (None, "")
    assert read_days([rate]) == []


def test_each_day_has_its_lowest_and_its_highest_rate() -> None:
    each = target("one", gaps=[(0, 336)], rates=[])
    each["status"]["history"]["rates"] = {
        "bounce_rate": [["2026-11-20T01:00:00Z", 0.01], ["2026-11-20T02:00:00Z", 0.03], ["2026-11-21T01:00:00Z", 0.02]],
        "complaint_rate": [["2026-11-21T01:00:00Z", 0.0001]],
    }
    days = read_days(read_rates(each["status"], "one", "t1", END))
    assert [tuple(plain(row)) for row in days] == [
        ("21 Nov", "2 %", "2 %", "0.01 %", "0.01 %"),
        ("20 Nov", "1 %", "3 %", "\N{EN DASH}", "\N{EN DASH}"),
    ]


def test_history_without_its_bounds_is_the_fourteen_days_before_now() -> None:
    each = target("one")
    del each["status"]["history"]["since"], each["status"]["history"]["until"]
    chart = rate_of(each).chart
    assert chart is not None
    assert chart.series.hours == 336
