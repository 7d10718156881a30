# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people are told when a person pauses or resumes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._guard.notice import compose
from ansible_collections.mailops.ses.plugins.module_utils._operations import ses_sending_enabled
from ansible_collections.mailops.ses.plugins.module_utils._ses.scopes import Account, ConfigurationSet, Scope, Tenant
from botocore.stub import Stubber

from tests.unit.local_aws.helpers import settle
from tests.unit.plugins.target import ACCOUNT, REGION, Target, validated

ANN = "arn:aws:iam::123456789012:user/ann"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:ses-pause-notify"


def composed(enabled: bool, *changes: Scope, reason: str | None = "bad list") -> tuple[str, str]:
    return compose(ACCOUNT, REGION, enabled, list(changes), ANN, reason)


# The words


def test_a_pause_of_the_account() -> None:
    assert composed(False, Account()) == (
        "Sending PAUSED by a person: account, 123456789012, eu-west-1",
        "Sending PAUSED by a person in account 123456789012, eu-west-1:\n"
        "  account\n\n"
        "Who:    arn:aws:iam::123456789012:user/ann\n"
        "Reason: bad list\n\n"
        "SES refuses this mail from now on, and keeps none of it for later.\n",
    )


def test_a_resume_without_a_reason() -> None:
    subject, message = composed(True, ConfigurationSet("news"), reason=None)
    assert subject == "Sending RESUMED by a person: configuration set news, 123456789012, eu-west-1"
    assert "\n  configuration set news\n" in message
    assert message.endswith("Reason: none given\n\nMail flows again.\n")


def test_of_many_the_first_are_named() -> None:
    twenty = [ConfigurationSet(f"set{number}") for number in range(20)]
    subject, message = composed(False, *twenty)
    assert subject == "Sending PAUSED by a person: 20 configuration sets or tenants, 123456789012, eu-west-1"
    assert "  configuration set set19\n\nWho:" in message

    _subject, message = composed(False, *twenty, Tenant("acme"), Tenant("umbrella"))
    assert "  configuration set set19\n  and 2 more\n\nWho:" in message
    assert "acme" not in message


@pytest.mark.parametrize("name", ["x" * 64, "größe", "東京" * 32, "x"])
def test_a_subject_that_sns_takes(name: str) -> None:
    """Less than 100 ASCII characters; the message has the whole name."""
    subject, message = composed(True, ConfigurationSet(name))
    assert len(subject) < 100
    assert subject.isascii()
    assert f"configuration set {name}\n" in message


# To whom


@pytest.fixture
def outbox(aws: Callable[..., Any], control: Callable[..., Any]) -> Callable[[], list[dict[str, Any]]]:
    """``outbox()``: what the subscriber of the notify topic got."""
    topic = aws("sns").create_topic(Name="ses-pause-notify")["TopicArn"]
    aws("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint="ann@example.com")
    control("sns/confirm", topic_arn=topic, endpoint="ann@example.com")

    def read() -> list[dict[str, Any]]:
        settle(control)
        found: list[dict[str, Any]] = control("sns/outbox", method="GET")
        return found

    return read


def test_a_pause_and_a_resume_reach_people_with_who_and_why(
    target: Target, aws: Callable[..., Any], outbox: Callable[[], list[dict[str, Any]]]
) -> None:
    target.check(ses_sending_enabled, enabled=False, reason="bad list")
    assert outbox() == []
    (warning,) = target.run(ses_sending_enabled, enabled=False, reason="bad list")["warnings"]
    assert "could not be told" not in warning
    target.run(ses_sending_enabled, enabled=False, reason="nothing changes")
    target.run(ses_sending_enabled, enabled=True, reason="list mended")
    paused, resumed = outbox()
    assert paused["subject"] == f"Sending PAUSED by a person: account, {ACCOUNT}, {REGION}"
    assert f"Who:    {aws('sts').get_caller_identity()['Arn']}\nReason: bad list\n" in paused["message"]
    assert resumed["subject"] == f"Sending RESUMED by a person: account, {ACCOUNT}, {REGION}"
    assert "Reason: list mended\n" in resumed["message"]


def test_one_message_for_all_that_changed(
    target: Target, aws: Callable[..., Any], outbox: Callable[[], list[dict[str, Any]]]
) -> None:
    for name in ("news", "offers", "receipts"):
        aws("sesv2").create_configuration_set(ConfigurationSetName=name)
    target.run(ses_sending_enabled, enabled=False, configuration_sets=["news"])
    target.run(ses_sending_enabled, enabled=False, configuration_sets=["news", "offers", "receipts"])
    _first, told = outbox()
    assert "  configuration set offers\n  configuration set receipts\n\n" in told["message"]
    assert "news" not in told["message"]


def test_another_guard_tells_its_own_people(target: Target, outbox: Callable[[], list[dict[str, Any]]]) -> None:
    target.run(ses_sending_enabled, enabled=False, name="ses-pause-2")
    assert outbox() == []


def test_where_there_is_no_topic_nobody_is_told(target: Target) -> None:
    result = target.run(ses_sending_enabled, enabled=False, reason="bad list")
    assert result["changed"]
    (warning,) = result["warnings"]
    assert "there is no guard 'ses-pause', so nobody is notified" in warning


def test_a_pause_of_which_nobody_could_be_told_stands(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    healthy = {"SendingEnabled": True, "EnforcementStatus": "HEALTHY"}
    sesv2, cloudwatch = stubbed("sesv2"), stubbed("cloudwatch")
    sesv2.add_response("get_account", healthy)
    sesv2.add_response("put_account_sending_attributes", {}, {"SendingEnabled": False})
    sesv2.add_response("get_account", {**healthy, "SendingEnabled": False})
    for _unused in range(2):
        cloudwatch.add_response("describe_alarms_for_metric", {"MetricAlarms": []})
    stubbed("sts").add_response("get_caller_identity", {"Arn": ANN})
    stubbed("sns").add_client_error("publish", "AuthorizationError", "No.")
    result = ses_sending_enabled.run(offline, validated(ses_sending_enabled, enabled=False), False)
    assert result["changed"]
    assert result["sending"][0]["changed"]
    (warning,) = result["warnings"]
    assert f"sns:Publish failed for topic {TOPIC} in account {ACCOUNT}, Region {REGION}" in warning
    assert warning.endswith("Allow sns:Publish to the identity that runs this, and run again.")


def test_what_failed_is_not_told_as_done(
    target: Target, aws: Callable[..., Any], outbox: Callable[[], list[dict[str, Any]]]
) -> None:
    with pytest.raises(SesError, match="Not in SES"):
        target.run(ses_sending_enabled, enabled=False, configuration_sets=["nwes"])
    assert outbox() == []
