# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resume without going blind.

An alarm acts on a change of state only, and the account's rate does not fall while nothing is sent. So a tripped alarm
gets a threshold above the present rate, is set to OK, and must stay there, before sending is resumed. Later runs bring
the threshold down as the rate falls, never up. The metrics of a configuration set start afresh on a resume: its alarms
keep their thresholds and are only set to OK.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from ansible_collections.mailops.ses.plugins.module_utils import _memory
from ansible_collections.mailops.ses.plugins.module_utils._aws import Aws, SesError
from ansible_collections.mailops.ses.plugins.module_utils._metrics import METRICS, OPTION_OF, percent
from ansible_collections.mailops.ses.plugins.module_utils._rates import RateKey, read_rates, would_trip
from ansible_collections.mailops.ses.plugins.module_utils._reconcile import State
from ansible_collections.mailops.ses.plugins.module_utils._resources.alarm import Alarms, MetricAlarm
from ansible_collections.mailops.ses.plugins.module_utils._scopes import Scope

# A raised threshold is this share above the rate, unless told otherwise.
MARGIN = 0.1
# The rate was last told while sending was on, and a pause may be long; after 15 days SES tells none any more.
LOOK_BACK = timedelta(days=15)
# Never AWS's own line: just below it.
BELOW_AWS = 0.999
POLL_SECONDS = 2.0


def raised_threshold(rate: float, margin: float, aws_line: float) -> float | None:
    """Pure: the rate plus a margin (a share of it), below AWS's own line; None where the rate leaves no room."""
    threshold = round(min(rate * (1 + margin), aws_line * BELOW_AWS), 6)
    return threshold if threshold > rate else None


def lowered_threshold(raised: float, normal: float, rate: float | None, margin: float) -> float:
    """Pure: what a raised threshold becomes as the rate falls: never higher, and the normal one once there is room."""
    if rate is None:
        return raised
    return max(normal, min(raised, round(rate * (1 + margin), 6)))


class Recovery:
    """The way back for one scope some of whose alarms are in ALARM. Making one reads the rates and writes nothing.

    alarms: all that pause the scope; those in ALARM are set right, and all of them are watched.
    """

    def __init__(self, aws: Aws, scope: Scope, alarms: Mapping[str, State], margin: float) -> None:
        self._scope = scope
        self._alarms = alarms
        rates = read_rates(aws, [scope.name or None], LOOK_BACK)
        tripped = sorted(name for name, state in alarms.items() if state["_state"] == "ALARM")
        self.steps = [self._step(name, alarms[name], rates, margin) for name in tripped]

    def _step(self, name: str, state: State, rates: Mapping[Any, Any], margin: float) -> dict[str, Any]:
        option = OPTION_OF[state["metric_name"]]
        known = rates.get((self._scope.name or None, option))
        rate = known["value"] if known else None
        step = {"alarm_name": name, "metric": option, "rate": rate, "threshold": state["threshold"]}
        if self._scope.name or rate is None or rate < state["threshold"]:
            return {**step, "recovery_threshold": state["threshold"]}
        return {**step, "recovery_threshold": raised_threshold(rate, margin, METRICS[option].pause)}

    def describe(self) -> str:
        """Rate and threshold of each tripped alarm."""
        return ", ".join(
            f"{step['alarm_name']} (rate {percent(step['rate']) if step['rate'] is not None else 'unknown'}, threshold "
            f"{percent(step['threshold'])})"
            for step in self.steps
        )

    def check(self) -> None:
        """Refuses where a rate is so high that no threshold below AWS's own line is above it."""
        hopeless = [step["alarm_name"] for step in self.steps if step["recovery_threshold"] is None]
        if hopeless:
            raise SesError(
                f"Cannot recover {', '.join(hopeless)}: the rate is at the line where AWS may pause the account "
                f"itself, so no threshold would be left to guard it. Mend the cause first. The rate falls only while "
                f"good mail is sent: in_alarm: ignore resumes without a guard, for somebody who watches the rate all "
                f"the time."
            )

    def apply(self, aws: Aws, wait: float) -> None:
        """Raises the thresholds, sets the alarms to OK, and watches that they stay there for C(wait) seconds."""
        for step in self.steps:
            self._raise(aws, step)
            aws.call(
                "cloudwatch",
                "set_alarm_state",
                f"alarm {step['alarm_name']}",
                AlarmName=step["alarm_name"],
                StateValue="OK",
                StateReason="mailops.ses: set to OK before sending is resumed, so that the alarm can trip again",
            )
        self._watch(aws, wait)

    def _raise(self, aws: Aws, step: dict[str, Any]) -> None:
        state, threshold = self._alarms[step["alarm_name"]], step["recovery_threshold"]
        if threshold == state["threshold"]:
            return
        # The tag first: a threshold that nobody remembers as raised would be taken for drift.
        _memory.remember(aws, {step["alarm_name"]: state}, {_memory.RECOVERY_THRESHOLD: f"{threshold:g}"})
        alarm = MetricAlarm(step["alarm_name"], None, Alarms())
        description = state["description"].replace(percent(state["threshold"]), percent(threshold))
        alarm.put(aws, {**state, "threshold": threshold, "description": description})

    def _watch(self, aws: Aws, wait: float) -> None:
        # One that goes to ALARM meanwhile, tripped before or not, finds sending paused and would not act again.
        names = sorted(self._alarms)
        until = time.monotonic() + wait
        while True:
            states = Alarms(names).all(aws)
            back = [name for name in names if states.get(name, {}).get("_state") == "ALARM"]
            if back:
                raise SesError(
                    f"Not resumed: {', '.join(back)} went to ALARM while it was watched, as the rate has reached the "
                    f"threshold. Mend the cause, and try again."
                )
            left = until - time.monotonic()
            if left <= 0:
                return
            aws.say(f"{self._scope.label}: watching that the alarms stay OK, {left:.0f} s left")
            time.sleep(min(POLL_SECONDS, left))


