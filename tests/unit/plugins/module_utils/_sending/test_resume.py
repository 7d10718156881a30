# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A resume in steps: what is noted when, and what becomes of one that fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._operations import (
    ses_reputation_alarm,
    ses_reputation_info,
    ses_sending_enabled,
)
from ansible_collections.mailops.ses.plugins.module_utils._sending import recovery
from ansible_collections.mailops.ses.plugins.module_utils._sending.transitions import TRANSITIONS, End
from ansible_collections.mailops.ses.plugins.module_utils._ses import times
from ansible_collections.mailops.ses.plugins.module_utils._ses.scopes import Account, ConfigurationSet, Tenant

from tests.unit.plugins.module_utils.drills import BOUNCE, Guarded
from tests.unit.plugins.target import Target, writes

ROOT = Path(__file__).parents[5]
NO_RETRY = {"kind": "denied"}


@pytest.fixture
def guarded(target: Target, aws: Callable[..., Any], control: Callable[..., Any]) -> Guarded:
    return Guarded(target, aws, control)


def resume(guarded: Guarded, **options: Any) -> dict[str, Any]:
    return guarded.target.run(ses_sending_enabled, enabled=True, **options)


def pause_by_guard(guarded: Guarded) -> None:
    """And the rate has fallen since."""
    guarded.set_state(BOUNCE, "ALARM")
    guarded.set_state(BOUNCE, "OK")
    assert not guarded.sends


def test_a_resume_that_fails_leaves_the_guards_pause_the_guards(guarded: Guarded) -> None:
    pause_by_guard(guarded)
    guarded.control("faults", rules=[{**NO_RETRY, "operation": "PutAccountSendingAttributes"}])
    with pytest.raises(SesError, match="Allow ses:PutAccountSendingAttributes"):
        resume(guarded, resume_only="guard")
    guarded.control("faults", method="DELETE")
    assert not {"resumed-at", "resuming-at"} & guarded.memory().keys()
    look = guarded.target.run(ses_reputation_info, gather=["health"])
    assert look["sending"]["state"] == "paused_by_guard"
    assert resume(guarded, resume_only="guard")["changed"]
    assert guarded.sends


def test_a_resume_is_noted_before_the_write_and_after_it(guarded: Guarded) -> None:
    pause_by_guard(guarded)
    resume(guarded)
    memory = guarded.memory()
    assert memory["resuming-at"] == memory["resumed-at"] > memory["paused-at"]


def test_the_next_resume_goes_on_with_one_that_was_switched_on_and_not_noted(guarded: Guarded) -> None:
    pause_by_guard(guarded)
    rules = [{**NO_RETRY, "operation": "TagResource", "nth": number} for number in (3, 4)]
    guarded.control("faults", rules=rules)
    with pytest.raises(SesError, match="sends again, but that could not be noted") as caught:
        resume(guarded)
    guarded.control("faults", method="DELETE")
    assert caught.value.details["changed"]
    assert caught.value.details["sending"][0]["sending_enabled"]
    assert guarded.sends
    result = resume(guarded)
    assert result["diff"] == {
        "before": {"account": {"resumed": "not noted"}},
        "after": {"account": {"resumed": "noted"}},
    }
    assert "resumed-at" in guarded.memory()
    assert not resume(guarded)["changed"]


@pytest.mark.parametrize(
    ("operation", "nth", "fails"), [("DescribeAlarmsForMetric", [3, 4], True), ("GetAccount", [2], False)]
)
def test_what_was_switched_on_is_reported_as_on_whatever_fails_after_it(
    guarded: Guarded, operation: str, nth: list[int], fails: bool
) -> None:
    pause_by_guard(guarded)
    guarded.control("faults", rules=[{**NO_RETRY, "operation": operation, "nth": nth}])
    try:
        result = resume(guarded)
    except SesError as error:
        assert fails
        result = error.details
    assert result["changed"]
    (scope,) = result["sending"]
    assert (scope["sending_enabled"], scope["confirmed"]) == (True, False)
    assert guarded.sends


