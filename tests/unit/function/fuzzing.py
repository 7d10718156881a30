# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What bad input must not do, whoever makes it up: used by test_fuzz.py and by the harness of the soak."""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.unit.function import support
from tests.unit.function.support import CONTEXT, ENVIRONMENT, FUNCTION_ARN, NAME, TRIP_TOPIC, alarm_arn
from tests.unit.function.world import START, Alarm, World

SET = "ses:configuration-set"
# Stands where the function has no business to look, and in the environment that Lambda gives.
SECRET = "AKIA-not-for-the-log"
METRICS = {("AWS/SES", "Reputation.BounceRate"), ("AWS/SES", "Reputation.ComplaintRate")}


class Log(logging.Handler):
    """All that the function writes, as Lambda would show it."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.text += logging.Formatter().format(record) + "\n"


class Target:
    """The function in a world in which no alarm is in ALARM: what pauses is the event alone."""

    def __init__(self) -> None:
        self.patch = pytest.MonkeyPatch()
        for name, value in {**ENVIRONMENT, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": SECRET}.items():
            self.patch.setenv(name, value)
        self.function = support.load()
        self.world = World([], [])
        self.world.hook(self.function, self.patch)
        self.log = Log()
        self.function.log.LOG.propagate = False
        self.function.log.LOG.addHandler(self.log)

    def close(self) -> None:
        self.function.log.LOG.removeHandler(self.log)
        self.function.log.LOG.propagate = True
        self.patch.undo()

    def check(self, event: Any) -> set[str]:
        """AssertionError if the event does what it must not. Returns the scopes that it has paused."""
        paused: set[str] = set()
        self.world.restart([Alarm(f"{NAME}-bounce-pause")], ["", "newsletter"])
        self.world.on_pause = paused.add
        self.log.text, failed = "", ""
        try:
            answer = self.world.invoke(lambda: self.function.handler(event, CONTEXT), {})
        except Exception as error:
            failed = repr(error)
            assert self.log.text, f"failed without a line of log: {failed}"
        else:
            assert self.log.text.count("action=") >= len(json.loads(json.dumps(answer))["results"])
        assert SECRET not in self.log.text + failed
        assert self.world.violations == []
        assert paused <= named(event), f"paused {paused}"
        return paused


def named(event: Any) -> set[str]:
    """The scopes that an event may pause: it tells that a guard's alarm is in ALARM, freshly."""
    found = set()
    records = event.get("Records") if isinstance(event, dict) else None
    for record in records if isinstance(records, list) else []:
        with suppress(ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError):
            alarm = json.loads(record["Sns"]["Message"])
            merged = {**(alarm["Trigger"] or {}), **alarm}
            pairs = [(pair.get("name") or pair.get("Name"), pair.get("value") or pair.get("Value"))
                     for pair in merged.get("Dimensions") or []]  # fmt: skip
            what = (alarm["NewStateValue"], alarm["AlarmArn"], alarm["StateChangeTime"], alarm["AlarmActions"])
            found |= _scope(*what, (merged["Namespace"], merged["MetricName"]), pairs)
    with suppress(ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        state, metrics = event["alarmData"]["state"], event["alarmData"]["configuration"]["metrics"]
        metric = metrics[0]["metricStat"]["metric"]
        pairs = list((metric.get("dimensions") or {}).items())
        what = (state["value"], event["alarmArn"], state["timestamp"], [FUNCTION_ARN])
        if event["source"] == "aws.cloudwatch" and len(metrics) == 1:
            found |= _scope(*what, (metric["namespace"], metric["name"]), pairs)
    return found


def _scope(state: Any, arn: str, since: str, actions: Any, metric: Any, pairs: list[tuple[Any, Any]]) -> set[str]:
    fresh = abs(START - datetime.fromisoformat(since).astimezone(START.tzinfo)) <= timedelta(seconds=610)
    ours = arn.startswith(alarm_arn(f"{NAME}-")) and (TRIP_TOPIC in actions or FUNCTION_ARN in actions)
    names = dict(pairs)
    if state != "ALARM" or not fresh or not ours or metric not in METRICS or names.keys() - {SET}:
        return set()
    return {names.get(SET, "")}
