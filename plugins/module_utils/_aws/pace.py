# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeps calls within AWS's quotas, so that long work runs at their rate instead of being throttled.

Sources: SES Developer Guide, "Service quotas" (1 control call a second and Region); CloudWatch User Guide, "CloudWatch
service quotas" (the rest, for each account and Region). CloudWatch's can be raised on request, SES's cannot.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

# Calls a second, by the name that the option quotas uses.
QUOTAS = {"ses": 1.0, "put_metric_alarm": 3.0, "delete_alarms": 3.0, "describe_alarms": 9.0, "list_metrics": 25.0}
# Which quota a call counts against, by service and operation; "*" is any operation.
QUOTA_OF = {
    ("sesv2", "*"): "ses",
    ("cloudwatch", "PutMetricAlarm"): "put_metric_alarm",
    ("cloudwatch", "DeleteAlarms"): "delete_alarms",
    ("cloudwatch", "DescribeAlarms"): "describe_alarms",
    ("cloudwatch", "ListMetrics"): "list_metrics",
}
# The first calls go unpaced: a pause must not wait, and AWS's own buckets are not empty either.
BURST = 4


class Pace:
    """A token bucket: C(rate) calls a second after the first C(burst). Safe to share between threads."""

    def __init__(
        self,
        rate: float,
        burst: int = BURST,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._interval = 1 / rate
        self._slack = (burst - 1) * self._interval
        self._clock = clock
        self._sleep = sleep
        self._next = clock() - self._slack
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Returns when the next call may go out."""
        with self._lock:
            now = self._clock()
            slot = max(self._next, now - self._slack)
            self._next = slot + self._interval
        if slot > now:
            self._sleep(slot - now)


class Paces:
    """One pace for each quota."""

    def __init__(self, quotas: Mapping[str, float]) -> None:
        self._paces = {name: Pace(rate) for name, rate in quotas.items()}

    def wait(self, service: str, operation: str) -> None:
        """Waits for the quota of a call such as ("cloudwatch", "PutMetricAlarm"), if it has one."""
        name = QUOTA_OF.get((service, operation)) or QUOTA_OF.get((service, "*"))
        if name:
            self._paces[name].wait()
