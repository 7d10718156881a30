# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults on demand in the local AWS: which calls they strike, and what these then see."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from tests.local_aws import stale_reads
from tests.local_aws.patience import PATIENCE, wait_for
from tests.local_aws.server import LocalAws
from tests.unit.local_aws.helpers import Clock

Aws = Callable[..., Any]
Control = Callable[..., Any]
Faults = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def faults(control: Control) -> Faults:
    """``faults({...}, {...})`` takes these rules; without any it tells those that there are."""

    def call(*rules: dict[str, Any]) -> list[dict[str, Any]]:
        answer = control("faults", rules=list(rules)) if rules else control("faults", "GET")
        return list(answer["rules"])

    return call


def struck(call: Callable[..., Any], times: int) -> list[int]:
    """The numbers of the calls that failed."""
    failed = []
    for number in range(1, times + 1):
        try:
            call()
        except ClientError:
            failed.append(number)
    return failed


def error_of(call: Callable[..., Any], **params: Any) -> tuple[str, int, str]:
    with pytest.raises(ClientError) as raised:
        call(**params)
    response = raised.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Message"]


@pytest.mark.parametrize(
    ("rule", "failed"),
    [
        ({}, [1, 2, 3, 4, 5, 6]),
        ({"nth": 2}, [2]),
        ({"nth": [2, 5]}, [2, 5]),
        ({"first": 4}, [4, 5, 6]),
        ({"every": 3}, [3, 6]),
        ({"times": 2}, [1, 2]),
        ({"first": 3, "times": 1}, [3]),
        ({"rate": 0.0}, []),
        ({"operation": "Get*"}, [1, 2, 3, 4, 5, 6]),
        ({"operation": "List*"}, []),
        ({"service": "ses"}, []),
        ({"only": "reads"}, [1, 2, 3, 4, 5, 6]),
        ({"only": "writes"}, []),
        ({"account": "210987654321"}, []),
        ({"region": "us-*"}, []),
        ({"source": "lambda"}, []),
        ({"access_key": "testing", "nth": 1}, [1]),
        ({"access_key": "other"}, []),
    ],
)
def test_a_rule_strikes_the_calls_that_it_names(
    aws: Aws, faults: Faults, rule: dict[str, Any], failed: list[int]
) -> None:
    faults({"kind": "throttling", **rule})
    assert struck(aws("sesv2").get_account, 6) == failed
    assert faults()[0]["fired"] == len(failed)


def test_the_same_seed_strikes_the_same_calls(aws: Aws, faults: Faults) -> None:
    def strike(seed: int) -> list[int]:
        faults({"kind": "internal", "rate": 0.5, "seed": seed})
        return struck(aws("sesv2").get_account, 12)

    first = strike(1)
    assert strike(1) == first
    assert 0 < len(first) < 12
    assert strike(2) != first


def test_the_first_rule_that_fires_counts(aws: Aws, faults: Faults) -> None:
    faults({"kind": "note"}, {"kind": "throttling", "nth": 2}, {"kind": "internal"})
    ses = aws("sesv2")
    codes = [error_of(ses.get_account)[0] for _unused in range(3)]
    assert codes == ["InternalServiceErrorException", "TooManyRequestsException", "InternalServiceErrorException"]
    assert [(rule["seen"], rule["fired"]) for rule in faults()] == [(3, 3), (3, 1), (3, 2)]


@pytest.mark.parametrize("way", ["delete", "reset", "empty"])
def test_no_rule_is_left(aws: Aws, faults: Faults, control: Control, local_aws: LocalAws, way: str) -> None:
    faults({"kind": "throttling"})
    if way == "delete":
        control("faults", "DELETE")
    elif way == "reset":
        requests.post(f"{local_aws.url}/moto-api/reset", timeout=PATIENCE).raise_for_status()
    else:
        control("faults", rules=[])
    assert faults() == []
    aws("sesv2").get_account()


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({}, "unknown kind of fault None"),
        ({"kind": "bad luck"}, "unknown kind of fault 'bad luck'; known: denied, error,"),
        ({"kind": "internal", "often": 1}, "unknown in a fault: often; known: access_key,"),
        ({"kind": "internal", "fired": 1}, "unknown in a fault: fired"),
        ({"kind": "internal", "only": "some"}, "neither 'reads' nor 'writes'"),
        ({"kind": "internal", "every": 0}, "every: 0 must be at least 1"),
        ({"kind": "internal", "rate": 2}, "a share from 0 to 1"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(local_aws: LocalAws, rule: dict[str, Any], words: str) -> None:
    answer = requests.post(f"{local_aws.url}/_local_aws/faults", json={"rules": [rule]}, timeout=PATIENCE)
    assert answer.status_code == 400
    assert words in answer.json()["message"]


CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "cloudwatch": ("describe_alarms", {}),
    "events": ("list_rules", {}),
    "iam": ("list_roles", {}),
    "lambda": ("list_functions", {}),
    "logs": ("describe_log_groups", {}),
    "ses": ("get_account_sending_enabled", {}),
    "sesv2": ("get_account", {}),
    "sns": ("list_topics", {}),
    "sqs": ("list_queues", {}),
    "sts": ("get_caller_identity", {}),
}


