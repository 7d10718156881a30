# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table at the end of a deployment."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.plugin_utils._tables.deployment import deployment_table


def did(*actions: str, **more: Any) -> dict[str, Any]:
    return {"resources": [{"kind": "SNS topic", "name": "x", "action": action} for action in actions], **more}


def target(name: str = "one", **variables: Any) -> dict[str, Any]:
    """What Ansible knows of a target when all tasks have run."""
    return {"inventory_hostname": name, **{f"__ses_pause_{key}": value for key, value in variables.items()}}


def test_each_target_has_a_line() -> None:
    sets = {
        "created": ["a", "b"],
        "updated": [],
        "deleted": ["c"],
        "metrics_on": ["a"],
        "metrics_off": [],
        "guarded": 1,
    }
    assert deployment_table(
        [
            target(
                "shop.eu-west-1",
                guard=did(
                    "create",
                    "create",
                    "none",
                    "update",
                    "create",
                    pending_subscriptions=["email a@b.c"],
                    configuration_sets=sets,
                ),
            ),
            target("two", guard=did("none", pending_subscriptions=[])),
            # By site.yml with ses_pause_state=absent: the tasks of the other state were not there.
            target("three", guard=did("delete", "delete", "delete")),
            target("four", guard=did("create", failed=True), done={"failed": True}),
            target("five", guard={"skipped": True}, done={"failed": True, "msg": "no\ncredentials"}),
            target("six"),
            {},
        ]
    ) == [
        "TARGET          CHANGED                          REMARK",
        "shop.eu-west-1  5 created, 2 updated, 1 deleted  not confirmed: email a@b.c",
        "two             nothing",
        "three           3 deleted",
        "four            1 created                        FAILED: see above",
        "five            nothing                          FAILED: no credentials",
        "six             nothing                          FAILED: was not reached",
        "?               nothing                          FAILED: was not reached",
    ]


@pytest.mark.parametrize(("check_mode", "word"), [(True, "WOULD CHANGE"), (False, "CHANGED")])
def test_in_check_mode_it_says_would(check_mode: bool, word: str) -> None:
    assert deployment_table([], check_mode) == [f"TARGET  {word}  REMARK"]


def test_a_long_message_is_cut() -> None:
    assert deployment_table([target(done={"failed": True, "msg": "x" * 200})])[1].endswith("...")


def test_targets_of_later_batches_are_not_failures() -> None:
    away = {"inventory_hostname": "away", "ses_unreachable_reason": "The role is missing."}
    lines = deployment_table([target("one"), target("two", guard=did("create")), target("three"), away], False, ["one"])
    assert [line.split(maxsplit=2)[0] + ": " + line.rpartition("  ")[2] for line in lines[1:]] == [
        "one: FAILED: was not reached",
        "two: 1 created",
        "three: not reached yet",
        "away: FAILED: The role is missing.",
    ]
