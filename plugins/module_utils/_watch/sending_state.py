# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to say of a target in a word: who paused it, if it is paused, and how its last drill went. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.mailops.ses.plugins.module_utils._guard.memory import who_paused
from ansible_collections.mailops.ses.plugins.module_utils._ses.scopes import SHUTDOWN
from ansible_collections.mailops.ses.plugins.module_utils._watch.alarm_states import MEMORY

SENDING = "sending"
NOBODY: dict[str, Any] = {"who": None, "reason": None, "since": None}
DRILL = "drill"


def sending_state(
    enabled: bool, enforcement_status: str | None, alarms: Iterable[Mapping[str, Any]], scope: str | None = None
) -> dict[str, Any]:
    """{state: sending or paused_by_ guard, person or aws; who, reason, since} of the account or of a configuration set.

    alarms: as C(read_alarms) gives them.
    """
    if enforcement_status == SHUTDOWN:
        return {"state": "paused_by_aws", **NOBODY}
    if enabled:
        return {"state": SENDING, **NOBODY}
    memories = [
        {f"{MEMORY}{key}": value for key, value in alarm["memory"].items()}
        for alarm in alarms
        if alarm["configuration_set"] == scope and alarm["tier"] == "pause"
    ]
    paused = who_paused(memories)
    return {"state": f"paused_by_{paused.pop('by')}", **paused}


def last_drill(alarms: Iterable[Mapping[str, Any]]) -> dict[str, Any] | None:
    """{at, mode, result, seconds} of the newest drill: its alarm's tag, "TIME MODE RESULT SECONDS"."""
    drills = [drill for alarm in alarms if (drill := _drill(alarm["memory"].get(DRILL, "")))]
    return max(drills, key=lambda drill: drill["at"], default=None)


def _drill(tag: str) -> dict[str, Any] | None:
    words = tag.split()
    try:
        at, mode, result, seconds = words
        return {"at": at, "mode": mode, "result": result, "seconds": float(seconds)}
    except ValueError:  # anybody can write tags
        return None
