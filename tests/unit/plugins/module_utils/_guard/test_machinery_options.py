# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The function's options: what is refused before anything is read, and what becomes of the rest."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._guard.machinery_options import check
from ansible_collections.mailops.ses.plugins.module_utils._operations import ses_pause_function

from tests.unit.plugins.target import CODE, validated

KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def subscribed(protocol: str, endpoint: str, **more: str) -> dict[str, Any]:
    return {"subscriptions": [{"protocol": protocol, "endpoint": endpoint, **more}]}


def refusal(**options: Any) -> str:
    with pytest.raises(SesError) as caught:
        check(validated(ses_pause_function, **{"code": CODE, **options}))
    return caught.value.message


def test_present_needs_code() -> None:
    validator = ArgumentSpecValidator(ses_pause_function.SPEC, **ses_pause_function.RULES)
    assert validator.validate({}).error_messages == ["state is present but all of the following are missing: code"]
    assert not validator.validate({"state": "absent"}).error_messages


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"code": {"pause.py": ""}},
            "code: the handler ses_pause.handler needs the file ses_pause.py; given: ['pause.py'].",
        ),
        (
            {"handler": "other.handler"},
            "code: the handler other.handler needs the file other.py; given: ['ses_pause.py'].",
        ),
        (
            {"handler": "ses_pause"},
            "handler: 'ses_pause' is not of the form FILE.FUNCTION, such as 'ses_pause.handler'.",
        ),
        (
            {"code": {**CODE, "words.py": None}},
            "code: words.py has no text. Give each file's source, as the lookup plugin file gives it.",
        ),
        ({"timeout": 2}, "timeout: 2 is out of range. Use 3 to 900 seconds."),
        ({"timeout": 901}, "timeout: 901 is out of range. Use 3 to 900 seconds."),
        ({"memory_size": 127}, "memory_size: 127 is out of range. Use 128 to 10240 MB."),
        ({"memory_size": 10241}, "memory_size: 10241 is out of range. Use 128 to 10240 MB."),
        ({"min_sends": -1}, "min_sends: -1 is out of range. Use at least 0 sends in 24 hours."),
        ({"max_event_age": 59}, "max_event_age: 59 is out of range. Use at least 60 seconds."),
        ({"sweep_minutes": -1}, "sweep_minutes: -1 is out of range. Use 0 to 1440 minutes (0: never)."),
        ({"sweep_minutes": 1441}, "sweep_minutes: 1441 is out of range. Use 0 to 1440 minutes (0: never)."),
        (
            {"reserved_concurrency": -2},
            "reserved_concurrency: -2 is out of range. Use at least -1 executions (-1: none reserved).",
        ),
        (
            {"reserved_concurrency": 0},
            "reserved_concurrency: 0 keeps the function from ever running, so nothing would pause. Use 1 or more, or "
            "-1 for none reserved.",
        ),
    ],
)
def test_a_value_that_cannot_be_meant(options: dict[str, Any], message: str) -> None:
    assert refusal(**options) == message


@pytest.mark.parametrize(
    "key",
    [
        "alias/aws/sns",
        "alias/mine",
        "arn:aws:kms:eu-west-1:123456789012:alias/aws/sns",
        "1234abcd-12ab-34cd-56ef-1234567890ab",
        KEY.replace("arn:aws:kms", "arn:aws:sns"),
    ],
)
def test_a_key_under_which_cloudwatch_could_not_publish(key: str) -> None:
    assert refusal(kms_key_arn=key) == (
        f"kms_key_arn: {key!r} is not the ARN of a customer-managed key, such as {KEY.replace('eu-west', 'us-east')}. "
        "CloudWatch cannot publish to a topic under the AWS-managed key alias/aws/sns, and nothing says so."
    )


@pytest.mark.parametrize(
    ("protocol", "endpoint", "example"),
    [
        ("email", "ann", "ops@example.com"),
        ("email", "ann@example.com, bob@example.com", "ops@example.com"),
        ("email-json", "@", "ops@example.com"),
        ("sms", "2065550100", "+12065550100"),
        ("sms", "+1 206 555 0100", "+12065550100"),
        ("https", "http://example.com/hook", "https://example.com/hook"),
        ("https", "https://", "https://example.com/hook"),
        ("sqs", "mail-alerts", "arn:aws:sqs:us-east-1:123456789012:mail-alerts"),
        ("sqs", "arn:aws:sns:us-east-1:123456789012:x", "arn:aws:sqs:us-east-1:123456789012:mail-alerts"),
        (
            "lambda",
            "arn:aws:lambda:us-east-1:123456789012:f",
            "arn:aws:lambda:us-east-1:123456789012:function:f",
        ),
    ],
)
def test_an_endpoint_that_the_protocol_does_not_have(protocol: str, endpoint: str, example: str) -> None:
    assert refusal(**subscribed(protocol, endpoint)) == (
        f"subscriptions: {endpoint!r} is no endpoint for {protocol}; it looks like {example}."
    )


def test_a_password_in_the_endpoint_is_refused_without_repeating_it() -> None:
    message = refusal(**subscribed("https", "https://ann:hunter2@example.com/hook"))
    assert message == (
        "subscriptions: the endpoint holds a password, which would show in logs. Leave USER in the endpoint, as in "
        "https://USER@example.com/hook, and give the password in the option password."
    )


@pytest.mark.parametrize(
    ("protocol", "endpoint"), [("https", "https://example.com/ann@hook"), ("email", "ann@example.com")]
)
def test_a_password_without_a_user_is_refused(protocol: str, endpoint: str) -> None:
    assert refusal(**subscribed(protocol, endpoint, password="hunter2")) == (
        "subscriptions: password needs an endpoint with a user, such as https://USER@example.com/hook."
    )


@pytest.mark.parametrize(
    "options",
    [
        {"timeout": 3, "memory_size": 128, "min_sends": 0, "max_event_age": 60, "sweep_minutes": 0},
        {"timeout": 900, "memory_size": 10240, "sweep_minutes": 1440},
        {"reserved_concurrency": 1},
        {"reserved_concurrency": -1},
        {"kms_key_arn": KEY},
        {"kms_key_arn": KEY.replace("arn:aws:", "arn:aws-us-gov:")},
        {"kms_key_arn": ""},
        {"handler": "main.run", "code": {"main.py": ""}},
        subscribed("email", "ops@example.com"),
        subscribed("email-json", "ops@example.com"),
        subscribed("sms", "+12065550100"),
        subscribed("https", "https://example.com/hook?a=b"),
        subscribed("https", "https://ann@example.com/hook", password="hunter2"),
        subscribed("sqs", "arn:aws-cn:sqs:cn-north-1:123456789012:x"),
        subscribed("lambda", "arn:aws:lambda:us-east-1:123456789012:function:f:live"),
    ],
)
def test_options_at_their_limits_are_taken(options: dict[str, Any]) -> None:
    check(validated(ses_pause_function, **{"code": CODE, **options}))


def test_a_refused_value_is_refused_before_anything_is_read(offline: Aws) -> None:
    with pytest.raises(SesError, match="timeout"):
        ses_pause_function.run(offline, validated(ses_pause_function, code=CODE, timeout=1), False)
    with pytest.raises(SesError, match="name"):
        ses_pause_function.run(offline, validated(ses_pause_function, state="absent", name="a b"), False)
