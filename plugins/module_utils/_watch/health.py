# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is not well with a target: every reason for which mail may flow unguarded, or people may not be told. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ansible_collections.mailops.ses.plugins.module_utils._ses.metrics import METRICS, percent
from ansible_collections.mailops.ses.plugins.module_utils._watch import chain_findings as _links
from ansible_collections.mailops.ses.plugins.module_utils._watch.sending_state import SENDING

Finding = dict[str, str]

ERROR = "error"
WARNING = "warning"
# SES publishes the rates while mail flows; older ones say that something is wrong with them.
STALE = timedelta(hours=6)
# A drill takes minutes at the most.
DRILL_ENDS = timedelta(minutes=15)
RESUME = "run ansible-playbook mailops.ses.resume --limit TARGET"
DEPLOY = "Run ansible-playbook mailops.ses.site --limit TARGET"
# Of many alarms or sets, a finding names the first.
MAX_NAMED = 5


def find_problems(picture: Mapping[str, Any], facts: Mapping[str, Any], now: datetime) -> list[Finding]:
    """[{check, severity, what, remedy}], the errors first.

    picture: what M(ses_reputation_info) gathers. facts: what _links.py judges of the chain.
    """
    if not picture["guard"]["deployed"] and not picture["alarms"]:
        return sorted([*_enforcement(picture, now), *_paused(picture, now), _never_deployed()], key=_rank)
    found = [finding for check in CHECKS for finding in check(picture, now)]
    return sorted([*found, *_links_of(facts)], key=_rank)


def _links_of(facts: Mapping[str, Any]) -> Iterator[Finding]:
    """What is broken between the alarms and the pause. Failed events are told here; what may not be asked is not told
    at each look."""
    told = {key: value for key, value in facts.items() if key != "failed_events" and (key, value) != ("denied", None)}
    for found in _links.findings(told):
        yield {**found, "what": f"{found['what']}.", "remedy": f"{found['remedy']}."}


def finding(check: str, severity: str, what: str, remedy: str) -> Finding:
    return {"check": check, "severity": severity, "what": what, "remedy": remedy}


def _rank(found: Finding) -> tuple[bool, str]:
    return found["severity"] != ERROR, found["check"]


def _never_deployed() -> Finding:
    return finding("deployed", ERROR, "There is no guard: nothing pauses this account.", f"{DEPLOY}.")


def _enforcement(picture: Mapping[str, Any], _now: datetime) -> Iterator[Finding]:
    remedy = "Read AWS's message in the AWS Support Center, mend the cause, and answer there."
    status = picture["account"]["enforcement_status"]
    if status == "SHUTDOWN":
        yield finding("enforcement", ERROR, "AWS itself has paused sending (SHUTDOWN); no API call lifts that.", remedy)
    elif status not in ("", "HEALTHY"):
        yield finding("enforcement", WARNING, f"AWS reviews this account ({status}).", remedy)


def _paused(picture: Mapping[str, Any], _now: datetime) -> Iterator[Finding]:
    sending = picture["sending"]
    scopes = [("Sending", sending)]
    scopes += [(f"Sending of the configuration set {each['name']}", each) for each in sending["configuration_sets"]]
    for label, scope in scopes:
        since = f" since {_read(scope['since'])}" if scope["since"] else ""
        if scope["state"] == "paused_by_guard":
            what = f"{label} is paused by the guard{since}."
            yield finding("paused", ERROR, what, f"Find and stop the cause, then {RESUME}.")
        elif scope["state"] == "paused_by_person":
            by = f": {scope['who']}: {scope['reason']}" if scope["who"] else ""
            yield finding("paused", WARNING, f"{label} is paused by a person{since}{by}.", f"To lift it, {RESUME}.")


def _disarmed(picture: Mapping[str, Any], _now: datetime) -> Iterator[Finding]:
    """An alarm acts on a change of state only: one that is in ALARM while mail flows will not pause anything."""
    sending = {None: picture["sending"]["state"] == SENDING}
    sending |= {each["name"]: each["state"] == SENDING for each in picture["sending"]["configuration_sets"]}
    blind = [
        alarm["name"]
        for alarm in picture["alarms"]
        if alarm["tier"] == "pause" and alarm["state"] == "ALARM" and sending.get(alarm["configuration_set"], True)
    ]
    if blind:
        what = f"Mail flows, but {_named(blind)} in ALARM already, and acts on a change only."
        remedy = f"Pause, or arm the guard anew: {RESUME} -e ses_pause_recover=true."
        yield finding("disarmed", ERROR, what, remedy)


