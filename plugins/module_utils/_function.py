# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guard's machinery as one unit: from the role to the alarms that tell when it fails."""

from __future__ import annotations

import re
from typing import Any

from ansible_collections.mailops.ses.plugins.module_utils import _dashboard, _package, _policies
from ansible_collections.mailops.ses.plugins.module_utils._aws import Aws, SesError
from ansible_collections.mailops.ses.plugins.module_utils._module import Operation
from ansible_collections.mailops.ses.plugins.module_utils._names import DEFAULT_NAME, Names
from ansible_collections.mailops.ses.plugins.module_utils._reconcile import OWNER_MARK, Plan, Resource, State, own_tags
from ansible_collections.mailops.ses.plugins.module_utils._resources.alarm import PLAIN, Alarms, MetricAlarm
from ansible_collections.mailops.ses.plugins.module_utils._resources.dashboard import Dashboard
from ansible_collections.mailops.ses.plugins.module_utils._resources.function import Function
from ansible_collections.mailops.ses.plugins.module_utils._resources.invoke_config import InvokeConfig
from ansible_collections.mailops.ses.plugins.module_utils._resources.log_group import LogGroup
from ansible_collections.mailops.ses.plugins.module_utils._resources.permissions import Permissions
from ansible_collections.mailops.ses.plugins.module_utils._resources.queue import Queue
from ansible_collections.mailops.ses.plugins.module_utils._resources.role import ExecutionRole
from ansible_collections.mailops.ses.plugins.module_utils._resources.schedule import Schedule
from ansible_collections.mailops.ses.plugins.module_utils._resources.subscriptions import (
    ABOUT,
    Subscriptions,
    label,
)
from ansible_collections.mailops.ses.plugins.module_utils._resources.topic import Topic

PROTOCOLS = ("email", "email-json", "sms", "https", "sqs", "lambda")
# These send nothing until the receiver has confirmed.
CONFIRMED_BY_HAND = frozenset({"email", "email-json", "https"})
# What an endpoint looks like: (pattern, example).
ENDPOINTS = {
    "email": (r"[^@\s]+@[^@\s]+", "ops@example.com"),
    "email-json": (r"[^@\s]+@[^@\s]+", "ops@example.com"),
    "sms": (r"\+[1-9]\d{6,14}", "+12065550100"),
    "https": (r"https://[^\s]+", "https://example.com/hook"),
    "sqs": (r"arn:[^:\s]+:sqs:[^:\s]+:\d{12}:[^:\s]+", "arn:aws:sqs:us-east-1:123456789012:mail-alerts"),
    "lambda": (
        r"arn:[^:\s]+:lambda:[^:\s]+:\d{12}:function:[^\s]+",
        "arn:aws:lambda:us-east-1:123456789012:function:f",
    ),
}
# PutRetentionPolicy takes these and no others (botocore's model of CloudWatch Logs).
RETENTION_DAYS = [
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
]
SERVICES = ("sts", "sqs", "logs", "iam", "sns", "cloudwatch", "lambda", "events")
TWO_WEEKS = 14 * 24 * 3600
SIX_HOURS = 6 * 3600

SPEC: dict[str, Any] = dict(
    state=dict(type="str", choices=["present", "absent"], default="present"),
    name=dict(type="str", default=DEFAULT_NAME),
    code=dict(type="dict"),
    handler=dict(type="str", default="ses_pause.handler"),
    runtime=dict(type="str", default="python3.13"),
    architecture=dict(type="str", choices=["arm64", "x86_64"], default="arm64"),
    memory_size=dict(type="int", default=256),
    timeout=dict(type="int", default=900),
    reserved_concurrency=dict(type="int"),
    log_retention_days=dict(type="int", choices=RETENTION_DAYS, default=90),
    log_level=dict(type="str", choices=["DEBUG", "INFO", "WARN", "ERROR"], default="INFO"),
    min_sends=dict(type="int", default=0),
    max_event_age=dict(type="int", default=600),
    sweep_minutes=dict(type="int", default=15),
    subscriptions=dict(
        type="list",
        elements="dict",
        default=[],
        options=dict(
            protocol=dict(type="str", choices=list(PROTOCOLS), required=True),
            endpoint=dict(type="str", required=True),
            password=dict(type="str", no_log=True),
            about=dict(type="str", choices=list(ABOUT)),
        ),
    ),
    purge_subscriptions=dict(type="bool", default=False),
    # The name of a key, not a key.
    kms_key_arn=dict(type="str", no_log=False),
    permissions_boundary=dict(type="str"),
    dashboard=dict(type="bool", default=True),
    dashboard_thresholds=dict(type="dict", options={key: dict(type="float") for key in _dashboard.THRESHOLDS}),
    tags=dict(type="dict", default={}),
    adopt=dict(type="list", elements="str", default=[]),
)
RULES: dict[str, Any] = dict(required_if=[("state", "present", ["code"])])


