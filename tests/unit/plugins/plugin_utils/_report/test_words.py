# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the report says figures and times."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.plugin_utils._report import words

START = datetime.fromisoformat("2026-11-08T10:00:00+00:00")


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
def test_a_rate_has_three_digits_and_its_sign(rate: float | None, shown: str) -> None:
    assert plain(words.percent(rate)) == shown


@pytest.mark.parametrize(
    ("change", "shown"),
    [(0.0021, "+0.21 points"), (-0.01, "-1 points"), (0.0, "no change"), (0.00000012, "+1.2e-05 points")],
)
def test_a_change_of_a_rate_is_told_in_points(change: float, shown: str) -> None:
    assert plain(words.points(change)) == shown


@pytest.mark.parametrize(
    ("value", "number"),
    [(1, 1.0), (0.0, 0.0), (True, None), ("1", None), (None, None), (float("nan"), None), (float("inf"), None)],
)
def test_what_is_no_finite_number_is_unknown_and_not_zero(value: Any, number: float | None) -> None:
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
def test_a_time_is_shown_in_utc_and_what_is_none_as_it_is(text: Any, shown: str) -> None:
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
def test_a_time_that_is_past_says_how_long_ago(text: str | None, shown: str) -> None:
    assert plain(words.ago(text, START)) == shown
