# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The outcome of a pause or a resume on all targets: C(__ses_pause_done) is what ses_sending_enabled did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .layout import lay_out, shorten
from .words import Target, host, task_failure

HEADER = ("TARGET", "WHAT", "NOW", "CHANGED", "REMARK")


def sending_table(targets: Iterable[Target]) -> list[str]:
    """The lines of the table: a header, and one for each scope of each target."""
    return lay_out([HEADER, *(row for target in targets for row in _rows(target))])


def _rows(target: Target) -> list[tuple[str, ...]]:
    result: Any = target.get("__ses_pause_done")
    if (why := task_failure(target, result, "sending")) is not None:
        return [(host(target), "", "FAILED", "no", shorten(why))]
    return [
        (
            host(target),
            f"{scope['scope'].replace('_', ' ')} {scope['name']}".strip(),
            "sending" if scope["sending_enabled"] else "paused",
            "yes" if scope["changed"] else "no",
            shorten(_remark(scope, result.get("failed_scopes", []))),
        )
        for scope in result["sending"]
    ]


def _remark(scope: Mapping[str, Any], failed: Iterable[Mapping[str, Any]]) -> str:
    for failure in failed:
        if (failure["scope"], failure["name"]) == (scope["scope"], scope["name"]):
            return f"FAILED: {failure['msg']}"
    recovered = [_recovered(step) for step in scope.get("recovered", [])]
    # What was done first: the remark may be cut, and an ARN is long.
    return ", ".join([*recovered, *_paused(scope)])


def _paused(scope: Mapping[str, Any]) -> list[str]:
    paused = scope.get("paused")
    if paused is None:
        return []
    who = f" ({paused['who']}: {paused['reason']})" if paused.get("who") else ""
    by = "the guard" if paused["by"] == "guard" else "a person"
    return [f"{'left' if 'skipped' in scope else 'was'} paused by {by}{who}"]


def _recovered(step: Mapping[str, Any]) -> str:
    if step["recovery_threshold"] == step["threshold"]:
        return f"{step['alarm_name']} set to OK"
    return f"{step['alarm_name']} raised to {step['recovery_threshold']:g}"
