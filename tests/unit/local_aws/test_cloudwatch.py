# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CloudWatch of the local AWS: alarms, their states, actions and history, over its API."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from tests.local_aws import alarm_actions
from tests.local_aws.patience import PATIENCE
from tests.local_aws.server import LocalAws
from tests.unit.local_aws.helpers import ALARM, ECHO, deploy, error_of, log_lines, permit, queue, received, settle

ARN = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:bounce"


@pytest.fixture
def cloudwatch(aws: Callable[..., Any]) -> Any:
    return aws("cloudwatch")


@pytest.fixture
def topic(aws: Callable[..., Any]) -> str:
    """A topic whose messages lie in the outbox."""
    sns = aws("sns")
    arn: str = sns.create_topic(Name="alarms")["TopicArn"]
    sns.subscribe(TopicArn=arn, Protocol="sms", Endpoint="+353861234567")
    return arn


def put(cloudwatch: Any, value: float, **more: Any) -> None:
    cloudwatch.put_metric_data(
        Namespace="AWS/SES", MetricData=[{"MetricName": "Reputation.BounceRate", "Value": value, **more}]
    )


def state(cloudwatch: Any, name: str = "bounce") -> str:
    found = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return str(found[0]["StateValue"])


def subjects(control: Callable[..., Any]) -> list[str]:
    settle(control)
    return [each["subject"] for each in control("sns/outbox", method="GET")]


# PutMetricAlarm


def test_a_new_alarm_waits_for_data(cloudwatch: Any) -> None:
    cloudwatch.put_metric_alarm(**ALARM)
    alarm = cloudwatch.describe_alarms()["MetricAlarms"][0]
    assert (alarm["StateValue"], alarm["StateReason"]) == ("INSUFFICIENT_DATA", "Unchecked: Initial alarm creation")
    assert alarm["AlarmArn"] == ARN
    assert alarm["ActionsEnabled"] is True
    assert alarm["Dimensions"] == alarm["OKActions"] == alarm["AlarmActions"] == alarm["InsufficientDataActions"] == []
    assert not {"Unit", "DatapointsToAlarm", "AlarmDescription"} & set(alarm)
    assert {key: alarm[key] for key in ALARM} == ALARM


def test_every_field_comes_back(cloudwatch: Any) -> None:
    config = {
        **ALARM,
        "AlarmDescription": "a description",
        "ActionsEnabled": False,
        "OKActions": ["arn:aws:sns:eu-west-1:123456789012:ok"],
        "AlarmActions": ["arn:aws:sns:eu-west-1:123456789012:alarm"],
        "InsufficientDataActions": ["arn:aws:sns:eu-west-1:123456789012:unknown"],
        "Dimensions": [{"Name": "ses:configuration-set", "Value": "one"}],
        "Unit": "None",
        "EvaluationPeriods": 3,
        "DatapointsToAlarm": 2,
    }
    cloudwatch.put_metric_alarm(**config)
    alarm = cloudwatch.describe_alarms()["MetricAlarms"][0]
    assert {key: alarm[key] for key in config} == config


def test_an_update_replaces_everything_but_state_and_tags(cloudwatch: Any) -> None:
    cloudwatch.put_metric_alarm(
        **{**ALARM, "TreatMissingData": "ignore"}, AlarmDescription="old", Tags=[{"Key": "a", "Value": "1"}]
    )
    cloudwatch.set_alarm_state(AlarmName="bounce", StateValue="OK", StateReason="test")
    before = cloudwatch.describe_alarms()["MetricAlarms"][0]
    cloudwatch.put_metric_alarm(**{**ALARM, "Threshold": 0.05}, Tags=[{"Key": "a", "Value": "2"}])
    after = cloudwatch.describe_alarms()["MetricAlarms"][0]
    assert (after["StateValue"], after["StateReason"]) == ("OK", "test")
    assert "AlarmDescription" not in after
    assert after["Threshold"] == 0.05
    assert after["StateTransitionedTimestamp"] == before["StateTransitionedTimestamp"]
    assert after["AlarmConfigurationUpdatedTimestamp"] > before["AlarmConfigurationUpdatedTimestamp"]
    assert cloudwatch.list_tags_for_resource(ResourceARN=ARN)["Tags"] == [{"Key": "a", "Value": "1"}]


