# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""AWS's quotas of requests a second, by account, Region and operation, if ``quota_second`` is not 0.

``quota_second`` is how long the second of a quota lasts, in seconds: 1 as on AWS, less to test faster. Each rolling
second takes as many requests as the quota says; what comes beyond is refused as the service does, and counted too.
"""

from __future__ import annotations

import time
from collections import defaultdict, deque
from threading import Lock
from typing import NamedTuple

from . import settings
from .calls import Call


class Throttle(NamedTuple):
    status: int
    code: str
    message: str


# Of SES v1 and v2 alike: one request a second for each operation that does not send.
SES_QUOTA = 1
QUOTAS = {
    ("cloudwatch", "DeleteAlarms"): 3,
    ("cloudwatch", "DescribeAlarms"): 9,
    ("cloudwatch", "DisableAlarmActions"): 3,
    ("cloudwatch", "EnableAlarmActions"): 3,
    ("cloudwatch", "ListMetrics"): 25,
    ("cloudwatch", "PutMetricAlarm"): 3,
    ("cloudwatch", "SetAlarmState"): 3,
}
# The others throttle with 400 Throttling.
CODES = {"sesv2": (429, "TooManyRequestsException")}

_times: defaultdict[tuple[str, ...], deque[float]] = defaultdict(deque)
_lock = Lock()


def check(call: Call) -> Throttle | None:
    """Take one request off the quota; what to answer if none was left."""
    second, quota = settings.current.quota_second, _quota(call)
    if not second or quota is None:
        return None
    now = time.monotonic()
    with _lock:
        times = _times[call[:4]]
        while times and times[0] <= now - second:
            times.popleft()
        if len(times) < quota:
            times.append(now)
            return None
    return Throttle(*CODES.get(call.service, (400, "Throttling")), "Rate exceeded")


def reset() -> None:
    with _lock:
        _times.clear()


def _quota(call: Call) -> int | None:
    if call.service in ("ses", "sesv2"):
        return None if call.operation.startswith("Send") else SES_QUOTA
    return QUOTAS.get((call.service, call.operation))
