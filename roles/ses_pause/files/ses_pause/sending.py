# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sending of the scope that an alarm watches: read it, read how much is sent, pause it."""

import random
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from .clients import CLOUDWATCH, SES
from .events import SET, Alarm


def ask(alarm: Alarm, call: Any, **options: Any) -> Any:
    """SES answers one control call a second in all: the account insists and so overtakes sets,
    which back off."""
    # The sets for ten minutes, the account for a little over one.
    tries, longest = (10, 300) if alarm.configuration_set else (450, 0.2)
    for number in range(tries):
        with suppress(SES.exceptions.TooManyRequestsException):
            return call(**options)
        time.sleep(random.uniform(0.5, 1) * min(2**number, longest))  # noqa: S311 - no secret
    return call(**options)


def read_sending(alarm: Alarm) -> tuple[bool, dict[str, Any]]:
    """Whether the alarm's scope may send, and all that SES says about it."""
    if not alarm.configuration_set:
        found = ask(alarm, SES.get_account)
        return found.get("SendingEnabled", True), found
    # Nothing can be sent with a set that is gone.
    found = {"SendingOptions": {"SendingEnabled": False}}
    with suppress(SES.exceptions.NotFoundException):
        name = alarm.configuration_set
        found = ask(alarm, SES.get_configuration_set, ConfigurationSetName=name)
    return found.get("SendingOptions", {}).get("SendingEnabled", True), found


def read_sends(alarm: Alarm, found: dict[str, Any]) -> float | None:
    """Sends in 24 hours; None: not known. Those of a set count from its last fresh start on, as
    its rates do. found: what read_sending has found."""
    if not alarm.configuration_set:
        return found.get("SendQuota", {}).get("SentLast24Hours")
    now = datetime.now(UTC)
    day_ago = now - timedelta(days=1)
    fresh_start = found.get("ReputationOptions", {}).get("LastFreshStart", day_ago)
    points = CLOUDWATCH.get_metric_statistics(
        Namespace="AWS/SES",
        MetricName="Send",
        Dimensions=[{"Name": SET, "Value": alarm.configuration_set}],
        StartTime=max(day_ago, fresh_start),
        EndTime=now,
        Period=300,
        Statistics=["Sum"],
    ).get("Datapoints")
    return sum(point["Sum"] for point in points) if points else None


def pause(alarm: Alarm) -> None:
    """Pause the alarm's scope, and read it back."""
    if name := alarm.configuration_set:
        write = SES.put_configuration_set_sending_options
        ask(alarm, write, ConfigurationSetName=name, SendingEnabled=False)
    else:
        ask(alarm, SES.put_account_sending_attributes, SendingEnabled=False)
    for seconds in (0, 1, 2):  # a read just after the write may still show the state before it
        time.sleep(seconds)
        enabled, _found = read_sending(alarm)
        if not enabled:
            return
    raise RuntimeError("SES took the pause, but still reports sending as enabled")
