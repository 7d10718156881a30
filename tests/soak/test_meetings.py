# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two at once, at every point of the first: each write of a run, each call of a resume, each write of a drill."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.soak.conftest import Count
from tests.unit.plugins.journeys import JOURNEYS, go
from tests.unit.plugins.meetings import (
    BOUNCE,
    Meeting,
    Point,
    drill,
    drill_beside_a_trip,
    recovery_beside_a_trip,
    resume,
    resume_beside_a_trip,
    travel_both,
)
from tests.unit.plugins.module_utils.drills import Guarded
from tests.unit.plugins.test_two_at_once import RUNS
from tests.unit.plugins.trials import Trials


@pytest.mark.parametrize(
    ("names", "last"), [*RUNS, (("change", "change"), "change"), (("removal", "removal"), "removal")]
)
def test_two_runs(trials: Trials, meeting: Meeting, count: Count, names: tuple[str, str], last: str) -> None:
    trials.begin(names[0])
    writes = meeting.count(lambda: go(meeting.first, JOURNEYS[names[0]].steps), only="writes")
    for number in range(1, writes + 1):
        travel_both(trials, meeting, names, number, last)
    count(f"a {names[1]} at a write of a {names[0]}", writes)


def points(calls: int, **which: str) -> Iterator[Point]:
    """Before each of these calls, and after the last."""
    for number in range(1, calls + 1):
        yield {"nth": number, **which}
    yield {"nth": calls, "after": True, **which}


def test_a_trip_at_each_call_of_a_resume(new_guard: Callable[[], Guarded], meeting: Meeting, count: Count) -> None:
    new_guard().switch(False)
    calls = meeting.count(lambda: resume(meeting))
    for point in points(calls):
        resume_beside_a_trip(new_guard(), meeting, point)
    count("a trip at a call of a resume", calls + 1)


def test_a_trip_at_each_write_of_a_recovery(new_guard: Callable[[], Guarded], meeting: Meeting, count: Count) -> None:
    new_guard().set_state(BOUNCE, "ALARM")
    writes = meeting.count(lambda: resume(meeting, in_alarm="recover"), only="writes")
    for point in points(writes, only="writes"):
        recovery_beside_a_trip(new_guard(), meeting, point)
    count("a trip at a write of a recovery", writes + 1)


@pytest.mark.parametrize("metric", ["Reputation.BounceRate", "Reputation.ComplaintRate"])
def test_a_trip_at_each_write_of_a_drill(
    new_guard: Callable[[], Guarded], meeting: Meeting, count: Count, metric: str
) -> None:
    new_guard()
    writes = meeting.count(lambda: drill(meeting), only="writes")
    for point in points(writes, only="writes"):
        drill_beside_a_trip(new_guard(), meeting, metric, point)
    count("a trip at a write of a drill", writes + 1)