def test_one_that_is_gone_on_with_reports_what_it_has_changed_and_no_more(guarded: Guarded) -> None:
    pause_by_guard(guarded)
    guarded.control("faults", rules=[{**NO_RETRY, "operation": "TagResource", "nth": [3, 4]}])
    with pytest.raises(SesError, match="could not be noted"):
        resume(guarded)
    guarded.control("faults", rules=[{**NO_RETRY, "operation": "TagResource"}])
    with pytest.raises(SesError, match="sends again, but that could not be noted") as caught:
        resume(guarded)
    assert not caught.value.details["changed"]
    # An alarm that the function does not hear of.
    guarded.mute_trip_topic()
    guarded.set_state(BOUNCE, "ALARM")
    with pytest.raises(SesError) as caught:
        resume(guarded)
    assert caught.value.message.endswith("while it was resumed. Mend the cause, and try again.")
    assert caught.value.details["diff"] == {
        "before": {"account": {"sending_enabled": True}},
        "after": {"account": {"sending_enabled": False}},
    }
    (scope,) = caught.value.details["sending"]
    assert scope["problems"][0].startswith("The account is paused again, which could not be noted")
    assert not guarded.sends


def test_one_that_cannot_be_paused_again_is_not_said_to_be(guarded: Guarded, monkeypatch: pytest.MonkeyPatch) -> None:
    pause_by_guard(guarded)
    guarded.mute_trip_topic()
    write = Account.write

    def write_and_breach(self: Account, aws: Any, state: Any, enabled: bool) -> None:
        write(self, aws, state, enabled)
        guarded.set_state(BOUNCE, "ALARM")

    monkeypatch.setattr(Account, "write", write_and_breach)
    guarded.control("faults", rules=[{**NO_RETRY, "operation": "PutAccountSendingAttributes", "nth": 2}])
    with pytest.raises(SesError) as caught:
        resume(guarded)
    assert "is paused again" not in caught.value.message
    assert f"still sends, though {BOUNCE} has gone into ALARM, as it could not be paused again" in caught.value.message
    assert caught.value.details["sending"][0]["sending_enabled"]


def test_a_write_whose_answer_was_lost_is_asked_about(guarded: Guarded) -> None:
    pause_by_guard(guarded)
    guarded.control("faults", rules=[{"kind": "reset_after", "operation": "PutAccountSendingAttributes"}])
    assert resume(guarded)["sending"][0]["confirmed"]
    assert "resumed-at" in guarded.memory()


def test_a_person_who_pauses_meanwhile_is_not_overruled(guarded: Guarded, monkeypatch: pytest.MonkeyPatch) -> None:
    pause_by_guard(guarded)
    write = Account.write

    def write_and_pause(self: Account, aws: Any, state: Any, enabled: bool) -> None:
        write(self, aws, state, enabled)
        if enabled:
            guarded.target.run(ses_sending_enabled, enabled=False, reason="not yet")

    monkeypatch.setattr(Account, "write", write_and_pause)
    with pytest.raises(SesError, match=r"the account is paused again: arn:.* has paused it while it was resumed"):
        resume(guarded)
    assert not guarded.sends
    assert guarded.memory()["reason"] == "not yet"


