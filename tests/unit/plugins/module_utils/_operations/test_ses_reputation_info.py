# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The whole picture of one target."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import AwsCallError, SesError
from ansible_collections.mailops.ses.plugins.module_utils._guard.package import build, sha256
from ansible_collections.mailops.ses.plugins.module_utils._operations import (
    ses_pause_function,
    ses_reputation_alarm,
    ses_reputation_info,
    ses_sending_enabled,
)
from botocore.stub import Stubber

from tests.unit.plugins.module_utils._ses.test_rates import publish
from tests.unit.plugins.target import ACCOUNT, CODE, ONE_ATTEMPT, REGION, Target, validated, writes

Client = Callable[..., Any]

HERE = f"{REGION}:{ACCOUNT}"
EMAIL = {"protocol": "email", "endpoint": "ops@example.com"}
SMS = {"protocol": "sms", "endpoint": "+12065550100"}


@pytest.fixture
def guard(target: Target) -> None:
    target.run(ses_pause_function, code=CODE, subscriptions=[EMAIL, SMS])
    target.run(
        ses_reputation_alarm,
        alarms=[{"metric": "bounce_rate"}, {"metric": "complaint_rate", "configuration_set": "news"}],
    )


def test_of_an_empty_account_every_key_is_there(target: Target) -> None:
    result = target.check(ses_reputation_info)
    assert result == {
        "changed": False,
        "account": {
            "id": ACCOUNT,
            "region": REGION,
            "partition": "aws",
            "sending_enabled": True,
            "enforcement_status": "HEALTHY",
            "production_access": True,
            "max_24_hour_send": 50000.0,
            "max_send_rate": 14.0,
            "sent_last_24_hours": 0.0,
        },
        "rates": [{"configuration_set": None, "bounce_rate": None, "complaint_rate": None}],
        "alarms": [],
        "last_drill": None,
        "sending": {"state": "sending", "who": None, "reason": None, "since": None, "configuration_sets": []},
        "health": [
            {
                "check": "deployed",
                "severity": "error",
                "what": "There is no guard: nothing pauses this account.",
                "remedy": "Run ansible-playbook mailops.ses.site --limit TARGET.",
            }
        ],
        "guard": {
            "deployed": False,
            "function": None,
            "trip_topic_arn": None,
            "notify_topic_arn": None,
            "function_alarms": [],
            "failed_events": None,
            "sweep": None,
            "subscriptions": [],
            "pending_subscriptions": [],
        },
        "configuration_sets": [],
        "tenants": [],
    }


@pytest.mark.usefixtures("guard")
def test_what_is_gathered_shows_all_of_a_guard(target: Target, aws: Client, control: Callable[..., Any]) -> None:
    aws("sesv2").create_configuration_set(ConfigurationSetName="news")
    aws("sesv2").create_tenant(TenantName="acme")
    control("ses", region=REGION, production_access=False, sent_last_24_hours=1234)
    target.run(ses_sending_enabled, enabled=False)
    publish(aws, "BounceRate", 0.02)
    publish(aws, "ComplaintRate", 0.0002, "news")
    url = aws("sqs").get_queue_url(QueueName="ses-pause-failures")["QueueUrl"]
    aws("sqs").send_message(QueueUrl=url, MessageBody="{}")

    with target.recorded() as calls:
        result = target.run(ses_reputation_info, configuration_sets=["news"], tenants=["acme"])
    assert not writes(calls)
    account = result["account"]
    assert (account["sending_enabled"], account["production_access"]) == (False, False)
    assert account["sent_last_24_hours"] == 1234.0
    assert result["configuration_sets"] == [{"name": "news", "sending_enabled": True}]
    assert result["tenants"] == [
        {"name": "acme", "sending_enabled": True, "sending_status": "ENABLED", "disabled_by_aws": False}
    ]
    of_account, of_set = result["rates"]
    assert (of_account["configuration_set"], of_set["configuration_set"]) == (None, "news")
    assert of_account["bounce_rate"]["value"] == 0.02
    assert of_account["complaint_rate"] is of_set["bounce_rate"] is None
    assert of_set["complaint_rate"]["value"] == 0.0002
    assert result["guard"] == {
        "deployed": True,
        "function": {"state": "Active", "code_sha256": sha256(build(CODE))},
        "trip_topic_arn": f"arn:aws:sns:{HERE}:ses-pause-trip",
        "notify_topic_arn": f"arn:aws:sns:{HERE}:ses-pause-notify",
        "function_alarms": ["ses-pause-failure-queue"],
        "failed_events": 1,
        "sweep": {"schedule": "rate(15 minutes)", "enabled": True},
        "subscriptions": ["email ops@example.com", "sms +12065550100"],
        "pending_subscriptions": ["email ops@example.com"],
    }


