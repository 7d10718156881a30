# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The controls of the local AWS that no service has: the call log, the settings, errors, reset."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.local_aws import application, settings
from tests.local_aws.patience import PATIENCE
from tests.local_aws.server import LocalAws

Aws = Callable[..., Any]
ACCOUNT, OTHER = "123456789012", "210987654321"


def logged(local_aws: LocalAws) -> list[tuple[Any, ...]]:
    """Each row of the call log as (account, region, service, operation, source, count)."""
    report = requests.get(f"{local_aws.url}/_local_aws/calls", timeout=PATIENCE).json()
    names = ("account", "region", "service", "operation", "source", "count")
    rows = [tuple(row[name] for name in names) for row in report["calls"]]
    assert all(set(row) == {*names, "last"} for row in report["calls"])
    assert report["total"] == sum(row["count"] for row in report["calls"])
    return rows


@pytest.mark.parametrize(
    ("service", "operation", "params", "name"),
    [
        ("sesv2", "get_account", {}, "GetAccount"),
        ("sesv2", "get_configuration_set", {"ConfigurationSetName": "a"}, "GetConfigurationSet"),
        ("sesv2", "create_tenant", {"TenantName": "t"}, "CreateTenant"),
        (
            "sesv2",
            "get_reputation_entity",
            {"ReputationEntityType": "RESOURCE", "ReputationEntityReference": "arn:aws:ses:r:a:tenant/n/i"},
            "GetReputationEntity",
        ),
        ("ses", "get_account_sending_enabled", {}, "GetAccountSendingEnabled"),
        ("cloudwatch", "describe_alarms", {}, "DescribeAlarms"),
        ("sns", "list_topics", {}, "ListTopics"),
        ("sqs", "list_queues", {}, "ListQueues"),
        ("lambda", "list_functions", {}, "ListFunctions"),
        ("lambda", "get_policy", {"FunctionName": "f"}, "GetPolicy"),
        ("logs", "describe_log_groups", {}, "DescribeLogGroups"),
        ("events", "list_rules", {}, "ListRules"),
        ("kms", "list_keys", {}, "ListKeys"),
        ("sts", "get_caller_identity", {}, "GetCallerIdentity"),
    ],
)
def test_a_request_is_told_by_service_and_operation(
    aws: Aws, local_aws: LocalAws, service: str, operation: str, params: dict[str, Any], name: str
) -> None:
    # Whether there is such a thing does not matter.
    with suppress(ClientError):
        getattr(aws(service), operation)(**params)
    assert logged(local_aws) == [(ACCOUNT, "eu-west-1", service, name, "client", 1)]


def test_iam_is_signed_for_the_region_of_the_client(aws: Aws, local_aws: LocalAws) -> None:
    aws("iam").list_roles()
    assert [row[2:4] for row in logged(local_aws)] == [("iam", "ListRoles")]


def test_requests_are_counted_by_account_and_region(aws: Aws, local_aws: LocalAws) -> None:
    aws("sesv2").get_account()
    aws("sesv2").get_account()
    aws("sesv2", region="us-east-1").get_account()
    aws("sesv2", account=OTHER).get_account()
    assert logged(local_aws) == [
        (ACCOUNT, "eu-west-1", "sesv2", "GetAccount", "client", 2),
        (ACCOUNT, "eu-west-1", "sts", "AssumeRole", "client", 1),
        (ACCOUNT, "us-east-1", "sesv2", "GetAccount", "client", 1),
        (OTHER, "eu-west-1", "sesv2", "GetAccount", "client", 1),
    ]


def test_each_row_tells_when_such_a_request_was_last_carried_out(aws: Aws, local_aws: LocalAws) -> None:
    began = time.time()
    aws("sesv2").get_account()
    between = time.time()
    aws("sesv2").get_account()
    with pytest.raises(ClientError):
        aws("sesv2").get_configuration_set(ConfigurationSetName="nwes")
    rows = requests.get(f"{local_aws.url}/_local_aws/calls", timeout=PATIENCE).json()["calls"]
    last = {row["operation"]: row["last"] for row in rows}
    assert began <= between <= last["GetAccount"] <= last["GetConfigurationSet"] <= time.time()


def test_what_was_refused_was_not_carried_out(aws: Aws, local_aws: LocalAws, control: Callable[..., Any]) -> None:
    aws("iam").create_user(UserName="ann")
    key = aws("iam").create_access_key(UserName="ann")["AccessKey"]
    control("settings", enforce_iam=True)
    requests.delete(f"{local_aws.url}/_local_aws/calls", timeout=PATIENCE)
    with pytest.raises(ClientError):
        aws("sesv2", credentials=key).get_account()
    (row,) = requests.get(f"{local_aws.url}/_local_aws/calls", timeout=PATIENCE).json()["calls"]
    assert (row["operation"], row["count"], row["last"]) == ("GetAccount", 1, None)


def test_a_refused_request_counts_too(aws: Aws, local_aws: LocalAws) -> None:
    with pytest.raises(ClientError):
        aws("sesv2").get_configuration_set(ConfigurationSetName="nope")
    assert logged(local_aws) == [(ACCOUNT, "eu-west-1", "sesv2", "GetConfigurationSet", "client", 1)]


