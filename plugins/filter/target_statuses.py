# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: target_statuses
short_description: What the status playbook has found of each target
version_added: 1.0.0
author:
  - mailops.ses contributors (@mailops)
description:
  - Joins what M(mailops.ses.ses_reputation_info) found of each target with what a deployment would change, as one more
    finding of its health.
options:
  _input:
    description:
      - The variables of each target, with the tasks' results as C(__ses_pause_status) and C(__ses_pause_guard), and
        C(__ses_pause_uncompared) where the comparison failed.
    type: list
    elements: dict
    required: true
  at:
    description:
      - The time that this was found at, in ISO 8601, for whoever reads it later.
    type: str
"""

EXAMPLES = r"""
- name: Show everything
  ansible.builtin.debug:
    msg: "{{ ansible_play_hosts_all | map('extract', hostvars) | mailops.ses.target_statuses }}"
"""

RETURN = r"""
_value:
  description:
    - For each target its name, its status as RV(mailops.ses.ses_reputation_info#module:health) and the module's other
      results describe it, null where it could not be read, the error that kept it from being read, and O(at).
  type: list
  elements: dict
  sample: [{name: shop.eu-west-1, status: {health: []}, error: null, at: '2026-11-22T10:00:00+00:00'}]
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.mailops.ses.plugins.plugin_utils.table import not_reached

# What only Ansible is interested in.
TASK_KEYS = ("changed", "failed", "warnings", "invocation")
# Of many resources, the finding names the first.
MAX_NAMED = 5


def target_statuses(targets: Iterable[Mapping[str, Any]], at: str | None = None) -> list[dict[str, Any]]:
    """[{name, status, error, at}]"""
    return [{**_target(target), "at": at} for target in targets]


def _target(target: Mapping[str, Any]) -> dict[str, Any]:
    name = str(target.get("inventory_hostname", "?"))
    result = target.get("__ses_pause_status")
    if not result or result.get("failed") or "health" not in result:
        return {"name": name, "status": None, "error": str((result or {}).get("msg", not_reached(target)))}
    status = {key: value for key, value in result.items() if key not in TASK_KEYS}
    # Without a guard all of it would be made: that is said already.
    drift = list(_drift(target)) if status["guard"]["deployed"] else []
    status["health"] = sorted([*status["health"], *drift], key=lambda found: found["severity"] != "error")
    return {"name": name, "status": status, "error": None}


def _drift(target: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """What the next deployment would change, as one finding."""
    if why := target.get("__ses_pause_uncompared"):
        what = f"What differs from what would be deployed could not be seen: {str(why).rstrip('.')}."
        yield _finding(what, "Mend that, or leave the comparison out with -e ses_status_drift=false.")
    deployed = target.get("__ses_pause_guard", {})
    different = [
        f"{resource['kind']} {resource['name']} ({', '.join(resource['changes']) or resource['action']})"
        for resource in deployed.get("resources", [])
        if resource["action"] != "none"
    ]
    sets = deployed.get("configuration_sets", {})
    different += [f"alarm {name}" for action in ("created", "updated", "deleted") for name in sets.get(action, [])]
    different += [f"the reputation metrics of {name}" for name in sets.get("metrics_on", [])]
    if different:
        more = f" and {len(different) - MAX_NAMED} more" if len(different) > MAX_NAMED else ""
        remedy = "See it with ansible-playbook mailops.ses.site --check --diff, mend it without --check."
        yield _finding(f"A deployment would change {', '.join(different[:MAX_NAMED])}{more}.", remedy)


def _finding(what: str, remedy: str) -> dict[str, str]:
    return {"check": "drift", "severity": "warning", "what": what, "remedy": remedy}


class FilterModule:
    """Where Ansible finds the filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"target_statuses": target_statuses}
