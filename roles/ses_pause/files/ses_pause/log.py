# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the function writes to its log, and what it answers."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from .events import Alarm

LOG = logging.getLogger("ses_pause")
# Lambda's text format would drop INFO, and every decision must be on record.
LOG.setLevel(logging.INFO)

T = TypeVar("T")
Result = dict[str, Any]  # of one alarm: alarm, scope, action, reason


def report(alarm: Alarm | None, action: str, why: str) -> Result:
    """Log what was decided about an alarm; returns it as the handler answers it."""
    name = alarm.name if alarm else None
    scope = alarm.scope if alarm else None
    LOG.info("action=%s scope=%s alarm=%s reason=%r", action, scope, name, why)
    return {"alarm": name, "scope": scope, "action": action, "reason": why}


def attempt(alarm: Alarm, what: str, call: Callable[[], T], otherwise: T) -> T:
    """In doubt the safe side: a read that fails must not keep an event from pausing."""
    try:
        return call()
    except Exception as error:  # also an answer that was cut off
        LOG.error("alarm=%s could not %s, goes on without: %s", alarm.name, what, error)
        return otherwise
