# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Alarms and metrics of configuration sets: planned at once, written, pruned, and looked at again for few calls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._operations import ses_pause_function, ses_reputation_alarm

from tests.unit.plugins.target import ACCOUNT, CODE, REGION, Target, writes

NAMES = ["alerts", "marketing-a", "marketing-b", "receipts"]
Aws = Callable[..., Any]


@pytest.fixture
def sets(target: Target, control: Callable[..., Any]) -> list[str]:
    control("ses", account=ACCOUNT, region=REGION, create_configuration_sets=NAMES)
    target.run(ses_pause_function, code=CODE)
    return NAMES


@pytest.fixture
def cloudwatch(aws: Aws) -> Any:
    return aws("cloudwatch", region=REGION)


@pytest.fixture
def ses(aws: Aws) -> Any:
    return aws("sesv2", region=REGION)


def names_of(cloudwatch: Any) -> set[str]:
    return {
        alarm["AlarmName"] for alarm in cloudwatch.describe_alarms()["MetricAlarms"] if alarm["Namespace"] == "AWS/SES"
    }


def metrics_on(ses: Any, name: str) -> bool:
    return bool(ses.get_configuration_set(ConfigurationSetName=name)["ReputationOptions"]["ReputationMetricsEnabled"])


def of(*names: str) -> set[str]:
    return {f"ses-pause-{word}-pause-{name}" for name in names for word in ("bounce", "complaint")}


def guard(target: Target, *entries: Any, check_mode: bool = False, **options: Any) -> dict[str, Any]:
    return target.run(ses_reputation_alarm, check_mode, configuration_sets=list(entries), purge=True, **options)


def publish(cloudwatch: Any, name: str, rate: float) -> None:
    cloudwatch.put_metric_data(
        Namespace="AWS/SES",
        MetricData=[
            {
                "MetricName": "Reputation.BounceRate",
                "Dimensions": [{"Name": "ses:configuration-set", "Value": name}],
                "Value": rate,
                "Timestamp": datetime.now(UTC),
            }
        ],
    )


def test_converges_switches_metrics_on_and_settles(target: Target, sets: list[str], cloudwatch: Any, ses: Any) -> None:
    result = target.converge(ses_reputation_alarm, configuration_sets=["marketing-*"], purge=True)
    assert names_of(cloudwatch) == of("marketing-a", "marketing-b")
    assert [name for name in sets if metrics_on(ses, name)] == ["marketing-a", "marketing-b"]
    report = result["configuration_sets"]
    assert report["guarded"] == 2
    assert set(report["created"]) == of("marketing-a", "marketing-b")
    assert report["metrics_on"] == ["marketing-a", "marketing-b"]
    assert result["diff"]["after"]["configuration set marketing-a"] == {"reputation_metrics_enabled": True}


def test_alarms_trip_the_guard_and_carry_its_tag(target: Target, sets: list[str], cloudwatch: Any) -> None:
    guard(target, {"name": "alerts", "bounce_rate_warn": 0.01, "bounce_rate_pause": 0.02})
    alarms = {alarm["AlarmName"]: alarm for alarm in cloudwatch.describe_alarms()["MetricAlarms"]}
    pause, warn = alarms["ses-pause-bounce-pause-alerts"], alarms["ses-pause-bounce-warn-alerts"]
    assert [action.rsplit(":")[-1] for action in pause["AlarmActions"]] == ["ses-pause-notify", "ses-pause-trip"]
    assert [action.rsplit(":")[-1] for action in warn["AlarmActions"]] == ["ses-pause-notify"]
    assert (pause["Threshold"], warn["Threshold"]) == (0.02, 0.01)
    assert pause["Dimensions"] == [{"Name": "ses:configuration-set", "Value": "alerts"}]
    tags = cloudwatch.list_tags_for_resource(ResourceARN=pause["AlarmArn"])["Tags"]
    assert tags == [{"Key": "ses-pause:guard", "Value": "ses-pause"}]


