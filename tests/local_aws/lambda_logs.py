# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The log of an invocation in CloudWatch Logs, in Text or JSON format, written as the function's role.

Source: "Working with Lambda function logs" and "Configuring advanced logging controls", Lambda Developer Guide.
"""

from __future__ import annotations

import json
import os
import threading
import time
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.awslambda.models import LambdaFunction

from . import server

if TYPE_CHECKING:
    from .lambda_process import Invocation

# So that the call log takes these calls for the function's. No proxy stands between the server and itself.
CONFIG = Config(user_agent_extra="exec-env/AWS_Lambda_service", retries={"total_max_attempts": 1}, proxies={})
# Whoever starts the server may have profiles and files of their own: (name in them, variable, default, conversion).
NOBODYS = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}

_session = botocore.session.Session(NOBODYS)
_session_lock = threading.Lock()


def config(function: LambdaFunction) -> dict[str, str]:
    """The function's LoggingConfig with Lambda's defaults."""
    given = function.__dict__.get("logging_config") or {}
    shown = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{function.function_name}", **given}
    if shown["LogFormat"] == "JSON":
        shown = {"ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO", **shown}
    return shown


def client(service: str, region: str, role: dict[str, str]) -> Any:
    """A client of this server that acts as the role."""
    with _session_lock:  # a session is not made for threads
        return _session.create_client(
            service,
            region_name=region,
            endpoint_url=server.url(),
            config=CONFIG,
            aws_access_key_id=role["aws_access_key_id"],
            aws_secret_access_key=role["aws_secret_access_key"],
            aws_session_token=role["aws_session_token"],
        )


def lines(invocation: Invocation) -> list[tuple[int, str]]:
    """Everything the log holds of the invocation: Lambda's own lines around the function's."""
    start = int(invocation.started * 1000)
    end = max([int(time.time() * 1000), *(at for at, _text in invocation.output)])
    before, after = (_json if config(invocation.function)["LogFormat"] == "JSON" else _text)(invocation)
    return [(start, each) for each in before] + invocation.output + [(end, each) for each in after]


def write(invocation: Invocation, role: dict[str, str]) -> None:
    """Create what is missing, if the role may; without permission the log is lost, as on AWS."""
    group = config(invocation.function)["LogGroup"]
    logs = client("logs", invocation.function.region, role)
    events = [{"timestamp": at, "message": text} for at, text in lines(invocation) if text]
    try:
        try:
            logs.create_log_stream(logGroupName=group, logStreamName=invocation.stream)
        except logs.exceptions.ResourceNotFoundException:
            logs.create_log_group(logGroupName=group)
            logs.create_log_stream(logGroupName=group, logStreamName=invocation.stream)
        logs.put_log_events(logGroupName=group, logStreamName=invocation.stream, logEvents=events)
    except ClientError:
        pass


def _billed(invocation: Invocation) -> int:
    return int(invocation.duration_ms) + 1


def _text(invocation: Invocation) -> tuple[list[str], list[str]]:
    request, function = f"RequestId: {invocation.request_id}", invocation.function
    after = [
        f"END {request}",
        f"REPORT {request}\tDuration: {invocation.duration_ms:.2f} ms\tBilled Duration: {_billed(invocation)} ms\t"
        f"Memory Size: {function.memory_size} MB\tMax Memory Used: {invocation.max_memory_mb} MB\t"
        f"Init Duration: {invocation.init_ms:.2f} ms",
    ]
    if invocation.timed_out:
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        after.append(f"{stamp} {invocation.request_id} Task timed out after {float(function.timeout):.2f} seconds")
    return [f"START {request} Version: {function.version}"], after


def _json(invocation: Invocation) -> tuple[list[str], list[str]]:
    if config(invocation.function)["SystemLogLevel"] == "WARN":
        return [], []
    metrics = {
        "durationMs": round(invocation.duration_ms, 3),
        "billedDurationMs": _billed(invocation),
        "memorySizeMB": invocation.function.memory_size,
        "maxMemoryUsedMB": invocation.max_memory_mb,
        "initDurationMs": round(invocation.init_ms, 3),
    }
    status = "timeout" if invocation.timed_out else "error" if invocation.error else "success"
    report: dict[str, Any] = {"requestId": invocation.request_id, "metrics": metrics, "status": status}
    start = {"requestId": invocation.request_id, "version": str(invocation.function.version)}
    return [_platform("start", start)], [_platform("report", report)]


def _platform(kind: str, record: dict[str, Any]) -> str:
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
    return json.dumps({"time": stamp, "type": f"platform.{kind}", "record": record})
