# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the chain from an alarm to a pause: what _links.py judges, and the traces that a trip has left."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import DENIED, AwsCallError
from ansible_collections.mailops.ses.plugins.module_utils._aws.threads import gather
from ansible_collections.mailops.ses.plugins.module_utils._guard.names import Names
from ansible_collections.mailops.ses.plugins.module_utils._resources.alarm import AlarmState
from ansible_collections.mailops.ses.plugins.module_utils._resources.function import Function
from ansible_collections.mailops.ses.plugins.module_utils._resources.permissions import Permissions
from ansible_collections.mailops.ses.plugins.module_utils._resources.queue import Queue
from ansible_collections.mailops.ses.plugins.module_utils._resources.role import MISSING as NO_ROLE
from ansible_collections.mailops.ses.plugins.module_utils._resources.subscriptions import Subscription, Subscriptions
from ansible_collections.mailops.ses.plugins.module_utils._resources.topic import Topic
from ansible_collections.mailops.ses.plugins.module_utils._ses.scopes import Scope

NO_LOG_GROUP = ("ResourceNotFoundException",)
# Of a function that fails at each attempt, the last words are enough.
MAX_ERRORS = 3


def read_facts(
    aws: Aws, names: Names, scope: Scope, alarms: Mapping[str, AlarmState | None], simulate: bool = True
) -> dict[str, Any]:
    """The facts that _links.py describes; C(denied) only where there is a function and simulate says so."""
    function_arn = aws.arn("lambda", f"function:{names.function}")
    queue_arn = aws.arn("sqs", names.failure_queue)
    wanted = [Subscription("lambda", function_arn)]
    parts = (
        Function(names.function, None),
        Permissions(names.function, None),
        Subscriptions(names.trip_topic, wanted, dead_letter_queue=queue_arn),
        Subscriptions(names.notify_topic, None),
        Queue(names.failure_queue, None),
        Topic(names.trip_topic, None),
        Topic(names.notify_topic, None),
    )
    found: list[Any] = gather([partial(part.read, aws) for part in parts])
    function, permissions, trips, notices, queue, trip_topic, notify_topic = found
    delivery = trips.state if trips else {}
    facts = {
        "guard": names.guard,
        "function_arn": function_arn,
        "trip_topic_arn": aws.arn("sns", names.trip_topic),
        "notify_topic_arn": aws.arn("sns", names.notify_topic),
        "function": function
        and {
            "state": function.lambda_state,
            "reserved_concurrency": function.state["reserved_concurrency"],
            "code_sha256": function.state["code_sha256"],
        },
        "function_policy": permissions and permissions.state["policy"],
        "trip_topic": trip_topic and trip_topic.state,
        "notify_topic": notify_topic and notify_topic.state,
        "trip_subscriptions": delivery.get("subscriptions", []),
        "trip_filter_policy": delivery.get("filter_policy"),
        "notify_subscriptions": notices.state["subscriptions"] if notices else [],
        "notify_pending": notices.pending if notices else [],
        "alarms": {name: alarm and alarm.state for name, alarm in alarms.items()},
        "failed_events": queue and queue.messages,
    }
    if function and simulate:
        facts["denied"] = read_denied(aws, function.state["role"], _needs(aws, names, scope, alarms))
    return facts


def _needs(aws: Aws, names: Names, scope: Scope, alarms: Mapping[str, AlarmState | None]) -> dict[str, list[str]]:
    """{resource: [action]} that the function needs for this scope."""
    pause = {"*": ["ses:GetAccount", "ses:PutAccountSendingAttributes"]}
    if scope.name:
        actions = ["ses:GetConfigurationSet", "ses:PutConfigurationSetSendingOptions"]
        pause = {aws.arn("ses", f"configuration-set/{scope.name}"): actions}
    memory = {
        aws.arn("cloudwatch", f"alarm:{name}"): ["cloudwatch:ListTagsForResource", "cloudwatch:TagResource"]
        for name in alarms
    }
    return {**pause, **memory, aws.arn("sns", names.notify_topic): ["sns:Publish"]}


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


def read_traces(aws: Aws, names: Names, alarm: str, since: datetime) -> dict[str, list[str]]:
    """What CloudWatch and the function say of what went wrong since: the facts action_errors and function_errors."""
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
    return {"action_errors": list(dict.fromkeys(failed)), "function_errors": _read_log(aws, names, since)}


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
    """Pure: the error that a line of a Lambda log tells, in its JSON format or as text."""
    entry = _parse(line)
    if entry is None:
        return line.strip() if "[ERROR]" in line or "Task timed out" in line else None
    # What the function logs has a level, what it raises a log_level (Lambda Developer Guide, Python logging).
    if (entry.get("level") or entry.get("log_level")) not in ("ERROR", "CRITICAL"):
        return None
    parts = (entry.get("errorType"), entry.get("errorMessage") or entry.get("message"))
    return ": ".join(str(part) for part in parts if part)


def end_in(line: str) -> str | None:
    """Pure: how an invocation ended, if that was no good, in Lambda's own report of it."""
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
