# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which sets are guarded, as tables."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._guard.configuration_sets import SetEntry, Sets, parse, select

EXISTING = ["alerts", "marketing-a", "marketing-b", "receipts"]


@pytest.mark.parametrize(
    ("entries", "chosen"),
    [
        (["receipts"], {"receipts": "receipts"}),
        (["marketing-*"], {"marketing-a": "marketing-*", "marketing-b": "marketing-*"}),
        (["marketing-?", "marketing-*"], {"marketing-a": "marketing-?", "marketing-b": "marketing-?"}),
        (["*", "marketing-a"], dict.fromkeys(EXISTING, "*") | {"marketing-a": "marketing-a"}),
        (["all"], dict.fromkeys(EXISTING, "all")),
        (["[ar]*"], {"alerts": "[ar]*", "receipts": "[ar]*"}),
        (["MARKETING-*"], {}),
        ([], {}),
    ],
)
def test_a_name_goes_before_patterns_and_the_first_pattern_before_others(
    entries: list[str], chosen: dict[str, str]
) -> None:
    found, _idle = select(parse(entries), EXISTING)
    assert {name: entry.name for name, entry in found.items()} == chosen


@pytest.mark.parametrize(
    ("entries", "idle"),
    [
        (["nothing-*"], ["nothing-*"]),
        (["all", "marketing-*"], []),
        (["receipts", "rec*"], []),
        (["marketing-*"], []),
    ],
)
def test_a_pattern_that_matches_nothing_is_told(entries: list[str], idle: list[str]) -> None:
    assert select(parse(entries), EXISTING)[1] == idle


def test_all_matches_nothing_where_there_are_no_sets() -> None:
    assert select(parse(["all"]), []) == ({}, ["all"])


def test_names_that_do_not_exist_are_all_told_at_once() -> None:
    with pytest.raises(SesError) as raised:
        select(parse(["nope", "receipts", "no-such"]), EXISTING)
    assert raised.value.message.startswith(
        "configuration_sets: not in SES of this account and Region: no-such, nope. Correct the name"
    )
    assert raised.value.details == {"missing": ["no-such", "nope"]}


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (5, "configuration_sets: 5 is neither a name or pattern nor a dictionary with a name"),
        ({"bounce_rate_pause": 0.04}, "is neither a name or pattern nor a dictionary with a name"),
        ({"name": "a", "bounce": 0.04}, "configuration_sets: a: unknown bounce. Use name, bounce_rate_warn"),
        ({"name": "a", "bounce_rate_pause": "x"}, "configuration_sets: a: bounce_rate_pause: 'x' is no rate"),
    ],
)
def test_an_entry_that_cannot_be_meant_is_refused(entry: Any, message: str) -> None:
    with pytest.raises(SesError) as raised:
        parse([entry])
    assert message in raised.value.message


def test_an_entry_without_a_threshold_takes_the_default() -> None:
    assert parse([{"name": "a", "bounce_rate_pause": None}]) == [SetEntry("a")]


def test_a_set_gets_both_alarms_that_pause_and_the_warnings_asked_for() -> None:
    chosen = {"a": SetEntry("a", {"bounce_rate_pause": 0.04}), "b": SetEntry("*", {"complaint_rate_warn": 0.0005})}
    entries = Sets(chosen=chosen).entries()
    assert [(each["configuration_set"], each["metric"], each["tier"], each["threshold"]) for each in entries] == [
        ("a", "bounce_rate", "pause", 0.04),
        ("a", "complaint_rate", "pause", None),
        ("b", "bounce_rate", "pause", None),
        ("b", "complaint_rate", "warn", 0.0005),
        ("b", "complaint_rate", "pause", None),
    ]
