# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the guard remembers, as tags on its pause alarms: who paused, and when.

Time stamps are ISO 8601 in UTC. paused-at and overridden-at are the transition into ALARM that the function handled,
the others are the moment of the call.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._aws.threads import gather
from ansible_collections.mailops.ses.plugins.module_utils._converge import tags as _tags
from ansible_collections.mailops.ses.plugins.module_utils._resources.alarm import AlarmState, to_state
from ansible_collections.mailops.ses.plugins.module_utils._ses.metrics import NAMESPACE, OPTION_OF, SET_DIMENSION
from ansible_collections.mailops.ses.plugins.module_utils._ses.scopes import Scope, Tenant

PAUSED_AT = "ses-pause:paused-at"
OVERRIDDEN_AT = "ses-pause:overridden-at"
RESUMED_AT = "ses-pause:resumed-at"
PERSON_PAUSED_AT = "ses-pause:person-paused-at"
PERSON = "ses-pause:person"
REASON = "ses-pause:reason"
RECOVERY_THRESHOLD = "ses-pause:recovery-threshold"
# The last drill: "TIME MODE RESULT SECONDS". The others are what the function remembers of a drill's transition, apart
# from what it remembers of real ones; the last keeps it from handling an event of a drill that is over.
DRILL = "ses-pause:drill"
DRILL_RUNNING = "running"
DRILL_PAUSED_AT = "ses-pause:drill-paused-at"
DRILL_TOLD_AT = "ses-pause:drill-told-at"
DRILL_HELD_AT = "ses-pause:drill-held-at"
DRILL_RESUMED_AT = "ses-pause:drill-resumed-at"
# What a tag's value may hold (Resource Groups Tagging API reference), and how long it may be.
NOT_IN_A_TAG = re.compile(r"[^\w .:/=+@-]")
MAX_TAG = 256
NEVER = datetime.min.replace(tzinfo=UTC)


def pause_alarms(aws: Aws, guard: str, scope: Scope) -> dict[str, AlarmState]:
    """{name: state with tags} of the guard's alarms that pause a scope; nothing watches tenants."""
    if isinstance(scope, Tenant):
        return {}
    dimensions = [{"Name": SET_DIMENSION, "Value": scope.name}] if scope.name else []
    found: dict[str, AlarmState] = {}
    call = partial(aws.call, "cloudwatch", "describe_alarms_for_metric", Namespace=NAMESPACE, Dimensions=dimensions)
    reads = [partial(call, resource=f"alarms on {name}", MetricName=name) for name in OPTION_OF]
    for answer in gather(reads):
        found.update((alarm["AlarmName"], to_state(alarm)) for alarm in answer["MetricAlarms"])
    return {name: alarm for name, alarm in found.items() if _trips(guard, alarm)}


def _trips(guard: str, alarm: AlarmState) -> bool:
    """Whether the alarm is one that makes this guard pause, not one that only warns."""
    return alarm.name.startswith(f"{guard}-") and is_pausing(guard, alarm.actions)


def is_pausing(guard: str, alarm_actions: Iterable[str]) -> bool:
    """Whether an alarm with these actions makes the guard pause: through the topic, or by the function itself."""
    return any(arn.endswith((f":{guard}-trip", f":function:{guard}")) for arn in alarm_actions)


def read_tags(aws: Aws, alarms: Mapping[str, AlarmState]) -> list[dict[str, str]]:
    """The tags of each alarm."""
    call = partial(aws.call, "cloudwatch", "list_tags_for_resource")
    reads = [partial(call, f"alarm {name}", ResourceARN=alarm.arn) for name, alarm in alarms.items()]
    return [_tags.to_dict(answer["Tags"]) for answer in gather(reads)]


def remember(aws: Aws, alarms: Mapping[str, AlarmState], tags: Mapping[str, str]) -> None:
    """Writes the tags on each alarm."""
    tag_list = _tags.to_list({key: tag_value(value) for key, value in tags.items()})
    call = partial(aws.call, "cloudwatch", "tag_resource", Tags=tag_list)
    gather([partial(call, f"alarm {name}", ResourceARN=alarm.arn) for name, alarm in alarms.items()])


def tag_value(text: str) -> str:
    """The text as far as a tag can hold it."""
    return NOT_IN_A_TAG.sub(" ", text)[:MAX_TAG]


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def who_paused(memories: Iterable[Mapping[str, str]]) -> dict[str, Any]:
    """Pure: {by: guard or person, who, reason, since} of a pause, from the tags of the scope's pause alarms.

    A person's pause stays a person's, also where an alarm trips after it: the function found it and noted so. A pause
    that nobody noted was made by other means than this collection, and so by a person.
    """
    memories = list(memories)
    # What the sweep found overridden was resumed by other means.
    resumes = [instant(memory, tag) for memory in memories for tag in (RESUMED_AT, OVERRIDDEN_AT)]
    resumed = max(resumes, default=NEVER)
    person = max(memories, key=lambda memory: instant(memory, PERSON_PAUSED_AT), default={})
    if instant(person, PERSON_PAUSED_AT) > resumed:
        since = person[PERSON_PAUSED_AT]
        return {"by": "person", "who": person.get(PERSON), "reason": person.get(REASON), "since": since}
    guard = max(memories, key=lambda memory: instant(memory, PAUSED_AT), default={})
    if instant(guard, PAUSED_AT) > resumed:
        return {"by": "guard", "who": None, "reason": None, "since": guard[PAUSED_AT]}
    return {"by": "person", "who": None, "reason": None, "since": None}


def drill_runs(memory: Mapping[str, str], mode: str = "") -> bool:
    """Pure: whether a drill (of a mode) of this alarm has begun and not come to its end."""
    words = memory.get(DRILL, "").split()
    return DRILL_RUNNING in words and mode in ("", *words)


def instant(memory: Mapping[str, str], tag: str) -> datetime:
    """The time that a tag tells. Anybody can write tags: one that tells none is as good as none."""
    try:
        instant = datetime.fromisoformat(memory.get(tag, ""))
    except ValueError:
        return NEVER
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
