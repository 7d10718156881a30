# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Memory: tags on the alarm, which decide lists. Each holds the time of a transition into ALARM,
and speaks of it and of all earlier ones. What a drill leaves speaks of no real breach."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from .clients import CLOUDWATCH
from .events import UNREADABLE, Alarm, instant


def read_memory(alarm: Alarm) -> set[str]:
    """The tags that speak of this transition."""
    memory = set()
    # Not one from the future: a wrong clock must not disarm the guard.
    latest = datetime.now(UTC) + timedelta(seconds=1)
    for tag in CLOUDWATCH.list_tags_for_resource(ResourceARN=alarm.arn)["Tags"]:
        with suppress(*UNREADABLE):
            if alarm.since <= instant(tag["Value"]) <= latest:
                key = tag["Key"]
                memory.add(key.replace(":drill-", ":") if alarm.drill else key)
    return memory


def remember(alarm: Alarm, tag: str) -> None:
    key = tag.replace(":", ":drill-") if alarm.drill else tag
    value = alarm.since.isoformat(timespec="milliseconds")
    CLOUDWATCH.tag_resource(ResourceARN=alarm.arn, Tags=[{"Key": key, "Value": value}])
