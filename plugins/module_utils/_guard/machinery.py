# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All of a guard but its reputation alarms: from the role to the alarms that tell when it fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import cached_property
from typing import Any

from .._aws.client import Aws
from .._converge.ownership import OWNER_MARK, own_tags
from .._converge.plan import Plan
from .._converge.resource import Resource, State
from .._resources.alarm import PLAIN, Alarms, MetricAlarm
from .._resources.dashboard import Dashboard
from .._resources.function import ERRORS, Function
from .._resources.invoke_config import InvokeConfig
from .._resources.log_group import LogGroup
from .._resources.permissions import Permissions
from .._resources.queue import SENT, Queue
from .._resources.schedule import Schedule
from .._resources.subscriptions import FoundSubscriptions, Subscription, Subscriptions
from .._resources.topic import Topic
from . import dashboard, package, policies
from .execution_role import ExecutionRole
from .names import Arns, Names
from .subscription_options import CONFIRMED_BY_HAND, resolve_subscription

# Those that nearly each run calls.
SERVICES = ("sts", "sqs", "logs", "iam", "sns", "cloudwatch", "lambda", "events")
TWO_WEEKS = 14 * 24 * 3600
SIX_HOURS = 6 * 3600
# The metrics of a queue that was idle for hours come up to 15 minutes late: a failed event counts for so many minutes.
LATE_MINUTES = 20


