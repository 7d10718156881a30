# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Policies to write in tests, and what a call that IAM refuses, or lets through, looks like."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

ACCOUNT = "123456789012"
PLACE = f"eu-west-1:{ACCOUNT}"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/worker"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/tests"
TRUST = [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]
LAMBDA_TRUST = [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    return {**allow(action, resource, **more), "Effect": "Deny"}


def denied(call: Callable[..., Any], **params: Any) -> Any:
    """The error of a call that IAM must refuse."""
    with pytest.raises(ClientError) as raised:
        call(**params)
    error = raised.value.response["Error"]
    assert "is not authorized to perform" in error["Message"]
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    return error


def passes(call: Callable[..., Any], **params: Any) -> bool:
    """Whether IAM lets the call through; that it then fails for another reason does not matter."""
    try:
        call(**params)
    except ClientError as error:
        return "is not authorized to perform" not in error.response["Error"]["Message"]
    return True
