# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The outcome of a drill on all targets: C(__ses_pause_drilled) is what ses_pause_drill saw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .layout import lay_out, shorten
from .words import Target, host, task_failure

STEPS = ("alarm", "function", "pause", "notice", "resume")
HEADER = ("TARGET", "MODE", "RESULT", *(step.upper() for step in STEPS), "SENDING", "REMARK")


def drill_table(targets: Iterable[Target]) -> list[str]:
    """The lines of the table: a header, and one for each target; times are in seconds after the alarm was tripped."""
    return lay_out([HEADER, *map(_row, targets)])


def _row(target: Target) -> tuple[str, ...]:
    result: Any = target.get("__ses_pause_drilled")
    if (why := task_failure(target, result, "steps")) is not None:
        return (host(target), "", "FAILED", *("" for _step in STEPS), "", shorten(why))
    seconds = {entry["step"]: f"{entry['seconds']:.1f}" for entry in result["steps"]}
    return (
        host(target),
        result["mode"],
        {None: "would drill", True: "passed", False: "FAILED"}[result["passed"]],
        *(seconds.get(step, "") for step in STEPS),
        "yes" if result["sending_enabled"] else "no",
        shorten(_remark(result)),
    )


def _remark(result: Mapping[str, Any]) -> str:
    errors = [finding for finding in result["findings"] if finding["severity"] == "error"]
    if errors:
        return "; ".join(f"{finding['check']}: {finding['what']}" for finding in errors)
    if result["passed"] is False:
        return str(result.get("msg", ""))
    warnings = [finding["check"] for finding in result["findings"]]
    return ", ".join([*([result["alarm_name"]] if result["passed"] is None else []), *warnings])
