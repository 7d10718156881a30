# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the guard remembers, as tags on its pause alarms: who paused, when, and how the last drill went."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from .._aws.client import Aws
from .._aws.threads import gather
from .._converge.ownership import TAG_PREFIX
from .._converge.tags import to_dict, to_list
from .._resources.alarm import AlarmState, to_state
from .._ses.metrics import NAMESPACE, OPTION_OF, SET_DIMENSION
from .._ses.scopes import Scope, Tenant
from .._ses.times import parse

# What a tag's value may hold (Resource Groups Tagging API reference), and how long it may be.
IN_A_TAG = re.compile(r"[\w .:/=+@-]*")
MAX_TAG = 256
# How a value begins that is quoted: each byte that a tag cannot hold as "=" and two hexadecimal digits.
QUOTED = "="
NEVER = datetime.min.replace(tzinfo=UTC)
# Between the times that two services tell. What is later than that is of a wrong clock, and would hide what comes.
SLACK = timedelta(seconds=1)
GUARD, PERSON, UNKNOWN = "guard", "person", "unknown"
# How a drill is, and how it ended.
RUNNING, PASSED, FAILED, INTERRUPTED = "running", "passed", "failed", "interrupted"


class Key(StrEnum):
    """What is remembered, in a tag each, whose key begins with TAG_PREFIX."""

    # The function notes the time of the transition into ALARM of which it speaks.
    PAUSED_AT = "paused-at"
    OVERRIDDEN_AT = "overridden-at"
    # People's modules note the moment of the call: of a resume before sending is switched on, and after it (see
    # _sending/transitions.py).
    RESUMING_AT = "resuming-at"
    RESUMED_AT = "resumed-at"
    PERSON_PAUSED_AT = "person-paused-at"
    PERSON = "person"
    REASON = "reason"
    RECOVERY_THRESHOLD = "recovery-threshold"
    RECOVERY_MARGIN = "recovery-margin"
    DRILL = "drill"
    # The same of a drill's transition. The module notes the last one: it keeps the function from handling an event of a
    # drill that is over.
    DRILL_PAUSED_AT = "drill-paused-at"
    DRILL_TOLD_AT = "drill-told-at"
    DRILL_HELD_AT = "drill-held-at"
    DRILL_RESUMED_AT = "drill-resumed-at"


@dataclass(frozen=True)
class Pause:
    """by: guard, person or unknown. who, reason and since: as they were noted, None where nobody noted them."""

    by: str = UNKNOWN
    who: str | None = None
    reason: str | None = None
    since: str | None = None


@dataclass(frozen=True)
class LastDrill:
    """The last drill of an alarm, "AT MODE RESULT SECONDS" in its tag.

    result: RUNNING, and at its end PASSED, FAILED, or INTERRUPTED, which shows nothing. seconds: what the chain took.
    """

    at: str
    mode: str
    result: str = RUNNING
    seconds: float = 0.0

    @classmethod
    def parse(cls, text: str) -> LastDrill | None:
        try:
            at, mode, result, seconds = text.split()
            return cls(at, mode, result, float(seconds))
        except ValueError:  # anybody can write tags
            return None

    def __str__(self) -> str:
        return f"{self.at} {self.mode} {self.result} {self.seconds:.1f}"


@dataclass(frozen=True)
class Memory:
    """What one alarm, set or tenant remembers. texts: {key: value}. times: of the texts that hold one."""

    texts: Mapping[str, str] = field(default_factory=dict)
    times: Mapping[str, datetime] = field(default_factory=dict)

    @classmethod
    def of(cls, alarm_tags: Mapping[str, str], now: datetime | None = None) -> Memory:
        """now: by AWS's clock, for whoever uses the times."""
        ours = {key: value for key, value in alarm_tags.items() if key.startswith(TAG_PREFIX)}
        texts = {key.removeprefix(TAG_PREFIX): text_of(value) for key, value in ours.items()}
        times = {key: at for key, text in texts.items() if (at := parse(text))}
        return cls(texts, {key: at for key, at in times.items() if now is None or at <= now + SLACK})

    def at(self, key: Key) -> datetime:
        """NEVER where it tells no time."""
        return self.times.get(key, NEVER)

    @property
    def last_drill(self) -> LastDrill | None:
        return LastDrill.parse(self.texts.get(Key.DRILL, ""))

    @property
    def recovery_threshold(self) -> float | None:
        """The raised threshold of a recovery."""
        return self._number(Key.RECOVERY_THRESHOLD)

    @property
    def recovery_margin(self) -> float | None:
        """How far above the rate a person wanted it, as a share of the rate."""
        return self._number(Key.RECOVERY_MARGIN)

    def _number(self, key: Key) -> float | None:
        """A tag that is no number remembers none."""
        try:
            return float(self.texts[key])
        except (KeyError, ValueError):
            return None

    @property
    def is_resuming(self) -> bool:
        """Whether a resume has begun and not come to its end."""
        return self.at(Key.RESUMING_AT) > max(self.at(Key.RESUMED_AT), self.at(Key.OVERRIDDEN_AT))

    def drill_runs(self, mode: str = "") -> bool:
        """Whether a drill (of a mode) of this alarm has begun and not come to its end."""
        drill = self.last_drill
        return drill is not None and drill.result == RUNNING and mode in ("", drill.mode)


