# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The whole picture of one target: sending, enforcement, rates, alarms, and the guard itself. Reads only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import AwsCallError, SesError
from ansible_collections.mailops.ses.plugins.module_utils._aws.threads import Progress, gather
from ansible_collections.mailops.ses.plugins.module_utils._converge.resource import Found
from ansible_collections.mailops.ses.plugins.module_utils._guard.alarm_options import ALARMS_OPTION, resolve
from ansible_collections.mailops.ses.plugins.module_utils._guard.names import DEFAULT_NAME, Names
from ansible_collections.mailops.ses.plugins.module_utils._guard.tripping import read_tripping
from ansible_collections.mailops.ses.plugins.module_utils._operations.operation import Operation
from ansible_collections.mailops.ses.plugins.module_utils._resources.alarm import Alarms, AlarmState
from ansible_collections.mailops.ses.plugins.module_utils._resources.schedule import Schedule
from ansible_collections.mailops.ses.plugins.module_utils._ses.metrics import METRICS
from ansible_collections.mailops.ses.plugins.module_utils._ses.rates import RateKey, read_rates
from ansible_collections.mailops.ses.plugins.module_utils._ses.scopes import (
    Account,
    ConfigurationSet,
    Scope,
    Tenant,
    read_all,
)
from ansible_collections.mailops.ses.plugins.module_utils._watch.alarm_states import read_alarms
from ansible_collections.mailops.ses.plugins.module_utils._watch.chain_facts import read_facts
from ansible_collections.mailops.ses.plugins.module_utils._watch.health import find_problems
from ansible_collections.mailops.ses.plugins.module_utils._watch.history import read_history
from ansible_collections.mailops.ses.plugins.module_utils._watch.sending_state import last_drill, sending_state

PARTS = ("account", "rates", "alarms", "guard")
# What health is judged by: all of them.
HEALTH = "health"
# Not among the defaults: they cost a call an alarm, and a call an identity, at one a second.
HISTORY = "history"
IDENTITIES = "identities"
# SES answers one such call a second: of more tripped sets than these, sending is not looked up.
MAX_TRIPPED_SETS = 50
SPEC: dict[str, Any] = dict(
    name=dict(type="str", default=DEFAULT_NAME),
    gather=dict(type="list", elements="str", choices=[*PARTS, HEALTH, HISTORY, IDENTITIES], default=[*PARTS, HEALTH]),
    max_identities=dict(type="int", default=100),
    configuration_sets=dict(type="list", elements="str", default=[]),
    tenants=dict(type="list", elements="str", default=[]),
    alarms=ALARMS_OPTION,
)

# What people must know of AWS's own view (GetAccount, EnforcementStatus); HEALTHY needs no word.
ENFORCEMENT = {
    "PROBATION": "AWS reviews this account for its reputation (PROBATION). Read its message in the AWS Support Center.",
    "SHUTDOWN": "AWS itself has paused sending (SHUTDOWN). No API call lifts that: answer in the AWS Support Center.",
}


def run(aws: Aws, params: dict[str, Any], _check_mode: bool) -> dict[str, Any]:
    """Returns what C(gather) names, configuration_sets, tenants, and would_trip where C(alarms) are given."""
    names = Names(params["name"], aws.region)
    planned = resolve(params, names) if params["alarms"] is not None else []
    parts = set(params["gather"]) | (set(PARTS) if HEALTH in params["gather"] else set())
    result: dict[str, Any] = {"changed": False}
    scopes = dict.fromkeys([None, *params["configuration_sets"], *(alarm.configuration_set for alarm in planned)])
    # By name where only the planned ones matter: a guard may have alarms over thousands of configuration sets.
    wanted = [alarm.alarm_name for alarm in planned]
    alarms = Alarms(prefix=f"{names.guard}-") if parts & {"alarms", "guard", HISTORY} else Alarms(wanted)
    nothing: Callable[[], Any] = dict
    account, rates, guard, _found = gather(
        [
            partial(read_account, aws) if "account" in parts else nothing,
            partial(read_rates, aws, scopes) if planned or "rates" in parts else nothing,
            partial(read_machinery, aws, names, HEALTH in parts) if "guard" in parts else nothing,
            partial(alarms.all, aws) if planned or parts & {"alarms", "guard", HISTORY} else nothing,
        ]
    )
    if "account" in parts:
        result["account"] = account
        if warnings := enforcement_warnings(account):
            result["warnings"] = warnings
    sets = read_all(aws, [ConfigurationSet(name) for name in params["configuration_sets"]])
    tenants = read_all(aws, [Tenant(name) for name in params["tenants"]])
    result["configuration_sets"] = _list(sets)
    result["tenants"] = _list(tenants)
    if "rates" in parts:
        result["rates"] = [_rates_of(scope, rates) for scope in scopes]
    result |= _read_alarm_parts(aws, names, parts, alarms, result.get("account"))
    if params["alarms"] is not None:
        result["would_trip"] = read_tripping(aws, planned, rates, alarms)
    if IDENTITIES in parts:
        result["identities"] = read_identities(aws, params["max_identities"])
    if "guard" in parts:
        facts, sweep = guard
        result["guard"] = describe_guard(names, facts, sweep, alarms.all(aws))
        if HEALTH in parts:
            result["health"] = find_problems(result, facts, datetime.now(UTC))
    return result


