# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two people and the function at work on one account, in memory: world.py, with what people call.

What one of them does may happen in the midst of another's command, at any of its calls. AWS has the world's clock; that
of the people's machine may be wrong.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from types import ModuleType, SimpleNamespace
from typing import Any

from ansible_collections.mailops.ses.plugins.module_utils._aws import client as aws_client
from ansible_collections.mailops.ses.plugins.module_utils._aws import threads
from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._guard.memory import Memory, Pause, who_paused
from ansible_collections.mailops.ses.plugins.module_utils._operations import ses_sending_enabled
from ansible_collections.mailops.ses.plugins.module_utils._sending import recovery
from ansible_collections.mailops.ses.plugins.module_utils._ses import scopes, times

from tests.unit.function import support
from tests.unit.function.support import ACCOUNT, BOUNCE, COMPLAINT, CONTEXT, REGION
from tests.unit.function.world import LAMBDA_SECONDS, Alarm, Clock, Faults, Killed, World
from tests.unit.plugins.target import ONE_ATTEMPT, validated

SERVICES = ("sesv2", "cloudwatch", "sts", "sns")
HOUR = timedelta(hours=1)
CONFIGURATION = {
    "AlarmDescription": "Pauses at 4.5 %.",
    "Statistic": "Average",
    "Period": 300,
    "EvaluationPeriods": 1,
    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    "TreatMissingData": "ignore",
}


def some_of(calls: int) -> list[int]:
    """The numbers of all calls in make soak; otherwise the first, the last, and three at random, seeded by pytest."""
    numbers = range(1, calls + 1)
    if "SOAK_SEED" in os.environ:
        return list(numbers)
    return sorted({1, calls, *random.sample(numbers, min(3, calls))})


