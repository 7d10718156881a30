# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pause and resume: account, configuration sets, tenants."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._operations import ses_sending_enabled
from botocore.stub import Stubber

from tests.unit.plugins.module_utils.two_guards import make_alarms
from tests.unit.plugins.target import ACCOUNT, REGION, MakeTarget, Target, validated, writes

RESUMED_AT = "ses-pause:resumed-at"
SECOND = timedelta(seconds=1)  # as exact as AWS tells its time
UNKNOWN = {"by": "unknown", "who": None, "reason": None, "since": None}
# Whether a resume was broken off there.
LOOK = {"cloudwatch:DescribeAlarmsForMetric": 2}
# That no alarm watches it names the account.
NO_GUARD = {"sts:GetCallerIdentity": 1}
HEALTHY = {"SendingEnabled": True, "EnforcementStatus": "HEALTHY", "ProductionAccessEnabled": True}


@pytest.fixture
def ses(aws: Callable[..., Any]) -> Any:
    return aws("sesv2")


@pytest.fixture
def sets(ses: Any) -> list[str]:
    for name in ("news", "offers"):
        ses.create_configuration_set(ConfigurationSetName=name)
    return ["news", "offers"]


@pytest.fixture
def tenants(ses: Any) -> list[str]:
    for name in ("acme", "umbrella"):
        ses.create_tenant(TenantName=name)
    return ["acme", "umbrella"]


@pytest.fixture
def alarms(target: Target, aws: Callable[..., Any]) -> None:
    """Alarms over the account and over two sets, of this guard and of another."""
    make_alarms(target, aws)


def remembered(aws: Callable[..., Any]) -> dict[str, str]:
    """{alarm: resumed-at} of the alarms that have it."""
    cloudwatch = aws("cloudwatch")
    found = {}
    for alarm in cloudwatch.describe_alarms()["MetricAlarms"]:
        for tag in cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]:
            if tag["Key"] == RESUMED_AT:
                found[alarm["AlarmName"]] = tag["Value"]
    return found


def is_sending(ses: Any) -> bool:
    return bool(ses.get_account()["SendingEnabled"])


def set_is_sending(ses: Any, name: str) -> bool:
    return bool(ses.get_configuration_set(ConfigurationSetName=name)["SendingOptions"]["SendingEnabled"])


def without_alarms(stubbed: Callable[[str], Stubber], looks: int = 1) -> Stubber:
    """No alarm watches the scope; it is looked for so often."""
    cloudwatch = stubbed("cloudwatch")
    for _unused in range(2 * looks):
        cloudwatch.add_response("describe_alarms_for_metric", {"MetricAlarms": []})
    return cloudwatch


def without_a_guard(stubbed: Callable[[str], Stubber], looks: int = 1) -> None:
    """Neither alarms nor a topic."""
    without_alarms(stubbed, looks)
    stubbed("sts").add_response("get_caller_identity", {"Arn": f"arn:aws:iam::{ACCOUNT}:user/ann"})
    stubbed("sns").add_client_error("publish", "NotFoundException", "No topic.")


# What the task is about


def test_there_is_no_default_that_could_resume() -> None:
    validation = ArgumentSpecValidator(ses_sending_enabled.SPEC).validate({})
    assert validation.error_messages == ["missing required arguments: enabled"]


@pytest.mark.parametrize("option", ["configuration_sets", "tenants"])
@pytest.mark.parametrize("names", [[], [""], ["news", " "]])
@pytest.mark.parametrize("enabled", [True, False])
def test_a_list_that_names_nothing_is_refused_and_never_means_the_account(
    target: Target, option: str, names: list[str], enabled: bool
) -> None:
    with target.recorded() as calls, pytest.raises(SesError) as caught:
        target.run(ses_sending_enabled, enabled=enabled, **{option: names})
    assert caught.value.message == (
        f"{option}: {names!r} names nothing. Give the names, or leave {option} out for the account itself."
    )
    assert not calls


def test_a_guards_name_is_checked(target: Target) -> None:
    with pytest.raises(SesError, match="cannot name a guard"):
        target.run(ses_sending_enabled, enabled=False, name="a b")


# Pause and resume


