# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a drill ends: always, and behind whatever a real trip or a person has done meanwhile."""

from __future__ import annotations

import itertools
import signal
import threading
from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._drill import end
from ansible_collections.mailops.ses.plugins.module_utils._drill.end import End, why_left
from ansible_collections.mailops.ses.plugins.module_utils._drill.run import Drill
from ansible_collections.mailops.ses.plugins.module_utils._guard.memory import Memory, who_paused
from ansible_collections.mailops.ses.plugins.module_utils._operations import ses_pause_drill, ses_sending_enabled
from ansible_collections.mailops.ses.plugins.module_utils._resources.alarm import AlarmState
from ansible_collections.mailops.ses.plugins.module_utils._sending.trips import DRILL_REASON
from ansible_collections.mailops.ses.plugins.module_utils._ses.scopes import Account

from tests.local_aws.patience import PATIENCE
from tests.unit.function.support import message, sns_event
from tests.unit.plugins.module_utils.drills import (
    BOUNCE,
    COMPLAINT,
    REAL,
    Guarded,
)

DRILLED = f"{DRILL_REASON}live 1a2b: nothing is wrong"
EARLY, MIDDLE, LATE = (f"2026-11-22T10:00:0{second}.000+00:00" for second in (0, 1, 2))


Before = Callable[[Any, str, Callable[[], None]], None]


@pytest.fixture
def before(monkeypatch: pytest.MonkeyPatch) -> Before:
    """``before(class, method, happens)``: what happens once, just before the method is called."""

    def patch(owner: Any, method: str, happens: Callable[[], None]) -> None:
        original = getattr(owner, method)
        pending = [happens]

        def first(self: Any, *args: Any, **options: Any) -> Any:
            if pending:
                pending.pop()()
            return original(self, *args, **options)

        monkeypatch.setattr(owner, method, first)

    return patch


def fails(guarded: Guarded, **options: Any) -> str:
    with pytest.raises(SesError) as raised:
        guarded.drill(mode="live", **options)
    guarded.wait()
    return raised.value.message


# Whose a pause is


def state(value: str = "OK", reason: str = REAL) -> AlarmState:
    return AlarmState({}, value=value, reason=reason)


@pytest.mark.parametrize(
    ("states", "now", "before_", "expected"),
    [
        ([state("ALARM", DRILLED), state()], [{"drill-paused-at": MIDDLE}, {}], None, None),
        ([state(), state()], [{"drill-paused-at": MIDDLE}, {}], None, None),
        ([state("ALARM"), state()], [{"drill-paused-at": MIDDLE}, {}], None, "bounce has really tripped"),
        ([state("ALARM", DRILLED), state("ALARM")], [{"drill-paused-at": MIDDLE}, {}], None, "complaint has really"),
        ([state("ALARM", DRILLED), state()], [{}, {}], None, "it was not the drill that has paused"),
        ([state("ALARM", DRILLED), state()], [{"drill-paused-at": ""}, {}], None, "it was not the drill"),
        ([state("ALARM", DRILLED), state()], [{}, {"drill-paused-at": MIDDLE}], None, "it was not the drill"),
        ([state(), state()], [{"drill-paused-at": MIDDLE, "paused-at": LATE}, {}], None, "an alarm has really tripped"),
        ([state(), state()], [{"drill-paused-at": MIDDLE}, {"paused-at": LATE}], None, "an alarm has really tripped"),
        ([state(), state()], [{"drill-paused-at": MIDDLE, "paused-at": MIDDLE}, {}], None, "an alarm has really"),
        ([state(), state()], [{"drill-paused-at": MIDDLE, "paused-at": EARLY}, {}], None, None),
        ([state(), state()], [{"drill-paused-at": MIDDLE, "person-paused-at": LATE}, {}], None, "a person has paused"),
        ([state(), state()], [{"drill-paused-at": MIDDLE, "resumed-at": LATE}, {}], None, "a person has resumed"),
        ([state(), state()], [{"drill-paused-at": MIDDLE}, {"overridden-at": LATE}], None, "somebody has resumed"),
        # A person's clock may be behind AWS's: what is new counts, whatever its time.
        ([state(), state()], [{"drill-paused-at": LATE, "person-paused-at": EARLY}, {}], [{}, {}], "a person has"),
        (
            [state(), state()],
            [{"drill-paused-at": LATE, "person-paused-at": EARLY}, {}],
            [{"person-paused-at": EARLY}, {}],
            None,
        ),
    ],
)
def test_whose_a_pause_is(
    states: list[AlarmState], now: list[dict[str, str]], before_: list[dict[str, str]] | None, expected: str | None
) -> None:
    def named(values: list[dict[str, str]]) -> dict[str, Memory]:
        memories = [Memory.of({f"ses-pause:{key}": value for key, value in each.items()}) for each in values]
        return dict(zip(("bounce", "complaint"), memories, strict=True))

    alarms = dict(zip(("bounce", "complaint"), states, strict=True))
    found = why_left("bounce", alarms, named(now), before_ and named(before_))
    assert found is None if expected is None else found is not None and expected in found


