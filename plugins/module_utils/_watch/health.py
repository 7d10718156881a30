# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is not well with a target: every reason for which mail may flow unguarded, or people may not be told. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from .._aws.alarm_words import ALARM
from .._guard.memory import FAILED, INTERRUPTED, RUNNING, Key
from .._guard.recovering_alarm import MARGIN
from .._sending.recovery import raised_threshold
from .._ses.enforcement import HEALTHY, SHUTDOWN
from .._ses.metrics import METRICS, PAUSE, WARN, percent
from .._ses.sending import PAUSED, PAUSED_BY_GUARD, PAUSED_BY_PERSON, SENDING
from .._ses.times import parse, readable
from .chain_facts import Facts
from .chain_findings import judge_facts
from .finding import ERROR, WARNING, Finding

# SES publishes the rates while mail flows; older ones say that something is wrong with them.
STALE = timedelta(hours=6)
# A drill takes minutes at the most.
DRILL_ENDS = timedelta(minutes=15)
SWITCH = "ansible-playbook mailops.ses.{} --limit TARGET -e 'ses_reason=\"...\"'"
DEPLOY = "Run ansible-playbook mailops.ses.site --limit TARGET"
AT_AWS_LINE = "the rate is at the line where AWS may pause the account itself, so no threshold is left to guard it"
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
    scopes: list[tuple[str | None, Any]] = [(None, sending)]
    scopes += [(each["name"], each) for each in sending["configuration_sets"]]
    for name, scope in scopes:
        label = f"Sending of the configuration set {name}" if name else "Sending"
        since = f" since {readable(scope['since'])}" if scope["since"] else ""
        lift = _lift(picture, name)
        if scope["state"] == PAUSED_BY_GUARD:
            what = f"{label} is paused by the guard{since}."
            yield Finding("paused", ERROR, what, f"Find and stop the cause, then {lift}.")
        elif scope["state"] == PAUSED_BY_PERSON:
            by = f": {scope['who']}: {scope['reason']}" if scope["who"] else ""
            yield Finding("paused", WARNING, f"{label} is paused by a person{since}{by}.", f"To lift it, {lift}.")
        elif scope["state"] == PAUSED:
            what = f"{label} is paused, and nobody noted by whom."
            yield Finding("paused", WARNING, what, f"Ask who did it. To lift it, {lift}.")


def _lift(picture: Mapping[str, Any], scope: str | None) -> str:
    """What lifts a pause: a plain resume is refused while a pause alarm of the scope is in ALARM."""
    if scope is None and _is_hopeless(picture):
        return f"see the runbook: {AT_AWS_LINE}"
    return f"run {_resume([scope] if scope else [], recover=bool(_tripped(picture, scope)))}"


def _resume(sets: Sequence[str] = (), recover: bool = False) -> str:
    named = f" -e '{json.dumps({'ses_configuration_sets': sets})}'" if sets else ""
    return f"{SWITCH.format('resume')}{named}{' -e ses_pause_recover=true' if recover else ''}"


def _tripped(picture: Mapping[str, Any], scope: str | None) -> list[Any]:
    """The scope's pause alarms that are in ALARM."""
    return [alarm for alarm in _pausing(picture) if (alarm["state"], alarm["configuration_set"]) == (ALARM, scope)]


def _pausing(picture: Mapping[str, Any]) -> list[Any]:
    return [alarm for alarm in picture["alarms"] if alarm["tier"] == PAUSE]


def _is_hopeless(picture: Mapping[str, Any]) -> bool:
    """Whether a recovery of the account is refused."""
    rates = {alarm["metric"]: picture["rates"][0][alarm["metric"]] for alarm in _tripped(picture, None)}
    return any(
        rate is not None and raised_threshold(rate["value"], MARGIN, METRICS[metric].pause) is None
        for metric, rate in rates.items()
    )


def _disarmed(picture: Mapping[str, Any], _now: datetime) -> Iterator[Finding]:
    """An alarm acts on a change of state only: one that is in ALARM while mail flows will not pause anything."""
    paused = {each["name"] for each in picture["sending"]["configuration_sets"] if each["state"] != SENDING}
    of_account = _tripped(picture, None) if picture["sending"]["state"] == SENDING else []
    scopes = {alarm["configuration_set"] for alarm in _pausing(picture)} - {None} - paused
    of_sets = [alarm for scope in sorted(scopes) for alarm in _tripped(picture, scope)]
    if of_account:
        pause = SWITCH.format("pause")
        again = f"Pause, or arm the guard anew: run {_resume(recover=True)}."
        hopeless = f"Run {pause}: {AT_AWS_LINE}."
        yield _disarmed_finding(of_account, hopeless if _is_hopeless(picture) else again)
    if of_sets:
        sets = list(dict.fromkeys(alarm["configuration_set"] for alarm in of_sets))
        more = f" Then the same for {len(sets) - MAX_NAMED} more." if len(sets) > MAX_NAMED else ""
        again = f"Pause them, or arm the guard anew: run {_resume(sets[:MAX_NAMED], recover=True)}.{more}"
        yield _disarmed_finding(of_sets, again)


def _disarmed_finding(alarms: Iterable[Any], remedy: str) -> Finding:
    names = [alarm["name"] for alarm in alarms]
    return Finding(
        "disarmed", ERROR, f"Mail flows, but {_named(names)} in ALARM already, and acts on a change only.", remedy
    )


def _alarms(picture: Mapping[str, Any], _now: datetime) -> Iterator[Finding]:
    if not picture["alarms"]:
        yield Finding("armed", ERROR, "There are no alarms: nothing is paused.", f"{DEPLOY}.")
    elif not _pausing(picture):
        remedy = f"{DEPLOY} -e ses_pause_account=pause, and say so in the inventory."
        yield Finding("armed", WARNING, "No alarm leads to a pause: the guard only warns.", remedy)
    off = [alarm["name"] for alarm in picture["alarms"] if not alarm["actions_enabled"]]
    if off:
        what = f"{_named(off)} without actions: nothing is paused, nobody is told."
        yield Finding("armed", ERROR, what, f"{DEPLOY} -e ses_pause_arm=true.")
    warned = [alarm["name"] for alarm in picture["alarms"] if alarm["tier"] == WARN and alarm["state"] == ALARM]
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
    # It is refused while its alarm is in ALARM.
    when = ", once no alarm is in ALARM" if _tripped(picture, None) else ""
    if drill and drill["result"] == FAILED:
        what = f"The last drill, of {readable(drill['at'])}, failed."
        yield Finding("drill", ERROR, what, f"{again}{when}: it names the broken link.")
    elif drill and drill["result"] == INTERRUPTED:
        what = f"The last drill, of {readable(drill['at'])}, was interrupted, so it has shown nothing."
        yield Finding("drill", WARNING, what, f"{again}{when}.")
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