def test_the_account(target: Target, ses: Any) -> None:
    result = target.converge(ses_sending_enabled, enabled=False)
    assert result == {
        "changed": True,
        "sending": [
            {
                "scope": "account",
                "name": "",
                "changed": True,
                "sending_enabled": False,
                "enforcement_status": "HEALTHY",
                "confirmed": True,
            }
        ],
        "diff": {"before": {"account": {"sending_enabled": True}}, "after": {"account": {"sending_enabled": False}}},
        "warnings": [
            f"Account {ACCOUNT}, Region {REGION}: there is no guard 'ses-pause', so nobody is notified, and who paused "
            "and why is kept nowhere. If it has another name, give that (name, or ses_pause_name)."
        ],
    }
    assert not is_sending(ses)
    result = target.converge(ses_sending_enabled, enabled=True)
    assert result["diff"]["after"] == {"account": {"sending_enabled": True}}
    assert is_sending(ses)


def test_v1_clients_see_it(target: Target, aws: Callable[..., Any]) -> None:
    target.run(ses_sending_enabled, enabled=False)
    assert aws("ses").get_account_sending_enabled()["Enabled"] is False
    aws("ses").update_account_sending_enabled(Enabled=True)
    assert not target.check(ses_sending_enabled, enabled=True)["changed"]


def test_sets_and_tenants_and_not_the_account(target: Target, ses: Any, sets: list[str], tenants: list[str]) -> None:
    target.run(ses_sending_enabled, enabled=False, configuration_sets=["offers"])
    result = target.converge(ses_sending_enabled, enabled=False, configuration_sets=sets, tenants=["acme"])
    offers = result["sending"].pop(1)
    assert (offers["name"], offers["changed"], offers["sending_enabled"]) == ("offers", False, False)
    assert offers["paused"]["by"] == "person"
    assert result["sending"] == [
        {"scope": "configuration_set", "name": "news", "changed": True, "sending_enabled": False, "confirmed": True},
        {
            "scope": "tenant",
            "name": "acme",
            "changed": True,
            "sending_enabled": False,
            "sending_status": "DISABLED",
            "disabled_by_aws": False,
            "confirmed": True,
        },
    ]
    assert result["diff"]["before"] == {
        "configuration set news": {"sending_enabled": True},
        "tenant acme": {"sending_enabled": True},
    }
    assert is_sending(ses)
    assert not set_is_sending(ses, "news")
    assert ses.get_tenant(TenantName="acme")["Tenant"]["SendingStatus"] == "DISABLED"
    assert ses.get_tenant(TenantName="umbrella")["Tenant"]["SendingStatus"] == "ENABLED"

    target.converge(ses_sending_enabled, enabled=True, configuration_sets=sets, tenants=["acme"])
    assert set_is_sending(ses, "news")
    assert ses.get_tenant(TenantName="acme")["Tenant"]["SendingStatus"] == "ENABLED"


def test_other_accounts_and_regions_keep_sending(make_target: MakeTarget, target: Target) -> None:
    target.run(ses_sending_enabled, enabled=False)
    assert not make_target(region="us-east-1").check(ses_sending_enabled, enabled=True)["changed"]
    other = make_target(assume_role_arn="arn:aws:iam::210987654321:role/x")
    assert not other.check(ses_sending_enabled, enabled=True)["changed"]