@pytest.mark.parametrize(
    ("kind", "service", "code", "status"),
    [
        ("throttling", "cloudwatch", "Throttling", 400),
        ("throttling", "events", "ThrottlingException", 400),
        ("throttling", "iam", "Throttling", 400),
        ("throttling", "lambda", "TooManyRequestsException", 429),
        ("throttling", "logs", "ThrottlingException", 400),
        ("throttling", "ses", "Throttling", 400),
        ("throttling", "sesv2", "TooManyRequestsException", 429),
        ("throttling", "sns", "Throttled", 429),
        ("throttling", "sqs", "RequestThrottled", 403),
        ("throttling", "sts", "Throttling", 400),
        ("internal", "cloudwatch", "InternalServiceError", 500),
        ("internal", "iam", "ServiceFailure", 500),
        ("internal", "lambda", "ServiceException", 500),
        ("internal", "sts", "InternalFailure", 500),
        ("unavailable", "logs", "ServiceUnavailableException", 503),
        ("unavailable", "sesv2", "ServiceUnavailable", 503),
        ("denied", "cloudwatch", "AccessDenied", 403),
        ("denied", "iam", "AccessDenied", 403),
        ("denied", "logs", "AccessDeniedException", 400),
        ("denied", "sesv2", "AccessDeniedException", 403),
        ("denied", "sns", "AuthorizationError", 403),
        ("expired", "iam", "ExpiredToken", 403),
        ("expired", "lambda", "ExpiredTokenException", 403),
        ("expired", "logs", "ExpiredTokenException", 400),
        ("skewed", "sns", "SignatureDoesNotMatch", 403),
        ("skewed", "sesv2", "InvalidSignatureException", 403),
        ("skewed", "events", "InvalidSignatureException", 400),
        ("quota", "cloudwatch", "LimitExceeded", 400),
        ("quota", "iam", "LimitExceeded", 409),
        ("quota", "logs", "LimitExceededException", 400),
    ],
)
def test_each_service_has_its_own_words(
    aws: Aws, faults: Faults, kind: str, service: str, code: str, status: int
) -> None:
    faults({"kind": kind, "service": service})
    operation, params = CALLS[service]
    assert error_of(getattr(aws(service), operation), **params)[:2] == (code, status)


def test_words_that_say_more(aws: Aws, faults: Faults) -> None:
    faults({"kind": "denied"})
    assert "not authorized to perform: ses:GetAccount on" in error_of(aws("sesv2").get_account)[2]
    assert "not authorized to perform: cloudwatch:DescribeAlarms" in error_of(aws("cloudwatch").describe_alarms)[2]
    faults({"kind": "skewed"})
    assert error_of(aws("sts").get_caller_identity)[2].startswith("Signature expired: 20")
    faults({"kind": "role_not_assumable"})
    assert error_of(aws("lambda").list_functions)[::2] == (
        "InvalidParameterValueException",
        "The role defined for the function cannot be assumed by Lambda.",
    )
    faults({"kind": "update_in_progress"})
    assert error_of(aws("lambda").list_functions)[:2] == ("ResourceConflictException", 409)
    faults({"kind": "quota"})
    subscribe = aws("sns").subscribe
    assert error_of(subscribe, TopicArn="arn:aws:sns:a:b:c", Protocol="sqs")[:2] == ("SubscriptionLimitExceeded", 403)
    faults({"kind": "error", "status": 418, "code": "Teapot", "message": "short and stout"})
    assert error_of(aws("sesv2").get_account) == ("Teapot", 418, "short and stout")


@pytest.mark.parametrize(("kind", "takes_effect"), [("reset_before", False), ("reset_after", True)])
def test_a_connection_that_breaks(aws: Aws, faults: Faults, kind: str, takes_effect: bool) -> None:
    faults({"kind": kind, "operation": "CreateTopic"})
    with pytest.raises(ConnectionClosedError):
        aws("sns").create_topic(Name="t")
    assert bool(aws("sns").list_topics()["Topics"]) is takes_effect


