# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be done: computed from an alarm, the memory of it, the guard and the time. No calls.

The memory of an alarm is the set of the tags below that speak of this transition of it.
"""

from datetime import datetime, timedelta
from typing import Literal

from .events import SET, Alarm
from .guard import Guard

METRICS = {  # of which an alarm pauses, and how people call them
    "AWS/SES Reputation.BounceRate": "Bounce rate",
    "AWS/SES Reputation.ComplaintRate": "Complaint rate",
}

PAUSED_AT = "ses-pause:paused-at"  # it was handled: sending was paused, or found paused
TOLD_AT = "ses-pause:told-at"  # ... and people were notified of it
HELD_AT = "ses-pause:held-at"  # people were notified that too little was sent to pause for
# People were notified that sending is enabled again, the alarm still in ALARM.
OVERRIDDEN_AT = "ses-pause:overridden-at"
RESUMING_AT = "ses-pause:resuming-at"  # when a person last began to resume
RESUMED_AT = "ses-pause:resumed-at"  # when a person last resumed; the modules write these two

# What is done about an alarm that is not ignored.
Action = Literal["paused", "already_paused", "drilled", "held"]

ORDINARY_DELAY = timedelta(seconds=30)  # of an event; ordinarily two


def why_ignored(alarm: Alarm, guard: Guard, late: bool = False) -> str | None:
    """Why this must pause nothing; None for an alarm of this guard that is in ALARM."""
    dimensions = alarm.dimensions
    known_scope = dimensions.keys() <= {SET} and all(dimensions.values())
    comes_here = guard.trip_topic in alarm.actions or guard.function_arn in alarm.actions
    checks = (
        (alarm.state == "ALARM", f"its state is {alarm.state}, not ALARM"),
        (
            alarm.arn.startswith(guard.alarms),
            "it is not an alarm of this guard in this account and Region",
        ),
        (not (late and alarm.drill), "it was a drill, and that is over"),
        (alarm.metric in METRICS, "it does not watch one reputation metric of SES"),
        (comes_here, "its actions do not come here"),
        (known_scope, "it watches neither account nor set"),
    )
    return next((why for holds, why in checks if not holds), None)


def is_handled(memory: set[str]) -> bool:
    """Whether this was decided before, by the function or by a person."""
    return bool(memory & {PAUSED_AT, RESUMING_AT, RESUMED_AT})


def is_untold(memory: set[str]) -> bool:
    """Whether people are yet to be notified of a pause, should an earlier attempt have failed."""
    return PAUSED_AT in memory and OVERRIDDEN_AT not in memory


def is_look_due(memory: set[str], chance: float, likelihood: float) -> bool:
    """Whether the periodic check looks if somebody has resumed. chance: at random, from 0 to 1."""
    return OVERRIDDEN_AT not in memory and chance < likelihood


def is_old(alarm: Alarm, guard: Guard, now: datetime) -> bool:
    """Whether an event must not be believed without asking the alarm. A fresh one is acted on at
    once: after AWS's own drill the alarm is OK within seconds. One from the future is old too."""
    return abs(now - alarm.since) > guard.max_event_age


def was_kept_waiting(alarm: Alarm, now: datetime) -> bool:
    """Whether a set's event is late: then the account's may wait behind it."""
    return bool(alarm.dimensions) and now - alarm.since > ORDINARY_DELAY


def action(alarm: Alarm, guard: Guard, enabled: bool, sends: float | None) -> tuple[Action, str]:
    """What to do about an alarm in ALARM, and what is to be said about it.

    enabled: whether its scope may send. sends: in 24 hours; None: not known.
    """
    if not enabled:
        why = "By a person, another alarm or an earlier try; or the configuration set is gone."
        return "already_paused", why
    if sends is not None and sends < guard.min_sends:
        counted = f"Only {sends:.0f} sends of the last 24 hours count"
        return "held", f"{counted}; the guard pauses from {guard.min_sends} on."
    if alarm.drill == "dry":
        return "drilled", ""
    if guard.min_sends and sends is None:
        return "paused", "Sends in 24 hours not known: no floor applied."
    return "paused", ""


def is_remembered(alarm: Alarm, done: Action) -> bool:
    """Whether the transition counts as handled from now on. A drill resumes its own only, so what
    it found paused is not its own; and what was held is looked at again."""
    return done != "held" and not (done == "already_paused" and bool(alarm.drill))
