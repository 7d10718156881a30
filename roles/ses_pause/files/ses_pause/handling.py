# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of one alarm: it is ignored, looked at again, or acted on."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from . import decide, sending
from .alarms import read_accounts_in_alarm, read_present
from .events import Alarm, from_description, read
from .guard import Guard
from .log import Result, attempt, report
from .memory import read_memory, remember
from .notify import notify, notify_once


def handle(
    guard: Guard,
    parse: Callable[[Any], Alarm | None],
    raw: Any,
    swept: bool = False,
    likelihood: float = 1,
) -> Result:
    """Decide from the alarm and its tags. If `swept`, raw is the alarm's present state, else an
    event about it. likelihood: of a look at what was handled."""
    alarm = read(parse, raw)
    if alarm is None:
        return report(None, "ignored", "it is not about an alarm")
    if why := decide.why_ignored(alarm, guard, late=swept):
        return report(alarm, "ignored", why)
    if swept:
        # A periodic check comes again and again: without a memory it would undo a person's resume
        # each time, so there it raises.
        memory = read_memory(alarm)
    else:
        memory = attempt(alarm, "read its tags", partial(read_memory, alarm), set())
    if decide.is_handled(memory):
        return look_again(guard, alarm, memory, swept, likelihood)
    if not swept and decide.is_old(alarm, guard, datetime.now(UTC)):
        alarm = attempt(alarm, "read its present state", partial(read_present, alarm), alarm)
        if why := decide.why_ignored(alarm, guard, late=True):
            return report(alarm, "ignored", f"the event is old, and by now {why}")
    if decide.was_kept_waiting(alarm, datetime.now(UTC)):
        attempt(alarm, "look at the account's alarms", partial(handle_account, guard), None)
    return act(guard, alarm, memory)


def handle_account(guard: Guard) -> None:
    """Where a set was kept waiting, the account may wait behind it, and behind many more: it goes
    first."""
    for found in read_accounts_in_alarm(guard):
        if not decide.is_handled(read_memory(from_description(found))):
            handle(guard, from_description, found, swept=True)


def look_again(
    guard: Guard, alarm: Alarm, memory: set[str], swept: bool, likelihood: float
) -> Result:
    """Pause nothing, for this was decided before; but see that people know."""
    if swept and decide.is_look_due(memory, random.random(), likelihood):  # noqa: S311 - no secret
        enabled, _found = sending.read_sending(alarm)
        if enabled:
            notify_once(guard, alarm, memory, decide.OVERRIDDEN_AT, "overridden")
            why = "sending is enabled, the alarm still in ALARM: a person's decision"
            return report(alarm, "overridden", why)
    if decide.is_untold(memory):
        notify_once(guard, alarm, memory, decide.TOLD_AT, "paused")
    return report(alarm, "handled", f"decided before: {', '.join(sorted(memory))}")


def act(guard: Guard, alarm: Alarm, memory: set[str]) -> Result:
    """Pause; write that down; then notify. So if that fails, the retry notifies, and does not
    pause over a resume."""
    try:
        action, why = pause(guard, alarm)
    except Exception as error:
        # At each attempt, three an event at most: one knows nothing of the one before.
        failed = partial(notify, guard, alarm, "failed", str(error))
        attempt(alarm, "tell people", failed, None)
        raise
    result = report(alarm, action, why)
    try:
        if decide.is_remembered(alarm, action):
            remember(alarm, decide.PAUSED_AT)
    finally:  # notify even so; then what failed is raised, for Lambda to try again
        tag = decide.HELD_AT if action == "held" else decide.TOLD_AT
        notify_once(guard, alarm, memory, tag, action, why)
    return result


def pause(guard: Guard, alarm: Alarm) -> tuple[decide.Action, str]:
    """Pause the alarm's scope, if that is to be done. Returns what was, and what to say of it."""
    look = partial(sending.read_sending, alarm)
    unknown: tuple[bool, dict[str, Any]] = (True, {})
    enabled, found = attempt(alarm, "read whether it sends", look, unknown)
    sends = None
    if enabled and guard.min_sends and found:
        count = partial(sending.read_sends, alarm, found)
        sends = attempt(alarm, "read its sends", count, None)
    action, why = decide.action(alarm, guard, enabled, sends)
    if action == "paused":
        sending.pause(alarm)
    return action, why