def test_an_alarm_over_breaching_data_acts_at_once(cloudwatch: Any, topic: str, control: Callable[..., Any]) -> None:
    put(cloudwatch, 0.06)
    cloudwatch.put_metric_alarm(**ALARM, AlarmActions=[topic])
    assert state(cloudwatch) == "ALARM"
    assert subjects(control) == ['ALARM: "bounce" in Europe (Ireland)']


def test_an_update_is_evaluated(cloudwatch: Any, topic: str, control: Callable[..., Any]) -> None:
    put(cloudwatch, 0.04)
    cloudwatch.put_metric_alarm(**ALARM, AlarmActions=[topic])
    assert state(cloudwatch) == "OK"
    cloudwatch.put_metric_alarm(**{**ALARM, "Threshold": 0.03}, AlarmActions=[topic])
    assert state(cloudwatch) == "ALARM"
    assert len(subjects(control)) == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"AlarmName": "x" * 256}, "ValidationError"),
        ({"Period": 45}, "InvalidParameterValue"),
        ({"Period": 90}, "InvalidParameterValue"),
        ({"EvaluationPeriods": 2, "DatapointsToAlarm": 3}, "ValidationError"),
        ({"TreatMissingData": "maybe"}, "ValidationError"),
        ({"ComparisonOperator": "Equals"}, "ValidationError"),
        ({"Statistic": "Median"}, "ValidationError"),
        ({"ExtendedStatistic": "p90"}, "ValidationError"),
        ({"AlarmActions": [f"arn:aws:sns:eu-west-1:123456789012:{n}" for n in range(6)]}, "ValidationError"),
        ({"OKActions": ["topic"]}, "ValidationError"),
        ({"EvaluationPeriods": 300}, "ValidationError"),
        ({"AlarmDescription": "x" * 1025}, "ValidationError"),
    ],
)
def test_what_is_refused(cloudwatch: Any, changes: dict[str, Any], code: str) -> None:
    assert error_of(cloudwatch.put_metric_alarm, **{**ALARM, **changes})[0] == code
    assert cloudwatch.describe_alarms()["MetricAlarms"] == []


@pytest.mark.parametrize("missing", ["Threshold", "Period", "Statistic", "Namespace", "MetricName"])
def test_what_a_metric_alarm_cannot_do_without(cloudwatch: Any, missing: str) -> None:
    config = {key: value for key, value in ALARM.items() if key != missing}
    assert error_of(cloudwatch.put_metric_alarm, **config)[0] == "ValidationError"


@pytest.mark.parametrize("period", [10, 30, 60, 120, 3600])
def test_periods(cloudwatch: Any, period: int) -> None:
    cloudwatch.put_metric_alarm(**{**ALARM, "Period": period})


# Evaluation


def test_data_moves_the_alarm_there_and_back(cloudwatch: Any, topic: str, control: Callable[..., Any]) -> None:
    cloudwatch.put_metric_alarm(**{**ALARM, "Statistic": "Minimum"}, AlarmActions=[topic], OKActions=[topic])
    put(cloudwatch, 0.06)
    assert state(cloudwatch) == "ALARM"
    put(cloudwatch, 0.07)
    assert state(cloudwatch) == "ALARM"
    settle(control)
    put(cloudwatch, 0.01)
    assert state(cloudwatch) == "OK"
    place = "Europe (Ireland)"
    assert subjects(control) == [f'ALARM: "bounce" in {place}', f'OK: "bounce" in {place}'], "only transitions act"


