# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pause and resume: the account, configuration sets, tenants."""

from __future__ import annotations

from typing import Any

from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._aws.threads import Progress
from ansible_collections.mailops.ses.plugins.module_utils._drill.end import tripped
from ansible_collections.mailops.ses.plugins.module_utils._guard import memory as _memory
from ansible_collections.mailops.ses.plugins.module_utils._guard.names import DEFAULT_NAME, check_name
from ansible_collections.mailops.ses.plugins.module_utils._guard.notice import tell
from ansible_collections.mailops.ses.plugins.module_utils._guard.recovering_alarm import MARGIN
from ansible_collections.mailops.ses.plugins.module_utils._operations.operation import Operation
from ansible_collections.mailops.ses.plugins.module_utils._resources.alarm import Alarms, AlarmState
from ansible_collections.mailops.ses.plugins.module_utils._sending.recovery import Recovery
from ansible_collections.mailops.ses.plugins.module_utils._ses.scopes import Scope, read_all, read_back, scopes

SPEC: dict[str, Any] = dict(
    enabled=dict(type="bool", required=True),
    configuration_sets=dict(type="list", elements="str"),
    tenants=dict(type="list", elements="str"),
    reason=dict(type="str"),
    resume_only=dict(type="str", choices=["any", "guard"], default="any"),
    in_alarm=dict(type="str", choices=["refuse", "recover", "ignore"], default="refuse"),
    recover_margin=dict(type="float", default=MARGIN),
    recover_wait=dict(type="int", default=90),
    name=dict(type="str", default=DEFAULT_NAME),
)


