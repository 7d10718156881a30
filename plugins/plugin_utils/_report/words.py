# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Figures and times as people read them. Times are shown in UTC."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from typing import Any

from ...module_utils._ses import metrics, times

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NOTHING = "\N{EN DASH}"
SPACE = "\N{NO-BREAK SPACE}"
ISO_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d[\d:.]*(?:Z|[+-]\d\d:\d\d)")
SPANS = ((86400, "d"), (3600, "h"), (60, "min"))


def number(value: Any) -> float | None:
    """The value if it is a finite number; None is no zero."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return float(value)


def percent(rate: float | None) -> str:
    """0.02134 as "2.13 %"."""
    if rate is None:
        return NOTHING
    if 0 < rate < 0.000005:
        return f"<{SPACE}0.001{SPACE}%"
    return metrics.percent(rate, 3).replace(" ", SPACE)


def share(part: float) -> str:
    """0.7 as "70 %"."""
    return f"{part * 100:.0f}{SPACE}%"


def points(change: float) -> str:
    """A change of a rate: 0.0021 as "+0.21 points"."""
    shown = f"{change * 100:+.2g}"
    return f"{shown.replace('-', chr(0x2212))}{SPACE}points" if float(shown) else "no change"


def count(value: Any) -> str:
    """12345.0 as "12,345"."""
    plain = number(value)
    return NOTHING if plain is None else f"{plain:,.0f}"


def counted(amount: int, one: str) -> str:
    """ "1 error", "2 errors"."""
    return f"{amount:,}{SPACE}{one}{'' if amount == 1 else 's'}"


def day(instant: date) -> str:
    return f"{instant.day}{SPACE}{MONTHS[instant.month - 1]}"


def date_time(text: Any) -> str:
    """ "22 Nov 2026, 10:00 UTC"; what tells no time, as it is."""
    instant = text if isinstance(text, datetime) else times.parse(text)
    if instant is None:
        return str(text or "")
    return f"{day(instant)}{SPACE}{instant.year}, {instant:%H:%M}{SPACE}UTC"


def with_times(text: str) -> str:
    """The text with its ISO times as people read them."""
    return ISO_TIME.sub(lambda found: date_time(found[0]), text)


def ago(text: Any, now: datetime) -> str:
    """When, and how long before now."""
    instant = times.parse(text)
    if instant is None or instant > now:
        return date_time(text)
    return f"{date_time(instant)} ({span((now - instant).total_seconds())} ago)"


def span(seconds: float) -> str:
    """The two largest units: "2 d 3 h", "14 min"."""
    left = max(int(seconds), 0)
    words: list[str] = []
    for size, unit in SPANS:
        if left >= size and len(words) < 2:
            words.append(f"{left // size}{SPACE}{unit}")
        left %= size
    return " ".join(words) or "under a minute"
