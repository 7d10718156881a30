# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults on demand: which calls go wrong, and how. ``/_local_aws/faults``

``POST {"rules": [...]}`` takes the place of all rules, ``DELETE`` and ``/moto-api/reset`` leave none, ``GET`` shows
them. Each answers ``{"rules": [...]}`` with, for each, how many calls it has ``seen``, how often it ``fired``, at which
``operations`` in their order, and how many calls are ``waiting`` at its gate. ``POST {"release": "NAME"}`` opens the
gate of that name.

A rule is about the calls that fit all of these:
    service, operation, account, region, source, access_key   patterns such as "sns", "Put*"; as in the call log
    only         "reads" or "writes"
Of these calls it fires at
    nth          this one, counted from 1, or a list of them
    first        this one and all after it
    every        every so many
    rate, seed   this share of them; the same seed picks the same ones
    times        and so often at most
What then happens is its ``kind``, with the fields ``seconds``, ``name`` and so on: see ``fault_kinds``. Where several
rules fire at a call, the first one counts; a rule of the kind ``note`` only counts.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from random import Random
from typing import Any

from .calls import Call, is_read
from .patience import PATIENCE

PLACES = ("service", "operation", "account", "region", "source", "access_key")
ONLY = ("", "reads", "writes")
# Of a rule's fields, those that a test may not set.
COUNTERS = ("seen", "fired", "operations", "waiting", "opened")


@dataclass(eq=False)
class Rule:
    """What a test asks for, and how often it came about."""

    kind: str
    name: str = ""
    service: str = "*"
    operation: str = "*"
    account: str = "*"
    region: str = "*"
    source: str = "*"
    access_key: str = "*"
    only: str = ""
    nth: list[int] = field(default_factory=list)
    first: int = 1
    every: int = 1
    rate: float = 1.0
    seed: int = 0
    times: int = 0
    # slow: how long the answer takes. stale: how far reads lag behind. gate: how long it is waited for at most.
    seconds: float = 0.0
    # gate: opens once the rule of this name has fired. after: the call takes effect before it waits. drop: it is reset
    # once the gate is open.
    until: str = ""
    after: bool = False
    drop: bool = False
    # error: what is answered.
    status: int = 400
    code: str = ""
    message: str = ""
    seen: int = 0
    fired: int = 0
    operations: list[str] = field(default_factory=list)
    waiting: int = 0
    opened: bool = False

    def fits(self, call: Call) -> bool:
        if self.only and (self.only == "reads") != is_read(call.operation):
            return False
        return all(fnmatchcase(getattr(call, place), getattr(self, place)) for place in PLACES)

    def is_due(self) -> bool:
        """Count one more call that fits; whether it is one at which the rule fires."""
        self.seen += 1
        if (self.times and self.fired >= self.times) or self.seen < self.first:
            return False
        if (self.nth and self.seen not in self.nth) or self.seen % self.every:
            return False
        # From the number of the call, not from a stream: what other rules do changes nothing here.
        return self.rate == 1 or Random(f"{self.seed} {self.seen}").random() < self.rate


_rules: list[Rule] = []
_changed = threading.Condition()


def find(call: Call) -> Rule | None:
    """The rule that fires at this call."""
    found = None
    with _changed:
        for rule in _rules:
            if rule.fits(call) and rule.is_due() and (found is None or rule.kind == "note"):
                rule.fired += 1
                rule.operations.append(call.operation)
                found = found if rule.kind == "note" else rule
        if _rules:
            _changed.notify_all()
    return found


def active(kind: str) -> list[Rule]:
    """The rules of this kind."""
    with _changed:
        return [rule for rule in _rules if rule.kind == kind]


def wait(rule: Rule) -> None:
    """Stand at the rule's gate until it is open, for its ``seconds`` at most, or until the rules are others."""

    def is_open() -> bool:
        awaited = any(each.name == rule.until and each.fired for each in _rules)
        return rule.opened or rule not in _rules or (bool(rule.until) and awaited)

    with _changed:
        rule.waiting += 1
        _changed.notify_all()
        _changed.wait_for(is_open, rule.seconds or PATIENCE)
        rule.waiting -= 1


def reset() -> None:
    replace([])


def replace(rules: list[Rule]) -> None:
    with _changed:
        _rules[:] = rules
        _changed.notify_all()


def release(name: str) -> None:
    with _changed:
        named = [rule for rule in _rules if rule.kind == "gate" and rule.name == name]
        if not named:
            raise ValueError(f"no gate has the name {name!r}")
        for rule in named:
            rule.opened = True
        _changed.notify_all()


def control(method: str, body: dict[str, Any]) -> dict[str, Any]:
    if method == "DELETE":
        reset()
    elif method == "POST" and "release" in body:
        release(str(body["release"]))
    elif method == "POST":
        replace([parse(entry) for entry in body.get("rules", [])])
    with _changed:
        return {"rules": [_shown(rule) for rule in _rules]}


def parse(entry: dict[str, Any]) -> Rule:
    """A rule as a test gives it; ValueError says what is wrong with it."""
    from .fault_kinds import KINDS

    known = {each.name for each in fields(Rule)} - set(COUNTERS)
    if unknown := sorted(set(entry) - known):
        raise ValueError(f"unknown in a fault: {', '.join(unknown)}; known: {', '.join(sorted(known))}")
    if entry.get("kind") not in KINDS:
        raise ValueError(f"unknown kind of fault {entry.get('kind')!r}; known: {', '.join(sorted(KINDS))}")
    if entry.get("only", "") not in ONLY:
        raise ValueError(f"only: {entry['only']!r} is neither 'reads' nor 'writes'")
    nth = entry.get("nth", [])
    rule = Rule(**{**entry, "nth": [nth] if isinstance(nth, int) else list(nth)})
    if rule.every < 1 or not 0 <= rule.rate <= 1:
        raise ValueError(f"every: {rule.every} must be at least 1, and rate: {rule.rate} a share from 0 to 1")
    return rule


def _shown(rule: Rule) -> dict[str, Any]:
    """What differs from a rule that says nothing, and the counters."""
    plain = Rule(rule.kind)
    names = [each.name for each in fields(Rule)]
    return {
        name: getattr(rule, name)
        for name in names
        if name in ("kind", "seen", "fired", "waiting") or getattr(rule, name) != getattr(plain, name)
    }


def pause(rule: Rule) -> None:
    """Sleep for the rule's seconds, unless the rules are others before that."""
    with _changed:
        _changed.wait_for(lambda: rule not in _rules, rule.seconds)
