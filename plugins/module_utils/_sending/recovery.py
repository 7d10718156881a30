# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resume without going blind.

An alarm acts on a change of state only, and the account's rate does not fall while nothing is sent. So a tripped alarm
gets a threshold above the present rate, is set to OK, and must stay there, before sending is resumed. The metrics of a
configuration set start afresh on a resume: its alarms keep their thresholds and are only set to OK.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._guard import memory as _memory
from ansible_collections.mailops.ses.plugins.module_utils._resources.alarm import Alarms, AlarmState, MetricAlarm
from ansible_collections.mailops.ses.plugins.module_utils._ses.metrics import METRICS, OPTION_OF, percent
from ansible_collections.mailops.ses.plugins.module_utils._ses.rates import read_rates
from ansible_collections.mailops.ses.plugins.module_utils._ses.scopes import Scope

# The rate was last told while sending was on, and a pause may be long; after 15 days SES tells none any more.
LOOK_BACK = timedelta(days=15)
# Never AWS's own line: just below it.
BELOW_AWS = 0.999
POLL_SECONDS = 2.0


def raised_threshold(rate: float, margin: float, aws_line: float) -> float | None:
    """Pure: the rate plus a margin (a share of it), below AWS's own line; None where the rate leaves no room."""
    threshold = round(min(rate * (1 + margin), aws_line * BELOW_AWS), 6)
    return threshold if threshold > rate else None


class Recovery:
    """The way back for one scope some of whose alarms are in ALARM. Making one reads the rates and writes nothing.

    alarms: all that pause the scope; those in ALARM are set right, and all of them are watched.
    """

    def __init__(self, aws: Aws, scope: Scope, alarms: Mapping[str, AlarmState], margin: float) -> None:
        self._scope = scope
        self._alarms = alarms
        rates = read_rates(aws, [scope.name or None], LOOK_BACK)
        tripped = sorted(name for name, alarm in alarms.items() if alarm.in_alarm)
        self.steps = [self._step(name, alarms[name], rates, margin) for name in tripped]

    def _step(self, name: str, alarm: AlarmState, rates: Mapping[Any, Any], margin: float) -> dict[str, Any]:
        option = OPTION_OF[alarm.metric_name or ""]
        known = rates.get((self._scope.name or None, option))
        rate = known["value"] if known else None
        step = {"alarm_name": name, "metric": option, "rate": rate, "threshold": alarm.threshold}
        if self._scope.name or rate is None or rate < alarm.threshold:
            return {**step, "recovery_threshold": alarm.threshold}
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
        alarm, threshold = self._alarms[step["alarm_name"]], step["recovery_threshold"]
        if threshold == alarm.threshold:
            return
        # The tag first: a threshold that nobody remembers as raised would be taken for drift.
        _memory.remember(aws, {alarm.name: alarm}, {_memory.RECOVERY_THRESHOLD: f"{threshold:g}"})
        description = alarm.state["description"].replace(percent(alarm.threshold), percent(threshold))
        MetricAlarm(alarm.name, None, Alarms()).put(
            aws, {**alarm.state, "threshold": threshold, "description": description}
        )

    def _watch(self, aws: Aws, wait: float) -> None:
        # One that goes to ALARM meanwhile, tripped before or not, finds sending paused and would not act again.
        names = sorted(self._alarms)
        until = time.monotonic() + wait
        while True:
            states = Alarms(names).all(aws)
            back = [name for name in names if name in states and states[name].in_alarm]
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
