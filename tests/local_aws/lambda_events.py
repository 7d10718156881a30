# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asynchronous invocation: the queue in front of a function, its retries, and where an event goes in the end.

Source: "How Lambda handles errors and retries with asynchronous invocation" and "Capturing records of Lambda
asynchronous invocations". The condition for reserved concurrency 0 is not documented there.
"""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError
from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import LambdaFunction, lambda_backends

from . import alarms, background, lambda_logs, lambda_process, lock, policies, settings

MAXIMUM_RETRIES = 2
MAXIMUM_AGE = 21600.0


@dataclass
class Event:
    """``payload`` is JSON text; ``arn`` names the function as it was asked for."""

    arn: str
    payload: str
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    received: float = field(default_factory=time.time)
    attempts: int = 0
    invocation: lambda_process.Invocation | None = None


def find(arn: str) -> LambdaFunction | None:
    parts = policies.arn_of_function(arn)
    if parts is None:
        return None
    backend = lambda_backends[parts["account"]][parts["region"]]
    try:
        return backend.get_function(parts["name"], parts["qualifier"])
    except UnknownFunctionException:
        return None


def invoke(function: LambdaFunction, payload: str, request_id: str | None = None) -> lambda_process.Invocation:
    """Run the function now, and publish its metrics."""
    invocation = lambda_process.run(function, payload, request_id)
    values = {"Invocations": 1.0, "Errors": float(bool(invocation.error)), "Duration": invocation.duration_ms}
    alarms.publish(function.account_id, function.region, "AWS/Lambda", values, {"FunctionName": function.function_name})
    return invocation


def invoke_by_service(arn: str, content: dict[str, Any], service: str, context: dict[str, str]) -> str | None:
    """Queue an event that a service of AWS sends, if the function's policy lets it. Returns why not, None if so."""
    function = find(arn)
    if function is None:
        return f"Function not found: {arn}"
    document = {"Statement": function.policy.statements}
    if not policies.allows(document, service, "lambda:InvokeFunction", arn, context):
        return (
            f"{service} is not authorized to perform: lambda:InvokeFunction on resource: {arn} "
            "because no resource-based policy allows the lambda:InvokeFunction action"
        )
    enqueue(arn, json.dumps(content))
    return None


def enqueue(arn: str, payload: str) -> str:
    """Take an event; it is tried soon. Returns its request id."""
    event = Event(arn, payload)
    background.submit(f"event for {arn}", _attempt, event)
    return event.request_id


def _attempt(event: Event) -> None:
    function = find(event.arn)
    if function is None:  # deleted meanwhile, and its queue with it
        return None
    config = _config(function)
    if time.time() - event.received > config.get("MaximumEventAgeInSeconds", MAXIMUM_AGE):
        return _finish(function, event, "EventAgeExceeded")
    if function.reserved_concurrency == 0:
        return _finish(function, event, "ZeroReservedConcurrency")
    event.attempts += 1
    event.invocation = invoke(function, event.payload, event.request_id)
    if not event.invocation.error:
        return _finish(function, event, "Success")
    delays = settings.current.async_retry_delays
    if event.attempts > config.get("MaximumRetryAttempts", MAXIMUM_RETRIES):
        return _finish(function, event, "RetriesExhausted")
    delay = delays[min(event.attempts, len(delays)) - 1] if delays else 0.0
    return background.submit(f"retry {event.attempts} for {event.arn}", _attempt, event, delay=delay)


def _config(function: LambdaFunction) -> dict[str, Any]:
    return function.event_invoke_config[0].config if function.event_invoke_config else {}


def _finish(function: LambdaFunction, event: Event, condition: str) -> None:
    kind = "OnSuccess" if condition == "Success" else "OnFailure"
    destination = (_config(function).get("DestinationConfig") or {}).get(kind, {}).get("Destination")
    if destination:
        _send(function, destination, _record(function, event, condition), condition == "Success")


def _record(function: LambdaFunction, event: Event, condition: str) -> dict[str, Any]:
    record: dict[str, Any] = {
        "version": "1.0",
        "timestamp": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z",
        "requestContext": {
            "requestId": event.request_id,
            "functionArn": f"{function.function_arn}:{function.version}",
            "condition": condition,
            "approximateInvokeCount": event.attempts,
        },
        "requestPayload": json.loads(event.payload),
    }
    if event.invocation is not None:
        record["responseContext"] = {"statusCode": 200, "executedVersion": str(function.version)}
        if event.invocation.error:
            record["responseContext"]["functionError"] = event.invocation.error
        record["responsePayload"] = json.loads(event.invocation.answer)
    return record


def _send(function: LambdaFunction, destination: str, record: dict[str, Any], success: bool) -> None:
    """As the role: what it may not send is lost, as on AWS."""
    role, text = lambda_process.assume_role(function), json.dumps(record)
    _arn, _partition, service, region, account, name = destination.split(":", 5)
    try:
        with lock.released():
            client = lambda_logs.client(service, region, role)
            if service == "sqs":
                url = f"{client.meta.endpoint_url}/{account}/{name}"
                client.send_message(QueueUrl=url, MessageBody=text)
            elif service == "sns":
                subject = f"AWS Lambda {'success' if success else 'failure'} notification"
                client.publish(TopicArn=destination, Message=text, Subject=subject)
            elif service == "lambda":
                client.invoke(FunctionName=destination, InvocationType="Event", Payload=text)
    except ClientError:
        values = {"DestinationDeliveryFailures": 1.0}
        dimensions = {"FunctionName": function.function_name}
        alarms.publish(function.account_id, function.region, "AWS/Lambda", values, dimensions)
