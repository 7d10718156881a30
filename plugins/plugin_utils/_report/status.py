# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of a target's status, of which any may be missing, and the words for its states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...module_utils._ses import sending as states

Json = Mapping[str, Any]

LOST = "lost"
# What the info module calls a state: the report's key, and the words.
SENDING = {
    states.SENDING: ("sending", "Sending"),
    states.PAUSED_BY_GUARD: ("guard", "Paused by the guard"),
    states.PAUSED_BY_PERSON: ("person", "Paused by a person"),
    states.PAUSED_BY_AWS: ("aws", "Paused by AWS"),
    states.PAUSED: ("person", "Paused, not known by whom"),
}
NOT_REACHED = (LOST, "Not reached")
UNKNOWN = (LOST, "Unknown")


def part(status: Json, name: str) -> Json:
    """A part of the status; empty where it is missing or null."""
    return status.get(name) or {}


def rows(status: Json, *names: str) -> Sequence[Any]:
    """A list somewhere in the status; empty where it is missing or null."""
    found: Any = status
    for name in names:
        found = (found or {}).get(name)
    return found or []


def sending(status: Json) -> tuple[str, str]:
    """(key, words)."""
    if not status:
        return NOT_REACHED
    return SENDING.get(str(part(status, "sending").get("state")), UNKNOWN)
