# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pause Amazon SES sending when a reputation alarm of this guard goes into ALARM. Nothing in here can resume sending.

Events: the SNS message of an alarm; an alarm that invokes the function; {"sweep": true}: look for alarms whose event
was lost. Others are ignored. What cannot be read or fails is raised: Lambda tries twice more, then it is queued.
Environment: SES_PAUSE_NAME, SES_PAUSE_TRIP_TOPIC_ARN, SES_PAUSE_NOTIFY_TOPIC_ARN; optional: SES_PAUSE_MIN_SENDS (sends
in 24 hours below which nothing is paused; 0), SES_PAUSE_MAX_EVENT_AGE (seconds; 600). Permissions: _policies.py.
"""

import json
import logging
import os
import random
import re
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

import boto3
from botocore.config import Config

# Memory: tags on the alarm. Each holds the time of a transition into ALARM, and speaks of it and of all earlier ones.
PAUSED_AT = "ses-pause:paused-at"  # it was handled: sending was paused, or found paused
TOLD_AT = "ses-pause:told-at"  # ... and people were told so
HELD_AT = "ses-pause:held-at"  # people were told that too little was sent to pause for
OVERRIDDEN_AT = "ses-pause:overridden-at"  # people were told that sending is enabled again, the alarm still in ALARM
RESUMED_AT = "ses-pause:resumed-at"  # (when a person last resumed; the resume playbook writes it)
DRILL = re.compile(r"^(?:mailops\.ses drill (dry|live) )?")  # a drill's reason; CloudWatch's own never begins so
MOST_LOOKS = 60  # by a sweep, at what was handled: where more is in ALARM it looks at so many, and takes them at random
METRICS = {"AWS/SES Reputation.BounceRate": "Bounce rate", "AWS/SES Reputation.ComplaintRate": "Complaint rate"}
SET = "ses:configuration-set"  # the dimension of a set's alarm; the account's alarm has none
DATAPOINT = re.compile(r"\[(\d+(?:\.\d+)?(?:[eE][-+]?\d+)?) \(")  # "... datapoints [0.06 (22/11/26 09:55:00)] was ..."
UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
NOTICE: dict[str, Any] = {"ses-pause": {"DataType": "String", "StringValue": "notice"}}  # subscriptions filter by it
NOTICES = {  # for each action what people are told: a title, and what it means
    "paused": ("Sending PAUSED", "SES refuses this mail (...SendingPausedException) and keeps none of it."),
    "already_paused": ("Sending was already paused", "The alarm tripped, and there was nothing left to pause."),
    "drilled": ("Sending would be PAUSED", "Nothing was paused, as the drill is a dry one."),
    "held": ("Sending NOT paused", "The alarm tripped, but too little was sent to go by. The guard keeps looking."),
    "overridden": ("Sending ENABLED in ALARM", "Somebody resumed. The guard leaves it so until the alarm trips anew."),
    "failed": ("Sending could NOT be paused", "Mail may still go out. Lambda tries 3 times, but pause by hand now."),
}
# A call that hangs must leave time for another try.
CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 5})
SES_CONFIG = CONFIG.merge(Config(retries={"mode": "standard", "total_max_attempts": 2}))  # Alarm.ask does the rest
SES: Any = boto3.client("sesv2", config=SES_CONFIG)  # these two are all that a pause needs
CLOUDWATCH: Any = boto3.client("cloudwatch", config=CONFIG)
log = logging.getLogger("ses_pause")
log.setLevel(logging.INFO)  # Lambda's text format would drop INFO, and every decision must be on record


class Alarm(NamedTuple):  # one transition of an alarm, whichever way we heard of it
    arn: str
    name: str
    state: str
    since: datetime  # UTC, to the millisecond
    reason: str
    drill: str  # dry, live; empty: it is real
    metric: str  # one of METRICS, or something else
    dimensions: dict[str, Any]
    threshold: str  # as people read it
    actions: list[Any]

    def ask(self, call: Any, **options: Any) -> Any:
        """SES answers one control call a second in all: the account insists and so overtakes sets, which back off."""
        tries, longest = (10, 300) if self.dimensions else (450, 0.2)  # ten minutes; a little over one
        for number in range(tries):
            with suppress(SES.exceptions.TooManyRequestsException):
                return call(**options)
            time.sleep(random.uniform(0.5, 1) * min(2**number, longest))
        return call(**options)

    def read_sending(self) -> tuple[bool, dict[str, Any]]:
        """Whether the alarm's scope may send, and all that SES says about it."""
        if not self.dimensions:
            return (found := self.ask(SES.get_account)).get("SendingEnabled", True), found
        found = {"SendingOptions": {"SendingEnabled": False}}  # nothing can be sent with a set that is gone
        with suppress(SES.exceptions.NotFoundException):
            found = self.ask(SES.get_configuration_set, ConfigurationSetName=self.dimensions[SET])
        return found.get("SendingOptions", {}).get("SendingEnabled", True), found

    def read_sends(self, found: dict[str, Any]) -> float | None:
        """Sends in 24 hours; None: not known. Those of a set count from its last fresh start on, as its rates do."""
        if not self.dimensions:
            return found.get("SendQuota", {}).get("SentLast24Hours")
        now, scope = datetime.now(UTC), [{"Name": SET, "Value": self.dimensions[SET]}]
        day_ago = now - timedelta(days=1)
        start = max(day_ago, found.get("ReputationOptions", {}).get("LastFreshStart", day_ago))
        window = {"StartTime": start, "EndTime": now, "Period": 300, "Statistics": ["Sum"]}
        sent = CLOUDWATCH.get_metric_statistics(Namespace="AWS/SES", MetricName="Send", Dimensions=scope, **window)
        return sum(point["Sum"] for point in sent["Datapoints"]) if sent.get("Datapoints") else None

    def pause(self, min_sends: int) -> tuple[str, str]:
        """Pause the alarm's scope, and read it back. Returns what was done, and what is to be said about it."""
        enabled, found = self.attempt("read whether it sends", self.read_sending, (True, {}))
        if not enabled:
            return "already_paused", "By a person, another alarm or an earlier try; or the configuration set is gone."
        sends = self.attempt("read its sends", partial(self.read_sends, found)) if min_sends and found else None
        if sends is not None and sends < min_sends:
            return "held", f"Only {sends:.0f} sends of the last 24 hours count; the guard pauses from {min_sends} on."
        if self.drill == "dry":
            return "drilled", ""
        if self.dimensions:
            name, write = self.dimensions[SET], SES.put_configuration_set_sending_options
            self.ask(write, ConfigurationSetName=name, SendingEnabled=False)
        else:
            self.ask(SES.put_account_sending_attributes, SendingEnabled=False)
        for seconds in (0, 1, 2):  # a read just after the write may still show the state before it
            time.sleep(seconds)
            if not self.read_sending()[0]:
                return "paused", "Sends in 24 hours not known: no floor applied." if min_sends and sends is None else ""
        raise RuntimeError("SES took the pause, but still reports sending as enabled")

    def read_memory(self) -> set[str]:
        """The tags that speak of this transition. Not one from the future: a wrong clock must not blind the guard."""
        memory, latest = set(), datetime.now(UTC) + timedelta(seconds=5)
        for tag in CLOUDWATCH.list_tags_for_resource(ResourceARN=self.arn)["Tags"]:
            with suppress(*UNREADABLE):
                if self.since <= instant(tag["Value"]) <= latest:
                    memory.add(tag["Key"].replace(":drill-", ":") if self.drill else tag["Key"])
        return memory

    def remember(self, tag: str) -> None:
        value = self.since.isoformat(timespec="milliseconds")
        tag = tag.replace(":", ":drill-") if self.drill else tag  # what a drill leaves speaks of no real breach
        CLOUDWATCH.tag_resource(ResourceARN=self.arn, Tags=[{"Key": tag, "Value": value}])

    def read_present(self) -> "Alarm":
        found = CLOUDWATCH.describe_alarms(AlarmNames=[self.name])["MetricAlarms"]
        return from_description(found[0]) if found else self._replace(state="DELETED")

    def attempt(self, what: str, call: Any, otherwise: Any = None) -> Any:
        """In doubt the safe side: a read that fails must not keep an event from pausing."""
        try:
            return call()
        except Exception as error:  # also an answer that was cut off
            log.error("alarm=%s could not %s, goes on without: %s", self.name, what, error)
            return otherwise