@pytest.mark.parametrize("kind", [ConfigurationSet, Tenant])
@pytest.mark.parametrize("is_before", [True, False])
def test_a_person_who_pauses_meanwhile_what_no_alarm_watches_is_not_overruled(
    target: Target,
    aws: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    kind: type[ConfigurationSet | Tenant],
    is_before: bool,
) -> None:
    """Before the write of the resume, or after it."""
    aws("sesv2").create_configuration_set(ConfigurationSetName="acme")
    aws("sesv2").create_tenant(TenantName="acme")
    scope = kind("acme")
    scopes = {f"{scope.kind}s": ["acme"]}
    scope.write(target.aws(), scope.read(target.aws()), False)
    write = kind.write

    def pause() -> None:
        target.run(ses_sending_enabled, enabled=False, reason="not yet", **scopes)

    def write_and_pause(self: Any, connection: Any, state: Any, enabled: bool) -> None:
        if enabled and is_before:
            pause()
        write(self, connection, state, enabled)
        if enabled and not is_before:
            pause()

    monkeypatch.setattr(kind, "write", write_and_pause)
    with pytest.raises(SesError, match=r"acme is paused again: arn:.* has paused it while it was resumed"):
        target.run(ses_sending_enabled, enabled=True, **scopes)
    state = scope.read(target.aws())
    assert state is not None
    assert not state.sending_enabled
    assert state.tags["ses-pause:reason"] == "not yet"


@pytest.mark.parametrize("ahead", [-3600, -4, 4, 60, 3600])
def test_the_controllers_clock_is_not_asked(guarded: Guarded, monkeypatch: pytest.MonkeyPatch, ahead: int) -> None:
    """An alarm that goes off within these seconds is not hidden, and neither is a second try."""
    now = datetime.now
    wrong = SimpleNamespace(now=lambda zone: now(zone) + timedelta(seconds=ahead), fromisoformat=datetime.fromisoformat)
    monkeypatch.setattr(times, "datetime", wrong)
    guarded.target.run(ses_sending_enabled, enabled=False, reason="a look")
    resume(guarded)
    assert guarded.sends
    guarded.set_state(BOUNCE, "ALARM")
    assert not guarded.sends
    guarded.set_state(BOUNCE, "OK")
    assert resume(guarded, resume_only="guard")["sending"][0]["paused"]["by"] == "guard"
    assert guarded.sends


def test_a_note_of_a_clock_that_was_ahead_hides_nothing(guarded: Guarded) -> None:
    """As version 1.0.0 wrote them."""
    guarded.remember(resumed_at=(datetime.now(UTC) + timedelta(hours=1)).isoformat())
    guarded.set_state(BOUNCE, "ALARM")
    assert not guarded.sends
    guarded.set_state(BOUNCE, "OK")
    assert resume(guarded, resume_only="guard")["changed"]


# Recovery of several


def test_all_scopes_recover_side_by_side_in_one_watch(
    target: Target, aws: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"set-{number}" for number in range(20)]
    for name in names:
        aws("sesv2").create_configuration_set(ConfigurationSetName=name)
    for name in ("ses-pause-trip", "ses-pause-notify"):
        aws("sns").create_topic(Name=name)
    target.run(ses_reputation_alarm, alarms=[{"metric": "bounce_rate", "configuration_set": name} for name in names])
    for name in names:
        state = {"StateValue": "ALARM", "StateReason": "a test"}
        aws("cloudwatch").set_alarm_state(AlarmName=f"{BOUNCE}-{name}", **state)
    target.run(ses_sending_enabled, enabled=False, configuration_sets=names)
    slept: list[float] = []
    monkeypatch.setattr(recovery, "time", SimpleNamespace(sleep=slept.append, monotonic=lambda: sum(slept)))
    said: list[str] = []
    connection = target.aws
    monkeypatch.setattr(target, "aws", lambda: _listening(connection(), said))
    result = target.run(ses_sending_enabled, enabled=True, configuration_sets=names, in_alarm="recover")
    assert [len(scope["recovered"]) for scope in result["sending"]] == [1] * 20
    assert sum(slept) == 90
    assert len(said) == 9
    assert said[0] == "watching that the alarms of 20 scopes stay OK, 90 s left"


def _listening(aws: Any, said: list[str]) -> Any:
    aws.say = said.append
    return aws


