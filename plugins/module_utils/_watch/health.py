# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is not well with a target: every reason for which mail may flow unguarded, or people may not be told. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from .._guard.memory import RUNNING, Key
from .._ses.account import HEALTHY, SHUTDOWN
from .._ses.metrics import METRICS, percent
from .._ses.times import parse, readable
from .chain_facts import Facts
from .chain_findings import judge_facts
from .finding import ERROR, WARNING, Finding
from .sending_state import PAUSED_BY_GUARD, PAUSED_BY_PERSON, SENDING

# SES publishes the rates while mail flows; older ones say that something is wrong with them.
STALE = timedelta(hours=6)
# A drill takes minutes at the most.
DRILL_ENDS = timedelta(minutes=15)
RESUME = "run ansible-playbook mailops.ses.resume --limit TARGET -e 'ses_reason=\"...\"'"
DEPLOY = "Run ansible-playbook mailops.ses.site --limit TARGET"
# Of many alarms or sets, a finding names the first.
MAX_NAMED = 5


def find_problems(picture: Mapping[str, Any], facts: Facts, now: datetime) -> list[Finding]:
    """The errors first. picture: what M(ses_reputation_info) returns, but for health."""
    if picture["guard"]["deployed"] or picture["alarms"]:
        found = [*(finding for check in CHECKS for finding in check(picture, now)), *_broken_links(facts)]
    else:
        none = Finding("deployed", ERROR, "There is no guard: nothing pauses this account.", f"{DEPLOY}.")
        found = [*_enforcement(picture, now), *_paused(picture, now), none]
    return sorted(found, key=lambda finding: (not finding.is_error, finding.check))


def _broken_links(facts: Facts) -> list[Finding]:
    """What is broken between the alarms and the pause. Failed events are judged here; what may not be asked is not
    reported at each look."""
    judged = replace(facts, failure_queue=None, denied=facts.denied or ())
    return [finding.in_sentences() for finding in judge_facts(judged)]


def _enforcement(picture: Mapping[str, Any], _now: datetime) -> Iterator[Finding]:
    remedy = "Read AWS's message in the AWS Support Center, mend the cause, and answer there."
    status = picture["account"]["enforcement_status"]
    if status == SHUTDOWN:
        what = f"AWS itself has paused sending ({SHUTDOWN}); no API call lifts that."
        yield Finding("enforcement", ERROR, what, remedy)
    elif status not in ("", HEALTHY):
        yield Finding("enforcement", WARNING, f"AWS reviews this account ({status}).", remedy)


def _paused(picture: Mapping[str, Any], _now: datetime) -> Iterator[Finding]:
    sending = picture["sending"]
    scopes = [("Sending", sending)]
    scopes += [(f"Sending of the configuration set {each['name']}", each) for each in sending["configuration_sets"]]
    for label, scope in scopes:
        since = f" since {readable(scope['since'])}" if scope["since"] else ""
        if scope["state"] == PAUSED_BY_GUARD:
            what = f"{label} is paused by the guard{since}."
            yield Finding("paused", ERROR, what, f"Find and stop the cause, then {RESUME}.")
        elif scope["state"] == PAUSED_BY_PERSON:
            by = f": {scope['who']}: {scope['reason']}" if scope["who"] else ""
            yield Finding("paused", WARNING, f"{label} is paused by a person{since}{by}.", f"To lift it, {RESUME}.")


def _disarmed(picture: Mapping[str, Any], _now: datetime) -> Iterator[Finding]:
    """An alarm acts on a change of state only: one that is in ALARM while mail flows will not pause anything."""
    sending = {None: picture["sending"]["state"] == SENDING}
    sending |= {each["name"]: each["state"] == SENDING for each in picture["sending"]["configuration_sets"]}
    disarmed = [
        alarm["name"]
        for alarm in picture["alarms"]
        if alarm["tier"] == "pause" and alarm["state"] == "ALARM" and sending.get(alarm["configuration_set"], True)
    ]
    if disarmed:
        what = f"Mail flows, but {_named(disarmed)} in ALARM already, and acts on a change only."
        remedy = f"Pause, or arm the guard anew: {RESUME} -e ses_pause_recover=true."
        yield Finding("disarmed", ERROR, what, remedy)


