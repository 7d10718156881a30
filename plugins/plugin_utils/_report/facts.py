# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The facts about one target, each with its name, what holds, and more in small letters."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ...module_utils._aws.alarm_words import ALARM
from ...module_utils._ses import times
from ...module_utils._ses.enforcement import HEALTHY, PROBATION, SHUTDOWN
from .status import Json, part, rows, sending
from .words import NOTHING, SPACE, ago, count, counted, day, number, share

Fact = tuple[str, str, str]

# EnforcementStatus of SES, in words.
ENFORCEMENT = {HEALTHY: "Healthy", PROBATION: "Under review", SHUTDOWN: "Paused by AWS"}


def read_facts(status: Json, now: datetime) -> list[Fact]:
    """(name, what, more) of each; none where there is no status."""
    return list(_facts(status, now)) if status else []


def _facts(status: Json, now: datetime) -> Iterable[Fact]:
    since = part(status, "sending").get("since")
    yield "Sending", sending(status)[1], f"since {ago(since, now)}" if since else ""
    yield from _person(status)
    yield _enforcement(status)
    yield _volume(status)
    yield _guard(status)
    yield _told(status)
    result, more = drill(status)
    at = part(status, "last_drill").get("at")
    yield "Last drill", result, ", ".join(text for text in (more, ago(at, now)) if text)


def _person(status: Json) -> Iterable[Fact]:
    held = part(status, "sending")
    if sending(status)[0] == "sending":
        return
    if held.get("who") or held.get("reason"):
        yield "Who and why", str(held.get("reason") or "No reason given"), str(held.get("who") or "")
        return
    # The guard leaves the time of its pause on the alarm that it handled.
    for alarm in rows(status, "alarms"):
        if held.get("since") and part(alarm, "memory").get("paused-at") == held["since"]:
            reason = alarm.get("reason") if alarm.get("state") == ALARM else ""
            yield "Which alarm", str(alarm.get("name")), str(reason or "")


def _enforcement(status: Json) -> Fact:
    word = str(part(status, "account").get("enforcement_status") or "unknown")
    return "AWS\N{RIGHT SINGLE QUOTATION MARK}s view", ENFORCEMENT.get(word, word), "" if word == HEALTHY else word


def _volume(status: Json) -> Fact:
    account = part(status, "account")
    sent, most = number(account.get("sent_last_24_hours")), number(account.get("max_24_hour_send"))
    details = []
    if most is not None and most < 0:
        details.append("no daily quota")
    elif most is not None:
        used = f"{share(sent / most)} of " if sent is not None and most else "quota "
        details.append(f"{used}{count(most)}")
    if number(account.get("max_send_rate")) is not None:
        details.append(f"at most {count(account['max_send_rate'])} a second")
    if account.get("production_access") is False:
        details.append("in the sandbox of SES")
    return "Volume", f"{count(sent)} in 24{SPACE}h", ", ".join(details)


def _guard(status: Json) -> Fact:
    guard = part(status, "guard")
    if not guard.get("deployed"):
        return "Guard", "Not deployed", ""
    sweep, failed = part(guard, "sweep"), guard.get("failed_events")
    swept = f"sweep {sweep.get('schedule')}" if sweep.get("enabled") else "no sweep"
    queue = "no failure queue" if failed is None else counted(failed, "failed event")
    state = part(guard, "function").get("state") or "missing"
    return "Guard", "Deployed", f"function {state}, {swept}, {queue}"


def _told(status: Json) -> Fact:
    pending = [str(entry) for entry in rows(status, "guard", "pending_subscriptions")]
    told = [str(entry) for entry in rows(status, "guard", "subscriptions") if entry not in pending]
    return "People told", ", ".join(told) or "Nobody", f"not confirmed: {', '.join(pending)}" if pending else ""


def drill(status: Json) -> tuple[str, str]:
    """(result, mode and duration) of the last drill."""
    last = part(status, "last_drill")
    if not last:
        return ("Never" if status else NOTHING), ""
    seconds = number(last.get("seconds"))
    took = f"{seconds:.1f}{SPACE}s" if seconds else ""
    return str(last.get("result") or "?").capitalize(), ", ".join(text for text in (last.get("mode"), took) if text)


def drill_day(status: Json) -> str:
    at = times.parse(part(status, "last_drill").get("at"))
    return day(at) if at else ""
