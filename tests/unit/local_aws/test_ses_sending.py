# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sending mail through the local AWS: what goes out counts, what is paused is refused with the API's own errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.local_aws.helpers import error_of

FROM, TO = "news@example.com", "reader@example.org"
Send = Callable[..., Any]


@pytest.fixture
def v1(aws: Callable[..., Any]) -> Any:
    client = aws("ses")
    client.verify_email_identity(EmailAddress=FROM)
    template = {"TemplateName": "hello", "SubjectPart": "s", "TextPart": "b"}
    client.create_template(Template=template)
    client.create_configuration_set(ConfigurationSet={"Name": "news"})
    return client


V1_SENDS: dict[str, dict[str, Any]] = {
    "send_email": {
        "Destination": {"ToAddresses": [TO]},
        "Message": {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "b"}}},
    },
    "send_raw_email": {"Destinations": [TO], "RawMessage": {"Data": b"Subject: s\n\nb"}},
    "send_templated_email": {"Destination": {"ToAddresses": [TO]}, "Template": "hello", "TemplateData": "{}"},
    "send_bulk_templated_email": {
        "Destinations": [{"Destination": {"ToAddresses": [TO]}}],
        "Template": "hello",
        "DefaultTemplateData": "{}",
    },
}
V2_SENDS: dict[str, dict[str, Any]] = {
    "simple": {"Content": {"Simple": {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "b"}}}}},
    "raw": {"Content": {"Raw": {"Data": b"Subject: s\n\nb"}}},
    "template": {"Content": {"Template": {"TemplateName": "hello", "TemplateData": "{}"}}},
    "inline": {"Content": {"Template": {"TemplateContent": {"Subject": "s", "Text": "b"}, "TemplateData": "{}"}}},
}


@pytest.fixture(params=V1_SENDS)
def send_v1(v1: Any, request: pytest.FixtureRequest) -> Send:
    return lambda **more: getattr(v1, request.param)(Source=FROM, **V1_SENDS[request.param], **more)


@pytest.fixture(params=[*V2_SENDS, "bulk"])
def send_v2(v1: Any, v2: Any, request: pytest.FixtureRequest) -> Send:
    if request.param == "bulk":
        default = {"Template": {"TemplateName": "hello", "TemplateData": "{}"}}
        entries = [{"Destination": {"ToAddresses": [TO]}}]
        return lambda **more: v2.send_bulk_email(
            FromEmailAddress=FROM, DefaultContent=default, BulkEmailEntries=entries, **more
        )
    to = {"ToAddresses": [TO]}
    return lambda **more: v2.send_email(FromEmailAddress=FROM, Destination=to, **V2_SENDS[request.param], **more)


def sent(v2: Any) -> float:
    return float(v2.get_account()["SendQuota"]["SentLast24Hours"])


def test_v1_sends_and_counts(send_v1: Send, v1: Any, v2: Any) -> None:
    send_v1(ConfigurationSetName="news")
    assert sent(v2) == 1
    assert v1.get_send_quota()["SentLast24Hours"] == 1


def test_v2_sends_and_counts(send_v2: Send, v1: Any, v2: Any) -> None:
    send_v2(ConfigurationSetName="news")
    assert sent(v2) == 1
    assert v1.get_send_quota()["SentLast24Hours"] == 1


def test_v1_is_refused_while_the_account_is_paused(send_v1: Send, v1: Any, v2: Any) -> None:
    v1.update_account_sending_enabled(Enabled=False)
    with pytest.raises(v1.exceptions.AccountSendingPausedException):
        send_v1()
    assert sent(v2) == 0
    v1.update_account_sending_enabled(Enabled=True)
    send_v1()
    assert sent(v2) == 1


def test_v2_is_refused_while_the_account_is_paused(send_v2: Send, v2: Any) -> None:
    v2.put_account_sending_attributes(SendingEnabled=False)
    with pytest.raises(v2.exceptions.SendingPausedException):
        send_v2()
    assert sent(v2) == 0
    v2.put_account_sending_attributes(SendingEnabled=True)
    send_v2()
    assert sent(v2) == 1


def test_v1_is_refused_while_the_set_is_paused(send_v1: Send, v1: Any, v2: Any) -> None:
    v1.update_configuration_set_sending_enabled(ConfigurationSetName="news", Enabled=False)
    with pytest.raises(v1.exceptions.ConfigurationSetSendingPausedException) as raised:
        send_v1(ConfigurationSetName="news")
    assert "<news>" in raised.value.response["Error"]["Message"]
    send_v1()
    assert sent(v2) == 1


