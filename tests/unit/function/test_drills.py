# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A drill of the chain: known by the alarm's reason, handled like a breach, remembered and told apart from one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.function.support import (
    ACCOUNT,
    BOUNCE,
    REASON,
    REGION,
    SET_BOUNCE,
    SET_DIMENSION,
    Stubbed,
    ago,
    description,
    direct_event,
    message,
    sns_event,
)

SWEEP = {"sweep": True}
WHERE = f"account {ACCOUNT}, {REGION}"


def reason(mode: str) -> str:
    return f"mailops.ses drill {mode} 1a2b3c4d: nothing is wrong"


def drill(mode: str, since: Any, *args: Any) -> dict[str, Any]:
    return sns_event(message(since, *args, NewStateReason=reason(mode)))


def ends(stubbed: Stubbed, since: Any, *tags: str, name: str = BOUNCE) -> None:
    """What is remembered before people are told, and at last that they were."""
    for tag in tags:
        stubbed.remembers(tag, since, name)
    stubbed.tells()
    stubbed.remembers("drill-told-at", since, name)


def test_dry_does_all_but_the_pause(stubbed: Stubbed, run: Any) -> None:
    since = ago(1)
    stubbed.tags()
    stubbed.account(True)
    ends(stubbed, since, "drill-paused-at")
    (result,) = run(drill("dry", since))
    assert result["action"] == "drilled"
    assert stubbed.published[0]["Subject"] == f"DRILL (dry): Sending would be PAUSED: {WHERE}"
    assert "Nothing was paused, as the drill is a dry one." in stubbed.published[0]["Message"]
    assert "PutAccountSendingAttributes" not in stubbed.calls


def test_live_pauses_and_says_that_it_is_a_drill(stubbed: Stubbed, run: Any) -> None:
    since = ago(1)
    stubbed.tags()
    stubbed.account(True)
    stubbed.pauses_account()
    stubbed.account(False)
    ends(stubbed, since, "drill-paused-at")
    assert run(drill("live", since))[0]["action"] == "paused"
    assert stubbed.published[0]["Subject"] == f"DRILL (live): Sending PAUSED: {WHERE}"
    assert stubbed.published[0]["Message"].startswith("DRILL (live): Sending PAUSED: ")


def test_of_a_set(stubbed: Stubbed, run: Any) -> None:
    since = ago(1)
    stubbed.tags(SET_BOUNCE)
    stubbed.configuration_set(True)
    ends(stubbed, since, "drill-paused-at", name=SET_BOUNCE)
    assert run(drill("dry", since, SET_BOUNCE, SET_DIMENSION))[0]["action"] == "drilled"


def test_by_an_alarm_that_calls_the_function_itself(stubbed: Stubbed, run: Any) -> None:
    since = ago(1)
    event = direct_event(since)
    event["alarmData"]["state"]["reason"] = reason("dry")
    stubbed.tags()
    stubbed.account(True)
    ends(stubbed, since, "drill-paused-at")
    assert run(event)[0]["action"] == "drilled"


@pytest.mark.parametrize("mode", ["dry", "live"])
def test_what_is_paused_already_is_not_the_drills(stubbed: Stubbed, run: Any, mode: str) -> None:
    since = ago(1)
    stubbed.tags()
    stubbed.account(False)
    ends(stubbed, since)
    assert run(drill(mode, since))[0]["action"] == "already_paused"
    assert stubbed.published[0]["Subject"].startswith(f"DRILL ({mode}): Sending was already paused")