def test_another_set_of_dimensions_is_another_metric(cloudwatch: Any, control: Callable[..., Any]) -> None:
    one, two = ([{"Name": "ses:configuration-set", "Value": name}] for name in ("one", "two"))
    cloudwatch.put_metric_alarm(**ALARM)
    cloudwatch.put_metric_alarm(**{**ALARM, "AlarmName": "bounce-one"}, Dimensions=one)
    put(cloudwatch, 0.06, Dimensions=two)
    control("evaluate")
    assert {state(cloudwatch, name) for name in ("bounce", "bounce-one")} == {"INSUFFICIENT_DATA"}
    put(cloudwatch, 0.06, Dimensions=one)
    control("evaluate")
    assert (state(cloudwatch), state(cloudwatch, "bounce-one")) == ("INSUFFICIENT_DATA", "ALARM")
    put(cloudwatch, 0.06)
    assert state(cloudwatch) == "ALARM"


def test_accounts_and_regions_are_apart(aws: Callable[..., Any]) -> None:
    places = [{}, {"region": "us-east-1"}, {"account": "210987654321"}]
    clients = [aws("cloudwatch", **place) for place in places]
    for each in clients:
        each.put_metric_alarm(**ALARM)
    put(clients[0], 0.06)
    assert [state(each) for each in clients] == ["ALARM", "INSUFFICIENT_DATA", "INSUFFICIENT_DATA"]


def test_a_unit_that_does_not_match_is_no_data(cloudwatch: Any) -> None:
    cloudwatch.put_metric_alarm(**ALARM, Unit="Percent")
    put(cloudwatch, 0.06)
    assert state(cloudwatch) == "INSUFFICIENT_DATA"
    put(cloudwatch, 0.06, Unit="Percent")
    assert state(cloudwatch) == "ALARM"


def test_m_out_of_n(cloudwatch: Any) -> None:
    cloudwatch.put_metric_alarm(**{**ALARM, "Period": 3600, "EvaluationPeriods": 3}, DatapointsToAlarm=2)
    now = datetime.now(UTC)
    put(cloudwatch, 0.01, Timestamp=now - timedelta(hours=2))
    put(cloudwatch, 0.06, Timestamp=now - timedelta(hours=1))
    assert state(cloudwatch) == "OK"
    put(cloudwatch, 0.06, Timestamp=now)
    assert state(cloudwatch) == "ALARM"


def test_statistic_sets_and_values_count(cloudwatch: Any) -> None:
    cloudwatch.put_metric_alarm(**ALARM)
    put_data = cloudwatch.put_metric_data
    name = {"MetricName": "Reputation.BounceRate"}
    put_data(Namespace="AWS/SES", MetricData=[{**name, "Values": [0.01, 0.02], "Counts": [3.0, 1.0]}])
    assert state(cloudwatch) == "OK"
    numbers = {"SampleCount": 96.0, "Sum": 9.6, "Minimum": 0.1, "Maximum": 0.1}
    put_data(Namespace="AWS/SES", MetricData=[{**name, "StatisticValues": numbers}])
    assert state(cloudwatch) == "ALARM"


def test_a_state_set_by_hand_lasts_until_the_next_evaluation(
    cloudwatch: Any, topic: str, control: Callable[..., Any]
) -> None:
    put(cloudwatch, 0.01)
    cloudwatch.put_metric_alarm(**ALARM, AlarmActions=[topic])
    cloudwatch.set_alarm_state(AlarmName="bounce", StateValue="ALARM", StateReason="a drill")
    assert state(cloudwatch) == "ALARM"
    rows = control("evaluate", region="eu-west-1")
    assert rows == [{"account": "123456789012", "region": "eu-west-1", "alarm": "bounce", "state": "OK"}]
    assert len(subjects(control)) == 1


def test_without_data_and_with_ignore_a_state_set_by_hand_stays(cloudwatch: Any, control: Callable[..., Any]) -> None:
    cloudwatch.put_metric_alarm(**ALARM)
    cloudwatch.set_alarm_state(AlarmName="bounce", StateValue="OK", StateReason="recovered")
    assert control("evaluate")[0]["state"] == "OK"


