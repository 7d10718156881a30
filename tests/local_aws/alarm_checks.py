# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What PutMetricAlarm refuses. Source: its API reference and its model in botocore."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from .alarms import ACTIONS
from .errors import ServiceError

OPERATORS = (
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
    "LessThanLowerOrGreaterThanUpperThreshold",
    "LessThanLowerThreshold",
    "GreaterThanUpperThreshold",
)
STATISTICS = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")
MISSING_DATA = ("breaching", "notBreaching", "ignore", "missing")
LOW_SAMPLE_COUNT = ("evaluate", "ignore")
ONE_DAY, ONE_WEEK = 86400, 604800


def refuse(code: str, message: str) -> NoReturn:
    raise ServiceError(code, message)


def check(config: Mapping[str, Any]) -> None:
    """ServiceError for a configuration that AWS would not take."""
    if not 1 <= len(config["AlarmName"]) <= 255:
        _invalid("alarmName", config["AlarmName"], "Member must have length less than or equal to 255")
    if len(config.get("AlarmDescription", "")) > 1024:
        _invalid("alarmDescription", "...", "Member must have length less than or equal to 1024")
    if "ComparisonOperator" not in config or "EvaluationPeriods" not in config:
        refuse("ValidationError", "ComparisonOperator and EvaluationPeriods are required")
    _one_of("comparisonOperator", config["ComparisonOperator"], OPERATORS)
    _check_actions(config)
    if ("MetricName" in config) == ("Metrics" in config):
        refuse("ValidationError", "Exactly one of MetricName and Metrics must be specified")
    if "MetricName" in config:
        _check_metric(config)
    _check_periods(config)
    if "TreatMissingData" in config and config["TreatMissingData"] not in MISSING_DATA:
        _unsupported("TreatMissingData", config["TreatMissingData"], MISSING_DATA)
    low = config.get("EvaluateLowSampleCountPercentile")
    if low is not None and low not in LOW_SAMPLE_COUNT:
        _unsupported("EvaluateLowSampleCountPercentile", low, LOW_SAMPLE_COUNT)


def check_names(names: list[str]) -> None:
    if len(names) > 100:
        _invalid("alarmNames", names, "Member must have length less than or equal to 100")


def _check_metric(config: Mapping[str, Any]) -> None:
    for name in ("Namespace", "Period"):
        if name not in config:
            refuse("ValidationError", f"{name} is required")
    if ("Statistic" in config) == ("ExtendedStatistic" in config):
        refuse("ValidationError", "Exactly one of Statistic and ExtendedStatistic must be specified")
    if "Statistic" in config:
        _one_of("statistic", config["Statistic"], STATISTICS)
    if "Threshold" not in config and "ThresholdMetricId" not in config:
        refuse("ValidationError", "Threshold is required")
    if len(config.get("Dimensions", [])) > 30:
        _invalid("dimensions", "...", "Member must have length less than or equal to 30")


def _check_periods(config: Mapping[str, Any]) -> None:
    periods, needed, period = config["EvaluationPeriods"], config.get("DatapointsToAlarm"), config.get("Period")
    if periods < 1:
        _invalid("evaluationPeriods", periods, "Member must have value greater than or equal to 1")
    if needed is not None and not 1 <= needed <= periods:
        refuse("ValidationError", "DatapointsToAlarm must be between 1 and EvaluationPeriods")
    if period is None:
        return
    if period < 1 or (period % 60 and period not in (10, 20, 30)):
        refuse("InvalidParameterValue", "Period must be 10, 20, 30 or a multiple of 60")
    if period * periods > (ONE_WEEK if period >= 3600 else ONE_DAY):
        refuse("ValidationError", "Metrics cannot be checked across more than a day (EvaluationPeriods * Period).")


def _check_actions(config: Mapping[str, Any]) -> None:
    for key in ACTIONS.values():
        actions = config.get(key, [])
        if len(actions) > 5:
            _invalid(f"{key[0].lower()}{key[1:]}", "...", "Member must have length less than or equal to 5")
        for each in actions:
            if not each.startswith("arn:"):
                refuse("ValidationError", f"Invalid arn syntax: {each}")


def _one_of(name: str, value: str, allowed: Iterable[str]) -> None:
    if value not in allowed:
        _invalid(name, value, f"Member must satisfy enum value set: [{', '.join(allowed)}]")


def _unsupported(name: str, value: str, allowed: Iterable[str]) -> None:
    text = f"Option {value} is not supported. Supported options for parameter {name} are {', '.join(allowed)}."
    refuse("ValidationError", text)


def _invalid(name: str, value: Any, constraint: str) -> NoReturn:
    text = f"1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: {constraint}"
    refuse("ValidationError", text)
