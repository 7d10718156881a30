# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the playbooks' tables are laid out."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.ses.plugins.plugin_utils.table import MAX_REMARK, lay_out, shorten


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
