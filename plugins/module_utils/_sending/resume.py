# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A resume leaves the guard able to act; an alarm that goes into ALARM meanwhile wins over it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from .._aws.client import Aws
from .._aws.errors import SesError
from .._aws.threads import Progress, gather
from .._guard.memory import GUARD, Pause
from .._guard.notice import notify
from .._guard.scope_memory import ScopeMemory, read_scope_memory
from .._ses.scopes import Scope, ScopeState, Tenant, read_all
from .outcome import Outcome, sending, where
from .recovery import Recovery, RecoveryStep, check_recovery, read_recoveries, watch
from .resuming_scope import ResumingScope

REFUSE, RECOVER, IGNORE = "refuse", "recover", "ignore"
NOT_OURS = "not paused by the guard"


@dataclass(frozen=True)
class ResumeOptions:
    """only: any, or GUARD for what the guard paused. margin, wait: of a recovery, a share of the rate and seconds."""

    guard: str
    reason: str | None
    only: str
    in_alarm: str
    margin: float
    wait: int


class Resume:
    """A resume of some scopes. warnings: what people must know beside the outcomes."""

    def __init__(self, aws: Aws, options: ResumeOptions, check_mode: bool) -> None:
        self._aws = aws
        self._guard = options.guard
        self._options = options
        self._check_mode = check_mode
        self._states: dict[Scope, ScopeState] = {}
        self._memories: dict[Scope, ScopeMemory] = {}
        self._outcomes: dict[Scope, Outcome] = {}
        self.warnings: list[str] = []

    def run(self, scopes: Sequence[Scope]) -> dict[Scope, Outcome]:
        self.warnings += check_recovery(self._options.margin, self._options.wait)
        self._states = read_all(self._aws, list(scopes))
        self._refuse_what_aws_paused()
        self._read_memories()
        self._warn_of_unguarded()
        self._leave_others_alone()
        todo = [scope for scope in self._memories if self._is_to_be_changed(scope)]
        recoveries = self._read_recoveries(todo)
        # Those that need none first: nobody waits for another's alarms.
        self._resume_all([scope for scope in todo if scope not in recoveries and scope not in self._outcomes], {})
        self._recover_all(recoveries)
        self._notify()
        return {scope: self._outcomes.get(scope) or Outcome(state) for scope, state in self._states.items()}

    def _refuse_what_aws_paused(self) -> None:
        if refused := [reason for scope, state in self._states.items() if (reason := scope.refusal(state))]:
            raise SesError(f"Cannot resume in {self._aws.place}: {'; '.join(refused)}. Nothing was written.")

    def _read_memories(self) -> None:
        def read(scope: Scope) -> ScopeMemory | SesError:
            try:
                return read_scope_memory(self._aws, self._guard, scope, self._states[scope])
            except SesError as error:
                return error

        found = gather([partial(read, scope) for scope in self._states])
        for scope, memory in zip(self._states, found, strict=True):
            if isinstance(memory, SesError):
                self._outcomes[scope] = self._unread(scope, memory)
            else:
                self._memories[scope] = memory

    def _unread(self, scope: Scope, error: SesError) -> Outcome:
        state = self._states[scope]
        if not state.sending_enabled:
            return Outcome(state, error=error)
        problem = f"The {scope.label} sends, but whether the guard can pause it is not known: {error.message}"
        return Outcome(state, problems=[problem])

    def _warn_of_unguarded(self) -> None:
        """Nothing watches tenants, so of them it is no news."""
        bare = [
            scope.label
            for scope, memory in self._memories.items()
            if not memory.alarms and not isinstance(scope, Tenant)
        ]
        if bare:
            self.warnings.append(
                f"{where(self._aws)}: the guard {self._guard!r} has no alarm that would pause {', '.join(bare)} again. "
                f"If it has another name, give that (name, or ses_pause_name)."
            )

    def _leave_others_alone(self) -> None:
        """What the guard has not paused, where only its pauses are to be lifted."""
        if self._options.only != GUARD:
            return
        for scope, memory in self._memories.items():
            state = self._states[scope]
            if not state.sending_enabled and memory.paused.by != GUARD:
                self._outcomes[scope] = Outcome(state, paused=memory.paused, skipped=NOT_OURS)

    def _is_to_be_changed(self, scope: Scope) -> bool:
        if scope in self._outcomes:
            return False
        memory = self._memories[scope]
        if self._states[scope].sending_enabled:
            return memory.is_resuming or (self._options.in_alarm == RECOVER and bool(memory.in_alarm))
        return True

    def _read_recoveries(self, scopes: Sequence[Scope]) -> dict[Scope, Recovery]:
        """Of each scope whose alarms must be set right first. What is refused or fails becomes an outcome."""
        disarmed = {scope: self._memories[scope].alarms for scope in scopes if self._is_to_be_armed(scope)}
        if self._options.in_alarm == IGNORE:
            for scope in disarmed:
                self.warnings.append(
                    f"{where(self._aws)}: the guard is disarmed until these alarms leave the state ALARM, as an alarm "
                    f"acts on a change of state only: {', '.join(self._memories[scope].in_alarm)}."
                )
            return {}
        try:
            recoveries = read_recoveries(self._aws, disarmed, self._options.margin)
        except SesError as error:
            self._outcomes |= {scope: self._failed(scope, error) for scope in disarmed}
            return {}
        for scope, recovery in recoveries.items():
            try:
                if self._options.in_alarm == REFUSE:
                    raise self._refusal(scope, recovery)
                recovery.check()
            except SesError as error:
                self._outcomes[scope] = self._failed(scope, error)
        return {scope: recovery for scope, recovery in recoveries.items() if scope not in self._outcomes}

    def _is_to_be_armed(self, scope: Scope) -> bool:
        """One that sends already is armed anew only where that is asked for."""
        is_asked = self._options.in_alarm == RECOVER or not self._states[scope].sending_enabled
        return bool(self._memories[scope].in_alarm) and is_asked

    def _refusal(self, scope: Scope, recovery: Recovery) -> SesError:
        why = (
            "Its metrics start afresh on a resume, so recovering only sets them to OK."
            if scope.name
            else "Waiting does not help: the rate does not fall while nothing is sent. Recovering raises the threshold "
            "to the rate plus a margin until the rate falls."
        )
        return SesError(
            f"{where(self._aws)}: the {scope.label} is not resumed, as its guard would be disarmed. In ALARM: "
            f"{recovery.describe()}. Stop the cause, then recover: ses_pause_recover=true in the playbook, in_alarm: "
            f"recover in a task. {why}",
            in_alarm=[vars(step) for step in recovery.steps],
        )

    def _failed(self, scope: Scope, error: SesError, steps: Sequence[RecoveryStep] = ()) -> Outcome:
        """steps: what was done to its alarms all the same."""
        before: dict[str, Any] = {"recovered": []}
        after = {"recovered": [step.alarm_name for step in steps]}
        return Outcome(self._states[scope], before, after, None, self._paused(scope), steps, error=error)

    def _paused(self, scope: Scope) -> Pause | None:
        return None if self._states[scope].sending_enabled else self._memories[scope].paused

    def _recover_all(self, recoveries: Mapping[Scope, Recovery]) -> None:
        """All of them side by side: one watch for all."""
        watched: dict[Scope, Recovery] = {}
        for scope, recovery in recoveries.items():
            try:
                if not self._check_mode:
                    recovery.apply(self._aws)
                watched[scope] = recovery
            except SesError as error:
                self._outcomes[scope] = self._failed(scope, error, recovery.applied)
        if not self._check_mode and watched:
            failed = self._watch(watched)
            self._outcomes |= {
                scope: self._failed(scope, error, watched[scope].applied) for scope, error in failed.items()
            }
        self._resume_all([scope for scope in watched if scope not in self._outcomes], watched)

    def _watch(self, scopes: Iterable[Scope]) -> dict[Scope, SesError]:
        """Those that must not be resumed: what could not be watched is as one whose alarm went off."""
        alarms = {scope: self._memories[scope].alarms for scope in scopes}
        try:
            return watch(self._aws, alarms, self._options.wait)
        except SesError as error:
            return dict.fromkeys(alarms, error)

    def _resume_all(self, scopes: Sequence[Scope], recovered: Mapping[Scope, Recovery]) -> None:
        progress = Progress(self._aws.say, "resumed", len(scopes))
        for scope in scopes:
            steps = recovered[scope].steps if scope in recovered else []
            self._outcomes[scope] = self._resume(scope, steps)
            progress.step()

    def _resume(self, scope: Scope, steps: Sequence[RecoveryStep]) -> Outcome:
        state, memory = self._states[scope], self._memories[scope]
        if state.sending_enabled and not memory.is_resuming:
            return Outcome(state, {"armed": False}, {"armed": True}, recovered=steps)
        before, after = sending(state.sending_enabled), sending(True)
        if state.sending_enabled:
            before, after = {"resumed": "not noted"}, {"resumed": "noted"}
        if self._check_mode:
            return Outcome(scope.predict(state, True), before, after, True, self._paused(scope), steps)
        one = ResumingScope(self._aws, self._guard, scope, state, memory)
        one.run()
        if one.error:
            # What was done and not undone is a change.
            before = sending(state.sending_enabled)
            after = sending(one.state.sending_enabled if one.state else None)
        return Outcome(
            one.state, before, after, one.confirmed, self._paused(scope), steps, None, one.problems, one.error
        )

    def _notify(self) -> None:
        """That the guard is armed again is no news to people."""
        news = [
            scope
            for scope, outcome in self._outcomes.items()
            if outcome.changed and not outcome.error and not self._states[scope].sending_enabled
        ]
        if not news or self._check_mode:
            return
        try:
            notify(self._aws, self._guard, True, news, self._options.reason)
        except SesError as error:
            self.warnings.append(f"It is done, but people could not be told: {error.message}")