# A real trip comes in between


def test_a_breach_that_finds_the_alarm_in_alarm_stays_paused(guarded: Guarded, before: Before) -> None:
    before(End, "put_right", lambda: guarded.set_state(BOUNCE, "ALARM"))
    said = fails(guarded)
    assert f"The account is left paused: {BOUNCE} has really tripped meanwhile." in said
    assert not guarded.sends
    assert guarded.alarm() == ("ALARM", REAL)
    assert guarded.told()[-1] == "DRILL (live) over, STILL PAUSED"
    assert guarded.sweep() == ["already_paused"]
    assert guarded.sweep() == ["handled"]
    assert guarded.told()[-1] == "Sending was already paused"


def test_another_alarm_that_trips_stays_paused(guarded: Guarded, before: Before) -> None:
    before(End, "put_right", lambda: guarded.set_state(COMPLAINT, "ALARM"))
    assert f"The account is left paused: {COMPLAINT} has really tripped meanwhile." in fails(guarded)
    assert not guarded.sends
    assert guarded.alarm()[0] == "OK"
    assert guarded.alarm(COMPLAINT) == ("ALARM", REAL)


def test_another_alarm_that_tripped_and_is_ok_again_stays_paused(guarded: Guarded, before: Before) -> None:
    def trip() -> None:
        guarded.set_state(COMPLAINT, "ALARM")
        guarded.set_state(COMPLAINT, "OK")

    before(End, "put_right", trip)
    assert "left paused: an alarm has really tripped meanwhile" in fails(guarded)
    assert not guarded.sends


def test_a_breach_once_the_state_is_back_stays_paused(guarded: Guarded, before: Before) -> None:
    before(End, "_resume", lambda: guarded.put_rate(0.06))
    assert f"left paused: {BOUNCE} has really tripped meanwhile" in fails(guarded)
    assert not guarded.sends
    assert guarded.alarm()[0] == "ALARM"
    assert guarded.memory()["paused-at"]


def test_a_breach_just_before_the_resume_pauses_again(guarded: Guarded, before: Before) -> None:
    before(Account, "write", lambda: guarded.put_rate(0.06))
    assert f"The account is paused again: {BOUNCE} has really tripped meanwhile." in fails(guarded)
    assert not guarded.sends
    tags = {f"ses-pause:{key}": value for key, value in guarded.memory().items()}
    assert who_paused([Memory.of(tags)]).by == "guard"
    assert guarded.sweep() == ["handled"]


def test_a_breach_just_after_the_resume_pauses(guarded: Guarded, before: Before) -> None:
    before(End, "_look_once_more", lambda: guarded.put_rate(0.06))
    fails(guarded)
    assert not guarded.sends
    assert guarded.told()[-2:] == ["Sending PAUSED", "DRILL (live) over, STILL PAUSED"]


