# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is acted on, what is ignored and what is an error: decided without any call."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import pytest

from tests.unit.function.support import (
    ACCOUNT,
    BOUNCE,
    ENVIRONMENT,
    FUNCTION_ARN,
    NOTIFY_TOPIC,
    REGION,
    SET_BOUNCE,
    SET_DIMENSION,
    TRIP_TOPIC,
    Stubbed,
    ago,
    description,
    direct_event,
    load,
    message,
    sns_event,
)

SINCE = ago(60)


def trigger(**changes: Any) -> dict[str, Any]:
    """An alarm's message with another trigger."""
    return {**message(SINCE), "Trigger": message(SINCE)["Trigger"] | changes}


def guard(function: Any) -> Any:
    return function.guard.read_guard(ENVIRONMENT, FUNCTION_ARN)


@pytest.mark.parametrize("dimensions", [None, SET_DIMENSION])
def test_the_three_forms_say_the_same(function: Any, dimensions: dict[str, str] | None) -> None:
    name = SET_BOUNCE if dimensions else BOUNCE
    sns = function.events.from_sns(sns_event(message(SINCE, name, dimensions))["Records"][0])
    described = function.events.from_description(description(SINCE, name, dimensions))
    direct = function.events.from_direct(FUNCTION_ARN, direct_event(SINCE, name, dimensions))
    assert sns == described
    assert replace(direct, threshold=sns.threshold, actions=sns.actions) == sns
    assert direct.actions == [FUNCTION_ARN]
    assert all(function.decide.why_ignored(alarm, guard(function)) is None for alarm in (sns, described, direct))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"NewStateValue": "OK"}, "its state is OK, not ALARM"),
        ({"NewStateValue": "INSUFFICIENT_DATA"}, "its state is INSUFFICIENT_DATA, not ALARM"),
        ({"NewStateValue": "alarm"}, "its state is alarm"),
        ({"AlarmArn": f"arn:aws:cloudwatch:eu-west-2:{ACCOUNT}:alarm:{BOUNCE}"}, "it is not an alarm of this guard"),
        ({"AlarmArn": f"arn:aws:cloudwatch:{REGION}:210987654321:alarm:{BOUNCE}"}, "it is not an alarm of this guard"),
        ({"AlarmArn": f"arn:aws-cn:cloudwatch:{REGION}:{ACCOUNT}:alarm:{BOUNCE}"}, "it is not an alarm of this guard"),
        ({"AlarmArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:my-bounce"}, "it is not an alarm of this guard"),
        ({"AlarmArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:ses-pause"}, "it is not an alarm of this guard"),
        ({"AlarmArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:x-{BOUNCE}"}, "it is not an alarm of this guard"),
        ({"AlarmActions": []}, "its actions do not come here"),
        ({"AlarmActions": None}, "its actions do not come here"),
        ({"AlarmActions": [NOTIFY_TOPIC]}, "its actions do not come here"),
        ({"AlarmActions": f"{TRIP_TOPIC} and more"}, "its actions do not come here"),
        ({"Trigger": {"Metrics": [{"Id": "e1", "Expression": "m1 * 2"}], "Threshold": 1.0}}, "it does not watch one"),
        ({"Trigger": None}, "it does not watch one"),
        ({"Trigger": message(SINCE)["Trigger"] | {"Namespace": "Mine"}}, "it does not watch one"),
        ({"Trigger": message(SINCE)["Trigger"] | {"MetricName": "Bounce"}}, "it does not watch one"),
        ({"Trigger": message(SINCE)["Trigger"] | {"MetricName": ["Reputation.BounceRate"]}}, "it does not watch one"),
    ],
)
def test_what_is_ignored(stubbed: Stubbed, run: Any, changes: dict[str, Any], why: str) -> None:
    (result,) = run(sns_event({**message(SINCE), **changes}))
    assert result["action"] == "ignored"
    assert result["reason"].startswith(why)
    assert stubbed.calls == []


@pytest.mark.parametrize(
    "dimensions",
    [
        [{"name": "ses:from-domain", "value": "example.com"}],
        [{"name": "ses:configuration-set", "value": "a"}, {"name": "ses:from-domain", "value": "example.com"}],
        [{"name": "ConfigurationSet", "value": "a"}],
        [{"name": "ses:configuration-set", "value": None}],
    ],
)
def test_other_dimensions_are_ignored_and_never_taken_for_the_account(
    stubbed: Stubbed, run: Any, dimensions: Any
) -> None:
    (result,) = run(sns_event(trigger(Dimensions=dimensions)))
    assert (result["action"], result["reason"]) == ("ignored", "it watches neither account nor set")
    assert result["scope"].startswith("configuration-set/")


def test_an_alarm_that_calls_the_function_is_known_by_the_functions_own_arn(function: Any) -> None:
    own = function.guard.read_guard(ENVIRONMENT, f"{FUNCTION_ARN}:live")
    assert own.function_arn == FUNCTION_ARN
    alarm = function.events.from_description(description(SINCE, AlarmActions=[FUNCTION_ARN]))
    assert function.decide.why_ignored(alarm, own) is None
    other = replace(alarm, actions=[f"{FUNCTION_ARN}-other"])
    assert function.decide.why_ignored(other, own) == "its actions do not come here"


