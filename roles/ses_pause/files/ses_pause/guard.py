# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What this function guards, and how: its settings, from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

REQUIRED = (
    "SES_PAUSE_NAME",
    "AWS_REGION",
    "SES_PAUSE_TRIP_TOPIC_ARN",
    "SES_PAUSE_NOTIFY_TOPIC_ARN",
)


@dataclass(frozen=True)
class Guard:
    name: str
    account: str
    region: str
    trip_topic: str
    notify_topic: str
    function_arn: str  # without an alias
    alarms: str  # what the ARNs of the guard's alarms begin with
    min_sends: int  # in 24 hours; 0: no floor
    max_event_age: timedelta


def read_guard(environment: Mapping[str, str], function_arn: str) -> Guard:
    if missing := [name for name in REQUIRED if not environment.get(name)]:
        raise RuntimeError(f"environment variables missing: {', '.join(missing)}")
    name, region, trip_topic, notify_topic = (environment[name] for name in REQUIRED)
    parts = function_arn.split(":")
    partition, account = parts[1], parts[4]
    return Guard(
        name=name,
        account=account,
        region=region,
        trip_topic=trip_topic,
        notify_topic=notify_topic,
        function_arn=":".join(parts[:7]),
        alarms=f"arn:{partition}:cloudwatch:{region}:{account}:alarm:{name}-",
        min_sends=int(environment.get("SES_PAUSE_MIN_SENDS") or 0),
        max_event_age=timedelta(seconds=int(environment.get("SES_PAUSE_MAX_EVENT_AGE") or 600)),
    )
