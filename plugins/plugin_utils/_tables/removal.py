# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was removed from all targets, and whether they send.

C(__ses_pause_before) and C(__ses_pause_after) are what ses_reputation_info saw, C(__ses_pause_guard) what the role did.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from ...module_utils._ses.enforcement import SHUTDOWN
from ...module_utils._ses.sending import PAUSED_BY_AWS
from ...module_utils._ses.sending import SENDING as SENDS
from .layout import lay_out, shorten
from .words import SENDING, Target, counted, host, not_reached, role_failure

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


def removal_table(targets: Iterable[Target], check_mode: bool = False) -> list[str]:
    """The lines of the table: a header, and one for each target."""
    header = ("TARGET", "WOULD REMOVE" if check_mode else "REMOVED", "SENDING", "REMARK")
    return lay_out([header, *(_row(target) for target in targets)])


def _row(target: Target) -> tuple[str, ...]:
    if "__ses_pause_before" not in target:
        return (host(target), "", "unknown", shorten(f"FAILED: {not_reached(target)}"))
    before, after = target["__ses_pause_before"], target.get("__ses_pause_after", {})
    sending = _sending(before, after)
    return (host(target), _removed(target), sending, shorten(role_failure(target) or _remark(before, sending)))


def _removed(target: Target) -> str:
    result = target.get("__ses_pause_guard", {})
    counts = Counter(
        KINDS[resource["kind"]]
        for resource in result.get("resources", [])
        if resource["action"] == "delete" and resource["kind"] in KINDS
    )
    counts["alarm"] += len(result.get("configuration_sets", {}).get("deleted", []))
    return ", ".join(counted(counts[kind], kind) for kind in KINDS.values() if counts[kind]) or "nothing"


def _sending(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """As it is now; by whom it was paused, is known from before."""
    account = after.get("account") or before.get("account")
    if account is None:
        return "unknown"
    if account["enforcement_status"] == SHUTDOWN:
        return SENDING[PAUSED_BY_AWS]
    if account["sending_enabled"]:
        return SENDING[SENDS]
    # Without the guard's alarms, as after an earlier removal, nothing remembers who it was.
    known = before.get("sending", {}).get("state") if before.get("alarms") else None
    return SENDING[known] if known and known != SENDS else "paused"


def _remark(before: Mapping[str, Any], now: str) -> str:
    if now == "unknown":
        return f"sending could not be read: {before.get('msg', 'see above')}"
    sending = before.get("sending", {})
    why = ", ".join(str(sending[key]) for key in ("reason", "who", "since") if sending.get(key))
    sets = [each["name"] for each in sending.get("configuration_sets", []) if each["state"] != SENDS]
    stays = [] if now == SENDING[SENDS] else [f"stays paused ({why})" if why else "stays paused"]
    if sets:
        stays.append(f"paused sets stay so: {', '.join(sets)}")
    return "; ".join(stays)
