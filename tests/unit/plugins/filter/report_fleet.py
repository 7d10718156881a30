# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Targets as the status playbook hands them to the report: a fleet on a bad day. Always the same."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from ansible_collections.mailops.ses.plugins.module_utils._watch.chain_facts import Facts
from ansible_collections.mailops.ses.plugins.module_utils._watch.health import find_problems

from tests.unit.plugins.module_utils._watch.chain import WHOLE, subscriptions

NOW = "2026-11-22T10:20:00+00:00"
END = datetime.fromisoformat(NOW)
HOURS = 14 * 24
START = END - timedelta(hours=HOURS)
THRESHOLDS = {"bounce_rate": {"warn": 0.03, "pause": 0.045}, "complaint_rate": {"warn": 0.0006, "pause": 0.0009}}

Shape = Callable[[float], float]


def ago(hours: float) -> str:
    return (END - timedelta(hours=hours)).isoformat()


def level(rate: float) -> Shape:
    """About the same, up and down with the day."""
    return lambda part: rate * (1 + 0.12 * math.sin(part * 28 * math.pi) + 0.2 * math.sin(part * 7))


def ramp(first: float, last: float, begin: float = 0.0, end: float = 1.0) -> Shape:
    """From one rate to another, between two parts of the time."""

    def shape(part: float) -> float:
        done = min(max((part - begin) / (end - begin), 0.0), 1.0)
        return first + (last - first) * (3 - 2 * done) * done**2

    return shape


def curve(shape: Shape, random: Random, gaps: Iterable[tuple[float, float]] = ()) -> list[list[Any]]:
    """Hourly averages, but for the gaps (in hours after the start)."""
    gaps = list(gaps)
    points: list[list[Any]] = []
    drift = 0.0
    whole = START.replace(minute=0) + timedelta(hours=1)
    for hour in range(HOURS):
        drift = 0.93 * drift + random.gauss(0, 0.012)
        if not any(first <= hour < last for first, last in gaps):
            rate = max(shape(hour / HOURS) * (1 + drift), 0.0)
            points.append([(whole + timedelta(hours=hour)).isoformat(), round(rate, 7)])
    return points


def alarms(**states: str) -> Iterator[dict[str, Any]]:
    """The account's four alarms; states by "bounce_pause" and the like."""
    for metric, tiers in THRESHOLDS.items():
        for tier, threshold in tiers.items():
            word = metric.split("_", maxsplit=1)[0]
            state = states.get(f"{word}_{tier}", "OK")
            yield {
                "name": f"ses-pause-{word}-{tier}",
                "metric": metric,
                "tier": tier,
                "configuration_set": None,
                "threshold": threshold,
                "state": state,
                "since": ago(3 if state == "ALARM" else 700),
                "reason": f"Threshold Crossed: 1 datapoint was greater than or equal to the threshold ({threshold}).",
                "actions_enabled": True,
                "alarm_actions": ["arn:aws:sns:eu-west-1:111111111111:ses-pause-notify"],
                "memory": {"guard": "ses-pause"},
            }


def change(alarm: str, hours: float, before: str, after: str, rate: float, threshold: float) -> dict[str, Any]:
    crossed = "greater than or equal to" if after == "ALARM" else "not greater than or equal to"
    at = END - timedelta(hours=hours)
    reason = (
        f"Threshold Crossed: 1 out of the last 1 datapoints [{rate} ({at:%d/%m/%y %H:%M:%S})] was {crossed} the "
        f"threshold ({threshold}) (minimum 1 datapoint for {before} -> {after} transition)."
    )
    return {"alarm": alarm, "at": at.isoformat(), "from": before, "to": after, "reason": reason}


def sets(random: Random, amount: int, highest: float) -> list[dict[str, Any]]:
    words = ("newsletter", "receipts", "offers", "password-reset", "invites", "digest", "winback", "surveys")
    rows = []
    for index in range(amount):
        bounce = 0.045 * highest * math.exp(-index / 6) * (0.95 + random.random() / 10)
        complaint = 0.0009 * highest * 0.8 * math.exp(-index / 9) * random.random()
        silent = index > 6 and index % 7 == 0
        country = random.choice(("de", "fr", "uk", "us"))
        rows.append(
            {
                "configuration_set": f"{words[index % len(words)]}-{country}-{index:02}",
                "bounce_rate": None if silent else round(bounce, 6),
                "complaint_rate": None if silent else round(complaint, 6),
                "bounce_threshold": 0.045,
                "complaint_threshold": 0.0009,
                "risk": None if silent else max(bounce / 0.045, complaint / 0.0009),
                "sending_enabled": None,
            }
        )
    return sorted(rows, key=lambda row: -(row["risk"] or 0))