class Hands(World):
    """An account with two alarms that pause it. listeners: {person: the connection of the command that runs}"""

    def __init__(self) -> None:
        self.pending: list[dict[str, Any]] = []
        self._listeners: dict[str, Aws] = {}
        # Whose command it is that runs; the function's, if nobody's.
        self._who = ""
        self.calls = 0
        # Of the last command: what it said of the account, if it came to its end.
        self.reported: list[dict[str, Any]] = []
        super().__init__([], [])

    def begin(self, function: ModuleType, patch: Any, skew: timedelta) -> None:
        """skew: how far the clock of the people's machine is ahead."""
        self.restart([Alarm(BOUNCE), Alarm(COMPLAINT, "Reputation.ComplaintRate")], [""])
        self.pending = []
        self.function = function
        self.hook(function, patch)
        patch.setattr(function.log.LOG, "disabled", True)
        here = self

        class Wrong(metaclass=Clock):
            min, fromisoformat = datetime.min, staticmethod(datetime.fromisoformat)

            @staticmethod
            def now(zone: Any) -> datetime:
                return (here.now + skew).astimezone(zone)

        for module in (times, aws_client):
            patch.setattr(module, "datetime", Wrong)
        waits = SimpleNamespace(sleep=self.wait, monotonic=self._monotonic)
        for module in (scopes, recovery):
            patch.setattr(module, "time", waits)
        patch.setattr(threads, "READERS", 1)  # in one order

    def _monotonic(self) -> float:
        return self.now.timestamp()

    # What people do

    def command(self, who: str, faults: Faults | None = None, **options: Any) -> dict[str, Any]:
        """A person's command, as the module runs it."""
        keys = {"region": REGION, "access_key": who, "secret_key": "x", "aws_config": ONE_ATTEMPT}
        params = validated(ses_sending_enabled, **keys, **options)
        aws = Aws(params)
        for service in SERVICES:
            is_new = (who, service) not in self._clients
            client = self.client(service, aws._config, who)
            if is_new:
                client.meta.events.register("response-received", self._hearing(who, service))
            aws._clients[service] = aws._clients[f"{service}, hurried"] = client
        outer, self._listeners[who] = self._listeners.get(who), aws
        others, self._who = self._who, who
        try:
            call = partial(ses_sending_enabled.run, aws, params, False)
            return dict(self.invoke(call, faults or {}, seconds=HOUR.total_seconds()))
        finally:
            self.now += timedelta(seconds=1)
            self._who = others
            if outer:
                self._listeners[who] = outer

    def _hearing(self, who: str, service: str) -> Callable[..., None]:
        return lambda response_dict, **_event: self._listeners[who]._hear(service, response_dict)

    def try_command(self, who: str, faults: Faults | None = None, **options: Any) -> str:
        """What went wrong, or "": an error in words, or "killed"; anything else is a crash."""
        try:
            self.reported = self.command(who, faults, **options)["sending"]
        except SesError as error:
            self.reported = error.details.get("sending", [])
            return error.message
        except Killed:
            self.reported = []
            return "killed"
        return ""

    def count(self, who: str, **options: Any) -> int:
        """The calls of the command."""
        self.command(who, **options)
        return self.calls

    def invoke(self, call: Callable[[], Any], faults: Faults, seconds: float = LAMBDA_SECONDS) -> Any:
        def counted() -> Any:
            try:
                return call()
            finally:
                self.calls = self.run.attempts

        return super().invoke(counted, faults, seconds)

    # What CloudWatch and the function do

    def go_into_alarm(self, name: str, late: bool = False) -> None:
        """late: the function hears of it afterwards."""
        alarm = self.alarms[name]
        if alarm.state == "ALARM":
            return
        alarm.state, alarm.reason, alarm.since = "ALARM", support.REASON, self.now
        message = support.message(alarm.since, name, {}, NewStateValue="ALARM", NewStateReason=support.REASON)
        message["Trigger"]["MetricName"] = alarm.metric
        self.pending.append(support.sns_event(message))
        if not late:
            self.deliver()

    def deliver(self) -> None:
        while self.pending:
            self._run_function(self.pending.pop(0))

    def check(self) -> None:
        """The periodic check."""
        self._run_function({"sweep": True})

    def _run_function(self, payload: dict[str, Any]) -> None:
        others, self._who = self._who, ""
        try:
            self.invoke(lambda: self.function.handler(payload, CONTEXT), {})
        finally:
            self._who = others

    # What is to be seen

    @property
    def is_on(self) -> bool:
        return self.is_sending("")

    @property
    def in_alarm(self) -> bool:
        return any(alarm.state == "ALARM" for alarm in self.alarms.values())

    @property
    def paused(self) -> Pause:
        return who_paused(Memory.of(alarm.tags, self.now) for alarm in self.alarms.values())

    @property
    def is_resuming(self) -> bool:
        return any(Memory.of(alarm.tags, self.now).is_resuming for alarm in self.alarms.values())

    def nothing_false_was_reported(self, where: str) -> None:
        """null: it is not known."""
        assert all(scope["sending_enabled"] in (None, self.is_on) for scope in self.reported), where

    def nothing_forbidden(self) -> None:
        assert self.violations == []

    # What people's modules call beside what the function calls

    def _pause(self, scope: str, enabled: bool) -> None:
        if self._who:
            self.set_sending(scope, enabled)
        else:
            super()._pause(scope, enabled)

    def _do_DescribeAlarmsForMetric(self, MetricName: str, **_more: Any) -> dict[str, Any]:
        found = [alarm.described() for alarm in self.alarms.values() if alarm.metric == MetricName]
        return {"MetricAlarms": [{**CONFIGURATION, **alarm} for alarm in found]}

    def _do_DescribeAlarms(self, MaxRecords: int | None = None, **which: Any) -> dict[str, Any]:
        if MaxRecords is None:
            return super()._do_DescribeAlarms(**which)
        return {"MetricAlarms": [{**CONFIGURATION, **self.alarms[name].described()} for name in which["AlarmNames"]]}

    def _do_UntagResource(self, ResourceARN: str, TagKeys: list[str]) -> None:
        for key in TagKeys:
            self._alarm(ResourceARN).tags.pop(key, None)

    def _do_GetCallerIdentity(self) -> dict[str, Any]:
        return {"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:user/{self._who}", "UserId": self._who}

    def _do_GetMetricData(self, **_more: Any) -> dict[str, Any]:
        return {"MetricDataResults": [{"Id": "q0", "Values": [0.06], "Timestamps": [self.now]}]}

    def _do_PutMetricAlarm(self, AlarmName: str, **_more: Any) -> None:
        assert AlarmName in self.alarms

    def _do_SetAlarmState(self, AlarmName: str, StateValue: str, StateReason: str) -> None:
        alarm = self.alarms[AlarmName]
        if alarm.state != StateValue:
            alarm.state, alarm.reason, alarm.since = StateValue, StateReason, self.now
