# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guard as a whole, function and alarms: one task, which reads everything once and refuses before it writes."""

from __future__ import annotations

from functools import partial
from typing import Any

from ansible_collections.mailops.ses.plugins.module_utils import _alarms, _function
from ansible_collections.mailops.ses.plugins.module_utils._alarm_options import OWN, resolve
from ansible_collections.mailops.ses.plugins.module_utils._aws import Aws, SesError
from ansible_collections.mailops.ses.plugins.module_utils._bulk import gather
from ansible_collections.mailops.ses.plugins.module_utils._info import enforcement_warnings, read_account
from ansible_collections.mailops.ses.plugins.module_utils._module import Operation
from ansible_collections.mailops.ses.plugins.module_utils._names import Names
from ansible_collections.mailops.ses.plugins.module_utils._reconcile import Plan, read_states
from ansible_collections.mailops.ses.plugins.module_utils._resources.alarm import Alarms

# Of the alarms' own options, those that say which alarms there are, and that there are no others.
ALARM_SPEC = {name: option for name, option in _alarms.SPEC.items() if name not in {*OWN, "state", "purge"}}
SPEC: dict[str, Any] = {
    **{name: option for name, option in _function.SPEC.items() if name not in {"state", "dashboard_thresholds"}},
    **ALARM_SPEC,
    "code": dict(type="dict", required=True),
}
RULES: dict[str, Any] = dict(required_one_of=[("alarms", "configuration_sets")])


def run(aws: Aws, params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Converges all of the guard.

    Returns account and, as one, what the modules of the function and of the alarms return.
    """
    names = Names(params["name"], aws.region)
    alarms = Alarms(prefix=f"{names.guard}-")
    wanted_alarms = {
        **params,
        **dict.fromkeys(OWN),
        "alarms": params["alarms"] or [],
        "state": "present",
        "purge": True,
    }
    params = {**params, "dashboard_thresholds": thresholds(resolve(wanted_alarms, names))}
    _function.check(params)
    account, _found = gather([partial(read_account, aws), partial(alarms.all, aws)])
    wanted = _alarms.Wanted(aws, wanted_alarms, alarms)
    machinery = _function.Stack(aws, names, params).resources(alarms)
    states = read_states(aws, [*machinery, *wanted.resources])
    plan = Plan(aws, names.guard, machinery, states, params["adopt"])
    alarm_plan = _alarms.AlarmPlan(aws, wanted, states)
    if not check_mode:
        plan.apply(aws)
    function = _function.report(aws, names, params, plan)
    try:
        _alarms.refuse_topics(aws, alarm_plan.pending, check_mode)
        if not check_mode:
            alarm_plan.apply(aws)
    except SesError as error:
        # What was written before is told all the same.
        done = {key: function[key] for key in ("changed", "resources", "diff")}
        raise SesError(error.message, **{**error.details, **done}) from error
    return {"account": account, **joined(function, alarm_plan.result(aws), enforcement_warnings(account))}


def thresholds(alarms: list[dict[str, Any]]) -> dict[str, float]:
    """Those of the account's alarms, as the dashboard has them: {METRIC_TIER: rate}."""
    return {
        f"{alarm['metric']}_{alarm['tier']}": alarm["threshold"] for alarm in alarms if not alarm["configuration_set"]
    }


def joined(function: dict[str, Any], alarms: dict[str, Any], warnings: list[str]) -> dict[str, Any]:
    """Two results as one."""
    adopted = [*function.get("adopted", []), *alarms.get("adopted", [])]
    told = [*warnings, *function.get("warnings", []), *alarms.get("warnings", [])]
    result = {
        **function,
        **alarms,
        "changed": function["changed"] or alarms["changed"],
        "resources": function["resources"] + alarms["resources"],
        "diff": {side: {**function["diff"][side], **alarms["diff"][side]} for side in ("before", "after")},
    }
    lists = {"adopted": adopted, "warnings": told}
    return result | {name: texts for name, texts in lists.items() if texts}


OPERATION = Operation(run, SPEC, RULES, (*_function.SERVICES, "sesv2", "resourcegroupstaggingapi"))
