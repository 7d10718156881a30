# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the status playbook joins of each target."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.plugin_utils._tables.statuses import target_statuses

WARNING = {"check": "rate", "severity": "warning", "what": "a", "remedy": "b"}
ERROR = {"check": "armed", "severity": "error", "what": "a", "remedy": "b"}


def target(health: tuple[dict[str, str], ...] = (), deployed: bool = True, **more: Any) -> dict[str, Any]:
    status = {"changed": False, "failed": False, "health": list(health), "guard": {"deployed": deployed}}
    return {"inventory_hostname": "one", "__ses_pause_status": status, **more}


def resource(action: str, *changes: str, name: str = "ses-pause-bounce-pause") -> dict[str, Any]:
    return {"kind": "CloudWatch alarm", "name": name, "action": action, "changes": list(changes)}


def drift(**more: Any) -> list[dict[str, str]]:
    (only,) = target_statuses([target(**more)])
    found: list[dict[str, str]] = only["status"]["health"]
    return found


def test_a_target_that_is_as_it_should_be_has_no_finding() -> None:
    same = {"resources": [resource("none")], "configuration_sets": {"created": [], "metrics_on": []}}
    expected = {"name": "one", "status": {"health": [], "guard": {"deployed": True}}, "error": None, "at": None}
    assert target_statuses([target(__ses_pause_guard=same)]) == [expected]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (None, "was not reached"),
        ({"failed": True, "msg": "no credentials"}, "no credentials"),
        ({"skipped": True}, "was not reached"),
    ],
)
def test_a_target_that_could_not_be_read_has_an_error(status: dict[str, Any] | None, error: str) -> None:
    variables = {"inventory_hostname": "one", **({} if status is None else {"__ses_pause_status": status})}
    assert target_statuses([variables]) == [{"name": "one", "status": None, "error": error, "at": None}]


def test_each_target_has_the_time_of_the_look() -> None:
    assert [found["at"] for found in target_statuses([target(), target()], "2026-11-22T10:00:00+00:00")] == [
        "2026-11-22T10:00:00+00:00",
        "2026-11-22T10:00:00+00:00",
    ]


def test_what_a_deployment_would_change_is_drift() -> None:
    deployed = {
        "resources": [resource("update", "policy", "tags", name="ses-pause"), resource("none"), resource("create")],
        "configuration_sets": {"created": ["a-news"], "updated": ["a-offers"], "deleted": [], "metrics_on": ["news"]},
    }
    (found,) = drift(__ses_pause_guard=deployed)
    assert (found["check"], found["severity"]) == ("drift", "warning")
    assert found["what"] == (
        "A deployment would change CloudWatch alarm ses-pause (policy, tags), CloudWatch alarm ses-pause-bounce-pause "
        "(create), alarm a-news, alarm a-offers, the reputation metrics of news."
    )


def test_of_much_drift_the_first_is_named() -> None:
    alarms = {"resources": [], "configuration_sets": {"created": [f"a-{number}" for number in range(7)]}}
    (found,) = drift(__ses_pause_guard=alarms)
    assert found["what"].endswith("alarm a-4 and 2 more.")


def test_a_comparison_that_failed_is_a_finding() -> None:
    (found,) = drift(__ses_pause_uncompared="Not allowed.")
    assert found["what"] == "What differs from what would be deployed could not be seen: Not allowed."


def test_without_a_guard_nothing_drifts() -> None:
    assert drift(deployed=False, __ses_pause_guard={"resources": [resource("create")]}) == []


def test_errors_stay_first() -> None:
    found = drift(health=(WARNING, ERROR), __ses_pause_uncompared="no")
    assert [each["check"] for each in found] == ["armed", "rate", "drift"]
