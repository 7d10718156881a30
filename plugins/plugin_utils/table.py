# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the tables look with which the playbooks end."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

# A remark that is longer would break the table at a terminal; the task's own message has it all.
MAX_REMARK = 100


def not_reached(target: Mapping[str, Any]) -> str:
    """Why a target has no result: the inventory could not enter its account, or the run ended before."""
    return str(target.get("ses_unreachable_reason", "was not reached"))


def lay_out(rows: list[tuple[str, ...]]) -> list[str]:
    """The rows as lines, each column as wide as its widest cell; a header is a row like any other."""
    widths = [max(map(len, column)) for column in zip_longest(*rows, fillvalue="")]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip() for row in rows]


def shorten(text: str) -> str:
    """The text as one line of at most MAX_REMARK characters."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_REMARK else f"{line[: MAX_REMARK - 3]}..."
