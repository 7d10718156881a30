# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table at the end of a drill."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.plugin_utils._tables.drill import drill_table

STEPS = {"alarm": 0.1, "function": 2.0, "notice": 2.1}
PASSED: dict[str, Any] = {
    "mode": "dry",
    "alarm_name": "ses-pause-bounce-pause",
    "passed": True,
    "steps": [{"step": step, "seconds": seconds} for step, seconds in STEPS.items()],
    "findings": [],
    "sending_enabled": True,
}


def finding(check: str, severity: str) -> dict[str, str]:
    return {"check": check, "severity": severity, "what": "It is so", "remedy": "Mend it"}


def target(name: str, **result: Any) -> dict[str, Any]:
    """What Ansible knows of a target when the task has run."""
    return {"inventory_hostname": name, "__ses_pause_drilled": {**PASSED, **result}}


def remark(**result: Any) -> str:
    header, line = drill_table([target("one", **result)])
    return line[header.index("REMARK") :]


def test_each_target_has_a_line() -> None:
    live = [*PASSED["steps"], {"step": "pause", "seconds": 2.14}, {"step": "resume", "seconds": 12.0}]
    failed = {"passed": False, "steps": PASSED["steps"][:1], "sending_enabled": False}
    assert drill_table(
        [
            target("shop.eu-west-1"),
            target("two", mode="live", steps=live),
            target("three", findings=[finding("function_fails", "error")], **failed),
            target("four", passed=None, steps=[]),
        ]
    ) == [
        "TARGET          MODE  RESULT       ALARM  FUNCTION  PAUSE  NOTICE  RESUME  SENDING  REMARK",
        "shop.eu-west-1  dry   passed       0.1    2.0              2.1             yes",
        "two             live  passed       0.1    2.0       2.1    2.1     12.0    yes",
        "three           dry   FAILED       0.1                                     no       function_fails: It is so",
        "four            dry   would drill                                          yes      ses-pause-bounce-pause",
    ]


def test_without_targets_there_is_a_header() -> None:
    assert len(drill_table([])) == 1


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (None, "was not reached"),
        ({"failed": True, "msg": "No Region\nis set."}, "No Region is set."),
        ({"failed": True}, "failed"),
    ],
)
def test_a_target_without_a_drill_says_why(result: dict[str, Any] | None, expected: str) -> None:
    known = (
        {"inventory_hostname": "one"}
        if result is None
        else {"inventory_hostname": "one", "__ses_pause_drilled": result}
    )
    header, line = drill_table([known])
    assert line[header.index("RESULT") :].startswith("FAILED")
    assert line[header.index("REMARK") :] == expected


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({}, ""),
        ({"findings": [finding("subscription_pending", "warning")]}, "subscription_pending"),
        ({"findings": [finding("a", "error"), finding("b", "warning")], "passed": False}, "a: It is so"),
        ({"passed": False, "msg": "left paused"}, "left paused"),
        ({"passed": False}, ""),
        ({"passed": None, "findings": [finding("b", "warning")]}, "ses-pause-bounce-pause, b"),
        ({"passed": False, "msg": "x" * 101}, "x" * 97 + "..."),
    ],
)
def test_the_remark_tells_errors_before_warnings(result: dict[str, Any], expected: str) -> None:
    assert remark(**result) == expected


def test_a_target_without_a_name_has_a_line() -> None:
    assert drill_table([{}])[1].startswith("?")
