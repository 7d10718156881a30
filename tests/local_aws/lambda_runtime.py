# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Lambda's runtime does around a handler, in a Python process for each invocation.

Started by lambda_starter.py as ``python lambda_runtime.py SOCKET [MODULE...]``: it imports the modules, and then does
as it is asked to by lines of JSON in the socket. At ``{"job", "folder", "environment"}``, which comes with two
descriptors for what is printed and for the report, it forks a process and answers with its number; at ``{"end":
NUMBER}`` it kills that one. It ends, with all of them, when the socket is closed. A job has ``event`` (JSON text),
``context`` (the context object's attributes), ``timeout``, ``second`` (how long a second of it lasts), ``log_format``
and ``log_level``. The report is JSON lines: ``{"ready": true}`` when the handler is loaded, then ``{"result": JSON
text}`` or ``{"error": {"errorMessage", "errorType", "stackTrace"}}``, with ``"max_memory_mb"``. Imports nothing of this
project.
"""

from __future__ import annotations

import contextlib
import datetime
import functools
import gc
import importlib
import json
import logging
import os
import resource
import signal
import socket
import sys
import time
import traceback
from collections.abc import Iterator
from typing import Any, NoReturn

RECORD_ATTRIBUTES = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class Context:
    """The second argument of a handler."""

    def __init__(self, attributes: dict[str, str], timeout: float, second: float) -> None:
        self.__dict__.update(attributes)
        self.identity = None
        self.client_context = None
        self._second = second
        self._deadline = time.monotonic() + timeout * second

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._deadline - time.monotonic()) / self._second * 1000))


class TextFormatter(logging.Formatter):
    """``[LEVEL]<tab>time<tab>request id<tab>message``; one log event, so no line breaks."""

    def __init__(self, request_id: str) -> None:
        super().__init__(f"[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t{request_id}\t%(message)s", "%Y-%m-%dT%H:%M:%S")
        self.converter = time.gmtime  # type: ignore[method-assign, assignment]

    def format(self, record: logging.LogRecord) -> str:
        return super().format(record).replace("\n", "\r")


class JsonFormatter(logging.Formatter):
    def __init__(self, request_id: str) -> None:
        super().__init__()
        self._request_id = request_id

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "timestamp": iso(record.created),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
            "requestId": self._request_id,
        }
        if record.exc_info and record.exc_info[0]:
            entry["errorType"] = record.exc_info[0].__name__
            entry["errorMessage"] = str(record.exc_info[1])
            entry["stackTrace"] = traceback.format_tb(record.exc_info[2])
            entry["location"] = f"{record.pathname}:{record.funcName}:{record.lineno}"
        entry.update({key: value for key, value in record.__dict__.items() if key not in RECORD_ATTRIBUTES})
        return json.dumps(entry, default=str)


def iso(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def describe(error: BaseException) -> dict[str, Any]:
    """What Lambda answers for an exception: without the frames of this file, and with the code where Lambda has it."""
    frames = [each for each in traceback.extract_tb(error.__traceback__) if each.filename != __file__]
    names = [each.filename.replace(os.environ["LAMBDA_TASK_ROOT"], "/var/task") for each in frames]
    trace = [
        f'  File "{name}", line {each.lineno}, in {each.name}\n    {each.line}\n'
        for name, each in zip(names, frames, strict=True)
    ]
    return {"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": trace}


def log_error(error: dict[str, Any], log_format: str, request_id: str) -> None:
    if log_format == "JSON":
        entry = {"timestamp": iso(time.time()), "log_level": "ERROR", **error, "requestId": request_id}
        print(json.dumps(entry), flush=True)
        return
    lines = [f"[ERROR] {error['errorType']}: {error['errorMessage']}", "Traceback (most recent call last):"]
    print("\r".join([*lines, *error["stackTrace"]]).replace("\n", "\r"), flush=True)


def set_up_logging(job: dict[str, Any], request_id: str) -> None:
    """As Lambda does: a handler on the root logger; its level is WARNING, or in JSON the function's own."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter((JsonFormatter if job["log_format"] == "JSON" else TextFormatter)(request_id))
    logging.getLogger().addHandler(handler)
    if job["log_format"] == "JSON":
        logging.getLogger().setLevel({"TRACE": "DEBUG", "FATAL": "CRITICAL"}.get(job["log_level"], job["log_level"]))


def load(handler: str) -> Any:
    module, _unused, function = handler.rpartition(".")
    return getattr(importlib.import_module(module.replace("/", ".")), function)


def stretch_timeouts(second: float) -> None:
    """The function's own limits on calls are in its seconds too."""
    set_timeout = socket.socket.settimeout

    def settimeout(self: socket.socket, value: float | None) -> None:
        set_timeout(self, value and value * second)

    socket.socket.settimeout = settimeout  # type: ignore[method-assign, assignment]


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    for name in sys.argv[2:]:
        importlib.import_module(name)
        if name == "boto3":
            read_once()
    # Each process lives for one invocation, and what boto3 reads is no garbage.
    gc.disable()
    children: set[int] = set()
    for message, descriptors in requests(control):
        child = 0
        if "end" in message:
            end(message["end"], children)
        elif child := os.fork():
            children.add(child)
        else:
            control.close()
            run(message, *descriptors)
        for each in descriptors:
            os.close(each)
        control.sendall(b"%d\n" % child)
    for each in list(children):
        end(each, children)
    # At once: there is nothing to put in order.
    os._exit(0)


def read_once() -> None:
    """What botocore reads to make clients: descriptions of AWS, the same for every invocation."""
    from botocore.loaders import JSONFileLoader
    from botocore.session import Session

    load = functools.cache(JSONFileLoader().load_file)
    JSONFileLoader.load_file = lambda self, file_path: load(file_path)  # type: ignore[method-assign]
    for service in ("cloudwatch", "sesv2", "sns"):
        Session().create_client(service, "us-east-1")


def requests(control: socket.socket) -> Iterator[tuple[dict[str, Any], list[int]]]:
    """Each line, with the descriptors that came with it."""
    line = b""
    descriptors: list[int] = []
    while True:
        part, more, _flags, _address = socket.recv_fds(control, 65536, 2)
        if not part:
            return
        line, descriptors = line + part, descriptors + more
        if line.endswith(b"\n"):
            yield json.loads(line), descriptors
            line, descriptors = b"", []


def end(child: int, children: set[int]) -> None:
    """Kill it with all of its session. Only here is it waited for, so that its number stays its own until then."""
    if child in children:
        children.remove(child)
        # It may not have its session yet.
        for kill in (os.killpg, os.kill):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def run(message: dict[str, Any], output: int, report_to: int) -> NoReturn:
    """In a new process: run the handler to its end, and end."""
    os.setsid()
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    os.chdir(message["folder"])
    os.environ.clear()
    os.environ.update(message["environment"])
    report = os.fdopen(report_to, "w", buffering=1)
    job = message["job"]
    request_id = job["context"]["aws_request_id"]
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    set_up_logging(job, request_id)
    stretch_timeouts(job["second"])
    try:
        handler = load(os.environ["_HANDLER"])
        report.write(json.dumps({"ready": True}) + "\n")
        result = handler(json.loads(job["event"]), Context(job["context"], job["timeout"], job["second"]))
        answer: dict[str, Any] = {"result": json.dumps(result)}
    except BaseException as error:  # SystemExit ends an invocation too
        answer = {"error": describe(error)}
        log_error(answer["error"], job["log_format"], request_id)
    answer["max_memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.flush()
    sys.stderr.flush()
    report.write(json.dumps(answer) + "\n")
    report.close()
    os._exit(0)


if __name__ == "__main__":
    main()
