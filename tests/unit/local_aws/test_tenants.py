# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tenants of the local AWS: they send unless the customer or AWS says DISABLED."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.local_aws.patience import PATIENCE
from tests.local_aws.server import LocalAws


@pytest.fixture
def ses(aws: Callable[..., Any]) -> Any:
    return aws("sesv2")


def entity(ses: Any, arn: str) -> dict[str, Any]:
    found: dict[str, Any] = ses.get_reputation_entity(ReputationEntityType="RESOURCE", ReputationEntityReference=arn)
    return dict(found["ReputationEntity"])


def set_status(ses: Any, arn: str, status: str) -> None:
    ses.update_reputation_entity_customer_managed_status(
        ReputationEntityType="RESOURCE", ReputationEntityReference=arn, SendingStatus=status
    )


def test_a_tenant_is_created_sending(ses: Any) -> None:
    tags = [{"Key": "team", "Value": "mail"}]
    suppression = {"SuppressedReasons": ["BOUNCE"], "SuppressionScope": "TENANT"}
    created = ses.create_tenant(TenantName="acme", Tags=tags, SuppressionAttributes=suppression)
    tenant = ses.get_tenant(TenantName="acme")["Tenant"]
    assert {key: value for key, value in created.items() if key != "ResponseMetadata"} == tenant
    prefix = f"arn:aws:ses:eu-west-1:123456789012:tenant/acme/{tenant['TenantId']}"
    assert (tenant["TenantName"], tenant["TenantArn"], tenant["SendingStatus"]) == ("acme", prefix, "ENABLED")
    assert (tenant["Tags"], tenant["SuppressionAttributes"]) == (tags, suppression)
    assert ses.list_tags_for_resource(ResourceArn=tenant["TenantArn"])["Tags"] == tags


def test_a_new_tenant_has_the_standard_policy_of_aws(ses: Any) -> None:
    arn = ses.create_tenant(TenantName="acme")["TenantArn"]
    seen = entity(ses, arn)
    assert seen["ReputationEntityReference"] == arn
    assert seen["ReputationEntityType"] == "RESOURCE"
    assert seen["ReputationManagementPolicy"] == "arn:aws:ses:eu-west-1:aws:reputation-policy/standard"
    assert seen["CustomerManagedStatus"]["Status"] == "ENABLED"
    assert seen["AwsSesManagedStatus"]["Status"] == "ENABLED"
    assert seen["SendingStatusAggregate"] == "ENABLED"
    assert "ReputationImpact" not in seen


def test_the_policy_can_be_changed_to_one_of_aws(ses: Any) -> None:
    arn = ses.create_tenant(TenantName="acme")["TenantArn"]
    strict = "arn:aws:ses:eu-west-1:aws:reputation-policy/strict"
    params = {"ReputationEntityType": "RESOURCE", "ReputationEntityReference": arn}
    ses.update_reputation_entity_policy(ReputationEntityPolicy=strict, **params)
    assert entity(ses, arn)["ReputationManagementPolicy"] == strict
    with pytest.raises(ses.exceptions.BadRequestException):
        ses.update_reputation_entity_policy(ReputationEntityPolicy="STRICT", **params)


@pytest.mark.parametrize("status", ["ENABLED", "DISABLED", "REINSTATED"])
def test_the_customer_sets_the_status(ses: Any, status: str) -> None:
    arn = ses.create_tenant(TenantName="acme")["TenantArn"]
    set_status(ses, arn, status)
    assert entity(ses, arn)["CustomerManagedStatus"]["Status"] == status
    assert entity(ses, arn)["SendingStatusAggregate"] == status
    assert ses.get_tenant(TenantName="acme")["Tenant"]["SendingStatus"] == status


@pytest.mark.parametrize(
    ("customer", "aws_managed", "aggregate"),
    [
        ("ENABLED", "DISABLED", "DISABLED"),
        ("REINSTATED", "DISABLED", "DISABLED"),
        ("DISABLED", "ENABLED", "DISABLED"),
        ("DISABLED", "REINSTATED", "DISABLED"),
        ("REINSTATED", "ENABLED", "REINSTATED"),
    ],
)
def test_either_side_can_disable(
    ses: Any, control: Callable[..., Any], customer: str, aws_managed: str, aggregate: str
) -> None:
    arn = ses.create_tenant(TenantName="acme")["TenantArn"]
    control("ses", region="eu-west-1", tenant="acme", aws_managed_status=aws_managed)
    set_status(ses, arn, customer)
    assert entity(ses, arn)["AwsSesManagedStatus"]["Status"] == aws_managed
    assert entity(ses, arn)["SendingStatusAggregate"] == aggregate
    assert ses.get_tenant(TenantName="acme")["Tenant"]["SendingStatus"] == aggregate


def test_aws_says_why(ses: Any, control: Callable[..., Any]) -> None:
    arn = ses.create_tenant(TenantName="acme")["TenantArn"]
    why = {"cause": "High bounce rate", "reputation_impact": "HIGH"}
    shown = control("ses", region="eu-west-1", tenant="acme", aws_managed_status="DISABLED", **why)
    assert shown["tenants"] == {"acme": "DISABLED"}
    assert entity(ses, arn)["AwsSesManagedStatus"]["Cause"] == "High bounce rate"
    assert entity(ses, arn)["ReputationImpact"] == "HIGH"