def _alarms(picture: Mapping[str, Any], _now: datetime) -> Iterator[Finding]:
    pausing = [alarm for alarm in picture["alarms"] if alarm["tier"] == "pause"]
    if not picture["alarms"]:
        yield finding("armed", ERROR, "There are no alarms: nothing is paused.", f"{DEPLOY}.")
    elif not pausing:
        yield finding("armed", WARNING, "No alarm leads to a pause: the guard only warns.", f"{DEPLOY} to arm it.")
    off = [alarm["name"] for alarm in picture["alarms"] if not alarm["actions_enabled"]]
    if off:
        what = f"{_named(off)} without actions: nothing is paused, nobody is told."
        yield finding("armed", ERROR, what, f"{DEPLOY}, with ses_pause_arm: true.")
    warned = [alarm["name"] for alarm in picture["alarms"] if alarm["tier"] == "warn" and alarm["state"] == "ALARM"]
    if warned:
        what = f"The rate is over the warning threshold: {_named(warned)} in ALARM."
        yield finding("rate", WARNING, what, "Find the mailing behind it before the guard has to pause.")
    raised = [
        alarm["name"] for alarm in picture["alarms"] if alarm["memory"].get("recovery-threshold") and alarm["threshold"]
    ]
    if raised:
        what = f"After a resume, {_named(raised)} still armed at a raised threshold."
        yield finding("recovery", WARNING, what, f"{DEPLOY} once the rate has fallen: that lowers it.")


def _rates(picture: Mapping[str, Any], now: datetime) -> Iterator[Finding]:
    """No rate is no zero: with mail flowing, a metric that is missing means that no alarm can trip."""
    if not picture["account"]["sent_last_24_hours"]:
        return
    known = picture["rates"][0]
    for option, metric in METRICS.items():
        rate = known[option]
        if rate is None:
            what = f"Mail is sent, but SES has told no {metric.word} rate for a day."
        elif now - datetime.fromisoformat(rate["timestamp"]) > STALE:
            what = f"The {metric.word} rate, {percent(rate['value'])}, is of {_read(rate['timestamp'])}."
        else:
            continue
        remedy = "Right after the first sends this passes by itself; else look at the metric in CloudWatch."
        yield finding("metrics", WARNING, what, remedy)


def _function(picture: Mapping[str, Any], _now: datetime) -> Iterator[Finding]:
    guard = picture["guard"]
    logs = "Read the function's log group in CloudWatch Logs."
    if guard["failed_events"]:
        what = f"In the failure queue: events that the function could not handle, {guard['failed_events']} of them."
        yield finding("queue", ERROR, what, f"{logs} Look whether sending had to be paused, then empty the queue.")
    if guard["function_alarms"]:
        what = f"The function fails: {_named(guard['function_alarms'])} in ALARM."
        yield finding("function", ERROR, what, logs)
    if guard["sweep"] and not guard["sweep"]["enabled"]:
        what = "The sweep is switched off: an event that gets lost is not noticed."
        yield finding("sweep", WARNING, what, f"{DEPLOY}.")


def _drill(picture: Mapping[str, Any], now: datetime) -> Iterator[Finding]:
    drill = picture["last_drill"]
    again = "Run ansible-playbook mailops.ses.drill --limit TARGET"
    if drill and drill["result"] == "failed":
        what = f"The last drill, of {_read(drill['at'])}, failed."
        yield finding("drill", ERROR, what, f"{again}: it names the broken link.")
    elif drill and drill["result"] == "running" and now - _instant(drill["at"], now) > DRILL_ENDS:
        what = f"A drill of {_read(drill['at'])} did not end; it may have left sending paused."
        yield finding("drill", ERROR, what, f"{again}: it puts that right first.")


CHECKS: tuple[Callable[[Mapping[str, Any], datetime], Iterator[Finding]], ...] = (
    _enforcement,
    _paused,
    _disarmed,
    _alarms,
    _rates,
    _function,
    _drill,
)


def _named(names: list[str]) -> str:
    """The names, the first of them where there are many, with the verb that fits."""
    more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
    return f"{', '.join(names[:MAX_NAMED])}{more} {'is' if len(names) == 1 else 'are'}"


def _instant(text: str, otherwise: datetime) -> datetime:
    """The time that a tag tells; anybody can write tags."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return otherwise
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _read(text: str) -> str:
    """A time as people read it; what is none, as it is."""
    try:
        return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    except ValueError:
        return text
