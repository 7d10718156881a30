# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SES tenants and the reputation entities that pause them (v2 only).

A tenant sends unless its customer-managed or its AWS-managed status is DISABLED; REINSTATED sends in spite of findings.
``POST /_local_aws/ses {"account", "region", "tenant": NAME, "aws_managed_status": ENABLED|DISABLED|REINSTATED,
"cause": TEXT, "reputation_impact": LOW|HIGH|null}`` plays AWS. Error texts and the form of TenantId are inferred.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from moto.core.utils import utcnow
from moto.sesv2.responses import SESV2Response

from .ses_operations import add_operation, paged
from .ses_state import NAME, Refusal

if TYPE_CHECKING:
    from moto.ses.models import SESBackend

    Parameters = dict[str, Any]

STATUSES = ("ENABLED", "DISABLED", "REINSTATED")
IMPACTS = ("LOW", "HIGH", None)
POLICIES = ("standard", "strict", "none")


@dataclass
class Status:
    status: str = "ENABLED"
    cause: str | None = None
    updated: datetime = field(default_factory=utcnow)

    def record(self) -> dict[str, Any]:
        """botocore's StatusRecord."""
        cause = {"Cause": self.cause} if self.cause else {}
        return {"Status": self.status, "LastUpdatedTimestamp": self.updated, **cause}


@dataclass
class Tenant:
    name: str
    arn: str
    id: str
    # Every new tenant gets AWS's "standard" policy.
    policy: str
    suppression: dict[str, Any] | None = None
    created: datetime = field(default_factory=utcnow)
    customer: Status = field(default_factory=Status)
    aws: Status = field(default_factory=Status)
    impact: str | None = None

    @property
    def aggregate(self) -> str:
        """DISABLED as soon as one side says so, else what the customer says."""
        return "DISABLED" if self.aws.status == "DISABLED" else self.customer.status

    def info(self) -> dict[str, Any]:
        """botocore's TenantInfo."""
        return {
            "TenantName": self.name,
            "TenantId": self.id,
            "TenantArn": self.arn,
            "CreatedTimestamp": self.created,
            "SendingStatus": self.aggregate,
        }

    def entity(self) -> dict[str, Any]:
        """botocore's ReputationEntity."""
        return {
            "ReputationEntityReference": self.arn,
            "ReputationEntityType": "RESOURCE",
            "ReputationManagementPolicy": self.policy,
            "CustomerManagedStatus": self.customer.record(),
            "AwsSesManagedStatus": self.aws.record(),
            "SendingStatusAggregate": self.aggregate,
            **({"ReputationImpact": self.impact} if self.impact else {}),
        }


def install() -> None:
    for name, handler in {
        "CreateTenant": create_tenant,
        "GetTenant": get_tenant,
        "ListTenants": list_tenants,
        "DeleteTenant": delete_tenant,
        "GetReputationEntity": get_reputation_entity,
        "ListReputationEntities": list_reputation_entities,
        "UpdateReputationEntityCustomerManagedStatus": update_customer_managed_status,
        "UpdateReputationEntityPolicy": update_policy,
    }.items():
        add_operation(SESV2Response, name, handler)


def tenants_of(backend: SESBackend) -> dict[str, Tenant]:
    return backend.sending.tenants  # type: ignore[no-any-return]


def check_tenant_may_send(backend: SESBackend, name: str) -> None:
    if _find(backend, name).aggregate == "DISABLED":
        raise Refusal("", "SendingPausedException", f"Email sending is disabled for the tenant {name}.")


def create_tenant(backend: SESBackend, params: Parameters) -> dict[str, Any]:
    name, tags = params["TenantName"], params.get("Tags", [])
    if not NAME.fullmatch(name):
        raise Refusal("", "BadRequestException", f"Invalid tenant name {name}.")
    if name in tenants_of(backend):
        raise Refusal("", "AlreadyExistsException", f"Tenant {name} already exists.")
    tenant_id = f"tn-{uuid4().hex}"
    arn = f"arn:{backend.partition}:ses:{backend.region_name}:{backend.account_id}:tenant/{name}/{tenant_id}"
    policy = f"arn:{backend.partition}:ses:{backend.region_name}:aws:reputation-policy/standard"
    tenant = Tenant(name, arn, tenant_id, policy, params.get("SuppressionAttributes"))
    tenants_of(backend)[name] = tenant
    if tags:
        backend.tagger.tag_resource(arn, tags)
    return _details(backend, tenant)


