# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The alarms that would pause at once."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._guard.alarm_options import alarm_task, resolve
from ansible_collections.mailops.ses.plugins.module_utils._guard.names import Names
from ansible_collections.mailops.ses.plugins.module_utils._guard.tripping import would_trip
from ansible_collections.mailops.ses.plugins.module_utils._operations import ses_reputation_alarm
from ansible_collections.mailops.ses.plugins.module_utils._resources.alarm import AlarmState

from tests.unit.plugins.target import REGION, validated

NAME = "ses-pause-bounce-pause"


def tripping(rate: float | None, present: dict[str, AlarmState] | None = None, **entry: Any) -> list[str]:
    """The names of the alarms that would pause at once, of one planned alarm at 0.045."""
    params = validated(ses_reputation_alarm, alarms=[{"metric": "bounce_rate", **entry}])
    planned = resolve(alarm_task(params, Names("ses-pause", REGION)))
    rates: dict[Any, dict[str, Any]] = {}
    if rate is not None:
        rates[entry.get("configuration_set"), "bounce_rate"] = {"value": rate, "timestamp": "then"}
    return [found["alarm_name"] for found in would_trip(planned, rates, present or {})]


@pytest.mark.parametrize(
    ("rate", "entry", "trips"),
    [
        (None, {}, False),
        (0.0449, {}, False),
        (0.045, {}, True),
        (0.045, {"comparison_operator": "GreaterThanThreshold"}, False),
        (0.0451, {"comparison_operator": "GreaterThanThreshold"}, True),
        (0.06, {"threshold": 0.07}, False),
        (0.06, {"tier": "warn"}, False),
        (0.06, {"actions_enabled": False}, False),
        (0.06, {"configuration_set": "news"}, True),
    ],
)
def test_which_alarm_would_pause_at_once(rate: float | None, entry: dict[str, Any], trips: bool) -> None:
    assert bool(tripping(rate, **entry)) is trips


@pytest.mark.parametrize(
    ("state", "armed", "trips"),
    [
        ("OK", True, True),
        ("INSUFFICIENT_DATA", True, True),
        # It has acted already.
        ("ALARM", True, False),
        # It has not: the sweep would, as soon as it is armed.
        ("ALARM", False, True),
    ],
)
def test_an_alarm_that_is_there_already(state: str, armed: bool, trips: bool) -> None:
    assert bool(tripping(0.06, {NAME: AlarmState({"actions_enabled": armed}, value=state)})) is trips


def test_what_is_told_of_it() -> None:
    params = validated(ses_reputation_alarm, metric="bounce_rate", configuration_set="news")
    planned = resolve(alarm_task(params, Names("ses-pause", REGION)))
    rates: dict[Any, dict[str, Any]] = {("news", "bounce_rate"): {"value": 0.06, "timestamp": "then"}}
    assert would_trip(planned, rates, {}) == [
        {
            "alarm_name": f"{NAME}-news",
            "metric": "bounce_rate",
            "configuration_set": "news",
            "threshold": 0.045,
            "rate": 0.06,
            "timestamp": "then",
        }
    ]