def test_one_whose_alarm_goes_off_again_keeps_no_other_from_being_resumed(
    guarded: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    guarded.ses.create_configuration_set(ConfigurationSetName="offers")
    alarm = {"metric": "bounce_rate", "configuration_set": "offers"}
    guarded.target.run(ses_reputation_alarm, **alarm)
    for name in ("news", "offers"):
        guarded.set_state(f"{BOUNCE}-{name}", "ALARM")

    def breach(_seconds: float) -> None:
        guarded.set_state(f"{BOUNCE}-news", "ALARM")

    clock = iter(range(0, 1000, 50))
    monkeypatch.setattr(recovery, "time", SimpleNamespace(sleep=breach, monotonic=lambda: next(clock)))
    with pytest.raises(SesError) as caught:
        resume(guarded, in_alarm="recover", configuration_sets=["news", "offers"])
    assert [scope["name"] for scope in caught.value.details["failed_scopes"]] == ["news"]
    assert [scope["sending_enabled"] for scope in caught.value.details["sending"]] == [False, True]


def test_a_watch_that_fails_keeps_what_was_resumed_before_it_from_being_lost(guarded: Guarded) -> None:
    guarded.ses.create_configuration_set(ConfigurationSetName="offers")
    guarded.set_state(f"{BOUNCE}-news", "ALARM")
    sets = ["news", "offers"]
    guarded.target.run(ses_sending_enabled, enabled=False, configuration_sets=sets)
    guarded.control("sns/outbox", method="DELETE")
    guarded.control("faults", rules=[{**NO_RETRY, "operation": "DescribeAlarms"}])
    with pytest.raises(SesError) as caught:
        resume(guarded, in_alarm="recover", configuration_sets=sets)
    (failed,) = caught.value.details["failed_scopes"]
    assert failed["name"] == "news"
    news, offers = caught.value.details["sending"]
    assert (news["sending_enabled"], offers["sending_enabled"]) == (False, True)
    # Its alarm was set to OK all the same.
    assert news["changed"]
    assert [step["alarm_name"] for step in news["recovered"]] == [f"{BOUNCE}-news"]
    assert guarded.told() == ["Sending RESUMED by a person: configuration set offers, 123456789012, eu-west-1"]


def test_the_margin_of_a_resume_is_kept_by_later_runs(guarded: Guarded) -> None:
    described = {"metric": "bounce_rate", "tier": "pause"}
    guarded.target.run(ses_reputation_alarm, **described)
    guarded.put_rate(0.06)
    assert not guarded.sends
    resume(guarded, in_alarm="recover", recover_margin=0.5, recover_wait=1)
    assert guarded.memory()["recovery-margin"] == "0.5"
    with guarded.target.recorded() as calls:
        assert not guarded.target.run(ses_reputation_alarm, **described)["changed"]
    assert not writes(calls)
    (alarm,) = guarded.cloudwatch.describe_alarms(AlarmNames=[BOUNCE])["MetricAlarms"]
    assert alarm["Threshold"] == 0.09


def test_a_watch_that_may_see_no_evaluation_is_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery, "EVALUATED", 60)
    assert recovery.check_recovery(0.1, 60) == []
    (warning,) = recovery.check_recovery(0.1, 59)
    assert warning.startswith("recover_wait: within 59 s CloudWatch may not have evaluated the alarms.")


@pytest.mark.parametrize("wait", [0, -1])
def test_a_watch_of_no_time_is_refused(target: Target, wait: int) -> None:
    with pytest.raises(SesError, match=rf"recover_wait: {wait} is out of range"):
        target.run(ses_sending_enabled, enabled=True, recover_wait=wait)


# The table in the documentation


def test_the_documentation_has_the_table_of_transitions() -> None:
    text = (ROOT / "docs" / "how-it-works.md").read_text(encoding="utf-8")
    table = text.partition("| step | what comes of it | then |\n|---|---|---|\n")[2].partition("\n\n")[0]
    assert table.splitlines() == [
        f"| {step} | {found} | {f'**{after}**' if isinstance(after, End) else after} |"
        for step, ways in TRANSITIONS.items()
        for found, after in ways.items()
    ]
