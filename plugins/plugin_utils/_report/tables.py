# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rows of a target's tables: its alarms, their history, its configuration sets."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from markupsafe import Markup

from ...module_utils._aws.alarm_words import ALARM, INSUFFICIENT_DATA, OK
from ...module_utils._ses.metrics import METRICS
from ...module_utils._ses.sending import SENDING
from .chart import risk_bar
from .status import Json, rows
from .words import NOTHING, date_time, number, percent, share

# Of each table: what is seen at once, and the most that the page holds.
SHOWN_CHANGES = 8
SHOWN_SETS, MAX_SETS = 10, 50
MAX_ALARMS = 30
PRESSING = (ALARM, INSUFFICIENT_DATA)


@dataclass(frozen=True)
class Alarm:
    """reason: why it is in its state, where that needs attention. disabled: it does not act."""

    name: str
    watches: str
    threshold: str
    state: str
    reason: str
    since: str
    disabled: bool


@dataclass(frozen=True)
class Change:
    """A change of an alarm's state."""

    at: str
    alarm: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True)
class SetRow:
    """rates: (rate, threshold) of each metric."""

    name: str
    risk: str
    meter: Markup
    paused: bool
    rates: list[tuple[str, str]]


Row = TypeVar("Row")


@dataclass(frozen=True)
class Table(Generic[Row]):
    """shown: at once; folded: when asked for; left_out: how many there are besides."""

    shown: list[Row]
    folded: list[Row]
    left_out: int


def read_alarms(status: Json) -> Table[Alarm]:
    """The account's alarms, and those of sets that are not simply OK and armed; the most pressing first."""

    def order(alarm: Json) -> tuple[Any, ...]:
        state = alarm.get("state")
        return PRESSING.index(state) if state in PRESSING else len(PRESSING), str(alarm.get("name"))

    everything = rows(status, "alarms")
    telling = [
        alarm
        for alarm in everything
        if not alarm.get("configuration_set") or alarm.get("state") != OK or alarm.get("actions_enabled") is False
    ]
    shown = sorted(telling, key=order)[:MAX_ALARMS]
    return Table([_alarm(alarm) for alarm in shown], [], len(everything) - len(shown))


def _alarm(alarm: Json) -> Alarm:
    known, name = METRICS.get(str(alarm.get("metric"))), alarm.get("configuration_set")
    state = str(alarm.get("state") or "unknown")
    return Alarm(
        name=str(alarm.get("name")),
        watches=f"{known.word if known else 'unknown'} rate of {f'set {name}' if name else 'the account'}",
        threshold=percent(number(alarm.get("threshold"))),
        state=state,
        reason=str(alarm.get("reason") or "") if state in PRESSING else "",
        since=date_time(alarm.get("since")),
        disabled=alarm.get("actions_enabled") is False,
    )


def read_changes(status: Json) -> Table[Change]:
    """Changes of the alarms' states, newest first."""
    changes = [
        Change(
            at=date_time(change.get("at")),
            alarm=str(change.get("alarm")),
            before=str(change.get("from")),
            after=str(change.get("to")),
            reason=str(change.get("reason") or ""),
        )
        for change in rows(status, "history", "alarms")
    ]
    return Table(changes[:SHOWN_CHANGES], changes[SHOWN_CHANGES:], 0)


def read_sets(status: Json) -> Table[SetRow]:
    """The configuration sets, in their order: nearest to a threshold first."""
    everything = rows(status, "history", "sets")
    paused = {row.get("name") for row in rows(status, "sending", "configuration_sets") if row.get("state") != SENDING}
    sets = [_set(row, paused) for row in everything[:MAX_SETS]]
    return Table(sets[:SHOWN_SETS], sets[SHOWN_SETS:], len(everything) - len(sets))


def _set(row: Json, paused: Container[Any]) -> SetRow:
    risk = number(row.get("risk"))
    return SetRow(
        name=str(row.get("configuration_set")),
        risk=NOTHING if risk is None else share(risk),
        meter=risk_bar(risk),
        paused=row.get("configuration_set") in paused,
        rates=[
            (percent(number(row.get(f"{metric.word}_rate"))), percent(number(row.get(f"{metric.word}_threshold"))))
            for metric in METRICS.values()
        ],
    )
