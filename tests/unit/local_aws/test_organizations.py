# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Organizations and Regions of the local AWS, where moto differs from AWS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

Aws = Callable[..., Any]
Control = Callable[..., Any]


@pytest.fixture
def organization(aws: Aws) -> Any:
    client = aws("organizations", "us-east-1")
    client.create_organization(FeatureSet="ALL")
    return client


def add(organization: Any, name: str) -> str:
    answer = organization.create_account(Email="mail-ops@example.com", AccountName=name, RoleName="deployer")
    return str(answer["CreateAccountStatus"]["AccountId"])


def fails(act: Callable[[], Any]) -> str:
    with pytest.raises(ClientError) as caught:
        act()
    return str(caught.value.response["Error"]["Code"])


def test_accounts_have_a_state_and_no_status(organization: Any) -> None:
    old = add(organization, "old")
    organization.close_account(AccountId=old)
    accounts = {each["Name"]: each for each in organization.list_accounts()["Accounts"]}
    assert {name: each["State"] for name, each in accounts.items()} == {"master": "ACTIVE", "old": "SUSPENDED"}
    assert "Status" not in accounts["old"]


def test_lists_have_pages_and_empty_ones_if_that_is_asked_for(organization: Any, control: Control) -> None:
    for number in range(20):
        add(organization, f"mail-{number}")
    pages = [len(page["Accounts"]) for page in organization.get_paginator("list_accounts").paginate()]
    assert pages == [20, 1]
    control("settings", organizations_empty_pages=True)
    pages = [len(page["Accounts"]) for page in organization.get_paginator("list_accounts").paginate()]
    assert pages == [0, 20, 0, 1]


def test_the_first_calls_are_throttled_if_that_is_asked_for(organization: Any, control: Control) -> None:
    control("settings", organizations_throttled=1)
    assert fails(organization.list_accounts) == "TooManyRequestsException"
    assert organization.list_accounts()["Accounts"]


def test_without_an_organization_there_is_nothing_to_list(aws: Aws) -> None:
    assert fails(aws("organizations", "us-east-1").list_accounts) == "AWSOrganizationsNotInUseException"


def test_a_member_is_entered_by_a_role_that_exists(organization: Any, aws: Aws) -> None:
    shop = add(organization, "shop")

    def enter(role: str) -> Any:
        return aws("sts").assume_role(RoleArn=f"arn:aws:iam::{shop}:role/{role}", RoleSessionName="tests")

    assert enter("deployer")["Credentials"]
    assert fails(lambda: enter("nobody")) == "AccessDenied"


def test_a_region_that_is_off_is_not_listed_and_knows_no_key(aws: Aws, control: Control) -> None:
    control("settings", regions_off=["us-west-2", "123456789012:us-east-1"])
    listed = {region["RegionName"] for region in aws("ec2").describe_regions()["Regions"]}
    assert "eu-west-1" in listed
    assert not listed & {"us-west-2", "us-east-1"}
    named = aws("ec2").describe_regions(RegionNames=["us-west-2"], AllRegions=True)["Regions"]
    assert [region["RegionName"] for region in named] == ["us-west-2"]
    assert fails(lambda: aws("sesv2", "us-east-1").get_account()) == "UnrecognizedClientException"
    assert aws("sesv2", "us-east-1", account="111111111111").get_account()
