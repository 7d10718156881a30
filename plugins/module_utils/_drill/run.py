# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The drill: sets an alarm to ALARM, measures what the real chain makes of it, and puts everything back."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from .._aws.alarm_words import ALARM
from .._aws.client import Aws
from .._aws.errors import SesError
from .._guard.memory import (
    FAILED,
    INTERRUPTED,
    PASSED,
    Key,
    LastDrill,
    Memory,
    read_memories,
    read_pause_alarms,
    remember,
)
from .._guard.names import Names
from .._guard.notice import publish
from .._resources.alarm import Alarms, AlarmState
from .._sending.trips import DRILL_REASON, is_drills, really_in_alarm
from .._ses.enforcement import SHUTDOWN
from .._ses.metrics import METRICS, PAUSE
from .._ses.scopes import Account, ConfigurationSet, Scope, ScopeState, read_all, read_is_sending
from .._ses.times import now
from .._watch.chain_facts import read_facts, read_traces
from .._watch.chain_findings import describe, errors, judge_facts, judge_traces
from .._watch.finding import ERROR, WARNING, Finding
from .end import ANSWERS, End, leftovers, put_leftovers_right
from .signals import Held, held_signals

POLL_SECONDS = 0.5
# The clocks of this machine and of AWS may differ by so much, where one is compared with the other.
CLOCK_SKEW = timedelta(seconds=5)
FORGOTTEN = (*ANSWERS, Key.DRILL_RESUMED_AT)