def test_without_data_and_without_ignore_it_does_not(cloudwatch: Any, control: Callable[..., Any]) -> None:
    cloudwatch.put_metric_alarm(**{**ALARM, "TreatMissingData": "missing"})
    cloudwatch.set_alarm_state(AlarmName="bounce", StateValue="OK", StateReason="recovered")
    assert control("evaluate")[0]["state"] == "INSUFFICIENT_DATA"


def test_alarms_are_evaluated_now_and_then_if_wanted(
    cloudwatch: Any, topic: str, control: Callable[..., Any], aws: Callable[..., Any]
) -> None:
    url, arn = queue(aws, "watch", "sns.amazonaws.com")
    aws("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    put(cloudwatch, 0.01)
    cloudwatch.put_metric_alarm(**ALARM, OKActions=[topic])
    settle(control)
    assert len(received(aws, url)) == 1
    cloudwatch.set_alarm_state(AlarmName="bounce", StateValue="ALARM", StateReason="a drill")
    control("settings", evaluation_interval=0.05)
    again = aws("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=5)  # comes with the return to OK
    assert len(again["Messages"]) == 1
    assert state(cloudwatch) == "OK"


# Actions


def test_the_message_to_a_topic(cloudwatch: Any, topic: str, control: Callable[..., Any]) -> None:
    cloudwatch.put_metric_alarm(
        **ALARM,
        AlarmDescription="text",
        AlarmActions=[topic],
        Dimensions=[{"Name": "ses:configuration-set", "Value": "one"}],
    )
    put(cloudwatch, 0.06, Dimensions=[{"Name": "ses:configuration-set", "Value": "one"}])
    settle(control)
    [sent] = control("sns/outbox", method="GET")
    alarm = cloudwatch.describe_alarms()["MetricAlarms"][0]
    message = json.loads(sent["message"])
    change = alarm["StateUpdatedTimestamp"].astimezone(UTC)
    assert message.pop("StateChangeTime") == f"{change:%Y-%m-%dT%H:%M:%S}.{change.microsecond // 1000:03d}+0000"
    assert message.pop("AlarmConfigurationUpdatedTimestamp").endswith("+0000")
    assert message == {
        "AlarmName": "bounce",
        "AlarmDescription": "text",
        "AWSAccountId": "123456789012",
        "NewStateValue": "ALARM",
        "NewStateReason": alarm["StateReason"],
        "Region": "Europe (Ireland)",
        "AlarmArn": ARN,
        "OldStateValue": "INSUFFICIENT_DATA",
        "OKActions": [],
        "AlarmActions": [topic],
        "InsufficientDataActions": [],
        "Trigger": {
            "MetricName": "Reputation.BounceRate",
            "Namespace": "AWS/SES",
            "StatisticType": "Statistic",
            "Statistic": "AVERAGE",
            "Unit": None,
            "Dimensions": [{"value": "one", "name": "ses:configuration-set"}],
            "Period": 300,
            "EvaluationPeriods": 1,
            "DatapointsToAlarm": 1,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "Threshold": 0.045,
            "TreatMissingData": "ignore",
            "EvaluateLowSampleCountPercentile": "",
        },
    }


@pytest.mark.parametrize(
    ("region", "name"),
    [
        ("us-east-1", "US East (N. Virginia)"),
        ("us-gov-west-1", "AWS GovCloud (US-West)"),
        ("cn-north-1", "China (Beijing)"),
        ("xx-nowhere-1", "xx-nowhere-1"),
    ],
)
def test_display_names_of_regions(region: str, name: str) -> None:
    assert alarm_actions.region_name(region) == name


def test_disabled_actions_do_not_run(cloudwatch: Any, topic: str, control: Callable[..., Any]) -> None:
    cloudwatch.put_metric_alarm(**ALARM, AlarmActions=[topic], OKActions=[topic])
    cloudwatch.disable_alarm_actions(AlarmNames=["bounce", "not-there"])
    assert cloudwatch.describe_alarms()["MetricAlarms"][0]["ActionsEnabled"] is False
    put(cloudwatch, 0.06)
    assert state(cloudwatch) == "ALARM"
    assert subjects(control) == []
    cloudwatch.enable_alarm_actions(AlarmNames=["bounce"])
    assert subjects(control) == [], "switching actions on does not make up for what was missed"
    cloudwatch.set_alarm_state(AlarmName="bounce", StateValue="OK", StateReason="x")
    assert len(subjects(control)) == 1


def test_set_alarm_state_acts_only_if_the_state_differs(
    cloudwatch: Any, topic: str, control: Callable[..., Any]
) -> None:
    cloudwatch.put_metric_alarm(**ALARM, AlarmActions=[topic], InsufficientDataActions=[topic])
    for _unused in range(2):
        cloudwatch.set_alarm_state(
            AlarmName="bounce", StateValue="ALARM", StateReason="a drill", StateReasonData='{"drill": 1}'
        )
    assert len(subjects(control)) == 1
    alarm = cloudwatch.describe_alarms()["MetricAlarms"][0]
    assert (alarm["StateReason"], alarm["StateReasonData"]) == ("a drill", '{"drill": 1}')
    cloudwatch.set_alarm_state(AlarmName="bounce", StateValue="INSUFFICIENT_DATA", StateReason="x")
    assert len(subjects(control)) == 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"StateValue": "RED"}, "ValidationError"),
        ({"StateReasonData": "{"}, "InvalidFormat"),
        ({"AlarmName": "not-there"}, "ResourceNotFound"),
    ],
)
def test_set_alarm_state_refuses(cloudwatch: Any, changes: dict[str, str], code: str) -> None:
    cloudwatch.put_metric_alarm(**ALARM)
    wanted = {"AlarmName": "bounce", "StateValue": "OK", "StateReason": "x", **changes}
    assert error_of(cloudwatch.set_alarm_state, **wanted)[0] == code


