# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the status playbook shows of all targets: a line each, then what is not well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from ...module_utils._aws.alarm_words import ALARM, INSUFFICIENT_DATA, OK
from ...module_utils._ses.metrics import PAUSE, percent
from ...module_utils._ses.sending import PAUSED, PAUSED_BY_GUARD
from .layout import lay_out
from .words import SENDING, counted

HEADER = ("TARGET", "SENDING", "BOUNCE", "COMPLAINT", "ALARMS", "HEALTH", "LAST DRILL")
# The column is narrow.
STATES_OF_SENDING = {**SENDING, PAUSED_BY_GUARD: "paused by guard", PAUSED: "paused"}
STATES = {ALARM: "ALARM", OK: "OK", INSUFFICIENT_DATA: "no data"}


def status_table(targets: Iterable[Mapping[str, Any]]) -> list[str]:
    """The lines of the table: a header, and one for each target; then what is not well."""
    targets = list(targets)
    problems = [line for target in targets for line in _problems(target)]
    return [*lay_out([HEADER, *(_row(target) for target in targets)]), *([""] if problems else []), *problems]


def _row(target: Mapping[str, Any]) -> tuple[str, ...]:
    status = target["status"]
    if status is None:
        return (target["name"], "unknown", "", "", "", "UNKNOWN", "")
    return (
        target["name"],
        STATES_OF_SENDING[status["sending"]["state"]],
        _rate(status, "bounce_rate"),
        _rate(status, "complaint_rate"),
        _alarms(status["alarms"]),
        _health(status["health"]),
        _drill(status["last_drill"]),
    )


def _rate(status: Mapping[str, Any], metric: str) -> str:
    """The account's rate, and the threshold at which it is paused."""
    known = status["rates"][0][metric]
    rate = percent(known["value"], 3) if known else "none"
    limits = [
        alarm["threshold"]
        for alarm in status["alarms"]
        if (alarm["metric"], alarm["tier"], alarm["configuration_set"]) == (metric, PAUSE, None)
    ]
    return f"{rate.removesuffix(' %')} of {percent(min(limits), 3)}" if limits else rate


def _alarms(alarms: Iterable[Mapping[str, Any]]) -> str:
    counts = Counter(alarm["state"] for alarm in alarms)
    return ", ".join(f"{counts[state]} {word}" for state, word in STATES.items() if counts[state]) or "none"


def _health(health: Iterable[Mapping[str, str]]) -> str:
    counts = Counter(found["severity"] for found in health)
    return ", ".join(counted(counts[word], word) for word in ("error", "warning") if counts[word]) or "well"


def _drill(drill: Mapping[str, Any] | None) -> str:
    return f"{drill['at'][:10]} {drill['mode']} {drill['result']}" if drill else "never"


def _problems(target: Mapping[str, Any]) -> list[str]:
    """A line each; what people and AWS have written may be more than a line."""
    if target["status"] is None:
        texts = [f"UNKNOWN: {target['error']}"]
    else:
        texts = [
            f"{found['severity'].upper()}: {found['what']} {found['remedy']}" for found in target["status"]["health"]
        ]
    name = target["name"]
    return [f"{name}: {' '.join(text.split())}".replace("--limit TARGET", f"--limit {name}") for text in texts]
