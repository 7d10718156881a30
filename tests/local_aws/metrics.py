# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Metric data as moto's CloudWatch backend keeps it, read as an alarm and the API need it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from moto.cloudwatch.models import CloudWatchBackend, MetricAggregatedDatum, MetricDatumBase

from .evaluation import Sample

Dimensions = Iterable[Mapping[str, str]]


def samples(backend: CloudWatchBackend, namespace: str, name: str, dimensions: Dimensions) -> list[Sample]:
    """All data of exactly this metric: another set of dimensions is another metric."""
    wanted = key(dimensions)
    return [
        _sample(each)
        for each in list(backend.metric_data)
        if each.namespace == namespace and each.name == name and _own_key(each) == wanted
    ]


def metrics(backend: CloudWatchBackend) -> dict[tuple[str, str, frozenset[tuple[str, str]]], float]:
    """Every metric that has data, with the time of its newest."""
    newest: dict[tuple[str, str, frozenset[tuple[str, str]]], float] = {}
    for each in list(backend.metric_data):
        metric = (each.namespace, each.name, _own_key(each))
        newest[metric] = max(newest.get(metric, 0.0), seconds(each.timestamp))
    return newest


def key(dimensions: Dimensions) -> frozenset[tuple[str, str]]:
    return frozenset((each["Name"], each["Value"]) for each in dimensions)


def _own_key(datum: MetricDatumBase) -> frozenset[tuple[str, str]]:
    return frozenset((str(each.name), str(each.value)) for each in datum.dimensions)


def _sample(datum: MetricDatumBase) -> Sample:
    at, unit = seconds(datum.timestamp), datum.unit or "None"
    if isinstance(datum, MetricAggregatedDatum):
        return Sample(at, datum.sample_count, datum.sum, datum.min, datum.max, unit)
    value = float(datum.value)  # type: ignore[attr-defined]
    return Sample(at, 1.0, value, value, value, unit)


def seconds(moment: datetime) -> float:
    """moto's times carry no zone and mean UTC."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