def get_tenant(backend: SESBackend, params: Parameters) -> dict[str, Any]:
    return {"Tenant": _details(backend, _find(backend, params["TenantName"]))}


def list_tenants(backend: SESBackend, params: Parameters) -> dict[str, Any]:
    wanted = params.get("Filter", {})
    names = [
        tenant.name
        for tenant in list(tenants_of(backend).values())
        if wanted.get("TENANT_NAME_CONTAINS", "") in tenant.name
        and wanted.get("SENDING_STATUS", tenant.aggregate) == tenant.aggregate
    ]
    shown, token = paged(names, params)
    return {"Tenants": [tenants_of(backend)[name].info() for name in shown], "NextToken": token}


def delete_tenant(backend: SESBackend, params: Parameters) -> None:
    tenant = _find(backend, params["TenantName"])
    del tenants_of(backend)[tenant.name]
    backend.tagger.delete_all_tags_for_resource(tenant.arn)


def get_reputation_entity(backend: SESBackend, params: Parameters) -> dict[str, Any]:
    return {"ReputationEntity": _find_entity(backend, params, "NotFoundException").entity()}


def list_reputation_entities(backend: SESBackend, params: Parameters) -> dict[str, Any]:
    wanted = params.get("Filter", {})
    by_arn = {
        tenant.arn: tenant
        for tenant in list(tenants_of(backend).values())
        if wanted.get("ENTITY_TYPE", "RESOURCE") == "RESOURCE"
        and wanted.get("REPUTATION_IMPACT", tenant.impact) == tenant.impact
        and wanted.get("SENDING_STATUS", tenant.aggregate) == tenant.aggregate
        and tenant.arn.startswith(wanted.get("ENTITY_REFERENCE_PREFIX", ""))
    }
    shown, token = paged(list(by_arn), params)
    return {"ReputationEntities": [by_arn[arn].entity() for arn in shown], "NextToken": token}


def update_customer_managed_status(backend: SESBackend, params: Parameters) -> None:
    tenant = _find_entity(backend, params, "BadRequestException")
    if params["SendingStatus"] not in STATUSES:
        raise Refusal("", "BadRequestException", f"Invalid sending status {params['SendingStatus']}.")
    tenant.customer = Status(params["SendingStatus"])


def update_policy(backend: SESBackend, params: Parameters) -> None:
    tenant = _find_entity(backend, params, "BadRequestException")
    policy = params["ReputationEntityPolicy"]
    if not re.fullmatch(rf"arn:[a-z-]+:ses:[a-z0-9-]+:aws:reputation-policy/({'|'.join(POLICIES)})", policy):
        raise Refusal("", "BadRequestException", f"Invalid reputation policy {policy}.")
    tenant.policy = policy


def control_tenant(backend: SESBackend, changes: dict[str, Any]) -> None:
    """What AWS does to a tenant; ValueError for anything else."""
    tenant = _find(backend, changes.pop("tenant"))
    status = changes.pop("aws_managed_status", tenant.aws.status)
    cause, impact = changes.pop("cause", None), changes.pop("reputation_impact", tenant.impact)
    if changes:
        raise ValueError(f"unknown key {sorted(changes)[0]!r} for a tenant")
    if status not in STATUSES or impact not in IMPACTS:
        raise ValueError(f"aws_managed_status is one of {STATUSES}, reputation_impact one of {IMPACTS}")
    tenant.aws, tenant.impact = Status(status, cause), impact


def _find(backend: SESBackend, name: str) -> Tenant:
    tenant = tenants_of(backend).get(name)
    if tenant is None:
        raise Refusal("", "NotFoundException", f"Tenant {name} does not exist.")
    return tenant


def _find_entity(backend: SESBackend, params: Parameters, error: str) -> Tenant:
    """The updates declare no NotFoundException, so for them a missing entity is taken to be a bad request."""
    arn = params["ReputationEntityReference"]
    if params["ReputationEntityType"] == "RESOURCE":
        for tenant in list(tenants_of(backend).values()):
            if tenant.arn == arn:
                return tenant
    raise Refusal("", error, f"Reputation entity {arn} does not exist.")


def _details(backend: SESBackend, tenant: Tenant) -> dict[str, Any]:
    """botocore's Tenant; CreateTenant returns the same members."""
    suppression = {"SuppressionAttributes": tenant.suppression} if tenant.suppression else {}
    return {**tenant.info(), "Tags": backend.tagger.list_tags_for_resource(tenant.arn)["Tags"], **suppression}
