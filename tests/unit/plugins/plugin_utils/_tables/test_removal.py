# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table at the end of a removal."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.plugin_utils._tables.removal import removal_table

NOBODY = {"who": None, "reason": None, "since": None}
ANN = {"who": "arn:aws:iam::123456789012:user/ann", "reason": "bad list", "since": "2026-11-22"}


def account(sends: bool = True, enforcement: str = "HEALTHY") -> dict[str, Any]:
    return {"sending_enabled": sends, "enforcement_status": enforcement}


def paused(by: str, why: dict[str, Any] | None = None, sets: tuple[str, ...] = ()) -> dict[str, Any]:
    state = "sending" if by == "nobody" else f"paused_by_{by}"
    of_sets = [{"name": name, "state": "paused_by_guard"} for name in sets] + [{"name": "other", "state": "sending"}]
    return {
        "account": account(by == "nobody"),
        "alarms": [{"name": "ses-pause-bounce-pause"}],
        "sending": {"state": state, **(why or NOBODY), "configuration_sets": of_sets},
    }


def resources(*pairs: tuple[str, str], action: str = "delete") -> list[dict[str, str]]:
    return [{"kind": kind, "name": name, "action": action} for kind, name in pairs]


def target(name: str = "one", **variables: Any) -> dict[str, Any]:
    """What Ansible knows of a target when all tasks have run."""
    known = {"before": {"account": account()}, **variables}
    return {"inventory_hostname": name, **{f"__ses_pause_{key}": value for key, value in known.items()}}


def cells(**variables: Any) -> list[str]:
    header, line = removal_table([target(**variables)])
    starts = [header.index(word) for word in header.split()]
    return [line[start:end].strip() for start, end in zip(starts, [*starts[1:], None], strict=True)]


def test_each_target_has_a_line() -> None:
    guard = {
        "configuration_sets": {"deleted": ["news", "offers"]},
        "resources": resources(
            ("CloudWatch alarm", "a"),
            ("CloudWatch alarm", "b"),
            ("SQS queue", "q"),
            ("log group", "l"),
            ("IAM role", "r"),
            ("SNS topic", "n"),
            ("SNS subscriptions", "n"),
            ("CloudWatch alarm", "e"),
            ("Lambda function", "f"),
            ("permissions of function", "f"),
            ("SNS topic", "t"),
            ("CloudWatch dashboard", "d"),
        ),
    }
    assert removal_table(
        [
            target("shop.eu-west-1", guard=guard),
            target("two", guard={"resources": [], "configuration_sets": {"deleted": []}}),
            {"inventory_hostname": "three"},
            {},
        ]
    ) == [
        "TARGET          REMOVED                                                                    SENDING  REMARK",
        "shop.eu-west-1  5 alarms, 1 dashboard, 1 function, 2 topics, 1 queue, 1 role, 1 log group  yes",
        "two             nothing                                                                    yes",
        "three                                                                                      unknown  "
        "FAILED: was not reached",
        "?                                                                                          unknown  "
        "FAILED: was not reached",
    ]


def test_in_check_mode_it_says_would() -> None:
    assert removal_table([], check_mode=True) == ["TARGET  WOULD REMOVE  SENDING  REMARK"]


def test_what_is_not_deleted_does_not_count() -> None:
    kept = {"resources": resources(("SNS topic", "t"), action="none")}
    assert cells(guard=kept)[1] == "nothing"


@pytest.mark.parametrize(
    ("before", "after", "sending", "remark"),
    [
        (paused("nobody"), account(), "yes", ""),
        (paused("guard"), account(False), "paused by the guard", "stays paused"),
        (
            paused("person", ANN),
            account(False),
            "paused by a person",
            "stays paused (bad list, arn:aws:iam::123456789012:user/ann, 2026-11-22)",
        ),
        # An earlier removal took with it what was known: it may have been the guard.
        ({**paused("person"), "alarms": []}, account(False), "paused", "stays paused"),
        (paused("aws"), account(False, "SHUTDOWN"), "paused by AWS", "stays paused"),
        # While we were at it.
        (paused("nobody"), account(False), "paused", "stays paused"),
        (paused("guard"), account(), "yes", ""),
        # Who paused could not be read.
        ({"account": account(False)}, account(False), "paused", "stays paused"),
        ({"failed": True, "msg": "no\nway"}, account(False), "paused", "stays paused"),
        ({"failed": True, "msg": "no\nway"}, None, "unknown", "sending could not be read: no way"),
        # What was known before, where it cannot be read again.
        (paused("guard"), None, "paused by the guard", "stays paused"),
        (paused("nobody", sets=("news", "offers")), account(), "yes", "paused sets stay so: news, offers"),
        (
            paused("guard", sets=("news",)),
            account(False),
            "paused by the guard",
            "stays paused; paused sets stay so: news",
        ),
    ],
)
def test_sending_is_told_as_it_is_now_and_who_paused_as_it_was_known(
    before: dict[str, Any], after: dict[str, Any] | None, sending: str, remark: str
) -> None:
    assert cells(before=before, after={"account": after} if after else {"failed": True, "msg": "no"})[2:] == [
        sending,
        remark,
    ]


def test_a_failure_is_told_with_what_was_removed_before_it() -> None:
    failed = {"failed": True, "msg": "iam:DeleteRole failed."}
    shown = cells(guard={**failed, "resources": resources(("CloudWatch alarm", "a"))}, done=failed)
    assert shown == ["one", "1 alarm", "yes", "FAILED: iam:DeleteRole failed."]
    assert cells(done={"failed": True})[3] == "FAILED: see above"
    assert cells(done={"failed": True, "msg": "x" * 200})[3].endswith("...")