def test_an_alarm_invokes_a_function(cloudwatch: Any, aws: Callable[..., Any], control: Callable[..., Any]) -> None:
    function = deploy(aws, "import json\ndef handler(event, context):\n    print(json.dumps(event))")
    permit(aws, function, "lambda.alarms.cloudwatch.amazonaws.com", ARN)
    cloudwatch.put_metric_alarm(**ALARM, AlarmDescription="text", AlarmActions=[function])
    put(cloudwatch, 0.06)
    settle(control)
    event = json.loads(next(line for line in log_lines(aws, "/aws/lambda/function") if line.startswith("{")))
    alarm = cloudwatch.describe_alarms()["MetricAlarms"][0]
    assert (event["source"], event["alarmArn"], event["accountId"], event["region"]) == (
        "aws.cloudwatch",
        ARN,
        "123456789012",
        "eu-west-1",
    )
    data = event["alarmData"]
    assert data["alarmName"] == "bounce"
    assert data["state"] == {
        "value": "ALARM",
        "reason": alarm["StateReason"],
        "reasonData": alarm["StateReasonData"],
        "timestamp": event["time"],
    }
    assert data["previousState"]["value"] == "INSUFFICIENT_DATA"
    assert data["configuration"]["description"] == "text"
    stat = data["configuration"]["metrics"][0]["metricStat"]
    assert stat["metric"] == {"namespace": "AWS/SES", "name": "Reputation.BounceRate", "dimensions": {}}
    assert (stat["period"], stat["stat"]) == (300, "Average")


