# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything that can go wrong, at random and at once: whatever a run made of it, a plain one sets it right."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest

from tests.soak.conftest import Count
from tests.unit.plugins.journeys import JOURNEYS
from tests.unit.plugins.target import MakeTarget
from tests.unit.plugins.trials import Trials

ROUNDS = 40
RUNS = 4
# Long enough for every answer but one that is made slow.
IMPATIENCE = 5.0
# Of all calls. Those that end a run at once are rare, so that others get their turn.
RATES = {
    "throttling": 0.06,
    "internal": 0.03,
    "unavailable": 0.03,
    "reset_before": 0.03,
    "reset_after": 0.04,
    "truncated": 0.004,
    "denied": 0.002,
    "expired": 0.002,
    "skewed": 0.002,
    "quota": 0.002,
    "slow": 0.001,
}


def rules(seed: int) -> list[dict[str, Any]]:
    """Lambda and IAM have moods of their own; half of the reads lag behind the writes."""
    moods = [
        {"kind": "role_not_assumable", "service": "lambda", "operation": "CreateFunction", "rate": 0.5},
        {"kind": "update_in_progress", "service": "lambda", "operation": "UpdateFunction*", "rate": 0.3},
        *({"kind": kind, "rate": rate, "seconds": 2 * IMPATIENCE} for kind, rate in RATES.items()),
        {"kind": "stale", "only": "reads", "rate": 0.5, "seconds": 1.0},
    ]
    return [{**mood, "seed": 100 * seed + index} for index, mood in enumerate(moods)]


@pytest.mark.parametrize("part", range(4))
def test_faults_at_random(trials: Trials, make_target: MakeTarget, seed: int, count: Count, part: int) -> None:
    user = make_target(aws_config={"read_timeout": IMPATIENCE})
    failed = 0
    struck: Counter[str] = Counter()
    for number in range(ROUNDS):
        chance = Random(f"{seed} {part} {number}")
        name = chance.choice(list(JOURNEYS))
        trials.begin(name)
        for _run in range(RUNS):
            error = trials.travel(name, user, *rules(chance.randrange(10**6)), struck=struck)
            failed += bool(error)
            if not error:
                break
        trials.finish(name, f"seed {seed}, part {part}, round {number}")
    count("rounds of random faults", ROUNDS)
    count("runs that failed and were healed by the next", failed)
    for kind, times in struck.items():
        count(f"random {kind}", times)
