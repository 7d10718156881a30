# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the playbooks' tables are laid out."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.ses.plugins.plugin_utils._tables import layout
from ansible_collections.mailops.ses.plugins.plugin_utils._tables.layout import MAX_REMARK, lay_out, shorten


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ([], []),
        ([("A", "B")], ["A  B"]),
        (
            [("TARGET", "REMARK"), ("one", "fine"), ("three.four", "")],
            ["TARGET      REMARK", "one         fine", "three.four"],
        ),
        ([("A", "B", "C"), ("", "", "x"), ("long", "", "")], ["A     B  C", "         x", "long"]),
        ([("A", "B"), ("only one",)], ["A         B", "only one"]),
    ],
)
def test_columns_are_as_wide_as_their_widest_cell(rows: list[tuple[str, ...]], lines: list[str]) -> None:
    assert lay_out(rows) == lines


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", ""),
        ("  two\n  lines ", "two lines"),
        ("x" * MAX_REMARK, "x" * MAX_REMARK),
        ("x" * (MAX_REMARK + 1), "x" * (MAX_REMARK - 3) + "..."),
    ],
)
def test_a_remark_is_one_line_of_limited_length(text: str, line: str) -> None:
    assert shorten(text) == line


ROWS = [
    ("TARGET", "SENDING", "BOUNCE", "REMARK"),
    (
        "shop.eu-west-1",
        "paused by guard",
        "none of 4.5 %",
        "was paused by a person (arn:aws:sts::111111111111:user/ann: a list)",
    ),
    ("news.us-east-1", "yes", "1 of 4.5 %", ""),
]


def test_without_a_terminal_a_row_is_a_line() -> None:
    assert len(lay_out(ROWS)) == len(ROWS)


@pytest.mark.parametrize("room", [120, 69, 50])
def test_a_table_is_as_narrow_as_the_terminal_and_loses_nothing(room: int) -> None:
    lines = lay_out(ROWS, room)
    assert max(map(len, lines)) <= room
    assert sorted("".join(lines).replace(" ", "")) == sorted("".join(map("".join, ROWS)).replace(" ", ""))


def test_a_cell_goes_on_below_in_its_column() -> None:
    rows = [("TARGET", "REMARK"), ("one", "a b c d e f g h"), ("two", "x")]
    assert lay_out(rows, 16) == ["TARGET  REMARK", "one     a b c d", "        e f g h", "two     x"]


def test_words_that_do_not_fit_at_all_are_not_lost() -> None:
    rows = [("a-host-of-a-long-name", "a-word-that-is-long")]
    assert lay_out(rows, 4) == ["a-host-of-a-long-name a-word-that-is-l", "                      ong"]


def test_at_a_terminal_it_asks_how_wide_that_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "ANSIBLE_COLOR", True)
    monkeypatch.setattr(layout.Display(), "columns", 80)
    assert max(map(len, lay_out(ROWS))) <= 80 - 11
