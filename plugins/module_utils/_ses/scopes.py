# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be paused: the account, a configuration set, a tenant."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .._aws.client import Aws
from .._aws.errors import SesError
from .._aws.threads import Progress
from .._converge.tags import to_dict
from .enforcement import SHUTDOWN

MISSING = ("NotFoundException",)
# Seconds before each look.
READ_BACK = (0, 1, 2)


@dataclass(frozen=True)
class ScopeState:
    """enforcement_status: AWS's own view, of the account. sending_status, disabled_by_aws and arn are of tenants.

    sending_enabled: what we can switch. sending_status: what SES makes of that and of AWS's own decision. tags: of sets
    and tenants.
    """

    sending_enabled: bool
    enforcement_status: str | None = None
    sending_status: str | None = None
    disabled_by_aws: bool | None = None
    arn: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """As results have it: what this kind of scope has, without its ARN and its tags."""
        return {key: value for key, value in vars(self).items() if value is not None and key not in ("arn", "tags")}


class Scope:
    """What can be paused."""

    kind = ""

    def __init__(self, name: str = "") -> None:
        self.name = name

    @property
    def label(self) -> str:
        """What people call it."""
        return f"{self.kind.replace('_', ' ')} {self.name}".strip()

    def read(self, aws: Aws) -> ScopeState | None:
        """The present state, or None where SES knows no such thing."""
        raise NotImplementedError

    def look(self, aws: Aws) -> ScopeState | None:
        """Like C(read), in one call while mail may flow: what a pause has time for."""
        return self.read(aws)

    def write(self, aws: Aws, state: ScopeState | None, enabled: bool) -> None:
        """state: None where it could not be read."""
        raise NotImplementedError

    def arn(self, aws: Aws, state: ScopeState | None) -> str | None:
        """Of what can carry tags."""
        return None

    def refusal(self, state: ScopeState) -> str | None:
        """Why sending cannot be resumed, if it cannot."""
        return None

    def predict(self, state: ScopeState, enabled: bool) -> ScopeState:
        """What read() would give after the write."""
        return replace(state, sending_enabled=enabled)


class Account(Scope):
    """Sending of the whole account in one Region."""

    kind = "account"

    def read(self, aws: Aws) -> ScopeState:
        account = aws.call("sesv2", "get_account", "the account's sending")
        return ScopeState(account.get("SendingEnabled", False), account.get("EnforcementStatus", ""))

    def refusal(self, state: ScopeState) -> str | None:
        if state.enforcement_status == SHUTDOWN:
            return (
                f"AWS itself has paused sending of this account (enforcement status {SHUTDOWN}). No API call can lift "
                f"that: read the message in the AWS Support Center, mend the cause and answer there"
            )
        return None

    def write(self, aws: Aws, state: ScopeState | None, enabled: bool) -> None:
        aws.call("sesv2", "put_account_sending_attributes", "the account's sending", SendingEnabled=enabled)


class ConfigurationSet(Scope):
    """Sending with one configuration set."""

    kind = "configuration_set"

    def read(self, aws: Aws) -> ScopeState | None:
        answer = aws.call("sesv2", "get_configuration_set", self.label, MISSING, ConfigurationSetName=self.name)
        if answer is None:
            return None
        # SES leaves the options out where nobody ever set them: sending is on then.
        enabled = answer.get("SendingOptions", {}).get("SendingEnabled", True)
        return ScopeState(enabled, tags=to_dict(answer.get("Tags", [])))

    def write(self, aws: Aws, state: ScopeState | None, enabled: bool) -> None:
        aws.call(
            "sesv2",
            "put_configuration_set_sending_options",
            self.label,
            ConfigurationSetName=self.name,
            SendingEnabled=enabled,
        )

    def arn(self, aws: Aws, state: ScopeState | None) -> str | None:
        return aws.arn("ses", f"configuration-set/{self.name}")


