# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the chain from an alarm to a pause and to people, and what a drill has left of what went wrong."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from .._aws.client import Aws
from .._aws.errors import DENIED, AwsCallError
from .._aws.threads import gather
from .._converge.resource import Found, Resource
from .._guard.names import Arns, Names
from .._resources.alarm import AlarmState
from .._resources.function import FoundFunction, Function
from .._resources.permissions import Permissions
from .._resources.queue import FoundQueue, Queue
from .._resources.role import MISSING as NO_ROLE
from .._resources.subscriptions import FoundSubscriptions, Subscription, Subscriptions
from .._resources.topic import Topic
from .._ses.scopes import Scope

NO_LOG_GROUP = ("ResourceNotFoundException",)
# Of a function that fails at each attempt, the last words are enough.
MAX_ERRORS = 3


@dataclass(frozen=True)
class Facts:
    """The chain from an alarm to a pause and to people. None: there is no such thing.

    alarms: those that pause. denied: the actions that the function's execution role may not do; none where they were
    not asked for, None where whoever asks may not know.
    """

    guard: str
    arns: Arns
    alarms: Mapping[str, AlarmState | None]
    function: FoundFunction | None
    permissions: Found | None
    trip_topic: Found | None
    trip_subscriptions: FoundSubscriptions | None
    notify_topic: Found | None
    notify_subscriptions: FoundSubscriptions | None
    failure_queue: FoundQueue | None
    denied: Sequence[str] | None = ()


@dataclass(frozen=True)
class Traces:
    """What a drill has left of what went wrong: alarm actions that CloudWatch could not carry out, and errors that the
    function itself has told."""

    action_errors: Sequence[str] = ()
    function_errors: Sequence[str] = ()


def read_facts(
    aws: Aws, names: Names, scope: Scope, alarms: Mapping[str, AlarmState | None], simulate: bool = True
) -> Facts:
    """simulate: whether IAM is asked what is denied."""
    arns = names.arns(aws)
    parts: dict[str, Resource[Any]] = {
        "function": Function(names.function, None),
        "permissions": Permissions(names.function, None),
        "trip_subscriptions": Subscriptions(
            names.trip_topic, [Subscription("lambda", arns.function)], dead_letter_queue=arns.failure_queue
        ),
        "notify_subscriptions": Subscriptions(names.notify_topic, None),
        "failure_queue": Queue(names.failure_queue, None),
        "trip_topic": Topic(names.trip_topic, None),
        "notify_topic": Topic(names.notify_topic, None),
    }
    reads = [partial(part.read, aws) for part in parts.values()]
    found: dict[str, Any] = dict(zip(parts, gather(reads), strict=True))
    facts = Facts(names.guard, arns, alarms, **found)
    if facts.function is None or not simulate:
        return facts
    return replace(facts, denied=read_denied(aws, facts.function.state["role"], _needs(aws, arns, scope, alarms)))


def _needs(aws: Aws, arns: Arns, scope: Scope, alarms: Iterable[str]) -> dict[str, list[str]]:
    """{resource: [action]} that the function needs for this scope."""
    pause = {"*": ["ses:GetAccount", "ses:PutAccountSendingAttributes"]}
    if scope.name:
        actions = ["ses:GetConfigurationSet", "ses:PutConfigurationSetSendingOptions"]
        pause = {aws.arn("ses", f"configuration-set/{scope.name}"): actions}
    memory = {f"{arns.alarm}{name}": ["cloudwatch:ListTagsForResource", "cloudwatch:TagResource"] for name in alarms}
    return {**pause, **memory, arns.notify_topic: ["sns:Publish"]}


def read_denied(aws: Aws, role_arn: str, needs: Mapping[str, list[str]]) -> list[str] | None:
    """The actions that the role may not do; None where the caller may not know."""

    def ask(resource: str, actions: list[str]) -> Any:
        return aws.call(
            "iam",
            "simulate_principal_policy",
            f"role {role_arn}",
            NO_ROLE,
            PolicySourceArn=role_arn,
            ActionNames=actions,
            ResourceArns=[resource],
        )

    try:
        answers = gather([partial(ask, resource, actions) for resource, actions in needs.items()])
    except AwsCallError as error:
        if error.code in DENIED:
            return None
        raise
    if None in answers:
        return [f"anything, as there is no role {role_arn}"]
    results = [entry for answer in answers for entry in answer["EvaluationResults"]]
    return [entry["EvalActionName"] for entry in results if entry["EvalDecision"] != "allowed"]


def read_traces(aws: Aws, names: Names, alarm: str, since: datetime) -> Traces:
    about = f"the history of alarm {alarm}"
    history = aws.pages(
        "cloudwatch",
        "describe_alarm_history",
        "AlarmHistoryItems",
        about,
        AlarmName=alarm,
        HistoryItemType="Action",
        StartDate=since,
    )
    results = [json.loads(item.get("HistoryData") or "{}") for item in history]
    failed = [str(result.get("error")) for result in results if result.get("actionState") == "Failed"]
    return Traces(list(dict.fromkeys(failed)), _read_log(aws, names, since))


def _read_log(aws: Aws, names: Names, since: datetime) -> list[str]:
    """The last errors in the function's log; none where it may not be read, as that breaks no link."""
    about, start = f"log group {names.log_group}", int(since.timestamp() * 1000)
    try:
        answer = aws.call(
            "logs", "filter_log_events", about, NO_LOG_GROUP, logGroupName=names.log_group, startTime=start
        )
    except AwsCallError as error:
        if error.code in DENIED:
            return []
        raise
    lines = [event["message"] for event in (answer or {"events": []})["events"]]
    said = list(filter(None, map(error_in, lines))) or list(filter(None, map(end_in, lines)))
    return list(dict.fromkeys(said))[-MAX_ERRORS:]


def error_in(line: str) -> str | None:
    """The error that a line of a Lambda log tells, in its JSON format or as text."""
    entry = _parse(line)
    if entry is None:
        return line.strip() if "[ERROR]" in line or "Task timed out" in line else None
    # What the function logs has a level, what it raises a log_level (Lambda Developer Guide, Python logging).
    if (entry.get("level") or entry.get("log_level")) not in ("ERROR", "CRITICAL"):
        return None
    parts = (entry.get("errorType"), entry.get("errorMessage") or entry.get("message"))
    return ": ".join(str(part) for part in parts if part)


def end_in(line: str) -> str | None:
    """How an invocation ended, if that was no good, in Lambda's own report of it."""
    record = (_parse(line) or {}).get("record")
    if isinstance(record, dict) and record.get("status") in ("timeout", "error", "failure"):
        return f"it ended with the status {record['status']}"
    return None


def _parse(line: str) -> dict[str, Any] | None:
    """A line in the JSON format; None for any other."""
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None
