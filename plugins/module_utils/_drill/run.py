# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The drill: trips the real chain, measures it, and puts everything back."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._drill.end import (
    PREFIX,
    End,
    is_drills,
    leftovers,
    put_leftovers_right,
    result_tag,
    tripped,
)
from ansible_collections.mailops.ses.plugins.module_utils._drill.signals import Held, held_signals
from ansible_collections.mailops.ses.plugins.module_utils._guard import memory as _memory
from ansible_collections.mailops.ses.plugins.module_utils._guard.names import DEFAULT_NAME, Names
from ansible_collections.mailops.ses.plugins.module_utils._guard.notice import publish
from ansible_collections.mailops.ses.plugins.module_utils._operations.operation import Operation
from ansible_collections.mailops.ses.plugins.module_utils._resources.alarm import Alarms, AlarmState
from ansible_collections.mailops.ses.plugins.module_utils._ses.metrics import METRICS
from ansible_collections.mailops.ses.plugins.module_utils._ses.scopes import (
    SHUTDOWN,
    Account,
    ConfigurationSet,
    Scope,
    read_all,
)
from ansible_collections.mailops.ses.plugins.module_utils._watch import chain_findings as _links
from ansible_collections.mailops.ses.plugins.module_utils._watch.chain_facts import read_facts, read_traces

POLL_SECONDS = 0.5
# The clocks of this machine and of AWS may differ by so much, where one is compared with the other.
CLOCK_SKEW = timedelta(seconds=5)
FORGOTTEN = (_memory.DRILL_PAUSED_AT, _memory.DRILL_TOLD_AT, _memory.DRILL_HELD_AT, _memory.DRILL_RESUMED_AT)

SPEC: dict[str, Any] = dict(
    name=dict(type="str", default=DEFAULT_NAME),
    mode=dict(type="str", choices=["dry", "live"], default="dry"),
    configuration_set=dict(type="str"),
    metric=dict(type="str", choices=list(METRICS), default="bounce_rate"),
    timeout=dict(type="int", default=120),
)


