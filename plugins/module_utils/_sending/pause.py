# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A pause by a person: it writes first. What is read and said comes after, and cannot undo it by failing."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from .._aws.client import Aws
from .._aws.errors import SesError
from .._aws.threads import Progress
from .._guard.memory import PERSON, Pause
from .._guard.notice import has_topic, notify
from .._guard.scope_memory import ScopeMemory, read_scope_memory
from .._ses.enforcement import ENFORCEMENT
from .._ses.scopes import Scope, ScopeState, missing, read_back
from .outcome import Outcome, not_taken, sending, where

NO_REASON = "no reason given"


@dataclass
class Work:
    """A scope that is to be paused, and what is known of it by now.

    found: its state before, None where it could not be read. is_unknown: SES knows no such thing. written: whether SES
    took the pause. state: after it. paused: whose the pause was that was there already. noted: whether it is a person's
    from now on. can_note: whether there is anything that remembers it.
    """

    scope: Scope
    found: ScopeState | None = None
    is_unknown: bool = False
    written: bool = False
    state: ScopeState | None = None
    confirmed: bool | None = None
    paused: Pause | None = None
    noted: bool = False
    can_note: bool = True
    problems: list[str] = field(default_factory=list)
    error: SesError | None = None

    @property
    def is_paused(self) -> bool:
        return self.written or (self.found is not None and not self.found.sending_enabled)

    def outcome(self) -> Outcome:
        before, after = {}, {}
        if self.written:
            before, after = sending(self.found.sending_enabled if self.found else None), sending(False)
        elif self.noted and self.paused:
            before, after = {"paused_by": self.paused.by}, {"paused_by": PERSON}
        return Outcome(self.state, before, after, self.confirmed, self.paused, (), None, self.problems, self.error)


def pause(
    aws: Aws, scopes: Sequence[Scope], guard: str, reason: str | None, check_mode: bool
) -> tuple[dict[Scope, Outcome], list[str]]:
    """Pauses what sends, in this order. Returns the outcomes, and what people must know beside them."""
    works = [Work(scope) for scope in scopes]
    if check_mode:
        for work in works:
            _foretell(aws, work)
    else:
        _write_all(aws, works)
    for work in works:
        if work.is_paused:
            _note(aws, work, guard, reason or NO_REASON, check_mode)
    # After the note: a resume at the same time looks for it, and yields; one that did not see it is seen here.
    for work in works:
        # Only what was read tells where a tenant's note goes.
        if work.written and not check_mode and (_confirm(aws, work) or (work.found is None and not work.can_note)):
            _note(aws, work, guard, reason or NO_REASON, check_mode)
    warnings = [*_enforcement_warnings(aws, works), *_notify(aws, works, guard, reason, check_mode)]
    return {work.scope: work.outcome() for work in works}, warnings


def _write_all(aws: Aws, works: Sequence[Work]) -> None:
    """Nobody waits for another: what does not answer at once is tried again when all have had their turn."""
    hurried = aws.hurried
    progress = Progress(aws.say, "paused", len(works))
    for work in works:
        try:
            work.found = work.state = work.scope.look(hurried)
        except SesError:
            pass  # what cannot be read is paused all the same
        else:
            work.is_unknown = work.found is None
        _write(hurried, work)
        progress.step()
    for work in works:
        _write(aws, work)
    for work in works:
        if work.is_unknown:
            work.error = missing(aws, work.scope)
        elif work.error:
            _ask(aws, work)


def _write(aws: Aws, work: Work) -> None:
    if work.is_paused or work.is_unknown:
        return
    try:
        work.scope.write(aws, work.found, False)
    except SesError as error:
        work.error, work.is_unknown = error, "missing" in error.details
    else:
        work.written, work.error = True, None
        work.state = work.scope.predict(work.found or ScopeState(True), False)


