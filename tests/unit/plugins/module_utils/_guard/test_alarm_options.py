# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reputation alarms: what a task describes, and what is refused before anything is read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._guard.alarm_options import AlarmOptions, alarm_task, resolve
from ansible_collections.mailops.ses.plugins.module_utils._guard.names import Names
from ansible_collections.mailops.ses.plugins.module_utils._guard.reputation_alarms import _actions
from ansible_collections.mailops.ses.plugins.module_utils._operations import ses_reputation_alarm

from tests.unit.plugins.target import REGION, validated

NAMES = Names("ses-pause", REGION)
TOPIC = "arn:aws:sns:eu-west-1:123456789012:ses-pause-"
ARN = "arn:aws:sns:eu-west-1:123456789012:mine"


def resolved(**options: Any) -> list[AlarmOptions]:
    return resolve(alarm_task(validated(ses_reputation_alarm, **options), NAMES))


def refusal(**options: Any) -> str:
    with pytest.raises(SesError) as caught:
        resolved(**options)
    return caught.value.message


# What a task describes


def test_one_alarm_with_the_defaults_of_the_design() -> None:
    assert resolved(metric="bounce_rate") == [
        AlarmOptions(
            metric="bounce_rate",
            tier="pause",
            configuration_set=None,
            threshold=0.045,
            alarm_name="ses-pause-bounce-pause",
            actions_enabled=True,
            period=300,
            evaluation_periods=1,
            datapoints_to_alarm=1,
            statistic="Average",
            comparison_operator="GreaterThanOrEqualToThreshold",
            treat_missing_data="ignore",
            alarm_actions=None,
            ok_actions=[],
            insufficient_data_actions=[],
            allow_threshold_at_aws_line=False,
            description=None,
        )
    ]


@pytest.mark.parametrize(
    ("metric", "tier", "scope", "threshold", "name"),
    [
        ("bounce_rate", "warn", None, 0.03, "ses-pause-bounce-warn"),
        ("bounce_rate", "pause", None, 0.045, "ses-pause-bounce-pause"),
        ("complaint_rate", "warn", None, 0.0006, "ses-pause-complaint-warn"),
        ("complaint_rate", "pause", None, 0.0009, "ses-pause-complaint-pause"),
        ("bounce_rate", "pause", "news", 0.045, "ses-pause-bounce-pause-news"),
        ("complaint_rate", "warn", "news", 0.0006, "ses-pause-complaint-warn-news"),
    ],
)
def test_thresholds_and_names_by_metric_tier_and_set(
    metric: str, tier: str, scope: str | None, threshold: float, name: str
) -> None:
    (alone,) = resolved(metric=metric, tier=tier, configuration_set=scope)
    (among,) = resolved(alarms=[{"metric": metric, "tier": tier, "configuration_set": scope}])
    assert alone == among
    assert (alone.threshold, alone.alarm_name) == (threshold, name)


def test_what_an_entry_does_not_say_the_task_says_for_all() -> None:
    first, second = resolved(
        alarms=[{"metric": "bounce_rate"}, {"metric": "complaint_rate", "period": 60, "actions_enabled": True}],
        period=600,
        evaluation_periods=3,
        datapoints_to_alarm=2,
        actions_enabled=False,
        statistic="Maximum",
        alarm_actions=[ARN],
        ok_actions=[ARN],
    )
    shared: dict[str, Any] = {"evaluation_periods": 3, "datapoints_to_alarm": 2, "statistic": "Maximum"}
    shared |= {"alarm_actions": [ARN], "ok_actions": [ARN]}
    assert replace(first, **shared, period=600, actions_enabled=False) == first
    assert replace(second, **shared, period=60, actions_enabled=True) == second


def test_an_entry_may_want_no_actions_where_the_task_wants_some() -> None:
    (entry,) = resolved(alarms=[{"metric": "bounce_rate", "alarm_actions": []}], alarm_actions=[ARN])
    assert entry.alarm_actions == []


