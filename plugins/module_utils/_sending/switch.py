# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a pause and a resume have in common: one scope after the other, and one result of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._aws.client import Aws
from .._aws.errors import SesError
from .._aws.threads import Progress
from .._guard.memory import Pause
from .._guard.notice import notify
from .._ses.scopes import Scope, ScopeState
from .recovery import RecoveryStep


@dataclass(frozen=True)
class Outcome:
    """What has become of a scope. before and after: what a diff shows; the same where nothing has changed.

    paused: whose the pause was that a resume has found. skipped: why it was left alone.
    """

    state: ScopeState
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    paused: Pause | None = None
    recovered: Sequence[RecoveryStep] = ()
    skipped: str | None = None

    @property
    def changed(self) -> bool:
        return self.before != self.after

    def describe(self, scope: Scope) -> dict[str, Any]:
        """For the task's result."""
        more = {
            "paused": self.paused and vars(self.paused),
            "recovered": [vars(step) for step in self.recovered],
            "skipped": self.skipped,
        }
        return {
            "scope": scope.kind,
            "name": scope.name,
            "changed": self.changed,
            **self.state.to_dict(),
            **{key: value for key, value in more.items() if value},
        }


class Switch:
    """Brings scopes to one side. warnings: what people must know beside the result."""

    enabled: bool
    word: str

    def __init__(self, aws: Aws, params: dict[str, Any], check_mode: bool) -> None:
        self.aws = aws
        self.params = params
        self.check_mode = check_mode
        self.warnings: list[str] = []

    def refuse(self, states: Mapping[Scope, ScopeState]) -> None:
        """Raises where it cannot be done; nothing was written yet."""

    def apply(self, scope: Scope, state: ScopeState) -> Outcome:
        """Switches a scope that is on the other side."""
        raise NotImplementedError

    def amend(self, scope: Scope, state: ScopeState) -> Outcome:
        """Of one that is on this side already: what else it may need."""
        raise NotImplementedError

    def notify(self, scopes: Sequence[Scope]) -> None:
        """Tells people. A failure is a warning: what was done is done."""
        aws, params = self.aws, self.params
        try:
            notify(aws, params["name"], self.enabled, scopes, params["reason"])
        except SesError as error:
            self.warnings.append(f"It is done, but people could not be told: {error.message}")

    def switched(self, state: ScopeState, paused: Pause | None = None, steps: Sequence[RecoveryStep] = ()) -> Outcome:
        before, after = {"sending_enabled": not self.enabled}, {"sending_enabled": self.enabled}
        return Outcome(state, before, after, paused, steps)

    def not_taken(self, scope: Scope) -> SesError:
        return SesError(
            f"Sending of the {scope.label} in account {self.aws.account}, Region {self.aws.region} was not "
            f"{self.word}: SES took the call and still reports the opposite. Look at the SES console, and run again."
        )


def run_switch(switch: Switch, states: Mapping[Scope, ScopeState]) -> dict[str, Any]:
    """Switches what is on the other side, notifies people, and returns changed, diff, sending and warnings."""
    switch.refuse(states)
    wanted = {scope for scope, state in states.items() if state.sending_enabled != switch.enabled}
    outcomes: dict[Scope, Outcome] = {}
    failures: dict[Scope, SesError] = {}
    progress = Progress(switch.aws.say, switch.word, len(wanted))
    for scope in sorted(states, key=lambda scope: scope not in wanted):
        try:
            outcomes[scope] = (switch.apply if scope in wanted else switch.amend)(scope, states[scope])
        except SesError as error:  # one that fails must not keep the others from being paused
            failures[scope] = error
        if scope in wanted:
            progress.step()
    changes = {scope: outcome for scope, outcome in outcomes.items() if outcome.changed}
    # That the guard is armed again is no news to people; that a pause is a person's from now on is.
    news = [scope for scope in changes if scope in wanted or not switch.enabled]
    if news and not switch.check_mode:
        switch.notify(news)
    result = {
        "changed": bool(changes),
        "sending": [outcomes.get(scope, Outcome(state)).describe(scope) for scope, state in states.items()],
        "diff": {
            "before": {scope.label: outcome.before for scope, outcome in changes.items()},
            "after": {scope.label: outcome.after for scope, outcome in changes.items()},
        },
    }
    if switch.warnings:
        result["warnings"] = switch.warnings
    if failures:
        raise _failed(failures, len({*wanted, *failures}), result)
    return result


def _failed(failures: Mapping[Scope, SesError], wanted: int, result: dict[str, Any]) -> SesError:
    """The error for all that failed, with what was done beside it in the result."""
    if wanted == 1:
        return next(iter(failures.values()))
    listed = "; ".join(f"{scope.label}: {error.message}" for scope, error in failures.items())
    failed = [{"scope": scope.kind, "name": scope.name, "msg": error.message} for scope, error in failures.items()]
    return SesError(
        f"{len(failures)} of {wanted} failed, the others are done. {listed}", failed_scopes=failed, **result
    )
