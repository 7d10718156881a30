# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Quotas of requests a second in the local AWS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import botocore.endpoint
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.local_aws import quotas
from tests.local_aws.patience import PATIENCE
from tests.local_aws.server import LocalAws
from tests.unit.local_aws.helpers import Clock

Aws = Callable[..., Any]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """That of the quotas."""
    made = Clock()
    monkeypatch.setattr(quotas, "time", made)
    return made


def throttled(call: Callable[..., Any], **params: Any) -> tuple[str, int]:
    with pytest.raises(ClientError) as raised:
        call(**params)
    response = raised.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_without_the_switch_there_are_none(aws: Aws) -> None:
    for _unused in range(5):
        aws("sesv2").get_account()


def test_ses_takes_one_request_a_second_whatever_the_operation(aws: Aws, control: Callable[..., Any]) -> None:
    control("settings", quota_second=PATIENCE)
    v1, v2 = aws("ses"), aws("sesv2")
    v2.get_account()
    v1.get_account_sending_enabled()
    assert throttled(v2.get_account) == ("TooManyRequestsException", 429)
    assert throttled(v1.get_account_sending_enabled) == ("Throttling", 400)
    aws("sesv2", region="us-east-1").get_account()
    aws("sesv2", account="210987654321").get_account()


def test_the_bucket_fills_again(aws: Aws, control: Callable[..., Any], clock: Clock) -> None:
    control("settings", quota_second=PATIENCE)
    ses = aws("sesv2")
    for _unused in range(2):
        ses.get_account()
    assert throttled(ses.get_account) == ("TooManyRequestsException", 429)
    clock.now += PATIENCE
    ses.get_account()
    assert throttled(ses.get_account) == ("TooManyRequestsException", 429)


def test_cloudwatch_takes_three_alarms_a_second(aws: Aws, control: Callable[..., Any]) -> None:
    control("settings", quota_second=PATIENCE)
    names: dict[str, Any] = {"AlarmNames": []}
    for _unused in range(3):
        aws("cloudwatch").delete_alarms(**names)
    assert throttled(aws("cloudwatch").delete_alarms, **names) == ("Throttling", 400)
    for _unused in range(9):
        aws("cloudwatch").describe_alarms()
    assert throttled(aws("cloudwatch").describe_alarms) == ("Throttling", 400)


def test_sending_is_not_limited(aws: Aws, control: Callable[..., Any]) -> None:
    aws("ses").verify_domain_identity(Domain="example.com")
    control("settings", quota_second=PATIENCE)
    message = {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "b"}}}
    for _unused in range(3):
        aws("ses").send_email(Source="a@example.com", Destination={"ToAddresses": ["b@example.org"]}, Message=message)


def test_a_client_that_retries_gets_through_and_each_attempt_counts(
    local_aws: LocalAws, control: Callable[..., Any], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    control("settings", quota_second=1)
    monkeypatch.setattr(botocore.endpoint, "time", clock)
    session = boto3.session.Session("test", "test", region_name="eu-west-1")
    config = Config(retries={"total_max_attempts": 10, "mode": "standard"})
    client = session.client("sesv2", endpoint_url=local_aws.url, config=config)
    for _unused in range(5):
        client.get_account()
    assert control("calls", "GET")["total"] > 5