def _ask(aws: Aws, work: Work) -> None:
    """An error is no proof that nothing was done."""
    try:
        work.state = work.scope.read(aws)
    except SesError:
        work.state = None
    else:
        if work.state is not None and not work.state.sending_enabled:
            work.written, work.error = True, None


def _note(aws: Aws, work: Work, guard: str, reason: str, check_mode: bool) -> None:
    """Notes that a person has paused; over a pause of the guard, or of a live drill, it is a person's from now on."""
    try:
        memory = read_scope_memory(aws, guard, work.scope, work.found or work.state)
        work.can_note = memory.can_note
        if not work.written:
            work.paused = memory.paused
        if work.can_note and (work.written or _is_to_be_noted(memory)):
            if not check_mode:
                memory.note_pause(aws, reason)
            work.noted = True
    except SesError as error:
        work.problems.append(f"The {work.scope.label} is paused, but who paused it could not be noted: {error.message}")


def _is_to_be_noted(memory: ScopeMemory) -> bool:
    """Whether a pause that is there already is no person's yet, as far as is known, or would be lifted all the same."""
    drilled = any(each.drill_runs("live") for each in memory.memories.values())
    return memory.paused.by != PERSON or drilled or memory.is_being_lifted


def _confirm(aws: Aws, work: Work) -> bool:
    """Reads the pause back, and pauses again where sending is on. Returns whether it did."""
    again = False
    try:
        work.state = read_back(aws, work.scope, False)
    except SesError as error:
        work.confirmed = False
        work.problems.append(
            f"SES took the pause of the {work.scope.label}, but it could not be read back: {error.message} Look with "
            f"mailops.ses.status."
        )
        return False
    if work.state is not None and work.state.sending_enabled:
        again = _pause_again(aws, work)
    work.confirmed = work.state is not None and not work.state.sending_enabled
    if not work.confirmed:
        work.error = not_taken(aws, work.scope, "paused", work.state)
    return again


def _pause_again(aws: Aws, work: Work) -> bool:
    """A resume may have come in between, which has noted that it lifted the pause."""
    with suppress(SesError):  # what becomes of it is seen in the state
        work.scope.write(aws, work.state, False)
        work.state = read_back(aws, work.scope, False)
    return work.state is not None and not work.state.sending_enabled


def _enforcement_warnings(aws: Aws, works: Sequence[Work]) -> list[str]:
    """What AWS itself thinks of the account."""
    statuses = {work.state.enforcement_status for work in works if work.state}
    return [f"{where(aws)}: {ENFORCEMENT[status]}" for status in statuses if status in ENFORCEMENT]


def _notify(aws: Aws, works: Sequence[Work], guard: str, reason: str | None, check_mode: bool) -> list[str]:
    """Notifies people of what is new. Returns the warning where that is not possible."""
    news = [work.scope for work in works if work.written or work.noted]
    if not news:
        return []
    lost = [work.scope.label for work in works if not work.can_note]
    try:
        if has_topic(aws, guard) if check_mode else notify(aws, guard, False, news, reason):
            nowhere = f"who paused {', '.join(lost)} and why is kept nowhere"
            return [f"{where(aws)}: no alarm of the guard {guard!r} watches it, so {nowhere}."] if lost else []
    except SesError as error:
        return [] if check_mode else [f"It is done, but people could not be told: {error.message}"]
    kept = ", and who paused and why is kept nowhere" if lost else ""
    return [
        f"{where(aws)}: there is no guard {guard!r}, so nobody is notified{kept}. If it has another name, give that "
        f"(name, or ses_pause_name)."
    ]


def _foretell(aws: Aws, work: Work) -> None:
    """What a pause would do, without a write."""
    try:
        work.found = work.state = work.scope.read(aws)
    except SesError as error:
        work.error = error
        return
    if work.found is None:
        work.error = missing(aws, work.scope)
    elif work.found.sending_enabled:
        work.written = work.confirmed = True
        work.state = work.scope.predict(work.found, False)
