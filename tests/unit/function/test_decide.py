# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is to be done: tables of an alarm, the memory of it, the guard and the time; no call is made."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest

from tests.unit.function.support import (
    ENVIRONMENT,
    FUNCTION_ARN,
    NAME,
    NOTIFY_TOPIC,
    PACKAGE,
    SET_DIMENSION,
    TRIP_TOPIC,
    alarm_arn,
    description,
)

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
TAGS = ("paused-at", "told-at", "held-at", "overridden-at", "resumed-at")
MEMORIES = [set(tags) for number in range(len(TAGS) + 1) for tags in combinations(TAGS, number)]
FLOOR = 1000
GONE = "By a person, another alarm or an earlier try; or the configuration set is gone."
FEW = "Only 999 sends of the last 24 hours count; the guard pauses from 1000 on."
NOT_KNOWN = "Sends in 24 hours not known: no floor applied."


@pytest.fixture
def alarm(function: Any) -> Any:
    """The account's, in ALARM just now."""
    return function.events.from_description(description(NOW))


@pytest.fixture
def guard(function: Any) -> Any:
    return function.guard.read_guard(ENVIRONMENT, FUNCTION_ARN)


def tags(memory: set[str]) -> set[str]:
    return {f"ses-pause:{tag}" for tag in memory}


def test_it_imports_nothing_that_could_call_somebody() -> None:
    """Neither does what it imports."""
    allowed = {"collections.abc", "dataclasses", "datetime", "json", "re", "typing", "events", "guard"}
    for name in ("decide", "events", "guard"):
        nodes = list(ast.walk(ast.parse((PACKAGE / f"{name}.py").read_text(encoding="utf-8"))))
        found = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
        found |= {each.name for node in nodes if isinstance(node, ast.Import) for each in node.names}
        assert found <= allowed


@pytest.mark.parametrize(
    ("changes", "late", "why"),
    [
        ({}, False, None),
        ({}, True, None),
        ({"dimensions": SET_DIMENSION}, False, None),
        ({"actions": [FUNCTION_ARN]}, False, None),
        ({"metric": "AWS/SES Reputation.ComplaintRate"}, False, None),
        ({"drill": "dry"}, False, None),
        ({"drill": "live"}, False, None),
        ({"drill": "dry"}, True, "it was a drill, and that is over"),
        ({"drill": "live"}, True, "it was a drill, and that is over"),
        ({"state": "OK"}, False, "its state is OK, not ALARM"),
        ({"state": "DELETED"}, True, "its state is DELETED, not ALARM"),
        ({"arn": alarm_arn("other-bounce")}, False, "it is not an alarm of this guard in this account and Region"),
        ({"arn": alarm_arn(NAME)}, False, "it is not an alarm of this guard in this account and Region"),
        ({"metric": "AWS/SES Bounce"}, False, "it does not watch one reputation metric of SES"),
        ({"metric": "None None"}, False, "it does not watch one reputation metric of SES"),
        ({"actions": []}, False, "its actions do not come here"),
        ({"actions": [NOTIFY_TOPIC, f"{TRIP_TOPIC}-2"]}, False, "its actions do not come here"),
        ({"dimensions": {"ses:from-domain": "x"}}, False, "it watches neither account nor set"),
        ({"dimensions": {**SET_DIMENSION, "ses:from-domain": "x"}}, False, "it watches neither account nor set"),
        ({"dimensions": {"ses:configuration-set": None}}, False, "it watches neither account nor set"),
        ({"state": "OK", "arn": "x", "actions": []}, False, "its state is OK, not ALARM"),
    ],
)
def test_why_an_alarm_is_ignored(
    function: Any, alarm: Any, guard: Any, changes: dict[str, Any], late: bool, why: str | None
) -> None:
    assert function.decide.why_ignored(replace(alarm, **changes), guard, late) == why


