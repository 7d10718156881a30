# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where too little is sent to go by, people are told and nothing is paused; where that is not known, it is paused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest

from tests.unit.function.support import SET_BOUNCE, SET_DIMENSION, Stubbed, ago, description, message, sns_event

NOT_KNOWN = "Sends in 24 hours not known: no floor applied."
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _floor(function: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SES_PAUSE_MIN_SENDS", "1000")


def of_the_set(since: datetime) -> dict[str, Any]:
    return sns_event(message(since, SET_BOUNCE, SET_DIMENSION))


def window(stubbed: Stubbed) -> tuple[datetime, datetime]:
    """The time that the sends were asked for."""
    (asked,) = [arguments for arguments in stubbed.arguments if arguments.get("MetricName") == "Send"]
    return asked["StartTime"], asked["EndTime"]


# --- The account


def test_below_the_floor_people_are_told_and_nothing_is_paused(stubbed: Stubbed, run: Any) -> None:
    since = ago(5)
    stubbed.tags()
    stubbed.account(True, sends=999)
    stubbed.tells()
    stubbed.remembers("held-at", since)
    (result,) = run(sns_event(message(since)))
    assert result["action"] == "held"
    assert result["reason"] == "Only 999 sends of the last 24 hours count; the guard pauses from 1000 on."
    assert stubbed.published[0]["Subject"] == "Sending NOT paused: account 123456789012, eu-west-1"
    assert stubbed.calls == ["ListTagsForResource", "GetAccount", "Publish", "TagResource"]


def test_that_is_told_once_a_transition(stubbed: Stubbed, run: Any) -> None:
    since = ago(5)
    stubbed.tags(held_at=since)
    stubbed.account(True, sends=999)
    assert run(sns_event(message(since)))[0]["action"] == "held"
    assert stubbed.published == []


@pytest.mark.parametrize("sends", [1000, 1001])
def test_from_the_floor_on_it_pauses(stubbed: Stubbed, run: Any, sends: int) -> None:
    since = ago(5)
    stubbed.tags(held_at=since)
    stubbed.account(True, sends=sends)
    stubbed.pauses_account()
    stubbed.account(False)
    stubbed.notes_and_tells(since)
    (result,) = run(sns_event(message(since)))
    assert (result["action"], result["reason"]) == ("paused", "")


def test_an_account_whose_sends_cannot_be_read_is_paused_and_that_is_said(stubbed: Stubbed, run: Any) -> None:
    since = ago(5)
    stubbed.tags()
    stubbed.fails("sesv2", "get_account")
    stubbed.pauses_account()
    stubbed.account(False)
    stubbed.notes_and_tells(since)
    (result,) = run(sns_event(message(since)))
    assert (result["action"], result["reason"]) == ("paused", NOT_KNOWN)


# --- A configuration set


def test_below_the_floor_a_set_goes_on_and_people_are_told(stubbed: Stubbed, run: Any) -> None:
    since = ago(5)
    stubbed.tags(SET_BOUNCE)
    stubbed.configuration_set(True)
    stubbed.sends(400, 599)
    stubbed.tells()
    stubbed.remembers("held-at", since, SET_BOUNCE)
    (result,) = run(of_the_set(since))
    assert (result["action"], result["scope"]) == ("held", "configuration-set/newsletter")
    assert result["reason"] == "Only 999 sends of the last 24 hours count; the guard pauses from 1000 on."
    assert stubbed.published[0]["Subject"].startswith("Sending NOT paused: configuration set newsletter")
    assert stubbed.calls == [
        "ListTagsForResource",
        "GetConfigurationSet",
        "GetMetricStatistics",
        "Publish",
        "TagResource",
    ]


def test_that_is_told_once_and_looked_at_again(stubbed: Stubbed, run: Any) -> None:
    since = ago(900)
    stubbed.alarms(description(since, SET_BOUNCE, SET_DIMENSION))
    stubbed.tags(SET_BOUNCE, held_at=since)
    stubbed.configuration_set(True)
    stubbed.sends(0)
    assert run({"sweep": True})[0]["action"] == "held"
    assert stubbed.published == []


@pytest.mark.parametrize("sums", [(1000,), (600, 401)])
def test_from_the_floor_on_a_set_is_paused(stubbed: Stubbed, run: Any, sums: tuple[int, ...]) -> None:
    since = ago(900)
    stubbed.alarms(description(since, SET_BOUNCE, SET_DIMENSION))
    stubbed.tags(SET_BOUNCE, held_at=since)
    stubbed.configuration_set(True)
    stubbed.sends(*sums)
    stubbed.pauses_set_and_tells(since)
    (result,) = run({"sweep": True})
    assert (result["action"], result["reason"]) == ("paused", "")


@pytest.mark.parametrize("fresh_start", [None, ago(86400 * 3)], ids=["never", "long ago"])
def test_the_sends_of_24_hours_count(stubbed: Stubbed, run: Any, fresh_start: datetime | None) -> None:
    since = ago(5)
    stubbed.tags(SET_BOUNCE, held_at=since)
    stubbed.configuration_set(True, fresh_start=fresh_start)
    stubbed.sends(1)
    before = datetime.now(UTC)
    assert run(of_the_set(since))[0]["action"] == "held"
    start, end = window(stubbed)
    assert end - start == DAY
    assert before <= end <= datetime.now(UTC)


def test_those_from_before_a_fresh_start_do_not(stubbed: Stubbed, run: Any) -> None:
    since, resumed = ago(5), ago(7200)
    stubbed.tags(SET_BOUNCE, held_at=since)
    stubbed.configuration_set(True, fresh_start=resumed)
    stubbed.sends(1)
    assert run(of_the_set(since))[0]["action"] == "held"
    assert window(stubbed)[0] == resumed


def test_a_set_whose_sends_nobody_counts_is_paused_and_that_is_said(stubbed: Stubbed, run: Any) -> None:
    since = ago(5)
    stubbed.tags(SET_BOUNCE)
    stubbed.configuration_set(True)
    stubbed.sends()
    stubbed.pauses_set_and_tells(since)
    (result,) = run(of_the_set(since))
    assert (result["action"], result["reason"]) == ("paused", NOT_KNOWN)
    assert NOT_KNOWN in stubbed.published[0]["Message"]


def test_so_is_one_whose_sends_cannot_be_read(stubbed: Stubbed, run: Any, caplog: Any) -> None:
    since = ago(5)
    stubbed.tags(SET_BOUNCE)
    stubbed.configuration_set(True)
    stubbed.fails("cloudwatch", "get_metric_statistics")
    stubbed.pauses_set_and_tells(since)
    (result,) = run(of_the_set(since))
    assert (result["action"], result["reason"]) == ("paused", NOT_KNOWN)
    assert "could not read its sends" in caplog.text


def test_nor_are_they_asked_for_where_the_set_itself_cannot_be_read(stubbed: Stubbed, run: Any) -> None:
    """From when on they count is not known either."""
    since = ago(5)
    stubbed.tags(SET_BOUNCE)
    stubbed.fails("sesv2", "get_configuration_set")
    stubbed.pauses_set_and_tells(since)
    (result,) = run(of_the_set(since))
    assert (result["action"], result["reason"]) == ("paused", NOT_KNOWN)
    assert "GetMetricStatistics" not in stubbed.calls


def test_nor_where_the_set_is_paused_already(stubbed: Stubbed, run: Any) -> None:
    since = ago(5)
    stubbed.tags(SET_BOUNCE, told_at=since)
    stubbed.configuration_set(False)
    stubbed.remembers("paused-at", since, SET_BOUNCE)
    assert run(of_the_set(since))[0]["action"] == "already_paused"
    assert "GetMetricStatistics" not in stubbed.calls


def test_nor_where_a_person_resumed_it(stubbed: Stubbed, run: Any) -> None:
    since = ago(900)
    stubbed.alarms(description(since, SET_BOUNCE, SET_DIMENSION))
    stubbed.tags(SET_BOUNCE, resumed_at=since)
    stubbed.configuration_set(True)
    stubbed.tells()
    stubbed.remembers("overridden-at", since, SET_BOUNCE)
    assert run({"sweep": True})[0]["action"] == "overridden"
    assert "GetMetricStatistics" not in stubbed.calls


def test_nor_where_there_is_no_floor(stubbed: Stubbed, run: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("SES_PAUSE_MIN_SENDS", "0")
    since = ago(5)
    stubbed.tags(SET_BOUNCE)
    stubbed.configuration_set(True)
    stubbed.pauses_set_and_tells(since)
    (result,) = run(of_the_set(since))
    assert (result["action"], result["reason"]) == ("paused", "")
    assert "GetMetricStatistics" not in stubbed.calls
