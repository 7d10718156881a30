# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each reason for which a target is not well, starting from one that is."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._resources.queue import FoundQueue
from ansible_collections.mailops.ses.plugins.module_utils._watch.finding import Finding
from ansible_collections.mailops.ses.plugins.module_utils._watch.health import find_problems

from tests.unit.plugins.module_utils._watch.chain import EMAIL, WHOLE, subscriptions

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOBODY = {"who": None, "reason": None, "since": None}
# What is judged elsewhere, or not at each look, is no matter here.
FACTS = replace(WHOLE, failure_queue=FoundQueue({}, messages=2), denied=None)


def problems(picture: dict[str, Any], **facts: Any) -> list[Finding]:
    return find_problems(picture, replace(FACTS, **facts), NOW)


def ago(**time: float) -> str:
    return (NOW - timedelta(**time)).isoformat()


def alarm(name: str, tier: str, **fields: Any) -> dict[str, Any]:
    state = {"state": "OK", "actions_enabled": True, "configuration_set": None, "memory": {}, "threshold": 0.045}
    return {"name": f"ses-pause-{name}", "tier": tier, "metric": "bounce_rate", **state, **fields}


WELL: dict[str, Any] = {
    "account": {"enforcement_status": "HEALTHY", "sent_last_24_hours": 1000.0},
    "sending": {"state": "sending", **NOBODY, "configuration_sets": []},
    "rates": [
        {
            "configuration_set": None,
            "bounce_rate": {"value": 0.01, "timestamp": ago(minutes=10)},
            "complaint_rate": {"value": 0.0001, "timestamp": ago(minutes=10)},
        }
    ],
    "alarms": [alarm("bounce-pause", "pause"), alarm("bounce-warn", "warn"), alarm("news", "pause")],
    "guard": {
        "deployed": True,
        "function": {"state": "Active"},
        "trip_topic_arn": "arn:trip",
        "notify_topic_arn": "arn:notify",
        "function_alarms": [],
        "failed_events": 0,
        "sweep": {"schedule": "rate(15 minutes)", "enabled": True},
        "subscriptions": ["email ops@example.com"],
        "pending_subscriptions": [],
    },
    "last_drill": {"at": ago(days=1), "mode": "dry", "result": "passed", "seconds": 3.2},
}


def picture(changes: dict[str, Any]) -> dict[str, Any]:
    """WELL with some values changed: {"guard.failed_events": 1}; a number in the path is an index."""
    changed = copy.deepcopy(WELL)
    for path, value in changes.items():
        *way, last = path.split(".")
        place: Any = changed
        for step in way:
            place = place[int(step)] if step.isdigit() else place[step]
        place[last] = value
    return changed


def test_a_target_that_is_well() -> None:
    assert problems(WELL) == []


NEWS = [{"name": "news", "state": "paused_by_guard", **NOBODY, "since": "2026-11-22T10:00:00+00:00"}]