@pytest.mark.parametrize("arn", ["arn:aws-us-gov", "arn:aws-cn", "arn:aws-eusc"])
def test_every_partition_is_the_functions_own(function: Any, arn: str) -> None:
    own = function.guard.read_guard(ENVIRONMENT, FUNCTION_ARN.replace("arn:aws", arn))
    alarm = description(SINCE, AlarmArn=f"{arn}:cloudwatch:{REGION}:{ACCOUNT}:alarm:{BOUNCE}")
    assert function.decide.why_ignored(function.events.from_description(alarm), own) is None


@pytest.mark.parametrize("text", ["{}", "[]", '{"hello": "world"}'])
def test_a_message_about_something_else_is_ignored(stubbed: Stubbed, run: Any, text: str) -> None:
    assert run(sns_event(text))[0]["reason"] == "it is not about an alarm"


def without(*path: str, event: dict[str, Any]) -> dict[str, Any]:
    """The event without one of its parts."""
    event = copy.deepcopy(event)
    place = event
    for key in path[:-1]:
        place = place[key]
    del place[path[-1]]
    return event


@pytest.mark.parametrize(
    "event",
    [
        {"Records": []},
        {"Records": None},
        {"Records": 1},
        {"Records": {"Sns": {}}},
        {"Records": [None]},
        {"Records": ["x"]},
        {"Records": [{"Sns": {}}]},
        {"Records": [{"eventSource": "aws:s3", "s3": {}}]},
        sns_event(""),
        sns_event("hello"),
        sns_event("1"),
        sns_event('"text"'),
        sns_event('{"AlarmName": "cut of'),
        sns_event("[" * 100000),
        *[
            sns_event(without(key, event=message(SINCE)))
            for key in ("AlarmArn", "NewStateValue", "StateChangeTime", "NewStateReason")
        ],
        sns_event(message(SINCE, AlarmArn="nonsense")),
        sns_event(message(SINCE, AlarmArn=7)),
        sns_event(message(SINCE, StateChangeTime="yesterday")),
        sns_event(message(SINCE, StateChangeTime=1732269600)),
        sns_event(message(SINCE, StateChangeTime="0001-01-01T00:00:00+23:59")),
        sns_event(message(SINCE, Trigger="nonsense")),
        sns_event(message(SINCE, AlarmActions=7)),
        sns_event(trigger(Dimensions=["nonsense"])),
        sns_event(trigger(Dimensions=[{"name": "ses:configuration-set"}])),
        sns_event(trigger(Dimensions=[{"name": ["a"], "value": "b"}])),
        sns_event(trigger(Threshold="high")),
        without("alarmArn", event=direct_event(SINCE)),
        without("alarmData", "state", event=direct_event(SINCE)),
        without("alarmData", "configuration", event=direct_event(SINCE)),
        without("alarmData", "state", "timestamp", event=direct_event(SINCE)),
        {**direct_event(SINCE), "alarmData": None},
    ],
)
def test_what_cannot_be_read_is_an_error(stubbed: Stubbed, run: Any, event: Any) -> None:
    with pytest.raises((RuntimeError, TypeError)):
        run(event)
    assert stubbed.calls == []


def test_the_error_names_what_is_missing(stubbed: Stubbed, run: Any) -> None:
    with pytest.raises(RuntimeError, match=r"unreadable event: no 'StateChangeTime'$"):
        run(sns_event(without("StateChangeTime", event=message(SINCE))))


def test_neither_the_error_nor_the_log_repeats_what_was_in_the_event(stubbed: Stubbed, run: Any, caplog: Any) -> None:
    caplog.set_level("DEBUG", logger="ses_pause")
    secret = "AKIA-not-for-the-log"
    bad = [secret, json.dumps(secret), message(SINCE, StateChangeTime=secret), message(SINCE, AlarmArn=secret)]
    with pytest.raises(RuntimeError) as caught:
        run(sns_event(*bad, trigger(Threshold=secret), trigger(Dimensions=[secret]), {"password": secret}))
    assert str(caught.value).startswith("6 failed, 1 done")
    assert secret not in str(caught.value) + caplog.text


def test_metric_math_in_a_direct_event_is_ignored(stubbed: Stubbed, run: Any) -> None:
    event = direct_event(SINCE)
    event["alarmData"]["configuration"]["metrics"] = [{"id": "e1", "expression": "m1 * 2"}]
    assert run(event)[0]["action"] == "ignored"
    event["alarmData"]["configuration"]["metrics"] *= 2
    assert run(event)[0]["action"] == "ignored"
    event["alarmData"]["configuration"] = {"alarmRule": "ALARM(a)"}
    assert run(event)[0]["action"] == "ignored"


def test_a_cold_start_loads_little_and_calls_nothing(function: Any) -> None:
    assert load().clients.SES.meta.region_name == REGION
    assert function.clients.CLOUDWATCH.meta.config.retries["total_max_attempts"] == 5
