# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The outcome of a pause or a resume on all targets: C(__ses_pause_done) is what ses_sending_enabled did.

A row a scope, short enough for a terminal; below the table, in full, what there is to know of it.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ...module_utils._ses.metrics import percent
from ...module_utils._ses.times import readable
from .layout import lay_out
from .words import Target, host, task_failure

Scope = Mapping[str, Any]

NOW = {True: "sending", False: "paused", None: "unknown"}
WHAT = {"account": "account", "configuration_set": "set", "tenant": "tenant"}
BY = {"guard": "paused by the guard", "person": "paused by a person", "unknown": "paused, nobody knows by whom"}
VARIABLE = {"configuration_set": "ses_configuration_sets", "tenant": "ses_tenants"}
SEE_BELOW = "FAILED, see below"
# Of the account only: the metrics of a configuration set start afresh on a resume.
WAITING = "waiting does not help, as the rate does not fall while nothing is sent"
# Needs no quotes within a value of KEY=VALUE.
PLAIN = re.compile(r"[\w.:@/+-]+")


def sending_table(targets: Iterable[Target], check_mode: bool = False) -> list[str]:
    """The lines of the table: a header, and one for each scope of each target; then what is to know of each."""
    targets = list(targets)
    header = ("TARGET", "WHAT", "WOULD BE", "CHANGE") if check_mode else ("TARGET", "WHAT", "NOW", "CHANGED")
    below = [line for target in targets for line in _below(target, check_mode)]
    rows = [row for target in targets for row in _rows(target)]
    return [*lay_out([(*header, "REMARK"), *rows]), *([""] if below else []), *below]


def _result(target: Target) -> Any:
    return target.get("__ses_pause_done")


def _rows(target: Target) -> list[tuple[str, ...]]:
    result = _result(target)
    if task_failure(target, result, "sending") is not None:
        return [(host(target), "", NOW[None], "no", SEE_BELOW)]
    failed = _failed(result)
    return [
        (
            host(target),
            _what(scope),
            NOW[scope["sending_enabled"]],
            "yes" if scope["changed"] else "no",
            SEE_BELOW if _key(scope) in failed else _remark(scope),
        )
        for scope in result["sending"]
    ]


def _key(scope: Scope) -> tuple[str, str]:
    return scope["scope"], scope["name"]


def _what(scope: Scope) -> str:
    return f"{WHAT[scope['scope']]} {scope['name']}".strip()


def _failed(result: Mapping[str, Any]) -> dict[tuple[str, str], Scope]:
    return {_key(failure): failure for failure in result.get("failed_scopes", [])}


def _remark(scope: Scope) -> str:
    if scope.get("problems"):
        return "see below"
    if paused := scope.get("paused"):
        return f"{_verb(scope)} {BY[paused['by']]}"
    return ""


def _verb(scope: Scope) -> str:
    if "skipped" in scope:
        return "left"
    return "was" if scope["sending_enabled"] or scope["changed"] else "is"


def _below(target: Target, check_mode: bool) -> Iterator[str]:
    """In full, a line each, however long: it may be copied."""
    name, result = host(target), _result(target)
    if (why := task_failure(target, result, "sending")) is not None:
        yield _line(f"{name}: FAILED", why, name)
        return
    failed = _failed(result)
    yield from (f"{name}: to resume, once the cause is stopped: {each}" for each in _commands(target, failed.values()))
    for scope in result["sending"]:
        for text in [*_failure(failed.get(_key(scope))), *_facts(scope, check_mode)]:
            yield _line(f"{name}: {_what(scope)}", text, name)


def _line(about: str, text: str, name: str) -> str:
    """What people and AWS have written may be more than a line."""
    return f"{about}: {' '.join(text.split())}".replace("--limit TARGET", f"--limit {name}")


def _failure(failure: Scope | None) -> Iterator[str]:
    if failure is None:
        return
    alarms = failure.get("in_alarm", [])
    if not alarms:
        yield f"FAILED: {failure['msg']}"
    for alarm in alarms:
        rate = "unknown" if alarm["rate"] is None else percent(alarm["rate"])
        yield f"FAILED: {alarm['alarm_name']} is in ALARM: rate {rate}, threshold {percent(alarm['threshold'])}"
    if alarms and failure["scope"] == "account":
        yield WAITING


def _commands(target: Target, failures: Iterable[Scope]) -> Iterator[str]:
    """What resumes that which was refused because of an alarm in ALARM."""
    refused = [failure for failure in failures if failure.get("in_alarm")]
    for kind in WHAT:
        names = [failure["name"] for failure in refused if failure["scope"] == kind]
        if not names:
            continue
        given = {"ses_reason": target.get("__ses_asked", {}).get("reason", "...")}
        if kind in VARIABLE:
            given[VARIABLE[kind]] = ",".join(names)
        if target.get("ses_pause_resume_only", "any") != "any":
            given["ses_pause_resume_only"] = target["ses_pause_resume_only"]
        given["ses_pause_recover"] = "true"
        options = " ".join(_extra(key, str(value)) for key, value in given.items())
        yield f"ansible-playbook mailops.ses.resume --limit {host(target)} {options}"


def _extra(key: str, value: str) -> str:
    """An extra variable as a shell takes it."""
    if PLAIN.fullmatch(value.replace(",", "")):
        return f"-e {key}={value}"
    if '"' in value or "\\" in value or "{{" in value:
        return f"-e {shlex.quote(json.dumps({key: value}, ensure_ascii=False))}"
    return "-e " + shlex.quote(f'{key}="{value}"')


def _facts(scope: Scope, check_mode: bool) -> Iterator[str]:
    would = "would be" if check_mode else "is"
    for step in scope.get("recovered", []):
        rate = "unknown" if step.get("rate") is None else percent(step["rate"])
        if step["recovery_threshold"] not in (None, step["threshold"]):
            raised = f"raised from {percent(step['threshold'])} to {percent(step['recovery_threshold'])}"
            yield f"the threshold of {step['alarm_name']} {would} {raised} (rate {rate}), and its state set to OK"
        else:
            yield f"{step['alarm_name']} {would} set to OK (rate {rate}, threshold {percent(step['threshold'])})"
    if paused := scope.get("paused"):
        since = f" since {readable(paused['since'])}" if paused.get("since") else ""
        more = ": ".join(str(paused[key]) for key in ("who", "reason") if paused.get(key))
        if since or more:
            yield f"{_verb(scope)} {BY[paused['by']]}{since}{f': {more}' if more else ''}"
    if skipped := scope.get("skipped"):
        yield f"left alone: {skipped}"
    yield from scope.get("problems", [])
