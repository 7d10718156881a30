# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The last known rates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from .._aws.client import Aws
from .metrics import METRICS, NAMESPACE, SET_DIMENSION

# GetMetricData takes at most 500 queries a call (CloudWatch's API reference).
MAX_QUERIES = 500
# An older rate says nothing about the next evaluation.
LOOK_BACK = timedelta(days=1)
PERIOD = 300

# A rate is known by its scope (None: the account) and the option's name for the metric.
RateKey: TypeAlias = "tuple[str | None, str]"


def read_rates(
    aws: Aws, scopes: Iterable[str | None], look_back: timedelta = LOOK_BACK
) -> dict[RateKey, dict[str, Any]]:
    """The last known rates, of the last day unless told otherwise: {(scope, metric): {value, timestamp}}."""
    keys = [(scope, option) for scope in scopes for option in METRICS]
    now = datetime.now(UTC)
    found: dict[RateKey, dict[str, Any]] = {}
    for start in range(0, len(keys), MAX_QUERIES):
        part = keys[start : start + MAX_QUERIES]
        results = aws.pages(
            "cloudwatch",
            "get_metric_data",
            "MetricDataResults",
            "the reputation rates",
            MetricDataQueries=[rate_query(f"q{number}", *key, PERIOD) for number, key in enumerate(part)],
            StartTime=now - look_back,
            EndTime=now + timedelta(minutes=5),
            ScanBy="TimestampDescending",
        )
        for result in results:
            key = part[int(result["Id"][1:])]
            # A query's answer may be spread over pages; the newest comes first.
            if result["Values"] and key not in found:
                found[key] = {"value": result["Values"][0], "timestamp": result["Timestamps"][0].isoformat()}
    return found


def rate_query(identifier: str, scope: str | None, option: str, period: int) -> dict[str, Any]:
    """What GetMetricData is asked for one rate, averaged over each period of so many seconds."""
    dimensions = [{"Name": SET_DIMENSION, "Value": scope}] if scope else []
    metric = {"Namespace": NAMESPACE, "MetricName": METRICS[option].name, "Dimensions": dimensions}
    return {"Id": identifier, "MetricStat": {"Metric": metric, "Period": period, "Stat": "Average"}}
