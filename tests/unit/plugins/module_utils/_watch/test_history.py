# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two weeks of a target. What is read of AWS is shown in test_ses_reputation_info.py."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._guard.memory import Memory
from ansible_collections.mailops.ses.plugins.module_utils._watch.alarm_states import ReputationAlarm
from ansible_collections.mailops.ses.plugins.module_utils._watch.history import _event, by_risk


def alarm(scope: str | None, metric: str | None, threshold: float, tier: str = "pause") -> ReputationAlarm:
    return ReputationAlarm("a", metric, tier, scope, threshold, "OK", None, "", True, [], Memory())


def test_sets_are_sorted_by_the_metric_that_is_nearest_to_its_threshold() -> None:
    alarms = [
        alarm(None, "bounce_rate", 0.045),
        alarm("calm", "bounce_rate", 0.04),
        alarm("calm", "complaint_rate", 0.001),
        alarm("hot", "bounce_rate", 0.04),
        alarm("hot", "complaint_rate", 0.001),
        alarm("hot", "complaint_rate", 0.0001, tier="warn"),
        alarm("new", "bounce_rate", 0.04),
        alarm("odd", None, 1.0),
    ]
    rates = {
        (name, metric): {"value": value}
        for name, metric, value in (
            ("calm", "bounce_rate", 0.02),
            ("calm", "complaint_rate", 0.0001),
            ("hot", "bounce_rate", 0.01),
            ("hot", "complaint_rate", 0.0009),
        )
    }
    assert by_risk(alarms, rates) == [
        {
            "configuration_set": "hot",
            "bounce_rate": 0.01,
            "complaint_rate": 0.0009,
            "bounce_threshold": 0.04,
            "complaint_threshold": 0.001,
            "risk": pytest.approx(0.9),
        },
        {
            "configuration_set": "calm",
            "bounce_rate": 0.02,
            "complaint_rate": 0.0001,
            "bounce_threshold": 0.04,
            "complaint_threshold": 0.001,
            "risk": pytest.approx(0.5),
        },
        {
            "configuration_set": "new",
            "bounce_rate": None,
            "complaint_rate": None,
            "bounce_threshold": 0.04,
            "complaint_threshold": None,
            "risk": None,
        },
    ]


def test_a_rate_of_zero_is_a_rate() -> None:
    (entry,) = by_risk([alarm("news", "bounce_rate", 0.04)], {("news", "bounce_rate"): {"value": 0.0}})
    assert (entry["bounce_rate"], entry["risk"]) == (0.0, 0.0)


def test_an_event_without_data_says_what_its_summary_says() -> None:
    at = datetime(2026, 11, 22, 10, tzinfo=UTC)
    item = {"AlarmName": "ses-pause-bounce-pause", "Timestamp": at, "HistorySummary": "Alarm updated from OK to ALARM"}
    assert _event(item) == {
        "alarm": "ses-pause-bounce-pause",
        "at": "2026-11-22T10:00:00+00:00",
        "from": None,
        "to": None,
        "reason": "Alarm updated from OK to ALARM",
    }
