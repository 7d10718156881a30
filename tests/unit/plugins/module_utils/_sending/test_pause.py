# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A pause writes first, and nothing that fails beside the write keeps a scope from being paused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._operations import ses_sending_enabled

from tests.unit.plugins.module_utils.two_guards import make_alarms
from tests.unit.plugins.target import ACCOUNT, REGION, MakeTarget, Target

SETS = ["news", "offers", "receipts"]
PUT_SET = "PutConfigurationSetSendingOptions"
ACCOUNTS = {"GetAccount", "PutAccountSendingAttributes"}


@pytest.fixture
def ses(aws: Callable[..., Any]) -> Any:
    client = aws("sesv2")
    for name in SETS:
        client.create_configuration_set(ConfigurationSetName=name)
    return client


@pytest.fixture
def guarded(target: Target, aws: Callable[..., Any]) -> Target:
    """With the alarms of a guard, and its topics."""
    make_alarms(target, aws)
    arn = target.aws().arn("sns", "ses-pause-notify")
    aws("sns").subscribe(TopicArn=arn, Protocol="sms", Endpoint="+12065550100")
    return target


@pytest.fixture
def order(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The calls, in their order, each with its name if it has one."""
    made: list[str] = []
    call = Aws.call

    def note(self: Aws, service: str, operation: str, resource: str = "", *more: Any, **arguments: Any) -> Any:
        made.append(f"{operation} {arguments.get('ConfigurationSetName', '')}".strip())
        return call(self, service, operation, resource, *more, **arguments)

    monkeypatch.setattr(Aws, "call", note)
    return made


def paused(ses: Any) -> list[str]:
    """The sets that do not send."""
    states = {name: ses.get_configuration_set(ConfigurationSetName=name).get("SendingOptions", {}) for name in SETS}
    return [name for name, state in states.items() if not state.get("SendingEnabled", True)]


def memory(aws: Callable[..., Any], alarm: str = "ses-pause-bounce-pause") -> dict[str, str]:
    arn = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{alarm}"
    tags = aws("cloudwatch").list_tags_for_resource(ResourceARN=arn)["Tags"]
    return {tag["Key"].removeprefix("ses-pause:"): tag["Value"] for tag in tags}


def pause(target: Target, **options: Any) -> dict[str, Any]:
    return target.run(ses_sending_enabled, enabled=False, reason="a bad list", **options)


def test_one_call_comes_before_the_write_and_all_else_after_it(guarded: Target, order: list[str]) -> None:
    pause(guarded)
    assert order[:2] == ["get_account", "put_account_sending_attributes"]


def test_each_set_is_written_before_anything_else_is_read(guarded: Target, ses: Any, order: list[str]) -> None:
    pause(guarded, configuration_sets=SETS)
    written = [
        f"{call} {name}" for name in SETS for call in ("get_configuration_set", "put_configuration_set_sending_options")
    ]
    assert order[:6] == written


@pytest.mark.parametrize("kind", ["denied", "throttling", "internal", "reset_before", "truncated"])
def test_a_read_that_fails_does_not_keep_the_account_from_being_paused(
    guarded: Target, aws: Callable[..., Any], control: Callable[..., Any], kind: str
) -> None:
    control("faults", rules=[{"kind": kind, "operation": "GetAccount"}])
    result = pause(guarded)
    control("faults", method="DELETE")
    assert not aws("sesv2").get_account()["SendingEnabled"]
    assert result["changed"]
    assert result["diff"] == {
        "before": {"account": {"sending_enabled": "unknown"}},
        "after": {"account": {"sending_enabled": False}},
    }
    assert memory(aws)["reason"] == "a bad list"
    assert "Sending PAUSED by a person: account" in control("sns/outbox", method="GET")[0]["subject"]
    (scope,) = result["sending"]
    assert (scope["sending_enabled"], scope["confirmed"]) == (False, False)
    (problem,) = scope["problems"]
    assert problem.startswith("SES took the pause of the account, but it could not be read back: ses:GetAccount failed")
    assert result["warnings"] == [problem]


def test_one_set_that_cannot_be_read_and_one_that_is_misspelt_keep_no_other_from_being_paused(
    guarded: Target, ses: Any, control: Callable[..., Any]
) -> None:
    control("faults", rules=[{"kind": "denied", "operation": "GetConfigurationSet", "nth": 1}])
    with pytest.raises(SesError) as caught:
        pause(guarded, configuration_sets=["news", "ofers", "receipts"])
    assert paused(ses) == ["news", "receipts"]
    assert caught.value.message == (
        f"1 of 3 failed, the others are done. configuration set ofers: Not in SES of account {ACCOUNT}, Region "
        f"{REGION}: configuration set ofers. Check the spelling and the Region."
    )
    assert [scope["name"] for scope in caught.value.details["failed_scopes"]] == ["ofers"]


def test_an_account_that_sts_does_not_name_is_paused_and_so_are_its_sets(
    guarded: Target, aws: Callable[..., Any], ses: Any, control: Callable[..., Any]
) -> None:
    """Without an endpoint for STS, say: who paused cannot be noted, and what is said has no account in it."""
    control("faults", rules=[{"kind": "denied", "operation": "GetCallerIdentity"}])
    with pytest.raises(SesError) as caught:
        pause(guarded, configuration_sets=["ofers", *SETS])
    assert paused(ses) == SETS
    assert caught.value.message == (
        f"1 of 4 failed, the others are done. configuration set ofers: Not in SES of Region {REGION}: configuration "
        "set ofers. Check the spelling and the Region."
    )
    control("ses", region=REGION, enforcement_status="SHUTDOWN")
    first, *_others = pause(guarded)["warnings"]
    assert first.startswith(f"Region {REGION}: AWS itself has paused sending")


def test_what_a_terminal_of_another_encoding_gives_keeps_nothing_from_being_paused_and_noted(
    guarded: Target, aws: Callable[..., Any], ses: Any
) -> None:
    broken = b"caf\xe9".decode(errors="surrogateescape")
    guarded.run(ses_sending_enabled, enabled=False, reason=broken)
    assert memory(aws)["reason"] == "=caf=3F"
    with pytest.raises(SesError, match="1 of 2 failed, the others are done"):
        pause(guarded, configuration_sets=[broken, "news"])
    assert paused(ses) == ["news"]


def test_an_unknown_set_is_explained_after_the_last_write(guarded: Target, ses: Any, order: list[str]) -> None:
    with pytest.raises(SesError):
        pause(guarded, configuration_sets=["ofers", *SETS])
    assert order.index("get_caller_identity") > order.index("put_configuration_set_sending_options receipts")


def test_a_throttled_write_waits_until_all_others_had_their_turn(
    guarded: Target, ses: Any, control: Callable[..., Any], order: list[str]
) -> None:
    control("faults", rules=[{"kind": "throttling", "operation": PUT_SET, "nth": 1}])
    pause(guarded, configuration_sets=SETS)
    writes = [call.rpartition(" ")[2] for call in order if call.startswith("put_configuration_set")]
    assert writes == ["news", "offers", "receipts", "news"]
    assert paused(ses) == SETS


def test_a_write_whose_answer_is_lost_each_time_is_asked_about(
    guarded: Target, aws: Callable[..., Any], control: Callable[..., Any]
) -> None:
    control("faults", rules=[{"kind": "reset_after", "operation": "PutAccountSendingAttributes"}])
    (scope,) = pause(guarded)["sending"]
    assert (scope["sending_enabled"], scope["changed"], scope["confirmed"]) == (False, True, True)
    assert memory(aws)["reason"] == "a bad list"


def test_of_what_could_be_neither_read_nor_written_nothing_is_said(
    guarded: Target, control: Callable[..., Any]
) -> None:
    control("faults", rules=[{"kind": "denied", "service": "sesv2"}])
    with pytest.raises(SesError, match="Allow ses:PutAccountSendingAttributes") as caught:
        pause(guarded)
    (scope,) = caught.value.details["sending"]
    assert scope["sending_enabled"] is None


def test_a_write_that_is_refused_is_reported_when_the_others_are_paused(
    guarded: Target, ses: Any, control: Callable[..., Any]
) -> None:
    rules = [{"kind": "denied", "operation": PUT_SET, "nth": number} for number in (1, 4)]
    control("faults", rules=rules)
    with pytest.raises(SesError) as caught:
        pause(guarded, configuration_sets=SETS)
    assert paused(ses) == ["offers", "receipts"]
    (failed,) = caught.value.details["failed_scopes"]
    assert failed["name"] == "news"
    assert failed["msg"].endswith(f"Allow ses:{PUT_SET} to the identity that runs this, and run again.")
    assert [scope["sending_enabled"] for scope in caught.value.details["sending"]] == [True, False, False]


def test_a_tenant_is_paused_after_one_read(target: Target, aws: Callable[..., Any], order: list[str]) -> None:
    aws("sesv2").create_tenant(TenantName="acme")
    pause(target, tenants=["acme"])
    assert order[:2] == ["get_tenant", "update_reputation_entity_customer_managed_status"]


def test_who_we_are_need_not_be_known_for_a_pause(guarded: Target, ses: Any, control: Callable[..., Any]) -> None:
    control("faults", rules=[{"kind": "denied", "operation": "GetCallerIdentity"}])
    with pytest.raises(SesError) as caught:
        pause(guarded, configuration_sets=["ofers", "news", "receipts"])
    assert paused(ses) == ["news", "receipts"]
    (failed,) = caught.value.details["failed_scopes"]
    assert failed["msg"] == (
        f"Not in SES of Region {REGION}: configuration set ofers. Check the spelling and the Region."
    )
    not_noted, *_others = caught.value.details["sending"][1]["problems"]
    assert not_noted.startswith("The configuration set news is paused, but who paused it could not be noted: sts:Get")


@pytest.mark.usefixtures("guarded")
def test_a_tenant_that_could_not_be_read_before_is_noted_when_it_was_read_back(
    target: Target, ses: Any, control: Callable[..., Any]
) -> None:
    ses.create_tenant(TenantName="acme")
    control("faults", rules=[{"kind": "throttling", "operation": "GetTenant", "nth": 1}])
    result = pause(target, tenants=["acme"])
    tags = {tag["Key"]: tag["Value"] for tag in ses.get_tenant(TenantName="acme")["Tenant"]["Tags"]}
    assert tags["ses-pause:reason"] == "a bad list"
    assert "warnings" not in result


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_pause_that_nothing_remembers_is_said_also_where_people_are_notified(
    target: Target, aws: Callable[..., Any], check_mode: bool
) -> None:
    aws("sns").create_topic(Name="ses-pause-notify")
    (warning,) = target.run(ses_sending_enabled, check_mode, enabled=False)["warnings"]
    assert warning.endswith(
        "no alarm of the guard 'ses-pause' watches it, so who paused account and why is kept nowhere."
    )


# Where there is no guard


def test_what_no_alarm_watches_remembers_a_pause_by_itself(target: Target, aws: Callable[..., Any], ses: Any) -> None:
    aws("sesv2").create_tenant(TenantName="acme")
    result = pause(target, configuration_sets=["news"], tenants=["acme"])
    assert result["warnings"] == [
        f"Account {ACCOUNT}, Region {REGION}: there is no guard 'ses-pause', so nobody is notified. If it has another "
        "name, give that (name, or ses_pause_name)."
    ]
    options: dict[str, Any] = {"enabled": True, "configuration_sets": ["news"], "tenants": ["acme"]}
    left = target.run(ses_sending_enabled, resume_only="guard", **options)["sending"]
    assert [scope["paused"]["reason"] for scope in left] == ["a bad list"] * 2
    assert [scope["skipped"] for scope in left] == ["not paused by the guard"] * 2
    target.run(ses_sending_enabled, **options)
    assert ses.get_configuration_set(ConfigurationSetName="news")["Tags"] == []
    assert ses.get_tenant(TenantName="acme")["Tenant"].get("Tags", []) == []


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_guard_of_another_name_is_said(guarded: Target, check_mode: bool) -> None:
    (warning,) = guarded.run(ses_sending_enabled, check_mode, enabled=False, name="other")["warnings"]
    assert "there is no guard 'other', so nobody is notified, and who paused and why is kept nowhere" in warning
    guarded.run(ses_sending_enabled, enabled=False)
    (warning,) = guarded.run(ses_sending_enabled, check_mode, enabled=True, name="other")["warnings"]
    assert warning == (
        f"Account {ACCOUNT}, Region {REGION}: the guard 'other' has no alarm that would pause account again. If it has "
        "another name, give that (name, or ses_pause_name)."
    )


def test_a_person_who_pauses_what_somebody_paused_by_other_means_is_noted(
    guarded: Target, aws: Callable[..., Any], make_target: MakeTarget
) -> None:
    aws("sesv2").put_account_sending_attributes(SendingEnabled=False)
    result = guarded.converge(ses_sending_enabled, enabled=False, reason="a bad list")
    assert result["diff"]["before"] == {"account": {"paused_by": "unknown"}}
    assert memory(aws)["reason"] == "a bad list"
