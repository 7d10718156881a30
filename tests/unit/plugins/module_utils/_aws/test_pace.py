# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeping within the quotas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._aws.pace import BURST, QUOTA_OF, QUOTAS, Pace, Paces
from ansible_collections.mailops.ses.plugins.module_utils._operations import ses_reputation_alarm

from tests.unit.plugins.target import REGION, Target, validated


class Clock:
    """A time that only sleeping moves on."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def pace(rate: float) -> tuple[Pace, Clock]:
    clock = Clock()
    return Pace(rate, clock=clock, sleep=clock.sleep), clock


@pytest.mark.parametrize("idle", [0, 1000])
def test_the_first_calls_do_not_wait(idle: int) -> None:
    bucket, clock = pace(1)
    clock.now += idle
    for _unused in range(BURST):
        bucket.wait()
    assert clock.now == 100 + idle


def test_then_the_rate_is_kept() -> None:
    bucket, clock = pace(2)
    for _unused in range(BURST + 10):
        bucket.wait()
    assert clock.now == pytest.approx(100 + 10 / 2)


def test_time_without_calls_saves_no_more_than_a_burst() -> None:
    bucket, clock = pace(1)
    for _unused in range(20):
        bucket.wait()
    clock.now += 10_000
    start = clock.now
    for _unused in range(BURST + 1):
        bucket.wait()
    assert clock.now == pytest.approx(start + 1)


def test_each_quota_has_a_pace_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(Pace, "wait", lambda self: waited.append(round(1 / self._interval)))
    paces = Paces({"ses": 1, "put_metric_alarm": 3, "delete_alarms": 4, "describe_alarms": 9, "list_metrics": 25})
    for service, operation in (
        ("sesv2", "GetAccount"),
        ("cloudwatch", "PutMetricAlarm"),
        ("cloudwatch", "TagResource"),
        ("sns", "Publish"),
        ("cloudwatch", "ListMetrics"),
    ):
        paces.wait(service, operation)
    assert waited == [1, 3, 25]


def test_every_quota_is_known_by_name() -> None:
    assert set(QUOTA_OF.values()) == set(QUOTAS)


@pytest.mark.parametrize("rate", [0, -1])
def test_a_rate_that_would_never_end_is_refused(rate: float) -> None:
    params = validated(ses_reputation_alarm, region=REGION, configuration_sets=["all"], quotas={"ses": rate})
    with pytest.raises(SesError, match=f"^quotas: ses: {rate} calls a second would never end. Use more than 0.$"):
        Aws(params)


def test_each_attempt_and_each_page_is_paced(target: Target, control: Callable[..., Any]) -> None:
    aws, paced = target.aws(), []
    aws._clients = {}
    aws._paces.wait = lambda service, operation: paced.append((service, operation))  # type: ignore[method-assign]
    aws.client("cloudwatch").meta.config.retries["total_max_attempts"] = 3
    control("ses", account="123456789012", region=aws.region, create_configuration_sets=["a", "b"])
    names = aws.pages("sesv2", "list_configuration_sets", "ConfigurationSets", "sets", PageSize=1)
    assert list(names) == ["a", "b"]
    assert paced == [("sesv2", "ListConfigurationSets")] * 2
