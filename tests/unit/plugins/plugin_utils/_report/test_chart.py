# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The charts, read back from their XML."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from ansible_collections.mailops.ses.plugins.plugin_utils._report.chart import Chart, spark
from ansible_collections.mailops.ses.plugins.plugin_utils._report.rates import read_rates
from ansible_collections.mailops.ses.plugins.plugin_utils._report.series import Series

from tests.unit.plugins.filter.report_fleet import END, START, ago, alarms, change, fleet, ramp, target


def chart_of(each: dict[str, Any], word: str = "bounce") -> Chart:
    rates = read_rates(each["status"], each["name"], "t1", END)
    chart = next(rate.chart for rate in rates if rate.word == word)
    assert chart is not None
    return chart


def drawing(chart: Chart) -> dict[str, ElementTree.Element]:
    """The three drawings by name: axis, plot, labels."""
    return {element.get("class", ""): element for element in ElementTree.fromstring(f"<all>{chart.svg()}</all>")}


def plain(texts: Iterable[str | None]) -> list[str]:
    return [(text or "").replace("\xa0", " ") for text in texts]


def labels(chart: Chart) -> dict[str, float]:
    """{label: height}, from the top."""
    found = drawing(chart)["labels"].findall("text")
    return dict(zip(plain(text.text for text in found), (float(text.get("y", "")) for text in found), strict=True))


def words(chart: Chart) -> list[str]:
    return plain(text.text for text in drawing(chart)["plot"].findall("text[@class='word']"))


@pytest.mark.parametrize(
    ("each", "shown"),
    [
        (
            target("one", bounce=lambda part: 0.006),
            ["AWS pause 10 %", "AWS review 5 %", "pause 4.5 %", "warn 3 %", "now"],
        ),
        (target("one", alarms=[]), ["AWS pause 10 %", "AWS review 5 %", "now"]),
        (target("one", gaps=[(300, 336)]), ["AWS pause 10 %", "AWS review 5 %", "pause 4.5 %", "warn 3 %", "last"]),
        (target("one", gaps=[(0, 336)], rates=[]), ["AWS pause 10 %", "AWS review 5 %", "pause 4.5 %", "warn 3 %"]),
        (
            target("one", bounce=ramp(0.01, 0.12)),
            ["now", "AWS pause 10 %", "AWS review 5 %", "pause 4.5 %", "warn 3 %"],
        ),
    ],
)
def test_every_line_and_the_last_value_are_labelled(each: dict[str, Any], shown: list[str]) -> None:
    found = list(labels(chart_of(each)))
    assert [label if label.startswith(("AWS", "pause", "warn")) else label.split()[0] for label in found] == shown


@pytest.mark.parametrize("each", [each for each in fleet() if each["status"]], ids=lambda each: each["name"])
@pytest.mark.parametrize("word", ["bounce", "complaint"])
def test_labels_never_overlap(each: dict[str, Any], word: str) -> None:
    heights = list(labels(chart_of(each, word)).values())
    assert min(below - above for above, below in pairwise(heights)) >= 13.9


def test_a_threshold_raised_by_a_resume_is_called_so() -> None:
    listed = list(alarms())
    listed[1] |= {"threshold": 0.066, "memory": {"recovery-threshold": "0.066"}}
    raised = target("one", alarms=listed, bounce=lambda part: 0.033)
    assert "raised 6.6 %" in labels(chart_of(raised))
    bounce, _complaint = read_rates(raised["status"], "one", "t1", END)
    assert plain([bounce.distance]) == ["49 % of the pause threshold, 6.6 %"]


@pytest.mark.parametrize(
    "other", [{"metric": "complaint_rate"}, {"configuration_set": "news"}, {"tier": None}, {"threshold": None}]
)
def test_other_alarms_draw_no_line(other: dict[str, Any]) -> None:
    one = {**next(iter(alarms())), **other}
    assert [line.kind for line in chart_of(target("one", alarms=[one])).lines] == ["review", "aws"]


def test_gaps_and_the_pause_are_seen_and_named() -> None:
    chart = chart_of(
        target("one", gaps=[(60, 140), (200, 203)], sending={"state": "paused_by_guard", "since": ago(60)})
    )
    plot = drawing(chart)["plot"]
    bands = [(band.get("class"), band.get("x"), band.get("width")) for band in plot.findall("rect")][:3]
    # Between the last point before and the first after. The narrow one has no words.
    assert bands == [("gap", "17.8%", "24.1%"), ("gap", "59.4%", "1.2%"), ("paused", "82.1%", "17.9%")]
    assert words(chart) == ["no data", "paused"]
    curves = plot.findall("svg/path[@class='curve']")
    assert [curve.get("d", "").count("M") for curve in curves] == [3]