class Tenant(Scope):
    """Sending of one tenant. Its status has two authors: the customer and AWS; mail flows only where both let it."""

    kind = "tenant"

    def read(self, aws: Aws) -> ScopeState | None:
        tenant = self._read_tenant(aws)
        return tenant and self._read_entity(aws, tenant)

    def look(self, aws: Aws) -> ScopeState | None:
        tenant = self._read_tenant(aws)
        # While its mail is stopped, there is time to ask by whom.
        return tenant and (tenant if tenant.sending_enabled else self._read_entity(aws, tenant))

    def _read_tenant(self, aws: Aws) -> ScopeState | None:
        """Whether its mail flows."""
        answer = aws.call("sesv2", "get_tenant", self.label, MISSING, TenantName=self.name)
        if answer is None:
            return None
        tenant = answer["Tenant"]
        status = tenant.get("SendingStatus")
        return ScopeState(
            status != "DISABLED", None, status, None, tenant["TenantArn"], to_dict(tenant.get("Tags", []))
        )

    def _read_entity(self, aws: Aws, tenant: ScopeState) -> ScopeState:
        """With who has stopped it."""
        reference: dict[str, Any] = {"ReputationEntityType": "RESOURCE", "ReputationEntityReference": tenant.arn}
        entity = aws.call("sesv2", "get_reputation_entity", self.label, **reference)["ReputationEntity"]
        by_customer = entity.get("CustomerManagedStatus", {}).get("Status", "ENABLED")
        by_aws = entity.get("AwsSesManagedStatus", {}).get("Status", "ENABLED")
        return replace(
            tenant,
            sending_enabled=by_customer != "DISABLED",
            sending_status=entity.get("SendingStatusAggregate", by_customer),
            disabled_by_aws=by_aws == "DISABLED",
        )

    def arn(self, aws: Aws, state: ScopeState | None) -> str | None:
        return state.arn if state else None

    def refusal(self, state: ScopeState) -> str | None:
        # REINSTATED is the customer's own word that overrides AWS's finding.
        if state.disabled_by_aws and state.sending_status == "DISABLED":
            return (
                f"AWS itself has paused the tenant {self.name} for its reputation findings. Mend them first: resuming "
                f"our own pause would not let its mail flow"
            )
        return None

    def write(self, aws: Aws, state: ScopeState | None, enabled: bool) -> None:
        if state is None and (state := self._read_tenant(aws)) is None:
            raise missing(aws, self)
        aws.call(
            "sesv2",
            "update_reputation_entity_customer_managed_status",
            self.label,
            ReputationEntityType="RESOURCE",
            ReputationEntityReference=state.arn,
            SendingStatus="ENABLED" if enabled else "DISABLED",
        )

    def predict(self, state: ScopeState, enabled: bool) -> ScopeState:
        status = "ENABLED" if enabled and not state.disabled_by_aws else "DISABLED"
        return replace(state, sending_enabled=enabled, sending_status=status)


def scopes(params: dict[str, Any]) -> list[Scope]:
    """What the task is about: the account only where neither sets nor tenants are given."""
    lists = {option: params[option] for option in ("configuration_sets", "tenants") if params[option] is not None}
    if not lists:
        return [Account()]
    for option, names in lists.items():
        if not names or not all(name.strip() for name in names):
            raise SesError(
                f"{option}: {names!r} names nothing. Give the names, or leave {option} out for the account itself."
            )
    sets = [ConfigurationSet(name) for name in dict.fromkeys(params["configuration_sets"] or [])]
    tenants = [Tenant(name) for name in dict.fromkeys(params["tenants"] or [])]
    return [*sets, *tenants]


def read_sends(aws: Aws, scope: Scope) -> bool:
    """Whether it sends; what is gone does not."""
    state = scope.read(aws)
    return state is not None and state.sending_enabled


def read_back(aws: Aws, scope: Scope, enabled: bool) -> ScopeState | None:
    """The state after a write, to be compared with what was written, or None where the scope is gone.

    SES answers a write with an empty body, and a read just after it may still show the state before.
    """
    after = None
    for seconds in READ_BACK:
        time.sleep(seconds)
        after = scope.read(aws)
        if after is None or after.sending_enabled == enabled:
            break
    return after


def read_all(aws: Aws, wanted: list[Scope]) -> dict[Scope, ScopeState]:
    """Every scope's state, or an error that names all that do not exist."""
    states: dict[Scope, ScopeState] = {}
    unknown: list[Scope] = []
    progress = Progress(aws.say, "looked at", len(wanted))
    for scope in wanted:
        state = scope.read(aws)
        progress.step()
        if state is None:
            unknown.append(scope)
        else:
            states[scope] = state
    if unknown:
        raise missing(aws, *unknown, written="Nothing was written.")
    return states


def missing(aws: Aws, *unknown: Scope, written: str = "") -> SesError:
    """The error about scopes that SES does not know. written: what was done all the same."""
    labels = ", ".join(scope.label for scope in unknown)
    return SesError(
        f"Not in SES of {aws.place}: {labels}. Check the spelling and the Region. {written}".rstrip(),
        missing=[scope.name for scope in unknown],
    )
