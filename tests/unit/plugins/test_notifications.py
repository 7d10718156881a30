# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What docs/notifications.md promises to receivers, with a real web server as one."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._guard.notice import publish
from ansible_collections.mailops.ses.plugins.module_utils._operations import ses_pause_function, ses_sending_enabled
from moto.cloudwatch.models import cloudwatch_backends

from tests.unit.function.support import CODE, direct_event
from tests.unit.local_aws.helpers import settle
from tests.unit.plugins.module_utils.drills import BOUNCE, Guarded
from tests.unit.plugins.target import ACCOUNT, REGION, Target

RELAY = Path(__file__).parents[3] / "examples" / "slack" / "relay.py"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:ses-pause-notify"
ALARM = "ses-pause-bounce-pause"


class Receiver(ThreadingHTTPServer):
    """Keeps what it is sent, in its order."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got: list[dict[str, Any]] = []
        self.url = f"http://127.0.0.1:{self.server_port}/hook"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        self.server.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        return None


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def subscribed(receiver: Receiver, aws: Callable[..., Any], control: Callable[..., Any]) -> Receiver:
    """The receiver, once it has confirmed. AWS would ask for https; the local AWS calls this machine without."""
    sns = aws("sns")
    sns.create_topic(Name="ses-pause-notify")
    sns.subscribe(TopicArn=TOPIC, Protocol="http", Endpoint=receiver.url)
    settle(control)
    (asked,) = receiver.got
    assert asked["Type"] == "SubscriptionConfirmation"
    sns.confirm_subscription(TopicArn=TOPIC, Token=asked["Token"])
    receiver.got.clear()
    return receiver


def test_the_guards_own_words_arrive_with_their_mark(
    subscribed: Receiver, target: Target, control: Callable[..., Any]
) -> None:
    publish(target.aws(), TOPIC, "Sending PAUSED: account", "Sending PAUSED.\nTo look: ...\n", "Sending PAUSED")
    settle(control)
    (got,) = subscribed.got
    assert (got["Type"], got["Subject"]) == ("Notification", "Sending PAUSED: account")
    assert got["Message"] == "Sending PAUSED.\nTo look: ...\n"
    assert got["MessageAttributes"] == {"ses-pause": {"Type": "String", "Value": "notice"}}


def test_an_alarm_arrives_as_cloudwatch_says_it(
    subscribed: Receiver, aws: Callable[..., Any], control: Callable[..., Any]
) -> None:
    """What PagerDuty and Opsgenie read: the alarm's name, its state, and why."""
    cloudwatch = aws("cloudwatch")
    metric = {"Namespace": "AWS/SES", "MetricName": "Reputation.BounceRate", "Statistic": "Average", "Period": 300}
    rule = {"EvaluationPeriods": 1, "Threshold": 0.045, "ComparisonOperator": "GreaterThanOrEqualToThreshold"}
    cloudwatch.put_metric_alarm(AlarmName=ALARM, AlarmActions=[TOPIC], OKActions=[TOPIC], **metric, **rule)
    for state in ("ALARM", "OK"):
        cloudwatch.set_alarm_state(AlarmName=ALARM, StateValue=state, StateReason="a test")
        settle(control)
    said = [json.loads(got["Message"]) for got in subscribed.got]
    assert [(each["AlarmName"], each["NewStateValue"], each["NewStateReason"]) for each in said] == [
        (ALARM, "ALARM", "a test"),
        (ALARM, "OK", "a test"),
    ]
    assert all(got["Subject"].startswith(("ALARM: ", "OK: ")) for got in subscribed.got)
    assert not any("MessageAttributes" in got for got in subscribed.got)


