# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Events that come twice, late or in the wrong order: what the tags and the alarm's present state decide."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.unit.function.support import BOUNCE, Stubbed, ago, description, direct_event, message, sns_event

OLD = 3600


@pytest.mark.parametrize("event", [lambda since: sns_event(message(since)), direct_event], ids=["sns", "direct"])
def test_the_same_transition_again_does_nothing(stubbed: Stubbed, run: Any, event: Any) -> None:
    since = ago(5)
    stubbed.tags(paused_at=since, told_at=since)
    assert run(event(since))[0]["action"] == "handled"
    assert stubbed.calls == ["ListTagsForResource"]


def test_nor_does_it_after_a_person_has_resumed(stubbed: Stubbed, run: Any) -> None:
    since = ago(120)
    stubbed.tags(paused_at=since, told_at=since, resumed_at=ago(60))
    assert run(sns_event(message(since)))[0]["action"] == "handled"


def test_an_earlier_transition_after_a_later_one_does_nothing(stubbed: Stubbed, run: Any) -> None:
    stubbed.tags(paused_at=ago(5), told_at=ago(5))
    assert run(sns_event(message(ago(30))))[0]["action"] == "handled"
    assert stubbed.calls == ["ListTagsForResource"]


def test_a_transition_from_before_the_last_resume_pauses_nothing(stubbed: Stubbed, run: Any) -> None:
    stubbed.tags(resumed_at=ago(10))
    (result,) = run(sns_event(message(ago(20))))
    assert (result["action"], result["reason"]) == ("handled", "decided before: ses-pause:resumed-at")
    assert stubbed.calls == ["ListTagsForResource"]


def test_one_from_after_the_last_resume_pauses_again(stubbed: Stubbed, run: Any) -> None:
    since = ago(5)
    stubbed.tags(paused_at=ago(900), told_at=ago(900), resumed_at=ago(6))
    stubbed.pauses_notes_and_tells(since)
    assert run(sns_event(message(since)))[0]["action"] == "paused"


def test_one_event_twice_in_one_delivery_pauses_once(stubbed: Stubbed, run: Any) -> None:
    since = ago(5)
    stubbed.pauses_and_tells(since)
    stubbed.tags(paused_at=since, told_at=since)
    assert [result["action"] for result in run(sns_event(message(since), message(since)))] == ["paused", "handled"]


@pytest.mark.parametrize("form", ["Z", "+00:00", "+0000"])
def test_times_are_compared_as_instants(stubbed: Stubbed, run: Any, form: str) -> None:
    since = ago(300)
    tag = since.isoformat(timespec="milliseconds").replace("+00:00", form)
    stubbed.tags(paused_at=tag, told_at=tag)
    assert run(sns_event(message(since)))[0]["action"] == "handled"


def test_another_offset_is_the_same_instant(stubbed: Stubbed, run: Any) -> None:
    since = ago(300)
    text = (since + timedelta(hours=2)).replace(tzinfo=None).isoformat(timespec="milliseconds") + "+02:00"
    stubbed.tags(paused_at=since, told_at=since)
    assert run(sns_event(message(since, StateChangeTime=text)))[0]["action"] == "handled"


@pytest.mark.parametrize("tag", ["yesterday", "", "0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00"])
def test_a_tag_that_is_no_time_stops_nothing(stubbed: Stubbed, run: Any, tag: str) -> None:
    since = ago(5)
    stubbed.tags(paused_at=tag, resumed_at=tag)
    stubbed.account(False)
    stubbed.notes_and_tells(since)
    assert run(sns_event(message(since)))[0]["action"] == "already_paused"


@pytest.mark.parametrize("tag", ["paused_at", "resumed_at"])
def test_a_tag_from_the_future_stops_nothing(stubbed: Stubbed, run: Any, tag: str) -> None:
    """Somebody's clock is wrong; believed, the tag would blind the guard until that time has come."""
    since = ago(5)
    tags: dict[str, Any] = {tag: ago(-3600)}
    stubbed.tags(**tags)
    stubbed.account(False)
    stubbed.notes_and_tells(since)
    assert run(sns_event(message(since)))[0]["action"] == "already_paused"