def test_every_attempt_counts(local_aws: LocalAws) -> None:
    config = Config(retries={"total_max_attempts": 3, "mode": "standard"})
    session = boto3.session.Session("test", "test", region_name="eu-west-1")
    client = session.client("sesv2", endpoint_url=local_aws.url, config=config)
    with pytest.raises(ClientError, match="not been implemented"):
        client.put_account_vdm_attributes(VdmAttributes={"VdmEnabled": "ENABLED"})
    # What is not implemented is not worth asking again.
    assert [row[5] for row in logged(local_aws)] == [1]


def test_requests_of_functions_are_marked(local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_EXECUTION_ENV", "AWS_Lambda_python3.13")
    session = boto3.session.Session("test", "test", region_name="eu-west-1")
    session.client("sesv2", endpoint_url=local_aws.url).get_account()
    assert logged(local_aws) == [(ACCOUNT, "eu-west-1", "sesv2", "GetAccount", "lambda", 1)]


def test_many_at_once_are_all_counted(aws: Aws, local_aws: LocalAws) -> None:
    client = aws("sns")
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: client.list_topics(), range(200)))
    assert logged(local_aws) == [(ACCOUNT, "eu-west-1", "sns", "ListTopics", "client", 200)]


def test_the_log_survives_a_reset_and_is_zeroed_by_delete(aws: Aws, local_aws: LocalAws) -> None:
    aws("sesv2").get_account()
    requests.post(f"{local_aws.url}/moto-api/reset", timeout=PATIENCE)
    assert len(logged(local_aws)) == 1
    assert requests.delete(f"{local_aws.url}/_local_aws/calls", timeout=PATIENCE).json() == {"total": 0, "calls": []}
    assert logged(local_aws) == []


def test_the_controls_themselves_are_not_counted(local_aws: LocalAws) -> None:
    for name in ("calls", "settings", "health", "ses"):
        assert requests.get(f"{local_aws.url}/_local_aws/{name}", timeout=PATIENCE).status_code == 200
    assert logged(local_aws) == []


def test_a_client_older_than_the_installed_one_lists_too(aws: Aws, local_aws: LocalAws) -> None:
    for name in ("a", "b"):
        aws("sesv2").create_configuration_set(ConfigurationSetName=name)
    scope = "AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/ses/aws4_request, SignedHeaders=host, Signature=0"
    session = requests.Session()
    session.headers["Authorization"] = scope
    url = f"{local_aws.url}/v2/email/configuration-sets"
    first = session.get(url, params={"PageSize": 1}, timeout=PATIENCE).json()
    second = session.get(url, params={"PageSize": "1", "NextToken": first["NextToken"]}, timeout=PATIENCE).json()
    assert (first["ConfigurationSets"], second["ConfigurationSets"]) == (["a"], ["b"])
    assert session.get(f"{local_aws.url}/v2/email/identities", timeout=PATIENCE).json()["EmailIdentities"] == []
    assert (ACCOUNT, "eu-west-1", "sesv2", "ListConfigurationSets", "client", 2) in logged(local_aws)


def test_answers_can_take_as_long_as_awss(
    control: Callable[..., Any], aws: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(application, "time", SimpleNamespace(sleep=slept.append))
    control("settings", delay_ms=200)
    aws("sts").get_caller_identity()
    assert slept == [0.2]


# --- settings --------------------------------------------------------------------------------------------------------


def test_settings_change_in_part_and_a_reset_brings_the_defaults_back(
    local_aws: LocalAws, control: Callable[..., Any]
) -> None:
    defaults = control("settings", "GET")
    assert (defaults["enforce_iam"], defaults["async_retry_delays"]) == (False, [60.0, 120.0])
    changed = control("settings", async_retry_delays=[0.1, 0.2])
    assert changed == {**defaults, "async_retry_delays": [0.1, 0.2]}
    assert control("settings", "GET") == changed
    requests.post(f"{local_aws.url}/moto-api/reset", timeout=PATIENCE)
    assert control("settings", "GET") == defaults


@pytest.mark.parametrize(
    "changes",
    [
        {"enforce_iam": 1},
        {"role_not_assumable_seconds": "3"},
        {"role_not_assumable_seconds": -1},
        {"async_retry_delays": 60},
        {"async_retry_delays": ["60"]},
        {"typo": True},
    ],
)
def test_a_bad_setting_is_refused_and_changes_nothing(local_aws: LocalAws, changes: dict[str, Any]) -> None:
    before = settings.as_dict()
    answer = requests.post(
        f"{local_aws.url}/_local_aws/settings", json={"silent_shutdown": True, **changes}, timeout=PATIENCE
    )
    assert answer.status_code == 400
    assert next(iter(changes)) in answer.json()["message"]
    assert settings.as_dict() == before


def test_what_is_no_control_is_said(local_aws: LocalAws) -> None:
    answer = requests.get(f"{local_aws.url}/_local_aws/typo", timeout=PATIENCE)
    assert answer.status_code == 404
    assert "settings" in answer.json()["message"]
    answer = requests.post(f"{local_aws.url}/_local_aws/settings", data="[1]", timeout=PATIENCE)
    assert answer.status_code == 400


# --- the server ------------------------------------------------------------------------------------------------------


def test_it_listens_on_the_loopback_address_only(local_aws: LocalAws) -> None:
    port = urlsplit(local_aws.url).port
    assert port is not None
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port), timeout=PATIENCE)


def test_what_is_not_implemented_is_said_in_the_clients_protocol(aws: Aws) -> None:
    for call in (aws("sesv2").list_import_jobs, aws("ses").list_custom_verification_email_templates):
        with pytest.raises(ClientError) as raised:
            call()
        assert raised.value.response["Error"]["Code"] == "NotImplemented"
        assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
