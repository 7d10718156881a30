# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to say of a target in a word: who paused it, if it is paused, and how its last drill went."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .._aws.alarm_words import ALARM
from .._aws.client import Aws
from .._guard.memory import GUARD, PERSON, LastDrill, who_paused
from .._ses.enforcement import SHUTDOWN
from .._ses.metrics import PAUSE
from .._ses.scopes import ConfigurationSet
from .._ses.sending import PAUSED, PAUSED_BY_AWS, PAUSED_BY_GUARD, PAUSED_BY_PERSON, SENDING
from .alarm_states import ReputationAlarm

NOBODY: dict[str, Any] = {"who": None, "reason": None, "since": None}
# SES answers one such call a second: of more sets in ALARM than these, sending is not looked up.
MAX_SETS = 50


def sending_state(
    enabled: bool, enforcement_status: str | None, alarms: Iterable[ReputationAlarm], scope: str | None = None
) -> dict[str, Any]:
    """{state, who, reason, since} of the account or of a configuration set, as results have it."""
    if enforcement_status == SHUTDOWN:
        return {"state": PAUSED_BY_AWS, **NOBODY}
    if enabled:
        return {"state": SENDING, **NOBODY}
    paused = who_paused(alarm.memory for alarm in alarms if alarm.configuration_set == scope and alarm.tier == PAUSE)
    state = {GUARD: PAUSED_BY_GUARD, PERSON: PAUSED_BY_PERSON}.get(paused.by, PAUSED)
    return {"state": state, "who": paused.who, "reason": paused.reason, "since": paused.since}


def read_sending(aws: Aws, account: dict[str, Any], alarms: Sequence[ReputationAlarm]) -> dict[str, Any]:
    """Who paused the account, if it is paused, and the same of each configuration set that has a pause alarm in ALARM.

    account: as read_account() gives it.
    """
    in_alarm = dict.fromkeys(
        alarm.configuration_set
        for alarm in alarms
        if alarm.configuration_set and alarm.tier == PAUSE and alarm.state == ALARM
    )
    sets = [ConfigurationSet(name) for name in list(in_alarm)[:MAX_SETS]]
    # A set that is gone sends nothing; its alarms are drift.
    states = {scope.name: state for scope in sets if (state := scope.read(aws)) is not None}
    return {
        **sending_state(account["sending_enabled"], account["enforcement_status"], alarms),
        "configuration_sets": [
            {"name": name, **sending_state(state.sending_enabled, None, alarms, name)} for name, state in states.items()
        ],
    }


def last_drill(alarms: Iterable[ReputationAlarm]) -> LastDrill | None:
    """The newest drill of any alarm."""
    drills = [drill for alarm in alarms if (drill := alarm.memory.last_drill)]
    return max(drills, key=lambda drill: drill.at, default=None)
