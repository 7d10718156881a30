# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: removal_table
short_description: What was removed from all targets, as a table
version_added: 1.0.0
author:
  - mailops.ses contributors (@mailops)
description:
  - Makes the lines of a table out of what the role P(mailops.ses.ses_pause#role) removed from each target, and of
    whether the target sends.
options:
  _input:
    description:
      - The variables of each target. C(__ses_pause_before) and C(__ses_pause_after) are what
        M(mailops.ses.ses_reputation_info) saw, C(__ses_pause_guard) what the role did, C(__ses_pause_done) how it
        failed, if it did.
    type: list
    elements: dict
    required: true
  check_mode:
    description:
      - Whether nothing was removed, and this is what would be.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Show all targets
  ansible.builtin.debug:
    msg: "{{ ansible_play_hosts_all | map('extract', hostvars) | mailops.ses.removal_table(ansible_check_mode) }}"
"""

RETURN = r"""
_value:
  description: The lines of the table.
  type: list
  elements: str
  sample:
    - TARGET          REMOVED                                  SENDING              REMARK
    - shop.eu-west-1  6 alarms, 1 dashboard, 2 topics, 1 role  paused by the guard  stays paused
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible_collections.mailops.ses.plugins.plugin_utils.table import lay_out, not_reached, shorten

# In this order. What is not named here, such as the subscriptions of a topic, goes with what it belongs to.
KINDS = {
    "CloudWatch alarm": "alarm",
    "CloudWatch dashboard": "dashboard",
    "Lambda function": "function",
    "SNS topic": "topic",
    "EventBridge rule": "rule",
    "SQS queue": "queue",
    "IAM role": "role",
    "log group": "log group",
}
STATES = {
    "sending": "yes",
    "paused_by_guard": "paused by the guard",
    "paused_by_person": "paused by a person",
    "paused_by_aws": "paused by AWS",
}
SHUTDOWN = "SHUTDOWN"


def removal_table(targets: Iterable[Mapping[str, Any]], check_mode: bool = False) -> list[str]:
    """The lines of the table: a header, and one for each target."""
    header = ("TARGET", "WOULD REMOVE" if check_mode else "REMOVED", "SENDING", "REMARK")
    return lay_out([header, *(_row(target) for target in targets)])


def _row(target: Mapping[str, Any]) -> tuple[str, ...]:
    name = str(target.get("inventory_hostname", "?"))
    if "__ses_pause_before" not in target:
        return (name, "", "unknown", shorten(f"FAILED: {not_reached(target)}"))
    before, after = target["__ses_pause_before"], target.get("__ses_pause_after", {})
    return (name, _removed(target), _sending(before, after), shorten(_remark(target, before, after)))


def _removed(target: Mapping[str, Any]) -> str:
    result = target.get("__ses_pause_guard", {})
    counts = Counter(
        KINDS[resource["kind"]]
        for resource in result.get("resources", [])
        if resource["action"] == "delete" and resource["kind"] in KINDS
    )
    counts["alarm"] += len(result.get("configuration_sets", {}).get("deleted", []))
    shown = [f"{counts[kind]} {kind}{'s' if counts[kind] > 1 else ''}" for kind in KINDS.values() if counts[kind]]
    return ", ".join(shown) or "nothing"


def _sending(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """As it is now; by whom it was paused, is known from before."""
    account = after.get("account") or before.get("account")
    if account is None:
        return "unknown"
    if account["enforcement_status"] == SHUTDOWN:
        return STATES["paused_by_aws"]
    if account["sending_enabled"]:
        return STATES["sending"]
    # Without the guard's alarms, as after an earlier removal, nothing remembers who it was.
    known = before.get("sending", {}).get("state") if before.get("alarms") else None
    return STATES[known] if known and known != "sending" else "paused"


def _remark(target: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    done = target.get("__ses_pause_done", {})
    if done.get("failed"):
        return f"FAILED: {done.get('msg', 'see above')}"
    now = _sending(before, after)
    if now == "unknown":
        return f"sending could not be read: {before.get('msg', 'see above')}"
    sending = before.get("sending", {})
    why = ", ".join(str(sending[key]) for key in ("reason", "who", "since") if sending.get(key))
    sets = [each["name"] for each in sending.get("configuration_sets", []) if each["state"] != "sending"]
    stays = [] if now == STATES["sending"] else [f"stays paused ({why})" if why else "stays paused"]
    if sets:
        stays.append(f"paused sets stay so: {', '.join(sets)}")
    return "; ".join(stays)


class FilterModule:
    """Where Ansible finds the filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"removal_table": removal_table}
