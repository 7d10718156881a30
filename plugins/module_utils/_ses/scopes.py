# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be paused: the account, a configuration set, a tenant."""

from __future__ import annotations

import time
from typing import Any

from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._aws.threads import Progress

SHUTDOWN = "SHUTDOWN"
MISSING = ("NotFoundException",)
# Seconds before each look.
READ_BACK = (0, 1, 2)


class Scope:
    """What can be paused. A state always has sending_enabled."""

    kind = ""

    def __init__(self, name: str = "") -> None:
        self.name = name

    @property
    def label(self) -> str:
        """What people call it."""
        return f"{self.kind.replace('_', ' ')} {self.name}".strip()

    def read(self, aws: Aws) -> dict[str, Any] | None:
        """The present state, or None where SES knows no such thing."""
        raise NotImplementedError

    def write(self, aws: Aws, state: dict[str, Any], enabled: bool) -> None:
        raise NotImplementedError

    def refusal(self, state: dict[str, Any]) -> str | None:
        """Why sending cannot be resumed, if it cannot."""
        return None

    def predict(self, state: dict[str, Any], enabled: bool) -> dict[str, Any]:
        """What read() would give after the write."""
        return {**state, "sending_enabled": enabled}


class Account(Scope):
    """Sending of the whole account in one Region."""

    kind = "account"

    def read(self, aws: Aws) -> dict[str, Any]:
        account = aws.call("sesv2", "get_account", "the account's sending")
        return {
            "sending_enabled": account.get("SendingEnabled", False),
            "enforcement_status": account.get("EnforcementStatus", ""),
        }

    def refusal(self, state: dict[str, Any]) -> str | None:
        if state["enforcement_status"] == SHUTDOWN:
            return (
                "AWS itself has paused sending of this account (enforcement status SHUTDOWN). No API call can lift "
                "that: read the message in the AWS Support Center, mend the cause and answer there"
            )
        return None

    def write(self, aws: Aws, state: dict[str, Any], enabled: bool) -> None:
        aws.call("sesv2", "put_account_sending_attributes", "the account's sending", SendingEnabled=enabled)


class ConfigurationSet(Scope):
    """Sending with one configuration set."""

    kind = "configuration_set"

    def read(self, aws: Aws) -> dict[str, Any] | None:
        about = f"configuration set {self.name}"
        answer = aws.call("sesv2", "get_configuration_set", about, MISSING, ConfigurationSetName=self.name)
        if answer is None:
            return None
        # SES leaves the options out where nobody ever set them: sending is on then.
        return {"sending_enabled": answer.get("SendingOptions", {}).get("SendingEnabled", True)}

    def write(self, aws: Aws, state: dict[str, Any], enabled: bool) -> None:
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

    def read(self, aws: Aws) -> dict[str, Any] | None:
        about = f"tenant {self.name}"
        answer = aws.call("sesv2", "get_tenant", about, MISSING, TenantName=self.name)
        if answer is None:
            return None
        arn = answer["Tenant"]["TenantArn"]
        entity = aws.call(
            "sesv2",
            "get_reputation_entity",
            about,
            ReputationEntityType="RESOURCE",
            ReputationEntityReference=arn,
        )["ReputationEntity"]
        by_customer = entity.get("CustomerManagedStatus", {}).get("Status", "ENABLED")
        by_aws = entity.get("AwsSesManagedStatus", {}).get("Status", "ENABLED")
        return {
            # What this module can switch; sending_status is what SES makes of both authors.
            "sending_enabled": by_customer != "DISABLED",
            "sending_status": entity.get("SendingStatusAggregate", by_customer),
            "disabled_by_aws": by_aws == "DISABLED",
            "_arn": arn,
        }

    def refusal(self, state: dict[str, Any]) -> str | None:
        # REINSTATED is the customer's own word that overrides AWS's finding.
        if state["disabled_by_aws"] and state["sending_status"] == "DISABLED":
            return (
                f"AWS itself has paused the tenant {self.name} for its reputation findings. Mend them first: resuming "
                f"our own pause would not let its mail flow"
            )
        return None

    def write(self, aws: Aws, state: dict[str, Any], enabled: bool) -> None:
        aws.call(
            "sesv2",
            "update_reputation_entity_customer_managed_status",
            f"tenant {self.name}",
            ReputationEntityType="RESOURCE",
            ReputationEntityReference=state["_arn"],
            SendingStatus="ENABLED" if enabled else "DISABLED",
        )

    def predict(self, state: dict[str, Any], enabled: bool) -> dict[str, Any]:
        status = "ENABLED" if enabled and not state["disabled_by_aws"] else "DISABLED"
        return {**state, "sending_enabled": enabled, "sending_status": status}


def scopes(params: dict[str, Any]) -> list[Scope]:
    """What the task is about: the account only where neither sets nor tenants are given, not even as empty lists."""
    if params["configuration_sets"] is None and params["tenants"] is None:
        return [Account()]
    sets = [ConfigurationSet(name) for name in dict.fromkeys(params["configuration_sets"] or [])]
    tenants = [Tenant(name) for name in dict.fromkeys(params["tenants"] or [])]
    return [*sets, *tenants]


def read_back(aws: Aws, scope: Scope, enabled: bool) -> dict[str, Any]:
    """The state after a write, to be compared with what was written: SES answers with an empty body, and a read just
    after it may still show the state before."""
    after = None
    for seconds in READ_BACK:
        time.sleep(seconds)
        after = scope.read(aws)
        if after is None or after["sending_enabled"] == enabled:
            break
    return after or {"sending_enabled": None}


def read_all(aws: Aws, wanted: list[Scope]) -> dict[Scope, dict[str, Any]]:
    """Every scope's state, or an error that names all that do not exist."""
    states: dict[Scope, dict[str, Any]] = {}
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
