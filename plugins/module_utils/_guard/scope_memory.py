# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is remembered of a scope: on its pause alarms; where it has none, on the configuration set or tenant itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from .._aws.client import Aws
from .._converge.ownership import TAG_PREFIX
from .._converge.tags import to_list
from .._resources.alarm import AlarmState
from .._ses.scopes import Scope, ScopeState
from .._ses.times import stamp
from .memory import NEVER, Key, Memory, Pause, read_memories, read_pause_alarms, remember, tags_of, who_paused

# As exact as a tag is.
NEXT = timedelta(milliseconds=1)
OF_A_PERSON = (Key.PERSON_PAUSED_AT, Key.PERSON, Key.REASON)


@dataclass(frozen=True)
class ScopeMemory:
    """alarms: those that pause the scope, {name: state}. memories: theirs. own: that of the set or tenant itself.

    arn: of the set or tenant. now: AWS's time when it was read, to the second below.
    """

    scope: Scope
    alarms: Mapping[str, AlarmState]
    memories: Mapping[str, Memory]
    own: Memory
    arn: str | None
    now: datetime

    @property
    def paused(self) -> Pause:
        """Whose a pause of the scope is."""
        return who_paused([*self.memories.values(), self.own])

    @property
    def in_alarm(self) -> list[str]:
        return sorted(name for name, alarm in self.alarms.items() if alarm.in_alarm)

    @property
    def is_resuming(self) -> bool:
        return any(memory.is_resuming for memory in self.memories.values())

    @property
    def is_being_lifted(self) -> bool:
        """Whether a resume has begun since the last pause of a person. It looks for a newer one, and yields to that."""
        paused = max((memory.at(Key.PERSON_PAUSED_AT) for memory in self.memories.values()), default=NEVER)
        return self.is_resuming and self.resuming_at > stamp(paused)

    @property
    def resuming_at(self) -> str:
        """When the resume has begun that has not come to its end."""
        return stamp(max(memory.at(Key.RESUMING_AT) for memory in self.memories.values()))

    @property
    def can_note(self) -> bool:
        """Whether there is anything that a note can be written on."""
        return bool(self.alarms or self.arn)

    def moment(self) -> str:
        """A time for a new note: AWS's, and later than all that is known, so that it is the newest."""
        times = [at for memory in (*self.memories.values(), self.own) for at in memory.times.values()]
        times += [alarm.since for alarm in self.alarms.values() if alarm.since]
        return stamp(max([self.now, *(at + NEXT for at in times)]))

    def note_pause(self, aws: Aws, reason: str) -> None:
        """That a person has paused."""
        texts = {Key.PERSON_PAUSED_AT: self.moment(), Key.PERSON: aws.caller, Key.REASON: reason}
        if self.alarms:
            remember(aws, self.alarms, texts)
        elif self.arn:
            tags = to_list(tags_of(texts))
            aws.call("sesv2", "tag_resource", self.scope.label, ResourceArn=self.arn, Tags=tags)

    def note_resuming(self, aws: Aws, at: str) -> None:
        remember(aws, self.alarms, {Key.RESUMING_AT: at})

    def note_resumed(self, aws: Aws, at: str) -> None:
        """resuming-at stays beside it, and says nothing any more."""
        remember(aws, self.alarms, {Key.RESUMED_AT: at})
        if self.arn and Key.PERSON_PAUSED_AT in self.own.texts:
            keys = [f"{TAG_PREFIX}{key}" for key in OF_A_PERSON]
            aws.call("sesv2", "untag_resource", self.scope.label, ResourceArn=self.arn, TagKeys=keys)

    def take_back(self, aws: Aws) -> None:
        """Takes back that a resume has begun."""
        remember(aws, self.alarms, {Key.RESUMING_AT: ""})


def read_scope_memory(aws: Aws, guard: str, scope: Scope, state: ScopeState | None) -> ScopeMemory:
    """state: the scope's, None where it could not be read."""
    alarms = read_pause_alarms(aws, guard, scope)
    memories = read_memories(aws, alarms)
    own = Memory.of(state.tags) if state else Memory()
    return ScopeMemory(scope, alarms, memories, own, scope.arn(aws, state), aws.clock("cloudwatch"))
