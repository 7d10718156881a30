# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The local AWS is emptied before each test; and a role to try permissions with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.local_aws.iam_helpers import ROLE, TRUST, document

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Nothing here runs the code whose coverage is measured."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.no_cover)


@pytest.fixture(autouse=True)
def _empty(empty_aws: Callable[[], None]) -> None:
    empty_aws()


@pytest.fixture
def v1(aws: Callable[..., Any]) -> Any:
    """A client of SES v1."""
    return aws("ses")


@pytest.fixture
def v2(aws: Callable[..., Any]) -> Any:
    """A client of SES v2."""
    return aws("sesv2")


@pytest.fixture
def enforced(_empty: None, control: Callable[..., Any]) -> None:
    control("settings", enforce_iam=True)


@pytest.fixture
def grant(aws: Callable[..., Any]) -> Callable[..., None]:
    """Give the role ``worker`` these statements, in place of those it has."""
    root = aws("iam")
    root.create_role(RoleName="worker", AssumeRolePolicyDocument=document(*TRUST))

    def put(*statements: dict[str, Any]) -> None:
        root.put_role_policy(RoleName="worker", PolicyName="inline", PolicyDocument=document(*statements))

    return put


@pytest.fixture
def worker(aws: Callable[..., Any], grant: Callable[..., None]) -> Callable[..., Any]:
    """Clients with the credentials of the role."""
    keys = aws("sts").assume_role(RoleArn=ROLE, RoleSessionName="tests")["Credentials"]
    return lambda service, **more: aws(service, credentials=keys, **more)
