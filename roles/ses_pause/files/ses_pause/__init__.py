# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pause Amazon SES sending when a reputation alarm of this guard goes into ALARM.

Nothing in here can resume sending.

Events: the SNS message of an alarm; an alarm that invokes the function; {"sweep": true}: look for
alarms whose event was lost. Others are ignored. What cannot be read or fails is raised: Lambda
tries twice more, then it is queued.
Environment: SES_PAUSE_NAME, SES_PAUSE_TRIP_TOPIC_ARN, SES_PAUSE_NOTIFY_TOPIC_ARN; optional:
SES_PAUSE_MIN_SENDS (sends in 24 hours below which nothing is paused; 0), SES_PAUSE_MAX_EVENT_AGE
(seconds; 600).

The way of an event: invocation → events → handling, which asks decide what is to be done, and
does it with memory, alarms, sending and notify.
"""

from .invocation import handler

__all__ = ["handler"]