def target(
    name: str,
    account_id: str = "111111111111",
    bounce: Shape | None = None,
    complaint: Shape | None = None,
    gaps: Iterable[tuple[float, float]] = (),
    **parts: Any,
) -> dict[str, Any]:
    """A target that is well, but for the parts of its status that are given."""
    random = Random(name)
    region = name.rsplit(".", maxsplit=1)[-1]
    rates = {
        "bounce_rate": curve(bounce or level(0.006), random, gaps),
        "complaint_rate": curve(complaint or level(0.00012), random, gaps),
    }
    latest = {
        metric: {"value": points[-1][1], "timestamp": points[-1][0]} if points and points[-1][0] > ago(24) else None
        for metric, points in rates.items()
    }
    status: dict[str, Any] = {
        "changed": False,
        "account": {
            "id": account_id,
            "region": region,
            "partition": "aws",
            "sending_enabled": True,
            "enforcement_status": "HEALTHY",
            "production_access": True,
            "max_24_hour_send": 200000.0,
            "max_send_rate": 80.0,
            "sent_last_24_hours": float(random.randrange(9000, 160000)),
        },
        "sending": {"state": "sending", "who": None, "reason": None, "since": None, "configuration_sets": []},
        "rates": [{"configuration_set": None, **latest}],
        "alarms": list(alarms()),
        "guard": {
            "deployed": True,
            "function": {"state": "Active", "code_sha256": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="},
            "trip_topic_arn": f"arn:aws:sns:{region}:{account_id}:ses-pause-trip",
            "notify_topic_arn": f"arn:aws:sns:{region}:{account_id}:ses-pause-notify",
            "function_alarms": [],
            "failed_events": 0,
            "sweep": {"schedule": "rate(15 minutes)", "enabled": True},
            "subscriptions": ["email mail-ops@example.com", "sms +12065550100"],
            "pending_subscriptions": [],
        },
        "health": [],
        "last_drill": {"at": ago(52.2), "mode": "dry", "result": "passed", "seconds": 3.2},
        "history": {"since": START.isoformat(), "until": NOW, "rates": rates, "alarms": [], "sets": []},
    }
    history = parts.pop("history", {})
    status["history"].update(history)
    for part, values in parts.items():
        status[part] = {**status[part], **values} if isinstance(values, dict) and status[part] else values
    return {"name": name, "status": status, "error": None}


def finding(check: str, severity: str, what: str, remedy: str) -> dict[str, str]:
    return {"check": check, "severity": severity, "what": what, "remedy": remedy}


def fleet() -> list[dict[str, Any]]:
    """Thirteen targets, of which seven are not well."""
    return copy.deepcopy(_fleet())


@cache
def _fleet() -> list[dict[str, Any]]:
    random = Random(7)
    targets = [
        target("shop.us-east-1", history={"sets": sets(random, 6, 0.4)}),
        target("shop.ap-southeast-2", bounce=ramp(0.026, 0.011, 0.1, 0.8)),
        target("crm.eu-central-1", "333333333333", bounce=level(0.0021), complaint=level(0.00003)),
        target("crm.us-east-1", "333333333333", bounce=level(0.0034), gaps=[(0, 70), (190, 214)]),
        target(
            "alerts.us-west-2", "444444444444", bounce=lambda part: 0.0, complaint=lambda part: 0.0, last_drill=None
        ),
        target("alerts.eu-west-1", "444444444444", bounce=level(0.011), complaint=level(0.00021)),
        _paused_by_guard(),
        _paused_by_person(),
        _paused_by_aws(),
        _disarmed(),
        _climbing(random),
        {
            "name": "partners.eu-south-1",
            "status": None,
            "error": "Account 777777777777, Region eu-south-1: sts:AssumeRole of arn:aws:iam::777777777777:role/"
            "ses-pause-deployer failed: AccessDenied. Let the role's trust policy name this caller.",
        },
        _never_deployed(),
    ]
    for each in targets:
        if each["status"]:
            each["status"]["health"] = [
                found.to_dict() for found in find_problems(each["status"], _facts(each["status"]["guard"]), END)
            ]
    return targets


def _facts(guard: dict[str, Any]) -> Facts:
    """What the chain would show beside the picture: who is told."""
    subscribed = subscriptions(*guard["subscriptions"], pending=tuple(guard["pending_subscriptions"]))
    return replace(WHOLE, notify_subscriptions=subscribed)


def _paused_by_guard() -> dict[str, Any]:
    since = ago(2.9)
    listed = list(alarms(bounce_pause="ALARM", bounce_warn="ALARM"))
    listed[1]["memory"]["paused-at"] = since
    return target(
        "shop.eu-west-1",
        bounce=ramp(0.009, 0.0468, 0.62, 0.985),
        sending={
            "state": "paused_by_guard",
            "since": since,
            "configuration_sets": [{"name": "newsletter-uk-00", "state": "paused_by_guard", "since": ago(31)}],
        },
        account={"sending_enabled": False},
        alarms=listed,
        guard={"pending_subscriptions": ["sms +12065550100"]},
        history={
            "alarms": [
                change("ses-pause-bounce-pause", 2.9, "OK", "ALARM", 0.0453, 0.045),
                change("ses-pause-bounce-warn", 61, "OK", "ALARM", 0.0301, 0.03),
                change("ses-pause-bounce-warn", 63.5, "ALARM", "OK", 0.0298, 0.03),
                change("ses-pause-bounce-warn", 64, "OK", "ALARM", 0.0302, 0.03),
            ],
            "sets": sets(Random(3), 34, 1.04),
        },
    )


def _paused_by_person() -> dict[str, Any]:
    return target(
        "news.us-east-1",
        "222222222222",
        bounce=ramp(0.034, 0.019, 0.35, 0.75),
        complaint=level(0.00038),
        sending={
            "state": "paused_by_person",
            "who": "arn:aws:sts::222222222222:assumed-role/mail-ops/ann",
            "reason": "wrong segment in campaign 4711, resume after the list is cleaned",
            "since": ago(52),
        },
        account={"sending_enabled": False},
        history={
            "alarms": [
                change("ses-pause-bounce-warn", 172, "ALARM", "OK", 0.0299, 0.03),
                change("ses-pause-bounce-warn", 335, "OK", "ALARM", 0.0341, 0.03),
            ],
            "sets": sets(random=Random(5), amount=5, highest=0.6),
        },
    )


def _paused_by_aws() -> dict[str, Any]:
    return target(
        "legacy.us-east-1",
        "555555555555",
        bounce=ramp(0.031, 0.112, 0.2, 0.6),
        complaint=ramp(0.0004, 0.0016, 0.2, 0.7),
        gaps=[(250, 336)],
        sending={
            "state": "paused_by_aws",
        },
        account={"sending_enabled": False, "enforcement_status": "SHUTDOWN", "sent_last_24_hours": 0.0},
        alarms=[],
        guard={"deployed": False, "function": None, "sweep": None, "subscriptions": [], "failed_events": None},
        last_drill=None,
    )


def _disarmed() -> dict[str, Any]:
    listed = list(alarms(complaint_pause="ALARM", complaint_warn="ALARM"))
    listed[1]["actions_enabled"] = False
    listed[3]["threshold"] = 0.00115
    listed[3]["memory"]["recovery-threshold"] = "0.00115"
    return target(
        "news.eu-west-1",
        "222222222222",
        complaint=ramp(0.0003, 0.00119, 0.45, 0.97),
        alarms=listed,
        account={"enforcement_status": "PROBATION"},
        last_drill={"at": ago(170), "mode": "live", "result": "failed", "seconds": 60.0},
        history={
            "alarms": [
                change("ses-pause-complaint-pause", 9, "OK", "ALARM", 0.00116, 0.00115),
                change("ses-pause-complaint-pause", 31, "ALARM", "OK", 0.00104, 0.00115),
                change("ses-pause-complaint-pause", 38, "OK", "ALARM", 0.00092, 0.0009),
                change("ses-pause-complaint-warn", 75, "OK", "ALARM", 0.00061, 0.0006),
            ]
        },
    )


def _climbing(random: Random) -> dict[str, Any]:
    return target(
        "crm.eu-west-1",
        "333333333333",
        bounce=ramp(0.008, 0.0346, 0.5, 1.0),
        gaps=[(96, 131)],
        alarms=list(alarms(bounce_warn="ALARM")),
        history={
            "alarms": [change("ses-pause-bounce-warn", 26, "OK", "ALARM", 0.0303, 0.03)],
            "sets": sets(random, 64, 0.93),
        },
    )


def _never_deployed() -> dict[str, Any]:
    return target(
        "labs.eu-north-1",
        "666666666666",
        bounce=level(0.0008),
        gaps=[(0, 336)],
        alarms=[],
        account={
            "production_access": False,
            "max_24_hour_send": 200.0,
            "sent_last_24_hours": 3.0,
            "max_send_rate": 1.0,
        },
        guard={"deployed": False, "function": None, "sweep": None, "subscriptions": [], "failed_events": None},
        last_drill=None,
    )


def many(amount: int) -> list[dict[str, Any]]:
    """As many targets, one in four with a lot to tell."""
    patterns = fleet()
    found = []
    for index in range(amount):
        pattern = patterns[index % len(patterns)]
        found.append({**pattern, "name": f"{pattern['name'].split('.')[0]}-{index:03}.{pattern['name'].split('.')[1]}"})
    return found