def test_half_an_answer_comes_and_botocore_takes_it_for_the_whole(aws: Aws, faults: Faults) -> None:
    faults({"kind": "truncated", "operation": "Create*"}, {"kind": "truncated", "operation": "Get*"})
    with pytest.raises(ResponseParserError):
        aws("sns").create_topic(Name="t")
    assert len(aws("sns").list_topics()["Topics"]) == 1
    assert aws("sesv2").get_account().keys() == {"ResponseMetadata"}


def test_an_answer_that_comes_too_late(aws: Aws, faults: Faults) -> None:
    faults({"kind": "slow", "operation": "CreateTopic", "seconds": PATIENCE})
    sns = aws("sns")
    # Too short for any answer: it does not come.
    impatient = aws("sns", config=Config(read_timeout=0.2, retries={"total_max_attempts": 1}))
    with pytest.raises(ReadTimeoutError):
        impatient.create_topic(Name="t")
    wait_for("it takes no effect", lambda: sns.list_topics()["Topics"])


def test_an_answer_that_comes_late(aws: Aws, faults: Faults, control: Control) -> None:
    faults({"kind": "slow", "operation": "CreateTopic", "seconds": PATIENCE})
    sns = aws("sns")
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(sns.create_topic, Name="t")
        wait_for("it takes no effect", lambda: sns.list_topics()["Topics"])
        assert not waiting.done()
        control("faults", "DELETE")
        assert waiting.result()["TopicArn"]


def test_reads_lag_behind_the_writes(aws: Aws, faults: Faults, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(stale_reads, "time", clock)
    ses, sns = aws("sesv2"), aws("sns")
    faults({"kind": "stale", "service": "sesv2", "seconds": 10})

    def sends() -> bool:
        return bool(ses.get_account()["SendingEnabled"])

    assert sends()
    ses.put_account_sending_attributes(SendingEnabled=False)
    assert sends()
    # What was never asked before is answered with the truth, and so are other services and accounts.
    assert sns.list_topics()["Topics"] == []
    sns.create_topic(Name="t")
    assert len(sns.list_topics()["Topics"]) == 1
    assert not aws("ses").get_account_sending_enabled()["Enabled"]
    clock.now += 10
    assert not sends()
    ses.put_account_sending_attributes(SendingEnabled=True)
    assert not sends()


def test_a_stale_read_is_told_by_all_that_was_asked(aws: Aws, faults: Faults) -> None:
    sns = aws("sns")
    arns = [sns.create_topic(Name=name)["TopicArn"] for name in ("one", "two")]
    faults({"kind": "stale", "seconds": PATIENCE})
    for arn in arns:
        sns.list_tags_for_resource(ResourceArn=arn)
        sns.tag_resource(ResourceArn=arn, Tags=[{"Key": "name", "Value": arn}])
    assert [sns.list_tags_for_resource(ResourceArn=arn)["Tags"] for arn in arns] == [[], []]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("drop", [False, True])
def test_a_call_waits_at_a_gate(aws: Aws, faults: Faults, control: Control, after: bool, drop: bool) -> None:
    faults({"kind": "gate", "name": "here", "operation": "CreateTopic", "after": after, "drop": drop, "nth": 1})
    sns = aws("sns")
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(sns.create_topic, Name="t")
        wait_for("nobody waits at the gate", lambda: faults()[0]["waiting"])
        assert bool(sns.list_topics()["Topics"]) is after
        assert not waiting.done()
        control("faults", release="here")
        if drop:
            assert isinstance(waiting.exception(), ConnectionClosedError)
        else:
            assert waiting.result()["TopicArn"]
    assert bool(sns.list_topics()["Topics"]) is (after or not drop)


def test_a_gate_opens_when_another_call_was_made(aws: Aws, faults: Faults) -> None:
    faults(
        {"kind": "gate", "operation": "CreateTopic", "until": "looked"},
        {"kind": "note", "name": "looked", "operation": "ListTopics"},
    )
    sns = aws("sns")
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(sns.create_topic, Name="t")
        wait_for("nobody waits at the gate", lambda: faults()[0]["waiting"])
        assert not waiting.done()
        sns.list_topics()
        assert waiting.result()["TopicArn"]


def test_nobody_waits_at_a_gate_that_is_gone(aws: Aws, faults: Faults, control: Control) -> None:
    faults({"kind": "gate", "operation": "CreateTopic"})
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(aws("sns").create_topic, Name="t")
        wait_for("nobody waits at the gate", lambda: faults()[0]["waiting"])
        control("faults", "DELETE")
        assert waiting.result()["TopicArn"]


def test_a_gate_that_nobody_named(local_aws: LocalAws) -> None:
    answer = requests.post(f"{local_aws.url}/_local_aws/faults", json={"release": "none"}, timeout=PATIENCE)
    assert answer.status_code == 400
    assert "no gate has the name 'none'" in answer.json()["message"]