def run(aws: Aws, params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Reads and judges the links, then trips, watches and puts back.

    Returns changed, mode, alarm_name, passed, steps: [{step, seconds}], findings, sending_enabled and alarm_state.
    """
    if params["timeout"] < 1:
        raise SesError(f"timeout: {params['timeout']} is out of range. Use at least 1 second.")
    drill = Drill(aws, params)
    drill.look(check_mode)
    if not check_mode:
        drill.carry_out()
    return drill.result()


class Drill:
    """One drill of one scope."""

    def __init__(self, aws: Aws, params: dict[str, Any]) -> None:
        self._aws = aws
        self._names = Names(params["name"], aws.region)
        self._mode: str = params["mode"]
        self._timeout: int = params["timeout"]
        self._metric = METRICS[params["metric"]]
        self._scope: Scope = ConfigurationSet(params["configuration_set"]) if params["configuration_set"] else Account()
        self._name = ""
        self._alarm: AlarmState | None = None
        self._memories: dict[str, dict[str, str]] = {}
        self._findings: list[_links.Finding] = []
        # What went wrong beside the links, and what an earlier drill left.
        self._problems: list[str] = []
        self._warnings: list[str] = []
        self._steps: dict[str, float] = {}
        self._held = ""
        self._at = ""
        self._started = 0.0
        self._after: dict[str, Any] = {}

    @property
    def _is_live(self) -> bool:
        return self._mode == "live"

    @property
    def _drilled(self) -> AlarmState:
        """The alarm, which is there once the links have been judged."""
        assert self._alarm is not None
        return self._alarm

    @property
    def _where(self) -> str:
        return f"account {self._aws.account}, Region {self._aws.region}"

    def look(self, check_mode: bool) -> None:
        """Puts right what a drill that was killed has left, then refuses whatever must not be tripped."""
        aws, scope, guard = self._aws, self._scope, self._names.guard
        sending = read_all(aws, [scope])[scope]
        alarms = _memory.pause_alarms(aws, guard, scope)
        self._memories = dict(zip(alarms, _memory.read_tags(aws, alarms), strict=True))
        if left := leftovers(alarms, self._memories):
            self._warnings.append(f"{self._where}: a drill of {', '.join(left)} had not come to its end.")
            if not check_mode:
                self._warnings += put_leftovers_right(aws, guard, scope, alarms, left)
                sending = read_all(aws, [scope])[scope]
                alarms = _memory.pause_alarms(aws, guard, scope)
                self._memories = dict(zip(alarms, _memory.read_tags(aws, alarms), strict=True))
        self._name, self._alarm = self._find(alarms)
        self._after = {"sending_enabled": sending["sending_enabled"], "alarm_state": self._alarm and self._alarm.value}
        self._findings = _links.findings(read_facts(aws, self._names, scope, {self._name: self._alarm}))
        if broken := _links.errors(self._findings):
            raise self._failure(f"Not drilled in {self._where}, as the chain is broken: {_links.describe(broken)}")
        if reasons := self._refusals(sending, alarms):
            raise self._failure(f"Not drilled in {self._where}: {'; '.join(reasons)}. Nothing was tripped.")

    def _find(self, alarms: dict[str, AlarmState]) -> tuple[str, AlarmState | None]:
        """The alarm to trip: by what it watches; where none is armed, the one that the guard would have."""
        watching = [name for name, alarm in sorted(alarms.items()) if alarm.metric_name == self._metric.name]
        if watching:
            return watching[0], alarms[watching[0]]
        suffix = f"-{self._scope.name}" if self._scope.name else ""
        name = f"{self._names.guard}-{self._metric.word}-pause{suffix}"
        return name, Alarms([name]).get(self._aws, name)

    def _refusals(self, sending: dict[str, Any], alarms: dict[str, AlarmState]) -> list[str]:
        if self._drilled.in_alarm and not is_drills(self._drilled):
            return [f"{self._name} is in ALARM already, and an alarm acts on a change of state only"]
        if not self._is_live:
            return []
        reasons = [f"{name} is in ALARM" for name in tripped(alarms)]
        account = sending if isinstance(self._scope, Account) else Account().read(self._aws)
        if account["enforcement_status"] == SHUTDOWN:
            reasons.append("AWS itself has paused the account (SHUTDOWN)")
        if not sending["sending_enabled"]:
            reasons.append(
                f"the {self._scope.label} is paused already, so a drill would show nothing and resume nothing"
            )
        return reasons

    def carry_out(self) -> None:
        """Trips and watches; whatever becomes of that, everything is put back."""
        self._at = _memory.now()
        with held_signals() as held:
            # Before anything is tripped: should this process be killed, the next drill knows what to put right.
            forgotten = dict.fromkeys(FORGOTTEN, "")
            self._remember({_memory.DRILL: result_tag(self._at, self._mode, _memory.DRILL_RUNNING, 0.0), **forgotten})
            try:
                self._trip()
                self._watch(held)
            except SesError as error:
                self._problems.append(error.message)
            finally:
                self._end(held)
        if not self._passed:
            said = [_links.describe(_links.errors(self._findings)), *self._problems]
            raise self._failure(
                f"The {self._mode} drill of {self._name} failed in {self._where}. {' '.join(said).strip()}"
            )

    def _remember(self, tags: dict[str, str]) -> None:
        _memory.remember(self._aws, {self._name: self._drilled}, tags)

    def _trip(self) -> None:
        self._started = time.monotonic()
        self._aws.call(
            "cloudwatch",
            "set_alarm_state",
            f"alarm {self._name}",
            AlarmName=self._name,
            StateValue="ALARM",
            StateReason=f"{PREFIX}{self._mode} {secrets.token_hex(4)}: nothing is wrong, this shows whether the guard "
            f"works",
        )
        self._step("alarm")

    def _step(self, name: str) -> None:
        self._steps.setdefault(name, round(time.monotonic() - self._started, 1))

    def _watch(self, held: Held) -> None:
        """Until the function has done all it does, or the time is over, or somebody wants this to stop."""
        until = time.monotonic() + self._timeout
        while not self._is_over() and held.caught is None and time.monotonic() < until:
            time.sleep(POLL_SECONDS)

    def _is_over(self) -> bool:
        memory = _memory.read_tags(self._aws, {self._name: self._drilled})[0]
        if memory.get(_memory.DRILL_HELD_AT):
            self._step("notice")
            self._held = "too little was sent for a pause (ses_pause_min_sends)"
            return True
        if memory.get(_memory.DRILL_PAUSED_AT):
            self._step("function")
            # Not asked before: SES answers one such call a second, and the function needs three.
            if self._is_live and "pause" not in self._steps and not self._sends():
                self._step("pause")
        if memory.get(_memory.DRILL_TOLD_AT):
            self._step("notice")
            if "function" not in self._steps:
                self._held = f"the {self._scope.label} was paused already when the function looked"
                return True
            return not self._is_live or "pause" in self._steps
        return False

    def _sends(self) -> bool:
        return bool((self._scope.read(self._aws) or {}).get("sending_enabled"))

    def _end(self, held: Held) -> None:
        if held.caught is not None:
            self._problems.append("It was interrupted.")
            self._aws.say(f"drill of {self._name}: interrupted, putting everything back")
        end = End(self._aws, self._names.guard, self._scope, self._name, self._memories, self._drilled.value)
        end.put_right(self._is_live, is_decided="notice" in self._steps or "function" in self._steps)
        self._problems += end.problems
        if end.resumed:
            self._step("resume")
        # What an end of its own explains needs no search for a broken link.
        judge = [self._judge] if "alarm" in self._steps and held.caught is None else []
        for step in (*judge, self._look_after, self._note_result, self._tell):
            try:
                step()
            except SesError as error:
                self._problems.append(error.message)

    def _judge(self) -> None:
        """Names what kept the chain from its end."""
        if self._held:
            severity = "error" if self._is_live else "warning"
            what = f"The function would not have paused: {self._held}"
            remedy = "Drill again when that is over; what was seen up to there works"
            self._findings.append({"check": "nothing_to_pause", "severity": severity, "what": what, "remedy": remedy})
        if "notice" in self._steps and (self._held or not self._is_live or "pause" in self._steps):
            return
        traces = read_traces(self._aws, self._names, self._name, self._since)
        found = _links.findings(traces) or [self._silence()]
        self._findings = [*found, *self._findings]

    @property
    def _since(self) -> datetime:
        return datetime.now(UTC) - timedelta(seconds=time.monotonic() - self._started) - CLOCK_SKEW

    def _silence(self) -> _links.Finding:
        seen = ", ".join(self._steps) or "nothing"
        return {
            "check": "no_answer",
            "severity": "error",
            "what": f"Within {self._timeout} s no more was seen than: {seen}",
            "remedy": f"See whether the function runs: its log group {self._names.log_group} and its throttles",
        }

    def _look_after(self) -> None:
        alarm = Alarms([self._name]).get(self._aws, self._name)
        self._after = {"sending_enabled": self._sends(), "alarm_state": alarm and alarm.value}

    @property
    def _passed(self) -> bool:
        return not self._problems and not _links.errors(self._findings)

    def _note_result(self) -> None:
        result = "passed" if self._passed else "failed"
        seconds = self._steps.get("notice", max(self._steps.values(), default=0.0))
        self._remember({_memory.DRILL: result_tag(self._at, self._mode, result, seconds)})

    def _tell(self) -> None:
        """Whoever was told of the pause hears of its end too."""
        if not self._is_live or "function" not in self._steps:
            return
        now = "SENDING AGAIN" if self._after["sending_enabled"] else "STILL PAUSED"
        subject = f"DRILL (live) over, {now}: {self._scope.label}, {self._aws.account}, {self._aws.region}"
        message = f"{subject}.\n\n{' '.join(self._problems) or 'The drill has resumed what it paused.'}\n"
        arn = self._aws.arn("sns", self._names.notify_topic)
        publish(self._aws, arn, subject, message, subject)

    def _failure(self, message: str) -> SesError:
        return SesError(message, **{**self.result(), "passed": False})

    def result(self) -> dict[str, Any]:
        """What the task returns; C(passed) is None where nothing was tripped."""
        result: dict[str, Any] = {
            "changed": True,
            "mode": self._mode,
            "alarm_name": self._name,
            "passed": self._passed if self._steps else None,
            "steps": [{"step": step, "seconds": seconds} for step, seconds in self._steps.items()],
            "findings": self._findings,
            **self._after,
        }
        if self._warnings:
            result["warnings"] = self._warnings
        return result


OPERATION = Operation(run, SPEC)