def _alarms(picture: Mapping[str, Any], _now: datetime) -> Iterator[Finding]:
    pausing = [alarm for alarm in picture["alarms"] if alarm["tier"] == "pause"]
    if not picture["alarms"]:
        yield Finding("armed", ERROR, "There are no alarms: nothing is paused.", f"{DEPLOY}.")
    elif not pausing:
        yield Finding("armed", WARNING, "No alarm leads to a pause: the guard only warns.", f"{DEPLOY} to arm it.")
    off = [alarm["name"] for alarm in picture["alarms"] if not alarm["actions_enabled"]]
    if off:
        what = f"{_named(off)} without actions: nothing is paused, nobody is told."
        yield Finding("armed", ERROR, what, f"{DEPLOY}, with ses_pause_arm: true.")
    warned = [alarm["name"] for alarm in picture["alarms"] if alarm["tier"] == "warn" and alarm["state"] == "ALARM"]
    if warned:
        what = f"The rate is over the warning threshold: {_named(warned)} in ALARM."
        yield Finding("rate", WARNING, what, "Find the mailing behind it before the guard has to pause.")
    recovering = [alarm for alarm in picture["alarms"] if alarm["memory"].get(Key.RECOVERY_THRESHOLD)]
    raised = [alarm["name"] for alarm in recovering if alarm["threshold"]]
    if raised:
        what = f"After a resume, {_named(raised)} still armed at a raised threshold."
        yield Finding("recovery", WARNING, what, f"{DEPLOY} once the rate has fallen: that lowers it.")


def _rates(picture: Mapping[str, Any], now: datetime) -> Iterator[Finding]:
    """No rate is no zero: with mail flowing, a metric that is missing means that no alarm can trip."""
    if not picture["account"]["sent_last_24_hours"]:
        return
    known = picture["rates"][0]
    for option, metric in METRICS.items():
        rate = known[option]
        if rate is None:
            what = f"Mail is sent, but SES has told no {metric.word} rate for a day."
        elif now - (parse(rate["timestamp"]) or now) > STALE:
            what = f"The {metric.word} rate, {percent(rate['value'])}, is of {readable(rate['timestamp'])}."
        else:
            continue
        remedy = "Right after the first sends this passes by itself; else look at the metric in CloudWatch."
        yield Finding("metrics", WARNING, what, remedy)


def _function(picture: Mapping[str, Any], _now: datetime) -> Iterator[Finding]:
    guard = picture["guard"]
    logs = "Read the function's log group in CloudWatch Logs."
    if guard["failed_events"]:
        what = f"In the failure queue: events that the function could not handle, {guard['failed_events']} of them."
        yield Finding("queue", ERROR, what, f"{logs} Look whether sending had to be paused, then empty the queue.")
    if guard["function_alarms"]:
        what = f"The function fails: {_named(guard['function_alarms'])} in ALARM."
        yield Finding("function", ERROR, what, logs)
    if guard["sweep"] and not guard["sweep"]["enabled"]:
        what = "The sweep is switched off: an event that gets lost is not noticed."
        yield Finding("sweep", WARNING, what, f"{DEPLOY}.")


def _drill(picture: Mapping[str, Any], now: datetime) -> Iterator[Finding]:
    drill = picture["last_drill"]
    again = "Run ansible-playbook mailops.ses.drill --limit TARGET"
    if drill and drill["result"] == "failed":
        what = f"The last drill, of {readable(drill['at'])}, failed."
        yield Finding("drill", ERROR, what, f"{again}: it names the broken link.")
    elif drill and drill["result"] == RUNNING and now - (parse(drill["at"]) or now) > DRILL_ENDS:
        what = f"A drill of {readable(drill['at'])} did not end; it may have left sending paused."
        yield Finding("drill", ERROR, what, f"{again}: it puts that right first.")


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
