# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The WSGI application: counts each request, answers ``/_local_aws/...`` itself and leaves the rest to moto."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app

from . import calls, fault_kinds, faults, iam, lock, organizations, quotas, regions, resource_policies, settings
from .errors import respond
from .older_clients import modernise
from .pending import Request

log = logging.getLogger("local_aws")

PREFIX = "/_local_aws/"
Control = Callable[[str, dict[str, Any]], Any]
# Name below /_local_aws/ -> function(method, JSON body and query) -> JSON answer; ValueError becomes a 400.
controls: dict[str, Control] = {}


class RequestHandler(MotoRequestHandler):
    """Quiet, and without waiting for more bytes before it sends."""

    disable_nagle_algorithm = True

    def setup(self) -> None:
        # What is measured is the code that calls; to trace this thread too doubled the time of a test.
        sys.settrace(None)
        super().setup()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        log.debug("%s %s", self.requestline, code)

    def connection_dropped(self, error: BaseException, environ: dict[str, Any] | None = None) -> None:
        """A fault has broken it: nothing more comes that way."""
        self.close_connection = True


class Application:
    def __init__(self) -> None:
        self._moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        # All of it comes first: while the lock is held, nobody is waited for.
        calls.read_body(environ)
        if path.startswith(PREFIX):
            return _answer(start_response, *_control(environ, path.removeprefix(PREFIX)))
        modernise(environ)
        with lock.held():
            call = calls.identify(environ)
            if call is not None:
                calls.count(call)
        if call is None:
            return self._serve(None, environ, start_response)
        return fault_kinds.serve(Request(call, environ, start_response, partial(self._serve, call)))

    def _serve(self, call: calls.Call | None, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        try:
            if call and settings.current.delay_ms:
                time.sleep(settings.current.delay_ms / 1000)
            with lock.held():
                refusal = _refusal(call, environ) if call else None
                if call and refusal:
                    return respond(start_response, call.service, calls.is_form(environ), *refusal)
                answer: Iterable[bytes] = self._moto(environ, start_response)
                if call:
                    calls.carried_out(call)
                return answer
        except NotImplementedError as error:
            # 501 is not retried by botocore, moto's 500 would be.
            failure = (501, "NotImplemented", f"local AWS: {error}")
            return _answer_failure(start_response, call, environ, failure)
        except Exception as error:
            log.error("%s\n%s", call, traceback.format_exc())
            return _answer_failure(start_response, call, environ, (500, "InternalFailure", repr(error)))


def _answer_failure(
    start_response: Any, call: calls.Call | None, environ: dict[str, Any], failure: tuple[int, str, str]
) -> Iterable[bytes]:
    return respond(start_response, call.service if call else "", calls.is_form(environ), *failure)


def create_application() -> Application:
    return Application()


def _refusal(call: calls.Call, environ: dict[str, Any]) -> Any:
    """Status, code and message of what keeps the call from being carried out; None if nothing does."""
    refusal: Any = quotas.check(call) or organizations.check(call) or regions.check(call)
    if refusal is None and settings.current.enforce_iam:
        refusal = iam.check(call, environ) or resource_policies.check(call, environ)
    return refusal


def _control(environ: dict[str, Any], name: str) -> tuple[int, Any]:
    function = controls.get(name)
    if function is None:
        return 404, {"message": f"unknown control {name!r}; known: {', '.join(sorted(controls))}"}
    try:
        body = json.loads(calls.read_body(environ) or b"{}")
        if not isinstance(body, dict):
            raise ValueError("the body must be a JSON object")
        query = dict(parse_qsl(environ.get("QUERY_STRING", "")))
        with lock.held():
            return 200, function(environ["REQUEST_METHOD"], {**query, **body})
    except ValueError as error:
        return 400, {"message": str(error)}


def _answer(start_response: Any, status: int, content: Any) -> Iterable[bytes]:
    body = json.dumps(content).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response(f"{status} {HTTPStatus(status).phrase}", headers)
    return [body]


def _calls(method: str, _body: dict[str, Any]) -> dict[str, Any]:
    if method == "DELETE":
        calls.clear()
    return calls.report()


def _settings(method: str, body: dict[str, Any]) -> dict[str, Any]:
    return settings.update(body) if method == "POST" else settings.as_dict()


def _health(_method: str, _body: dict[str, Any]) -> dict[str, Any]:
    return {"status": "ok", "pid": os.getpid()}


controls.update({"calls": _calls, "faults": faults.control, "settings": _settings, "health": _health})
