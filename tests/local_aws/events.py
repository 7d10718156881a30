# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""EventBridge rules on a schedule. Nothing runs by the clock here: ``POST /_local_aws/events/fire`` runs a rule now.

``{"account", "region", "rule"}`` -> ``{"targets": [{"id", "arn", "error"}]}``; ``error`` is null where the target was
invoked. A disabled rule fires nothing. Only functions can be targets.
"""

from __future__ import annotations

import json
import re
import uuid
from datetime import UTC, datetime
from typing import Any

from moto.events.models import EventsBackend, Rule, events_backends

from .application import controls
from .errors import ServiceError

SERVICE = "events.amazonaws.com"
MAXIMUM_TARGETS = 5

_moto_put_rule = EventsBackend.put_rule
_moto_put_targets = EventsBackend.put_targets


def install() -> None:
    EventsBackend.put_rule = _put_rule
    EventsBackend.put_targets = _put_targets
    controls["events/fire"] = _fire


def _put_rule(self: EventsBackend, name: str, **more: Any) -> Rule:
    """A rule that exists keeps its tags: they are set on creation only."""
    rate = re.fullmatch(r"rate\((\d+) (minute|hour|day)(s?)\)", more.get("scheduled_expression") or "rate(2 days)")
    if str(more.get("scheduled_expression")).startswith("rate") and (
        rate is None or rate[1] == "0" or (rate[1] == "1") == bool(rate[3])
    ):
        raise ServiceError("ValidationException", "Parameter ScheduleExpression is not valid.")
    bus = self.event_buses.get(self._normalize_event_bus_arn(more.get("event_bus_arn")))
    if bus is not None and name in bus.rules:
        more["tags"] = None
    return _moto_put_rule(self, name, **more)


def _put_targets(self: EventsBackend, name: str, event_bus_arn: str | None, targets: list[dict[str, Any]]) -> None:
    for each in targets:
        try:
            json.loads(each.get("Input", "{}"))
        except ValueError as error:
            text = f"JSON syntax error in input for target {each['Id']} : {error}."
            raise ServiceError("ValidationException", text) from error
    bus = self.event_buses.get(self._normalize_event_bus_arn(event_bus_arn))
    rule = bus.rules.get(name) if bus else None
    if rule and len({each["Id"] for each in [*rule.targets, *targets]}) > MAXIMUM_TARGETS:
        raise ServiceError("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
    _moto_put_targets(self, name, event_bus_arn, targets)


def _fire(_method: str, body: dict[str, Any]) -> dict[str, Any]:
    account, region, name = (str(body.get(each)) for each in ("account", "region", "rule"))
    regions = events_backends[account]
    rule = regions[region].event_buses["default"].rules.get(name) if region in regions else None
    if rule is None:
        raise ValueError(f"no rule {name!r} in account {account!r}, Region {region!r}")
    targets = rule.targets if rule.state == "ENABLED" else []
    return {"targets": [{"id": each["Id"], "arn": each["Arn"], "error": _invoke(rule, each)} for each in targets]}


def _invoke(rule: Rule, target: dict[str, Any]) -> str | None:
    from . import lambda_events

    context = {"aws:SourceArn": rule.arn, "aws:SourceAccount": rule.account_id}
    event = json.loads(target["Input"]) if "Input" in target else _scheduled(rule)
    return lambda_events.invoke_by_service(target["Arn"], event, SERVICE, context)


def _scheduled(rule: Rule) -> dict[str, Any]:
    """What a scheduled rule sends without a constant input."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": rule.account_id,
        "time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "region": rule.region_name,
        "resources": [rule.arn],
        "detail": {},
    }
