# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What came in: one transition of an alarm, read from any of the forms in which it comes."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

SET = "ses:configuration-set"  # the dimension of a set's alarm; the account's alarm has none
# A drill's reason; CloudWatch's own never begins so.
DRILL = re.compile(r"^(?:mailops\.ses drill (dry|live) )?")
UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True)
class Alarm:
    """What is known of one transition, whichever way we heard of it."""

    arn: str
    name: str
    state: str
    since: datetime  # UTC, to the millisecond
    reason: str
    drill: str  # dry, live; empty: it is real
    metric: str  # its namespace and its name
    dimensions: dict[str, Any]
    threshold: str  # as people read it
    actions: list[Any]

    @property
    def configuration_set(self) -> Any:
        """Its name; None for the account's alarm. Trust it only where why_ignored finds nothing."""
        return self.dimensions.get(SET)

    @property
    def scope(self) -> str:
        return f"configuration-set/{self.configuration_set}" if self.dimensions else "account"


def read(parse: Callable[[Any], Alarm | None], raw: Any) -> Alarm | None:
    """The alarm in it, None if it is about something else; RuntimeError if it cannot be read."""
    try:
        return parse(raw)
    except UNREADABLE as error:  # says which field is missing, but never repeats the data
        field = f"no {error}" if isinstance(error, KeyError) else type(error).__name__
        raise RuntimeError(f"unreadable event: {field}") from None


def from_sns(record: dict[str, Any]) -> Alarm | None:
    """From what SNS invokes a function with: one record."""
    message = dict(json.loads(record["Sns"]["Message"]))
    if not message.keys() & {"AlarmArn", "AlarmName"}:
        return None
    state = {
        "StateValue": message["NewStateValue"],
        "StateTransitionedTimestamp": message["StateChangeTime"],
    }
    trigger, reason = message.get("Trigger") or {}, message["NewStateReason"]
    return from_description({**trigger, **message, **state, "StateReason": reason})


def from_direct(function_arn: str, event: dict[str, Any]) -> Alarm:
    """From what CloudWatch invokes a function with that is an alarm's action."""
    state = event["alarmData"]["state"]
    metrics = event["alarmData"]["configuration"].get("metrics") or []
    # Metric math has several, or one without this.
    metric = (metrics[0].get("metricStat") or {}).get("metric") or {} if len(metrics) == 1 else {}
    return from_description(
        {
            "AlarmArn": event["alarmArn"],
            "StateValue": state["value"],
            "StateReason": state.get("reason"),
            "StateTransitionedTimestamp": state["timestamp"],
            "AlarmActions": [function_arn],  # or it would not call us
            "Namespace": metric.get("namespace"),
            "MetricName": metric.get("name"),
            "Dimensions": [
                {"Name": name, "Value": value}
                for name, value in (metric.get("dimensions") or {}).items()
            ],
        }
    )


def from_description(alarm: dict[str, Any]) -> Alarm:
    """From what DescribeAlarms answers, or an event brought into that form."""
    arn = alarm["AlarmArn"]
    since = instant(alarm.get("StateTransitionedTimestamp") or alarm["StateUpdatedTimestamp"])
    pairs = alarm.get("Dimensions") or []  # Name and Value, but name and value in SNS messages
    dimensions = {
        pair.get("Name") or pair["name"]: pair.get("Value") or pair["value"] for pair in pairs
    }
    threshold = "unknown" if alarm.get("Threshold") is None else f"{float(alarm['Threshold']):.3%}"
    actions = list(alarm.get("AlarmActions") or []) if alarm.get("ActionsEnabled", True) else []
    reason = str(alarm.get("StateReason"))
    return Alarm(
        arn=arn,
        state=alarm["StateValue"],
        name=arn.split(":", 6)[6],
        since=since,
        reason=reason,
        drill=DRILL.findall(reason)[0],
        metric=f"{alarm.get('Namespace')} {alarm.get('MetricName')}",  # metric math has none
        dimensions=dimensions,
        threshold=threshold,
        actions=actions,
    )


def instant(value: Any) -> datetime:
    """A time in any form that CloudWatch or a tag has it, as UTC to the millisecond: the messages
    have no more."""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
