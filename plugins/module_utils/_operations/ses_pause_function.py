# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All of a guard but its reputation alarms."""

from __future__ import annotations

from typing import Any

from .._aws.client import Aws
from .._aws.errors import SesError
from .._converge.plan import make_plan
from .._converge.reading import read_states
from .._guard.alarm_options import THRESHOLDS
from .._guard.machinery import SERVICES, Machinery
from .._guard.machinery_options import OPTIONS, check
from .._guard.names import Names
from .._resources.alarm import Alarms
from .operation import Operation

SPEC: dict[str, Any] = {
    **OPTIONS,
    "dashboard_thresholds": dict(type="dict", options={key: dict(type="float") for key in THRESHOLDS}),
}
RULES: dict[str, Any] = dict(required_if=[("state", "present", ["code"])])


def run(aws: Aws, params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Converges or removes the machinery.

    Returns changed, diff, resources [{kind, name, action, changes}], the ARNs, and pending_subscriptions.
    """
    names = Names(params["name"], aws.region)
    present = params["state"] == "present"
    if present:
        check(params)
    machinery = Machinery(aws, names, params, _thresholds(params) if present else {})
    states = read_states(aws, machinery.resources(Alarms([names.errors_alarm, names.queue_alarm])))
    # What goes must be ours already: nothing is taken over to be removed.
    plan = make_plan(names.guard, states, params["adopt"] if present else [])
    if not check_mode:
        plan.apply(aws)
    return machinery.report(plan) if present else plan.result()


def _thresholds(params: dict[str, Any]) -> dict[tuple[str, str], float]:
    """{(metric, tier): rate} of those that the task gives."""
    given = {key: rate for key, rate in (params["dashboard_thresholds"] or {}).items() if rate is not None}
    for key, rate in given.items():
        if not 0 < rate < 1:
            raise SesError(f"dashboard_thresholds: {key}: {rate:g} is no rate. Use a fraction between 0 and 1.")
    return {THRESHOLDS[key]: rate for key, rate in given.items()}


OPERATION = Operation(run, SPEC, RULES, SERVICES)
