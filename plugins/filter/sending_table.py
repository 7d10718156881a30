# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: sending_table
short_description: The outcome of a pause or a resume on all targets, as a table
version_added: 1.0.0
author:
  - mailops.ses contributors (@mailops)
description:
  - Makes the lines of a table out of what M(mailops.ses.ses_sending_enabled) did on each target.
options:
  _input:
    description:
      - The variables of each target, with the task's result as C(__ses_pause_done).
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Show all targets
  ansible.builtin.debug:
    msg: "{{ ansible_play_hosts_all | map('extract', hostvars) | mailops.ses.sending_table }}"
"""

RETURN = r"""
_value:
  description: The lines of the table.
  type: list
  elements: str
  sample: ["TARGET          WHAT     NOW     CHANGED  REMARK", "shop.eu-west-1  account  paused  yes      "]
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible_collections.mailops.ses.plugins.plugin_utils.table import lay_out, not_reached, shorten

HEADER = ("TARGET", "WHAT", "NOW", "CHANGED", "REMARK")


def sending_table(targets: Iterable[Mapping[str, Any]]) -> list[str]:
    """The lines of the table: a header, and one for each scope of each target."""
    rows: list[tuple[str, ...]] = [HEADER]
    for target in targets:
        rows += _rows(target)
    return lay_out(rows)


def _rows(target: Mapping[str, Any]) -> list[tuple[str, ...]]:
    name, result = target.get("inventory_hostname", "?"), target.get("__ses_pause_done")
    if result is None or "sending" not in result:
        message = not_reached(target) if result is None else str(result.get("msg", "failed"))
        return [(name, "", "FAILED", "no", shorten(message))]
    return [
        (
            name,
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


class FilterModule:
    """Where Ansible finds the filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"sending_table": sending_table}