def _read_alarm_parts(
    aws: Aws, names: Names, parts: set[str], alarms: Alarms, account: dict[str, Any] | None
) -> dict[str, Any]:
    """What C(gather) names of what the alarms tell: alarms and last_drill, sending, history."""
    result: dict[str, Any] = {}
    if not parts & {"alarms", HISTORY}:
        return result
    shown = read_alarms(aws, names, alarms)
    if "alarms" in parts:
        result |= {"alarms": shown, "last_drill": last_drill(shown)}
    if "alarms" in parts and account:
        result["sending"] = read_sending(aws, account, shown)
    if HISTORY in parts:
        result["history"] = read_history(aws, shown)
    return result


def read_account(aws: Aws) -> dict[str, Any]:
    """Sending and enforcement of the account; max_send_rate is in messages a second."""
    try:
        answer = aws.call("sesv2", "get_account", "the account's sending")
    except AwsCallError as error:
        if error.code != "EndpointConnectionError":
            raise
        regions = ", ".join(aws.regions_of("sesv2"))
        raise SesError(f"{error.message} botocore knows SES in these Regions: {regions}.") from error
    quota = answer.get("SendQuota", {})
    return {
        "id": aws.account,
        "region": aws.region,
        "partition": aws.partition,
        "sending_enabled": answer.get("SendingEnabled", False),
        "enforcement_status": answer.get("EnforcementStatus", ""),
        "production_access": answer.get("ProductionAccessEnabled", False),
        "max_24_hour_send": quota.get("Max24HourSend", 0.0),
        "max_send_rate": quota.get("MaxSendRate", 0.0),
        "sent_last_24_hours": quota.get("SentLast24Hours", 0.0),
    }


def enforcement_warnings(account: dict[str, Any]) -> list[str]:
    """What people must know of AWS's own view of an account, as read_account() gives it."""
    warning = ENFORCEMENT.get(account["enforcement_status"])
    return [f"Account {account['id']}, Region {account['region']}: {warning}"] if warning else []


def read_sending(aws: Aws, account: dict[str, Any], alarms: list[dict[str, Any]]) -> dict[str, Any]:
    """Who paused the account, if it is paused, and the same of each configuration set of which an alarm has tripped."""
    tripped = dict.fromkeys(
        alarm["configuration_set"]
        for alarm in alarms
        if alarm["configuration_set"] and alarm["tier"] == "pause" and alarm["state"] == "ALARM"
    )
    sets = [ConfigurationSet(name) for name in list(tripped)[:MAX_TRIPPED_SETS]]
    # A set that is gone sends nothing; its alarms are drift.
    states = {scope.name: state for scope in sets if (state := scope.read(aws)) is not None}
    return {
        **sending_state(account["sending_enabled"], account["enforcement_status"], alarms),
        "configuration_sets": [
            {"name": name, **sending_state(state["sending_enabled"], None, alarms, name)}
            for name, state in states.items()
        ],
    }


def _list(states: dict[Scope, dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"name": scope.name, **{key: value for key, value in state.items() if not key.startswith("_")}}
        for scope, state in states.items()
    ]


def _rates_of(scope: str | None, rates: dict[RateKey, dict[str, Any]]) -> dict[str, Any]:
    return {"configuration_set": scope, **{option: rates.get((scope, option)) for option in METRICS}}


def read_identities(aws: Aws, most: int) -> dict[str, Any]:
    """The identities whose mail goes without a configuration set unless the sender names one."""
    about = "the identities"
    listed = aws.pages("sesv2", "list_email_identities", "EmailIdentities", about, PageSize=1000)
    names = [identity["IdentityName"] for identity in listed]
    progress = Progress(aws.say, "identities", min(len(names), most))
    without = []
    for name in names[:most]:
        identity = aws.call("sesv2", "get_email_identity", f"identity {name}", EmailIdentity=name)
        progress.step()
        if not identity.get("ConfigurationSetName"):
            without.append(name)
    return {"total": len(names), "looked_at": min(len(names), most), "without_default_set": without}


def read_machinery(aws: Aws, names: Names, simulate: bool) -> list[Any]:
    """[the facts that _links.py judges, the schedule's state]"""
    return gather(
        [
            partial(read_facts, aws, names, Account(), {}, simulate),
            partial(Schedule(names.sweep_rule, None).read, aws),
        ]
    )


def describe_guard(
    names: Names, facts: dict[str, Any], schedule: Found | None, own: dict[str, AlarmState]
) -> dict[str, Any]:
    """What is deployed of the guard's machinery, None where a part is not there; own: the guard's alarms."""
    function = facts["function"]
    return {
        "deployed": all(facts[part] is not None for part in ("function", "trip_topic", "notify_topic")),
        "function": function and {"state": function["state"], "code_sha256": function["code_sha256"]},
        "trip_topic_arn": facts["trip_topic"] and facts["trip_topic_arn"],
        "notify_topic_arn": facts["notify_topic"] and facts["notify_topic_arn"],
        "function_alarms": [
            name for name in (names.errors_alarm, names.queue_alarm) if name in own and own[name].in_alarm
        ],
        "failed_events": facts["failed_events"],
        "sweep": schedule and {key: schedule.state[key] for key in ("schedule", "enabled")},
        "subscriptions": facts["notify_subscriptions"],
        "pending_subscriptions": facts["notify_pending"],
    }


OPERATION = Operation(run, SPEC, services=("sts", "sesv2", "cloudwatch"))
