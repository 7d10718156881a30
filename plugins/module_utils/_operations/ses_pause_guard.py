# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guard as a whole, function and alarms: one task, which reads everything once and refuses before it writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from .._aws.client import Aws
from .._aws.errors import SesError
from .._aws.threads import gather
from .._converge.plan import make_plan
from .._converge.reading import read_states
from .._guard import alarm_options, machinery_options
from .._guard.alarm_options import AlarmTask, alarm_task, resolve
from .._guard.machinery import SERVICES, Machinery
from .._guard.names import Names
from .._guard.reputation_alarms import read_wanted, refuse_topics
from .._guard.tripping import refuse_trip
from .._resources.alarm import Alarms
from .._ses.account import enforcement_warnings, read_account, read_identities
from .operation import Operation

# One call an identity, at one a second.
MAX_IDENTITIES = 100
SPEC: dict[str, Any] = {
    **machinery_options.OPTIONS,
    **alarm_options.OPTIONS,
    "identities": dict(type="bool", default=True),
}
RULES: dict[str, Any] = dict(
    required_if=[("state", "present", ["code"]), ("state", "present", ["alarms", "configuration_sets"], True)]
)


def run(aws: Aws, params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Converges or removes all of the guard.

    Returns, as one, what the modules of the function and of the alarms return; where it converges, account too, and
    where no alarm pauses the account, identities.
    """
    return (_converge if params["state"] == "present" else _remove)(aws, params, check_mode)


def _converge(aws: Aws, params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    names = Names(params["name"], aws.region)
    alarms = Alarms(prefix=f"{names.guard}-")
    task = alarm_task(params, names, purges=True)
    described = resolve(task)
    machinery_options.check(params)
    looks: list[Callable[[], Any]] = [partial(read_account, aws), partial(alarms.all, aws)]
    if params["identities"] and not any(alarm.pauses_account for alarm in described):
        looks.append(partial(read_identities, aws, MAX_IDENTITIES))
    account, _found, *identities = gather(looks)
    thresholds = {(alarm.metric, alarm.tier): alarm.threshold for alarm in described if not alarm.configuration_set}
    machinery = Machinery(aws, names, params, thresholds)
    parts, wanted = machinery.resources(alarms), read_wanted(aws, task, described, alarms)
    states = read_states(aws, [*parts, *wanted.resources])
    plan = make_plan(names.guard, {resource: states[resource] for resource in parts}, params["adopt"])
    alarm_plan = wanted.plan(states)
    if params["refuse_trip"]:
        refuse_trip(aws, alarm_plan.written, alarms)
    if not check_mode:
        plan.apply(aws)
    function = machinery.report(plan)
    with _reporting(function):
        refuse_topics(aws, alarm_plan.pending, check_mode)
        if not check_mode:
            alarm_plan.apply(aws)
    result = _joined(function, alarm_plan.result(aws), enforcement_warnings(account))
    return {"account": account, **result} | (_uncovered(aws, result, *identities) if identities else {})


def _remove(aws: Aws, params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    names = Names(params["name"], aws.region)
    alarms = Alarms(prefix=f"{names.guard}-")
    # No set is wanted, and metrics that are on are left so: others may watch them.
    wanted = read_wanted(aws, AlarmTask(names, is_present=False, purges=True), [], alarms)
    parts = Machinery(aws, names, params, {}).resources(alarms)
    states = read_states(aws, [*parts, *wanted.resources])
    plan = make_plan(names.guard, {resource: states[resource] for resource in parts})
    alarm_plan = wanted.plan(states)
    # The alarms first: none may be left that pauses and notifies nobody.
    if not check_mode:
        alarm_plan.apply(aws)
    gone = alarm_plan.result(aws)
    if not check_mode:
        with _reporting(gone):
            plan.apply(aws)
    return _joined(plan.result(), gone, [])


@contextmanager
def _reporting(done: dict[str, Any]) -> Iterator[None]:
    """The error of the block reports what was written before it."""
    try:
        yield
    except SesError as error:
        written = {key: done[key] for key in ("changed", "resources", "diff")}
        raise SesError(error.message, **{**error.details, **written}) from error


def _uncovered(aws: Aws, result: dict[str, Any], identities: dict[str, Any]) -> dict[str, Any]:
    """What is reported where no alarm pauses the account."""
    without = ", ".join(identities["without_default_set"]) or "none"
    warning = (
        f"Account {aws.account}, Region {aws.region}: nothing pauses mail that is sent without a configuration set, or "
        f"with one that is not guarded, as no alarm pauses the account. Identities without a default set: {without} "
        f"({identities['looked_at']} of {identities['total']} looked at)."
    )
    return {"identities": identities, "warnings": [*result.get("warnings", []), warning]}


def _joined(function: dict[str, Any], alarms: dict[str, Any], warnings: list[str]) -> dict[str, Any]:
    """Two results as one."""
    adopted = [*function.get("adopted", []), *alarms.get("adopted", [])]
    all_warnings = [*warnings, *function.get("warnings", []), *alarms.get("warnings", [])]
    result = {
        **function,
        **alarms,
        "changed": function["changed"] or alarms["changed"],
        "resources": function["resources"] + alarms["resources"],
        "diff": {side: {**function["diff"][side], **alarms["diff"][side]} for side in ("before", "after")},
    }
    lists = {"adopted": adopted, "warnings": all_warnings}
    return result | {name: texts for name, texts in lists.items() if texts}


OPERATION = Operation(run, SPEC, RULES, (*SERVICES, "sesv2", "resourcegroupstaggingapi"))
