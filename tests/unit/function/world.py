# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""AWS as the function sees it: in memory, on a clock of its own, and going wrong as it is told to.

The function's real clients build each request, sign it, retry it and parse the answer; only the wire is missing. A call
that the function has no business to make is a violation.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import ModuleType, SimpleNamespace
from typing import Any, TypeAlias

import boto3
import botocore.endpoint
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from botocore.retries import quota
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model

from tests.unit.function.support import NAME, NOTIFY_TOPIC, REGION, alarm_arn, replace_everywhere

KEYS = {"region_name": REGION, "aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
LAMBDA_SECONDS = 120  # the function's timeout
START = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
THROTTLING = {"sesv2": (429, "TooManyRequestsException"), "cloudwatch": (400, "Throttling"), "sns": (400, "Throttled")}
# What may become of one attempt of a call, or happen at that moment.
LOST_AFTER = ("reset after", "timeout after", "truncated")
FAULTS = ("throttled", "500", "503", "reset before", "timeout before", *LOST_AFTER, "killed", "other event", "resume")


class Killed(BaseException):
    """The function's process ends here: out of time, out of memory, or the machine is gone."""


class Refused(Exception):
    """What a service answers instead of doing it."""

    def __init__(self, code: str, status: int = 400) -> None:
        super().__init__(code)
        self.code, self.status = code, status


@dataclass
class Alarm:
    """scope: "" for the account, else a configuration set's name. pauses: whether it calls the function."""

    name: str
    metric: str = "Reputation.BounceRate"
    scope: str = ""
    pauses: bool = True
    state: str = "OK"
    since: datetime = START
    reason: str = ""
    breaching: bool = False
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def actions(self) -> list[str]:
        return [NOTIFY_TOPIC.replace("-notify", "-trip"), NOTIFY_TOPIC] if self.pauses else [NOTIFY_TOPIC]

    def described(self) -> dict[str, Any]:
        return {
            "AlarmName": self.name,
            "AlarmArn": alarm_arn(self.name),
            "ActionsEnabled": True,
            "AlarmActions": self.actions,
            "StateValue": self.state,
            "StateReason": self.reason,
            "StateTransitionedTimestamp": self.since,
            "Namespace": "AWS/SES",
            "MetricName": self.metric,
            "Dimensions": [{"Name": "ses:configuration-set", "Value": self.scope}] if self.scope else [],
            "Threshold": 0.045,
        }


Faults: TypeAlias = "dict[int | str, Any]"


@dataclass
class Run:
    """One invocation. faults: what becomes of its n-th attempt of a call, or of every attempt of an operation.

    A fault that can be called is what somebody else does at that moment. seconds: after which it is killed.
    """

    faults: Faults
    began: datetime
    seconds: float = LAMBDA_SECONDS
    attempts: int = 0
    params: dict[str, Any] = field(default_factory=dict)  # of the call that is under way
    read_tags: dict[str, dict[str, str]] = field(default_factory=dict)


class EndlessQuota(quota.RetryQuota):
    """botocore's is of 100 retries a client. A client here stands for those of many machines, which do not share it."""

    def acquire(self, capacity_amount: int) -> bool:
        return True


class Clock(type):
    """Makes a class that passes for datetime, but has the world's time."""

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, datetime)