def test_without_permission_no_function_is_invoked(
    cloudwatch: Any, aws: Callable[..., Any], control: Callable[..., Any]
) -> None:
    function = deploy(aws, ECHO)
    permit(aws, function, "sns.amazonaws.com", ARN)
    cloudwatch.put_metric_alarm(**ALARM, AlarmActions=[function])
    put(cloudwatch, 0.06)
    settle(control)
    [action] = cloudwatch.describe_alarm_history(HistoryItemType="Action")["AlarmHistoryItems"]
    assert action["HistorySummary"].startswith(f"Failed to execute action {function}.")
    assert aws("logs").describe_log_groups()["logGroups"] == []


def test_metric_math_is_kept_but_not_evaluated(cloudwatch: Any, topic: str, control: Callable[..., Any]) -> None:
    metric = {"Metric": {"Namespace": "AWS/SES", "MetricName": "Reputation.BounceRate"}, "Period": 60, "Stat": "Sum"}
    queries = [
        {"Id": "e", "Expression": "m * 100", "ReturnData": True},
        {"Id": "m", "MetricStat": metric, "ReturnData": False},
    ]
    config = {key: ALARM[key] for key in ("AlarmName", "EvaluationPeriods", "Threshold", "ComparisonOperator")}
    cloudwatch.put_metric_alarm(**config, Metrics=queries, AlarmActions=[topic])
    put(cloudwatch, 0.06)
    assert control("evaluate")[0]["state"] == "INSUFFICIENT_DATA"
    assert cloudwatch.describe_alarms()["MetricAlarms"][0]["Metrics"] == queries
    cloudwatch.set_alarm_state(AlarmName="bounce", StateValue="ALARM", StateReason="x")
    settle(control)
    [sent] = control("sns/outbox", method="GET")
    trigger = json.loads(sent["message"])["Trigger"]
    assert trigger["Metrics"] == queries
    assert "MetricName" not in trigger


def test_many_writers_make_one_transition(cloudwatch: Any, topic: str, control: Callable[..., Any]) -> None:
    cloudwatch.put_metric_alarm(**ALARM, AlarmActions=[topic])
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: put(cloudwatch, 0.06), range(40)))
    assert len(subjects(control)) == 1
    assert len(cloudwatch.describe_alarm_history(HistoryItemType="StateUpdate")["AlarmHistoryItems"]) == 1


# History


def test_history(cloudwatch: Any, topic: str, control: Callable[..., Any]) -> None:
    cloudwatch.put_metric_alarm(**ALARM, AlarmActions=[topic])
    put(cloudwatch, 0.06)
    settle(control)
    cloudwatch.delete_alarms(AlarmNames=["bounce"])
    items = cloudwatch.describe_alarm_history(AlarmName="bounce")["AlarmHistoryItems"]
    assert [(each["HistoryItemType"], each["HistorySummary"]) for each in items] == [
        ("ConfigurationUpdate", 'Alarm "bounce" deleted'),
        ("Action", f"Successfully executed action {topic}"),
        ("StateUpdate", "Alarm updated from INSUFFICIENT_DATA to ALARM"),
        ("ConfigurationUpdate", 'Alarm "bounce" created'),
    ]
    assert {each["AlarmType"] for each in items} == {"MetricAlarm"}
    deleted, action, update, created = (json.loads(each["HistoryData"]) for each in items)
    assert (deleted["type"], created["type"], created["createdAlarm"]["threshold"]) == ("Delete", "Create", 0.045)
    assert (action["actionState"], action["notificationResource"]) == ("Succeeded", topic)
    assert update["oldState"] == {"stateValue": "INSUFFICIENT_DATA", "stateReason": "Unchecked: Initial alarm creation"}
    assert update["newState"]["stateReasonData"]["recentDatapoints"] == [0.06]