def run(aws: Aws, params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Converges or removes the machinery.

    Returns changed, diff, resources [{kind, name, action, changes}], the ARNs, and pending_subscriptions.
    """
    names = Names(params["name"], aws.region)
    present = params["state"] == "present"
    if present:
        check(params)
    alarms = Alarms([names.errors_alarm, names.queue_alarm])
    # What goes must be ours already: nothing is taken over to be removed.
    adopt = params["adopt"] if present else []
    plan = Plan(aws, names.guard, Stack(aws, names, params).resources(alarms, present), adopt=adopt)
    if not check_mode:
        plan.apply(aws)
    return report(aws, names, params, plan) if present else plan.result()


def report(aws: Aws, names: Names, params: dict[str, Any], plan: Plan) -> dict[str, Any]:
    """The result of what is there now, or in check mode would be."""
    pending = _pending(plan, params["subscriptions"])
    result = {**plan.result(), **_arns(aws, names), "pending_subscriptions": pending}
    if warnings := _warnings(aws, plan, pending):
        result["warnings"] = warnings
    return result


def _warnings(aws: Aws, plan: Plan, pending: list[str]) -> list[str]:
    where = f"Account {aws.account}, Region {aws.region}"
    complaints = [
        f"{where}: CloudWatch took the {change.resource.label} and says of it: {complaint}."
        for change in plan.changes
        if isinstance(change.resource, Dashboard)
        for complaint in change.resource.complaints
    ]
    if not pending:
        return complaints
    unheard = (
        f"{where}: nobody is told at {', '.join(pending)} until the subscription is confirmed there. The link that AWS "
        f"sent lives two days."
    )
    return [unheard, *complaints]


def check(params: dict[str, Any]) -> None:
    """Refuses values that types cannot rule out, before anything is read."""
    _check_code(params["code"], params["handler"])
    _check_range(params, "timeout", 3, 900, "seconds")
    _check_range(params, "memory_size", 128, 10240, "MB")
    _check_range(params, "min_sends", 0, None, "sends in 24 hours")
    _check_range(params, "max_event_age", 60, None, "seconds")
    _check_range(params, "sweep_minutes", 0, 1440, "minutes (0: never)")
    if params["reserved_concurrency"] is not None:
        _check_range(params, "reserved_concurrency", -1, None, "executions (-1: none reserved)")
        if params["reserved_concurrency"] == 0:
            raise SesError(
                "reserved_concurrency: 0 keeps the function from ever running, so nothing would pause. Use 1 or more, "
                "or -1 for none reserved."
            )
    if params["kms_key_arn"] and not _policies.KEY_ARN.fullmatch(params["kms_key_arn"]):
        raise SesError(
            f"kms_key_arn: {params['kms_key_arn']!r} is not the ARN of a customer-managed key, such as "
            f"arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab. CloudWatch cannot publish "
            f"to a topic under the AWS-managed key alias/aws/sns, and nothing says so."
        )
    for entry in params["subscriptions"]:
        _check_subscription(entry)
    for key, rate in (params["dashboard_thresholds"] or {}).items():
        if rate is not None and not 0 < rate < 1:
            raise SesError(f"dashboard_thresholds: {key}: {rate:g} is no rate. Use a fraction between 0 and 1.")


def _check_code(code: dict[str, Any], handler: str) -> None:
    if not re.fullmatch(r"([^./\s]+[./])*[^./\s]+\.[A-Za-z_]\w*", handler):
        raise SesError(f"handler: {handler!r} is not of the form MODULE.FUNCTION, such as 'ses_pause.handler'.")
    # As Lambda's runtime takes it: all before the last dot is the module, with dots or slashes.
    module = handler.rpartition(".")[0].replace(".", "/")
    if code.keys().isdisjoint({f"{module}.py", f"{module}/__init__.py"}):
        raise SesError(
            f"code: the handler {handler} needs the file {module}.py or {module}/__init__.py; given: {sorted(code)}."
        )
    for name, text in code.items():
        if not isinstance(text, str):
            raise SesError(f"code: {name} has no text. Give each file's source, as the lookup plugin file gives it.")


def _check_range(params: dict[str, Any], option: str, low: int, high: int | None, unit: str) -> None:
    value = params[option]
    if value < low or (high is not None and value > high):
        limits = f"at least {low}" if high is None else f"{low} to {high}"
        raise SesError(f"{option}: {value} is out of range. Use {limits} {unit}.")


def _check_subscription(entry: dict[str, Any]) -> None:
    pattern, example = ENDPOINTS[entry["protocol"]]
    if not re.fullmatch(pattern, entry["endpoint"]):
        raise SesError(
            f"subscriptions: {entry['endpoint']!r} is no endpoint for {entry['protocol']}; it looks like {example}."
        )
    if re.match(r"https://[^/@]*:[^/@]*@", entry["endpoint"]):
        raise SesError(
            "subscriptions: the endpoint holds a password, which would show in logs. Leave USER in the endpoint, as in "
            "https://USER@example.com/hook, and give the password in the option password."
        )
    if entry.get("password") and not re.match(r"https://[^/@:]+@", entry["endpoint"]):
        raise SesError("subscriptions: password needs an endpoint with a user, such as https://USER@example.com/hook.")


def _arns(aws: Aws, names: Names) -> dict[str, str]:
    return {
        "role_arn": aws.arn("iam", f"role/{names.role}"),
        "function_arn": aws.arn("lambda", f"function:{names.function}"),
        "trip_topic_arn": aws.arn("sns", names.trip_topic),
        "notify_topic_arn": aws.arn("sns", names.notify_topic),
        "failure_queue_arn": aws.arn("sqs", names.failure_queue),
    }


def _pending(plan: Plan, wanted: list[dict[str, Any]]) -> list[str]:
    """The subscriptions that nobody has confirmed yet: those found, and those that this run makes."""
    new = {label(entry) for entry in wanted if entry["protocol"] in CONFIRMED_BY_HAND}
    for change in plan.changes:
        if isinstance(change.resource, Subscriptions) and change.resource.name.endswith("-notify"):
            current = change.current or {"subscriptions": [], "_pending": []}
            return sorted(set(current["_pending"]) | (new - set(current["subscriptions"])))
    return []


class Stack:
    """The resources in the order in which they are made; they go in the reverse order: first what pauses, then what
    tells."""

    def __init__(self, aws: Aws, names: Names, params: dict[str, Any]) -> None:
        self._aws = aws
        self._names = names
        self._params = params
        self._tags = own_tags(params["tags"], names.guard)

    def resources(self, alarms: Alarms, present: bool = True) -> list[Resource]:
        """alarms: of which those that tell a failure are two."""
        names = self._names
        archive = _package.build(self._params["code"]) if present else b""
        sweep = self._params["sweep_minutes"] > 0
        leave_key = self._params["kms_key_arn"] is None

        def wanted(state: State) -> State | None:
            return state if present else None

        function = Function(names.function, self._function(archive) if present else None, archive)
        role = ExecutionRole(names.role, names.policy, wanted(self._role()), leave_key)
        queue = Queue(names.failure_queue, wanted(self._queue()))
        log_group = LogGroup(names.log_group, wanted(self._log_group()))
        # Lambda may have made it, without a tag. The queue goes after it, so that a removal that died still knows it.
        log_group.belongs_to = (function, role, queue)
        return [
            queue,
            # Before the role: so the role goes first, and a late line of log cannot make the group again.
            log_group,
            role,
            Topic(names.notify_topic, wanted(self._topic(names.notify_topic, "SES pause"))),
            Subscriptions(
                names.notify_topic,
                self._params["subscriptions"] if present else None,
                purge=self._params["purge_subscriptions"],
            ),
            MetricAlarm(names.errors_alarm, wanted(self._errors_alarm()), alarms),
            MetricAlarm(names.queue_alarm, wanted(self._queue_alarm()), alarms),
            function,
            InvokeConfig(names.function, wanted(self._invoke_config())),
            Permissions(names.function, wanted({"policy": _policies.function_policy(self._aws, names, sweep)})),
            Schedule(names.sweep_rule, wanted(self._schedule()) if sweep else None),
            Topic(names.trip_topic, wanted(self._topic(names.trip_topic, "SES pause trip"))),
            Subscriptions(
                names.trip_topic,
                [{"protocol": "lambda", "endpoint": self._function_arn}] if present else None,
                dead_letter_queue=self._queue_arn if present else None,
            ),
            # What only shows comes last: nothing that pauses or tells waits for it.
            Dashboard(names.dashboard, names.guard, wanted(self._dashboard()) if self._params["dashboard"] else None),
        ]

    @property
    def _function_arn(self) -> str:
        return self._aws.arn("lambda", f"function:{self._names.function}")

    @property
    def _queue_arn(self) -> str:
        return self._aws.arn("sqs", self._names.failure_queue)

    def _role(self) -> State:
        state: State = {
            "trust_policy": _policies.trust_policy(),
            "policy": _policies.execution_policy(self._aws, self._names, self._params["kms_key_arn"]),
            "inline_policies": [self._names.policy],
            "attached_policies": [],
            "description": f"Pauses SES in {self._aws.region} when its reputation is at risk. Managed by {OWNER_MARK}.",
            "tags": self._tags,
        }
        if self._params["permissions_boundary"] is not None:
            state["permissions_boundary"] = self._params["permissions_boundary"]
        return state

    def _log_group(self) -> State:
        return {"retention_days": self._params["log_retention_days"], "tags": self._tags}

    def _queue(self) -> State:
        return {
            "policy": _policies.queue_policy(self._aws, self._names),
            "retention_seconds": TWO_WEEKS,
            "encrypted": True,
            "tags": self._tags,
        }

    def _topic(self, name: str, display_name: str) -> State:
        state: State = {
            "policy": _policies.topic_policy(self._aws, self._names, name),
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
            "role": self._aws.arn("iam", f"role/{self._names.role}"),
            "timeout": params["timeout"],
            "memory_size": params["memory_size"],
            "description": f"Pauses SES when a reputation alarm trips. Managed by {OWNER_MARK}.",
            "environment": {
                "SES_PAUSE_NAME": self._names.guard,
                "SES_PAUSE_TRIP_TOPIC_ARN": self._aws.arn("sns", self._names.trip_topic),
                "SES_PAUSE_NOTIFY_TOPIC_ARN": self._aws.arn("sns", self._names.notify_topic),
                "SES_PAUSE_MIN_SENDS": str(params["min_sends"]),
                "SES_PAUSE_MAX_EVENT_AGE": str(params["max_event_age"]),
            },
            "logging": {
                "LogFormat": "JSON",
                "ApplicationLogLevel": params["log_level"],
                "SystemLogLevel": "INFO",
                "LogGroup": self._names.log_group,
            },
            "code_sha256": _package.sha256(archive),
            "tags": self._tags,
        }
        if params["reserved_concurrency"] is not None:
            state["reserved_concurrency"] = params["reserved_concurrency"]
        return state

    def _invoke_config(self) -> State:
        return {"retries": 2, "max_age_seconds": SIX_HOURS, "on_failure": self._queue_arn}

    def _schedule(self) -> State:
        minutes = self._params["sweep_minutes"]
        target = {"Id": self._names.function, "Arn": self._function_arn, "Input": '{"sweep": true}'}
        return {
            "schedule": f"rate({minutes} minute{'s' if minutes > 1 else ''})",
            "enabled": True,
            "description": f"Looks for tripped alarms whose event was lost. Managed by {OWNER_MARK}.",
            "targets": [target],
            "tags": self._tags,
        }

    def _dashboard(self) -> State:
        thresholds = self._params["dashboard_thresholds"] or {}
        body = _dashboard.build(self._names, self._aws.region, self._aws.arn("cloudwatch", "alarm:"), thresholds)
        return {"body": body, "tags": self._tags}

    def _errors_alarm(self) -> State:
        return self._failure_alarm(
            "Sending could NOT be paused, or nobody could be told: the guard's function failed. Look at its log group "
            f"{self._names.log_group}, and pause by hand if a reputation alarm is in ALARM.",
            namespace="AWS/Lambda",
            metric_name="Errors",
            statistic="Sum",
            dimensions={"FunctionName": self._names.function},
        )

    def _queue_alarm(self) -> State:
        return self._failure_alarm(
            "Sending could NOT be paused: an event of the guard lies in the queue "
            f"{self._names.failure_queue} after all retries. Pause by hand, then find out why.",
            namespace="AWS/SQS",
            metric_name="ApproximateNumberOfMessagesVisible",
            statistic="Maximum",
            dimensions={"QueueName": self._names.failure_queue},
        )

    def _failure_alarm(self, description: str, **metric: Any) -> State:
        return {
            "description": f"{description} Managed by {OWNER_MARK}.",
            "period": 60,
            "evaluation_periods": 1,
            "datapoints_to_alarm": 1,
            "threshold": 1.0,
            "comparison_operator": "GreaterThanOrEqualToThreshold",
            "treat_missing_data": "notBreaching",
            "actions_enabled": True,
            "alarm_actions": [self._aws.arn("sns", self._names.notify_topic)],
            "ok_actions": [],
            "insufficient_data_actions": [],
            **PLAIN,
            "tags": self._tags,
            **metric,
        }


OPERATION = Operation(run, SPEC, RULES, SERVICES)
