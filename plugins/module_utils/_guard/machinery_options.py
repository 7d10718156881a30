# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the guard's machinery, and which values cannot be meant."""

from __future__ import annotations

import re
from typing import Any

from .._aws.errors import SesError
from .._resources.topic import AWS_MANAGED_KEY
from .names import DEFAULT_NAME
from .policies import KEY_ARN
from .subscription_options import OPTION as SUBSCRIPTIONS
from .subscription_options import check_subscription

# PutRetentionPolicy takes these and no others (botocore's model of CloudWatch Logs).
LOG_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]
OPTIONS: dict[str, Any] = dict(
    state=dict(type="str", choices=["present", "absent"], default="present"),
    name=dict(type="str", default=DEFAULT_NAME),
    code=dict(type="dict"),
    handler=dict(type="str", default="ses_pause.handler"),
    runtime=dict(type="str", default="python3.13"),
    architecture=dict(type="str", choices=["arm64", "x86_64"], default="arm64"),
    memory_size=dict(type="int", default=256),
    timeout=dict(type="int", default=900),
    reserved_concurrency=dict(type="int"),
    log_retention_days=dict(type="int", choices=LOG_DAYS, default=90),
    log_level=dict(type="str", choices=["DEBUG", "INFO", "WARN", "ERROR"], default="INFO"),
    min_sends=dict(type="int", default=0),
    max_event_age=dict(type="int", default=600),
    sweep_minutes=dict(type="int", default=15),
    subscriptions=SUBSCRIPTIONS,
    purge_subscriptions=dict(type="bool", default=False),
    # The name of a key, not a key.
    kms_key_arn=dict(type="str", no_log=False),
    permissions_boundary=dict(type="str"),
    dashboard=dict(type="bool", default=True),
    tags=dict(type="dict", default={}),
    adopt=dict(type="list", elements="str", default=[]),
)


def check(params: dict[str, Any]) -> None:
    """Refuses values that types cannot rule out, before anything is read."""
    _check_code(params["code"], params["handler"])
    _check_range(params, "timeout", 3, 900, "seconds")
    _check_range(params, "memory_size", 128, 10240, "MB")
    _check_range(params, "min_sends", 0, None, "sends in 24 hours")
    _check_range(params, "max_event_age", 60, None, "seconds")
    _check_range(params, "sweep_minutes", 0, 1440, "minutes (0: never)")
    if params["reserved_concurrency"] is not None:
        _check_range(params, "reserved_concurrency", -1, None, "executions (-1: none reserved)")
        if params["reserved_concurrency"] == 0:
            raise SesError(
                "reserved_concurrency: 0 keeps the function from ever running, so nothing would pause. Use 1 or more, "
                "or -1 for none reserved."
            )
    if params["kms_key_arn"] and not KEY_ARN.fullmatch(params["kms_key_arn"]):
        raise SesError(
            f"kms_key_arn: {params['kms_key_arn']!r} is not the ARN of a customer-managed key, such as "
            f"arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab. CloudWatch cannot publish "
            f"to a topic under the AWS-managed key {AWS_MANAGED_KEY}, and nothing says so."
        )
    for entry in params["subscriptions"]:
        check_subscription(entry)


def _check_code(code: dict[str, Any], handler: str) -> None:
    if not re.fullmatch(r"([^./\s]+[./])*[^./\s]+\.[A-Za-z_]\w*", handler):
        raise SesError(f"handler: {handler!r} is not of the form MODULE.FUNCTION, such as 'ses_pause.handler'.")
    # As Lambda's runtime takes it: all before the last dot is the module, with dots or slashes.
    module = handler.rpartition(".")[0].replace(".", "/")
    if code.keys().isdisjoint({f"{module}.py", f"{module}/__init__.py"}):
        raise SesError(
            f"code: the handler {handler} needs the file {module}.py or {module}/__init__.py; given: {sorted(code)}."
        )
    for name, text in code.items():
        if not isinstance(text, str):
            raise SesError(f"code: {name} has no text. Give each file's source, as the lookup plugin file gives it.")


def _check_range(params: dict[str, Any], option: str, low: int, high: int | None, unit: str) -> None:
    value = params[option]
    if value < low or (high is not None and value > high):
        limits = f"at least {low}" if high is None else f"{low} to {high}"
        raise SesError(f"{option}: {value} is out of range. Use {limits} {unit}.")