def test_a_breach_after_a_dry_drill_that_changed_no_state_is_for_the_sweep(guarded: Guarded, before: Before) -> None:
    before(End, "put_right", lambda: guarded.set_state(BOUNCE, "ALARM"))
    with pytest.raises(SesError, match=f"{BOUNCE} has really tripped meanwhile. Where that changed no state") as raised:
        guarded.drill()
    assert raised.value.details["alarm_state"] == "ALARM"
    assert guarded.sends
    assert guarded.sweep() == ["paused"]
    assert not guarded.sends
    assert guarded.sweep() == ["handled"]


# A person comes in between


def test_a_persons_pause_stays(guarded: Guarded, before: Before) -> None:
    before(End, "put_right", lambda: guarded.target.run(ses_sending_enabled, enabled=False, reason="bad list") and None)
    assert "The account is left paused: a person has paused meanwhile." in fails(guarded)
    assert not guarded.sends
    assert guarded.alarm()[0] == "OK"
    assert guarded.memory()["reason"] == "bad list"


def test_a_pause_from_before_the_functions_stays(guarded: Guarded, before: Before) -> None:
    before(Drill, "_set_alarm", lambda: guarded.switch(False))
    said = fails(guarded)
    assert "[nothing_to_pause]" in said
    assert "The account is left paused: it was not the drill that has paused." in said
    assert not guarded.sends


def test_a_persons_resume_is_as_good(guarded: Guarded, before: Before) -> None:
    before(End, "put_right", lambda: guarded.target.run(ses_sending_enabled, enabled=True, in_alarm="ignore") and None)
    result = guarded.drill(mode="live")
    assert result["passed"]
    assert guarded.sends
    assert guarded.alarm()[0] == "OK"


def test_a_pause_after_a_persons_resume_stays(guarded: Guarded, before: Before) -> None:
    def resume_and_pause() -> None:
        guarded.target.run(ses_sending_enabled, enabled=True, in_alarm="ignore")
        guarded.switch(False)

    before(End, "put_right", resume_and_pause)
    assert "a person has resumed meanwhile, and it was paused again" in fails(guarded)
    assert not guarded.sends


@pytest.mark.parametrize(
    ("check_mode", "mode", "noted"), [(True, "live", False), (False, "dry", False), (False, "live", True)]
)
def test_a_pause_over_a_persons_is_noted_anew_during_a_live_drill_only(
    guarded: Guarded, check_mode: bool, mode: str, noted: bool
) -> None:
    guarded.target.run(ses_sending_enabled, enabled=False, reason="bad list")
    guarded.remember(drill=f"{EARLY} {mode} running 0.0")
    guarded.target.run(ses_sending_enabled, check_mode, enabled=False, reason="worse list")
    assert guarded.memory()["reason"] == ("worse list" if noted else "bad list")


# Something fails


