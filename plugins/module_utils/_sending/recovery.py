# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resume without a disarmed guard.

An alarm acts on a change of state only, and the account's rate does not fall while nothing is sent. So an alarm
that is in ALARM gets a threshold above the present rate, is set to OK, and must stay there, before sending is resumed.
The metrics of a configuration set start afresh on a resume: its alarms keep their thresholds and are only set to OK.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from .._aws.client import Aws
from .._aws.errors import SesError
from .._guard.memory import Key, remember
from .._resources.alarm import Alarms, AlarmState, MetricAlarm
from .._ses.metrics import METRICS, OPTION_OF, percent
from .._ses.rates import RateKey, read_rates
from .._ses.scopes import Scope

# The rate was last told while sending was on, and a pause may be long; after 15 days SES tells none any more.
LOOK_BACK = timedelta(days=15)
# Never AWS's own line: just below it.
BELOW_AWS = 0.999
# With less, a threshold of six digits may not be above the rate.
LEAST_MARGIN = 0.01
POLL_SECONDS = 2.0
SAY_SECONDS = 10.0
# CloudWatch evaluates an alarm every minute (CloudWatch User Guide, "Alarm evaluation").
EVALUATED = 60


def check_recovery(margin: float, wait: int) -> list[str]:
    """Refuses options that cannot be meant. Returns what people must know of the others."""
    if not LEAST_MARGIN <= margin <= 1:
        raise SesError(f"recover_margin: {margin:g} is out of range. Use {LEAST_MARGIN} to 1, a share such as 0.1.")
    if wait < 1:
        raise SesError(f"recover_wait: {wait} is out of range. Use seconds, {EVALUATED} or more, such as 90.")
    if wait < EVALUATED:
        return [f"recover_wait: within {wait} s CloudWatch may not have evaluated the alarms. It does so every minute."]
    return []


def raised_threshold(rate: float, margin: float, aws_line: float) -> float | None:
    """The rate plus a margin (a share of it), below AWS's own line; None where the rate leaves no room."""
    threshold = round(min(rate * (1 + margin), aws_line * BELOW_AWS), 6)
    return threshold if threshold > rate else None


@dataclass(frozen=True)
class RecoveryStep:
    """What becomes of one alarm. recovery_threshold: None where the rate leaves no room for one."""

    alarm_name: str
    metric: str
    rate: float | None
    threshold: float
    recovery_threshold: float | None


class Recovery:
    """The way back for one scope some of whose alarms are in ALARM.

    alarms: all that pause the scope; those in ALARM are set right, and all of them are watched. rates: the last known.
    steps: what is to be done to each. applied: those that are done.
    """

    def __init__(
        self, scope: Scope, alarms: Mapping[str, AlarmState], rates: Mapping[RateKey, Any], margin: float
    ) -> None:
        self._scope = scope
        self._alarms = alarms
        self._rates = rates
        self._margin = margin
        self.steps = [self._step(name, alarm) for name, alarm in sorted(alarms.items()) if alarm.in_alarm]
        self.applied: list[RecoveryStep] = []

    def _step(self, name: str, alarm: AlarmState) -> RecoveryStep:
        option = OPTION_OF[alarm.metric_name or ""]
        known = self._rates.get((self._scope.name or None, option))
        rate = known["value"] if known else None
        threshold: float | None = alarm.threshold
        if not self._scope.name and rate is not None and rate >= alarm.threshold:
            threshold = raised_threshold(rate, self._margin, METRICS[option].pause)
        return RecoveryStep(name, option, rate, alarm.threshold, threshold)

    def describe(self) -> str:
        """Rate and threshold of each alarm that is in ALARM."""
        return ", ".join(
            f"{step.alarm_name} (rate {percent(step.rate) if step.rate is not None else 'unknown'}, threshold "
            f"{percent(step.threshold)})"
            for step in self.steps
        )

    def check(self) -> None:
        """Refuses where a rate is so high that no threshold below AWS's own line is above it."""
        hopeless = [step.alarm_name for step in self.steps if step.recovery_threshold is None]
        if hopeless:
            raise SesError(
                f"Cannot recover {', '.join(hopeless)}: the rate is at the line where AWS may pause the account "
                f"itself, so no threshold would be left to guard it. Mend the cause first. The rate falls only while "
                f"good mail is sent: in_alarm: ignore resumes without a guard, for somebody who watches the rate all "
                f"the time."
            )

    def apply(self, aws: Aws) -> None:
        """Raises the thresholds, and sets the alarms to OK."""
        for step in self.steps:
            self._raise(aws, step)
            aws.call(
                "cloudwatch",
                "set_alarm_state",
                f"alarm {step.alarm_name}",
                AlarmName=step.alarm_name,
                StateValue="OK",
                StateReason="mailops.ses: set to OK before sending is resumed, so that the alarm can act again",
            )
            self.applied.append(step)

    def _raise(self, aws: Aws, step: RecoveryStep) -> None:
        alarm, threshold = self._alarms[step.alarm_name], step.recovery_threshold
        if threshold is None or threshold == alarm.threshold:
            return
        # The tags first: a threshold that nobody remembers as raised would be taken for drift.
        margin = {Key.RECOVERY_THRESHOLD: f"{threshold:g}", Key.RECOVERY_MARGIN: f"{self._margin:g}"}
        remember(aws, {alarm.name: alarm}, margin)
        description = alarm.state["description"].replace(percent(alarm.threshold), percent(threshold))
        MetricAlarm(alarm.name, None, Alarms()).put(
            aws, {**alarm.state, "threshold": threshold, "description": description}
        )


def read_recoveries(
    aws: Aws, in_alarm: Mapping[Scope, Mapping[str, AlarmState]], margin: float
) -> dict[Scope, Recovery]:
    """The way back of each scope at the last known rates. in_alarm: {scope: its pause alarms}"""
    if not in_alarm:
        return {}
    rates = read_rates(aws, [scope.name or None for scope in in_alarm], LOOK_BACK)
    return {scope: Recovery(scope, alarms, rates, margin) for scope, alarms in in_alarm.items()}


def watch(aws: Aws, alarms: Mapping[Scope, Iterable[str]], wait: float) -> dict[Scope, SesError]:
    """Watches for C(wait) seconds that the alarms of all these scopes stay OK. Returns the scopes where one did not.

    One that goes into ALARM meanwhile finds sending paused and would not act again, also if it was there before.
    """
    failed: dict[Scope, SesError] = {}
    began = time.monotonic()
    until, say_at = began + wait, began
    while True:
        watched = {scope: sorted(names) for scope, names in alarms.items() if scope not in failed}
        states = Alarms(name for names in watched.values() for name in names).all(aws)
        for scope, names in watched.items():
            if back := [name for name in names if name in states and states[name].in_alarm]:
                failed[scope] = SesError(
                    f"Not resumed: {', '.join(back)} went to ALARM while it was watched, as the rate has reached the "
                    f"threshold. Mend the cause, and try again."
                )
        now = time.monotonic()
        if now >= until or failed.keys() == alarms.keys():
            return failed
        if now >= say_at:
            say_at += SAY_SECONDS
            whose = f"{len(watched)} scopes" if len(watched) > 1 else f"the {next(iter(watched)).label}"
            aws.say(f"watching that the alarms of {whose} stay OK, {until - now:.0f} s left")
        time.sleep(min(POLL_SECONDS, until - now))
