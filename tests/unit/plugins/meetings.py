# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two at work on one target: the first stands still at one of its calls until the second is through."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._operations import ses_pause_drill, ses_sending_enabled

from tests.local_aws.patience import wait_for
from tests.unit.plugins.journeys import JOURNEYS, go
from tests.unit.plugins.module_utils.drills import BOUNCE, COMPLAINT, Guarded
from tests.unit.plugins.target import Target
from tests.unit.plugins.trials import Trials

Point = dict[str, Any]
FIRST = "first"


class Meeting:
    """Who comes first is known by its key."""

    def __init__(self, url: str, control: Callable[..., Any]) -> None:
        self.first = Target(url, {}, access_key=FIRST)
        self._control = control

    def count(self, act: Callable[[], Any], **which: Any) -> int:
        """How many such calls the first makes where nobody else is."""
        self._control("faults", rules=[{"kind": "note", "access_key": FIRST, **which}])
        act()
        return int(self._over()["fired"])

    def meet(self, act: Callable[[], Any], happens: Callable[[], Any], **point: Any) -> str:
        """The first acts; what happens, happens at this point of it. Returns the first's error, or "" """
        self._control("faults", rules=[{"kind": "gate", "name": FIRST, "access_key": FIRST, **point}])
        with ThreadPoolExecutor(1) as pool:
            acting = pool.submit(_error_of, act)
            try:
                wait_for(f"it does not come to {point}", lambda: self._gate()["waiting"] or acting.done())
                assert self._gate()["waiting"], f"it never came to {point}: {acting.result()}"
                happens()
            finally:
                self._over()
            return acting.result()

    def _gate(self) -> dict[str, Any]:
        rule: dict[str, Any] = self._control("faults", "GET")["rules"][0]
        return rule

    def _over(self) -> dict[str, Any]:
        """Without rules, no gate is left."""
        rule = self._gate()
        self._control("faults", "DELETE")
        return rule


def _error_of(act: Callable[[], Any]) -> str:
    """A failure in words is allowed, anything else is a crash."""
    try:
        act()
    except SesError as error:
        return error.message
    return ""


def travel_both(trials: Trials, meeting: Meeting, names: tuple[str, str], number: int, last: str) -> None:
    """At a write of the first journey, the whole second one takes place; a plain run of the last one sets all right."""
    first, second = names
    trials.begin("change" if "change" in names or "removal" in names else first)
    meeting.meet(
        lambda: go(meeting.first, JOURNEYS[first].steps),
        lambda: _error_of(lambda: go(trials.patient, JOURNEYS[second].steps)),
        only="writes",
        nth=number,
    )
    # A removal leaves the metrics of sets as it finds them.
    besides = "set " if last == "removal" else "nothing"
    trials.finish(last, f"{second} at write {number} of {first}", besides)


def resume(meeting: Meeting, **options: Any) -> None:
    meeting.first.run(ses_sending_enabled, enabled=True, **{"recover_wait": 1, **options})


def resume_beside_a_trip(guarded: Guarded, meeting: Meeting, point: Point) -> None:
    """Paused by a person, about to be resumed; then the bounce rate is over its line."""
    guarded.target.run(ses_sending_enabled, enabled=False, reason="a look at the lists")
    meeting.meet(lambda: resume(meeting), lambda: guarded.set_state(BOUNCE, "ALARM"), **point)
    guarded.wait()
    assert not guarded.sends, f"it sends, after a trip at {point}"
    guarded.sweep()
    assert not guarded.sends
    assert _error_of(lambda: resume(meeting)).count("is not resumed, as its guard would be disarmed") == 1


def recovery_beside_a_trip(guarded: Guarded, meeting: Meeting, point: Point) -> None:
    """Paused over bounces, about to be resumed with the alarm set right; then people complain."""
    guarded.set_state(BOUNCE, "ALARM")
    assert not guarded.sends
    meeting.meet(lambda: resume(meeting, in_alarm="recover"), lambda: guarded.set_state(COMPLAINT, "ALARM"), **point)
    guarded.wait()
    guarded.sweep()
    assert not guarded.sends, f"it sends, after a trip at {point}"


def drill(meeting: Meeting) -> None:
    meeting.first.run(ses_pause_drill, mode="live", timeout=1)


def drill_beside_a_trip(guarded: Guarded, meeting: Meeting, metric: str, point: Point) -> None:
    """A live drill of the bounce alarm, and a real breach in the midst of it: of bounces, or of complaints."""
    data = [{"MetricName": metric, "Value": 0.06}]

    def breach() -> None:
        guarded.cloudwatch.put_metric_data(Namespace="AWS/SES", MetricData=data)
        guarded.wait()

    meeting.meet(lambda: drill(meeting), breach, **point)
    # A minute later CloudWatch looks again.
    guarded.control("evaluate")
    guarded.wait()
    guarded.sweep()
    assert not guarded.sends, f"it sends, after a breach of {metric} at {point}"