@pytest.mark.parametrize(
    ("since", "shown"), [(ago(900), ["paused"]), (ago(1), []), (None, []), ((END + timedelta(1)).isoformat(), [])]
)
def test_a_pause_fills_the_chart_or_has_no_room(since: str | None, shown: list[str]) -> None:
    assert words(chart_of(target("one", sending={"state": "paused_by_person", "since": since}))) == shown


def test_a_chart_without_data_says_so() -> None:
    chart = chart_of(target("one", gaps=[(0, 336)], rates=[]))
    assert words(chart) == ["no data"]
    assert chart.words().replace("\xa0", " ").startswith("No data. Lines: warn 3 %, pause 4.5 %, AWS review 5 %, AWS")


def test_who_does_not_see_the_chart_is_told() -> None:
    plot = drawing(chart_of(target("one", bounce=ramp(0.01, 0.04), gaps=[(100, 110)])))["plot"]
    assert plot.get("role") == "img"
    assert plot.get("aria-labelledby") == "t1-bounce-t t1-bounce-d"
    title, description = plot.find("title"), plot.find("desc")
    assert title is not None
    assert description is not None
    assert title.text == "Bounce rate of one"
    (told,) = plain([description.text])
    assert told.startswith("Lowest ")
    assert " at 22 Nov 2026, 10:00 UTC. 1 gap(s) without data. Lines: warn 3 %, pause 4.5 %, AWS review 5 %" in told


def test_alarms_that_went_into_alarm_are_marked_by_their_tier() -> None:
    history = [
        change("ses-pause-bounce-pause", 1, "OK", "ALARM", 0.046, 0.045),
        change("ses-pause-bounce-warn", 168, "OK", "ALARM", 0.031, 0.03),
        change("ses-pause-bounce-warn", 100, "ALARM", "OK", 0.029, 0.03),
        change("ses-pause-complaint-warn", 90, "OK", "ALARM", 0.029, 0.03),
        change("ses-pause-bounce-warn", 900, "OK", "ALARM", 0.029, 0.03),
        {"alarm": "ses-pause-bounce-warn", "at": "?", "to": "ALARM"},
    ]
    chart = chart_of(target("one", history={"alarms": history}))
    marks = [mark for mark in drawing(chart)["plot"].findall("svg") if "event" in mark.get("class", "")]
    assert [(mark.get("class"), mark.get("x")) for mark in marks] == [("event pause", "99.7%"), ("event warn", "50%")]
    assert plain(mark.findtext("title") for mark in marks) == [
        "ses-pause-bounce-pause tripped, 22 Nov 2026, 09:20 UTC",
        "ses-pause-bounce-warn tripped, 15 Nov 2026, 10:20 UTC",
    ]
    assert [text[2:] for text in chart.key] == ["an alarm tripped", "scale cut: the lines above it are not to scale"]


def test_days_are_named_but_not_at_the_very_edge() -> None:
    plot = drawing(chart_of(target("one")))["plot"]
    ticks = [tick.get("x1") for tick in plot.findall("line[@class='tick']")]
    days = [text for text in plot.findall("text") if text.get("class", "").startswith("day")]
    assert len(ticks) == 7
    assert plain(text.text for text in days) == [f"{day} Nov" for day in (9, 11, 13, 15, 17, 19, 21)]
    # Half of them may give way on a narrow screen.
    assert [text.get("class") for text in days] == ["day", "day odd"] * 3 + ["day"]
    edge = Chart("c", "t", Series(START.replace(hour=23, minute=30), 336, ()), [])
    assert len(drawing(edge)["plot"].findall("line[@class='tick']")) == 7
    assert len([text for text in drawing(edge)["plot"].findall("text") if "day" in text.get("class", "")]) == 6


@pytest.mark.parametrize(
    ("points", "drawn"),
    [
        ((), ""),
        # Six hours share a place, and the highest of them counts.
        ([(0, 0.01), (5, 0.045), (7, 0.0)], "M0 2.9l1.5 19.1"),
        # Places without a point part the curve.
        ([(0, 0.0), (13, 0.0)], "M0 22h0M3 22h0"),
    ],
)
def test_the_small_curve_shows_the_highest_of_each_six_hours(points: Any, drawn: str) -> None:
    curve = ElementTree.fromstring(spark(Series(START, 336.0, tuple(points)), 0.045))
    assert [each.get("d") for each in curve] == ["M0 2.9h84", drawn]