def test_tenants_are_listed_filtered_and_paged(ses: Any) -> None:
    for name in ("a-one", "a-two", "b-one"):
        ses.create_tenant(TenantName=name)
    set_status(ses, ses.get_tenant(TenantName="a-two")["Tenant"]["TenantArn"], "DISABLED")
    first = ses.list_tenants(PageSize=2)
    second = ses.list_tenants(PageSize=2, NextToken=first["NextToken"])
    assert [each["TenantName"] for each in first["Tenants"] + second["Tenants"]] == ["a-one", "a-two", "b-one"]
    assert "NextToken" not in second
    assert set(first["Tenants"][0]) == {"TenantName", "TenantId", "TenantArn", "CreatedTimestamp", "SendingStatus"}
    paused = ses.list_tenants(Filter={"SENDING_STATUS": "DISABLED"})["Tenants"]
    assert [each["TenantName"] for each in paused] == ["a-two"]
    named = ses.list_tenants(Filter={"TENANT_NAME_CONTAINS": "one"})["Tenants"]
    assert [each["TenantName"] for each in named] == ["a-one", "b-one"]


def test_entities_are_listed_filtered_and_paged(ses: Any, control: Callable[..., Any]) -> None:
    arns = [ses.create_tenant(TenantName=name)["TenantArn"] for name in ("a", "b", "c")]
    set_status(ses, arns[1], "DISABLED")
    control("ses", region="eu-west-1", tenant="c", reputation_impact="LOW")

    def listed(**params: Any) -> list[str]:
        found = ses.list_reputation_entities(**params)["ReputationEntities"]
        return [each["ReputationEntityReference"] for each in found]

    assert listed() == arns
    assert listed(Filter={"SENDING_STATUS": "DISABLED"}) == arns[1:2]
    assert listed(Filter={"REPUTATION_IMPACT": "LOW"}) == arns[2:]
    assert listed(Filter={"ENTITY_REFERENCE_PREFIX": arns[0]}) == arns[:1]
    assert listed(Filter={"ENTITY_TYPE": "RESOURCE"}) == arns
    token = ses.list_reputation_entities(PageSize=2)["NextToken"]
    assert listed(PageSize=2, NextToken=token) == arns[2:]


def test_what_does_not_exist_is_named(ses: Any) -> None:
    for operation in (ses.get_tenant, ses.delete_tenant):
        with pytest.raises(ses.exceptions.NotFoundException, match="Tenant nope"):
            operation(TenantName="nope")
    arn = "arn:aws:ses:eu-west-1:123456789012:tenant/nope/tn-1"
    with pytest.raises(ses.exceptions.NotFoundException, match="tenant/nope"):
        entity(ses, arn)
    with pytest.raises(ses.exceptions.BadRequestException, match="tenant/nope"):
        set_status(ses, arn, "DISABLED")


def test_a_tenant_exists_once_and_has_a_good_name(ses: Any) -> None:
    ses.create_tenant(TenantName="acme")
    with pytest.raises(ses.exceptions.AlreadyExistsException):
        ses.create_tenant(TenantName="acme")
    with pytest.raises(ses.exceptions.BadRequestException):
        ses.create_tenant(TenantName="a c m e")


def test_a_deleted_tenant_is_gone_and_a_new_one_is_another(ses: Any) -> None:
    first = ses.create_tenant(TenantName="acme", Tags=[{"Key": "k", "Value": "v"}])
    ses.delete_tenant(TenantName="acme")
    assert ses.list_tenants()["Tenants"] == []
    second = ses.create_tenant(TenantName="acme")
    assert second["TenantArn"] != first["TenantArn"]
    assert second["Tags"] == []


def test_tenants_are_those_of_one_account_in_one_region(aws: Callable[..., Any], ses: Any) -> None:
    ses.create_tenant(TenantName="acme")
    assert aws("sesv2", region="us-east-1").list_tenants()["Tenants"] == []
    other = aws("sesv2", account="210987654321")
    assert other.list_tenants()["Tenants"] == []
    assert ":210987654321:tenant/" in other.create_tenant(TenantName="acme")["TenantArn"]


def test_the_control_lists_what_was_used(aws: Callable[..., Any], ses: Any, control: Callable[..., Any]) -> None:
    ses.create_configuration_set(ConfigurationSetName="news")
    aws("sesv2", region="us-east-1", account="210987654321").put_account_sending_attributes(SendingEnabled=False)
    (shown,) = control("ses?account=210987654321&region=us-east-1", "GET")["accounts"]
    assert (shown["sending_enabled"], shown["configuration_sets"]) == (False, 0)
    (shown,) = control("ses?account=123456789012&region=eu-west-1", "GET")["accounts"]
    assert (shown["sending_enabled"], shown["configuration_sets"]) == (True, 1)
    assert len(control("ses", "GET")["accounts"]) >= 2


def test_the_control_refuses_what_makes_no_sense(local_aws: LocalAws, ses: Any) -> None:
    ses.create_tenant(TenantName="acme")

    def refused(**body: Any) -> str:
        answer = requests.post(
            f"{local_aws.url}/_local_aws/ses", json={"region": "eu-west-1", **body}, timeout=PATIENCE
        )
        assert answer.status_code == 400
        return str(answer.json()["message"])

    assert "nope" in refused(tenant="nope", aws_managed_status="DISABLED")
    assert "DISABLED" in refused(tenant="acme", aws_managed_status="OFF")
    assert "typo" in refused(tenant="acme", typo=1)
    assert "typo" in refused(typo=1)
    assert "SHUTDOWN" in refused(enforcement_status="OFF")
    assert "mars-1" in refused(region="mars-1")
