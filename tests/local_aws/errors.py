# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors in the form in which a service speaks: XML for the query protocol, else JSON."""

from __future__ import annotations

import json
from functools import lru_cache
from http import HTTPStatus
from typing import Any
from xml.sax.saxutils import escape

from botocore.exceptions import UnknownServiceError
from moto.core.exceptions import ServiceException
from moto.core.utils import get_service_model


class ServiceError(ServiceException):
    """Raise this from an operation: ``ServiceError(code, message)``.

    moto takes an exception of its own package for one of the service ``core`` when the code is not in the model.
    """


def respond(start_response: Any, service: str, form: bool, status: int, code: str, message: str) -> list[bytes]:
    """Answer a WSGI request with an error. ``form``: the request was a form, so the answer is XML."""
    headers = {"Content-Type": "application/json", "X-Amzn-ErrorType": code}
    if form:
        error = f"<Type>Sender</Type><Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
        body = f"<ErrorResponse><Error>{error}</Error><RequestId>local</RequestId></ErrorResponse>".encode()
        headers = {"Content-Type": "text/xml"}
    else:
        body = json.dumps({"__type": code, "message": message}).encode()
        if query_compatible(service):
            headers["x-amzn-query-error"] = f"{code};Sender"
    headers["Content-Length"] = str(len(body))
    start_response(f"{status} {HTTPStatus(status).phrase}", list(headers.items()))
    return [body]


@lru_cache
def query_compatible(service: str) -> bool:
    """Whether the service speaks JSON with the error codes of its former query protocol, as CloudWatch and SQS do."""
    try:
        return "awsQueryCompatible" in get_service_model(service).metadata
    except UnknownServiceError:
        return False
