# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two at once, at a few points of each; tests/soak takes all of them.

Two runs, a run and a removal: one right end state, and nothing that the next run does not heal. A trip wins over a
resume and over a drill.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._drill import end, run

from tests.local_aws.server import LocalAws
from tests.unit.plugins.meetings import (
    Meeting,
    Point,
    drill_beside_a_trip,
    recovery_beside_a_trip,
    resume_beside_a_trip,
    travel_both,
)
from tests.unit.plugins.module_utils.drills import Guarded
from tests.unit.plugins.trials import Trials

# Long, and of code that other tests cover line by line.
pytestmark = pytest.mark.no_cover

Control = Callable[..., object]
RUNS = [
    (("deployment", "deployment"), "deployment"),
    (("change", "removal"), "removal"),
    (("removal", "change"), "change"),
]
WRITES_SENDING: Point = {"operation": "PutAccountSendingAttributes"}


@pytest.fixture
def meeting(local_aws: LocalAws, control: Control) -> Meeting:
    return Meeting(local_aws.url, control)


@pytest.fixture
def guarded(aws: Callable[..., object], control: Control, trials: Trials, monkeypatch: pytest.MonkeyPatch) -> Guarded:
    monkeypatch.setattr(run, "POLL_SECONDS", 0.1)
    monkeypatch.setattr(end, "LATE_SECONDS", 0.3)
    return Guarded(trials.patient, aws, control)


@pytest.mark.parametrize(("names", "last"), RUNS)
@pytest.mark.parametrize("number", [4, 14])
def test_two_runs(trials: Trials, meeting: Meeting, names: tuple[str, str], number: int, last: str) -> None:
    travel_both(trials, meeting, names, number, last)


@pytest.mark.parametrize(
    "point",
    [
        {"operation": "TagResource", "nth": 1},
        {"operation": "TagResource", "nth": 2, "after": True},
        WRITES_SENDING,
        {**WRITES_SENDING, "after": True},
    ],
)
def test_a_trip_wins_over_a_resume(guarded: Guarded, meeting: Meeting, point: Point) -> None:
    resume_beside_a_trip(guarded, meeting, point)


def test_a_trip_wins_over_a_recovery(guarded: Guarded, meeting: Meeting) -> None:
    recovery_beside_a_trip(guarded, meeting, WRITES_SENDING)


@pytest.mark.parametrize("metric", ["Reputation.BounceRate", "Reputation.ComplaintRate"])
def test_a_trip_wins_over_a_drill(guarded: Guarded, meeting: Meeting, metric: str) -> None:
    drill_beside_a_trip(guarded, meeting, metric, WRITES_SENDING)
