# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table at the end of a pause or a resume."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.plugin_utils._tables.sending import sending_table

ACCOUNT = {"scope": "account", "name": "", "changed": True, "sending_enabled": True}
ANN = {"by": "person", "who": "arn:aws:iam::123456789012:user/ann", "reason": "bad list", "since": "2026-11-22"}
UNKNOWN = {"by": "person", "who": None, "reason": None, "since": None}
GUARD = {"by": "guard", "who": None, "reason": None, "since": "2026-11-22"}
RAISED = {"alarm_name": "ses-pause-bounce-pause", "threshold": 0.045, "recovery_threshold": 0.066}
KEPT = {"alarm_name": "ses-pause-bounce-pause-news", "threshold": 0.045, "recovery_threshold": 0.045}


def target(name: str, *sending: dict[str, Any], **result: Any) -> dict[str, Any]:
    """What Ansible knows of a target when the task has run."""
    return {"inventory_hostname": name, "__ses_pause_done": {"sending": list(sending), **result}}


def remark(scope: dict[str, Any], **result: Any) -> str:
    _header, line = sending_table([target("one", {**ACCOUNT, **scope}, **result)])
    return line.removeprefix("one     account  sending  yes      ").removeprefix("one     account  sending  yes")


def test_each_scope_of_each_target_has_a_line() -> None:
    news = {"scope": "configuration_set", "name": "news", "changed": False, "sending_enabled": False}
    acme = {"scope": "tenant", "name": "acme", "changed": True, "sending_enabled": False}
    assert sending_table([target("shop.eu-west-1", ACCOUNT), target("two", news, acme), target("three")]) == [
        "TARGET          WHAT                    NOW      CHANGED  REMARK",
        "shop.eu-west-1  account                 sending  yes",
        "two             configuration set news  paused   no",
        "two             tenant acme             paused   yes",
    ]


def test_without_targets_there_is_a_header() -> None:
    assert sending_table([]) == ["TARGET  WHAT  NOW  CHANGED  REMARK"]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({}, ""),
        ({"paused": GUARD}, "was paused by the guard"),
        ({"paused": ANN}, "was paused by a person (arn:aws:iam::123456789012:user/ann: bad list)"),
        ({"paused": UNKNOWN}, "was paused by a person"),
        (
            {"paused": ANN, "skipped": "not paused by the guard"},
            "left paused by a person (arn:aws:iam::123456789012:user/ann: bad list)",
        ),
        ({"paused": UNKNOWN, "skipped": "not paused by the guard"}, "left paused by a person"),
        ({"recovered": [RAISED]}, "ses-pause-bounce-pause raised to 0.066"),
        ({"recovered": [KEPT]}, "ses-pause-bounce-pause-news set to OK"),
        (
            {"paused": GUARD, "recovered": [RAISED, KEPT]},
            "ses-pause-bounce-pause raised to 0.066, ses-pause-bounce-pause-news set to OK, was paused by the guard",
        ),
    ],
)
def test_the_remark_tells_who_paused_and_what_was_recovered(scope: dict[str, Any], expected: str) -> None:
    assert remark(scope) == (expected if len(expected) <= 100 else f"{expected[:97]}...")


def test_a_scope_that_failed_says_so_beside_the_others() -> None:
    news, offers = (
        {"scope": "configuration_set", "name": name, "changed": name == "offers", "sending_enabled": name == "offers"}
        for name in ("news", "offers")
    )
    failed = [{"scope": "configuration_set", "name": "news", "msg": "AWS said no."}]
    assert sending_table([target("one", news, offers, failed=True, msg="1 of 2 failed", failed_scopes=failed)]) == [
        "TARGET  WHAT                      NOW      CHANGED  REMARK",
        "one     configuration set news    paused   no       FAILED: AWS said no.",
        "one     configuration set offers  sending  yes",
    ]


def test_a_target_that_failed_or_was_not_reached_has_a_line() -> None:
    refused = {"inventory_hostname": "one", "__ses_pause_done": {"failed": True, "msg": "Refused:\n  too   high"}}
    unreachable = {"inventory_hostname": "two", "__ses_pause_done": {"unreachable": True}}
    assert sending_table([refused, unreachable, {"inventory_hostname": "three"}, {}]) == [
        "TARGET  WHAT  NOW     CHANGED  REMARK",
        "one           FAILED  no       Refused: too high",
        "two           FAILED  no       failed",
        "three         FAILED  no       was not reached",
        "?             FAILED  no       was not reached",
    ]


@pytest.mark.parametrize(("length", "shown"), [(100, "x" * 100), (101, "x" * 97 + "...")])
def test_a_long_remark_is_cut(length: int, shown: str) -> None:
    refused = {"inventory_hostname": "one", "__ses_pause_done": {"msg": "x" * length}}
    assert sending_table([refused])[1].split()[-1] == shown
