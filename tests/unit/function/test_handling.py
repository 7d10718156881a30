# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fresh event of an alarm: pause, read back, write down, tell; and what happens when one of these fails."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.function.support import (
    COURSE,
    SET_BOUNCE,
    SET_DIMENSION,
    Stubbed,
    ago,
    description,
    direct_event,
    message,
    sns_event,
)

PAUSED = {"alarm": "ses-pause-bounce-pause", "scope": "account", "action": "paused", "reason": ""}


@pytest.mark.parametrize("event", [lambda since: sns_event(message(since)), direct_event], ids=["sns", "direct"])
def test_the_account_is_paused_and_people_are_told(stubbed: Stubbed, run: Any, slept: list[float], event: Any) -> None:
    since = ago(5)
    stubbed.pauses_and_tells(since)
    assert run(event(since)) == [PAUSED]
    assert stubbed.calls == COURSE
    assert slept == [0]


@pytest.mark.parametrize("event", [lambda *args: sns_event(message(*args)), direct_event], ids=["sns", "direct"])
def test_an_alarm_of_a_set_pauses_that_set_only(stubbed: Stubbed, run: Any, event: Any) -> None:
    since = ago(5)
    stubbed.tags(SET_BOUNCE)
    stubbed.configuration_set(True)
    stubbed.pauses_set_and_tells(since)
    (result,) = run(event(since, SET_BOUNCE, SET_DIMENSION))
    assert (result["action"], result["scope"]) == ("paused", "configuration-set/newsletter")
    assert (
        stubbed.published[0]["Subject"]
        == "Sending PAUSED: configuration set newsletter, account 123456789012, eu-west-1"
    )


def test_nothing_is_written_to_ses_where_it_is_paused_already(stubbed: Stubbed, run: Any) -> None:
    since = ago(5)
    stubbed.tags()
    stubbed.account(False)
    stubbed.notes_and_tells(since)
    assert run(sns_event(message(since)))[0]["action"] == "already_paused"
    assert "PutAccountSendingAttributes" not in stubbed.calls


def test_a_pause_that_does_not_take_is_an_error_and_is_told(stubbed: Stubbed, run: Any) -> None:
    stubbed.tags()
    stubbed.account(True)
    stubbed.pauses_account()
    for _unused in range(3):
        stubbed.account(True)
    stubbed.tells()
    with pytest.raises(RuntimeError, match="still reports sending as enabled"):
        run(sns_event(message(ago(5))))
    assert stubbed.published[0]["Subject"].startswith("Sending could NOT be paused: account 123456789012")
    assert "TagResource" not in stubbed.calls


def test_a_write_that_fails_is_told_and_raised(stubbed: Stubbed, run: Any) -> None:
    stubbed.tags()
    stubbed.account(True)
    stubbed.fails("sesv2", "put_account_sending_attributes")
    stubbed.tells()
    with pytest.raises(
        RuntimeError, match=r"1 failed, 0 done: ClientError: .*AccessDenied.*PutAccountSendingAttributes"
    ):
        run(sns_event(message(ago(5))))
    assert stubbed.published[0]["Subject"] == "Sending could NOT be paused: account 123456789012, eu-west-1"
    assert "AccessDeniedException" in stubbed.published[0]["Message"]


def test_so_is_one_of_a_set(stubbed: Stubbed, run: Any) -> None:
    stubbed.tags(SET_BOUNCE)
    stubbed.configuration_set(True)
    stubbed.fails("sesv2", "put_configuration_set_sending_options")
    stubbed.tells()
    with pytest.raises(RuntimeError, match="PutConfigurationSetSendingOptions"):
        run(sns_event(message(ago(5), SET_BOUNCE, SET_DIMENSION)))
    assert stubbed.published[0]["Subject"].startswith("Sending could NOT be paused: configuration set newsletter")


def test_a_failure_that_cannot_be_told_is_still_the_one_that_is_raised(stubbed: Stubbed, run: Any, caplog: Any) -> None:
    stubbed.tags()
    stubbed.account(True)
    stubbed.fails("sesv2", "put_account_sending_attributes", "InternalFailure")
    stubbed.fails("sns", "publish")
    with pytest.raises(RuntimeError, match=r"InternalFailure.*PutAccountSendingAttributes"):
        run(sns_event(message(ago(5))))
    assert "could not tell people" in caplog.text


def test_a_read_back_that_fails_is_told_and_raised(stubbed: Stubbed, run: Any) -> None:
    stubbed.tags()
    stubbed.account(True)
    stubbed.pauses_account()
    stubbed.fails("sesv2", "get_account")
    stubbed.tells()
    with pytest.raises(RuntimeError, match="GetAccount"):
        run(sns_event(message(ago(5))))