def test_all_datapoints_must_breach_where_nothing_else_is_said() -> None:
    (entry,) = resolved(alarms=[{"metric": "bounce_rate", "evaluation_periods": 3}])
    assert entry.datapoints_to_alarm == 3


def test_no_alarms_is_no_alarm() -> None:
    assert resolved(alarms=[]) == []


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"tier": "pause"}, [f"{TOPIC}trip", f"{TOPIC}notify"]),
        ({"tier": "warn"}, [f"{TOPIC}notify"]),
        ({"tier": "pause", "alarm_actions": [ARN]}, [ARN]),
        ({"tier": "pause", "alarm_actions": []}, []),
    ],
)
def test_whom_an_alarm_calls(offline: Aws, entry: dict[str, Any], expected: list[str]) -> None:
    (full,) = resolved(alarms=[{"metric": "bounce_rate", **entry}])
    assert _actions(full, NAMES.arns(offline)) == expected


# What is refused


@pytest.mark.parametrize(
    ("threshold", "message"),
    [
        (5, "threshold: 5 looks like a percentage. Rates are fractions: 5 % is 0.05."),
        (4.5, "threshold: 4.5 looks like a percentage. Rates are fractions: 4.5 % is 0.045."),
        (1, "threshold: 1 looks like a percentage. Rates are fractions: 1 % is 0.01."),
        (0, "threshold: 0 would always be reached. Use a fraction above 0, such as 0.045."),
        (-0.1, "threshold: -0.1 would always be reached. Use a fraction above 0, such as 0.045."),
        ("nan", "threshold: nan is no number that a rate can reach. Use a fraction above 0, such as 0.045."),
    ],
)
def test_a_threshold_that_is_no_fraction(threshold: Any, message: str) -> None:
    assert refusal(metric="bounce_rate", threshold=threshold) == f"ses-pause-bounce-pause: {message}"
    assert (
        refusal(metric="bounce_rate", threshold=threshold, allow_threshold_at_aws_line=True)
        == f"ses-pause-bounce-pause: {message}"
    )


@pytest.mark.parametrize(
    ("metric", "threshold", "message"),
    [
        (
            "bounce_rate",
            0.1,
            "ses-pause-bounce-pause: threshold: 0.1 is 10 %, and at 10 % AWS may pause the account itself, which no "
            "API call lifts. Use less than 0.1 (the default is 0.045), or set allow_threshold_at_aws_line if you mean "
            "it.",
        ),
        (
            "complaint_rate",
            0.05,
            "ses-pause-complaint-pause: threshold: 0.05 is 5 %, and at 0.5 % AWS may pause the account itself, which "
            "no API call lifts. Use less than 0.005 (the default is 0.0009), or set allow_threshold_at_aws_line if "
            "you mean it.",
        ),
    ],
)
def test_a_threshold_at_awss_own_line_needs_a_word(metric: str, threshold: float, message: str) -> None:
    assert refusal(metric=metric, threshold=threshold) == message
    assert refusal(alarms=[{"metric": metric, "threshold": threshold}]) == message
    (entry,) = resolved(metric=metric, threshold=threshold, allow_threshold_at_aws_line=True)
    assert entry.threshold == threshold
    (entry,) = resolved(alarms=[{"metric": metric, "threshold": threshold, "allow_threshold_at_aws_line": True}])
    assert entry.threshold == threshold


@pytest.mark.parametrize(("metric", "threshold"), [("bounce_rate", 0.0999), ("complaint_rate", 0.00499)])
def test_a_threshold_just_under_the_line_is_taken(metric: str, threshold: float) -> None:
    assert resolved(metric=metric, threshold=threshold)[0].threshold == threshold


@pytest.mark.parametrize("scope", ["", "two words", "ünicode", "x" * 65])
def test_a_name_that_no_configuration_set_can_have(scope: str) -> None:
    assert refusal(metric="bounce_rate", configuration_set=scope) == (
        f"configuration_set: {scope!r} cannot be a configuration set: SES takes 1 to 64 letters, digits, hyphens and "
        "underscores."
    )


