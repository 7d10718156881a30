# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Metrics of the local AWS, read back: ListMetrics, GetMetricStatistics, GetMetricData."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.unit.local_aws.helpers import error_of

SES = {"Namespace": "AWS/SES", "MetricName": "Reputation.BounceRate"}
NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)
AROUND = {"StartTime": NOON - timedelta(hours=1), "EndTime": NOON + timedelta(hours=1)}


@pytest.fixture
def cloudwatch(aws: Callable[..., Any]) -> Any:
    return aws("cloudwatch")


def put(cloudwatch: Any, value: float, minutes: int = 0, sets: str = "", **more: Any) -> None:
    datum = {"MetricName": SES["MetricName"], "Value": value, "Timestamp": NOON + timedelta(minutes=minutes), **more}
    if sets:
        datum["Dimensions"] = [{"Name": "ses:configuration-set", "Value": sets}]
    cloudwatch.put_metric_data(Namespace=SES["Namespace"], MetricData=[datum])


def dimension(value: str) -> list[dict[str, str]]:
    return [{"Name": "ses:configuration-set", "Value": value}]


def test_a_metric_is_listed_once(cloudwatch: Any) -> None:
    for each in ("", "one", "one", "two"):
        put(cloudwatch, 0.1, sets=each)
    two = [{"Name": "a", "Value": "1"}, {"Name": "b", "Value": "2"}]
    for dimensions in (two, two[::-1]):
        data = [{"MetricName": "m", "Value": 1, "Dimensions": dimensions}]
        cloudwatch.put_metric_data(Namespace="mine", MetricData=data)

    def listed(**params: Any) -> list[list[dict[str, str]]]:
        found = cloudwatch.list_metrics(**params)["Metrics"]
        return sorted((each["Dimensions"] for each in found), key=str)

    assert listed(**SES) == [[], dimension("one"), dimension("two")]
    assert listed(Namespace="mine") == [two]
    assert listed(Dimensions=[{"Name": "b"}]) == [two]
    assert listed(Dimensions=[{"Name": "ses:configuration-set", "Value": "one"}]) == [dimension("one")]
    assert listed(RecentlyActive="PT3H") == [two]
    assert listed(Namespace="other") == []


def test_metrics_in_pages(cloudwatch: Any) -> None:
    for start in (0, 300):
        data = [{"MetricName": f"m{number:03d}", "Value": 1} for number in range(start, start + 300)]
        cloudwatch.put_metric_data(Namespace="mine", MetricData=data)
    pages = list(cloudwatch.get_paginator("list_metrics").paginate(Namespace="mine"))
    assert [len(page["Metrics"]) for page in pages] == [500, 100]
    assert len({each["MetricName"] for page in pages for each in page["Metrics"]}) == 600
    assert error_of(cloudwatch.list_metrics, NextToken="nonsense")[0] == "InvalidParameterValue"


def test_statistics(cloudwatch: Any) -> None:
    for minutes, value in ((0, 1.0), (1, 3.0), (5, 10.0), (120, 99.0)):
        put(cloudwatch, value, minutes)
    put(cloudwatch, 50.0, sets="one")
    found = cloudwatch.get_metric_statistics(
        **SES, **AROUND, Period=300, Statistics=["Average", "Sum", "Minimum", "Maximum", "SampleCount"]
    )
    points = sorted(found["Datapoints"], key=lambda each: each["Timestamp"])
    first = {"Average": 2.0, "Sum": 4.0, "Minimum": 1.0, "Maximum": 3.0, "SampleCount": 2.0, "Unit": "None"}
    assert points[0] == {"Timestamp": NOON, **first}
    assert [each["Average"] for each in points] == [2.0, 10.0]
    found = cloudwatch.get_metric_statistics(
        **SES, **AROUND, Period=300, ExtendedStatistics=["p50"], Dimensions=dimension("one")
    )
    assert [each["ExtendedStatistics"] for each in found["Datapoints"]] == [{"p50": 50.0}]


def test_units_are_apart(cloudwatch: Any) -> None:
    put(cloudwatch, 1.0, Unit="Percent")
    put(cloudwatch, 2.0)
    wanted = {**SES, **AROUND, "Period": 60, "Statistics": ["Sum"]}
    found = cloudwatch.get_metric_statistics(**wanted)["Datapoints"]
    assert {each["Unit"]: each["Sum"] for each in found} == {"Percent": 1.0, "None": 2.0}
    found = cloudwatch.get_metric_statistics(**wanted, Unit="Percent")["Datapoints"]
    assert [each["Sum"] for each in found] == [1.0]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"Period": 45}, "InvalidParameterValue"),
        ({"Statistics": []}, "InvalidParameterCombination"),
        ({"EndTime": NOON - timedelta(hours=1)}, "InvalidParameterValue"),
    ],
)
def test_statistics_that_are_refused(cloudwatch: Any, changes: dict[str, Any], code: str) -> None:
    cloudwatch.meta.events.unregister("before-parameter-build")
    wanted = {**SES, **AROUND, "Period": 60, "Statistics": ["Sum"], **changes}
    if not wanted["Statistics"]:
        del wanted["Statistics"]
    assert error_of(cloudwatch.get_metric_statistics, **wanted)[0] == code


def query(name: str, period: int = 300, stat: str = "Average", **metric: Any) -> dict[str, Any]:
    return {"Id": name, "MetricStat": {"Metric": {**SES, **metric}, "Period": period, "Stat": stat}}


def test_metric_data(cloudwatch: Any) -> None:
    put(cloudwatch, 0.02, 0)
    put(cloudwatch, 0.06, 5)
    put(cloudwatch, 0.5, 0, sets="one")
    queries = [
        query("account"),
        query("one", Dimensions=dimension("one")),
        query("none", Dimensions=dimension("two")),
        {**query("hidden"), "ReturnData": False},
        {**query("named"), "Label": "my label"},
    ]
    results = cloudwatch.get_metric_data(MetricDataQueries=queries, **AROUND)["MetricDataResults"]
    by_name = {each["Id"]: each for each in results}
    assert set(by_name) == {"account", "one", "none", "named"}
    later = NOON + timedelta(minutes=5)
    assert (by_name["account"]["Values"], by_name["account"]["Timestamps"]) == ([0.06, 0.02], [later, NOON])
    assert by_name["one"]["Values"] == [0.5]
    assert (by_name["none"]["Values"], by_name["none"]["Timestamps"]) == ([], [])
    assert (by_name["account"]["Label"], by_name["named"]["Label"]) == ("Reputation.BounceRate", "my label")
    assert {each["StatusCode"] for each in results} == {"Complete"}
    results = cloudwatch.get_metric_data(MetricDataQueries=queries[:1], **AROUND, ScanBy="TimestampAscending")
    assert results["MetricDataResults"][0]["Values"] == [0.02, 0.06]


def test_metric_data_that_is_refused(cloudwatch: Any) -> None:
    twice = [query("a"), query("a")]
    assert error_of(cloudwatch.get_metric_data, MetricDataQueries=twice, **AROUND)[0] == "ValidationError"
    backwards = {"StartTime": NOON, "EndTime": NOON}
    assert error_of(cloudwatch.get_metric_data, MetricDataQueries=twice[:1], **backwards)[0] == "ValidationError"
    many = [query(f"q{number}") for number in range(501)]
    assert error_of(cloudwatch.get_metric_data, MetricDataQueries=many, **AROUND)[0] == "ValidationError"