def test_a_set_whose_sending_nobody_ever_switched_is_sending(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    stubbed("sesv2").add_response("get_configuration_set", {}, {"ConfigurationSetName": "news"})
    without_alarms(stubbed)
    result = ses_sending_enabled.run(
        offline, validated(ses_sending_enabled, enabled=True, configuration_sets=["news"]), True
    )
    assert result["changed"] is False


@pytest.mark.parametrize(
    ("customer", "by_aws", "enabled", "changed"),
    [
        ("ENABLED", "ENABLED", True, False),
        ("REINSTATED", "ENABLED", True, False),
        ("REINSTATED", "ENABLED", False, True),
        ("DISABLED", "ENABLED", True, True),
        # It is a person's from now on.
        ("DISABLED", "DISABLED", False, True),
        ("ENABLED", "DISABLED", False, True),
    ],
)
def test_a_tenant_has_two_masters_and_we_move_one(
    target: Target,
    ses: Any,
    control: Callable[..., Any],
    tenants: list[str],
    customer: str,
    by_aws: str,
    enabled: bool,
    changed: bool,
) -> None:
    ses.update_reputation_entity_customer_managed_status(
        ReputationEntityType="RESOURCE",
        ReputationEntityReference=ses.get_tenant(TenantName="acme")["Tenant"]["TenantArn"],
        SendingStatus=customer,
    )
    control("ses", region=REGION, tenant="acme", aws_managed_status=by_aws)
    planned = target.check(ses_sending_enabled, enabled=enabled, tenants=["acme"])
    assert planned["changed"] is changed
    assert target.run(ses_sending_enabled, enabled=enabled, tenants=["acme"]) == planned
    assert planned["sending"][0]["disabled_by_aws"] is (by_aws == "DISABLED")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {"sesv2:GetAccount": 1, **LOOK, **NO_GUARD}),
        (
            {"configuration_sets": ["news", "offers"]},
            {"sesv2:GetConfigurationSet": 2, "cloudwatch:DescribeAlarmsForMetric": 4, **NO_GUARD},
        ),
        ({"tenants": ["acme"]}, {"sesv2:GetTenant": 1, "sesv2:GetReputationEntity": 1}),
    ],
)
def test_a_run_without_a_change_makes_these_calls_and_no_more(
    target: Target, sets: list[str], tenants: list[str], options: dict[str, Any], expected: dict[str, int]
) -> None:
    with target.recorded() as calls:
        target.run(ses_sending_enabled, enabled=True, **options)
    assert calls == expected


# What does not exist


def test_what_does_not_exist_is_named_before_anything_is_resumed(
    target: Target, ses: Any, sets: list[str], tenants: list[str]
) -> None:
    ses.put_configuration_set_sending_options(ConfigurationSetName="news", SendingEnabled=False)
    options = {"enabled": True, "configuration_sets": ["news", "nwes"], "tenants": ["acme", "amce"]}
    for check_mode in (True, False):
        with target.recorded() as calls, pytest.raises(SesError) as caught:
            target.run(ses_sending_enabled, check_mode, **options)
        assert caught.value.message == (
            f"Not in SES of account {ACCOUNT}, Region {REGION}: configuration set nwes, tenant amce. Check the "
            "spelling and the Region. Nothing was written."
        )
        assert caught.value.details == {"missing": ["nwes", "amce"]}
        assert not writes(calls)
    assert not set_is_sending(ses, "news")


@pytest.mark.parametrize("check_mode", [True, False])
def test_what_does_not_exist_is_reported_after_the_others_are_paused(
    target: Target, ses: Any, sets: list[str], tenants: list[str], check_mode: bool
) -> None:
    options = {"enabled": False, "configuration_sets": ["nwes", "news"], "tenants": ["amce", "acme"]}
    with pytest.raises(SesError) as caught:
        target.run(ses_sending_enabled, check_mode, **options)
    assert caught.value.message == (
        f"2 of 4 failed, the others are done. configuration set nwes: Not in SES of account {ACCOUNT}, Region "
        f"{REGION}: configuration set nwes. Check the spelling and the Region.; tenant amce: Not in SES of account "
        f"{ACCOUNT}, Region {REGION}: tenant amce. Check the spelling and the Region."
    )
    assert [scope["sending_enabled"] for scope in caught.value.details["sending"]] == [None, False, None, False]
    assert set_is_sending(ses, "news") is check_mode
    assert ses.get_tenant(TenantName="acme")["Tenant"]["SendingStatus"] == ("ENABLED" if check_mode else "DISABLED")


# A resume that AWS refuses


@pytest.mark.parametrize("was_enabled", [True, False])
def test_a_pause_by_aws_is_not_ours_to_lift(
    target: Target, ses: Any, control: Callable[..., Any], was_enabled: bool
) -> None:
    ses.put_account_sending_attributes(SendingEnabled=was_enabled)
    control("ses", region=REGION, enforcement_status="SHUTDOWN")
    for check_mode in (True, False):
        with target.recorded() as calls, pytest.raises(SesError) as caught:
            target.run(ses_sending_enabled, check_mode, enabled=True)
        assert caught.value.message == (
            f"Cannot resume in account {ACCOUNT}, Region {REGION}: AWS itself has paused sending of this account "
            "(enforcement status SHUTDOWN). No API call can lift that: read the message in the AWS Support Center, "
            "mend the cause and answer there. Nothing was written."
        )
        assert not writes(calls)


