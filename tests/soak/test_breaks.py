# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each write of each journey, with each kind of break: the next plain run ends in the undisturbed state."""

from __future__ import annotations

import pytest

from tests.local_aws.server import LocalAws
from tests.soak.conftest import Count
from tests.unit.plugins.journeys import JOURNEYS
from tests.unit.plugins.killed import kill_at
from tests.unit.plugins.target import Target
from tests.unit.plugins.test_removal import Client, Watch, dies_and_is_finished, removal
from tests.unit.plugins.trials import WRITES, Trials


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "truncated", "internal", "throttling"])
@pytest.mark.parametrize("name", JOURNEYS)
def test_a_write_that_breaks_once_and_is_tried_again(trials: Trials, count: Count, name: str, kind: str) -> None:
    writes = len(trials.undisturbed(name)[1])
    failed = 0
    for number in range(1, writes + 1):
        trials.begin(name)
        failed += bool(trials.travel(name, trials.patient, {"kind": kind, "nth": number, **WRITES}))
        trials.finish(name, f"{kind} at write {number}")
    count(f"{kind} at a write", writes)
    count("runs that failed and were healed by the next", failed)


@pytest.mark.parametrize("name", JOURNEYS)
def test_a_run_that_dies(trials: Trials, count: Count, name: str) -> None:
    writes = len(trials.undisturbed(name)[1])
    for number in range(1, writes + 1):
        trials.begin(name)
        assert trials.travel(name, trials.impatient, {"kind": "reset_before", "first": number, **WRITES})
        trials.finish(name, f"dead from write {number} on")
    count("network gone from a write on", writes)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("name", JOURNEYS)
def test_a_process_that_is_killed(trials: Trials, local_aws: LocalAws, count: Count, name: str, after: bool) -> None:
    writes = len(trials.undisturbed(name)[1])
    for number in range(1, writes + 1):
        trials.begin(name)
        kill_at(trials, local_aws.url, name, number, after)
        trials.finish(name, f"killed {'after' if after else 'before'} write {number}")
    count(f"process killed {'after' if after else 'before'} a write", writes)


def test_a_removal_that_dies_beside_another_guard(
    target: Target, aws: Client, neighbours: dict[str, list[str]], watch: Watch, count: Count
) -> None:
    writes = removal(target, aws, watch)
    for number in range(1, len(writes) + 1):
        dies_and_is_finished(target, aws, neighbours, watch, number)
    count("removal gone after a write, beside another guard", len(writes))