def test_who_asks_for_notices_gets_one_message_a_transition(
    target: Target, aws: Callable[..., Any], control: Callable[..., Any]
) -> None:
    guarded = Guarded(target, aws, control)
    phones = {"+12065550100": "notices", "+12065550101": "all", "+12065550102": "warnings"}
    people = [{"protocol": "sms", "endpoint": endpoint, "about": about} for endpoint, about in phones.items()]
    target.run(ses_pause_function, code=CODE, subscriptions=people)

    def told() -> dict[str, list[str]]:
        """What each got since the last look; CloudWatch's own is JSON."""
        sent = control("sns/outbox", method="GET")
        control("sns/outbox", method="DELETE")
        assert all(message["protocol"] == "sms" for message in sent)
        return {
            about: [message["message"].split(":")[0] for message in sent if message["endpoint"] == endpoint]
            for endpoint, about in phones.items()
        }

    told()
    guarded.put_rate(0.06)
    # Lambda delivers an event again, and the function looks by itself.
    found = aws("cloudwatch").describe_alarms(AlarmNames=[BOUNCE])["MetricAlarms"][0]
    assert guarded.invoke(direct_event(found["StateUpdatedTimestamp"])) == ["handled"]
    guarded.sweep()
    assert told() == {"notices": ["Sending PAUSED"], "all": ['{"AlarmName"', "Sending PAUSED"], "warnings": []}
    guarded.put_rate(0.01)
    guarded.sweep()
    assert told()["notices"] == []
    target.run(ses_sending_enabled, enabled=True)
    assert told()["notices"] == ["Sending RESUMED by a person"]


def function_fails(guarded: Guarded) -> None:
    guarded.deploy(broken=True)


def function_may_not_be_invoked(guarded: Guarded) -> None:
    """SNS leaves the event in the queue; the function never hears of it."""
    guarded.aws("lambda").remove_permission(FunctionName="ses-pause", StatementId="ses-pause-trip-topic")


def let_an_hour_pass(control: Callable[..., Any]) -> None:
    for datum in cloudwatch_backends[ACCOUNT][REGION].metric_data:
        datum.timestamp -= timedelta(hours=1)
    control("evaluate")
    settle(control)


@pytest.mark.parametrize("break_it", [function_fails, function_may_not_be_invoked])
def test_each_event_that_fails_is_told_though_nobody_has_purged_the_one_before(
    target: Target, aws: Callable[..., Any], control: Callable[..., Any], break_it: Callable[[Guarded], None]
) -> None:
    guarded = Guarded(target, aws, control)
    break_it(guarded)

    def told() -> int:
        subjects = [entry["subject"] for entry in control("sns/outbox", method="GET")]
        return sum(subject.startswith('ALARM: "ses-pause-failure-queue"') for subject in subjects)

    for expected in (1, 2):
        guarded.set_state(BOUNCE, "OK")
        guarded.put_rate(0.06)
        assert told() == expected
        assert guarded.alarm("ses-pause-failure-queue")[0] == "ALARM"
        let_an_hour_pass(control)
        assert guarded.alarm("ses-pause-failure-queue")[0] == "OK"
    assert told() == 2


def test_an_event_is_told_though_the_metrics_of_an_idle_queue_come_late(
    target: Target, aws: Callable[..., Any], control: Callable[..., Any]
) -> None:
    """By up to 15 minutes, says AWS."""
    guarded = Guarded(target, aws, control)
    sent: dict[str, Any] = {"MetricName": "NumberOfMessagesSent", "Value": 1}
    sent["Dimensions"] = [{"Name": "QueueName", "Value": "ses-pause-failures"}]
    data = [{**sent, "Timestamp": datetime.now(UTC) - timedelta(minutes=15)}]
    guarded.cloudwatch.put_metric_data(Namespace="AWS/SQS", MetricData=data)
    assert guarded.alarm("ses-pause-failure-queue")[0] == "ALARM"


def test_the_relay_gives_slack_what_its_webhook_takes(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.spec_from_file_location("relay", RELAY)
    assert spec
    assert spec.loader
    relay = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(relay)
    monkeypatch.setenv("SLACK_WEBHOOK_URL", receiver.url)
    relay.handler({"Records": [{"Sns": {"Subject": "Sending PAUSED", "Message": "To look: ..."}}]}, None)
    assert receiver.got == [{"text": "*Sending PAUSED*\n```To look: ...```"}]