@pytest.mark.parametrize("memory", MEMORIES, ids=lambda memory: ", ".join(sorted(memory)) or "nothing")
def test_what_each_memory_says(function: Any, memory: set[str]) -> None:
    decide, known = function.decide, tags(memory)
    assert decide.is_handled(known) == ("paused-at" in memory or "resumed-at" in memory)
    assert decide.is_untold(known) == ("paused-at" in memory and "overridden-at" not in memory)
    assert decide.is_look_due(known, 0.5, 1) == ("overridden-at" not in memory)


@pytest.mark.parametrize(("chance", "likelihood", "due"), [(0.0, 0.1, True), (0.1, 0.1, False), (0.99, 1.5, True)])
def test_a_look_is_due_by_chance_where_there_are_many(
    function: Any, chance: float, likelihood: float, due: bool
) -> None:
    assert function.decide.is_look_due(set(), chance, likelihood) is due


@pytest.mark.parametrize(
    ("seconds", "old", "kept_waiting"),
    [
        (-601, True, False),
        (-600, False, False),
        (0, False, False),
        (30, False, False),
        (31, False, True),
        (600, False, True),
        (601, True, True),
    ],
)
def test_how_old_an_event_is(
    function: Any, alarm: Any, guard: Any, seconds: int, old: bool, kept_waiting: bool
) -> None:
    decide, now = function.decide, NOW + timedelta(seconds=seconds)
    of_set = replace(alarm, dimensions=SET_DIMENSION)
    assert decide.is_old(alarm, guard, now) is decide.is_old(of_set, guard, now) is old
    assert decide.was_kept_waiting(of_set, now) is kept_waiting
    assert decide.was_kept_waiting(alarm, now) is False


@pytest.mark.parametrize("dimensions", [{}, SET_DIMENSION], ids=["account", "set"])
@pytest.mark.parametrize(
    ("enabled", "drill", "floor", "sends", "action", "why"),
    [
        (True, "", 0, None, "paused", ""),
        (True, "", FLOOR, None, "paused", NOT_KNOWN),
        (True, "", FLOOR, 1000, "paused", ""),
        (True, "", FLOOR, 999.4, "held", FEW),
        (True, "", FLOOR, 0, "held", FEW.replace("999", "0")),
        (True, "dry", 0, None, "drilled", ""),
        (True, "dry", FLOOR, None, "drilled", ""),
        (True, "dry", FLOOR, 1000, "drilled", ""),
        (True, "dry", FLOOR, 999, "held", FEW),
        (True, "live", 0, None, "paused", ""),
        (True, "live", FLOOR, None, "paused", NOT_KNOWN),
        (True, "live", FLOOR, 999, "held", FEW),
        (False, "", 0, None, "already_paused", GONE),
        (False, "", FLOOR, None, "already_paused", GONE),
        (False, "", FLOOR, 0, "already_paused", GONE),
        (False, "dry", FLOOR, None, "already_paused", GONE),
        (False, "live", 0, None, "already_paused", GONE),
    ],
)
def test_what_is_done_about_an_alarm(
    function: Any,
    alarm: Any,
    guard: Any,
    dimensions: dict[str, str],
    enabled: bool,
    drill: str,
    floor: int,
    sends: float | None,
    action: str,
    why: str,
) -> None:
    case = replace(alarm, drill=drill, dimensions=dimensions), replace(guard, min_sends=floor)
    assert function.decide.action(*case, enabled, sends) == (action, why)


@pytest.mark.parametrize(
    ("action", "breach", "drill"),
    [("paused", True, True), ("already_paused", True, False), ("drilled", True, True), ("held", False, False)],
)
def test_what_counts_as_handled_from_then_on(function: Any, alarm: Any, action: str, breach: bool, drill: bool) -> None:
    assert function.decide.is_remembered(alarm, action) is breach
    for mode in ("dry", "live"):
        assert function.decide.is_remembered(replace(alarm, drill=mode), action) is drill
