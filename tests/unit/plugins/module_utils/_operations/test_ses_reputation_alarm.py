# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reputation alarms in an account: created, mended, purged, and not touched if they are somebody else's."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._operations import ses_reputation_alarm
from ansible_collections.mailops.ses.plugins.module_utils._resources.alarm import PLAIN, Alarms, MetricAlarm, to_state
from botocore.stub import Stubber

from tests.unit.plugins.target import Target, actions, validated, writes

HERE = "eu-west-1:123456789012"
TRIP = f"arn:aws:sns:{HERE}:ses-pause-trip"
NOTIFY = f"arn:aws:sns:{HERE}:ses-pause-notify"
NAME = "ses-pause-bounce-pause"
ARN = f"arn:aws:cloudwatch:{HERE}:alarm:{NAME}"
FOUR: list[dict[str, Any]] = [
    {"metric": metric, "tier": tier} for metric in ("bounce_rate", "complaint_rate") for tier in ("warn", "pause")
]
# What DescribeAlarms tells and PutMetricAlarm does not take.
READ_ONLY = ("AlarmArn", "StateValue", "StateReason", "StateReasonData", "EvaluationState")


@pytest.fixture(autouse=True)
def _topics(aws: Callable[..., Any]) -> None:
    for name in ("ses-pause-trip", "ses-pause-notify"):
        aws("sns").create_topic(Name=name)


@pytest.fixture
def cloudwatch(aws: Callable[..., Any]) -> Any:
    return aws("cloudwatch")


def names(cloudwatch: Any) -> list[str]:
    return sorted(alarm["AlarmName"] for alarm in cloudwatch.describe_alarms()["MetricAlarms"])


def read(cloudwatch: Any, name: str = NAME) -> dict[str, Any]:
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return alarm


def configuration(alarm: dict[str, Any]) -> dict[str, Any]:
    """What PutMetricAlarm takes."""
    return {key: value for key, value in alarm.items() if key not in READ_ONLY and "Timestamp" not in key}


def put(cloudwatch: Any, without: str = "", **changes: Any) -> None:
    """Changes our alarm by hand, as the console does: everything else stays."""
    alarm = configuration(read(cloudwatch))
    alarm.pop(without, None)
    cloudwatch.put_metric_alarm(**{**alarm, **changes})


def tags(cloudwatch: Any, arn: str = ARN) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"]}


# Twelve steps


def test_create_change_delete(target: Target, cloudwatch: Any) -> None:
    result = target.converge(ses_reputation_alarm, metric="bounce_rate", tags={"team": "mail"})
    assert actions(result) == {f"CloudWatch alarm {NAME}": "create"}
    assert configuration(read(cloudwatch)) == {
        "AlarmName": NAME,
        "AlarmDescription": "Pauses sending of the account at a bounce rate of 4.5 %. Managed by mailops.ses.",
        "Namespace": "AWS/SES",
        "MetricName": "Reputation.BounceRate",
        "Dimensions": [],
        "Statistic": "Average",
        "Period": 300,
        "EvaluationPeriods": 1,
        "DatapointsToAlarm": 1,
        "Threshold": 0.045,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "ignore",
        "ActionsEnabled": True,
        "AlarmActions": [NOTIFY, TRIP],
        "OKActions": [],
        "InsufficientDataActions": [],
    }
    assert tags(cloudwatch) == {"ses-pause:guard": "ses-pause", "team": "mail"}

    result = target.converge(ses_reputation_alarm, metric="bounce_rate", threshold=0.04, tags={"team": "ops"})
    assert actions(result) == {f"CloudWatch alarm {NAME}": ["description", "tags", "threshold"]}
    assert read(cloudwatch)["Threshold"] == 0.04
    assert tags(cloudwatch) == {"ses-pause:guard": "ses-pause", "team": "ops"}

    result = target.converge(ses_reputation_alarm, metric="bounce_rate", state="absent")
    assert actions(result) == {f"CloudWatch alarm {NAME}": "delete"}
    assert names(cloudwatch) == []


def test_the_result_tells_about_each_alarm(target: Target) -> None:
    result = target.converge(ses_reputation_alarm, alarms=[{"metric": "bounce_rate", "configuration_set": "news"}])
    assert result["alarms"] == [
        {
            "kind": "CloudWatch alarm",
            "name": f"{NAME}-news",
            "action": "create",
            "changes": [],
            "arn": f"{ARN}-news",
            "metric": "bounce_rate",
            "tier": "pause",
            "configuration_set": "news",
            "threshold": 0.045,
            "actions_enabled": True,
            "state": "INSUFFICIENT_DATA",
        }
    ]