def test_v2_is_refused_while_the_set_is_paused(send_v2: Send, v2: Any) -> None:
    v2.put_configuration_set_sending_options(ConfigurationSetName="news", SendingEnabled=False)
    with pytest.raises(v2.exceptions.SendingPausedException) as raised:
        send_v2(ConfigurationSetName="news")
    assert "<news>" in raised.value.response["Error"]["Message"]
    send_v2()
    assert sent(v2) == 1


def test_a_set_that_does_not_exist_is_refused(send_v1: Send, v2: Any) -> None:
    assert error_of(send_v1, ConfigurationSetName="nope")[0] == "ConfigurationSetDoesNotExist"
    to, content = {"ToAddresses": [TO]}, V2_SENDS["simple"]["Content"]
    with pytest.raises(v2.exceptions.NotFoundException):
        v2.send_email(FromEmailAddress=FROM, Destination=to, Content=content, ConfigurationSetName="nope")


def test_the_set_of_a_raw_message_may_be_in_its_header(v1: Any) -> None:
    v1.update_configuration_set_sending_enabled(ConfigurationSetName="news", Enabled=False)
    data = f"From: {FROM}\nTo: {TO}\nX-SES-CONFIGURATION-SET: news\n\nb".encode()
    with pytest.raises(v1.exceptions.ConfigurationSetSendingPausedException):
        v1.send_raw_email(RawMessage={"Data": data})


def test_the_default_set_of_the_sender_counts(v1: Any, v2: Any) -> None:
    v2.create_email_identity(EmailIdentity="example.net", ConfigurationSetName="news")
    v2.put_configuration_set_sending_options(ConfigurationSetName="news", SendingEnabled=False)
    params = {**V1_SENDS["send_email"], "Source": "News <a@example.net>"}
    with pytest.raises(v1.exceptions.ConfigurationSetSendingPausedException):
        v1.send_email(**params)


def test_each_recipient_counts(v1: Any, v2: Any) -> None:
    to = {"ToAddresses": ["a@example.org", "b@example.org"], "CcAddresses": ["c@example.org"]}
    v1.send_email(Source=FROM, **{**V1_SENDS["send_email"], "Destination": to})
    assert sent(v2) == 3


def test_what_was_sent_before_can_be_set(v1: Any, v2: Any, control: Callable[..., Any]) -> None:
    control("ses", region="eu-west-1", sent_last_24_hours=1000, max_24_hour_send=2000, max_send_rate=5)
    v1.send_email(Source=FROM, **V1_SENDS["send_email"])
    expected = {"Max24HourSend": 2000.0, "MaxSendRate": 5.0, "SentLast24Hours": 1001.0}
    assert v2.get_account()["SendQuota"] == expected
    assert {key: v1.get_send_quota()[key] for key in expected} == expected


def test_an_unverified_sender_is_still_rejected(v1: Any, v2: Any) -> None:
    params = {**V1_SENDS["send_email"], "Source": "nobody@example.net"}
    assert error_of(v1.send_email, **params)[0] == "MessageRejected"
    assert sent(v2) == 0


def test_a_template_that_does_not_exist_is_refused(v1: Any, v2: Any) -> None:
    content = {"Template": {"TemplateName": "nope", "TemplateData": "{}"}}
    with pytest.raises(v2.exceptions.NotFoundException):
        v2.send_email(FromEmailAddress=FROM, Destination={"ToAddresses": [TO]}, Content=content)


def test_the_sandbox_is_a_switch(v2: Any, control: Callable[..., Any]) -> None:
    control("ses", region="eu-west-1", production_access=False)
    assert v2.get_account()["ProductionAccessEnabled"] is False


def test_a_paused_tenant_sends_nothing(v1: Any, v2: Any) -> None:
    arn = v2.create_tenant(TenantName="acme")["TenantArn"]
    to, content = {"ToAddresses": [TO]}, V2_SENDS["simple"]["Content"]
    message = {"FromEmailAddress": FROM, "Destination": to, "Content": content, "TenantName": "acme"}
    v2.send_email(**message)
    v2.update_reputation_entity_customer_managed_status(
        ReputationEntityType="RESOURCE", ReputationEntityReference=arn, SendingStatus="DISABLED"
    )
    with pytest.raises(v2.exceptions.SendingPausedException):
        v2.send_email(**message)
    with pytest.raises(v2.exceptions.NotFoundException):
        v2.send_email(**{**message, "TenantName": "nope"})
    assert sent(v2) == 1