@pytest.mark.usefixtures("guard")
def test_alarms_with_what_the_guard_remembers_on_them(target: Target, aws: Client) -> None:
    arn = f"arn:aws:cloudwatch:{HERE}:alarm:ses-pause-bounce-pause"
    tags = {"ses-pause:paused-at": "2026-11-22T10:00:00+00:00", "owner": "ann"}
    aws("cloudwatch").tag_resource(ResourceARN=arn, Tags=[{"Key": key, "Value": value} for key, value in tags.items()])
    aws("cloudwatch").set_alarm_state(AlarmName="ses-pause-bounce-pause", StateValue="OK", StateReason="a test")
    alarm, of_set = target.run(ses_reputation_info, gather=["alarms"])["alarms"]
    assert alarm.pop("since").startswith("20")
    assert alarm == {
        "name": "ses-pause-bounce-pause",
        "metric": "bounce_rate",
        "tier": "pause",
        "configuration_set": None,
        "threshold": 0.045,
        "state": "OK",
        "reason": "a test",
        "actions_enabled": True,
        "alarm_actions": [f"arn:aws:sns:{HERE}:ses-pause-{topic}" for topic in ("notify", "trip")],
        "memory": {"guard": "ses-pause", "paused-at": "2026-11-22T10:00:00+00:00"},
    }
    assert (of_set["metric"], of_set["configuration_set"]) == ("complaint_rate", "news")


@pytest.mark.usefixtures("guard")
def test_a_note_from_the_future_does_not_hide_whose_the_pause_is(target: Target, aws: Client) -> None:
    arn = f"arn:aws:cloudwatch:{HERE}:alarm:ses-pause-bounce-pause"
    tags = {"ses-pause:paused-at": "2020-01-01T10:00:00+00:00", "ses-pause:resumed-at": "2999-01-01T00:00:00+00:00"}
    aws("cloudwatch").tag_resource(ResourceARN=arn, Tags=[{"Key": key, "Value": value} for key, value in tags.items()])
    aws("sesv2").put_account_sending_attributes(SendingEnabled=False)
    result = target.run(ses_reputation_info, gather=["account", "alarms"])
    assert result["sending"]["state"] == "paused_by_guard"
    assert result["alarms"][0]["memory"]["resumed-at"] == tags["ses-pause:resumed-at"]


@pytest.mark.usefixtures("guard")
def test_alarms_of_another_guard_and_of_the_machinery_are_not_shown(target: Target, aws: Client) -> None:
    target.run(ses_reputation_alarm, name="ses-pause-2", metric="bounce_rate", alarm_actions=[])
    shown = [alarm["name"] for alarm in target.run(ses_reputation_info, gather=["alarms"])["alarms"]]
    assert shown == ["ses-pause-bounce-pause", "ses-pause-complaint-pause-news"]
    # One that has lost its tag is still ours to tell about.
    arn = f"arn:aws:cloudwatch:{HERE}:alarm:ses-pause-bounce-pause"
    aws("cloudwatch").untag_resource(ResourceARN=arn, TagKeys=["ses-pause:guard"])
    assert [alarm["name"] for alarm in target.run(ses_reputation_info, gather=["alarms"])["alarms"]] == shown
    (other,) = target.run(ses_reputation_info, gather=["alarms"], name="ses-pause-2")["alarms"]
    assert other["name"] == "ses-pause-2-bounce-pause"


