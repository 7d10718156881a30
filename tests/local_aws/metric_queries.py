# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading metrics: ListMetrics, GetMetricStatistics, GetMetricData. Another set of dimensions is another metric."""

from __future__ import annotations

import json
import time
from typing import Any

from moto.cloudwatch.models import CloudWatchBackend
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult

from . import metrics
from .alarms import naive
from .errors import ServiceError
from .evaluation import Sample, datapoints
from .paging import page

PAGE_SIZE = 500
THREE_HOURS = 3 * 3600

_moto_get_metric_data = CloudWatchResponse.get_metric_data


def install() -> None:
    for method in (list_metrics, get_metric_statistics, get_metric_data):
        setattr(CloudWatchResponse, method.__name__, method)


def list_metrics(self: CloudWatchResponse) -> ActionResult:
    params = self.params
    found = {}
    for (namespace, name, dimensions), newest in metrics.metrics(self.cloudwatch_backend).items():
        if (
            params.get("Namespace") in (None, namespace)
            and params.get("MetricName") in (None, name)
            and all(_has(dimensions, each) for each in params.get("Dimensions", []))
            and ("RecentlyActive" not in params or newest >= time.time() - THREE_HOURS)
        ):
            pairs = [{"Name": key, "Value": value} for key, value in sorted(dimensions)]
            shown = {"Namespace": namespace, "MetricName": name, "Dimensions": pairs}
            found[json.dumps(shown)] = shown
    try:
        keys, token = page(found, params.get("NextToken"), PAGE_SIZE, PAGE_SIZE)
    except ValueError as error:
        raise ServiceError("InvalidParameterValue", "Request parameter NextToken is invalid") from error
    return ActionResult({"Metrics": [found[each] for each in keys], "NextToken": token})


def get_metric_statistics(self: CloudWatchResponse) -> ActionResult:
    params = self.params
    statistics, extended = params.get("Statistics", []), params.get("ExtendedStatistics", [])
    if not statistics and not extended:
        text = "Must specify either Statistics or ExtendedStatistics"
        raise ServiceError("InvalidParameterCombination", text)
    _check_period(params["Period"])
    dimensions = params.get("Dimensions", [])
    found = _between(self.cloudwatch_backend, params, params["Namespace"], params["MetricName"], dimensions)
    points = []
    for unit in sorted({each.unit for each in found} & {params.get("Unit", each.unit) for each in found}):
        rows: dict[float, dict[str, Any]] = {}
        for statistic in [*statistics, *extended]:
            for each in datapoints(found, params["Period"], statistic, unit):
                row = rows.setdefault(each.at, {"Timestamp": naive(each.at), "Unit": unit})
                target = row.setdefault("ExtendedStatistics", {}) if statistic in extended else row
                target[statistic] = each.value
        points += list(rows.values())
    return ActionResult({"Label": params["MetricName"], "Datapoints": points})


def get_metric_data(self: CloudWatchResponse) -> ActionResult:
    """Metric math is left to moto."""
    params = self.params
    queries = params.get("MetricDataQueries", [])
    if any("Expression" in each for each in queries):
        return _moto_get_metric_data(self)
    if params["StartTime"] >= params["EndTime"]:
        text = "The parameter StartTime must be less than the parameter EndTime."
        raise ServiceError("ValidationError", text)
    names = [each["Id"] for each in queries]
    if len(set(names)) < len(names):
        raise ServiceError("ValidationError", "The values for parameter id in MetricDataQueries are not unique.")
    if len(queries) > PAGE_SIZE:
        raise ServiceError("ValidationError", "The collection MetricDataQueries must not have more than 500 elements.")
    newest_first = params.get("ScanBy") != "TimestampAscending"
    results = [
        _answer(self.cloudwatch_backend, params, each, newest_first) for each in queries if each.get("ReturnData", True)
    ]
    return ActionResult({"MetricDataResults": results, "Messages": []})


def _answer(backend: CloudWatchBackend, params: dict[str, Any], query: dict[str, Any], reverse: bool) -> dict[str, Any]:
    if "MetricStat" not in query:
        raise ServiceError("ValidationError", "The parameter MetricDataQueries.member.1.MetricStat is required.\n")
    stat, metric = query["MetricStat"], query["MetricStat"]["Metric"]
    _check_period(stat["Period"])
    found = _between(backend, params, metric["Namespace"], metric["MetricName"], metric.get("Dimensions", []))
    points = datapoints(found, stat["Period"], stat["Stat"], stat.get("Unit"))
    points.sort(key=lambda each: each.at, reverse=reverse)
    return {
        "Id": query["Id"],
        "Label": query.get("Label") or metric["MetricName"],
        "Timestamps": [naive(each.at) for each in points],
        "Values": [each.value for each in points],
        "StatusCode": "Complete",
    }


def _between(
    backend: CloudWatchBackend, params: dict[str, Any], namespace: str, name: str, dimensions: list[dict[str, str]]
) -> list[Sample]:
    """The start is inclusive, the end is not."""
    start, end = metrics.seconds(params["StartTime"]), metrics.seconds(params["EndTime"])
    if start >= end:
        text = "The parameter StartTime must be less than the parameter EndTime."
        raise ServiceError("InvalidParameterValue", text)
    found = metrics.samples(backend, namespace, name, dimensions)
    return [each for each in found if int(start) <= each.at < end]


def _check_period(period: int) -> None:
    if period < 1 or (period % 60 and period not in (1, 5, 10, 20, 30)):
        text = "The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60."
        raise ServiceError("InvalidParameterValue", text)


def _has(dimensions: frozenset[tuple[str, str]], wanted: dict[str, str]) -> bool:
    return any(name == wanted["Name"] and wanted.get("Value") in (None, value) for name, value in dimensions)
