# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be paused: the account, a configuration set, a tenant."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

from .._aws.client import Aws
from .._aws.errors import SesError
from .._aws.threads import Progress
from .enforcement import SHUTDOWN

MISSING = ("NotFoundException",)
# Seconds before each look.
READ_BACK = (0, 1, 2)


@dataclass(frozen=True)
class ScopeState:
    """enforcement_status: AWS's own view, of the account. The last three are of tenants.

    sending_enabled: what we can switch. sending_status: what SES makes of that and of AWS's own decision.
    """

    sending_enabled: bool
    enforcement_status: str | None = None
    sending_status: str | None = None
    disabled_by_aws: bool | None = None
    arn: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """As results have it: what this kind of scope has, without its ARN."""
        return {key: value for key, value in vars(self).items() if value is not None and key != "arn"}


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

    def write(self, aws: Aws, state: ScopeState, enabled: bool) -> None:
        raise NotImplementedError

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

    def write(self, aws: Aws, state: ScopeState, enabled: bool) -> None:
        aws.call("sesv2", "put_account_sending_attributes", "the account's sending", SendingEnabled=enabled)


class ConfigurationSet(Scope):
    """Sending with one configuration set."""

    kind = "configuration_set"

    def read(self, aws: Aws) -> ScopeState | None:
        about = f"configuration set {self.name}"
        answer = aws.call("sesv2", "get_configuration_set", about, MISSING, ConfigurationSetName=self.name)
        if answer is None:
            return None
        # SES leaves the options out where nobody ever set them: sending is on then.
        return ScopeState(answer.get("SendingOptions", {}).get("SendingEnabled", True))

    def write(self, aws: Aws, state: ScopeState, enabled: bool) -> None:
        aws.call(
            "sesv2",
            "put_configuration_set_sending_options",
            f"configuration set {self.name}",
            ConfigurationSetName=self.name,
            SendingEnabled=enabled,
        )


class Tenant(Scope):
    """Sending of one tenant. Its status has two authors: the customer and AWS; mail flows only where both let it."""

    kind = "tenant"

    def read(self, aws: Aws) -> ScopeState | None:
        about = f"tenant {self.name}"
        answer = aws.call("sesv2", "get_tenant", about, MISSING, TenantName=self.name)
        if answer is None:
            return None
        arn = answer["Tenant"]["TenantArn"]
        entity = aws.call(
            "sesv2", "get_reputation_entity", about, ReputationEntityType="RESOURCE", ReputationEntityReference=arn
        )["ReputationEntity"]
        by_customer = entity.get("CustomerManagedStatus", {}).get("Status", "ENABLED")
        by_aws = entity.get("AwsSesManagedStatus", {}).get("Status", "ENABLED")
        return ScopeState(
            sending_enabled=by_customer != "DISABLED",
            sending_status=entity.get("SendingStatusAggregate", by_customer),
            disabled_by_aws=by_aws == "DISABLED",
            arn=arn,
        )

    def refusal(self, state: ScopeState) -> str | None:
        # REINSTATED is the customer's own word that overrides AWS's finding.
        if state.disabled_by_aws and state.sending_status == "DISABLED":
            return (
                f"AWS itself has paused the tenant {self.name} for its reputation findings. Mend them first: resuming "
                f"our own pause would not let its mail flow"
            )
        return None

    def write(self, aws: Aws, state: ScopeState, enabled: bool) -> None:
        aws.call(
            "sesv2",
            "update_reputation_entity_customer_managed_status",
            f"tenant {self.name}",
            ReputationEntityType="RESOURCE",
            ReputationEntityReference=state.arn,
            SendingStatus="ENABLED" if enabled else "DISABLED",
        )

    def predict(self, state: ScopeState, enabled: bool) -> ScopeState:
        status = "ENABLED" if enabled and not state.disabled_by_aws else "DISABLED"
        return replace(state, sending_enabled=enabled, sending_status=status)


def scopes(params: dict[str, Any]) -> list[Scope]:
    """What the task is about: the account only where neither sets nor tenants are given, not even as empty lists."""
    if params["configuration_sets"] is None and params["tenants"] is None:
        return [Account()]
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
    missing: list[Scope] = []
    progress = Progress(aws.say, "looked at", len(wanted))
    for scope in wanted:
        state = scope.read(aws)
        progress.step()
        if state is None:
            missing.append(scope)
        else:
            states[scope] = state
    if missing:
        raise SesError(
            f"Not in SES of account {aws.account}, Region {aws.region}: "
            f"{', '.join(scope.label for scope in missing)}. Check the spelling and the Region. Nothing was written.",
            missing=[scope.name for scope in missing],
        )
    return states
