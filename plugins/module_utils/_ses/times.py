# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times as texts: ISO 8601 for machines, to the minute for people. All in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any


def parse(text: Any) -> datetime | None:
    """The time that an ISO 8601 text tells, in UTC, which is also meant where it names no zone; None for what is none.

    Many such texts are tags, which anybody can write.
    """
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (OverflowError, TypeError, ValueError):
        return None


def stamp(at: datetime) -> str:
    """To the millisecond, as everything of ours notes a time."""
    return at.isoformat(timespec="milliseconds")


def now() -> str:
    return stamp(datetime.now(UTC))


def readable(text: str) -> str:
    """The time as people read it, "2026-11-22 10:00 UTC"; what tells none, as it is."""
    at = parse(text)
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else text