@pytest.mark.parametrize("check_mode", [True, False])
def test_what_aws_paused_can_still_be_paused_by_us_and_aws_is_named(
    target: Target, control: Callable[..., Any], check_mode: bool
) -> None:
    control("ses", region=REGION, enforcement_status="SHUTDOWN")
    for _again in range(2):
        first, *_others = target.run(ses_sending_enabled, check_mode, enabled=False)["warnings"]
        assert first == (
            f"Account {ACCOUNT}, Region {REGION}: AWS itself has paused sending (SHUTDOWN). No API call lifts that: "
            "answer in the AWS Support Center."
        )


def test_an_account_under_review_resumes(target: Target, control: Callable[..., Any]) -> None:
    target.run(ses_sending_enabled, enabled=False)
    control("ses", region=REGION, enforcement_status="PROBATION")
    result = target.run(ses_sending_enabled, enabled=True)
    assert result["sending"][0] == {
        "scope": "account",
        "name": "",
        "changed": True,
        "sending_enabled": True,
        "enforcement_status": "PROBATION",
        "confirmed": True,
        "paused": UNKNOWN,
    }


def test_a_tenant_that_aws_paused_is_not_resumed(
    target: Target, control: Callable[..., Any], tenants: list[str]
) -> None:
    target.run(ses_sending_enabled, enabled=False, tenants=tenants)
    control("ses", region=REGION, tenant="acme", aws_managed_status="DISABLED")
    with target.recorded() as calls, pytest.raises(SesError) as caught:
        target.run(ses_sending_enabled, enabled=True, tenants=tenants)
    assert "AWS itself has paused the tenant acme for its reputation findings" in caught.value.message
    assert "umbrella" not in caught.value.message
    assert not writes(calls)


# A write that does not take


