# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: drill_table
short_description: The outcome of a drill on all targets, as a table
version_added: 1.0.0
author:
  - mailops.ses contributors (@mailops)
description:
  - Makes the lines of a table out of what M(mailops.ses.ses_pause_drill) saw on each target.
options:
  _input:
    description:
      - The variables of each target, with the task's result as C(__ses_pause_drilled).
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Show all targets
  ansible.builtin.debug:
    msg: "{{ ansible_play_hosts_all | map('extract', hostvars) | mailops.ses.drill_table }}"
"""

RETURN = r"""
_value:
  description: The lines of the table; times are in seconds after the alarm was tripped.
  type: list
  elements: str
  sample:
    - TARGET          MODE  RESULT  ALARM  FUNCTION  PAUSE  NOTICE  RESUME  SENDING  REMARK
    - shop.eu-west-1  live  passed  0.1    2.0       2.1    2.1     2.6     yes
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible_collections.mailops.ses.plugins.plugin_utils.table import lay_out, not_reached, shorten

STEPS = ("alarm", "function", "pause", "notice", "resume")
HEADER = ("TARGET", "MODE", "RESULT", *(step.upper() for step in STEPS), "SENDING", "REMARK")


def drill_table(targets: Iterable[Mapping[str, Any]]) -> list[str]:
    """The lines of the table: a header, and one for each target."""
    rows = [
        HEADER,
        *map(_row, targets),
    ]
    return lay_out(rows)


def _row(target: Mapping[str, Any]) -> tuple[str, ...]:
    name, result = target.get("inventory_hostname", "?"), target.get("__ses_pause_drilled")
    if result is None or "steps" not in result:
        message = not_reached(target) if result is None else str(result.get("msg", "failed"))
        return (name, "", "FAILED", *("" for _step in STEPS), "", shorten(message))
    seconds = {entry["step"]: f"{entry['seconds']:.1f}" for entry in result["steps"]}
    verdict = {None: "would drill", True: "passed", False: "FAILED"}[result["passed"]]
    sending = "yes" if result["sending_enabled"] else "no"
    return (
        name,
        result["mode"],
        verdict,
        *(seconds.get(step, "") for step in STEPS),
        sending,
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


class FilterModule:
    """Where Ansible finds the filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"drill_table": drill_table}
