# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""AWS's quotas of requests a second, by account, Region and operation, if ``quota_second`` is not 0.

``quota_second`` is how long the second of a quota lasts, in seconds: 1 as on AWS, less to test faster. A quota is a
token bucket: it holds the tokens of one second, at least two, so that a client that keeps the pace is not refused for a
request that came a moment early. What comes beyond is refused as the service does, and counted too. SES's quota is one
for all of its control operations together.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import NamedTuple

from . import settings
from .calls import Call


class Throttle(NamedTuple):
    status: int
    code: str
    message: str


# Of SES v1 and v2 together: one request a second, whatever the operation, but for those that send.
SES_QUOTA = 1
LEAST_TOKENS = 2
QUOTAS = {
    ("cloudwatch", "DeleteAlarms"): 3,
    ("cloudwatch", "DescribeAlarms"): 9,
    ("cloudwatch", "DisableAlarmActions"): 3,
    ("cloudwatch", "EnableAlarmActions"): 3,
    ("cloudwatch", "ListMetrics"): 25,
    ("cloudwatch", "PutMetricAlarm"): 3,
    ("cloudwatch", "SetAlarmState"): 3,
}
SES = frozenset({"ses", "sesv2"})
# The others throttle with 400 Throttling.
CODES = {"sesv2": (429, "TooManyRequestsException")}


@dataclass
class Bucket:
    """The tokens left, and when they were counted."""

    tokens: float
    at: float


_buckets: dict[tuple[str, ...], Bucket] = {}


def check(call: Call) -> Throttle | None:
    """Take one request off the quota; what to answer if none was left."""
    second, quota = settings.current.quota_second, _quota(call)
    if not second or quota is None:
        return None
    now, most = time.monotonic(), max(quota, LEAST_TOKENS)
    bucket = _buckets.setdefault(_key(call), Bucket(most, now))
    bucket.tokens = min(most, bucket.tokens + (now - bucket.at) * quota / second)
    bucket.at = now
    if bucket.tokens >= 1:
        bucket.tokens -= 1
        return None
    return Throttle(*CODES.get(call.service, (400, "Throttling")), "Rate exceeded")


def _key(call: Call) -> tuple[str, ...]:
    if call.service in SES:
        return (call.account, call.region, "ses")
    return (call.account, call.region, call.service, call.operation)


def reset() -> None:
    _buckets.clear()


def _quota(call: Call) -> int | None:
    if call.service in SES:
        return None if call.operation.startswith("Send") else SES_QUOTA
    return QUOTAS.get((call.service, call.operation))
