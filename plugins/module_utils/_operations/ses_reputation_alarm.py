# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reputation alarms: those that a task describes, and with purge no others."""

from __future__ import annotations

from typing import Any

from .._aws.client import Aws
from .._converge.reading import read_states
from .._guard.alarm_options import OPTIONS, OWN, alarm_task, resolve
from .._guard.names import Names
from .._guard.reputation_alarms import read_wanted, refuse_topics
from .._guard.tripping import refuse_trip
from .operation import Operation

SPEC: dict[str, Any] = {**OPTIONS, **OWN, "purge": dict(type="bool", default=False)}
RULES: dict[str, Any] = dict(
    mutually_exclusive=[(option, "alarms") for option in OWN if option != "tier"],
    required_one_of=[("metric", "alarms", "configuration_sets")],
)


def run(aws: Aws, params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Converges or removes alarms; with purge, removes the guard's others. Returns what AlarmPlan.result() says."""
    task = alarm_task(params, Names(params["name"], aws.region), params["purge"])
    wanted = read_wanted(aws, task, resolve(task))
    plan = wanted.plan(read_states(aws, wanted.resources))
    if params["refuse_trip"]:
        refuse_trip(aws, plan.written, wanted.alarms)
    refuse_topics(aws, plan.pending, check_mode)
    if not check_mode:
        plan.apply(aws)
    return plan.result(aws)


OPERATION = Operation(run, SPEC, RULES, ("sts", "cloudwatch"))
