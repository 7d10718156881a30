# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each test has an empty local AWS, and a target in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from types import SimpleNamespace
from typing import Any

import boto3
import botocore.endpoint
import pytest
from ansible_collections.amazon.aws.plugins.module_utils import cloud
from ansible_collections.mailops.ses.plugins.module_utils._aws import threads as _bulk
from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._aws.pace import QUOTAS
from ansible_collections.mailops.ses.plugins.module_utils._sending import recovery as _recovery
from ansible_collections.mailops.ses.plugins.module_utils._ses import scopes as _scopes
from botocore.stub import Stubber

from tests.local_aws.server import LocalAws
from tests.unit.plugins.target import ACCOUNT, ONE_ATTEMPT, REGION, MakeTarget, Target
from tests.unit.plugins.trials import Trials


@pytest.fixture(autouse=True)
def _empty(empty_aws: Callable[[], None]) -> None:
    empty_aws()


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """The local AWS has no quotas here, so none need be kept; and what it says is true at once."""
    for name in QUOTAS:
        monkeypatch.setitem(QUOTAS, name, 10_000.0)
    monkeypatch.setattr(_scopes, "READ_BACK", (0, 0, 0))
    monkeypatch.setattr(_recovery, "EVALUATED", 1)


@pytest.fixture(scope="session")
def _shared() -> dict[str, Aws]:
    """A connection by Region, for the whole test run."""
    return {}


@pytest.fixture
def make_target(local_aws: LocalAws, _shared: dict[str, Aws]) -> MakeTarget:
    """``make_target(region=..., **connection options)``."""

    def make(region: str = REGION, **options: Any) -> Target:
        return Target(local_aws.url, None if options else _shared, region=region, **options)

    return make


@pytest.fixture
def target(make_target: MakeTarget) -> Target:
    return make_target()


@pytest.fixture
def offline() -> Aws:
    """A connection that fails at every call, for what must not call."""
    aws = Target("http://127.0.0.1:9", aws_config={"retries": {"total_max_attempts": 1}}).aws()
    aws.__dict__["_identity"] = (ACCOUNT, "aws")
    return aws


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Nobody waits between two tries; the seconds that were asked for."""
    seconds: list[float] = []
    monkeypatch.setattr(cloud, "time", SimpleNamespace(sleep=seconds.append))
    return seconds


@pytest.fixture
def stubbed(offline: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Stubber]]:
    """``stubbed(service)``: the strict stub of the service's client in ``offline``; all that it expects must come."""
    # In the order in which it is expected, so reads must not overtake each other.
    monkeypatch.setattr(_bulk, "READERS", 1)
    stubs: list[Stubber] = []

    def stub(service: str) -> Stubber:
        client = boto3.session.Session().client(  # type: ignore[call-overload]
            service, region_name=REGION, aws_access_key_id="testing", aws_secret_access_key="testing"
        )
        offline._clients[service] = offline._clients[f"{service}, hurried"] = client
        stubs.append(Stubber(client))
        stubs[-1].activate()
        return stubs[-1]

    yield stub
    for each in stubs:
        each.assert_no_pending_responses()


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> Random:
    """What it chooses, the seed that pytest prints chooses again: ``--randomly-seed=N``."""
    return Random(f"{request.config.getoption('randomly_seed', 0)} {request.node.name}")


@pytest.fixture
def trials(
    aws: Callable[..., Any],
    control: Callable[..., Any],
    empty_aws: Callable[[], None],
    make_target: MakeTarget,
    slept: list[float],
    monkeypatch: pytest.MonkeyPatch,
) -> Trials:
    """Journeys that are broken off; nobody waits before a call is tried again."""
    monkeypatch.setattr(botocore.endpoint, "time", SimpleNamespace(sleep=slept.append))
    clients: dict[str, Any] = {}

    def client(service: str) -> Any:
        return clients.setdefault(service, clients.get(service) or aws(service))

    return Trials(client, control, empty_aws, make_target(), make_target(aws_config=ONE_ATTEMPT))