def test_the_result_tells_the_state_of_an_alarm_that_exists(target: Target, cloudwatch: Any) -> None:
    target.run(ses_reputation_alarm, metric="bounce_rate")
    cloudwatch.set_alarm_state(AlarmName=NAME, StateValue="OK", StateReason="test")
    (alarm,) = target.run(ses_reputation_alarm, metric="bounce_rate")["alarms"]
    assert (alarm["action"], alarm["state"]) == ("none", "OK")


def test_an_alarm_on_a_set_has_the_dimension_by_which_the_function_knows_the_set(
    target: Target, cloudwatch: Any
) -> None:
    target.run(ses_reputation_alarm, metric="complaint_rate", configuration_set="news")
    alarm = read(cloudwatch, "ses-pause-complaint-pause-news")
    assert alarm["Dimensions"] == [{"Name": "ses:configuration-set", "Value": "news"}]
    assert alarm["AlarmDescription"].startswith("Pauses sending of the configuration set news at a complaint rate of")


def test_a_warning_does_not_trip(target: Target, cloudwatch: Any) -> None:
    target.run(ses_reputation_alarm, metric="bounce_rate", tier="warn")
    alarm = read(cloudwatch, "ses-pause-bounce-warn")
    assert alarm["AlarmActions"] == [NOTIFY]
    assert alarm["AlarmDescription"].startswith("Warns about sending of the account at a bounce rate of 3 %.")


def test_a_description_of_ones_own(target: Target, cloudwatch: Any) -> None:
    target.converge(ses_reputation_alarm, metric="bounce_rate", description="Ask Ann.")
    assert read(cloudwatch)["AlarmDescription"] == "Ask Ann."


def test_a_run_without_a_change_makes_these_calls_and_no_more(target: Target) -> None:
    target.run(ses_reputation_alarm, alarms=FOUR)
    with target.recorded() as calls:
        target.run(ses_reputation_alarm, alarms=FOUR)
    expected = {
        "sts:GetCallerIdentity": 1,
        "cloudwatch:DescribeAlarms": 1,
        "resourcegroupstaggingapi:GetResources": 1,
    }
    assert calls == expected
    with target.recorded() as calls:
        target.run(ses_reputation_alarm, alarms=FOUR, purge=True)
    assert calls == expected


def test_many_alarms_are_read_a_hundred_at_a_time(target: Target) -> None:
    alarms = [{"metric": "bounce_rate", "configuration_set": f"set-{n}"} for n in range(101)]
    with target.recorded() as calls:
        target.check(ses_reputation_alarm, alarms=alarms)
        result = target.run(ses_reputation_alarm, alarms=alarms)
    assert len(actions(result)) == 101
    with target.recorded() as calls:
        assert not target.run(ses_reputation_alarm, alarms=alarms)["changed"]
    assert calls["cloudwatch:DescribeAlarms"] == 2


# Drift

