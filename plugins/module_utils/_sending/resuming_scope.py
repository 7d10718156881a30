# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One scope's resume, step by step as transitions.py has it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from .._aws.client import Aws
from .._aws.errors import SesError
from .._guard.memory import Key, Memory
from .._guard.scope_memory import ScopeMemory, read_scope_memory
from .._resources.alarm import AlarmState
from .._ses.scopes import Scope, ScopeState, read_back
from .._ses.times import parse
from .outcome import not_taken, where
from .transitions import FIRST, OF_UNCONFIRMED, TRANSITIONS, End, Found, Step
from .trips import gone_into_alarm, note_paused


class ResumingScope:
    """memory and state: as they were read before. error: why it did not end well.

    state: as it was read last, or is after a write; None where that is not known. confirmed: after a write, whether it
    was read back.
    """

    def __init__(self, aws: Aws, guard: str, scope: Scope, state: ScopeState, memory: ScopeMemory) -> None:
        self._aws = aws
        self._guard = guard
        self._scope = scope
        self._memory = memory
        self._at = memory.moment()
        self._came: dict[str, AlarmState] = {}
        self._person: str | None = None
        self.state: ScopeState | None = state
        self.confirmed: bool | None = None
        self.problems: list[str] = []
        self.error: SesError | None = None

    def run(self) -> End:
        """From the first step, or where a resume went on that was broken off after the write."""
        steps: dict[Step, Callable[[], Found]] = {
            Step.NOTE: self._note,
            Step.SWITCH: self._switch,
            Step.ASK: self._ask,
            Step.LOOK: self._look,
            Step.READ_BACK: self._read_back,
            Step.LOOK_AGAIN: self._look_again,
            Step.FINISH: self._finish,
            Step.TAKE_BACK: self._take_back,
            Step.PAUSE_AGAIN: self._pause_again,
        }
        step: Step | End = FIRST
        if self.state and self.state.sending_enabled:
            step, self._at = OF_UNCONFIRMED, self._memory.resuming_at
        while isinstance(step, Step):
            try:
                found = steps[step]()
            except SesError as error:
                found = Found.FAILED
                self._explain(step, error)
            step = TRANSITIONS[step][found]
        return step

    @property
    def _where(self) -> str:
        return f"{where(self._aws)}: the {self._scope.label}"

    def _fail(self, message: str) -> None:
        """The first reason is the one that counts; what fails after it is added."""
        self.error = SesError(f"{self.error.message} {message}" if self.error else message)

    def _explain(self, step: Step, error: SesError) -> None:
        if step is Step.READ_BACK:
            self.problems.append(
                f"SES took the resume of the {self._scope.label}, but it could not be read back: {error.message} Look "
                f"with mailops.ses.status."
            )
        elif step is Step.FINISH:
            self._fail(f"{self._where} sends again, but that could not be noted: {error.message} Run it again.")
        elif step is Step.LOOK:
            self._fail(
                f"{self._where} sends again, but whether an alarm has gone off meanwhile could not be read: "
                f"{error.message} Run it again."
            )
        elif step is Step.PAUSE_AGAIN:
            self._fail(
                f"{self._where} still sends, though {self._who_came}, as it could not be paused again. Pause it. "
                f"{error.message}"
            )
        elif step is Step.TAKE_BACK:
            pass  # the next resume notes it anew
        elif step is Step.ASK:
            self.state = None
            self._fail(f"Whether the {self._scope.label} sends now is not known. Run it again. {error.message}")
        else:
            self._fail(error.message)

    def _note(self) -> Found:
        self._memory.note_resuming(self._aws, self._at)
        return Found.DONE

    def _switch(self) -> Found:
        self._scope.write(self._aws, self.state, True)
        self._was_written(True)
        return Found.DONE

    def _was_written(self, enabled: bool) -> None:
        self.confirmed = False
        self.state = self._scope.predict(self.state, enabled) if self.state else None

    def _ask(self) -> Found:
        self.state = self._scope.read(self._aws)
        self.confirmed = True
        if self.state is None or not self.state.sending_enabled:
            return Found.OFF
        self.error = None  # the write was taken, and only its answer was lost
        return Found.ON

    def _look(self) -> Found:
        """What was not there when the resume began."""
        now = read_scope_memory(self._aws, self._guard, self._scope, self.state)
        began = parse(self._at)
        before = {
            name: alarm
            for name, alarm in self._memory.alarms.items()
            if alarm.since is None or began is None or alarm.since <= began
        }
        self._came = gone_into_alarm(now.alarms, before)
        pairs = [(memory, self._memory.memories.get(name, Memory())) for name, memory in now.memories.items()]
        pauses = [_new_pause(memory, known, began) for memory, known in pairs]
        pauses.append(_new_pause(now.own, self._memory.own))
        self._person = next(filter(None, pauses), None)
        return Found.CAME if self._came or self._person else Found.NOTHING

    def _read_back(self) -> Found:
        self.state = read_back(self._aws, self._scope, True)
        self.confirmed = True
        if self.state is None or not self.state.sending_enabled:
            return Found.OFF
        # Only this read shows the scope's own tags as they are now.
        self._person = _new_pause(Memory.of(self.state.tags), self._memory.own)
        return Found.CAME if self._person else Found.ON

    def _look_again(self) -> Found:
        found = self._look()
        if found is Found.NOTHING:
            self.error = not_taken(self._aws, self._scope, "resumed", self.state)
        return found

    def _finish(self) -> Found:
        self._memory.note_resumed(self._aws, self._at)
        return Found.DONE

    def _take_back(self) -> Found:
        self._memory.take_back(self._aws)
        return Found.DONE

    def _pause_again(self) -> Found:
        self._scope.write(self._aws, self.state, False)
        self._was_written(False)
        self._fail(
            f"{self._where} is paused again: {self._who_came} while it was resumed. Mend the cause, and try again."
        )
        try:
            note_paused(self._aws, self._came)
        except SesError as error:
            self.problems.append(f"The {self._scope.label} is paused again, which could not be noted: {error.message}")
        return Found.DONE

    @property
    def _who_came(self) -> str:
        return f"{', '.join(self._came)} has gone into ALARM" if self._came else f"{self._person} has paused it"


def _new_pause(memory: Memory, known: Memory, began: datetime | None = None) -> str | None:
    """Who has paused since the resume began; None if nobody has. known: as it was then.

    began: where a resume is gone on with, what was noted before that is known is of a pause after its beginning.
    """
    is_new = memory.texts.get(Key.PERSON_PAUSED_AT) != known.texts.get(Key.PERSON_PAUSED_AT)
    if is_new or (began and memory.at(Key.PERSON_PAUSED_AT) > began):
        return memory.texts.get(Key.PERSON) or "a person"
    return None