class Machinery:
    """The resources, as the task's options want them, and what is told of them.

    thresholds: those of the account's alarms, for the dashboard: {(metric, tier): rate}.
    """

    def __init__(
        self, aws: Aws, names: Names, params: Mapping[str, Any], thresholds: Mapping[tuple[str, str], float]
    ) -> None:
        self._aws = aws
        self._names = names
        self._params = params
        self._thresholds = thresholds
        self._tags = own_tags(params["tags"], names.guard)
        self._subscriptions = [resolve_subscription(entry, names) for entry in params["subscriptions"]]

    @cached_property
    def _arns(self) -> Arns:
        return self._names.arns(self._aws)

    def resources(self, alarms: Alarms) -> list[Resource[Any]]:
        """In the order in which they are made; they go in the reverse order: first what pauses, then what tells.

        alarms: of which those that tell a failure are two.
        """
        names, params = self._names, self._params
        present = params["state"] == "present"
        archive = package.build(params["code"]) if present else b""
        sweep = params["sweep_minutes"] > 0

        def wanted(state: State) -> State | None:
            return state if present else None

        failures: State = {"retries": 2, "max_age_seconds": SIX_HOURS, "on_failure": self._arns.failure_queue}
        function = Function(names.function, wanted(self._function(archive)), archive)
        role = ExecutionRole(names.role, names.policy, wanted(self._role()), leave_key=params["kms_key_arn"] is None)
        queue = Queue(names.failure_queue, wanted(self._queue()))
        log_group = LogGroup(
            names.log_group, wanted({"retention_days": params["log_retention_days"], "tags": self._tags})
        )
        # Lambda may have made it, without a tag. The queue goes after it, so that a removal that died still knows it.
        log_group.belongs_to = (function, role, queue)
        return [
            queue,
            # Before the role: so the role goes first, and a late line of log cannot make the group again.
            log_group,
            role,
            Topic(names.notify_topic, wanted(self._topic(names.notify_topic, "SES pause"))),
            Subscriptions(
                names.notify_topic, self._subscriptions if present else None, purge=params["purge_subscriptions"]
            ),
            *(MetricAlarm(name, wanted(state), alarms) for name, state in self._failure_alarms().items()),
            function,
            InvokeConfig(names.function, wanted(failures)),
            Permissions(names.function, wanted({"policy": policies.function_policy(self._aws, names, sweep)})),
            Schedule(names.sweep_rule, wanted(self._schedule()) if sweep else None),
            Topic(names.trip_topic, wanted(self._topic(names.trip_topic, "SES pause trip"))),
            Subscriptions(
                names.trip_topic,
                [Subscription("lambda", self._arns.function)] if present else None,
                dead_letter_queue=self._arns.failure_queue if present else None,
            ),
            # What only shows comes last: nothing that pauses or tells waits for it.
            Dashboard(
                names.dashboard,
                names.guard,
                dashboard.mark(names.guard),
                wanted(self._dashboard()) if params["dashboard"] else None,
            ),
        ]

    def report(self, plan: Plan) -> dict[str, Any]:
        """The result of what is there now, or in check mode would be."""
        arns = {f"{part}_arn": arn for part, arn in asdict(self._arns).items() if part != "alarm"}
        pending = self._pending(plan)
        result = {**plan.result(), **arns, "pending_subscriptions": pending}
        if warnings := self._warnings(plan, pending):
            result["warnings"] = warnings
        return result

    def _pending(self, plan: Plan) -> list[str]:
        """The subscriptions that nobody has confirmed yet: those found, and those that this run makes."""
        new = {wanted.label for wanted in self._subscriptions if wanted.protocol in CONFIRMED_BY_HAND}
        for change in plan.changes:
            if isinstance(change.resource, Subscriptions) and change.resource.name == self._names.notify_topic:
                found = change.found if isinstance(change.found, FoundSubscriptions) else FoundSubscriptions({})
                return sorted(set(found.pending) | (new - set(found.arns)))
        return []

    def _warnings(self, plan: Plan, pending: list[str]) -> list[str]:
        where = f"Account {self._aws.account}, Region {self._aws.region}"
        complaints = [
            f"{where}: CloudWatch took the {change.resource.label} and says of it: {complaint}."
            for change in plan.changes
            if isinstance(change.resource, Dashboard)
            for complaint in change.resource.complaints
        ]
        if not pending:
            return complaints
        unheard = (
            f"{where}: nobody is told at {', '.join(pending)} until the subscription is confirmed there. The link that "
            f"AWS sent lives two days."
        )
        return [unheard, *complaints]

    def _role(self) -> State:
        state: State = {
            "trust_policy": policies.trust_policy(),
            "policy": policies.execution_policy(self._aws, self._names, self._params["kms_key_arn"]),
            "inline_policies": [self._names.policy],
            "attached_policies": [],
            "description": f"Pauses SES in {self._aws.region} when its reputation is at risk. Managed by {OWNER_MARK}.",
            "tags": self._tags,
        }
        if self._params["permissions_boundary"] is not None:
            state["permissions_boundary"] = self._params["permissions_boundary"]
        return state

    def _queue(self) -> State:
        return {
            "policy": policies.queue_policy(self._aws, self._names),
            "retention_seconds": TWO_WEEKS,
            "encrypted": True,
            "tags": self._tags,
        }

    def _topic(self, name: str, display_name: str) -> State:
        state: State = {
            "policy": policies.topic_policy(self._aws, self._names, name),
            "display_name": display_name,
            "tags": self._tags,
        }
        if self._params["kms_key_arn"] is not None:
            state["kms_key_id"] = self._params["kms_key_arn"]
        return state

    def _function(self, archive: bytes) -> State:
        params = self._params
        state: State = {
            "runtime": params["runtime"],
            "architectures": [params["architecture"]],
            "handler": params["handler"],
            "role": self._arns.role,
            "timeout": params["timeout"],
            "memory_size": params["memory_size"],
            "description": f"Pauses SES when a reputation alarm trips. Managed by {OWNER_MARK}.",
            "environment": {
                "SES_PAUSE_NAME": self._names.guard,
                "SES_PAUSE_TRIP_TOPIC_ARN": self._arns.trip_topic,
                "SES_PAUSE_NOTIFY_TOPIC_ARN": self._arns.notify_topic,
                "SES_PAUSE_MIN_SENDS": str(params["min_sends"]),
                "SES_PAUSE_MAX_EVENT_AGE": str(params["max_event_age"]),
            },
            "logging": {
                "LogFormat": "JSON",
                "ApplicationLogLevel": params["log_level"],
                "SystemLogLevel": "INFO",
                "LogGroup": self._names.log_group,
            },
            "code_sha256": package.sha256(archive),
            "tags": self._tags,
        }
        if params["reserved_concurrency"] is not None:
            state["reserved_concurrency"] = params["reserved_concurrency"]
        return state

    def _schedule(self) -> State:
        minutes = self._params["sweep_minutes"]
        target = {"Id": self._names.function, "Arn": self._arns.function, "Input": '{"sweep": true}'}
        return {
            "schedule": f"rate({minutes} minute{'s' if minutes > 1 else ''})",
            "enabled": True,
            "description": f"Looks for tripped alarms whose event was lost. Managed by {OWNER_MARK}.",
            "targets": [target],
            "tags": self._tags,
        }

    def _dashboard(self) -> State:
        body = dashboard.build(self._names, self._aws.region, self._arns.alarm, self._thresholds)
        return {"body": body, "tags": self._tags}

    def _failure_alarms(self) -> dict[str, State]:
        """Those that tell when the guard itself fails, and not of old events that still lie in the queue."""
        names = self._names
        errors = self._failure_alarm(
            "Sending could NOT be paused, or nobody could be told: the guard's function failed. Look at its log group "
            f"{names.log_group}, and pause by hand if a reputation alarm is in ALARM.",
            ERRORS,
            {"FunctionName": names.function},
        )
        queue = self._failure_alarm(
            f"Sending could NOT be paused: an event of the guard went to the queue {names.failure_queue} after all "
            f"retries. Pause by hand, then find out why.",
            SENT,
            {"QueueName": names.failure_queue},
            LATE_MINUTES,
        )
        return {names.errors_alarm: errors, names.queue_alarm: queue}

    def _failure_alarm(
        self, description: str, metric: tuple[str, str], dimensions: dict[str, str], minutes: int = 1
    ) -> State:
        """minutes: so long one failure keeps it in ALARM."""
        return {
            "description": f"{description} Managed by {OWNER_MARK}.",
            **dict(zip(("namespace", "metric_name"), metric, strict=True)),
            "statistic": "Sum",
            "dimensions": dimensions,
            "period": 60,
            "evaluation_periods": minutes,
            "datapoints_to_alarm": 1,
            "threshold": 1.0,
            "comparison_operator": "GreaterThanOrEqualToThreshold",
            "treat_missing_data": "notBreaching",
            "actions_enabled": True,
            "alarm_actions": [self._arns.notify_topic],
            "ok_actions": [],
            "insufficient_data_actions": [],
            **PLAIN,
            "tags": self._tags,
        }