class Guard:  # what this function guards, and how
    def __init__(self, environment: Any, function_arn: str) -> None:
        required = ("SES_PAUSE_NAME", "AWS_REGION", "SES_PAUSE_TRIP_TOPIC_ARN", "SES_PAUSE_NOTIFY_TOPIC_ARN")
        if missing := [name for name in required if not environment.get(name)]:
            raise RuntimeError(f"environment variables missing: {', '.join(missing)}")
        self.name, self.region, self.trip_topic, self.notify_topic = (environment[name] for name in required)
        self.min_sends = int(environment.get("SES_PAUSE_MIN_SENDS") or 0)
        self.max_event_age = timedelta(seconds=int(environment.get("SES_PAUSE_MAX_EVENT_AGE") or 600))
        partition, self.account = function_arn.split(":")[1:5:3]
        self.function_arn = ":".join(function_arn.split(":")[:7])  # without an alias
        self.alarms = f"arn:{partition}:cloudwatch:{self.region}:{self.account}:alarm:{self.name}-"

    def jobs(self, event: dict[str, Any]) -> list[partial[dict[str, Any]]]:
        if event.get("sweep") is True:
            find = CLOUDWATCH.get_paginator("describe_alarms").paginate
            found = find(AlarmNamePrefix=f"{self.name}-", StateValue="ALARM").search("MetricAlarms[]")
            alarms = sorted(found, key=lambda alarm: len(alarm.get("Dimensions", [])))  # the account before its sets
            self.looks = MOST_LOOKS / max(len(alarms), 1)  # how likely it looks again at one that was handled
            return [partial(self.handle, from_description, alarm, swept=True) for alarm in alarms]
        if "Records" in event:  # an empty list, or none, is as unreadable as an empty record
            records = event["Records"] if isinstance(event["Records"], list) else []
            return [partial(self.handle, from_sns, record) for record in records or [None]]
        if event.get("source") == "aws.cloudwatch" and "alarmData" in event:
            return [partial(self.handle, partial(from_direct, self.function_arn), event)]
        return [partial(decided, None, "ignored", "it is not an event this function knows")]

    def handle(self, parse: Any, raw: Any, swept: bool = False) -> dict[str, Any]:
        """Decide from the alarm and its tags. If `swept`, raw is the alarm's present state, else an event about it."""
        try:
            alarm = parse(raw)
        except UNREADABLE as error:  # says which field is missing, but never repeats the data
            field = f"no {error}" if isinstance(error, KeyError) else type(error).__name__
            raise RuntimeError(f"unreadable event: {field}") from None
        if why := self.why_ignored(alarm, swept) if alarm else "it is not about an alarm":
            return decided(alarm, "ignored", why)
        # A sweep comes again and again: without a memory it would undo a person's resume each time, so there it raises.
        memory = alarm.read_memory() if swept else alarm.attempt("read its tags", alarm.read_memory, set())
        if memory & {PAUSED_AT, RESUMED_AT}:
            return self.look_again(alarm, memory, swept)
        # A fresh event is acted on without asking its alarm again: after AWS's own drill that is OK within seconds.
        if not swept and abs(datetime.now(UTC) - alarm.since) > self.max_event_age:
            alarm = alarm.attempt("read its present state", alarm.read_present, alarm)
            if why := self.why_ignored(alarm, late=True):
                return decided(alarm, "ignored", f"the event is old, and by now {why}")
        if alarm.dimensions and datetime.now(UTC) - alarm.since > timedelta(seconds=30):  # ordinarily two
            alarm.attempt("look at the account's alarms", self.handle_account)
        return self.act(alarm, memory)

    def handle_account(self) -> None:
        """Where a set was kept waiting, the account may wait behind it, and behind many more: it goes first."""
        names = [f"{self.name}-{rate}-pause" for rate in ("bounce", "complaint")]
        for found in CLOUDWATCH.describe_alarms(AlarmNames=names, StateValue="ALARM")["MetricAlarms"]:
            if not from_description(found).read_memory() & {PAUSED_AT, RESUMED_AT}:
                self.handle(from_description, found, swept=True)

    def look_again(self, alarm: Alarm, memory: set[str], swept: bool) -> dict[str, Any]:
        """Pause nothing, for this was decided before; but see that people know."""
        looks = swept and OVERRIDDEN_AT not in memory and random.random() < self.looks
        if looks and alarm.read_sending()[0]:
            self.tell_once(alarm, memory, OVERRIDDEN_AT, "overridden")
            return decided(alarm, "overridden", "sending is enabled, the alarm still in ALARM: a person's decision")
        if PAUSED_AT in memory and OVERRIDDEN_AT not in memory:  # silent, unless an attempt could not tell
            self.tell_once(alarm, memory, TOLD_AT, "paused")
        return decided(alarm, "handled", f"decided before: {', '.join(sorted(memory))}")

    def act(self, alarm: Alarm, memory: set[str]) -> dict[str, Any]:
        """Pause; write that down; then tell. So if telling fails, the retry tells, and does not pause over a resume."""
        try:
            action, why = alarm.pause(self.min_sends)
        except Exception as error:  # told at each attempt, three an event at most: one knows nothing of the one before
            alarm.attempt("tell people", partial(self.tell, alarm, "failed", str(error)))
            raise
        decision = decided(alarm, action, why)
        try:
            if action != "held" and not (action == "already_paused" and alarm.drill):  # a drill resumes its own only
                alarm.remember(PAUSED_AT)
        finally:  # tell people even so; then what failed is raised, for Lambda to try again
            self.tell_once(alarm, memory, HELD_AT if action == "held" else TOLD_AT, action, why)
        return decision

    def why_ignored(self, alarm: Alarm, late: bool = False) -> str | None:
        """Why this must pause nothing; None for an alarm of this guard that is in ALARM."""
        checks = (
            (alarm.state == "ALARM", f"its state is {alarm.state}, not ALARM"),
            (alarm.arn.startswith(self.alarms), "it is not an alarm of this guard in this account and Region"),
            (not (late and alarm.drill), "it was a drill, and that is over"),
            (alarm.metric in METRICS, "it does not watch one reputation metric of SES"),
            (self.trip_topic in alarm.actions or self.function_arn in alarm.actions, "its actions do not come here"),
            (alarm.dimensions.keys() <= {SET} and all(alarm.dimensions.values()), "it watches neither account nor set"),
        )
        return next((why for holds, why in checks if not holds), None)

    def tell_once(self, alarm: Alarm, memory: set[str], tag: str, action: str, why: str = "") -> None:
        if tag not in memory:
            self.tell(alarm, action, why)
            alarm.remember(tag)

    def tell(self, alarm: Alarm, action: str, why: str) -> None:
        title, meaning = NOTICES[action]
        title, meaning = f"DRILL ({alarm.drill}): {title}" if alarm.drill else title, f"{meaning} {why}".strip()
        scope, look, write = f"account {self.account}, {self.region}", "get-account", "put-account-sending-attributes"
        if name := alarm.dimensions.get(SET):
            scope, look = f"configuration set {name}, {scope}", f"get-configuration-set --configuration-set-name {name}"
            write = f"put-configuration-set-sending-options --configuration-set-name {name}"
        value = f"{float(rate[1]):.3%}" if (rate := DATAPOINT.search(alarm.reason)) else "unknown"
        message = f"""{title}: {scope}.\n{meaning}\n
Alarm: {alarm.name} of the guard {self.name}, in ALARM since {alarm.since:%Y-%m-%d %H:%M:%S} UTC
{METRICS[alarm.metric]}: {value}; threshold: {alarm.threshold}
CloudWatch says: {alarm.reason}

To look:    aws sesv2 {look} --region {self.region}
To pause:   aws sesv2 {write} --no-sending-enabled --region {self.region}
To resume, when the cause is found and stopped:
            ansible-playbook mailops.ses.resume --limit TARGET   (this account and Region in your inventory)
        or  aws sesv2 {write} --sending-enabled --region {self.region}
            (the guard then pauses again only after the alarm has been OK; the playbook sees to that)
"""
        subject = f"{title}: {scope}".encode("ascii", "replace").decode()[:100]  # SNS takes no more, and nothing else
        sms = f"{subject}. {METRICS[alarm.metric]}: {value}, limit {alarm.threshold}"[:140]  # more would be two
        texts = json.dumps({"default": message, "sms": sms})
        form: dict[str, Any] = {"MessageStructure": "json", "MessageAttributes": NOTICE}
        boto3.client("sns", config=CONFIG).publish(TopicArn=self.notify_topic, Subject=subject, Message=texts, **form)


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Do every job of the event, then raise if one of them failed: a bad one must not keep the others from pausing."""
    guard, results, failures = Guard(os.environ, context.invoked_function_arn), [], []
    for job in guard.jobs(event if isinstance(event, dict) else {}):
        try:
            results.append(job())
        except Exception as error:
            log.exception("action=failed")
            failures.append(f"{type(error).__name__}: {error}")
    if failures:
        raise RuntimeError(f"{len(failures)} failed, {len(results)} done: {'; '.join(failures)}")
    return {"results": results}


def decided(alarm: Alarm | None, action: str, why: str) -> dict[str, Any]:
    name = alarm and alarm.name
    scope = alarm and (f"configuration-set/{alarm.dimensions.get(SET)}" if alarm.dimensions else "account")
    log.info("action=%s scope=%s alarm=%s reason=%r", action, scope, name, why)
    return {"alarm": name, "scope": scope, "action": action, "reason": why}


def from_sns(record: dict[str, Any]) -> Alarm | None:
    alarm = dict(json.loads(record["Sns"]["Message"]))
    if not alarm.keys() & {"AlarmArn", "AlarmName"}:
        return None
    state = {"StateValue": alarm["NewStateValue"], "StateTransitionedTimestamp": alarm["StateChangeTime"]}
    return from_description({**(alarm.get("Trigger") or {}), **alarm, **state, "StateReason": alarm["NewStateReason"]})


def from_direct(function_arn: str, event: dict[str, Any]) -> Alarm:
    state, metrics = event["alarmData"]["state"], event["alarmData"]["configuration"].get("metrics") or []
    metric = (metrics[0].get("metricStat") or {}).get("metric") or {} if len(metrics) == 1 else {}  # else metric math
    return from_description({
        "AlarmArn": event["alarmArn"], "StateValue": state["value"], "StateReason": state.get("reason"),
        "StateTransitionedTimestamp": state["timestamp"], "AlarmActions": [function_arn],  # or it would not call us
        "Namespace": metric.get("namespace"), "MetricName": metric.get("name"),
        "Dimensions": [{"Name": name, "Value": value} for name, value in (metric.get("dimensions") or {}).items()],
    })  # fmt: skip


def from_description(alarm: dict[str, Any]) -> Alarm:
    """From what DescribeAlarms answers, or an event brought into that form."""
    arn, since = alarm["AlarmArn"], instant(alarm.get("StateTransitionedTimestamp") or alarm["StateUpdatedTimestamp"])
    metric = f"{alarm.get('Namespace')} {alarm.get('MetricName')}"  # metric math and composite alarms have none
    pairs = alarm.get("Dimensions") or []  # Name and Value, but name and value in SNS messages
    dimensions = {pair.get("Name") or pair["name"]: pair.get("Value") or pair["value"] for pair in pairs}
    threshold = "unknown" if alarm.get("Threshold") is None else f"{float(alarm['Threshold']):.3%}"
    actions = list(alarm.get("AlarmActions") or []) if alarm.get("ActionsEnabled", True) else []  # off: not to act
    state, reason, name = alarm["StateValue"], str(alarm.get("StateReason")), arn.split(":", 6)[6]
    return Alarm(arn, name, state, since, reason, DRILL.findall(reason)[0], metric, dimensions, threshold, actions)


def instant(value: Any) -> datetime:
    """A time in any form that CloudWatch or a tag has it, as UTC to the millisecond: the messages have no more."""
    moment = (value if isinstance(value, datetime) else datetime.fromisoformat(value)).astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