class RecoveringAlarm(MetricAlarm):
    """An alarm of the account, whose threshold may be a raised one since a resume.

    Its state has recovery_threshold too.
    rate: the present rate, asked for only where a threshold is raised. describe: the description for a threshold.
    """

    def __init__(
        self,
        name: str,
        desired: State | None,
        alarms: Alarms,
        rate: Callable[[], float | None],
        describe: Callable[[float], str],
    ) -> None:
        super().__init__(name, desired, alarms)
        self._rate = rate
        self._describe = describe

    def with_tags(self, current: State, tags: dict[str, str]) -> State:
        state = super().with_tags(current, tags)
        return {**state, "recovery_threshold": recovery_threshold(state)}

    def settle(self, current: State | None) -> State | None:
        desired = self.desired
        if desired is None or current is None:
            return desired
        raised, normal = current["recovery_threshold"], desired["threshold"]
        if raised is None:
            return desired
        # Where a resume ended between the tag and the alarm, the alarm's own threshold is the lower one.
        raised = lowered_threshold(min(raised, current["threshold"]), normal, self._rate(), MARGIN)
        if raised <= normal:
            return {**desired, "recovery_threshold": None}
        return {**desired, "threshold": raised, "recovery_threshold": raised, "description": self._describe(raised)}

    def update(self, aws: Aws, current: State, desired: State, changed: frozenset[str]) -> None:
        super().update(aws, current, desired, changed - {"recovery_threshold"})
        if "recovery_threshold" not in changed:
            return
        if desired["recovery_threshold"] is None:
            aws.call(
                "cloudwatch",
                "untag_resource",
                self.label,
                ResourceARN=current["_arn"],
                TagKeys=[_memory.RECOVERY_THRESHOLD],
            )
        else:
            tags = {_memory.RECOVERY_THRESHOLD: f"{desired['recovery_threshold']:g}"}
            _memory.remember(aws, {self.name: current}, tags)


def recovery_threshold(state: State) -> float | None:
    """The raised threshold that an alarm's tag remembers; a tag that is no number remembers none."""
    try:
        return float(state["tags"][_memory.RECOVERY_THRESHOLD])
    except (KeyError, ValueError):
        return None


def find_tripping(
    aws: Aws, planned: list[dict[str, Any]], rates: Mapping[RateKey, dict[str, Any]], alarms: Alarms
) -> list[dict[str, Any]]:
    """The planned alarms that would pause at once; not those whose threshold is a raised one that holds."""
    tripping = []
    for entry in would_trip(planned, rates, alarms.all(aws)):
        state = MetricAlarm(entry["alarm_name"], None, alarms).look(aws)
        raised = state and recovery_threshold(state)
        if not (state and raised and entry["rate"] < state["threshold"]):
            tripping.append(entry)
    return tripping
