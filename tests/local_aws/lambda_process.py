# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One invocation: the deployed code in a subprocess, with the role's credentials and the environment Lambda gives.

Nothing of the host reaches the function but PATH. Its log goes to CloudWatch Logs through the API, as the role: where
that may not write, nothing is written, and the invocation goes on.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import queue
import shutil
import tempfile
import threading
import time
import uuid
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from moto.awslambda.models import LambdaFunction
from moto.sts.models import sts_backends
from moto.utilities.utils import get_partition

from . import iam, lambda_logs, lambda_starter, lock, server, settings
from .patience import PATIENCE

# Lambda gives the code outside the handler so many seconds.
INIT_SECONDS = 10.0

_slots = threading.BoundedSemaphore(2 * (os.cpu_count() or 1))
_running: set[lambda_starter.Started] = set()
_lock = threading.Lock()
_folder: tempfile.TemporaryDirectory[str] | None = None


@dataclass
class Invocation:
    """``payload`` is JSON text. ``error`` is "Unhandled" for a failed one: then ``answer`` describes it."""

    function: LambdaFunction
    payload: str
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    answer: str = "null"
    error: str | None = None
    timed_out: bool = False
    output: list[tuple[int, str]] = field(default_factory=list)  # (milliseconds since 1970, line)
    duration_ms: float = 0.0
    init_ms: float = 0.0
    max_memory_mb: int = 0
    started: float = field(default_factory=time.time)

    @property
    def stream(self) -> str:
        day = datetime.fromtimestamp(self.started, UTC)
        return f"{day:%Y/%m/%d}/[{self.function.version}]{self.request_id.replace('-', '')}"

    def fail(self, kind: str, message: str) -> None:
        self.error = "Unhandled"
        self.answer = json.dumps({"errorType": kind, "errorMessage": f"RequestId: {self.request_id} Error: {message}"})


def run(function: LambdaFunction, payload: str, request_id: str | None = None) -> Invocation:
    """Run the handler to its end, write its log. Never raises for what the function does."""
    invocation = Invocation(function, payload, request_id or str(uuid.uuid4()))
    if not iam.role_assumable(function.account_id, function.role):  # deleted, or it trusts Lambda no more
        invocation.fail("AccessDeniedException", "The role defined for the function cannot be assumed by Lambda.")
        return invocation
    role = assume_role(function)
    # The function may call this server, and writing its log does.
    with lock.released():
        with _slots:
            invocation.started = time.time()
            _run(invocation, role)
        lambda_logs.write(invocation, role)
    return invocation


def assume_role(function: LambdaFunction) -> dict[str, str]:
    """Temporary credentials of the execution role, as botocore's client arguments."""
    backend = sts_backends[function.account_id][get_partition(function.region)]
    session = backend.assume_role(
        region_name=function.region,
        role_session_name=function.function_name,
        role_arn=function.role,
        policy="",
        duration=3600,
        external_id="",
    )
    return {
        "aws_access_key_id": session.access_key_id,
        "aws_secret_access_key": session.secret_access_key,
        "aws_session_token": session.session_token,
    }


def kill_all() -> None:
    with _lock:
        for process in _running:
            process.kill()


def remove_files() -> None:
    global _folder
    if _folder is not None:
        _folder.cleanup()
        _folder = None


def _run(invocation: Invocation, role: dict[str, str]) -> None:
    function = invocation.function
    try:
        code = _unpacked(function)
    except zipfile.BadZipFile as error:
        return invocation.fail("Runtime.InvalidEntrypoint", str(error))
    home = tempfile.mkdtemp(prefix="home-", dir=code.parent)
    environment = _environment(invocation, role, code, home)
    try:
        with lambda_starter.started(_job(invocation), code, environment) as process:
            with _lock:
                _running.add(process)
            try:
                _talk(invocation, process)
            finally:
                with _lock:
                    _running.discard(process)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return None