def test_history_in_pages_and_by_kind(cloudwatch: Any) -> None:
    cloudwatch.put_metric_alarm(**ALARM)
    for value in ("OK", "ALARM", "OK", "ALARM"):
        cloudwatch.set_alarm_state(AlarmName="bounce", StateValue=value, StateReason="x")
    pages = list(
        cloudwatch.get_paginator("describe_alarm_history").paginate(
            AlarmName="bounce", HistoryItemType="StateUpdate", ScanBy="TimestampAscending", MaxRecords=3
        )
    )
    assert [len(page["AlarmHistoryItems"]) for page in pages] == [3, 1]
    assert pages[0]["AlarmHistoryItems"][0]["HistorySummary"] == "Alarm updated from INSUFFICIENT_DATA to OK"
    soon = datetime.now(UTC) + timedelta(hours=1)
    assert cloudwatch.describe_alarm_history(StartDate=soon)["AlarmHistoryItems"] == []
    assert cloudwatch.describe_alarm_history(EndDate=soon - timedelta(hours=2))["AlarmHistoryItems"] == []


# DescribeAlarms, DeleteAlarms, tags


def test_alarms_in_pages(cloudwatch: Any) -> None:
    names = [f"alarm-{number:03d}" for number in range(120)]
    for name in names:
        cloudwatch.put_metric_alarm(**{**ALARM, "AlarmName": name})
    first = cloudwatch.describe_alarms()
    assert len(first["MetricAlarms"]) == 50
    pages = list(cloudwatch.get_paginator("describe_alarms").paginate(MaxRecords=100))
    assert [len(page["MetricAlarms"]) for page in pages] == [100, 20]
    assert [each["AlarmName"] for page in pages for each in page["MetricAlarms"]] == names
    assert error_of(cloudwatch.describe_alarms, NextToken="nonsense")[0] == "InvalidNextToken"
    assert error_of(cloudwatch.describe_alarms, AlarmNames=names[:101])[0] == "ValidationError"
    assert error_of(cloudwatch.delete_alarms, AlarmNames=names[:101])[0] == "ValidationError"
    cloudwatch.delete_alarms(AlarmNames=names[:100])
    assert len(cloudwatch.describe_alarms()["MetricAlarms"]) == 20


@pytest.mark.parametrize("size", [0, 101])
def test_page_sizes_that_are_refused(cloudwatch: Any, local_aws: LocalAws, size: int) -> None:
    answer = query(local_aws, Action="DescribeAlarms", MaxRecords=str(size))
    assert answer.status_code == 400
    assert "<Code>ValidationError</Code>" in answer.text


def test_filters(cloudwatch: Any) -> None:
    actions = ["arn:aws:sns:eu-west-1:123456789012:one"]
    cloudwatch.put_metric_alarm(**ALARM, OKActions=actions)
    cloudwatch.put_metric_alarm(**{**ALARM, "AlarmName": "bounce-warn"})
    cloudwatch.put_metric_alarm(**{**ALARM, "AlarmName": "complaint"})
    cloudwatch.set_alarm_state(AlarmName="complaint", StateValue="ALARM", StateReason="x")

    def names(**params: Any) -> list[str]:
        return [each["AlarmName"] for each in cloudwatch.describe_alarms(**params)["MetricAlarms"]]

    assert names(AlarmNamePrefix="bounce") == ["bounce", "bounce-warn"]
    assert names(AlarmNames=["complaint", "bounce", "none"]) == ["bounce", "complaint"]
    assert names(StateValue="ALARM") == ["complaint"]
    assert names(StateValue="ALARM", AlarmNamePrefix="bounce") == []
    assert names(ActionPrefix="arn:aws:sns:eu-west-1:123456789012:o") == ["bounce"]
    assert names(AlarmTypes=["CompositeAlarm"]) == []
    assert names(AlarmTypes=["CompositeAlarm", "MetricAlarm"]) == ["bounce", "bounce-warn", "complaint"]
    assert error_of(cloudwatch.describe_alarms, AlarmNames=["a"], AlarmNamePrefix="a")[0] == "ValidationError"
    found = cloudwatch.describe_alarms_for_metric(Namespace="AWS/SES", MetricName="Reputation.BounceRate")
    assert len(found["MetricAlarms"]) == 3


