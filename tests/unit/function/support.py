# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Events in the forms that AWS documents, and strictly stubbed clients that also keep the order of all calls."""

from __future__ import annotations

import importlib.util
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import boto3
from botocore.stub import ANY, Stubber

PACKAGE = Path(__file__).parents[3] / "roles" / "ses_pause" / "files" / "ses_pause"
SOURCES = sorted(PACKAGE.glob("*.py"))
# As the role hands it over: {path in the archive: text}.
CODE = {f"{PACKAGE.name}/{path.name}": path.read_text(encoding="utf-8") for path in SOURCES}
ACCOUNT, REGION, NAME = "123456789012", "eu-west-1", "ses-pause"
TRIP_TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:{NAME}-trip"
NOTIFY_TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:{NAME}-notify"
FUNCTION_ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{NAME}"
ENVIRONMENT = {
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
    "SES_PAUSE_NAME": NAME,
    "SES_PAUSE_TRIP_TOPIC_ARN": TRIP_TOPIC,
    "SES_PAUSE_NOTIFY_TOPIC_ARN": NOTIFY_TOPIC,
}
CONTEXT = SimpleNamespace(invoked_function_arn=FUNCTION_ARN, aws_request_id="6f1b")
REASON = (
    "Threshold Crossed: 1 out of the last 1 datapoints [0.06 (22/11/26 09:55:00)] was greater than or equal to the "
    "threshold (0.045) (minimum 1 datapoint for OK -> ALARM transition)."
)
BOUNCE, SET_BOUNCE = f"{NAME}-bounce-pause", f"{NAME}-bounce-pause-newsletter"
COMPLAINT = f"{NAME}-complaint-pause"
SET_DIMENSION = {"ses:configuration-set": "newsletter"}
# The calls for an account's alarm that nothing is known of.
COURSE = [
    "ListTagsForResource",
    "GetAccount",
    "PutAccountSendingAttributes",
    "GetAccount",
    "TagResource",
    "Publish",
    "TagResource",
]


def load() -> ModuleType:
    """The function's package, fresh: as at a cold start."""
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE.name]:
        del sys.modules[name]
    spec = importlib.util.spec_from_file_location(PACKAGE.name, PACKAGE / "__init__.py")
    assert spec
    assert spec.loader
    package = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE.name] = package
    spec.loader.exec_module(package)
    return package


def replace_everywhere(patch: Any, package: ModuleType, name: str, value: Any) -> None:
    """In each file of the function that has the name: they import it from each other."""
    files = [file for file in vars(package).values() if isinstance(file, ModuleType) and hasattr(file, name)]
    assert files, f"no file of the function knows {name}"
    for file in files:
        patch.setattr(file, name, value)


def ago(seconds: float) -> datetime:
    """A moment in the past, to the millisecond, as CloudWatch has them."""
    moment = datetime.now(UTC) - timedelta(seconds=seconds)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def stamp(moment: datetime) -> str:
    """2026-11-22T10:00:00.000+0000"""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "+0000")


def alarm_arn(name: str) -> str:
    return f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}"


def message(
    since: datetime, name: str = BOUNCE, dimensions: dict[str, str] | None = None, **changes: Any
) -> dict[str, Any]:
    """What CloudWatch publishes to a topic."""
    return {
        "AlarmName": name,
        "AlarmDescription": None,
        "AWSAccountId": ACCOUNT,
        "AlarmConfigurationUpdatedTimestamp": "2026-11-01T08:00:00.000+0000",
        "NewStateValue": "ALARM",
        "NewStateReason": REASON,
        "StateChangeTime": stamp(since),
        "Region": "EU (Ireland)",
        "AlarmArn": alarm_arn(name),
        "OldStateValue": "OK",
        "OKActions": [],
        "AlarmActions": [TRIP_TOPIC, NOTIFY_TOPIC],
        "InsufficientDataActions": [],
        "Trigger": {
            "MetricName": "Reputation.BounceRate",
            "Namespace": "AWS/SES",
            "StatisticType": "Statistic",
            "Statistic": "AVERAGE",
            "Unit": None,
            "Dimensions": [{"name": key, "value": value} for key, value in (dimensions or {}).items()],
            "Period": 300,
            "EvaluationPeriods": 1,
            "DatapointsToAlarm": 1,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "Threshold": 0.045,
            "TreatMissingData": "ignore",
            "EvaluateLowSampleCountPercentile": "",
        },
    } | changes


