# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What SES and CloudWatch are asked about a scope's sending, how long, and what counts as paused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.function.support import SET_BOUNCE, SET_DIMENSION, Stubbed, ago, message, sns_event

PAUSED = {"alarm": "ses-pause-bounce-pause", "scope": "account", "action": "paused", "reason": ""}


def test_the_read_back_is_given_some_seconds(stubbed: Stubbed, run: Any, slept: list[float]) -> None:
    since = ago(5)
    stubbed.tags()
    stubbed.account(True)
    stubbed.pauses_account()
    stubbed.account(True)
    stubbed.account(True)
    stubbed.account(False)
    stubbed.notes_and_tells(since)
    assert run(sns_event(message(since))) == [PAUSED]
    assert slept == [0, 1, 2]


def test_an_account_insists_where_ses_is_busy(stubbed: Stubbed, run: Any, slept: list[float]) -> None:
    since = ago(5)
    stubbed.tags()
    stubbed.fails("sesv2", "get_account", "TooManyRequestsException", 5)
    stubbed.account(True)
    stubbed.fails("sesv2", "put_account_sending_attributes", "TooManyRequestsException", 2)
    stubbed.pauses_account()
    stubbed.account(False)
    stubbed.notes_and_tells(since)
    assert run(sns_event(message(since))) == [PAUSED]
    assert len(slept) == 8
    assert max(slept) <= 0.2


def test_a_set_waits_its_turn_where_ses_is_busy(stubbed: Stubbed, run: Any, slept: list[float]) -> None:
    since = ago(5)
    stubbed.tags(SET_BOUNCE)
    stubbed.fails("sesv2", "get_configuration_set", "TooManyRequestsException", 7)
    stubbed.configuration_set(True)
    stubbed.pauses_set_and_tells(since)
    assert run(sns_event(message(since, SET_BOUNCE, SET_DIMENSION)))[0]["action"] == "paused"
    assert all(seconds <= 2**number for number, seconds in enumerate(slept[:7]))
    assert slept[6] >= 32


def test_patience_ends(stubbed: Stubbed, run: Any, slept: list[float]) -> None:
    stubbed.tags(SET_BOUNCE)
    stubbed.fails("sesv2", "get_configuration_set", "TooManyRequestsException", 11)
    stubbed.fails("sesv2", "put_configuration_set_sending_options", "TooManyRequestsException", 11)
    stubbed.tells()
    with pytest.raises(RuntimeError, match="TooManyRequestsException"):
        run(sns_event(message(ago(5), SET_BOUNCE, SET_DIMENSION)))
    assert stubbed.published[0]["Subject"].startswith("Sending could NOT be paused")
    assert sum(slept) < 2 * 820


def test_a_set_that_is_gone_counts_as_paused(stubbed: Stubbed, run: Any) -> None:
    since = ago(5)
    stubbed.tags(SET_BOUNCE)
    stubbed.fails("sesv2", "get_configuration_set", "NotFoundException")
    stubbed.notes_and_tells(since, SET_BOUNCE)
    (result,) = run(sns_event(message(since, SET_BOUNCE, SET_DIMENSION)))
    assert (result["action"], "is gone" in result["reason"]) == ("already_paused", True)


def test_an_answer_without_the_state_counts_as_sending(stubbed: Stubbed, run: Any) -> None:
    stubbed.tags()
    stubbed.stubs["sesv2"].add_response("get_account", {}, {})
    stubbed.pauses_account()
    for _unused in range(3):
        stubbed.stubs["sesv2"].add_response("get_account", {}, {})
    stubbed.tells()
    with pytest.raises(RuntimeError, match="still reports"):
        run(sns_event(message(ago(5))))