@pytest.mark.parametrize(
    ("gather", "expected"),
    [
        (["account"], {"sesv2:GetAccount": 1, "sts:GetCallerIdentity": 1}),
        (["rates"], {"cloudwatch:GetMetricData": 1}),
        (["alarms"], {"cloudwatch:DescribeAlarms": 1, "cloudwatch:ListTagsForResource": 1}),
        ([], {}),
    ],
)
@pytest.mark.usefixtures("guard")
def test_only_what_is_asked_for_is_read(target: Target, gather: list[str], expected: dict[str, int]) -> None:
    with target.recorded() as calls:
        result = target.run(ses_reputation_info, gather=gather)
    assert calls == expected
    more = {"last_drill"} if "alarms" in gather else set()
    assert set(result) == {"changed", "configuration_sets", "tenants", *gather, *more}


@pytest.mark.usefixtures("guard")
def test_a_tripped_set_is_looked_at_and_one_that_is_gone_sends_nothing(target: Target, aws: Client) -> None:
    aws("cloudwatch").set_alarm_state(
        AlarmName="ses-pause-complaint-pause-news", StateValue="ALARM", StateReason="a test"
    )
    assert target.run(ses_reputation_info, gather=["account", "alarms"])["sending"]["configuration_sets"] == []
    aws("sesv2").create_configuration_set(ConfigurationSetName="news")
    result = target.run(ses_reputation_info)
    (news,) = result["sending"]["configuration_sets"]
    assert (news["name"], news["state"]) == ("news", "sending")
    assert "disarmed" in [found["check"] for found in result["health"]]


@pytest.mark.usefixtures("guard")
def test_history_is_read_with_no_more_than_asked_for(target: Target, aws: Client) -> None:
    publish(aws, "BounceRate", 0.02)
    aws("cloudwatch").set_alarm_state(
        AlarmName="ses-pause-bounce-pause", StateValue="INSUFFICIENT_DATA", StateReason="a test"
    )
    with target.recorded() as calls:
        result = target.run(ses_reputation_info, gather=["history"])
    assert not writes(calls)
    assert set(result) == {"changed", "configuration_sets", "tenants", "history"}
    history = result["history"]
    ((at, value),) = history["rates"]["bounce_rate"]
    assert (history["since"] < at <= history["until"], value) == (True, 0.02)
    assert history["rates"]["complaint_rate"] == []
    newest, oldest = history["alarms"][0], history["alarms"][-1]
    assert (newest["alarm"], newest["from"], newest["to"], newest["reason"]) == (
        "ses-pause-bounce-pause",
        "OK",
        "INSUFFICIENT_DATA",
        "a test",
    )
    assert oldest["at"] <= newest["at"]
    assert [entry["configuration_set"] for entry in history["sets"]] == ["news"]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("HEALTHY", None),
        ("PROBATION", "AWS reviews this account for its reputation (PROBATION). Read its message in the AWS Support"),
        ("SHUTDOWN", "AWS itself has paused sending (SHUTDOWN). No API call lifts that: answer in the AWS Support"),
    ],
)
def test_what_aws_makes_of_the_account(
    target: Target, control: Callable[..., Any], status: str, words: str | None
) -> None:
    control("ses", region=REGION, enforcement_status=status)
    result = target.run(ses_reputation_info, gather=["account"])
    assert result["account"]["enforcement_status"] == status
    if words is None:
        assert "warnings" not in result
    else:
        assert result["warnings"][0].startswith(f"Account {ACCOUNT}, Region {REGION}: {words}")


# Which alarms would pause at once


