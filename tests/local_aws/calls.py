# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who asks for what: each request's account, Region, service and operation, and how often.

``GET /_local_aws/calls`` -> ``{"total": n, "calls": [{"account", "region", "service", "operation", "source", "count",
"last"}]}``; ``DELETE`` zeroes the counts, ``/moto-api/reset`` keeps them. ``last`` is when such a request was last
carried out, in seconds since 1970, or null where each was refused. ``service`` is botocore's client name (``sesv2``,
``cloudwatch``), ``region`` the one the request was signed for (of IAM: us-east-1), ``source`` is
``lambda`` for requests of functions that run in the local Lambda, else ``client``.
"""

from __future__ import annotations

import io
import time
from collections import Counter
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qs

# Lambda sets AWS_EXECUTION_ENV=AWS_Lambda_python3.13 and botocore sends it on as "exec-env/...".
LAMBDA_USER_AGENT = "exec-env/AWS_Lambda_"
# Signing names that differ from botocore's client names.
CLIENT_NAMES = {
    "monitoring": "cloudwatch",
    "eventbridge": "events",
    "email": "ses",
    "tagging": "resourcegroupstaggingapi",
}
# How the operations begin that change nothing.
READS = ("AssumeRole", "Describe", "Filter", "Get", "List", "Lookup", "Simulate")


class Call(NamedTuple):
    """One request. ``operation`` is "" where the request names none that botocore knows."""

    account: str
    region: str
    service: str
    operation: str
    source: str
    access_key: str


_counts: Counter[tuple[str, str, str, str, str]] = Counter()
_last: dict[tuple[str, str, str, str, str], float] = {}


def identify(environ: dict[str, Any]) -> Call | None:
    """Read a WSGI request; None for one without a version 4 signature (nothing of AWS can be told from it)."""
    scope = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2].partition(",")[0].split("/")
    if len(scope) != 5:
        return None
    access_key, _date, region, signing_name, _terminator = scope
    path = environ.get("PATH_INFO", "")
    service = CLIENT_NAMES.get(signing_name, signing_name)
    if service == "ses" and path.startswith("/v2/"):
        service = "sesv2"
    source = "lambda" if LAMBDA_USER_AGENT in environ.get("HTTP_USER_AGENT", "") else "client"
    return Call(_account(access_key, environ), region, service, _operation(environ, service, path), source, access_key)


def is_read(operation: str) -> bool:
    return operation.startswith(READS)


def count(call: Call) -> None:
    _counts[call[:5]] += 1


def carried_out(call: Call) -> None:
    _last[call[:5]] = time.time()


def clear() -> None:
    _counts.clear()
    _last.clear()


def report() -> dict[str, Any]:
    names = Call._fields[:5]
    rows = [
        {**dict(zip(names, key, strict=True)), "count": number, "last": _last.get(key)}
        for key, number in sorted(_counts.items())
    ]
    return {"total": sum(row["count"] for row in rows), "calls": rows}


def read_body(environ: dict[str, Any]) -> bytes:
    """The request's body, which stays readable for whoever comes next."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body: bytes = environ["wsgi.input"].read(length) if length else b""
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def is_form(environ: dict[str, Any]) -> bool:
    """Whether the request is one of the query protocol."""
    return str(environ.get("CONTENT_TYPE", "")).startswith("application/x-www-form-urlencoded")


def _account(access_key: str, environ: dict[str, Any]) -> str:
    from moto.core import DEFAULT_ACCOUNT_ID
    from moto.iam.models import get_account_id_from

    if "HTTP_X_MOTO_ACCOUNT_ID" in environ:
        return str(environ["HTTP_X_MOTO_ACCOUNT_ID"])
    # Only AWS-like keys can be known: spares the search through every account for "test".
    return get_account_id_from(access_key) if len(access_key) == 20 else DEFAULT_ACCOUNT_ID


def _operation(environ: dict[str, Any], service: str, path: str) -> str:
    target = environ.get("HTTP_X_AMZ_TARGET")
    if target:
        return str(target).rpartition(".")[2]
    if is_form(environ):
        form = parse_qs(read_body(environ).decode("utf-8", "replace"))
        if "Action" in form:
            return form["Action"][0]
    if path.startswith("/service/") and "/operation/" in path:  # Smithy RPC v2, as CloudWatch speaks it
        return path.rpartition("/")[2]
    query = parse_qs(environ.get("QUERY_STRING", ""))
    if "Action" in query:
        return query["Action"][0]
    return _rest_operation(environ, service)


def _rest_operation(environ: dict[str, Any], service: str) -> str:
    from moto.core.request import Request
    from werkzeug.exceptions import HTTPException

    router = _router(service)
    if router is None:
        return ""
    try:
        return str(router.match(Request(environ))[0].name)
    except (HTTPException, NotImplementedError):
        return ""


@lru_cache
def _router(service: str) -> Any:
    from botocore.exceptions import UnknownServiceError
    from moto.core.routing import get_service_router

    try:
        return get_service_router(service)
    except (UnknownServiceError, NotImplementedError):
        return None
