# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the tables look with which the playbooks end."""

from __future__ import annotations

import textwrap
from itertools import zip_longest

from ansible.utils.color import ANSIBLE_COLOR
from ansible.utils.display import Display

# A remark that is longer would break the table at a terminal; the task's own message has it all.
MAX_REMARK = 100
# What Ansible's own output puts around a line of a list: 8 spaces, two quotes and a comma.
AROUND = 11
# A longer word, such as an ARN, is broken where there is no room for it.
LONG_WORD = 16


def lay_out(rows: list[tuple[str, ...]], room: int | None = None) -> list[str]:
    """The rows as lines, each column as wide as its widest cell; a header is a row like any other.

    At a terminal, or with C(room), cells are wrapped so that lines fit, as far as their words allow. In a log, which is
    searched, each row is one line.
    """
    room = room or _terminal()
    columns = list(zip_longest(*rows, fillvalue=""))
    widths = [max(map(len, column)) for column in columns]
    gap = 2
    if room:
        # The first column is a name, to be found and copied as it is.
        least = widths[:1] + [_least(column) for column in columns[1:]]
        gap = 2 if sum(least) + 2 * (len(least) - 1) <= room else 1
        widths = _narrowed(widths, least, room - gap * (len(widths) - 1))
    return [line for row in rows for line in _lines(row, widths, " " * gap)]


def _terminal() -> int | None:
    """How much a line of Ansible's output has room for; None where it does not go to a terminal."""
    return max(Display().columns - AROUND, 1) if ANSIBLE_COLOR else None


def _least(column: tuple[str, ...]) -> int:
    """So wide a column has to be at least: as its longest word."""
    return min(LONG_WORD, max((len(word) for cell in column for word in cell.split()), default=0))


def _narrowed(widths: list[int], least: list[int], room: int) -> list[int]:
    """The widest column that can be narrower gives first."""
    widths = list(widths)
    while sum(widths) > room:
        able = [place for place, width in enumerate(widths) if width > least[place]]
        if not able:
            break
        widths[max(able, key=lambda place: widths[place])] -= 1
    return widths


def _lines(row: tuple[str, ...], widths: list[int], gap: str) -> list[str]:
    """One row; where a cell does not fit, it goes on below."""
    cells = [
        [cell] if len(cell) <= width else textwrap.wrap(cell, width, break_on_hyphens=False) or [""]
        for cell, width in zip(row, widths, strict=False)
    ]
    return [
        gap.join(part.ljust(width) for part, width in zip(parts, widths, strict=False)).rstrip()
        for parts in zip_longest(*cells, fillvalue="")
    ]


def shorten(text: str) -> str:
    """The text as one line of at most MAX_REMARK characters."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_REMARK else f"{line[: MAX_REMARK - 3]}..."