def test_a_run_that_changes_nothing_makes_few_calls(target: Target, sets: list[str]) -> None:
    guard(target, "all")
    with target.recorded() as calls:
        assert not guard(target, "all")["changed"]
    assert dict(calls) == {
        "sts:GetCallerIdentity": 1,
        "sesv2:ListConfigurationSets": 1,
        "cloudwatch:DescribeAlarms": 1,
    }


def test_sets_that_are_gone_or_no_longer_named_lose_their_alarms_and_keep_their_metrics(
    target: Target, sets: list[str], cloudwatch: Any, ses: Any
) -> None:
    guard(target, "all")
    ses.delete_configuration_set(ConfigurationSetName="receipts")
    result = target.converge(ses_reputation_alarm, configuration_sets=["marketing-*", "alerts"], purge=True)
    assert set(result["configuration_sets"]["deleted"]) == of("receipts")
    result = target.converge(ses_reputation_alarm, configuration_sets=["alerts"], purge=True)
    assert set(result["configuration_sets"]["deleted"]) == of("marketing-a", "marketing-b")
    assert names_of(cloudwatch) == of("alerts")
    assert metrics_on(ses, "marketing-a")


def test_only_alarms_of_this_guard_are_pruned(target: Target, sets: list[str], cloudwatch: Any) -> None:
    guard(target, "alerts", name="ses-pause-2", alarm_actions=[])
    guard(target, "alerts")
    guard(target)
    assert names_of(cloudwatch) == {f"ses-pause-2-{word}-pause-alerts" for word in ("bounce", "complaint")}


def test_metrics_of_unguarded_sets_are_switched_off_when_asked(
    target: Target, sets: list[str], cloudwatch: Any, ses: Any
) -> None:
    guard(target, "all")
    publish(cloudwatch, "receipts", 0.0)
    result = guard(target, "alerts", unguarded_metrics="off")
    # In three hours SES has published only one of them: the quick check knows of no other.
    assert result["configuration_sets"]["metrics_off"] == ["receipts"]
    result = guard(target, "alerts", unguarded_metrics="off", check="full")
    assert result["configuration_sets"]["metrics_off"] == ["marketing-a", "marketing-b"]
    assert [name for name in sets if metrics_on(ses, name)] == ["alerts"]


def test_what_ses_publishes_needs_no_switch(target: Target, sets: list[str], cloudwatch: Any, ses: Any) -> None:
    ses.put_configuration_set_reputation_options(ConfigurationSetName="alerts", ReputationMetricsEnabled=True)
    publish(cloudwatch, "alerts", 0.0)
    assert guard(target, "alerts", "receipts")["configuration_sets"]["metrics_on"] == ["receipts"]


def test_drift_on_any_field_is_seen_without_a_look_at_each(target: Target, sets: list[str], cloudwatch: Any) -> None:
    guard(target, "all")
    cloudwatch.disable_alarm_actions(AlarmNames=["ses-pause-bounce-pause-alerts"])
    result = target.converge(ses_reputation_alarm, configuration_sets=["all"], purge=True)
    assert result["configuration_sets"]["updated"] == ["ses-pause-bounce-pause-alerts"]