@pytest.mark.parametrize("name", ["bounce", "ses-pausebounce", "other-ses-pause-x", "ses-pause-" + "x" * 246])
def test_an_alarm_name_that_the_function_would_not_know(name: str) -> None:
    assert refusal(metric="bounce_rate", alarm_name=name) == (
        f"alarm_name: {name!r} must start with 'ses-pause-', or the function would take the alarm for somebody "
        "else's, and have at most 255 characters."
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"period": 90}, "period: 90 is not a multiple of 60 seconds. SES publishes no finer; use 300."),
        ({"period": 0}, "period: 0 is not a multiple of 60 seconds. SES publishes no finer; use 300."),
        ({"period": -60}, "period: -60 is not a multiple of 60 seconds. SES publishes no finer; use 300."),
        (
            {"evaluation_periods": 0},
            "evaluation_periods: 0 of 300 s. Use at least 1, and at most a day in all.",
        ),
        (
            {"evaluation_periods": 289},
            "evaluation_periods: 289 of 300 s. Use at least 1, and at most a day in all.",
        ),
        (
            {"evaluation_periods": 2, "datapoints_to_alarm": 3},
            "datapoints_to_alarm: 3 is not between 1 and evaluation_periods (2).",
        ),
        (
            {"datapoints_to_alarm": 0},
            "datapoints_to_alarm: 0 is not between 1 and evaluation_periods (1).",
        ),
        (
            {"alarm_actions": [f"{ARN}{n}" for n in range(6)]},
            "alarm_actions: CloudWatch takes at most 5 actions; given: 6.",
        ),
        (
            {"ok_actions": [f"{ARN}{n}" for n in range(6)]},
            "ok_actions: CloudWatch takes at most 5 actions; given: 6.",
        ),
        (
            {"insufficient_data_actions": [f"{ARN}{n}" for n in range(6)]},
            "insufficient_data_actions: CloudWatch takes at most 5 actions; given: 6.",
        ),
    ],
)
def test_an_evaluation_that_cannot_be(options: dict[str, Any], message: str) -> None:
    assert refusal(metric="bounce_rate", **options) == message
    assert refusal(alarms=[{"metric": "bounce_rate"}], **options) == message
    assert refusal(alarms=[{"metric": "bounce_rate", **options}]) == message


def test_a_whole_day_and_five_actions_are_taken() -> None:
    options = {"evaluation_periods": 288, "alarm_actions": [f"{ARN}{n}" for n in range(5)]}
    assert resolved(metric="bounce_rate", **options)[0].evaluation_periods == 288


def test_an_alarm_that_is_described_twice() -> None:
    assert refusal(alarms=[{"metric": "bounce_rate"}, {"metric": "bounce_rate", "threshold": 0.04}]) == (
        "alarms: ses-pause-bounce-pause is described twice. Remove one, or give it an alarm_name."
    )


@pytest.mark.parametrize(
    ("scope", "warn", "where"),
    [(None, 0.045, "account"), (None, 0.05, "account"), ("news", 0.05, "configuration set news")],
)
def test_a_warning_that_comes_after_the_pause(scope: str | None, warn: float, where: str) -> None:
    entry = {"metric": "bounce_rate", "configuration_set": scope}
    alarms = [{**entry, "tier": "pause"}, {**entry, "tier": "warn", "threshold": warn}]
    message = (
        f"threshold: bounce_rate of the {where} warns at {warn:g} and pauses at 0.045. A warning must come first: use "
        "a warn threshold below the pause threshold."
    )
    assert refusal(alarms=alarms) == message
    assert refusal(alarms=alarms[::-1]) == message


def test_scopes_and_metrics_do_not_contradict_each_other() -> None:
    resolved(
        alarms=[
            {"metric": "bounce_rate", "tier": "warn", "threshold": 0.05},
            {"metric": "bounce_rate", "tier": "pause", "configuration_set": "news", "threshold": 0.02},
            {"metric": "complaint_rate", "tier": "pause"},
        ]
    )
