# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pause and resume: the account, configuration sets, tenants."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ansible_collections.mailops.ses.plugins.module_utils._aws import Aws, SesError
from ansible_collections.mailops.ses.plugins.module_utils._bulk import Progress
from ansible_collections.mailops.ses.plugins.module_utils._metrics import METRICS, NAMESPACE, SET_DIMENSION
from ansible_collections.mailops.ses.plugins.module_utils._module import Operation
from ansible_collections.mailops.ses.plugins.module_utils._names import DEFAULT_NAME, check_name
from ansible_collections.mailops.ses.plugins.module_utils._resources import _tags

SHUTDOWN = "SHUTDOWN"
MISSING = ("NotFoundException",)
RESUMED_AT = "ses-pause:resumed-at"

SPEC: dict[str, Any] = dict(
    enabled=dict(type="bool", required=True),
    configuration_sets=dict(type="list", elements="str"),
    tenants=dict(type="list", elements="str"),
    name=dict(type="str", default=DEFAULT_NAME),
)


class Scope:
    """What can be paused. A state always has sending_enabled."""

    kind = ""

    def __init__(self, name: str = "") -> None:
        self.name = name

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


def run(aws: Aws, params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Reads, compares, writes, reads back.

    Returns changed, diff and sending: [{scope, name, changed, sending_enabled, ...}].
    """
    check_name(params["name"])
    enabled = params["enabled"]
    states = read_all(aws, scopes(params))
    if enabled:
        _refuse_resume(aws, states)
    wanted = [scope for scope, state in states.items() if state["sending_enabled"] != enabled]
    blind: list[str] = []
    failures: dict[Scope, SesError] = {}
    progress = Progress(aws.say, "resumed" if enabled else "paused", len(wanted))
    for scope in wanted:
        try:
            if enabled:
                blind += _before_resume(aws, params["name"], scope, check_mode)
            states[scope] = (
                scope.predict(states[scope], enabled) if check_mode else _write(aws, scope, states[scope], enabled)
            )
        except SesError as error:  # one that fails must not keep the others from being paused
            failures[scope] = error
        progress.step()
    changes = [scope for scope in wanted if scope not in failures]
    result = {
        "changed": bool(changes),
        "sending": [_report(scope, state, scope in changes) for scope, state in states.items()],
        "diff": {
            "before": {_label(scope): {"sending_enabled": not enabled} for scope in changes},
            "after": {_label(scope): {"sending_enabled": enabled} for scope in changes},
        },
    }
    if failures:
        raise _failed(failures, len(wanted), result)
    if blind:
        result["warnings"] = [_blind(aws, blind)]
    return result


def _failed(failures: dict[Scope, SesError], wanted: int, result: dict[str, Any]) -> SesError:
    """The error for all that failed, with what was done beside it in the result."""
    if wanted == 1:
        return next(iter(failures.values()))
    listed = "; ".join(f"{_label(scope)}: {error.message}" for scope, error in failures.items())
    failed = [{"scope": scope.kind, "name": scope.name, "msg": error.message} for scope, error in failures.items()]
    return SesError(
        f"{len(failures)} of {wanted} failed, the others are done. {listed}", failed_scopes=failed, **result
    )


def _blind(aws: Aws, alarms: list[str]) -> str:
    return (
        f"Account {aws.account}, Region {aws.region}: the guard is blind until these alarms leave the state ALARM, as "
        f"an alarm acts on a change of state only: {', '.join(sorted(alarms))}."
    )


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
            f"{', '.join(_label(scope) for scope in missing)}. Check the spelling and the Region. Nothing was written.",
            missing=[scope.name for scope in missing],
        )
    return states


def _refuse_resume(aws: Aws, states: dict[Scope, dict[str, Any]]) -> None:
    refused = [reason for scope, state in states.items() if (reason := scope.refusal(state))]
    if refused:
        where = f"account {aws.account}, Region {aws.region}"
        raise SesError(f"Cannot resume in {where}: {'; '.join(refused)}. Nothing was written.")


def _write(aws: Aws, scope: Scope, state: dict[str, Any], enabled: bool) -> dict[str, Any]:
    """Writes, and gives the state read back: SES answers a write with an empty body."""
    scope.write(aws, state, enabled)
    after = scope.read(aws) or {}
    if after.get("sending_enabled") != enabled:
        word = "resumed" if enabled else "paused"
        raise SesError(
            f"Sending of the {_label(scope)} in account {aws.account}, Region {aws.region} was not {word}: SES took "
            f"the call and still reports the opposite. Look at the SES console, and run again."
        )
    return after


def _before_resume(aws: Aws, guard: str, scope: Scope, check_mode: bool) -> list[str]:
    """Notes the resume on the guard's alarms, so that a late event from before it pauses nothing.

    It comes first: a resume that could not be noted would be undone by the next stale event. Returns the alarms that
    are in ALARM, and so leave the guard blind.
    """
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    alarms = _pause_alarms(aws, guard, scope)
    for alarm in alarms:
        if not check_mode:
            aws.call(
                "cloudwatch",
                "tag_resource",
                f"alarm {alarm['AlarmName']}",
                ResourceARN=alarm["AlarmArn"],
                Tags=_tags.to_list({RESUMED_AT: now}),
            )
    return [alarm["AlarmName"] for alarm in alarms if alarm["StateValue"] == "ALARM"]


def _pause_alarms(aws: Aws, guard: str, scope: Scope) -> list[dict[str, Any]]:
    """The guard's alarms over one scope; tenants have none."""
    if isinstance(scope, Tenant):
        return []
    dimensions = [{"Name": SET_DIMENSION, "Value": scope.name}] if scope.name else []
    found: list[dict[str, Any]] = []
    for metric in METRICS.values():
        answer = aws.call(
            "cloudwatch",
            "describe_alarms_for_metric",
            f"alarms on {metric.name}",
            Namespace=NAMESPACE,
            MetricName=metric.name,
            Dimensions=dimensions,
        )
        found += [alarm for alarm in answer["MetricAlarms"] if _trips(guard, alarm)]
    return found


def _trips(guard: str, alarm: dict[str, Any]) -> bool:
    """Whether the alarm is one that makes the guard pause, not one that only warns."""
    trip = f":{guard}-trip"
    return alarm["AlarmName"].startswith(f"{guard}-") and any(arn.endswith(trip) for arn in alarm["AlarmActions"])


def _label(scope: Scope) -> str:
    return f"{scope.kind.replace('_', ' ')} {scope.name}".strip()


def _report(scope: Scope, state: dict[str, Any], changed: bool) -> dict[str, Any]:
    shown = {key: value for key, value in state.items() if not key.startswith("_")}
    return {"scope": scope.kind, "name": scope.name, "changed": changed, **shown}


OPERATION = Operation(run, SPEC)
