# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tables read and say alike. A target is its variables, as C(hostvars) has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...module_utils._ses import sending

Target = Mapping[str, Any]

# What ses_reputation_info calls a state, in words.
SENDING = {
    sending.SENDING: "yes",
    sending.PAUSED_BY_GUARD: "paused by the guard",
    sending.PAUSED_BY_PERSON: "paused by a person",
    sending.PAUSED_BY_AWS: "paused by AWS",
    sending.PAUSED: "paused, not known by whom",
}


def host(target: Target) -> str:
    return str(target.get("inventory_hostname", "?"))


def not_reached(target: Target) -> str:
    """Why a target has no result: the inventory could not enter its account, or the run ended before."""
    return str(target.get("ses_unreachable_reason", "was not reached"))


def task_failure(target: Target, result: Mapping[str, Any] | None, key: str) -> str | None:
    """Why a task's result does not hold what it is about; None where it does."""
    if result is None:
        return not_reached(target)
    return None if key in result else str(result.get("msg", "failed"))


def role_failure(target: Target) -> str | None:
    """How the role failed, as the playbook has kept it; None where it did not."""
    done = target.get("__ses_pause_done", {})
    return f"FAILED: {done.get('msg', 'see above')}" if done.get("failed") else None


def counted(amount: int, one: str) -> str:
    return f"{amount} {one}{'s' if amount > 1 else ''}"