def test_whatever_is_raised_sending_is_resumed(guarded: Guarded, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(self: Drill) -> bool:
        if not guarded.sends:
            raise ZeroDivisionError
        return False

    monkeypatch.setattr(Drill, "_is_over", break_down)
    with pytest.raises(ZeroDivisionError):
        guarded.drill(mode="live")
    assert guarded.sends
    assert guarded.alarm()[0] == "OK"
    assert " live " in guarded.memory()["drill"]
    assert "running" not in guarded.memory()["drill"]


def test_a_state_that_cannot_be_put_back_does_not_keep_sending_paused(
    guarded: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: End) -> None:
        raise SesError("no such permission")

    monkeypatch.setattr(End, "_put_state_back", refuse)
    assert fails(guarded).endswith("no such permission")
    assert guarded.sends
    assert guarded.alarm()[0] == "ALARM"
    # The reason becomes a real one, the state does not change: what was done for the drill does not count.
    guarded.set_state(BOUNCE, "ALARM")
    assert guarded.sweep() == ["paused"]


def test_an_alarm_that_cannot_be_tripped_is_no_broken_link(guarded: Guarded, before: Before) -> None:
    before(Drill, "_set_alarm", lambda: guarded.cloudwatch.delete_alarms(AlarmNames=[BOUNCE]))
    said = fails(guarded)
    assert "cloudwatch:SetAlarmState failed for alarm ses-pause-bounce-pause" in said
    assert "no_answer" not in said
    assert guarded.sends


def test_a_resume_that_ses_does_not_take_is_told(guarded: Guarded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Account, "write", lambda self, aws, state, enabled: None)
    assert "could not be resumed: SES took the call and still reports it as paused. Run mailops.ses.resume" in fails(
        guarded
    )


def test_a_set_that_is_gone_at_the_end_needs_no_resume(guarded: Guarded, before: Before) -> None:
    before(End, "put_right", lambda: guarded.ses.delete_configuration_set(ConfigurationSetName="news"))
    assert "resume" not in [step["step"] for step in guarded.drill(mode="live", configuration_set="news")["steps"]]


# The function is late


def test_a_function_that_is_late_is_waited_for_and_resumed(
    guarded: Guarded, before: Before, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(end, "LATE_SECONDS", PATIENCE)
    guarded.hold("PutAccountSendingAttributes")
    before(Drill, "_watch", guarded.await_held)
    before(End, "_await_late_pause", guarded.go_on)
    said = fails(guarded)
    assert "[no_answer]" in said
    assert guarded.sends
    assert "drill-paused-at" in guarded.memory()


def test_a_pause_that_the_function_is_about_to_note_is_waited_for_and_resumed(
    guarded: Guarded, before: Before, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sending is off, and nothing says yet by whom."""
    guarded.hold("TagResource")
    before(Drill, "_watch", guarded.await_held)
    waiting = SimpleNamespace(monotonic=itertools.count().__next__, sleep=lambda _seconds: guarded.go_on())
    monkeypatch.setattr(end, "time", waiting)
    monkeypatch.setattr(end, "LATE_SECONDS", 5)
    with pytest.raises(SesError, match="no_answer"):
        guarded.drill(mode="live")
    assert guarded.sends
    assert guarded.memory()["drill-paused-at"]


def test_an_event_that_comes_after_the_end_pauses_nothing(guarded: Guarded) -> None:
    guarded.mute_trip_topic()
    assert "[alarm_action_failed]" in fails(guarded)
    event = message(datetime.fromisoformat(guarded.memory()["drill-resumed-at"]), NewStateReason=DRILLED)
    assert guarded.invoke(sns_event(event)) == ["handled"]
    assert guarded.sends
    assert guarded.told() == []


# Somebody stops it


@pytest.mark.parametrize(
    ("number", "raised"),
    [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, SystemExit), (signal.SIGHUP, SystemExit)],
)
def test_a_signal_takes_effect_when_all_is_put_right(
    guarded: Guarded, monkeypatch: pytest.MonkeyPatch, number: int, raised: type[BaseException]
) -> None:
    """Sent twice, as Ansible does."""

    def leave(_number: int, _frame: Any) -> None:
        raise raised

    guarded.hold("Publish")
    original = Drill._is_over

    def look(self: Drill) -> bool:
        over = original(self)
        if "pause" in self._steps:
            signal.raise_signal(number)
            signal.raise_signal(signal.SIGTERM)
        return over

    monkeypatch.setattr(Drill, "_is_over", look)
    handler = signal.signal(number, leave)
    try:
        with pytest.raises(raised):
            guarded.drill(mode="live", timeout=PATIENCE)
        assert signal.getsignal(number) is leave
    finally:
        signal.signal(number, handler)
    assert guarded.sends
    assert guarded.alarm()[0] == "OK"
    assert " live interrupted " in guarded.memory()["drill"]
    guarded.go_on()


def test_elsewhere_than_in_the_main_thread_signals_are_left_alone(guarded: Guarded) -> None:
    results: list[dict[str, Any]] = []
    thread = threading.Thread(target=lambda: results.append(guarded.drill(mode="live")))
    thread.start()
    thread.join()
    assert [result["passed"] for result in results] == [True]


# It was killed


@pytest.fixture
def killed(guarded: Guarded, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """``killed(mode)``: a drill that was killed while it waited."""

    def kill(mode: str) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(Drill, "_end", lambda self, held: None)
            guarded.drill(mode=mode)

    return kill


@pytest.mark.parametrize("next_mode", ["dry", "live"])
def test_the_next_drill_resumes_what_a_killed_one_has_paused(
    guarded: Guarded, killed: Callable[[str], None], next_mode: str
) -> None:
    killed("live")
    assert not guarded.sends
    assert guarded.alarm()[0] == "ALARM"
    assert guarded.sweep() == ["ignored"]
    result = guarded.drill(mode=next_mode)
    assert result["passed"]
    assert len(result["warnings"]) == 1
    assert "a drill of ses-pause-bounce-pause had not come to its end" in result["warnings"][0]
    assert guarded.sends
    assert guarded.alarm()[0] == "OK"
    assert f" {next_mode} passed " in guarded.memory()["drill"]


def test_a_drill_of_the_other_alarm_puts_it_right_too(guarded: Guarded, killed: Callable[[str], None]) -> None:
    killed("live")
    assert guarded.drill(metric="complaint_rate")["passed"]
    assert guarded.sends
    assert guarded.alarm()[0] == "OK"
    assert " live interrupted 0.0" in guarded.memory()["drill"]


def test_a_killed_dry_drill_pauses_nothing_and_is_put_right(guarded: Guarded, killed: Callable[[str], None]) -> None:
    killed("dry")
    told = guarded.told()
    assert guarded.sweep() == ["ignored"]
    assert guarded.told() == told
    assert guarded.sends
    assert guarded.drill()["passed"]
    assert guarded.alarm()[0] == "OK"


@pytest.mark.parametrize("mode", ["dry", "live"])
def test_what_is_left_pauses_when_the_breach_is_real(
    guarded: Guarded, killed: Callable[[str], None], mode: str
) -> None:
    """CloudWatch evaluates a real breach, and the state it finds is ALARM already: no event, but another reason."""
    killed(mode)
    if mode == "live":
        guarded.switch(True)
    guarded.set_state(BOUNCE, "ALARM")
    assert guarded.sweep() == ["paused"]
    assert not guarded.sends
    with pytest.raises(SesError, match="is in ALARM already"):
        guarded.drill()
    assert not guarded.sends


def test_the_next_drill_leaves_a_persons_pause(guarded: Guarded, killed: Callable[[str], None]) -> None:
    killed("live")
    guarded.target.run(ses_sending_enabled, enabled=False, reason="bad list")
    result = guarded.drill()
    assert "left paused: a person has paused meanwhile" in result["warnings"][1]
    assert not guarded.sends
    assert guarded.alarm()[0] == "OK"


def test_the_next_drill_leaves_a_real_trip(guarded: Guarded, killed: Callable[[str], None]) -> None:
    killed("live")
    guarded.set_state(BOUNCE, "OK")
    guarded.set_state(BOUNCE, "ALARM")
    with pytest.raises(SesError, match="is in ALARM already"):
        guarded.drill()
    assert not guarded.sends
    assert guarded.alarm() == ("ALARM", REAL)


def test_the_next_drill_leaves_another_pause_after_a_resume(guarded: Guarded, killed: Callable[[str], None]) -> None:
    killed("live")
    guarded.target.run(ses_sending_enabled, enabled=True, in_alarm="ignore")
    guarded.switch(False)
    assert "a person has resumed meanwhile" in guarded.drill()["warnings"][1]
    assert not guarded.sends


def test_check_mode_tells_what_is_left_and_leaves_it(guarded: Guarded, killed: Callable[[str], None]) -> None:
    killed("live")
    result = guarded.target.check(ses_pause_drill)
    assert "had not come to its end" in result["warnings"][0]
    assert not guarded.sends
