# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pause by a person: sending first, then what is remembered of it."""

from __future__ import annotations

from .._aws.errors import SesError
from .._guard.memory import GUARD, Key, read_memories, read_pause_alarms, remember, who_paused
from .._ses.scopes import Scope, ScopeState, read_back
from .._ses.times import now
from .switch import Outcome, Switch


class PauseSwitch(Switch):
    """Pauses. Each is a person's: with who, when and why on the scope's alarms."""

    enabled = False
    word = "paused"

    def apply(self, scope: Scope, state: ScopeState) -> Outcome:
        """Pauses first; what is remembered of it comes after, and cannot undo it by failing."""
        if self.check_mode:
            return self.switched(scope.predict(state, False))
        scope.write(self.aws, state, False)
        after = read_back(self.aws, scope, False)
        if after is None or after.sending_enabled:
            raise self.not_taken(scope)
        self._note_person(scope)
        return self.switched(after)

    def amend(self, scope: Scope, state: ScopeState) -> Outcome:
        """A pause over one of the guard, or of a live drill, which would lift it: from now on it is a person's."""
        try:
            memories = read_memories(self.aws, read_pause_alarms(self.aws, self.params["name"], scope)).values()
        except SesError as error:
            self.warnings.append(f"The {scope.label} is paused, but not known by whom: {error.message}")
            return Outcome(state)
        paused = who_paused(memories)
        drilled = any(memory.drill_runs("live") for memory in memories)
        if paused.who or not (drilled or paused.by == GUARD):
            return Outcome(state)
        if not self.check_mode:
            self._note_person(scope)
        return Outcome(state, {"paused_by": paused.by}, {"paused_by": "person"})

    def _note_person(self, scope: Scope) -> None:
        aws, reason = self.aws, self.params["reason"] or "no reason given"
        try:
            alarms = read_pause_alarms(aws, self.params["name"], scope)
            person = aws.caller if alarms else ""
            remember(aws, alarms, {Key.PERSON_PAUSED_AT: now(), Key.PERSON: person, Key.REASON: reason})
        except SesError as error:
            self.warnings.append(f"The {scope.label} is paused, but who paused it could not be noted: {error.message}")