def test_it_pauses_although_the_sending_state_cannot_be_read(stubbed: Stubbed, run: Any, caplog: Any) -> None:
    since = ago(5)
    stubbed.tags()
    stubbed.fails("sesv2", "get_account", "TooManyRequestsException")
    stubbed.pauses_account()
    stubbed.account(False)
    stubbed.notes_and_tells(since)
    assert run(sns_event(message(since))) == [PAUSED]
    assert "could not read whether it sends" in caplog.text


def test_it_pauses_although_the_tags_cannot_be_read(stubbed: Stubbed, run: Any, caplog: Any) -> None:
    since = ago(5)
    stubbed.fails("cloudwatch", "list_tags_for_resource")
    stubbed.pauses_notes_and_tells(since)
    assert run(sns_event(message(since))) == [PAUSED]
    assert "could not read its tags" in caplog.text


def test_a_pause_that_cannot_be_written_down_is_told_and_raised(stubbed: Stubbed, run: Any, caplog: Any) -> None:
    since = ago(5)
    caplog.set_level("INFO")
    stubbed.tags()
    stubbed.account(True)
    stubbed.pauses_account()
    stubbed.account(False)
    stubbed.fails("cloudwatch", "tag_resource")
    stubbed.tells()
    stubbed.remembers("told-at", since)
    with pytest.raises(RuntimeError, match=r"AccessDeniedException.*TagResource"):
        run(sns_event(message(since)))
    assert "action=paused scope=account alarm=ses-pause-bounce-pause" in caplog.text
    assert stubbed.published[0]["Subject"].startswith("Sending PAUSED")


def test_the_retry_after_that_writes_down_and_does_not_tell_again(stubbed: Stubbed, run: Any) -> None:
    since = ago(65)
    stubbed.tags(told_at=since)
    stubbed.account(False)
    stubbed.remembers("paused-at", since)
    assert run(sns_event(message(since)))[0]["action"] == "already_paused"


def test_a_pause_that_cannot_be_told_is_raised(stubbed: Stubbed, run: Any) -> None:
    since = ago(5)
    stubbed.tags()
    stubbed.account(True)
    stubbed.pauses_account()
    stubbed.account(False)
    stubbed.remembers("paused-at", since)
    stubbed.fails("sns", "publish", "InternalError")
    with pytest.raises(RuntimeError, match=r"InternalError.*Publish"):
        run(sns_event(message(since)))


def test_the_retry_after_that_tells_and_does_not_pause_again(stubbed: Stubbed, run: Any) -> None:
    since = ago(65)
    stubbed.tags(paused_at=since)
    stubbed.tells()
    stubbed.remembers("told-at", since)
    assert run(sns_event(message(since)))[0]["action"] == "handled"
    assert stubbed.calls == ["ListTagsForResource", "Publish", "TagResource"]
    assert stubbed.published[0]["Subject"].startswith("Sending PAUSED")


def test_an_event_of_a_set_that_was_kept_waiting_lets_the_account_go_first(stubbed: Stubbed, run: Any) -> None:
    since, of_account = ago(60), ago(40)
    stubbed.tags(SET_BOUNCE)
    stubbed.accounts_alarms(description(of_account))
    stubbed.tags()
    stubbed.pauses_and_tells(of_account)
    stubbed.configuration_set(True)
    stubbed.pauses_set_and_tells(since)
    (result,) = run(sns_event(message(since, SET_BOUNCE, SET_DIMENSION)))
    assert result["scope"] == "configuration-set/newsletter"
    assert [notice["Subject"].split(",")[0] for notice in stubbed.published] == [
        "Sending PAUSED: account 123456789012",
        "Sending PAUSED: configuration set newsletter",
    ]


def test_an_accounts_alarm_that_was_handled_costs_a_waiting_event_two_calls(stubbed: Stubbed, run: Any) -> None:
    since = ago(60)
    stubbed.tags(SET_BOUNCE)
    stubbed.accounts_alarms(description(ago(40)))
    stubbed.tags(paused_at=ago(40))
    stubbed.configuration_set(True)
    stubbed.pauses_set_and_tells(since)
    run(sns_event(message(since, SET_BOUNCE, SET_DIMENSION)))
    assert stubbed.calls[:3] == ["ListTagsForResource", "DescribeAlarms", "ListTagsForResource"]


def test_a_waiting_event_is_handled_even_if_the_account_cannot_be_looked_at(stubbed: Stubbed, run: Any) -> None:
    since = ago(60)
    stubbed.tags(SET_BOUNCE)
    stubbed.fails("cloudwatch", "describe_alarms")
    stubbed.configuration_set(True)
    stubbed.pauses_set_and_tells(since)
    assert run(sns_event(message(since, SET_BOUNCE, SET_DIMENSION)))[0]["action"] == "paused"