def sns_event(*messages: Any) -> dict[str, Any]:
    """What SNS invokes a function with; a message that is not a string is put into JSON."""
    texts = [text if isinstance(text, str) else json.dumps(text) for text in messages]
    return {"Records": [{"EventSource": "aws:sns", "Sns": {"Type": "Notification", "Message": text}} for text in texts]}


def direct_event(since: datetime, name: str = BOUNCE, dimensions: dict[str, str] | None = None) -> dict[str, Any]:
    """What CloudWatch invokes a function with when the function is an alarm's action."""
    metric = {"namespace": "AWS/SES", "name": "Reputation.BounceRate", "dimensions": dimensions or {}}
    return {
        "source": "aws.cloudwatch",
        "alarmArn": alarm_arn(name),
        "accountId": ACCOUNT,
        "time": stamp(since),
        "region": REGION,
        "alarmData": {
            "alarmName": name,
            "state": {"value": "ALARM", "reason": REASON, "reasonData": "{}", "timestamp": stamp(since)},
            "previousState": {"value": "OK", "reason": "", "timestamp": "2026-11-01T08:00:00.000+0000"},
            "configuration": {
                "metrics": [{"id": "m1", "metricStat": {"metric": metric, "period": 300, "stat": "Average"}}],
            },
        },
    }


def description(
    since: datetime, name: str = BOUNCE, dimensions: dict[str, str] | None = None, **changes: Any
) -> dict[str, Any]:
    """What DescribeAlarms answers for an alarm."""
    return {
        "AlarmName": name,
        "AlarmArn": alarm_arn(name),
        "ActionsEnabled": True,
        "AlarmActions": [TRIP_TOPIC, NOTIFY_TOPIC],
        "StateValue": "ALARM",
        "StateReason": REASON,
        "StateUpdatedTimestamp": since + timedelta(minutes=5),
        "StateTransitionedTimestamp": since,
        "Namespace": "AWS/SES",
        "MetricName": "Reputation.BounceRate",
        "Dimensions": [{"Name": key, "Value": value} for key, value in (dimensions or {}).items()],
        "Threshold": 0.045,
    } | changes