# --- Old events


def expect_pause(stubbed: Stubbed, since: datetime) -> None:
    stubbed.pauses_notes_and_tells(since)


def test_an_old_event_pauses_if_its_alarm_is_still_in_alarm(stubbed: Stubbed, run: Any) -> None:
    since = ago(OLD)
    stubbed.tags()
    stubbed.present(description(since))
    expect_pause(stubbed, since)
    assert run(sns_event(message(since)))[0]["action"] == "paused"


def test_it_then_counts_as_the_transition_that_the_alarm_is_in_now(stubbed: Stubbed, run: Any) -> None:
    later = ago(60)
    stubbed.tags()
    stubbed.present(description(later))
    expect_pause(stubbed, later)
    assert run(sns_event(message(ago(OLD))))[0]["action"] == "paused"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"StateValue": "OK"}, "its state is OK"),
        ({"StateValue": "INSUFFICIENT_DATA"}, "its state is INSUFFICIENT_DATA"),
        ({"ActionsEnabled": False}, "its actions do not come here"),
        ({"AlarmActions": []}, "its actions do not come here"),
        ({"Dimensions": [{"Name": "ses:from-domain", "Value": "example.com"}]}, "it watches neither"),
    ],
)
def test_an_old_event_pauses_nothing_otherwise(stubbed: Stubbed, run: Any, changes: dict[str, Any], why: str) -> None:
    stubbed.tags()
    stubbed.present(description(ago(OLD)) | changes)
    (result,) = run(sns_event(message(ago(OLD))))
    assert result["action"] == "ignored"
    assert result["reason"].startswith(f"the event is old, and by now {why}")


def test_nor_if_the_alarm_is_gone(stubbed: Stubbed, run: Any) -> None:
    stubbed.tags()
    stubbed.present()
    assert "DELETED" in run(sns_event(message(ago(OLD))))[0]["reason"]


def test_an_old_event_pauses_if_the_alarm_cannot_be_asked(stubbed: Stubbed, run: Any, caplog: Any) -> None:
    since = ago(OLD)
    stubbed.tags()
    stubbed.fails("cloudwatch", "describe_alarms")
    expect_pause(stubbed, since)
    assert run(sns_event(message(since)))[0]["action"] == "paused"
    assert "could not read its present state" in caplog.text


def test_an_old_event_whose_pause_was_never_told_is_told_however_old(stubbed: Stubbed, run: Any) -> None:
    since = ago(OLD)
    stubbed.tags(paused_at=since)
    stubbed.tells()
    stubbed.remembers("told-at", since)
    assert run(sns_event(message(since)))[0]["action"] == "handled"


def test_an_event_from_the_future_is_checked_like_an_old_one(stubbed: Stubbed, run: Any) -> None:
    stubbed.tags()
    stubbed.present(description(ago(OLD), StateValue="OK"))
    assert run(sns_event(message(ago(-OLD))))[0]["action"] == "ignored"


@pytest.mark.parametrize(("limit", "asked"), [("60", True), ("300", False)])
def test_what_is_old_can_be_set(stubbed: Stubbed, run: Any, monkeypatch: Any, limit: str, asked: bool) -> None:
    monkeypatch.setenv("SES_PAUSE_MAX_EVENT_AGE", limit)
    since = ago(120)
    stubbed.tags()
    if asked:
        stubbed.present(description(since), name=BOUNCE)
    expect_pause(stubbed, since)
    assert run(sns_event(message(since)))[0]["action"] == "paused"


def test_microseconds_of_describe_alarms_do_not_make_another_transition(function: Any) -> None:
    exact = datetime(2026, 11, 22, 10, 0, 0, 123987, tzinfo=UTC)
    assert function.events.instant(exact) == function.events.instant("2026-11-22T10:00:00.123+0000")