DRIFT: dict[str, tuple[Callable[[Any], Any], list[str] | str]] = {
    "deleted": (lambda cw: cw.delete_alarms(AlarmNames=[NAME]), "create"),
    "actions off": (lambda cw: cw.disable_alarm_actions(AlarmNames=[NAME]), ["actions_enabled"]),
    "threshold": (lambda cw: put(cw, Threshold=0.5), ["threshold"]),
    "period": (lambda cw: put(cw, Period=3600), ["period"]),
    "datapoints": (
        lambda cw: put(cw, EvaluationPeriods=3, DatapointsToAlarm=2),
        ["datapoints_to_alarm", "evaluation_periods"],
    ),
    "statistic": (lambda cw: put(cw, Statistic="Maximum"), ["statistic"]),
    "percentile": (lambda cw: put(cw, "Statistic", ExtendedStatistic="p10"), ["statistic"]),
    "comparison": (
        lambda cw: put(cw, ComparisonOperator="LessThanThreshold"),
        ["comparison_operator"],
    ),
    "missing data": (lambda cw: put(cw, TreatMissingData="notBreaching"), ["treat_missing_data"]),
    "missing data unsaid": (lambda cw: put(cw, "TreatMissingData"), ["treat_missing_data"]),
    "trip removed": (lambda cw: put(cw, AlarmActions=[NOTIFY]), ["alarm_actions"]),
    "all actions removed": (lambda cw: put(cw, "AlarmActions"), ["alarm_actions"]),
    "told when OK": (lambda cw: put(cw, OKActions=[NOTIFY]), ["ok_actions"]),
    "told without data": (lambda cw: put(cw, InsufficientDataActions=[NOTIFY]), ["insufficient_data_actions"]),
    "another scope": (
        lambda cw: put(cw, Dimensions=[{"Name": "ses:configuration-set", "Value": "news"}]),
        ["dimensions"],
    ),
    "another metric": (lambda cw: put(cw, MetricName="Reputation.ComplaintRate"), ["metric_name"]),
    "another namespace": (lambda cw: put(cw, Namespace="AWS/SQS"), ["namespace"]),
    "a unit": (lambda cw: put(cw, Unit="Percent"), ["unit"]),
    "description": (lambda cw: put(cw, AlarmDescription="mailops.ses, but mine"), ["description"]),
    "tag lost": (lambda cw: cw.untag_resource(ResourceARN=ARN, TagKeys=["ses-pause:guard"]), ["tags"]),
    "our tag changed": (lambda cw: cw.tag_resource(ResourceARN=ARN, Tags=[{"Key": "team", "Value": "x"}]), ["tags"]),
}


@pytest.mark.parametrize("what", DRIFT)
def test_a_change_by_hand_is_seen_and_repaired(target: Target, cloudwatch: Any, what: str) -> None:
    change, expected = DRIFT[what]
    options = {"alarms": FOUR[:2], "tags": {"team": "mail"}}
    target.run(ses_reputation_alarm, **options)
    good = configuration(read(cloudwatch))
    change(cloudwatch)
    planned = target.check(ses_reputation_alarm, **options)
    assert actions(planned) == {f"CloudWatch alarm {NAME}": expected}
    assert target.run(ses_reputation_alarm, **options) == planned
    assert not target.run(ses_reputation_alarm, **options)["changed"]
    assert configuration(read(cloudwatch)) == good
    assert tags(cloudwatch) == {"ses-pause:guard": "ses-pause", "team": "mail"}


def test_an_alarm_on_metric_math_is_made_a_plain_one(target: Target, cloudwatch: Any) -> None:
    target.run(ses_reputation_alarm, metric="bounce_rate")
    metric = {"Namespace": "AWS/SES", "MetricName": "Reputation.BounceRate"}
    cloudwatch.put_metric_alarm(
        AlarmName=NAME,
        AlarmDescription="mailops.ses",
        Metrics=[
            {"Id": "a", "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Average"}, "ReturnData": False},
            {"Id": "b", "Expression": "a * 0", "ReturnData": True},
        ],
        EvaluationPeriods=1,
        Threshold=0.045,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
    )
    changes = actions(target.converge(ses_reputation_alarm, metric="bounce_rate"))[f"CloudWatch alarm {NAME}"]
    assert {"metric_name", "namespace", "period", "statistic"} < set(changes)
    assert read(cloudwatch)["MetricName"] == "Reputation.BounceRate"


def test_the_guards_memory_and_foreign_tags_are_left_alone(target: Target, cloudwatch: Any) -> None:
    target.run(ses_reputation_alarm, metric="bounce_rate")
    more = {"ses-pause:paused-at": "2026-11-22T10:00:00+00:00", "owner": "ann"}
    cloudwatch.tag_resource(ResourceARN=ARN, Tags=[{"Key": key, "Value": value} for key, value in more.items()])
    assert not target.check(ses_reputation_alarm, metric="bounce_rate")["changed"]
    target.converge(ses_reputation_alarm, metric="bounce_rate", threshold=0.04, tags={"team": "mail"})
    assert tags(cloudwatch) == {**more, "team": "mail", "ses-pause:guard": "ses-pause"}


# Purge