class Stubbed:
    """Stubbed clients: each answer is given in advance; any other call fails, and so does an answer left over."""

    def __init__(self, monkeypatch: Any, package: ModuleType) -> None:
        self.calls: list[str] = []
        self.arguments: list[dict[str, Any]] = []
        self.published: list[dict[str, str]] = []
        make: Any = boto3.client
        keys = {"region_name": REGION, "aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
        self.clients = {service: make(service, **keys) for service in ("sesv2", "cloudwatch", "sns")}
        self.stubs = {service: Stubber(client) for service, client in self.clients.items()}
        for service, client in self.clients.items():
            client.meta.events.register_first("before-parameter-build", self._record)
            self.stubs[service].activate()
        replace_everywhere(monkeypatch, package, "SES", self.clients["sesv2"])
        replace_everywhere(monkeypatch, package, "CLOUDWATCH", self.clients["cloudwatch"])
        monkeypatch.setattr(boto3, "client", lambda service, config: self.clients[service])

    def _record(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.calls.append(model.name)
        self.arguments.append(dict(params))
        if model.name == "Publish":
            texts = json.loads(params["Message"])
            self.published.append({**params, "Message": texts["default"], "Sms": texts["sms"]})

    def finish(self) -> None:
        for stub in self.stubs.values():
            stub.assert_no_pending_responses()
        assert all(call.get("SendingEnabled", False) is False for call in self.arguments)

    def fails(self, service: str, operation: str, code: str = "AccessDeniedException", times: int = 1) -> None:
        for _unused in range(times):
            self.stubs[service].add_client_error(operation, code, "no")

    # What the function reads

    def tags(self, name: str = BOUNCE, **memory: datetime | str) -> None:
        """``stubbed.tags(paused_at=moment)``; a string is the tag's value as it is."""
        tags = [{"Key": "ses-pause:guard", "Value": NAME}]
        for key, value in memory.items():
            text = value if isinstance(value, str) else value.isoformat(timespec="milliseconds")
            tags.append({"Key": f"ses-pause:{key.replace('_', '-')}", "Value": text})
        expected = {"ResourceARN": alarm_arn(name)}
        self.stubs["cloudwatch"].add_response("list_tags_for_resource", {"Tags": tags}, expected)

    def account(self, enabled: bool, sends: float = 5000) -> None:
        quota = {"Max24HourSend": 50000.0, "MaxSendRate": 14.0, "SentLast24Hours": float(sends)}
        self.stubs["sesv2"].add_response("get_account", {"SendingEnabled": enabled, "SendQuota": quota}, {})

    def configuration_set(self, enabled: bool, name: str = "newsletter", fresh_start: datetime | None = None) -> None:
        answer: dict[str, Any] = {"ConfigurationSetName": name, "SendingOptions": {"SendingEnabled": enabled}}
        if fresh_start:
            answer["ReputationOptions"] = {"ReputationMetricsEnabled": True, "LastFreshStart": fresh_start}
        self.stubs["sesv2"].add_response("get_configuration_set", answer, {"ConfigurationSetName": name})

    def sends(self, *sums: float, name: str = "newsletter") -> None:
        """What CloudWatch has of a set's sends: each sum is that of one period."""
        points = [{"Timestamp": ago(300 * index), "Sum": value, "Unit": "Count"} for index, value in enumerate(sums)]
        expected = {
            "Namespace": "AWS/SES",
            "MetricName": "Send",
            "Dimensions": [{"Name": "ses:configuration-set", "Value": name}],
            "StartTime": ANY,
            "EndTime": ANY,
            "Period": 300,
            "Statistics": ["Sum"],
        }
        self.stubs["cloudwatch"].add_response(
            "get_metric_statistics", {"Label": "Send", "Datapoints": points}, expected
        )

    def alarms(self, *descriptions: dict[str, Any], token: str | None = None, after: str | None = None) -> None:
        """One page of the sweep's search; `token` announces another page, `after` is the token it is asked with."""
        expected = {"AlarmNamePrefix": f"{NAME}-", "StateValue": "ALARM"} | ({"NextToken": after} if after else {})
        answer = {"MetricAlarms": list(descriptions)} | ({"NextToken": token} if token else {})
        self.stubs["cloudwatch"].add_response("describe_alarms", answer, expected)

    def accounts_alarms(self, *descriptions: dict[str, Any]) -> None:
        """What a set's event that was kept waiting finds in ALARM of the account's."""
        expected = {"AlarmNames": [BOUNCE, COMPLAINT], "StateValue": "ALARM"}
        self.stubs["cloudwatch"].add_response("describe_alarms", {"MetricAlarms": list(descriptions)}, expected)

    def present(self, *descriptions: dict[str, Any], name: str = BOUNCE) -> None:
        answer = {"MetricAlarms": list(descriptions)}
        self.stubs["cloudwatch"].add_response("describe_alarms", answer, {"AlarmNames": [name]})

    # What it writes

    def pauses_account(self) -> None:
        self.stubs["sesv2"].add_response("put_account_sending_attributes", {}, {"SendingEnabled": False})

    def pauses_set(self, name: str = "newsletter") -> None:
        expected = {"ConfigurationSetName": name, "SendingEnabled": False}
        self.stubs["sesv2"].add_response("put_configuration_set_sending_options", {}, expected)

    def remembers(self, tag: str, since: datetime, name: str = BOUNCE) -> None:
        tags = [{"Key": f"ses-pause:{tag}", "Value": since.isoformat(timespec="milliseconds")}]
        self.stubs["cloudwatch"].add_response("tag_resource", {}, {"ResourceARN": alarm_arn(name), "Tags": tags})

    def tells(self) -> None:
        mark = {"ses-pause": {"DataType": "String", "StringValue": "notice"}}
        expected = {"TopicArn": NOTIFY_TOPIC, "Subject": ANY, "Message": ANY}
        expected |= {"MessageStructure": "json", "MessageAttributes": mark}
        self.stubs["sns"].add_response("publish", {"MessageId": "1"}, expected)

    # Whole courses of events

    def pauses_set_and_tells(self, since: datetime) -> None:
        """All answers for a set's alarm, once it is decided that the set is paused."""
        self.pauses_set()
        self.configuration_set(False)
        self.notes_and_tells(since, SET_BOUNCE)

    def pauses_and_tells(self, since: datetime) -> None:
        """All answers for an account's alarm that nothing is known of."""
        self.tags()
        self.pauses_notes_and_tells(since)

    def pauses_notes_and_tells(self, since: datetime) -> None:
        """From what is known of the alarm on."""
        self.account(True)
        self.pauses_account()
        self.account(False)
        self.notes_and_tells(since)

    def notes_and_tells(self, since: datetime, name: str = BOUNCE) -> None:
        """What follows a pause."""
        self.remembers("paused-at", since, name)
        self.tells()
        self.remembers("told-at", since, name)