def test_delete(cloudwatch: Any) -> None:
    cloudwatch.put_metric_alarm(**ALARM)
    cloudwatch.delete_alarms(AlarmNames=["not-there", "bounce"])
    assert cloudwatch.describe_alarms()["MetricAlarms"] == []
    assert error_of(cloudwatch.delete_alarms, AlarmNames=["bounce"])[0] == "ResourceNotFound"


def test_tags(cloudwatch: Any) -> None:
    cloudwatch.put_metric_alarm(**ALARM, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    cloudwatch.tag_resource(ResourceARN=ARN, Tags=[{"Key": "a", "Value": "3"}, {"Key": "c", "Value": "4"}])
    cloudwatch.untag_resource(ResourceARN=ARN, TagKeys=["b", "not-there"])
    tags = cloudwatch.list_tags_for_resource(ResourceARN=ARN)["Tags"]
    assert {each["Key"]: each["Value"] for each in tags} == {"a": "3", "c": "4"}


def test_tags_go_with_their_alarm(cloudwatch: Any) -> None:
    cloudwatch.put_metric_alarm(**ALARM, Tags=[{"Key": "a", "Value": "1"}])
    cloudwatch.delete_alarms(AlarmNames=["bounce"])
    cloudwatch.put_metric_alarm(**ALARM)
    assert cloudwatch.list_tags_for_resource(ResourceARN=ARN)["Tags"] == []


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("list_tags_for_resource", {}),
        ("tag_resource", {"Tags": [{"Key": "a", "Value": "1"}]}),
        ("untag_resource", {"TagKeys": ["a"]}),
    ],
)
def test_tags_of_what_is_not_there(cloudwatch: Any, operation: str, more: dict[str, Any]) -> None:
    assert error_of(getattr(cloudwatch, operation), ResourceARN=ARN, **more)[0] == "ResourceNotFoundException"


# Other ways to speak to it


def query(local_aws: LocalAws, **form: str) -> requests.Response:
    """The older query protocol, which current botocore does not use any more."""
    scope = "Credential=testing/20261122/eu-west-1/monitoring/aws4_request"
    headers = {"Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0"}
    return requests.post(local_aws.url, data={"Version": "2010-08-01", **form}, headers=headers, timeout=PATIENCE)


def test_the_query_protocol(cloudwatch: Any, local_aws: LocalAws) -> None:
    fields = {key: str(value) for key, value in ALARM.items()}
    created = query(
        local_aws, Action="PutMetricAlarm", **fields, **{"AlarmActions.member.1": "arn:aws:sns:eu-west-1:1:x"}
    )
    assert created.status_code == 200
    data = {"MetricData.member.1.MetricName": "Reputation.BounceRate", "MetricData.member.1.Value": "0.06"}
    assert query(local_aws, Action="PutMetricData", Namespace="AWS/SES", **data).status_code == 200
    shown = query(local_aws, Action="DescribeAlarms").text
    assert "<StateValue>ALARM</StateValue>" in shown
    assert "<Threshold>0.045</Threshold>" in shown
    missing = query(local_aws, Action="SetAlarmState", AlarmName="x", StateValue="OK", StateReason="x")
    assert missing.status_code == 404
    assert "<Code>ResourceNotFound</Code>" in missing.text
    assert state(cloudwatch) == "ALARM"


def test_the_aws_cli(cloudwatch: Any, local_aws: LocalAws) -> None:
    cloudwatch.put_metric_alarm(**ALARM)
    command = "cloudwatch set-alarm-state --alarm-name bounce --state-value ALARM --state-reason drill"
    environment = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_REGION": "eu-west-1"}
    place = ["--endpoint-url", local_aws.url, "--region", "eu-west-1"]
    subprocess.run(
        [sys.executable, "-m", "awscli", *command.split(), *place], check=True, env=environment, timeout=PATIENCE
    )
    assert state(cloudwatch) == "ALARM"