def test_purge_removes_the_guards_other_reputation_alarms_only(target: Target, cloudwatch: Any) -> None:
    target.run(ses_reputation_alarm, alarms=[*FOUR, {"metric": "bounce_rate", "configuration_set": "news"}])
    # Another guard whose name begins with this one's, its own alarm on a failure, and somebody's.
    target.run(ses_reputation_alarm, name="ses-pause-2", metric="bounce_rate", alarm_actions=[])
    metric = {"EvaluationPeriods": 1, "Period": 60, "Statistic": "Sum", "Threshold": 1.0}
    metric["ComparisonOperator"] = "GreaterThanOrEqualToThreshold"
    ours = [{"Key": "ses-pause:guard", "Value": "ses-pause"}]
    cloudwatch.put_metric_alarm(
        AlarmName="ses-pause-function-errors", Namespace="AWS/Lambda", MetricName="Errors", Tags=ours, **metric
    )
    cloudwatch.put_metric_alarm(
        AlarmName="ses-pause-foreign", Namespace="AWS/SES", MetricName="Reputation.BounceRate", **metric
    )
    before = names(cloudwatch)

    result = target.converge(ses_reputation_alarm, alarms=FOUR[:2], purge=True)
    account, of_a_set = ["ses-pause-complaint-pause", "ses-pause-complaint-warn"], ["ses-pause-bounce-pause-news"]
    assert actions(result) == {f"CloudWatch alarm {name}": "delete" for name in account}
    assert result["configuration_sets"]["deleted"] == of_a_set
    gone = account + of_a_set
    assert names(cloudwatch) == [name for name in before if name not in gone]
    purged = [alarm for alarm in result["alarms"] if alarm["action"] == "delete"]
    assert {(alarm["metric"], alarm["tier"]) for alarm in purged} == {(None, None)}
    assert len(purged) == len(account)

    result = target.converge(ses_reputation_alarm, alarms=[], purge=True)
    assert sorted(actions(result).values()) == ["delete", "delete"]
    assert names(cloudwatch) == ["ses-pause-2-bounce-pause", "ses-pause-foreign", "ses-pause-function-errors"]


def test_without_purge_other_alarms_stay(target: Target, cloudwatch: Any) -> None:
    target.run(ses_reputation_alarm, alarms=FOUR)
    assert not target.run(ses_reputation_alarm, alarms=FOUR[:1])["changed"]
    assert not target.run(ses_reputation_alarm, alarms=[])["changed"]
    assert len(names(cloudwatch)) == 4


def test_absent_removes_only_what_is_named(target: Target, cloudwatch: Any) -> None:
    target.run(ses_reputation_alarm, alarms=FOUR)
    target.converge(ses_reputation_alarm, alarms=FOUR[:2], state="absent")
    assert names(cloudwatch) == ["ses-pause-complaint-pause", "ses-pause-complaint-warn"]
    target.converge(ses_reputation_alarm, alarms=FOUR[:3], state="absent", purge=True)
    assert names(cloudwatch) == []


# Whose alarm


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize("owner", [[], [{"Key": "ses-pause:guard", "Value": "ses-pause-2"}]])
def test_an_alarm_of_somebody_else_is_not_touched(
    target: Target, cloudwatch: Any, state: str, owner: list[dict[str, str]]
) -> None:
    cloudwatch.put_metric_alarm(
        AlarmName=NAME,
        Namespace="AWS/SES",
        MetricName="Reputation.BounceRate",
        EvaluationPeriods=1,
        Period=60,
        Statistic="Sum",
        Threshold=1.0,
        ComparisonOperator="GreaterThanThreshold",
        Tags=owner,
    )
    with target.recorded() as calls, pytest.raises(SesError) as caught:
        target.run(ses_reputation_alarm, alarms=FOUR, state=state)
    assert caught.value.details == {"foreign": [f"CloudWatch alarm {NAME}"]}
    assert "Nothing was written" in caught.value.message
    assert not writes(calls)
    assert names(cloudwatch) == [NAME]


# Topics


def test_a_topic_that_does_not_exist_is_named_and_nothing_is_written(target: Target, aws: Callable[..., Any]) -> None:
    aws("sns").delete_topic(TopicArn=TRIP)
    # In check mode it may be one that an earlier task would make.
    assert target.check(ses_reputation_alarm, metric="bounce_rate")["changed"]
    with target.recorded() as calls, pytest.raises(SesError) as caught:
        target.run(ses_reputation_alarm, metric="bounce_rate")
    assert caught.value.message == (
        f"alarm_actions: the topic {TRIP} does not exist. Run ses_pause_function first, or correct it."
    )
    assert not writes(calls)


