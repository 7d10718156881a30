# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has become of each scope of a pause or a resume, and one result of all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._aws.client import Aws
from .._aws.errors import SesError
from .._guard.memory import Pause
from .._ses.scopes import Scope, ScopeState
from .recovery import RecoveryStep


@dataclass(frozen=True)
class Outcome:
    """What has become of a scope. before and after: what a diff shows; the same where nothing has changed.

    state: None where it is not known. confirmed: after a write, whether it was read back. paused: whose the pause was
    that was found. skipped: why it was left alone. problems: what is not sure, each with what to do. error: why it
    failed.
    """

    state: ScopeState | None
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    confirmed: bool | None = None
    paused: Pause | None = None
    recovered: Sequence[RecoveryStep] = ()
    skipped: str | None = None
    problems: Sequence[str] = ()
    error: SesError | None = None

    @property
    def changed(self) -> bool:
        return self.before != self.after

    def describe(self, scope: Scope) -> dict[str, Any]:
        """For the task's result."""
        state = self.state.to_dict() if self.state else {"sending_enabled": None}
        more = {
            "paused": self.paused and vars(self.paused),
            "recovered": [vars(step) for step in self.recovered],
            "skipped": self.skipped,
            "problems": list(self.problems),
        }
        described = {"scope": scope.kind, "name": scope.name, "changed": self.changed, **state}
        if self.confirmed is not None:
            described["confirmed"] = self.confirmed
        return {**described, **{key: value for key, value in more.items() if value}}


def sending(enabled: bool | None) -> dict[str, Any]:
    """As a diff shows it."""
    return {"sending_enabled": "unknown" if enabled is None else enabled}


def report(outcomes: Mapping[Scope, Outcome], warnings: Iterable[str]) -> dict[str, Any]:
    """The task's result: changed, diff, sending and warnings. Raises where a scope failed, with the same beside it."""
    changes = {scope: outcome for scope, outcome in outcomes.items() if outcome.changed}
    result: dict[str, Any] = {
        "changed": bool(changes),
        "sending": [outcome.describe(scope) for scope, outcome in outcomes.items()],
        "diff": {
            "before": {scope.label: outcome.before for scope, outcome in changes.items()},
            "after": {scope.label: outcome.after for scope, outcome in changes.items()},
        },
    }
    if said := [*warnings, *(text for outcome in outcomes.values() for text in outcome.problems)]:
        result["warnings"] = said
    failures = {scope: outcome.error for scope, outcome in outcomes.items() if outcome.error}
    if failures:
        raise _failed(failures, len(outcomes), result)
    return result


def _failed(failures: Mapping[Scope, SesError], total: int, result: dict[str, Any]) -> SesError:
    """The error for all that failed, with what was done beside it in the result."""
    failed = [
        {"scope": scope.kind, "name": scope.name, "msg": error.message, **error.details}
        for scope, error in failures.items()
    ]
    only = next(iter(failures.values()))
    if total == 1:
        return SesError(only.message, **only.details, failed_scopes=failed, **result)
    listed = "; ".join(f"{scope.label}: {error.message}" for scope, error in failures.items())
    return SesError(f"{len(failures)} of {total} failed, the others are done. {listed}", failed_scopes=failed, **result)


def where(aws: Aws) -> str:
    place = aws.place
    return place[0].upper() + place[1:]


def not_taken(aws: Aws, scope: Scope, word: str, state: ScopeState | None) -> SesError:
    """word: paused or resumed. state: what SES reports after all looks."""
    why = "it is gone" if state is None else "SES took the call and still reports the opposite"
    return SesError(
        f"Sending of the {scope.label} in {aws.place} was not {word}: {why}. Look at the SES console, and run again."
    )