def _talk(invocation: Invocation, process: lambda_starter.Started) -> None:
    """Collect its log and its answer; the handler has its Timeout, not a moment more."""
    messages: queue.Queue[dict[str, Any] | None] = queue.Queue()
    reader = threading.Thread(target=_read_report, args=(process.report, messages), daemon=True)
    logger = threading.Thread(target=_read_output, args=(process.output, invocation.output), daemon=True)
    reader.start()
    logger.start()
    timeout, second = float(invocation.function.timeout), settings.current.lambda_second
    message = _next(messages, INIT_SECONDS * second)
    ready = time.time()
    invocation.init_ms = (ready - invocation.started) * 1000
    if message is not None and message.get("ready"):
        message = _next(messages, timeout * second)
        invocation.duration_ms = (time.time() - ready) * 1000
        invocation.timed_out = message == {}
    if message is None:
        invocation.fail("Runtime.ExitError", "Runtime exited without providing a reason")
    elif not message:
        invocation.fail("Sandbox.Timedout", f"Task timed out after {timeout:.2f} seconds")
    elif "error" in message:
        invocation.error, invocation.answer = (
            "Unhandled",
            json.dumps({**message["error"], "requestId": invocation.request_id}),
        )
    else:
        invocation.answer = message["result"]
    invocation.max_memory_mb = (message or {}).get("max_memory_mb", 0)
    process.kill()
    logger.join(PATIENCE)
    reader.join(PATIENCE)


def _next(messages: queue.Queue[dict[str, Any] | None], seconds: float) -> dict[str, Any] | None:
    """The process's next message; None if it has ended, {} if it is late."""
    try:
        return messages.get(timeout=seconds)
    except queue.Empty:
        return {}


def _read_report(report: IO[str], messages: queue.Queue[dict[str, Any] | None]) -> None:
    with report:
        for line in report:
            messages.put(json.loads(line))
    messages.put(None)


def _read_output(stream: IO[bytes], output: list[tuple[int, str]]) -> None:
    with stream:
        for line in stream:
            output.append((int(time.time() * 1000), line.decode("utf-8", "replace").rstrip("\n")))


def _job(invocation: Invocation) -> dict[str, Any]:
    function = invocation.function
    logging_config = lambda_logs.config(function)
    context = {
        "aws_request_id": invocation.request_id,
        "function_name": function.function_name,
        "function_version": str(function.version),
        "invoked_function_arn": function.function_arn,
        "memory_limit_in_mb": str(function.memory_size),
        "log_group_name": logging_config["LogGroup"],
        "log_stream_name": invocation.stream,
    }
    return {
        "event": invocation.payload,
        "context": context,
        "timeout": float(function.timeout),
        "second": settings.current.lambda_second,
        "log_format": logging_config["LogFormat"],
        "log_level": logging_config.get("ApplicationLogLevel", "INFO"),
    }


def _environment(invocation: Invocation, role: dict[str, str], code: Path, home: str) -> dict[str, str]:
    """Lambda's "Defined runtime environment variables"; HOME is set so that nobody's ~/.aws is read."""
    function = invocation.function
    return {
        **function.environment_vars,
        **lambda_starter.ENVIRONMENT,
        "HOME": home,
        "LAMBDA_TASK_ROOT": str(code),
        "LAMBDA_RUNTIME_DIR": str(lambda_starter.RUNTIME.parent),
        "_HANDLER": function.handler or "",
        "AWS_REGION": function.region,
        "AWS_DEFAULT_REGION": function.region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.run_time}",
        "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
        "AWS_LAMBDA_FUNCTION_VERSION": str(function.version),
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
        "AWS_LAMBDA_LOG_GROUP_NAME": lambda_logs.config(function)["LogGroup"],
        "AWS_LAMBDA_LOG_STREAM_NAME": invocation.stream,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_ACCESS_KEY_ID": role["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": role["aws_secret_access_key"],
        "AWS_SESSION_TOKEN": role["aws_session_token"],
        "AWS_ENDPOINT_URL": server.url(),
    }


def _unpacked(function: LambdaFunction) -> Path:
    """The folder with the function's files; each archive is unpacked once a server."""
    global _folder
    with _lock:
        if _folder is None:
            _folder = tempfile.TemporaryDirectory(prefix="local-aws-lambda-")
        target = Path(_folder.name) / hashlib.sha256(function.code_bytes).hexdigest()
        if not target.exists():
            unfinished = target.with_suffix(".new")
            zipfile.ZipFile(io.BytesIO(function.code_bytes)).extractall(unfinished)
            unfinished.rename(target)
        return target