class Drill:
    """One drill of one scope: read(), then carry_out()."""

    def __init__(self, aws: Aws, params: Mapping[str, Any]) -> None:
        self._aws = aws
        self._names = Names(params["name"], aws.region)
        self._mode: str = params["mode"]
        self._timeout: int = params["timeout"]
        self._metric = METRICS[params["metric"]]
        self._scope: Scope = ConfigurationSet(params["configuration_set"]) if params["configuration_set"] else Account()
        # What was read: of the scope, of the alarm that is drilled, and of all alarms of the scope.
        self._sending = ScopeState(False)
        self._name = ""
        self._alarm = AlarmState({})
        self._alarms: dict[str, AlarmState] = {}
        self._memories: dict[str, Memory] = {}
        self._findings: list[Finding] = []
        # What went wrong beside the links, and what an earlier drill left.
        self._problems: list[str] = []
        self._warnings: list[str] = []
        # {what was seen: how many seconds after the alarm was set}, in that order.
        self._steps: dict[str, float] = {}
        self._why_not = ""
        self._interrupted = False
        # Whether anything was set: by this drill, or to put right what another has left.
        self._touched = False
        self._at = ""
        self._started = 0.0
        self._after: dict[str, Any] = {}

    @property
    def _is_live(self) -> bool:
        return self._mode == "live"

    def read(self) -> None:
        """The scope, its alarms, and what they remember."""
        self._sending = read_all(self._aws, [self._scope])[self._scope]
        self._alarms = read_pause_alarms(self._aws, self._names.guard, self._scope)
        self._memories = read_memories(self._aws, self._alarms)

    def put_leftovers_right(self, check_mode: bool) -> None:
        """Puts right what a drill that was killed has left; in check mode it only says so."""
        left = leftovers(self._alarms, self._memories)
        if not left:
            return
        self._touched = True
        self._warnings.append(f"{self._aws.place}: a drill of {', '.join(left)} had not come to its end.")
        if not check_mode:
            self._warnings += put_leftovers_right(
                self._aws, self._names.guard, self._scope, self._alarms, self._memories, left
            )
            self.read()

    def read_chain(self) -> None:
        """Finds the alarm, reads the chain behind it, and refuses whatever must not be set to ALARM."""
        aws = self._aws
        self._name, alarm = self._read_alarm()
        self._after = {
            "sending_enabled": self._sending.sending_enabled,
            "alarm_state": alarm and alarm.value,
        }
        self._findings = judge_facts(read_facts(aws, self._names, self._scope, {self._name: alarm}))
        # One that is not there is a broken link, too.
        if (broken := errors(self._findings)) or alarm is None:
            raise self._failure(f"Not drilled in {self._aws.place}, as the chain is broken: {describe(broken)}")
        self._alarm = alarm
        if reasons := self._read_refusals():
            raise self._failure(f"Not drilled in {self._aws.place}: {'; '.join(reasons)}. Nothing was tripped.")

    def _read_alarm(self) -> tuple[str, AlarmState | None]:
        """The alarm to drill: by what it watches; where none is armed, the one that the guard would have."""
        watching = [name for name, alarm in sorted(self._alarms.items()) if alarm.metric_name == self._metric.name]
        if watching:
            return watching[0], self._alarms[watching[0]]
        name = self._names.reputation_alarm(self._metric.word, PAUSE, self._scope.name)
        return name, Alarms([name]).get(self._aws, name)

    def _read_refusals(self) -> list[str]:
        if self._alarm.in_alarm and not is_drills(self._alarm):
            return [f"{self._name} is in ALARM already, and an alarm acts on a change of state only"]
        if not self._is_live:
            return []
        reasons = [f"{name} is in ALARM" for name in really_in_alarm(self._alarms)]
        account = self._sending if isinstance(self._scope, Account) else Account().read(self._aws)
        if account.enforcement_status == SHUTDOWN:
            reasons.append(f"AWS itself has paused the account ({SHUTDOWN})")
        if not self._sending.sending_enabled:
            reasons.append(
                f"the {self._scope.label} is paused already, so a drill would show nothing and resume nothing"
            )
        return reasons

    def carry_out(self) -> None:
        """Sets the alarm and watches; whatever becomes of that, everything is put back."""
        self._at = now()
        self._touched = True
        with held_signals() as held:
            # Before anything is set: should this process be killed, the next drill knows what to put right.
            self._remember({Key.DRILL: LastDrill(self._at, self._mode), **dict.fromkeys(FORGOTTEN, "")})
            try:
                self._set_alarm()
                self._watch(held)
            except SesError as error:
                self._problems.append(error.message)
            finally:
                self._end(held)
        if not self._passed:
            raise self._failure(self._story())

    def _story(self) -> str:
        """What became of it, and why."""
        end = f"was {INTERRUPTED}" if self._interrupted else self._result
        said = " ".join([describe(errors(self._findings)), *self._problems])
        return f"The {self._mode} drill of {self._name} {end} in {self._aws.place}. {said.strip()}".strip()

    def _remember(self, texts: Mapping[Key, Any]) -> None:
        remember(self._aws, {self._name: self._alarm}, texts)

    def _set_alarm(self) -> None:
        self._started = time.monotonic()
        self._aws.call(
            "cloudwatch",
            "set_alarm_state",
            f"alarm {self._name}",
            AlarmName=self._name,
            StateValue=ALARM,
            StateReason=f"{DRILL_REASON}{self._mode} {secrets.token_hex(4)}: nothing is wrong, this shows whether the "
            f"guard works",
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
        """Looks once, and notes the steps that are seen. True once the function has done all it does."""
        times = read_memories(self._aws, {self._name: self._alarm})[self._name].times
        if Key.DRILL_HELD_AT in times:
            self._step("notice")
            self._why_not = "too little was sent for a pause (ses_pause_min_sends)"
            return True
        if Key.DRILL_PAUSED_AT in times:
            self._step("function")
            # Not asked before: SES answers one such call a second, and the function needs three.
            if self._is_live and "pause" not in self._steps and not read_is_sending(self._aws, self._scope):
                self._step("pause")
        if Key.DRILL_TOLD_AT in times:
            self._step("notice")
            if "function" not in self._steps:
                self._why_not = f"the {self._scope.label} was paused already when the function looked"
                return True
            return not self._is_live or "pause" in self._steps
        return False

    def _end(self, held: Held) -> None:
        self._interrupted = held.caught is not None
        if self._interrupted:
            self._aws.insist(f"drill of {self._name}: interrupted, putting everything back. That takes some seconds.")
        end = End(self._aws, self._names.guard, self._scope, self._name, self._memories, self._alarm.value)
        end.put_right(self._is_live, is_decided="notice" in self._steps or "function" in self._steps)
        self._problems += [*self._put_back(end), *end.problems]
        if end.resumed:
            self._step("resume")
        # What an end of its own explains needs no search for a broken link.
        search = [self._find_broken_link] if "alarm" in self._steps and not self._interrupted else []
        for step in (*search, self._read_after, self._note_result, self._notify):
            try:
                step()
            except SesError as error:
                self._problems.append(error.message)
        if held.caught is not None:
            # Ansible itself shows no result any more.
            self._aws.insist(self._story())

    def _put_back(self, end: End) -> list[str]:
        """What a person who has interrupted it wants to know first."""
        if not self._interrupted:
            return []
        done = [
            *([f"the alarm is {self._alarm.value} again"] if end.state_is_back else []),
            *([f"sending of the {self._scope.label} is resumed"] if end.resumed else []),
        ]
        return [f"Put back: {', '.join(done) or 'nothing, as nothing was set'}."]

    def _find_broken_link(self) -> None:
        """Names what kept the chain from its end."""
        if self._why_not:
            what = f"The function would not have paused: {self._why_not}"
            remedy = "Drill again when that is over; what was seen up to there works"
            self._findings.append(Finding("nothing_to_pause", ERROR if self._is_live else WARNING, what, remedy))
        if "notice" in self._steps and (self._why_not or not self._is_live or "pause" in self._steps):
            return
        since = datetime.now(UTC) - timedelta(seconds=time.monotonic() - self._started) - CLOCK_SKEW
        found = judge_traces(read_traces(self._aws, self._names, self._name, since))
        silence = Finding(
            "no_answer",
            ERROR,
            f"Within {self._timeout} s no more was seen than: {', '.join(self._steps) or 'nothing'}",
            f"See whether the function runs: its log group {self._names.log_group} and its throttles",
        )
        self._findings = [*(found or [silence]), *self._findings]

    def _read_after(self) -> None:
        alarm = Alarms([self._name]).get(self._aws, self._name)
        self._after = {"sending_enabled": read_is_sending(self._aws, self._scope), "alarm_state": alarm and alarm.value}

    @property
    def _passed(self) -> bool:
        return self._result == PASSED

    @property
    def _result(self) -> str:
        if self._interrupted:
            return INTERRUPTED
        return FAILED if self._problems or errors(self._findings) else PASSED

    def _note_result(self) -> None:
        seconds = self._steps.get("notice", max(self._steps.values(), default=0.0))
        self._remember({Key.DRILL: LastDrill(self._at, self._mode, self._result, seconds)})

    def _notify(self) -> None:
        """Whoever heard of the pause hears of its end too."""
        if not self._is_live or "function" not in self._steps:
            return
        state = "SENDING AGAIN" if self._after["sending_enabled"] else "STILL PAUSED"
        subject = f"DRILL (live) over, {state}: {self._scope.label}, {self._aws.account}, {self._aws.region}"
        message = f"{subject}.\n\n{' '.join(self._problems) or 'The drill has resumed what it paused.'}\n"
        publish(self._aws, self._names.arns(self._aws).notify_topic, subject, message, subject)

    def _failure(self, message: str) -> SesError:
        return SesError(message, **{**self.result(), "changed": self._touched, "passed": False})

    def result(self) -> dict[str, Any]:
        """What the task returns; C(passed) is None where nothing was set."""
        result: dict[str, Any] = {
            "changed": True,
            "mode": self._mode,
            "alarm_name": self._name,
            "passed": self._passed if self._steps else None,
            "steps": [{"step": step, "seconds": seconds} for step, seconds in self._steps.items()],
            "findings": [finding.to_dict() for finding in self._findings],
            **self._after,
        }
        if self._warnings:
            result["warnings"] = self._warnings
        return result