class World:
    """sending: for each scope, since when it is how, so that a late read can be given.

    denied: operations that the role may not call. lag: how old what SES tells is, in seconds. told: (when, subject).
    run: the present invocation.
    """

    def __init__(self, alarms: Iterable[Alarm], scopes: Iterable[str]) -> None:
        self._clients: dict[tuple[str, str], Any] = {}
        self.restart(alarms, scopes)

    def restart(self, alarms: Iterable[Alarm], scopes: Iterable[str]) -> None:
        """As it was in the beginning; only the clients stay."""
        self.now = START
        self.alarms = {alarm.name: alarm for alarm in alarms}
        self.sending = {scope: [(START - timedelta(days=1), True)] for scope in scopes}
        self.sends = 5000
        self.denied: set[str] = set()
        self.lag = 0.0
        self.told: list[tuple[datetime, str]] = []
        self.violations: list[str] = []
        self.run = Run({}, START)
        # Called when the function pauses a scope, and when something else is to happen in the midst of it.
        self.on_pause: Callable[[str], None] = lambda scope: None
        self.on_event: Callable[[str], None] = lambda what: None

    # Around the function

    def hook(self, package: ModuleType, patch: Any) -> None:
        """Give the function this world's clients and clock."""
        world = self

        class Now(metaclass=Clock):
            fromisoformat = staticmethod(datetime.fromisoformat)

            @staticmethod
            def now(zone: Any) -> datetime:
                return world.now.astimezone(zone)

        patch.setattr(quota, "RetryQuota", EndlessQuota)
        waits = SimpleNamespace(sleep=self.wait, time=time.time)
        patch.setattr(botocore.endpoint, "time", waits)
        replace_everywhere(patch, package, "time", waits)
        replace_everywhere(patch, package, "datetime", Now)
        patch.setattr(boto3, "client", self.client)
        clients = package.clients
        replace_everywhere(patch, package, "SES", self.client("sesv2", clients.SES_CONFIG))
        replace_everywhere(patch, package, "CLOUDWATCH", self.client("cloudwatch", clients.CONFIG))

    def client(self, service: str, config: Config, owner: str = "") -> Any:
        if (owner, service) not in self._clients:
            make: Any = boto3.session.Session().client
            client = self._clients[owner, service] = make(service, config=config, **KEYS)
            client.meta.events.register_first("before-parameter-build", self._note)
            client.meta.events.register_first("before-send", self._send)
        return self._clients[owner, service]

    def invoke(self, call: Callable[[], Any], faults: Faults, seconds: float = LAMBDA_SECONDS) -> Any:
        """Run one invocation; inside another one it has the world to itself meanwhile, as another machine would."""
        outer, self.run = self.run, Run(faults, self.now, seconds)
        try:
            return call()
        finally:
            self.run = outer

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        if (self.now - self.run.began).total_seconds() > self.run.seconds:
            raise Killed(f"Task timed out after {self.run.seconds} seconds")

    def set_sending(self, scope: str, enabled: bool) -> None:
        self.sending[scope].append((self.now, enabled))

    def is_sending(self, scope: str, lag: float = 0.0) -> bool:
        seen = [enabled for since, enabled in self.sending[scope] if since <= self.now - timedelta(seconds=lag)]
        return seen[-1]

    # The wire

    def _note(self, params: dict[str, Any], **_more: Any) -> None:
        self.run.params = dict(params)

    def _send(self, request: Any, event_name: str, **_more: Any) -> AWSResponse:
        response = self._try(request, event_name)
        response.headers["Date"] = format_datetime(self.now, usegmt=True)
        return response

    def _try(self, request: Any, event_name: str) -> AWSResponse:
        service, operation = self._called(event_name)
        run, params = self.run, self.run.params
        run.attempts += 1
        fault = run.faults.get(run.attempts) or run.faults.get(operation)
        self.wait(0.05)
        if fault in ("other event", "resume"):
            self.on_event(fault)
        elif callable(fault):
            fault()
            fault = None
        self._fail(fault, request.url)
        try:
            self.refuse(service, operation, fault)
            status, body = self._do(service, operation, params)
        except Refused as refusal:
            return _refused(request.url, service, refusal)
        except Exception as error:  # the function would take it for a fault
            self.violations.append(f"the world does not know how to answer {operation}: {error!r}")
            raise
        if fault == "killed after":
            raise Killed(fault)
        if fault in LOST_AFTER:
            if operation == "ListTagsForResource":
                run.read_tags.clear()  # the function has not got it; of a sweep, the others were judged before
            self._fail(f"lost: {fault}", request.url)
        content = body[: len(body) // 2] if fault == "truncated" else body
        return _answer(request.url, status, content)

    def _called(self, event_name: str) -> tuple[str, str]:
        """before-send.sesv2.GetAccount"""
        service, operation = event_name.split(".")[1:3]
        return service, operation

    def _fail(self, fault: str | None, url: str) -> None:
        if fault in ("timeout before", "lost: timeout after"):
            self.wait(5)
            raise ReadTimeoutError(endpoint_url=url)
        if fault in ("reset before", "lost: reset after"):
            raise ConnectionClosedError(endpoint_url=url)
        if fault == "killed":
            raise Killed(fault)

    def refuse(self, service: str, operation: str, fault: str | None) -> None:
        """Raises what the service answers instead of doing it."""
        if fault == "throttled":
            status, code = THROTTLING[service]
            raise Refused(code, status)
        if fault in ("500", "503"):
            raise Refused("InternalFailure", int(fault))
        if operation in self.denied:
            raise Refused("AccessDeniedException", 403)

    def _do(self, service: str, operation: str, params: dict[str, Any]) -> tuple[int, bytes]:
        method = getattr(self, f"_do_{operation}", None)
        if method is None:
            self.violations.append(f"the function called {operation}")
            raise Refused("AccessDeniedException", 403)
        result = method(**params)
        described = get_service_model(service)
        model = described.operation_model(operation)
        answer = get_serializer_class(service, described.resolved_protocol)(model).serialize(result or {})
        body = answer["body"]
        return answer["status_code"], body.encode() if isinstance(body, str) else body

    # What the function may call

    def _do_GetAccount(self) -> dict[str, Any]:
        quota = {"Max24HourSend": 50000.0, "MaxSendRate": 14.0, "SentLast24Hours": float(self.sends)}
        return {"SendingEnabled": self.is_sending("", self.lag), "SendQuota": quota}

    def _do_PutAccountSendingAttributes(self, SendingEnabled: bool) -> None:
        self._pause("", SendingEnabled)

    def _do_GetConfigurationSet(self, ConfigurationSetName: str) -> dict[str, Any]:
        if ConfigurationSetName not in self.sending:
            raise Refused("NotFoundException", 404)
        enabled = self.is_sending(ConfigurationSetName, self.lag)
        return {"ConfigurationSetName": ConfigurationSetName, "SendingOptions": {"SendingEnabled": enabled}}

    def _do_PutConfigurationSetSendingOptions(self, ConfigurationSetName: str, SendingEnabled: bool) -> None:
        if ConfigurationSetName not in self.sending:
            raise Refused("NotFoundException", 404)
        self._pause(ConfigurationSetName, SendingEnabled)

    def _pause(self, scope: str, enabled: bool) -> None:
        if enabled:
            self.violations.append(f"the function resumed {scope or 'the account'}")
        self.on_pause(scope)
        self.set_sending(scope, enabled)

    def _do_ListTagsForResource(self, ResourceARN: str) -> dict[str, Any]:
        alarm = self._alarm(ResourceARN)
        self.run.read_tags[alarm.name] = dict(alarm.tags)
        return {"Tags": [{"Key": key, "Value": value} for key, value in alarm.tags.items()]}

    def _do_TagResource(self, ResourceARN: str, Tags: list[dict[str, str]]) -> None:
        self._alarm(ResourceARN).tags.update({tag["Key"]: tag["Value"] for tag in Tags})

    def _alarm(self, arn: str) -> Alarm:
        name = arn.split(":", 6)[6]
        if name not in self.alarms or not name.startswith(f"{NAME}-"):
            raise Refused("ResourceNotFoundException", 404)
        return self.alarms[name]

    def _do_DescribeAlarms(
        self, AlarmNames: list[str] | None = None, AlarmNamePrefix: str = "", StateValue: str = "", NextToken: str = "0"
    ) -> dict[str, Any]:
        """Two a page, so that there are pages."""
        found = [
            alarm.described()
            for name, alarm in sorted(self.alarms.items())
            if (AlarmNames is None or name in AlarmNames)
            and name.startswith(AlarmNamePrefix)
            and StateValue in ("", alarm.state)
        ]
        first = int(NextToken)
        more = {"NextToken": str(first + 2)} if len(found) > first + 2 else {}
        return {"MetricAlarms": found[first : first + 2], **more}

    def _do_GetMetricStatistics(self, **_window: Any) -> dict[str, Any]:
        return {"Label": "Send", "Datapoints": [{"Timestamp": self.now, "Sum": float(self.sends), "Unit": "Count"}]}

    def _do_Publish(self, TopicArn: str, Subject: str, Message: str, **form: Any) -> dict[str, Any]:
        if form.get("MessageStructure") == "json" and "default" not in json.loads(Message):
            raise Refused("InvalidParameter")
        if TopicArn != NOTIFY_TOPIC:
            self.violations.append(f"the function published to {TopicArn}")
        self.told.append((self.now, Subject))
        return {"MessageId": "1"}


class _Body:
    """What botocore reads an answer from."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_more: Any) -> Iterable[bytes]:
        yield self._content


def _answer(url: str, status: int, content: bytes, headers: dict[str, str] | None = None) -> AWSResponse:
    return AWSResponse(url, status, headers or {}, _Body(content))


def _refused(url: str, service: str, refusal: Refused) -> AWSResponse:
    if service == "sns":
        text = f"<ErrorResponse><Error><Code>{refusal.code}</Code><Message>no</Message></Error></ErrorResponse>"
        return _answer(url, refusal.status, text.encode())
    text = f'{{"__type": "{refusal.code}", "message": "no"}}'
    return _answer(url, refusal.status, text.encode(), {"x-amzn-errortype": refusal.code})
