# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One invocation of the function: from its event to the jobs in it."""

import os
from collections.abc import Callable
from functools import partial
from typing import Any

from .alarms import read_in_alarm
from .events import from_description, from_direct, from_sns
from .guard import Guard, read_guard
from .handling import handle
from .log import LOG, Result, report

# By a periodic check, at what was handled: where more is in ALARM it looks at so many, and takes
# them at random.
MOST_LOOKS = 60


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Do every job of the event, then raise if one of them failed: a bad one must not keep the
    others from pausing."""
    guard = read_guard(os.environ, context.invoked_function_arn)
    results, failures = [], []
    for job in jobs(guard, event if isinstance(event, dict) else {}):
        try:
            results.append(job())
        except Exception as error:
            LOG.exception("action=failed")
            failures.append(f"{type(error).__name__}: {error}")
    if failures:
        done = f"{len(failures)} failed, {len(results)} done"
        raise RuntimeError(f"{done}: {'; '.join(failures)}")
    return {"results": results}


def jobs(guard: Guard, event: dict[str, Any]) -> list[Callable[[], Result]]:
    if event.get("sweep") is True:
        found = read_in_alarm(guard)
        likelihood = MOST_LOOKS / max(len(found), 1)
        check = partial(handle, guard, from_description, swept=True, likelihood=likelihood)
        return [partial(check, alarm) for alarm in found]
    if "Records" in event:  # an empty list, or none, is as unreadable as an empty record
        records = event["Records"] if isinstance(event["Records"], list) else []
        return [partial(handle, guard, from_sns, record) for record in records or [None]]
    if event.get("source") == "aws.cloudwatch" and "alarmData" in event:
        return [partial(handle, guard, partial(from_direct, guard.function_arn), event)]
    return [partial(report, None, "ignored", "it is not an event this function knows")]
