# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sweep: alarms in ALARM whose event was lost are handled, and a person's resume is told but not undone."""

from __future__ import annotations

from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest

from tests.unit.function.support import (
    ACCOUNT,
    BOUNCE,
    NAME,
    NOTIFY_TOPIC,
    SET_BOUNCE,
    SET_DIMENSION,
    Stubbed,
    ago,
    description,
)

SWEEP = {"sweep": True}
COMPLAINT = "ses-pause-complaint-pause"


def actions(results: list[dict[str, Any]]) -> list[str]:
    return [result["action"] for result in results]


def test_nothing_in_alarm_is_one_call(stubbed: Stubbed, run: Any) -> None:
    stubbed.alarms()
    assert run(SWEEP) == []
    assert stubbed.calls == ["DescribeAlarms"]


def test_a_lost_transition_is_handled_however_old(stubbed: Stubbed, run: Any) -> None:
    since = ago(86400)
    stubbed.alarms(description(since))
    stubbed.pauses_and_tells(since)
    assert actions(run(SWEEP)) == ["paused"]


def test_where_the_transition_is_not_said_the_update_counts(stubbed: Stubbed, run: Any) -> None:
    since = ago(900)
    alarm = description(since - timedelta(minutes=5))
    del alarm["StateTransitionedTimestamp"]
    stubbed.alarms(alarm)
    stubbed.pauses_and_tells(since)
    assert actions(run(SWEEP)) == ["paused"]


def test_handled_and_still_paused_is_left_alone(stubbed: Stubbed, run: Any) -> None:
    since = ago(900)
    stubbed.alarms(description(since))
    stubbed.tags(paused_at=since, told_at=since)
    stubbed.account(False)
    assert actions(run(SWEEP)) == ["handled"]
    assert stubbed.calls == ["DescribeAlarms", "ListTagsForResource", "GetAccount"]


def test_a_pause_that_was_never_told_is_told(stubbed: Stubbed, run: Any) -> None:
    since = ago(900)
    stubbed.alarms(description(since))
    stubbed.tags(paused_at=since)
    stubbed.account(False)
    stubbed.tells()
    stubbed.remembers("told-at", since)
    assert actions(run(SWEEP)) == ["handled"]
    assert stubbed.published[0]["Subject"].startswith("Sending PAUSED")


@pytest.mark.parametrize("memory", [("paused_at", "told_at"), ("resumed_at",), ("paused_at",)])
def test_a_persons_resume_is_told_and_not_undone(stubbed: Stubbed, run: Any, memory: tuple[str, ...]) -> None:
    since = ago(900)
    stubbed.alarms(description(since))
    tags: dict[str, Any] = dict.fromkeys(memory, since + timedelta(seconds=1))
    stubbed.tags(**tags)
    stubbed.account(True)
    stubbed.tells()
    stubbed.remembers("overridden-at", since)
    assert actions(run(SWEEP)) == ["overridden"]
    assert stubbed.published[0]["Subject"] == f"Sending ENABLED in ALARM: account {ACCOUNT}, eu-west-1"


@pytest.mark.parametrize("memory", [("paused_at", "told_at"), ("resumed_at",), ("paused_at",)])
def test_that_is_told_once(stubbed: Stubbed, run: Any, memory: tuple[str, ...]) -> None:
    since = ago(900)
    stubbed.alarms(description(since))
    tags: dict[str, Any] = dict.fromkeys((*memory, "overridden_at"), since)
    stubbed.tags(**tags)
    assert actions(run(SWEEP)) == ["handled"]
    assert stubbed.calls == ["DescribeAlarms", "ListTagsForResource"]


def test_resumed_and_paused_again_by_a_person_is_nothing_to_tell(stubbed: Stubbed, run: Any) -> None:
    since = ago(900)
    stubbed.alarms(description(since))
    stubbed.tags(resumed_at=ago(60))
    stubbed.account(False)
    assert actions(run(SWEEP)) == ["handled"]


def test_a_set_that_a_person_resumed(stubbed: Stubbed, run: Any) -> None:
    since = ago(900)
    stubbed.alarms(description(since, SET_BOUNCE, SET_DIMENSION))
    stubbed.tags(SET_BOUNCE, paused_at=since, told_at=since)
    stubbed.configuration_set(True)
    stubbed.tells()
    stubbed.remembers("overridden-at", since, SET_BOUNCE)
    assert actions(run(SWEEP)) == ["overridden"]


