# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The function through thousands of schedules and events, and under load; tests/unit/function tries a few of each.

SOAK_SEED decides which.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from bench.load import PARALLEL, measure
from tests.unit.function.fuzzing import Target
from tests.unit.function.test_fuzz import bent, junk
from tests.unit.function.test_schedules import Schedules

SEED = int(os.environ.get("SOAK_SEED", "1"))
MANY = settings.get_profile("soak")
Count = Callable[[str, int], None]


@pytest.mark.parametrize("part", range(2))
def test_schedules(part: int, record_property: Count) -> None:
    counted = {"schedules of the function": 0, "invocations in schedules": 0, "trips in schedules": 0}

    class Counted(Schedules):
        def come_to_an_end(self) -> None:
            super().come_to_an_end()
            counted["schedules of the function"] += 1
            counted["trips in schedules"] += self.trips

        def run(self, *args: Any) -> None:
            super().run(*args)
            counted["invocations in schedules"] += 1

    run_state_machine_as_test(seed(2 * SEED + part)(Counted), settings=MANY)
    for what, number in counted.items():
        record_property(what, number)


def test_bad_input(record_property: Count) -> None:
    counted, target = 0, Target()

    @seed(SEED)
    @settings(MANY, max_examples=5000)
    @given(event=bent() | junk)
    def check(event: Any) -> None:
        nonlocal counted
        counted += 1
        target.check(event)

    try:
        check()
    finally:
        target.close()
    record_property("bad events", counted)


@pytest.mark.parametrize("concurrency", [PARALLEL, 10, 1])
def test_load(concurrency: int, record_property: Count, capsys: pytest.CaptureFixture[str]) -> None:
    assert measure(1000, concurrency, 900, 15, SEED, 8 * 3600)
    print(capsys.readouterr().out)
    record_property("sets paused under load", 1000)
