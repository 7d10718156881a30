# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the parts of a guard are called. Names are all that is needed to find them again."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .._aws.client import Aws
from .._aws.errors import SesError

DEFAULT_NAME = "ses-pause"
# IAM takes 64 characters for a role, whose name ends in the Region's (at most 16 and a hyphen).
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


def check_name(name: str) -> str:
    """The guard's name, or an error that says what it may look like."""
    if not NAME.fullmatch(name):
        raise SesError(
            f"name: {name!r} cannot name a guard. Use 1 to 40 letters, digits, hyphens and underscores, with a letter "
            f"or digit first, such as {DEFAULT_NAME!r}."
        )
    return name


@dataclass(frozen=True)
class Arns:
    """The ARNs of one guard's resources. alarm: where those of all alarms begin."""

    role: str
    function: str
    trip_topic: str
    notify_topic: str
    failure_queue: str
    alarm: str


class Names:
    """The names of one guard's resources in one Region."""

    def __init__(self, guard: str, region: str) -> None:
        self.guard = check_name(guard)
        # IAM knows no Regions: without one in the name, the second Region's role would be the first's.
        self.role = f"{guard}-{region}"
        self.policy = guard
        self.function = guard
        self.log_group = f"/aws/lambda/{guard}"
        self.failure_queue = f"{guard}-failures"
        self.trip_topic = f"{guard}-trip"
        self.notify_topic = f"{guard}-notify"
        self.sweep_rule = f"{guard}-sweep"
        self.errors_alarm = f"{guard}-function-errors"
        self.queue_alarm = f"{guard}-failure-queue"
        # CloudWatch keeps dashboards by account: like the role, it needs the Region in its name.
        self.dashboard = f"{guard}-{region}"

    def reputation_alarm(self, word: str, tier: str, configuration_set: str | None = None) -> str:
        """The alarm over a metric of the account or of a set. word: the metric's (see METRICS)."""
        return f"{self.guard}-{word}-{tier}" + (f"-{configuration_set}" if configuration_set else "")

    def arns(self, aws: Aws) -> Arns:
        return Arns(
            role=aws.arn("iam", f"role/{self.role}"),
            function=aws.arn("lambda", f"function:{self.function}"),
            trip_topic=aws.arn("sns", self.trip_topic),
            notify_topic=aws.arn("sns", self.notify_topic),
            failure_queue=aws.arn("sqs", self.failure_queue),
            alarm=aws.arn("cloudwatch", "alarm:"),
        )