def test_planned_alarms_are_checked_as_the_module_of_alarms_does(target: Target) -> None:
    with pytest.raises(SesError, match="looks like a percentage"):
        target.run(ses_reputation_info, alarms=[{"metric": "bounce_rate", "threshold": 4.5}])


def test_planned_alarms_that_would_trip(target: Target, aws: Client) -> None:
    publish(aws, "BounceRate", 0.06)
    publish(aws, "BounceRate", 0.06, "news")
    planned: list[dict[str, Any]] = [
        {"metric": "bounce_rate"},
        {"metric": "bounce_rate", "tier": "warn"},
        {"metric": "complaint_rate"},
        {"metric": "bounce_rate", "configuration_set": "news", "threshold": 0.07},
        {"metric": "bounce_rate", "configuration_set": "offers"},
    ]
    with target.recorded() as calls:
        (tripping,) = target.run(ses_reputation_info, gather=[], alarms=planned)["would_trip"]
    assert (tripping["alarm_name"], tripping["rate"]) == ("ses-pause-bounce-pause", 0.06)
    assert calls == {"cloudwatch:GetMetricData": 1, "cloudwatch:DescribeAlarms": 1}
    assert target.run(ses_reputation_info, gather=[], alarms=[])["would_trip"] == []


def test_an_armed_alarm_that_has_acted_does_not_trip_again(target: Target, aws: Client) -> None:
    target.run(ses_reputation_alarm, metric="bounce_rate", alarm_actions=[])
    publish(aws, "BounceRate", 0.06)
    (alarm,) = aws("cloudwatch").describe_alarms()["MetricAlarms"]
    assert alarm["StateValue"] == "ALARM"
    for gather in ([], ["alarms"]):
        assert target.run(ses_reputation_info, gather=gather, alarms=[{"metric": "bounce_rate"}])["would_trip"] == []


# What does not exist, and what does not answer


def test_a_set_or_tenant_that_does_not_exist_is_named(target: Target) -> None:
    with pytest.raises(SesError, match="configuration set nwes"):
        target.run(ses_reputation_info, gather=[], configuration_sets=["nwes"])
    with pytest.raises(SesError, match="tenant amce"):
        target.run(ses_reputation_info, gather=[], tenants=["amce"])


def test_a_region_that_does_not_answer_comes_with_those_that_have_ses() -> None:
    nowhere = Target("http://127.0.0.1:9", region="eu-middle-7", aws_config=ONE_ATTEMPT)
    with pytest.raises(SesError) as caught:
        nowhere.run(ses_reputation_info, gather=["account"])
    assert "ses:GetAccount failed for the account's sending in Region eu-middle-7" in caught.value.message
    assert "botocore knows SES in these Regions: " in caught.value.message
    assert "us-east-1" in caught.value.message


def test_another_error_of_the_account_is_told_as_it_is(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    stubbed("sesv2").add_client_error("get_account", "AccessDeniedException")
    with pytest.raises(AwsCallError) as caught:
        ses_reputation_info.run(offline, validated(ses_reputation_info), True)
    assert caught.value.message.endswith("Allow ses:GetAccount to the identity that runs this, and run again.")


# Identities


def test_identities_without_a_default_set(target: Target, aws: Client) -> None:
    aws("sesv2").create_configuration_set(ConfigurationSetName="news")
    for name, more in {"a.example": {"ConfigurationSetName": "news"}, "b.example": {}, "c.example": {}}.items():
        aws("sesv2").create_email_identity(EmailIdentity=name, **more)
    assert target.run(ses_reputation_info, gather=["identities"])["identities"] == {
        "total": 3,
        "looked_at": 3,
        "without_default_set": ["b.example", "c.example"],
    }
    some = target.run(ses_reputation_info, gather=["identities"], max_identities=2)["identities"]
    assert some == {"total": 3, "looked_at": 2, "without_default_set": ["b.example"]}
