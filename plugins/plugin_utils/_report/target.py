# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the report says of one target: pure, from its status to what the template shows."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cached_property
from typing import Any

from ...module_utils._watch.finding import WARNING, Finding
from . import facts, rates, tables
from .status import LOST, Json, part, rows, sending
from .words import with_times

NOT_LOOKED_AT = Finding(
    "health", WARNING, "Nobody has looked whether all is well.", "Let ses_reputation_info gather health too."
)
PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
# A target is as bad as the first of these that holds for it: worst first.
LEVELS = ("aws", LOST, "guard", "error", "person", "warning", "ok")


class Target:
    """One target of the report. index: its place in the input, by which it is linked."""

    def __init__(self, raw: Json, index: int, now: datetime) -> None:
        self.name = str(raw.get("name") or "?")
        self.anchor = f"t{index}"
        self.now = now
        self.status: Json = raw.get("status") or {}
        self.fault = str(raw.get("error") or ("" if self.status else "It gave no status."))

    @cached_property
    def sending(self) -> tuple[str, str]:
        """(key, words)."""
        return sending(self.status)

    @cached_property
    def findings(self) -> list[Finding]:
        """What was found; unknown is not well."""
        if self.status and self.status.get("health") is None:
            return [NOT_LOOKED_AT]
        return [self._finding(found) for found in rows(self.status, "health")]

    def _finding(self, found: Json) -> Finding:
        check, severity, what, remedy = (str(found.get(key) or "") for key in ("check", "severity", "what", "remedy"))
        return Finding(check, severity, with_times(what), self._command(remedy))

    def _command(self, remedy: str) -> str:
        """The remedy for this target; a name that a shell would take for more than a name stays out of it."""
        return remedy.replace("--limit TARGET", f"--limit {self.name}") if PLAIN_NAME.fullmatch(self.name) else remedy

    @cached_property
    def errors(self) -> int:
        return sum(finding.is_error for finding in self.findings)

    @property
    def warnings(self) -> int:
        return len(self.findings) - self.errors

    @cached_property
    def level(self) -> str:
        """The worst that is to be said of it."""
        held = {self.sending[0], LOST if self.fault else "ok"}
        held |= {kind for kind, amount in (("error", self.errors), ("warning", self.warnings)) if amount}
        return next(level for level in LEVELS if level in held)

    @property
    def facets(self) -> str:
        """The tiles of the summary under which it counts: how it sends, and how it is."""
        health = "error" if self.errors else "warning" if self.warnings else "ok" if self.level == "ok" else ""
        return f"{self.sending[0]} {health}".strip()

    @property
    def order(self) -> tuple[Any, ...]:
        """Worst first; among equals the one nearest to a threshold."""
        return LEVELS.index(self.level), -self.errors, -max(rate.risk for rate in self.rates), self.name

    @property
    def place(self) -> str:
        account = part(self.status, "account")
        return " \N{MIDDLE DOT} ".join(str(account[key]) for key in ("id", "region") if account.get(key))

    @cached_property
    def rates(self) -> list[rates.Rate]:
        return rates.read_rates(self.status, self.name, self.anchor, self.now)

    @property
    def days(self) -> list[tuple[str, ...]]:
        return rates.read_days(self.rates)

    @property
    def facts(self) -> list[facts.Fact]:
        return facts.read_facts(self.status, self.now)

    @property
    def drill(self) -> tuple[str, str, str]:
        """(result, day, the time to sort by) of the last drill."""
        at = part(self.status, "last_drill").get("at")
        return facts.drill(self.status)[0], facts.drill_day(self.status), str(at or "")

    @cached_property
    def alarms(self) -> tables.Table[tables.Alarm]:
        return tables.read_alarms(self.status)

    @cached_property
    def changes(self) -> tables.Table[tables.Change]:
        return tables.read_changes(self.status)

    @cached_property
    def sets(self) -> tables.Table[tables.SetRow]:
        return tables.read_sets(self.status)
