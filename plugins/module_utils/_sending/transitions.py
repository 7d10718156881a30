# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The states of a resume, and what leads from one to the next.

Only AWS knows what a resume has done: whether sending is on, and whether an alarm remembers C(resuming-at). So the next
equal command goes on from wherever a resume was broken off:

- paused: sending is off.
- resuming: sending is off, and C(resuming-at) is noted. The pause still belongs to whoever paused.
- unconfirmed: sending is on, and C(resuming-at) is noted, but not C(resumed-at).
- resumed: sending is on, and C(resumed-at) is noted.
"""

from __future__ import annotations

from enum import StrEnum


class Step(StrEnum):
    """What a resume does next."""

    NOTE = "note resuming-at on the scope's pause alarms"
    SWITCH = "switch sending on"
    ASK = "ask SES whether sending is on"
    LOOK = "look for what came since: an alarm, a person's pause"
    READ_BACK = "read sending back"
    LOOK_AGAIN = "look once more for what has paused it"
    FINISH = "note resumed-at"
    TAKE_BACK = "take resuming-at back"
    PAUSE_AGAIN = "pause again, in the name of what came"


class Found(StrEnum):
    """What has come of a step."""

    DONE = "done"
    FAILED = "failed"
    ON = "sending is on"
    OFF = "sending is off"
    NOTHING = "nothing came"
    CAME = "something came"


class End(StrEnum):
    """The state in which a resume ends; all but the first are failures."""

    RESUMED = "resumed"
    PAUSED = "paused"
    RESUMING = "resuming"
    UNCONFIRMED = "unconfirmed"


FIRST, OF_UNCONFIRMED = Step.NOTE, Step.LOOK

# {step: {what came of it: what follows}}
TRANSITIONS: dict[Step, dict[Found, Step | End]] = {
    # Before the write: an event that is older than the resume must not undo it.
    Step.NOTE: {Found.DONE: Step.SWITCH, Found.FAILED: Step.TAKE_BACK},
    Step.SWITCH: {Found.DONE: Step.LOOK, Found.FAILED: Step.ASK},
    # An error is no proof that nothing was done.
    Step.ASK: {Found.ON: Step.LOOK, Found.OFF: Step.TAKE_BACK, Found.FAILED: End.RESUMING},
    # An alarm that went off just before the write found sending paused, and does not act again; a person's pause wins.
    Step.LOOK: {Found.NOTHING: Step.READ_BACK, Found.CAME: Step.PAUSE_AGAIN, Found.FAILED: End.UNCONFIRMED},
    # What no alarm watches has its notes in tags of its own, which come with this read.
    Step.READ_BACK: {
        Found.ON: Step.FINISH,
        Found.OFF: Step.LOOK_AGAIN,
        Found.CAME: Step.PAUSE_AGAIN,
        Found.FAILED: Step.FINISH,
    },
    Step.LOOK_AGAIN: {Found.NOTHING: Step.TAKE_BACK, Found.CAME: Step.PAUSE_AGAIN, Found.FAILED: Step.TAKE_BACK},
    Step.FINISH: {Found.DONE: End.RESUMED, Found.FAILED: End.UNCONFIRMED},
    Step.TAKE_BACK: {Found.DONE: End.PAUSED, Found.FAILED: End.RESUMING},
    Step.PAUSE_AGAIN: {Found.DONE: Step.TAKE_BACK, Found.FAILED: End.UNCONFIRMED},
}
