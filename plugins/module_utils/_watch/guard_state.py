# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is deployed of the guard beside its reputation alarms."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from .._aws.client import Aws
from .._aws.threads import gather
from .._converge.resource import Found
from .._guard.names import Names
from .._resources.alarm import AlarmState
from .._resources.schedule import Schedule
from .._ses.scopes import Account
from .chain_facts import Facts, read_facts


def read_guard(aws: Aws, names: Names, simulate: bool) -> tuple[Facts, Found | None]:
    """(the chain's facts, the schedule). simulate: whether IAM is asked what the function may not do."""
    read_chain = partial(read_facts, aws, names, Account(), {}, simulate)
    found: list[Any] = gather([read_chain, partial(Schedule(names.sweep_rule, None).read, aws)])
    return found[0], found[1]


def describe_guard(
    names: Names, facts: Facts, schedule: Found | None, alarms: Mapping[str, AlarmState]
) -> dict[str, Any]:
    """For the task's result: None where a part is not there. alarms: the guard's."""
    function, people = facts.function, facts.notify_subscriptions
    return {
        "deployed": None not in (function, facts.trip_topic, facts.notify_topic),
        "function": function and {"state": function.lambda_state, "code_sha256": function.state["code_sha256"]},
        "trip_topic_arn": facts.trip_topic and facts.arns.trip_topic,
        "notify_topic_arn": facts.notify_topic and facts.arns.notify_topic,
        "function_alarms": [
            name for name in (names.errors_alarm, names.queue_alarm) if name in alarms and alarms[name].in_alarm
        ],
        "failed_events": facts.failure_queue and facts.failure_queue.messages,
        "sweep": schedule and {key: schedule.state[key] for key in ("schedule", "enabled")},
        "subscriptions": people.state["subscriptions"] if people else [],
        "pending_subscriptions": people.pending if people else [],
    }