@pytest.mark.parametrize("option", ["alarm_actions", "ok_actions", "insufficient_data_actions"])
def test_a_topic_under_the_key_that_cloudwatch_cannot_use(target: Target, aws: Callable[..., Any], option: str) -> None:
    arn = aws("sns").create_topic(Name="silent", Attributes={"KmsMasterKeyId": "alias/aws/sns"})["TopicArn"]
    for check_mode in (True, False):
        with target.recorded() as calls, pytest.raises(SesError) as caught:
            target.run(ses_reputation_alarm, check_mode, metric="bounce_rate", **{option: [arn]})
        assert caught.value.message == (
            f"{option}: the topic {arn} is encrypted with alias/aws/sns. CloudWatch cannot publish there, and nothing "
            "would say so. Use a customer-managed key whose policy allows cloudwatch.amazonaws.com "
            "kms:GenerateDataKey* and kms:Decrypt, or no key."
        )
        assert not writes(calls)


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:sns:us-east-1:123456789012:elsewhere",
        "arn:aws:sns:eu-west-1:210987654321:theirs",
        "arn:aws:lambda:eu-west-1:123456789012:function:x",
    ],
)
def test_what_cannot_be_seen_from_here_is_taken_as_given(target: Target, cloudwatch: Any, arn: str) -> None:
    target.converge(ses_reputation_alarm, metric="bounce_rate", alarm_actions=[arn])
    assert read(cloudwatch)["AlarmActions"] == [arn]


def test_topics_are_looked_at_only_where_actions_change(target: Target) -> None:
    target.run(ses_reputation_alarm, metric="bounce_rate")
    with target.recorded() as calls:
        target.run(ses_reputation_alarm, metric="bounce_rate", threshold=0.04)
    assert "sns:GetTopicAttributes" not in calls


@pytest.mark.parametrize(("code", "is_fatal"), [("AuthorizationError", False), ("InternalError", True)])
def test_a_topic_that_may_not_be_read_is_taken_as_given(
    offline: Any, stubbed: Callable[[str], Stubber], code: str, is_fatal: bool
) -> None:
    cloudwatch, sns = stubbed("cloudwatch"), stubbed("sns")
    cloudwatch.add_response("describe_alarms", {"MetricAlarms": []})
    sns.add_client_error("get_topic_attributes", code, "No.")
    if not is_fatal:
        cloudwatch.add_response("put_metric_alarm", {})
    params = validated(ses_reputation_alarm, metric="bounce_rate", alarm_actions=[NOTIFY])
    if is_fatal:
        with pytest.raises(SesError, match="InternalError"):
            ses_reputation_alarm.run(offline, params, False)
    else:
        assert ses_reputation_alarm.run(offline, params, False)["changed"]


def test_a_deleted_alarm_is_not_read_as_foreign(offline: Any, stubbed: Callable[[str], Stubber]) -> None:
    """Deleted between the two reads."""
    stub = stubbed("cloudwatch")
    alarm = {"AlarmName": NAME, "AlarmArn": ARN, "StateValue": "OK", "EvaluationPeriods": 1}
    stub.add_response("describe_alarms", {"MetricAlarms": [alarm]})
    stub.add_client_error("list_tags_for_resource", "ResourceNotFoundException", "gone")
    assert MetricAlarm(NAME, None, Alarms([NAME])).read_whole(offline) is None


def test_what_delays_an_alarm_is_seen() -> None:
    """Settings that the local AWS does not know, by botocore's model of DescribeAlarms."""
    alarm: dict[str, Any] = {"AlarmName": NAME, "AlarmArn": ARN, "StateValue": "OK", "EvaluationPeriods": 1}
    assert {key: to_state(alarm).state[key] for key in PLAIN} == PLAIN
    assert to_state({**alarm, "EvaluationWindow": {"SlidingWindow": {}}}).state["wall_clock_window"] is None
    daily = {"WallClockWindow": {"Timezone": "UTC"}}
    assert to_state({**alarm, "EvaluationWindow": daily}).state["wall_clock_window"] == {"Timezone": "UTC"}
    warm_up = {"WarmUpPeriodDurationInMinutes": 60}
    assert to_state({**alarm, "WarmUpConfiguration": warm_up}).state["warm_up_minutes"] == 60


def test_the_diff_can_be_shown(target: Target) -> None:
    diff = target.check(ses_reputation_alarm, alarms=FOUR)["diff"]
    assert json.loads(json.dumps(diff)) == diff