def test_a_resume_that_does_not_take_is_a_failure(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    sesv2 = stubbed("sesv2")
    sesv2.add_response("get_account", {**HEALTHY, "SendingEnabled": False})
    without_alarms(stubbed, looks=3)
    sesv2.add_response("put_account_sending_attributes", {}, {"SendingEnabled": True})
    for _look in range(3):
        sesv2.add_response("get_account", {**HEALTHY, "SendingEnabled": False})
    with pytest.raises(SesError) as caught:
        ses_sending_enabled.run(offline, validated(ses_sending_enabled, enabled=True), False)
    assert caught.value.message == (
        f"Sending of the account in account {ACCOUNT}, Region {REGION} was not resumed: SES took the call and still "
        "reports the opposite. Look at the SES console, and run again."
    )
    assert not caught.value.details["changed"]


def test_a_pause_that_does_not_take_is_tried_again_and_then_a_failure(
    offline: Aws, stubbed: Callable[[str], Stubber]
) -> None:
    sesv2 = stubbed("sesv2")
    sesv2.add_response("get_account", HEALTHY)
    without_a_guard(stubbed)
    for _write in range(2):
        sesv2.add_response("put_account_sending_attributes", {}, {"SendingEnabled": False})
        for _look in range(3):
            sesv2.add_response("get_account", HEALTHY)
    with pytest.raises(SesError) as caught:
        ses_sending_enabled.run(offline, validated(ses_sending_enabled, enabled=False), False)
    assert caught.value.message == (
        f"Sending of the account in account {ACCOUNT}, Region {REGION} was not paused: SES took the call and still "
        "reports the opposite. Look at the SES console, and run again."
    )
    assert caught.value.details["sending"][0]["sending_enabled"]


@pytest.mark.parametrize("enabled", [True, False])
def test_a_read_that_lags_behind_the_write_is_no_failure(
    offline: Aws, stubbed: Callable[[str], Stubber], enabled: bool
) -> None:
    sesv2 = stubbed("sesv2")
    sesv2.add_response("get_account", {**HEALTHY, "SendingEnabled": not enabled})
    without_a_guard(stubbed, looks=2 if enabled else 1)
    sesv2.add_response("put_account_sending_attributes", {}, {"SendingEnabled": enabled})
    for now in (not enabled, not enabled, enabled):
        sesv2.add_response("get_account", {**HEALTHY, "SendingEnabled": now})
    assert ses_sending_enabled.run(offline, validated(ses_sending_enabled, enabled=enabled), False)["changed"]


def test_a_set_that_vanishes_meanwhile_is_a_failure(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    sesv2 = stubbed("sesv2")
    sesv2.add_response("get_configuration_set", {"SendingOptions": {"SendingEnabled": True}})
    sesv2.add_response("put_configuration_set_sending_options", {})
    sesv2.add_client_error("tag_resource", "NotFoundException", "gone")
    sesv2.add_client_error("get_configuration_set", "NotFoundException", "gone")
    without_a_guard(stubbed)
    with pytest.raises(SesError, match=r"configuration set news .* was not paused: it is gone"):
        ses_sending_enabled.run(
            offline, validated(ses_sending_enabled, enabled=False, configuration_sets=["news"]), False
        )


def test_a_write_that_is_refused_names_what_it_was_about(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    sesv2 = stubbed("sesv2")
    sesv2.add_response("get_configuration_set", {"SendingOptions": {"SendingEnabled": True}})
    for _try in range(2):
        sesv2.add_client_error("put_configuration_set_sending_options", "AccessDeniedException", "No.")
    with pytest.raises(SesError) as caught:
        ses_sending_enabled.run(
            offline, validated(ses_sending_enabled, enabled=False, configuration_sets=["news"]), False
        )
    assert "ses:PutConfigurationSetSendingOptions failed for configuration set news" in caught.value.message
    assert caught.value.message.endswith(
        "Allow ses:PutConfigurationSetSendingOptions to the identity that runs this, and run again."
    )


# The guard's memory of a resume


@pytest.mark.usefixtures("alarms")
def test_a_resume_is_noted_on_the_pause_alarms_of_its_scope_only(
    target: Target, aws: Callable[..., Any], sets: list[str]
) -> None:
    target.run(ses_sending_enabled, enabled=False)
    target.run(ses_sending_enabled, enabled=False, configuration_sets=["news"])
    assert remembered(aws) == {}

    before = datetime.now(UTC)
    target.run(ses_sending_enabled, enabled=True)
    noted = remembered(aws)
    assert sorted(noted) == ["ses-pause-bounce-pause", "ses-pause-complaint-pause"]
    for value in noted.values():
        assert value.endswith("+00:00")
        assert before - SECOND <= datetime.fromisoformat(value) <= datetime.now(UTC)
    target.run(ses_sending_enabled, enabled=True, configuration_sets=sets)
    assert remembered(aws).keys() - noted.keys() == {"ses-pause-bounce-pause-news", "ses-pause-complaint-pause-news"}


@pytest.mark.usefixtures("alarms")
def test_another_guard_has_its_own_memory(target: Target, aws: Callable[..., Any]) -> None:
    target.run(ses_sending_enabled, enabled=False)
    target.run(ses_sending_enabled, enabled=True, name="ses-pause-2")
    assert sorted(remembered(aws)) == ["ses-pause-2-bounce-pause", "ses-pause-2-complaint-pause"]


@pytest.mark.usefixtures("alarms")
def test_no_resume_is_not_noted(target: Target, aws: Callable[..., Any]) -> None:
    target.run(ses_sending_enabled, enabled=True)
    target.run(ses_sending_enabled, enabled=False)
    target.check(ses_sending_enabled, enabled=True)
    assert remembered(aws) == {}


def test_a_resume_is_noted_first(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    """One that could not be noted would be undone by the next stale event, so nothing is switched on."""
    stubbed("sesv2").add_response("get_account", {**HEALTHY, "SendingEnabled": False})
    cloudwatch = stubbed("cloudwatch")
    alarm = {
        "AlarmName": "ses-pause-bounce-pause",
        "AlarmArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:ses-pause-bounce-pause",
        "AlarmActions": [f"arn:aws:sns:{REGION}:{ACCOUNT}:ses-pause-trip"],
        "StateValue": "OK",
    }
    for found in ([alarm], []):
        cloudwatch.add_response("describe_alarms_for_metric", {"MetricAlarms": found})
    cloudwatch.add_response("list_tags_for_resource", {"Tags": []})
    cloudwatch.add_client_error("tag_resource", "AccessDenied", "No.")
    cloudwatch.add_response("tag_resource", {})  # of several alarms, one may have it
    with pytest.raises(SesError, match="Allow cloudwatch:TagResource"):
        ses_sending_enabled.run(offline, validated(ses_sending_enabled, enabled=True), False)


@pytest.mark.usefixtures("alarms")
def test_a_resume_that_leaves_the_guard_blind_warns(target: Target, aws: Callable[..., Any], sets: list[str]) -> None:
    for scope in ("", "-news"):
        aws("cloudwatch").set_alarm_state(
            AlarmName=f"ses-pause-complaint-pause{scope}", StateValue="ALARM", StateReason="test"
        )
    target.run(ses_sending_enabled, enabled=False)
    target.run(ses_sending_enabled, enabled=False, configuration_sets=sets)
    blind: dict[str, Any] = {"in_alarm": "ignore"}
    for options, suffix in ((blind, ""), ({**blind, "configuration_sets": sets}, "-news")):
        planned = target.check(ses_sending_enabled, enabled=True, **options)
        assert planned["warnings"] == [
            f"Account {ACCOUNT}, Region {REGION}: the guard is disarmed until these alarms leave the state ALARM, as "
            f"an alarm acts on a change of state only: ses-pause-complaint-pause{suffix}."
        ]
        assert target.run(ses_sending_enabled, enabled=True, **options) == planned
    assert "warnings" not in target.run(ses_sending_enabled, enabled=True)


# Who paused, why, and what a resume makes of it


def noted(aws: Callable[..., Any], alarm: str = "ses-pause-bounce-pause") -> dict[str, str]:
    """The memory of one alarm, without the name of its guard."""
    arn = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{alarm}"
    found = aws("cloudwatch").list_tags_for_resource(ResourceARN=arn)["Tags"]
    return {tag["Key"].removeprefix("ses-pause:"): tag["Value"] for tag in found if tag["Key"] != "ses-pause:guard"}


def pause_by_guard(aws: Callable[..., Any], alarm: str = "ses-pause-bounce-pause") -> str:
    """What the function leaves behind when it pauses the account; when."""
    aws("sesv2").put_account_sending_attributes(SendingEnabled=False)
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    arn = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{alarm}"
    aws("cloudwatch").tag_resource(ResourceARN=arn, Tags=[{"Key": "ses-pause:paused-at", "Value": at}])
    return at


@pytest.fixture
def in_alarm(aws: Callable[..., Any], alarms: None) -> None:
    """The account's bounce alarm is, at a rate of 6 %."""
    at = datetime.now(UTC) - timedelta(hours=1)
    datum = {"MetricName": "Reputation.BounceRate", "Value": 0.06, "Timestamp": at}
    aws("cloudwatch").put_metric_data(Namespace="AWS/SES", MetricData=[datum])
    aws("cloudwatch").set_alarm_state(AlarmName="ses-pause-bounce-pause", StateValue="ALARM", StateReason="a test")


@pytest.mark.usefixtures("alarms")
def test_a_pause_is_noted_with_who_and_why(target: Target, aws: Callable[..., Any], sets: list[str]) -> None:
    target.check(ses_sending_enabled, enabled=False, reason="bad list")
    assert noted(aws) == {}
    before = datetime.now(UTC)
    target.run(ses_sending_enabled, enabled=False, reason="bad list (again!)")
    me = aws("sts").get_caller_identity()["Arn"]
    for alarm in ("ses-pause-bounce-pause", "ses-pause-complaint-pause"):
        memory = noted(aws, alarm)
        assert before - SECOND <= datetime.fromisoformat(memory.pop("person-paused-at")) <= datetime.now(UTC)
        assert memory == {"person": me, "reason": "=bad list =28again=21=29"}
    for alarm in ("ses-pause-bounce-warn", "ses-pause-bounce-pause-news", "ses-pause-2-bounce-pause"):
        assert noted(aws, alarm) == {}

    target.run(ses_sending_enabled, enabled=False, configuration_sets=["news"])
    assert noted(aws, "ses-pause-bounce-pause-news")["reason"] == "no reason given"
    assert noted(aws, "ses-pause-bounce-pause-offers") == {}


@pytest.mark.usefixtures("alarms")
def test_a_resume_tells_who_had_paused(target: Target, aws: Callable[..., Any]) -> None:
    me = aws("sts").get_caller_identity()["Arn"]
    target.run(ses_sending_enabled, enabled=False, reason="bad list")
    paused = target.run(ses_sending_enabled, enabled=True)["sending"][0]["paused"]
    assert (paused["by"], paused["who"], paused["reason"]) == ("person", me, "bad list")

    at = pause_by_guard(aws)
    paused = target.run(ses_sending_enabled, enabled=True)["sending"][0]["paused"]
    assert paused == {"by": "guard", "who": None, "reason": None, "since": at}

    aws("ses").update_account_sending_enabled(Enabled=False)
    assert target.run(ses_sending_enabled, enabled=True)["sending"][0]["paused"] == UNKNOWN


@pytest.mark.usefixtures("alarms")
def test_resume_only_what_the_guard_paused(target: Target, aws: Callable[..., Any], ses: Any) -> None:
    pause_by_guard(aws)
    result = target.converge(ses_sending_enabled, enabled=True, resume_only="guard")
    assert result["sending"][0]["paused"]["by"] == "guard"
    assert is_sending(ses)


@pytest.mark.usefixtures("alarms")
@pytest.mark.parametrize("how", ["this collection", "this collection, and an alarm tripped since", "the AWS CLI"])
def test_a_persons_pause_is_not_lifted_by_accident(
    target: Target, aws: Callable[..., Any], ses: Any, sets: list[str], how: str
) -> None:
    if how == "the AWS CLI":
        aws("ses").update_account_sending_enabled(Enabled=False)
    else:
        target.run(ses_sending_enabled, enabled=False, reason="bad list")
    if "tripped" in how:
        pause_by_guard(aws)
    planned = target.check(ses_sending_enabled, enabled=True, resume_only="guard")
    with target.recorded() as calls:
        result = target.run(ses_sending_enabled, enabled=True, resume_only="guard")
    assert result == planned
    assert not writes(calls)
    assert not result["changed"]
    assert result["diff"] == {"before": {}, "after": {}}
    (scope,) = result["sending"]
    assert (scope["skipped"], scope["changed"], scope["sending_enabled"]) == ("not paused by the guard", False, False)
    assert scope["paused"]["by"] == ("unknown" if how == "the AWS CLI" else "person")
    assert scope["paused"]["reason"] == (None if how == "the AWS CLI" else "bad list")
    assert target.run(ses_sending_enabled, enabled=True)["changed"]


@pytest.mark.usefixtures("alarms")
def test_of_several_only_what_the_guard_paused(
    target: Target, aws: Callable[..., Any], ses: Any, sets: list[str]
) -> None:
    for name in sets:
        ses.put_configuration_set_sending_options(ConfigurationSetName=name, SendingEnabled=False)
    pause_by_guard(aws, "ses-pause-complaint-pause-offers")
    result = target.run(ses_sending_enabled, enabled=True, configuration_sets=sets, resume_only="guard")
    assert [(scope["name"], scope["changed"]) for scope in result["sending"]] == [("news", False), ("offers", True)]
    assert not set_is_sending(ses, "news")
    assert set_is_sending(ses, "offers")


@pytest.mark.usefixtures("in_alarm")
def test_a_resume_that_would_leave_the_guard_blind_is_refused(target: Target, ses: Any) -> None:
    target.run(ses_sending_enabled, enabled=False)
    for check_mode in (True, False):
        with target.recorded() as calls, pytest.raises(SesError) as caught:
            target.run(ses_sending_enabled, check_mode, enabled=True)
        assert caught.value.message == (
            f"Account {ACCOUNT}, Region {REGION}: the account is not resumed, as its guard would be disarmed. In "
            "ALARM: ses-pause-bounce-pause (rate 6 %, threshold 4.5 %). Stop the cause, then recover: "
            "ses_pause_recover=true in the playbook, in_alarm: recover in a task. Waiting does not help: the rate does "
            "not fall while nothing is sent. Recovering raises the threshold to the rate plus a margin until the rate "
            "falls."
        )
        (failed,) = caught.value.details["failed_scopes"]
        assert caught.value.details["in_alarm"] == failed["in_alarm"]
        assert failed["in_alarm"] == [
            {
                "alarm_name": "ses-pause-bounce-pause",
                "metric": "bounce_rate",
                "rate": 0.06,
                "threshold": 0.045,
                "recovery_threshold": 0.066,
            }
        ]
        assert not writes(calls)
    assert not is_sending(ses)


@pytest.mark.usefixtures("in_alarm")
def test_each_of_several_is_judged_by_its_own_alarms(
    target: Target, aws: Callable[..., Any], ses: Any, sets: list[str]
) -> None:
    """The account's alarm is in ALARM too, and no matter here."""
    target.run(ses_sending_enabled, enabled=False, configuration_sets=sets)
    aws("cloudwatch").set_alarm_state(AlarmName="ses-pause-bounce-pause-news", StateValue="ALARM", StateReason="a test")
    with pytest.raises(SesError) as caught:
        target.run(ses_sending_enabled, enabled=True, configuration_sets=sets)
    assert caught.value.message.startswith("1 of 2 failed, the others are done. configuration set news: Account")
    (failed,) = caught.value.details["failed_scopes"]
    assert (failed["scope"], failed["name"]) == ("configuration_set", "news")
    assert [scope["sending_enabled"] for scope in caught.value.details["sending"]] == [False, True]
    assert caught.value.details["changed"]


@pytest.mark.usefixtures("in_alarm")
def test_a_recovery_in_check_mode_foretells_and_writes_nothing(target: Target, ses: Any) -> None:
    target.run(ses_sending_enabled, enabled=False)
    options: dict[str, Any] = {"enabled": True, "in_alarm": "recover", "recover_wait": 1}
    planned = target.check(ses_sending_enabled, **options)
    assert planned["sending"][0]["recovered"][0]["recovery_threshold"] == 0.066
    assert target.run(ses_sending_enabled, **options) == planned
    assert is_sending(ses)


@pytest.mark.usefixtures("in_alarm")
@pytest.mark.parametrize("in_alarm_", ["refuse", "recover", "ignore"])
def test_what_aws_paused_is_refused_before_any_recovery(
    target: Target, control: Callable[..., Any], in_alarm_: str
) -> None:
    target.run(ses_sending_enabled, enabled=False)
    control("ses", region=REGION, enforcement_status="SHUTDOWN")
    with target.recorded() as calls, pytest.raises(SesError, match="enforcement status SHUTDOWN"):
        target.run(ses_sending_enabled, enabled=True, in_alarm=in_alarm_, recover_wait=1)
    assert not writes(calls)


@pytest.mark.usefixtures("in_alarm")
def test_a_persons_pause_is_left_alone_before_any_recovery(target: Target) -> None:
    target.run(ses_sending_enabled, enabled=False)
    with target.recorded() as calls:
        target.run(ses_sending_enabled, enabled=True, resume_only="guard", in_alarm="recover", recover_wait=1)
    assert not writes(calls)


def test_a_pause_that_could_not_be_noted_stands_and_warns(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    sesv2, cloudwatch = stubbed("sesv2"), stubbed("cloudwatch")
    sesv2.add_response("get_account", HEALTHY)
    sesv2.add_response("put_account_sending_attributes", {}, {"SendingEnabled": False})
    sesv2.add_response("get_account", {**HEALTHY, "SendingEnabled": False})
    cloudwatch.add_client_error("describe_alarms_for_metric", "AccessDenied", "No.")
    stubbed("sts").add_response("get_caller_identity", {"Arn": "arn:aws:iam::123456789012:user/ann"})
    stubbed("sns").add_response("publish", {})
    result = ses_sending_enabled.run(offline, validated(ses_sending_enabled, enabled=False), False)
    assert result["changed"]
    assert not result["sending"][0]["sending_enabled"]
    (warning,) = result["warnings"]
    assert warning.startswith("The account is paused, but who paused it could not be noted: cloudwatch:Describe")
    assert warning.endswith("Allow cloudwatch:DescribeAlarmsForMetric to the identity that runs this, and run again.")