def test_what_was_held_is_looked_at_again_and_not_told_again(stubbed: Stubbed, run: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("SES_PAUSE_MIN_SENDS", "100")
    since = ago(900)
    stubbed.alarms(description(since))
    stubbed.tags(held_at=since)
    stubbed.account(True, sends=99)
    assert actions(run(SWEEP)) == ["held"]


def test_what_was_held_is_paused_once_enough_is_sent(stubbed: Stubbed, run: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("SES_PAUSE_MIN_SENDS", "100")
    since = ago(900)
    stubbed.alarms(description(since))
    stubbed.tags(held_at=since)
    stubbed.account(True, sends=100)
    stubbed.pauses_account()
    stubbed.account(False)
    stubbed.notes_and_tells(since)
    assert actions(run(SWEEP)) == ["paused"]


def test_without_the_tags_a_sweep_pauses_nothing_and_raises(stubbed: Stubbed, run: Any) -> None:
    """It would otherwise undo a person's resume every quarter of an hour."""
    stubbed.alarms(description(ago(900)))
    stubbed.fails("cloudwatch", "list_tags_for_resource")
    with pytest.raises(RuntimeError, match="ListTagsForResource"):
        run(SWEEP)
    assert stubbed.calls == ["DescribeAlarms", "ListTagsForResource"]


@pytest.mark.parametrize(
    "changes",
    [
        {"AlarmActions": [NOTIFY_TOPIC]},
        {"ActionsEnabled": False},
        {"Namespace": "AWS/Lambda", "MetricName": "Errors", "Dimensions": [{"Name": "FunctionName", "Value": "x"}]},
        {"Namespace": None, "MetricName": None},
        {"AlarmArn": "arn:aws:cloudwatch:eu-west-2:123456789012:alarm:ses-pause-bounce-pause"},
    ],
    ids=["warns only", "switched off", "watches the function", "metric math", "another Region"],
)
def test_other_alarms_are_left_alone(stubbed: Stubbed, run: Any, changes: dict[str, Any]) -> None:
    kept = {key: value for key, value in (description(ago(900)) | changes).items() if value is not None}
    stubbed.alarms(kept)
    assert actions(run(SWEEP)) == ["ignored"]
    assert stubbed.calls == ["DescribeAlarms"]


def test_all_pages_are_read_and_the_account_comes_first(stubbed: Stubbed, run: Any) -> None:
    since = ago(900)
    stubbed.alarms(description(since, SET_BOUNCE, SET_DIMENSION), token="2")
    stubbed.alarms(description(since), after="2")
    stubbed.tags(BOUNCE, paused_at=since, told_at=since)
    stubbed.account(False)
    stubbed.tags(SET_BOUNCE, paused_at=since, told_at=since)
    stubbed.configuration_set(False)
    assert [result["scope"] for result in run(SWEEP)] == ["account", "configuration-set/newsletter"]


def test_one_that_fails_does_not_stop_the_others(stubbed: Stubbed, run: Any) -> None:
    since = ago(900)
    stubbed.alarms(description(since), description(since, SET_BOUNCE, SET_DIMENSION))
    stubbed.tags()
    stubbed.account(True)
    stubbed.fails("sesv2", "put_account_sending_attributes")
    stubbed.tells()
    stubbed.tags(SET_BOUNCE)
    stubbed.configuration_set(True)
    stubbed.pauses_set_and_tells(since)
    with pytest.raises(RuntimeError, match=r"^1 failed, 1 done: .*PutAccountSendingAttributes"):
        run(SWEEP)
    assert [notice["Subject"].split(":")[0] for notice in stubbed.published] == [
        "Sending could NOT be paused",
        "Sending PAUSED",
    ]


def test_a_second_alarm_on_the_same_scope_finds_it_paused(stubbed: Stubbed, run: Any) -> None:
    since = ago(900)
    stubbed.alarms(description(since, COMPLAINT, MetricName="Reputation.ComplaintRate", Threshold=0.0009))
    stubbed.tags(COMPLAINT)
    stubbed.account(False)
    stubbed.notes_and_tells(since, COMPLAINT)
    assert actions(run(SWEEP)) == ["already_paused"]
    assert "Complaint rate: 6.000%; threshold: 0.090%" in stubbed.published[0]["Message"]


def test_a_search_that_fails_is_raised(stubbed: Stubbed, run: Any) -> None:
    stubbed.fails("cloudwatch", "describe_alarms")
    with pytest.raises(Exception, match="DescribeAlarms"):
        run(SWEEP)


def test_where_very_many_were_handled_it_looks_at_some_of_them(
    stubbed: Stubbed, run: Any, function: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SES answers one call a second: to look at all would take the whole of it, and never come to an end."""
    since = ago(900)
    monkeypatch.setattr(function.invocation, "MOST_LOOKS", 2)
    names = [f"{NAME}-bounce-pause-set-{number}" for number in range(40)]
    stubbed.alarms(*(description(since, name, {"ses:configuration-set": name}) for name in names))
    looked = iter([0.9] * 20 + [0.01] + [0.9] * 19)
    monkeypatch.setattr(function.handling.random, "random", lambda: next(looked))
    for number, name in enumerate(names):
        stubbed.tags(name, paused_at=since, told_at=since)
        if number == 20:
            stubbed.configuration_set(False, name)
    assert actions(run(SWEEP)) == ["handled"] * 40
