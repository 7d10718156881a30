# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every fault at every call of a pause and of a resume, and whoever else comes at that moment.

Nothing resumes that nobody asked for. No pause changes its owner without a person. After any failure a second, equal
command ends right. No alarm is left unable to act while mail flows, unless the command said that it had failed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from itertools import cycle
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._sending.transitions import FIRST, TRANSITIONS, End, Step

from tests.unit.function import support
from tests.unit.function.support import BOUNCE, COMPLAINT, ENVIRONMENT
from tests.unit.plugins.module_utils._sending.hands import Hands, some_of

# Long, and of code that other tests cover line by line.
pytestmark = pytest.mark.no_cover

PAUSE: dict[str, Any] = {"enabled": False, "reason": "a bad list"}
RESUME: dict[str, Any] = {"enabled": True, "reason": "it is mended"}
RECOVER = {**RESUME, "in_alarm": "recover"}
# The call is refused, its answer is lost, the process ends before it or after it.
FAULTS = ("500", "reset after", "killed", "killed after")
SKEWS = (timedelta(), timedelta(hours=1), timedelta(hours=-1), timedelta(seconds=4), timedelta(seconds=-4))


@cache
def stage() -> tuple[Hands, Any]:
    """Made once: making clients takes longer than a command."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        return Hands(), support.load()


@pytest.fixture
def begin() -> Iterator[Callable[..., Hands]]:
    """``begin(skew)``: a new account, as often as wanted."""
    patches: list[pytest.MonkeyPatch] = []

    def anew(skew: timedelta = timedelta()) -> Hands:
        for patch in patches:
            patch.undo()
        patches[:] = [pytest.MonkeyPatch()]
        for name, value in ENVIRONMENT.items():
            patches[0].setenv(name, value)
        hands, function = stage()
        hands.begin(function, patches[0], skew)
        return hands

    yield anew
    for patch in patches:
        patch.undo()


# How the account came to be paused, before somebody resumes it


def paused_by_ann(hands: Hands) -> None:
    hands.command("ann", **PAUSE)


def paused_by_the_guard(hands: Hands) -> None:
    """And the rate has fallen since."""
    hands.go_into_alarm(BOUNCE)
    hands.now += timedelta(minutes=5)
    hands.alarms[BOUNCE].state, hands.alarms[BOUNCE].since = "OK", hands.now
    hands.now += timedelta(minutes=5)


def paused_in_alarm(hands: Hands) -> None:
    hands.go_into_alarm(BOUNCE)
    hands.now += timedelta(minutes=5)


def a_resume_was_killed(hands: Hands) -> None:
    """Between its note and its write."""
    paused_by_the_guard(hands)
    assert hands.try_command("ann", {"PutAccountSendingAttributes": "killed"}, **RESUME) == "killed"
    assert hands.is_resuming
    hands.now += timedelta(minutes=5)


# What else may happen at a call


def nothing(hands: Hands) -> None:
    pass


def bob_pauses(hands: Hands) -> None:
    hands.command("bob", **PAUSE)


def bob_resumes(hands: Hands) -> None:
    hands.try_command("bob", **RESUME)


def complaints(hands: Hands) -> None:
    hands.go_into_alarm(COMPLAINT)


def complaints_heard_late(hands: Hands) -> None:
    hands.go_into_alarm(COMPLAINT, late=True)


def a_check(hands: Hands) -> None:
    hands.check()


BEFORE = (paused_by_ann, paused_by_the_guard, paused_in_alarm, a_resume_was_killed)
OTHERS = (bob_pauses, bob_resumes, complaints, complaints_heard_late, a_check)


def options_for(before: Callable[[Hands], None]) -> dict[str, Any]:
    return RECOVER if before is paused_in_alarm else RESUME


def owner(before: Callable[[Hands], None]) -> str:
    return "person" if before is paused_by_ann else "guard"


def count_resume(begin: Callable[..., Hands], before: Callable[[Hands], None]) -> int:
    hands = begin()
    before(hands)
    return hands.count("ann", **options_for(before))


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_at_any_call_of_a_resume_changes_no_owner_and_the_next_one_ends_right(
    begin: Callable[..., Hands], before: Callable[[Hands], None], fault: str
) -> None:
    skews = cycle(SKEWS)
    for number in some_of(count_resume(begin, before)):
        hands, where = begin(next(skews)), f"{fault} at call {number}"
        before(hands)
        error = hands.try_command("ann", {number: fault}, **options_for(before))
        hands.nothing_false_was_reported(where)
        hands.check()
        if hands.is_on:
            assert not hands.in_alarm, f"{where}: disarmed"
        else:
            assert error, f"{where}: it is paused, and nobody said so"
            assert hands.paused.by == owner(before), where
        # The owner is the same, so the one who resumes what the guard paused may go on.
        only = {"resume_only": "guard"} if owner(before) == "guard" else {}
        hands.command("ann", **{**options_for(before), **only})
        assert hands.is_on, where
        ends_armed(hands, where)


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("other", OTHERS)
def test_whoever_comes_at_any_call_of_a_resume_is_not_overruled(
    begin: Callable[..., Hands], before: Callable[[Hands], None], other: Callable[[Hands], None]
) -> None:
    skews = cycle(SKEWS)
    for number in some_of(count_resume(begin, before)):
        hands, where = begin(next(skews)), f"{other.__name__} at call {number}"
        before(hands)
        error = hands.try_command("ann", {number: lambda hands=hands: other(hands)}, **options_for(before))
        hands.deliver()
        hands.check()
        if other in (complaints, complaints_heard_late):
            # A recovery that finds it in ALARM already, when it begins, sets it right too.
            assert not hands.is_on or (before is paused_in_alarm and not hands.in_alarm), f"{where}: {error}"
            assert hands.is_on or hands.paused.by in ("guard", owner(before)), where
        elif other is bob_pauses:
            # Ann notes in call 6 that she resumes. From then on Bob's pause stands, and is his.
            assert not hands.is_on or number <= 6, f"{where}: {error}"
            assert hands.is_on or hands.paused.by == "person", f"{where}: {error}"
        else:
            assert hands.is_on, f"{where}: {error}"
        if hands.is_on:
            assert not hands.in_alarm, f"{where}: disarmed"
        else:
            assert error or other in (complaints, complaints_heard_late, bob_pauses), f"{where}: nobody said so"
        hands.try_command("ann", **RECOVER)
        assert hands.is_on, where
        ends_armed(hands, where)


def ends_armed(hands: Hands, where: str) -> None:
    """The next alarm pauses, in the guard's name."""
    assert not hands.is_resuming, where
    hands.now += timedelta(seconds=2)
    for name in (BOUNCE, COMPLAINT):
        assert hands.alarms[name].state != "ALARM", where
    hands.go_into_alarm(COMPLAINT)
    assert not hands.is_on, f"{where}: the next alarm does not pause"
    assert hands.paused.by == "guard", where
    hands.nothing_forbidden()


