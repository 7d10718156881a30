# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One local AWS for the whole test run, and botocore clients for it."""

from __future__ import annotations

import gc
import os
import socket
import sys
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import boto3
import pytest
import requests
from botocore.client import BaseClient, ClientCreator
from botocore.config import Config
from botocore.httpsession import URLLib3Session
from botocore.parsers import ResponseParser
from botocore.signers import RequestSigner
from hypothesis import HealthCheck, settings

from tests.local_aws import server
from tests.local_aws.patience import PATIENCE

# Whatever a test forgets to say must not come from the user's own AWS settings.
OWN_SETTINGS = {"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}
LOOPBACK = ("127.", "::1", "localhost")

# `make test` tries the same few cases each time, `make soak` many.
# However long it takes: a machine may be busy.
ALWAYS: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow],
    "database": None,
    "print_blob": False,
}
settings.register_profile("short", max_examples=100, stateful_step_count=40, derandomize=True, **ALWAYS)
settings.register_profile("soak", max_examples=1500, stateful_step_count=40, **ALWAYS)
settings.load_profile("short")

# Clients and servers of AWS make and drop much: to look for garbage each 700 objects took a twentieth of all time.
gc.set_threshold(20_000, 50, 100)

# Where nothing of ours runs: to trace botocore as well took a third of the time of a test that is measured.
UNTRACED: list[tuple[Any, str]] = [
    (BaseClient, "_convert_to_request_dict"),
    (ClientCreator, "create_client"),
    (RequestSigner, "sign"),
    (ResponseParser, "parse"),
    (URLLib3Session, "send"),
]

ROOT_ACCOUNT = "123456789012"
TESTING = {"AccessKeyId": "testing", "SecretAccessKey": "testing"}
REGION = "eu-west-1"
# One attempt: an error must show at once and be counted once.
CONFIG = Config(retries={"total_max_attempts": 1, "mode": "standard"}, max_pool_connections=50, read_timeout=PATIENCE)


@pytest.fixture(scope="session", autouse=True)
def _alone() -> Iterator[None]:
    """No test sees the user's settings, and none reaches beyond the loopback address."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not address[0].startswith(LOOPBACK):
            raise AssertionError(f"a test wants to reach {address}: only the loopback address is allowed")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in (OWN_SETTINGS | {"AWS_EC2_METADATA_DISABLED": "true"}).items():
            patch.setenv(name, value)
        patch.setattr(socket.socket, "connect", guarded)
        yield


def _untraced(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, without the tracer of coverage as long as it runs."""

    @wraps(function)
    def call(*args: Any, **options: Any) -> Any:
        tracer = sys.gettrace()
        if not hasattr(tracer, "stop"):
            return function(*args, **options)
        tracer.stop()
        try:
            return function(*args, **options)
        finally:
            tracer.start()

    return call


@pytest.fixture(scope="session", autouse=True)
def _measure_only_what_calls() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for owner, name in UNTRACED:
            patch.setattr(owner, name, _untraced(getattr(owner, name)))
        yield


@pytest.fixture(scope="session")
def local_aws() -> Iterator[server.LocalAws]:
    running = server.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def empty_aws(local_aws: server.LocalAws) -> Callable[[], None]:
    """``empty_aws()``: nothing is left in the local AWS, its settings are the defaults, and no call is counted."""

    def empty() -> None:
        requests.post(f"{local_aws.url}/moto-api/reset", timeout=PATIENCE).raise_for_status()
        requests.delete(f"{local_aws.url}/_local_aws/calls", timeout=PATIENCE).raise_for_status()

    return empty


@pytest.fixture(scope="session")
def _roots_clients() -> dict[tuple[str, str], Any]:
    """Of the root account, by service and Region: to make one costs as much as ten calls."""
    return {}


@pytest.fixture
def aws(local_aws: server.LocalAws, _roots_clients: dict[tuple[str, str], Any]) -> Callable[..., Any]:
    """``aws(service, region=..., account=..., credentials=..., config=...)``: a client.

    Another account is entered by AssumeRole; ``credentials`` is what AssumeRole or CreateAccessKey returned.
    """

    def client(
        service: str,
        region: str = REGION,
        account: str = ROOT_ACCOUNT,
        credentials: dict[str, str] | None = None,
        config: Config = CONFIG,
    ) -> Any:
        if credentials is None and account != ROOT_ACCOUNT:
            role_arn = f"arn:aws:iam::{account}:role/admin"
            assumed = client("sts").assume_role(RoleArn=role_arn, RoleSessionName="tests")
            credentials = assumed["Credentials"]
        if credentials is None and config is CONFIG:
            if (service, region) not in _roots_clients:
                _roots_clients[service, region] = make(service, region, TESTING, config)
            return _roots_clients[service, region]
        return make(service, region, credentials or TESTING, config)

    def make(service: str, region: str, keys: dict[str, str], config: Config) -> Any:
        create: Any = boto3.client
        return create(
            service,
            region_name=region,
            endpoint_url=local_aws.url,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys.get("SessionToken"),
            config=config,
        )

    return client


@pytest.fixture
def control(local_aws: server.LocalAws) -> Callable[..., Any]:
    """``control(name, method="POST", **body)``: the JSON answer of ``/_local_aws/NAME``."""

    def call(name: str, method: str = "POST", **body: Any) -> Any:
        # Longer than the local AWS itself waits: it says what is still to do.
        answer = requests.request(method, f"{local_aws.url}/_local_aws/{name}", json=body, timeout=2 * PATIENCE)
        answer.raise_for_status()
        return answer.json()

    return call