def test_a_change_of_the_tags_is_seen_by_their_digest(target: Target, sets: list[str], cloudwatch: Any) -> None:
    guard(target, "alerts")
    result = target.converge(ses_reputation_alarm, configuration_sets=["alerts"], purge=True, tags={"team": "mail"})
    assert set(result["configuration_sets"]["updated"]) == of("alerts")
    arn = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:ses-pause-bounce-pause-alerts"
    tags = {tag["Key"]: tag["Value"] for tag in cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"]}
    assert tags == {"ses-pause:guard": "ses-pause", "team": "mail"}


def test_what_only_the_full_check_sees(target: Target, sets: list[str], cloudwatch: Any, ses: Any) -> None:
    guard(target, "alerts")
    arn = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:ses-pause-bounce-pause-alerts"
    cloudwatch.untag_resource(ResourceARN=arn, TagKeys=["ses-pause:guard"])
    ses.put_configuration_set_reputation_options(ConfigurationSetName="alerts", ReputationMetricsEnabled=False)
    assert not guard(target, "alerts")["changed"]
    result = target.converge(ses_reputation_alarm, configuration_sets=["alerts"], purge=True, check="full")
    assert result["configuration_sets"]["updated"] == ["ses-pause-bounce-pause-alerts"]
    assert result["configuration_sets"]["metrics_on"] == ["alerts"]


def test_a_run_that_was_interrupted_is_gone_on_with(
    target: Target, sets: list[str], cloudwatch: Any, ses: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ansible_collections.mailops.ses.plugins.module_utils._resources.alarm import MetricAlarm

    whole = MetricAlarm.create

    def failing(self: MetricAlarm, aws: Any, desired: Any) -> None:
        if self.name.endswith("pause-marketing-b"):
            raise SesError("interrupted")
        whole(self, aws, desired)

    monkeypatch.setattr(MetricAlarm, "create", failing)
    with pytest.raises(SesError, match="interrupted"):
        guard(target, "all")
    monkeypatch.setattr(MetricAlarm, "create", whole)
    guard(target, "all")
    assert names_of(cloudwatch) == of(*sets)
    assert all(metrics_on(ses, name) for name in sets)
    assert not guard(target, "all", check="full")["changed"]


def test_alarms_that_would_pause_at_once_are_refused_before_anything_is_written(
    target: Target, sets: list[str], cloudwatch: Any
) -> None:
    publish(cloudwatch, "receipts", 0.2)
    with target.recorded() as calls, pytest.raises(SesError) as raised:
        guard(target, "all", refuse_trip=True)
    assert not writes(calls)
    assert "ses-pause-bounce-pause-receipts (0.2 >= 0.045)" in raised.value.message
    assert [alarm["alarm_name"] for alarm in raised.value.details["would_trip"]] == ["ses-pause-bounce-pause-receipts"]
    assert guard(target, "all", refuse_trip=True, actions_enabled=False)["changed"]


def test_a_pattern_without_a_match_is_a_warning_and_a_name_an_error(target: Target, sets: list[str]) -> None:
    assert guard(target, "nothing-*")["warnings"] == ["configuration_sets: nothing matches nothing-*."]
    with target.recorded() as calls, pytest.raises(SesError, match="not in SES of this account and Region: nope"):
        guard(target, "all", "nope")
    assert not writes(calls)


def test_names_at_their_limits(target: Target, control: Callable[..., Any], cloudwatch: Any, sets: list[str]) -> None:
    longest = "A-z_0" * 12 + "-Zz9"
    assert len(longest) == 64
    control("ses", account=ACCOUNT, region=REGION, create_configuration_sets=[longest, longest.lower()])
    guard(target, longest, longest.lower(), name="g" * 40, alarm_actions=[])
    found = names_of(cloudwatch)
    assert len(found) == 4
    assert max(map(len, found)) <= 255


def test_many_changes_show_the_first_in_the_diff(
    target: Target, sets: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ansible_collections.mailops.ses.plugins.module_utils._guard import configuration_set_plan

    monkeypatch.setattr(configuration_set_plan, "MAX_DIFF", 2)
    diff = guard(target, "all", check_mode=True)["diff"]
    assert diff["after"]["and"] == "10 more"
    assert len(diff["after"]) == 3


def test_absent_removes_the_alarms_of_the_sets(target: Target, sets: list[str], cloudwatch: Any, ses: Any) -> None:
    guard(target, "all")
    target.converge(ses_reputation_alarm, state="absent", configuration_sets=["marketing-*"])
    assert names_of(cloudwatch) == of("alerts", "receipts")
    assert metrics_on(ses, "marketing-a")