@pytest.mark.parametrize("before", [nothing, paused_by_the_guard, a_resume_was_killed])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_at_any_call_of_a_pause_keeps_only_its_own_write_from_being_done(
    begin: Callable[..., Hands], before: Callable[[Hands], None], fault: str
) -> None:
    hands = begin()
    before(hands)
    skews = cycle(SKEWS)
    for number in some_of(hands.count("ann", **PAUSE)):
        hands, where = begin(next(skews)), f"{fault} at call {number}"
        before(hands)
        error = hands.try_command("ann", {number: fault}, **PAUSE)
        hands.nothing_false_was_reported(where)
        if error != "killed":
            assert not hands.is_on, f"{where}: {error}"
        hands.check()
        hands.command("ann", **PAUSE)
        assert not hands.is_on, where
        assert hands.paused.by == "person", where
        hands.try_command("bob", **{**RESUME, "resume_only": "guard"})
        assert not hands.is_on, f"{where}: a person's pause was lifted"


@pytest.mark.parametrize("before", [nothing, paused_by_the_guard])
@pytest.mark.parametrize("other", [bob_resumes, complaints, complaints_heard_late, a_check])
def test_whoever_comes_at_any_call_of_a_pause_it_ends_paused(
    begin: Callable[..., Hands], before: Callable[[Hands], None], other: Callable[[Hands], None]
) -> None:
    hands = begin()
    before(hands)
    skews = cycle(SKEWS)
    calls = hands.count("ann", **PAUSE)
    for number in some_of(calls):
        hands, where = begin(next(skews)), f"{other.__name__} at call {number} of {calls}"
        before(hands)
        error = hands.try_command("ann", {number: lambda hands=hands: other(hands)}, **PAUSE)
        hands.deliver()
        hands.check()
        if other is bob_resumes and hands.is_on:
            # He came last: after the read-back, or where the account was paused already and nothing was written.
            assert number >= calls - 1 or before is paused_by_the_guard, f"{where}: {error}"
        else:
            assert not hands.is_on, f"{where}: {error}"
            assert hands.paused.by == "person", where


# The table


def test_every_step_has_a_way_to_an_end() -> None:
    def ends(step: Step, seen: frozenset[Step] = frozenset()) -> set[End]:
        return {
            end
            for after in TRANSITIONS[step].values()
            for end in ([after] if isinstance(after, End) else ends(after, seen | {step}) if after not in seen else [])
        }

    assert set(TRANSITIONS) == set(Step)
    assert ends(FIRST) == set(End)