@pytest.mark.parametrize("mode", ["dry", "live"])
def test_the_floor_holds(stubbed: Stubbed, run: Any, monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    monkeypatch.setenv("SES_PAUSE_MIN_SENDS", "100")
    since = ago(1)
    stubbed.tags()
    stubbed.account(True, sends=99)
    stubbed.tells()
    stubbed.remembers("drill-held-at", since)
    assert run(drill(mode, since))[0]["action"] == "held"


def test_a_pause_that_fails_says_that_it_is_a_drill(stubbed: Stubbed, run: Any) -> None:
    stubbed.tags()
    stubbed.account(True)
    stubbed.fails("sesv2", "put_account_sending_attributes")
    stubbed.tells()
    with pytest.raises(RuntimeError, match="1 failed"):
        run(drill("live", ago(1)))
    assert stubbed.published[0]["Subject"] == f"DRILL (live): Sending could NOT be paused: {WHERE}"


def test_a_second_delivery_is_handled(stubbed: Stubbed, run: Any) -> None:
    since = ago(1)
    stubbed.tags(drill_paused_at=since, drill_told_at=since)
    assert run(drill("live", since))[0]["action"] == "handled"


def test_a_retry_tells_what_the_first_could_not(stubbed: Stubbed, run: Any) -> None:
    since = ago(1)
    stubbed.tags(drill_paused_at=since)
    ends(stubbed, since)
    assert run(drill("live", since))[0]["action"] == "handled"


@pytest.mark.parametrize("tag", ["drill_resumed_at", "resumed_at", "paused_at"])
def test_an_event_from_before_the_drills_end_a_resume_or_a_breach_pauses_nothing(
    stubbed: Stubbed, run: Any, tag: str
) -> None:
    since = ago(2)
    # Whoever was told of a breach need not be told of the drill before it.
    stubbed.tags(**{tag: ago(1), "told_at": ago(1)})
    assert run(drill("live", since))[0]["action"] == "handled"


def test_empty_tags_say_nothing(stubbed: Stubbed, run: Any) -> None:
    """So the drill begins: what the last one left is no longer there."""
    since = ago(1)
    stubbed.tags(drill_paused_at="", drill_told_at="", drill_resumed_at="")
    stubbed.account(True)
    ends(stubbed, since, "drill-paused-at")
    assert run(drill("dry", since))[0]["action"] == "drilled"


@pytest.mark.parametrize("mode", ["dry", "live"])
def test_an_old_event_of_a_drill_pauses_nothing(stubbed: Stubbed, run: Any, mode: str) -> None:
    since = ago(700)
    stubbed.tags()
    stubbed.present(description(since, StateReason=reason(mode)))
    (result,) = run(drill(mode, since))
    assert (result["action"], result["reason"]) == (
        "ignored",
        "the event is old, and by now it was a drill, and that is over",
    )


@pytest.mark.parametrize("mode", ["dry", "live"])
def test_the_sweep_leaves_a_drill_alone(stubbed: Stubbed, run: Any, mode: str) -> None:
    stubbed.alarms(description(ago(1), StateReason=reason(mode)))
    assert run(SWEEP)[0]["reason"] == "it was a drill, and that is over"
    assert stubbed.calls == ["DescribeAlarms"]


def test_the_sweep_pauses_where_a_drills_alarm_got_a_real_reason(stubbed: Stubbed, run: Any) -> None:
    """The state did not change, so the transition is the drill's: what was done for the drill does not count."""
    since = ago(900)
    stubbed.alarms(description(since))
    stubbed.tags(drill_paused_at=since, drill_told_at=since, drill_resumed_at=since)
    stubbed.pauses_notes_and_tells(since)
    assert run(SWEEP)[0]["action"] == "paused"
    assert stubbed.published[0]["Subject"] == f"Sending PAUSED: {WHERE}"


@pytest.mark.parametrize(
    "text",
    [
        REASON,
        f"{REASON} mailops.ses drill dry 1a2b: no",
        f"\nmailops.ses drill dry 1a2b: {REASON}",
        "mailops.ses drill wet 1a2b: nothing is wrong",
        "mailops.ses drill dry",
        "mailopsXses drill dry 1a2b: nothing is wrong",
        "mailops.ses: set to OK before sending is resumed, so that the alarm can trip again",
        "",
    ],
)
def test_every_other_reason_is_real(stubbed: Stubbed, run: Any, text: str) -> None:
    since = ago(1)
    stubbed.pauses_and_tells(since)
    assert run(sns_event(message(since, NewStateReason=text)))[0]["action"] == "paused"