@pytest.mark.parametrize(
    ("changes", "check", "severity", "words"),
    [
        ({"account.enforcement_status": "SHUTDOWN"}, "enforcement", "error", "AWS itself has paused sending"),
        ({"account.enforcement_status": "PROBATION"}, "enforcement", "warning", "AWS reviews this account (PROBATION)"),
        ({"sending.state": "paused_by_guard", "sending.since": "T1"}, "paused", "error", "by the guard since T1."),
        (
            {"sending.state": "paused_by_person", "sending.who": "arn:ann", "sending.reason": "a test"},
            "paused",
            "warning",
            "Sending is paused by a person: arn:ann: a test.",
        ),
        ({"sending.state": "paused_by_person"}, "paused", "warning", "Sending is paused by a person."),
        ({"sending.state": "paused"}, "paused", "warning", "Sending is paused, and nobody noted by whom."),
        ({"sending.configuration_sets": NEWS}, "paused", "error", "Sending of the configuration set news is paused"),
        ({"alarms.0.state": "ALARM"}, "disarmed", "error", "Mail flows, but ses-pause-bounce-pause is in ALARM"),
        ({"alarms": []}, "armed", "error", "There are no alarms"),
        ({"alarms": [alarm("bounce-warn", "warn")]}, "armed", "warning", "the guard only warns"),
        ({"alarms.0.actions_enabled": False}, "armed", "error", "ses-pause-bounce-pause is without actions"),
        ({"alarms.1.state": "ALARM"}, "rate", "warning", "ses-pause-bounce-warn is in ALARM"),
        ({"alarms.0.memory": {"recovery-threshold": "0.06"}}, "recovery", "warning", "at a raised threshold"),
        ({"rates.0.bounce_rate": None}, "metrics", "warning", "SES has told no bounce rate for a day"),
        ({"rates.0.complaint_rate.timestamp": ago(hours=7)}, "metrics", "warning", "The complaint rate, 0.01 %, is of"),
        ({"guard.failed_events": 2}, "queue", "error", "events that the function could not handle, 2 of them"),
        ({"guard.function_alarms": ["a", "b"]}, "function", "error", "The function fails: a, b are in ALARM"),
        ({"guard.sweep": {"enabled": False}}, "sweep", "warning", "The sweep is switched off"),
        ({"last_drill.result": "failed"}, "drill", "error", "failed"),
        ({"last_drill.result": "interrupted"}, "drill", "warning", "was interrupted, so it has shown nothing"),
        ({"last_drill.result": "running"}, "drill", "error", "did not end"),
        ({"last_drill.result": "running", "last_drill.at": "2026-11-22T08:00:00"}, "drill", "error", "did not end"),
    ],
)
def test_a_problem(changes: dict[str, Any], check: str, severity: str, words: str) -> None:
    (found,) = problems(picture(changes))
    assert (found.check, found.severity) == (check, severity)
    assert words in found.what
    assert found.remedy


@pytest.mark.parametrize(
    "changes",
    [
        # Nothing is sent, so there need be no rates.
        {"account.sent_last_24_hours": 0.0, "rates.0.bounce_rate": None},
        {"guard.sweep": None},
        {"guard.failed_events": None},
        {"last_drill": None},
        {"last_drill.result": "running", "last_drill.at": ago(minutes=1)},
        {"last_drill.result": "running", "last_drill.at": "once"},
    ],
)
def test_no_problem(changes: dict[str, Any]) -> None:
    assert problems(picture(changes)) == []


def test_a_paused_scope_is_not_disarmed() -> None:
    paused = {"sending.state": "paused_by_guard", "sending.configuration_sets": NEWS}
    tripped = [alarm("all", "pause", state="ALARM"), alarm("news", "pause", state="ALARM", configuration_set="news")]
    assert {found.check for found in problems(picture(paused | {"alarms": tripped}))} == {"paused"}


def test_a_broken_link_is_told_in_sentences() -> None:
    (found,) = problems(WELL, notify_subscriptions=subscriptions(EMAIL, pending=(EMAIL,)))
    assert (found.check, found.severity) == ("nobody_told", "error")
    assert found.what.endswith(f"({EMAIL} not confirmed yet).")
    assert found.remedy.endswith(".")


def test_errors_come_first_wherever_they_were_found() -> None:
    found = problems(picture({"guard.sweep": {"enabled": False}}), denied=["ses:GetAccount"])
    assert [(each.check, each.severity) for each in found] == [
        ("function_not_allowed", "error"),
        ("sweep", "warning"),
    ]


def test_of_a_target_without_a_guard_only_that_is_said_and_what_aws_and_people_did() -> None:
    changes = {"guard.deployed": False, "alarms": [], "sending.state": "paused_by_person"}
    found = problems(picture(changes | {"account.enforcement_status": "PROBATION"}))
    assert [(each.check, each.severity) for each in found] == [
        ("deployed", "error"),
        ("enforcement", "warning"),
        ("paused", "warning"),
    ]


def test_of_many_alarms_the_first_are_named() -> None:
    alarms = [alarm(f"bounce-pause-{number}", "pause", actions_enabled=False) for number in range(7)]
    (found,) = problems(picture({"alarms": alarms}))
    assert "ses-pause-bounce-pause-4 and 2 more are without actions" in found.what
