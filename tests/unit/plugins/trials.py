# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Journeys that are broken off, and what the next plain run makes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError

from tests.unit.plugins import picture
from tests.unit.plugins.journeys import JOURNEYS, go, prepare
from tests.unit.plugins.target import Target

WRITES = {"only": "writes"}


class Trials:
    """One journey after the other, each on an account of its own making.

    impatient: a target that gives up at the first error. patient: one whose calls are tried again, as a user's are.
    """

    def __init__(
        self,
        aws: Callable[..., Any],
        control: Callable[..., Any],
        empty: Callable[[], None],
        patient: Target,
        impatient: Target,
    ) -> None:
        self.aws = aws
        self.patient = patient
        self.impatient = impatient
        self._control = control
        self.empty = empty
        self.undisturbed = cache(self._undisturbed)

    def begin(self, name: str) -> None:
        """Bring the account to where the journey begins."""
        self.empty()
        prepare(self.aws)
        go(self.patient, JOURNEYS[name].before)

    def _undisturbed(self, name: str) -> tuple[picture.State, list[str]]:
        """Where the journey ends, and the operations of its writes, in their order."""
        self.begin(name)
        self.break_at({"kind": "note", **WRITES})
        go(self.patient, JOURNEYS[name].steps)
        writes = list(self.heal()[0]["operations"])
        again = [result["changed"] for result in go(self.patient, JOURNEYS[name].steps)]
        assert not any(again), f"{name}: one plain run is not enough"
        return picture.take(self.aws), writes

    def break_at(self, *rules: dict[str, Any]) -> None:
        self._control("faults", rules=list(rules))

    def rules(self) -> list[dict[str, Any]]:
        return list(self._control("faults", "GET")["rules"])

    def heal(self) -> list[dict[str, Any]]:
        """Nothing goes wrong any more; what did."""
        rules = self.rules()
        self._control("faults", "DELETE")
        return rules

    def travel(self, name: str, target: Target, *rules: dict[str, Any], struck: Counter[str] | None = None) -> str:
        """The journey while this goes wrong: the error's text, or "". AssertionError if nothing went wrong.

        struck: takes how often each kind of fault struck.
        """
        self.break_at(*rules)
        try:
            go(target, JOURNEYS[name].steps)
            error = ""
        except SesError as failure:
            error = failure.message
        fired = Counter({rule["kind"]: rule["fired"] for rule in self.heal() if rule["fired"]})
        assert fired, f"{name}: nothing went wrong"
        if struck is not None:
            struck.update(fired)
        return error

    def finish(self, name: str, about: str, besides: str = "nothing") -> None:
        """A plain run ends in the undisturbed state, in which another one finds nothing to do.

        besides: how the names of those begin that may differ.
        """
        wanted = _without(besides, self.undisturbed(name)[0])
        go(self.patient, JOURNEYS[name].steps)
        found = _without(besides, picture.take(self.aws))
        differs = [key for key in wanted.keys() | found.keys() if wanted.get(key) != found.get(key)]
        assert found == wanted, f"{name}, {about}: another end: {sorted(differs)}"


def some(operations: list[str], chance: Random) -> list[int]:
    """Numbers of writes: the first, the last, and one of each other kind. Another seed takes others, tests/soak all."""
    kinds: dict[str, list[int]] = {}
    for number, operation in enumerate(operations, 1):
        kinds.setdefault(operation, []).append(number)
    ends = {operations[0], operations[-1]}
    return sorted({1, len(operations), *(chance.choice(kinds[kind]) for kind in kinds if kind not in ends)})


def _without(beginning: str, state: picture.State) -> picture.State:
    return {key: value for key, value in state.items() if not key.startswith(beginning)}
