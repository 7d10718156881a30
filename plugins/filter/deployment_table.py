# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: deployment_table
short_description: What a deployment changed on all targets, as a table
version_added: 1.0.0
author:
  - mailops.ses contributors (@mailops)
description:
  - Makes the lines of a table out of what the role P(mailops.ses.ses_pause#role) did on each target.
options:
  _input:
    description:
      - The variables of each target. C(__ses_pause_guard) is what the role did, C(__ses_pause_done) how it failed, if
        it did.
    type: list
    elements: dict
    required: true
  check_mode:
    description:
      - Whether nothing was changed, and this is what would be.
    type: bool
    default: false
  batch:
    description:
      - The targets of the present batch. Those of the others that have no result may still come.
      - Without it, a target without a result has failed.
    type: list
    elements: str
"""

EXAMPLES = r"""
- name: Show all targets
  ansible.builtin.debug:
    msg: "{{ ansible_play_hosts_all | map('extract', hostvars) | mailops.ses.deployment_table(ansible_check_mode) }}"
"""

RETURN = r"""
_value:
  description: The lines of the table.
  type: list
  elements: str
  sample: ["TARGET          CHANGED                REMARK", "shop.eu-west-1  1 created, 2 updated"]
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible_collections.mailops.ses.plugins.plugin_utils.table import lay_out, not_reached, shorten

ACTIONS = {"create": "created", "update": "updated", "delete": "deleted"}


def deployment_table(
    targets: Iterable[Mapping[str, Any]], check_mode: bool = False, batch: list[str] | None = None
) -> list[str]:
    """The lines of the table: a header, and one for each target."""
    header = ("TARGET", "WOULD CHANGE" if check_mode else "CHANGED", "REMARK")
    return lay_out([header, *(_row(target, batch) for target in targets)])


def _row(target: Mapping[str, Any], batch: list[str] | None) -> tuple[str, ...]:
    result = target.get("__ses_pause_guard", {})
    # A task that failed before it wrote anything has no resources.
    is_done = "resources" in result
    changed = _changed(result) if is_done else "nothing"
    return (str(target.get("inventory_hostname", "?")), changed, shorten(_remark(target, result, is_done, batch)))


def _changed(result: Mapping[str, Any]) -> str:
    counts = Counter(resource["action"] for resource in result["resources"])
    sets = result.get("configuration_sets", {})
    for action, word in ACTIONS.items():
        counts[action] += len(sets.get(word, []))
    counts["update"] += len(sets.get("metrics_on", [])) + len(sets.get("metrics_off", []))
    shown = [f"{counts[action]} {word}" for action, word in ACTIONS.items() if counts[action]]
    return ", ".join(shown) or "nothing"


def _remark(target: Mapping[str, Any], result: Mapping[str, Any], is_done: bool, batch: list[str] | None) -> str:
    done = target.get("__ses_pause_done", {})
    if done.get("failed"):
        return f"FAILED: {done.get('msg', 'see above')}"
    is_away = "ses_unreachable_reason" in target
    if not (is_done or is_away or batch is None or target.get("inventory_hostname") in batch):
        return "not reached yet"
    if not is_done:
        return f"FAILED: {not_reached(target)}"
    remarks = {"taken over": result.get("adopted", []), "not confirmed": result.get("pending_subscriptions", [])}
    return "; ".join(f"{what}: {', '.join(of)}" for what, of in remarks.items() if of)


class FilterModule:
    """Where Ansible finds the filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"deployment_table": deployment_table}
