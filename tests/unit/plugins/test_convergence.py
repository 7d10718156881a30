# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run that dies, wherever it dies: the next plain one ends in exactly the state of one that nothing disturbed.

To die before a write, after it, or because its answer never came, is one and the same for what is left behind: so many
writes are done, and the rest is not. Here it dies at a write of each kind, the same with the same --randomly-seed=N. A
removal's own points are in test_removal.py; each point with each kind of break, and with processes that are really
killed, in tests/soak.
"""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from tests.local_aws.server import LocalAws
from tests.unit.plugins.journeys import JOURNEYS
from tests.unit.plugins.killed import kill_at
from tests.unit.plugins.target import Target
from tests.unit.plugins.trials import WRITES, Trials, some

# Long, and of code that other tests cover line by line.
pytestmark = pytest.mark.no_cover


@pytest.mark.parametrize("name", ["deployment", "change"])
def test_a_run_that_dies_at_a_write_is_finished_by_the_next(trials: Trials, chance: Random, name: str) -> None:
    for number in some(trials.undisturbed(name)[1], chance):
        trials.begin(name)
        assert trials.travel(name, trials.impatient, {"kind": "reset_before", "first": number, **WRITES})
        trials.finish(name, f"dead from write {number} on")


@pytest.mark.parametrize("name", JOURNEYS)
def test_every_answer_to_a_write_is_lost_and_the_write_is_tried_again(trials: Trials, name: str) -> None:
    trials.begin(name)
    # The second try of each is answered.
    while trials.travel(
        name, trials.patient, {"kind": "note", **WRITES}, {"kind": "reset_after", "every": 2, **WRITES}
    ):
        pass
    trials.finish(name, "every answer lost")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"kind": "throttling", "every": 2}, ""),
        ({"kind": "throttling", "operation": "PutRule"}, "AWS still throttles after all retries: run again later"),
        ({"kind": "internal", "every": 3}, ""),
        ({"kind": "unavailable", "every": 3}, ""),
        ({"kind": "reset_before", "every": 3}, ""),
        ({"kind": "truncated", "nth": 40}, "the network and the endpoint between here and AWS"),
        ({"kind": "role_not_assumable", "operation": "CreateFunction", "times": 5}, ""),
        ({"kind": "update_in_progress", "operation": "PutFunctionEventInvokeConfig", "times": 5}, ""),
        ({"kind": "denied", "operation": "Subscribe"}, "Allow sns:Subscribe to the identity that runs this"),
        ({"kind": "expired", "first": 45}, "The credentials have expired: get new ones and run again."),
        ({"kind": "skewed", "first": 45}, "The clock of this machine is wrong"),
        ({"kind": "quota", "operation": "PutMetricAlarm", "first": 4}, "A quota of the account is reached"),
        ({"kind": "quota", "operation": "CreateFunction"}, "A quota of the account is reached"),
    ],
)
def test_what_a_run_does_not_get_over_it_explains(
    trials: Trials, local_aws: LocalAws, fault: dict[str, Any], said: str
) -> None:
    # Of its own: a client has a stock of tries, which the failures of earlier tests would have used up.
    trials.patient = Target(local_aws.url, {})
    trials.begin("deployment")
    error = trials.travel("deployment", trials.patient, fault)
    assert said in error
    assert bool(error) is bool(said), error
    trials.finish("deployment", str(fault))


@pytest.mark.parametrize(
    ("name", "number", "after"), [("deployment", 9, False), ("change", 20, True), ("removal", 6, True)]
)
def test_a_process_that_is_killed_is_followed_by_one_that_finishes(
    trials: Trials, local_aws: LocalAws, name: str, number: int, after: bool
) -> None:
    trials.begin(name)
    kill_at(trials, local_aws.url, name, number, after)
    trials.finish(name, f"killed {'after' if after else 'before'} write {number}")


def test_a_function_that_is_there_after_a_lost_answer_is_not_waited_for(trials: Trials, slept: list[float]) -> None:
    trials.begin("deployment")
    lost = {"kind": "reset_after", "operation": "CreateFunction", "nth": 1}
    said = trials.travel("deployment", trials.patient, lost)
    assert "Function already exist" in said
    assert said.endswith("the next run goes on from here.")
    # By botocore, before its second try.
    assert len(slept) == 1