def run(aws: Aws, params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Reads, compares, writes, reads back.

    Returns changed, diff and sending: [{scope, name, changed, sending_enabled, ...}].
    """
    check_name(params["name"])
    if not 0 < params["recover_margin"] <= 1:
        raise SesError(
            f"recover_margin: {params['recover_margin']:g} is out of range. Use a share above 0, such as 0.1."
        )
    enabled = params["enabled"]
    states = read_all(aws, scopes(params))
    if enabled:
        _refuse_resume(aws, states)
    wanted = [scope for scope, state in states.items() if state["sending_enabled"] != enabled]
    switch = _Switch(aws, params, check_mode)
    failures: dict[Scope, SesError] = {}
    changes: list[Scope] = []
    progress = Progress(aws.say, "resumed" if enabled else "paused", len(wanted))
    for scope in wanted:
        try:
            after = switch.resume(scope, states[scope]) if enabled else switch.pause(scope, states[scope])
            if after["sending_enabled"] == enabled:
                changes.append(scope)
            states[scope] = after
        except SesError as error:  # one that fails must not keep the others from being paused
            failures[scope] = error
        progress.step()
    # A pause of the guard that a person confirms is the person's; a guard that is blind while mail flows is armed anew.
    beside = _beside(switch, states, wanted, failures)
    changes += beside
    if not check_mode and (told := [scope for scope in changes if scope in wanted or not enabled]):
        tell(aws, params, told, switch.warnings)
    before, after = ({scope.label: {"sending_enabled": sends} for scope in changes} for sends in (not enabled, enabled))
    for scope, (old, new) in beside.items():
        before[scope.label], after[scope.label] = old, new
    result = {
        "changed": bool(changes),
        "sending": [_report(scope, state, scope in changes) for scope, state in states.items()],
        "diff": {"before": before, "after": after},
    }
    if switch.warnings:
        result["warnings"] = switch.warnings
    if failures:
        raise _failed(failures, len({*wanted, *failures}), result)
    return result


def _beside(
    switch: _Switch, states: dict[Scope, dict[str, Any]], wanted: list[Scope], failures: dict[Scope, SesError]
) -> dict[Scope, tuple[dict[str, Any], dict[str, Any]]]:
    """{scope: (what was, what is)} of the scopes whose sending is as it should be, and which needed something else."""
    found = {}
    for scope in [scope for scope in states if scope not in wanted]:
        try:
            if difference := switch.claim(scope) or switch.arm(scope, states):
                found[scope] = difference
        except SesError as error:
            failures[scope] = error
    return found


class _Switch:
    """Pauses and resumes one scope after the other, and gathers what people must know."""

    def __init__(self, aws: Aws, params: dict[str, Any], check_mode: bool) -> None:
        self._aws = aws
        self._params = params
        self._check_mode = check_mode
        self.warnings: list[str] = []

    def pause(self, scope: Scope, state: dict[str, Any]) -> dict[str, Any]:
        """Pauses first; what is remembered of it comes after, and cannot undo it by failing."""
        if self._check_mode:
            return scope.predict(state, False)
        scope.write(self._aws, state, False)
        after = read_back(self._aws, scope, False)
        if after["sending_enabled"] is not False:
            raise self._not_taken(scope, False)
        self._note_person(scope)
        return after

    def claim(self, scope: Scope) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """A pause over one of the guard, or of a live drill, which would lift it: from now on it is a person's."""
        if self._params["enabled"]:
            return None
        try:
            memories = _memory.read_tags(self._aws, _memory.pause_alarms(self._aws, self._params["name"], scope))
        except SesError as error:
            self.warnings.append(f"The {scope.label} is paused, but not known by whom: {error.message}")
            return None
        paused = _memory.who_paused(memories)
        drilled = any(_memory.drill_runs(tags, "live") for tags in memories)
        if paused["who"] or not (drilled or paused["by"] == "guard"):
            return None
        if not self._check_mode:
            self._note_person(scope)
        return {"paused_by": paused["by"]}, {"paused_by": "person"}

    def _note_person(self, scope: Scope) -> None:
        aws = self._aws
        try:
            alarms = _memory.pause_alarms(aws, self._params["name"], scope)
            person = aws.caller if alarms else ""
            tags = {_memory.PERSON_PAUSED_AT: _memory.now(), _memory.PERSON: person}
            _memory.remember(aws, alarms, {**tags, _memory.REASON: self._params["reason"] or "no reason given"})
        except SesError as error:
            self.warnings.append(f"The {scope.label} is paused, but who paused it could not be noted: {error.message}")

    def resume(self, scope: Scope, state: dict[str, Any]) -> dict[str, Any]:
        """Resumes if that leaves the guard able to see; otherwise refuses, or recovers where it is told to."""
        aws, params = self._aws, self._params
        alarms = _memory.pause_alarms(aws, params["name"], scope)
        paused = _memory.who_paused(_memory.read_tags(aws, alarms))
        if params["resume_only"] == "guard" and paused["by"] != "guard":
            return {**state, "paused": paused, "skipped": "not paused by the guard"}
        told = {"paused": paused, **self._recovery(scope, alarms)}
        if self._check_mode:
            return {**scope.predict(state, True), **told}
        # It comes first: a resume that could not be noted would be undone by the next stale event.
        _memory.remember(aws, alarms, {_memory.RESUMED_AT: _memory.now()})
        scope.write(aws, state, True)
        self._look_once_more(scope, state, alarms)
        after = read_back(aws, scope, True)
        if not after["sending_enabled"]:
            # Or a trip has paused it just now.
            self._look_once_more(scope, state, alarms)
            raise self._not_taken(scope, True)
        return {**after, **told}

    def _look_once_more(self, scope: Scope, state: dict[str, Any], before: dict[str, AlarmState]) -> None:
        """A real trip wins: the function found one that came meanwhile paused already, or noted as before a resume."""
        if not before:
            return
        aws, now = self._aws, Alarms(before).all(self._aws)
        seen = {name: alarm.since for name, alarm in before.items() if alarm.in_alarm}
        found = {name: now[name] for name in tripped(now) if now[name].since != seen.get(name)}
        if not found:
            return
        scope.write(aws, state, False)
        _memory.remember(aws, found, {_memory.PAUSED_AT: _memory.now()})
        raise SesError(
            f"Account {aws.account}, Region {aws.region}: the {scope.label} is paused again: {', '.join(found)} has "
            f"tripped while it was resumed. Mend the cause, and try again."
        )

    def arm(self, scope: Scope, states: dict[Scope, dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """Makes the guard see again where somebody resumed by other means."""
        if not self._params["enabled"] or self._params["in_alarm"] != "recover":
            return None
        recovered = self._recovery(scope, _memory.pause_alarms(self._aws, self._params["name"], scope))
        states[scope] = {**states[scope], **recovered}
        return ({"armed": False}, {"armed": True}) if recovered else None

    def _recovery(self, scope: Scope, alarms: dict[str, AlarmState]) -> dict[str, Any]:
        """Makes sure that the guard can trip again; {recovered: [...]} where that took something."""
        in_alarm = sorted(name for name, alarm in alarms.items() if alarm.in_alarm)
        if not in_alarm:
            return {}
        aws, params = self._aws, self._params
        where = f"Account {aws.account}, Region {aws.region}"
        if params["in_alarm"] == "ignore":
            self.warnings.append(
                f"{where}: the guard is blind until these alarms leave the state ALARM, as an alarm acts on a change "
                f"of state only: {', '.join(in_alarm)}."
            )
            return {}
        recovery = Recovery(aws, scope, alarms, params["recover_margin"])
        if params["in_alarm"] == "refuse":
            raise SesError(
                f"{where}: the {scope.label} is not resumed while the guard would be blind. In ALARM: "
                f"{recovery.describe()}. Wait until the rate has fallen and the alarm is OK, or recover (in_alarm: "
                f"recover, or ses_pause_recover=true in the playbook), which raises the threshold to the present rate "
                f"plus a margin until it falls.",
                in_alarm=recovery.steps,
            )
        recovery.check()
        if not self._check_mode:
            recovery.apply(aws, params["recover_wait"])
        return {"recovered": recovery.steps}

    def _not_taken(self, scope: Scope, enabled: bool) -> SesError:
        word = "resumed" if enabled else "paused"
        return SesError(
            f"Sending of the {scope.label} in account {self._aws.account}, Region {self._aws.region} was not {word}: "
            f"SES took the call and still reports the opposite. Look at the SES console, and run again."
        )


def _failed(failures: dict[Scope, SesError], wanted: int, result: dict[str, Any]) -> SesError:
    """The error for all that failed, with what was done beside it in the result."""
    if wanted == 1:
        return next(iter(failures.values()))
    listed = "; ".join(f"{scope.label}: {error.message}" for scope, error in failures.items())
    failed = [{"scope": scope.kind, "name": scope.name, "msg": error.message} for scope, error in failures.items()]
    return SesError(
        f"{len(failures)} of {wanted} failed, the others are done. {listed}", failed_scopes=failed, **result
    )


def _refuse_resume(aws: Aws, states: dict[Scope, dict[str, Any]]) -> None:
    refused = [reason for scope, state in states.items() if (reason := scope.refusal(state))]
    if refused:
        where = f"account {aws.account}, Region {aws.region}"
        raise SesError(f"Cannot resume in {where}: {'; '.join(refused)}. Nothing was written.")


def _report(scope: Scope, state: dict[str, Any], changed: bool) -> dict[str, Any]:
    shown = {key: value for key, value in state.items() if not key.startswith("_")}
    return {"scope": scope.kind, "name": scope.name, "changed": changed, **shown}


OPERATION = Operation(run, SPEC, services=("sts", "sesv2", "cloudwatch", "sns"))