def read_pause_alarms(aws: Aws, guard: str, scope: Scope) -> dict[str, AlarmState]:
    """{name: state without tags} of the guard's alarms that pause a scope; nothing watches tenants."""
    if isinstance(scope, Tenant):
        return {}
    dimensions = [{"Name": SET_DIMENSION, "Value": scope.name}] if scope.name else []
    call = partial(aws.call, "cloudwatch", "describe_alarms_for_metric", Namespace=NAMESPACE, Dimensions=dimensions)
    answers = gather([partial(call, resource=f"alarms on {name}", MetricName=name) for name in OPTION_OF])
    found = [to_state(alarm) for answer in answers for alarm in answer["MetricAlarms"]]
    return {
        alarm.name: alarm for alarm in found if alarm.name.startswith(f"{guard}-") and is_pausing(guard, alarm.actions)
    }


def is_pausing(guard: str, alarm_actions: Iterable[str]) -> bool:
    """Whether an alarm with these actions makes the guard pause: through the topic, or by the function itself."""
    return any(arn.endswith((f":{guard}-trip", f":function:{guard}")) for arn in alarm_actions)


def read_memories(aws: Aws, alarms: Mapping[str, AlarmState]) -> dict[str, Memory]:
    """{alarm: what it remembers}"""
    call = partial(aws.call, "cloudwatch", "list_tags_for_resource")
    answers = gather([partial(call, f"alarm {name}", ResourceARN=alarm.arn) for name, alarm in alarms.items()])
    now = aws.clock("cloudwatch")
    return {name: Memory.of(to_dict(answer["Tags"]), now) for name, answer in zip(alarms, answers, strict=True)}


def remember(aws: Aws, alarms: Mapping[str, AlarmState], texts: Mapping[Key, Any]) -> None:
    """Notes {key: value} on each alarm."""
    call = partial(aws.call, "cloudwatch", "tag_resource", Tags=to_list(tags_of(texts)))
    gather([partial(call, f"alarm {name}", ResourceARN=alarm.arn) for name, alarm in alarms.items()])


def forget(aws: Aws, alarm: AlarmState, *keys: Key) -> None:
    """Takes keys off an alarm."""
    about, names = f"CloudWatch alarm {alarm.name}", [f"{TAG_PREFIX}{key}" for key in keys]
    aws.call("cloudwatch", "untag_resource", about, ResourceARN=alarm.arn, TagKeys=names)


def tags_of(texts: Mapping[Key, Any]) -> dict[str, str]:
    """{key: value} as tags."""
    return {f"{TAG_PREFIX}{key}": tag_value(str(value)) for key, value in texts.items()}


def tag_value(text: str) -> str:
    """The text as a tag can hold it: as it is, or quoted; text_of() gives it back. What is too long ends with "..."."""
    if IN_A_TAG.fullmatch(text) and not text.startswith(QUOTED) and len(text) <= MAX_TAG:
        return text
    value = QUOTED
    for char in text:
        plain = char != QUOTED and IN_A_TAG.fullmatch(char)
        part = char if plain else "".join(f"={byte:02X}" for byte in char.encode())
        if len(value) + len(part) > MAX_TAG - len("..."):
            return f"{value}..."
        value += part
    return value


def text_of(value: str) -> str:
    """The text that a tag holds."""
    if not value.startswith(QUOTED):
        return value
    quoted = value.removeprefix(QUOTED).encode()
    return re.sub(rb"=([0-9A-F]{2})", lambda found: bytes.fromhex(found[1].decode()), quoted).decode(errors="replace")


def who_paused(memories: Iterable[Memory]) -> Pause:
    """Whose a pause is, by what the scope's pause alarms remember.

    A person's pause stays a person's, also where an alarm goes into ALARM after it: the function found it and noted so.
    A resume that has not come to its end changes nothing.
    """
    memories = list(memories)
    # What the periodic check found overridden was resumed by other means.
    resumed = max((memory.at(key) for memory in memories for key in (Key.RESUMED_AT, Key.OVERRIDDEN_AT)), default=NEVER)
    person = max(memories, key=lambda memory: memory.at(Key.PERSON_PAUSED_AT), default=Memory())
    if person.at(Key.PERSON_PAUSED_AT) > resumed:
        texts = person.texts
        return Pause(PERSON, texts.get(Key.PERSON), texts.get(Key.REASON), texts[Key.PERSON_PAUSED_AT])
    guard = max(memories, key=lambda memory: memory.at(Key.PAUSED_AT), default=Memory())
    if guard.at(Key.PAUSED_AT) > resumed:
        return Pause(GUARD, since=guard.texts[Key.PAUSED_AT])
    return Pause()
