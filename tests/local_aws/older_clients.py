# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests of clients older than the installed botocore, such as the AWS CLI with its own copy of it.

SES v2 moved two listings from GET to POST on another path (botocore 1.43.105); AWS serves both forms, and moto only
that of the installed model.
"""

from __future__ import annotations

import io
import json
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from moto.core.utils import get_service_model

MOVED = {
    "/v2/email/configuration-sets": "ListConfigurationSets",
    "/v2/email/identities": "ListEmailIdentities",
}


def modernise(environ: dict[str, Any]) -> None:
    """Turn an old listing request into the one of the installed model, in place."""
    operation = MOVED.get(environ.get("PATH_INFO", ""))
    if operation is None or environ["REQUEST_METHOD"] != "GET":
        return
    method, path = _binding(operation)
    if method == "GET":
        return
    params: dict[str, Any] = dict(parse_qsl(environ.get("QUERY_STRING", "")))
    if "PageSize" in params:
        params["PageSize"] = int(params["PageSize"])
    body = json.dumps(params).encode()
    environ.update(
        {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "RAW_URI": path,
            "REQUEST_URI": path,
            "QUERY_STRING": "",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
    )


@lru_cache
def _binding(operation: str) -> tuple[str, str]:
    http = get_service_model("sesv2").operation_model(operation).http
    return http["method"], http["requestUri"]
