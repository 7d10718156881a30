# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The whole picture of one target: sending, enforcement, rates, alarms, and the guard itself. Reads only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from .._aws.client import Aws
from .._aws.threads import gather
from .._guard.alarm_options import ALARMS_OPTION, alarm_task, resolve
from .._guard.names import DEFAULT_NAME, Names
from .._guard.tripping import read_tripping
from .._resources.alarm import Alarms
from .._ses.account import enforcement_warnings, read_account, read_identities
from .._ses.metrics import METRICS
from .._ses.rates import RateKey, read_rates
from .._ses.scopes import ConfigurationSet, Scope, ScopeState, Tenant, read_all
from .._watch.alarm_states import read_alarms
from .._watch.guard_state import describe_guard, read_guard
from .._watch.health import find_problems
from .._watch.history import read_history
from .._watch.sending_state import last_drill, read_sending
from .operation import Operation

PARTS = ("account", "rates", "alarms", "guard")
# What health is judged by: all of them.
HEALTH = "health"
# Not among the defaults: they cost a call an alarm, and a call an identity, at one a second.
HISTORY = "history"
IDENTITIES = "identities"
SPEC: dict[str, Any] = dict(
    name=dict(type="str", default=DEFAULT_NAME),
    gather=dict(type="list", elements="str", choices=[*PARTS, HEALTH, HISTORY, IDENTITIES], default=[*PARTS, HEALTH]),
    max_identities=dict(type="int", default=100),
    configuration_sets=dict(type="list", elements="str", default=[]),
    tenants=dict(type="list", elements="str", default=[]),
    alarms=ALARMS_OPTION,
)


def run(aws: Aws, params: dict[str, Any], _check_mode: bool) -> dict[str, Any]:
    """Returns what C(gather) names, configuration_sets, tenants, and would_trip where C(alarms) are given."""
    names = Names(params["name"], aws.region)
    planned = resolve(alarm_task(params, names)) if params["alarms"] is not None else []
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
            partial(read_guard, aws, names, HEALTH in parts) if "guard" in parts else nothing,
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
            problems = find_problems(result, facts, datetime.now(UTC))
            result["health"] = [problem.to_dict() for problem in problems]
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
        drill = last_drill(shown)
        result |= {"alarms": [alarm.to_dict() for alarm in shown], "last_drill": drill and vars(drill)}
    if "alarms" in parts and account:
        result["sending"] = read_sending(aws, account, shown)
    if HISTORY in parts:
        result["history"] = read_history(aws, shown)
    return result


def _list(states: dict[Scope, ScopeState]) -> list[dict[str, Any]]:
    return [{"name": scope.name, **state.to_dict()} for scope, state in states.items()]


def _rates_of(scope: str | None, rates: dict[RateKey, dict[str, Any]]) -> dict[str, Any]:
    return {"configuration_set": scope, **{option: rates.get((scope, option)) for option in METRICS}}


OPERATION = Operation(run, SPEC, services=("sts", "sesv2", "cloudwatch"))
