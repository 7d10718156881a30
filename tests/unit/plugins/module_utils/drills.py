# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A guard with the function's real code in the local AWS, for drills of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ansible_collections.mailops.ses.plugins.module_utils._operations import (
    ses_pause_drill,
    ses_pause_function,
    ses_reputation_alarm,
)

from tests.unit.function.support import SOURCE
from tests.unit.plugins.target import ACCOUNT, REGION, Target

BOUNCE, COMPLAINT = "ses-pause-bounce-pause", "ses-pause-complaint-pause"
SET_BOUNCE = f"{BOUNCE}-news"
REAL = "Threshold Crossed: 1 out of the last 1 datapoints [0.06 (22/11/26 09:55:00)] was greater than or equal ..."
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:ses-pause"
TRIP = f"arn:aws:sns:{REGION}:{ACCOUNT}:ses-pause-trip"
NOTIFY = f"arn:aws:sns:{REGION}:{ACCOUNT}:ses-pause-notify"
PHONE = {"protocol": "sms", "endpoint": "+12065550100"}
# Where the function's source may be made slow.
BEFORE_PAUSE = "        if self.dimensions:\n            name, write = "
BEFORE_TELLING = "        title, meaning = NOTICES[action]\n"


class Guarded:
    """A guarded account, and what a person or CloudWatch would do with it or see of it."""

    def __init__(self, target: Target, aws: Callable[..., Any], control: Callable[..., Any]) -> None:
        self.target = target
        self.control = control
        self.aws = aws
        self.cloudwatch, self.ses = aws("cloudwatch"), aws("sesv2")
        control("settings", async_retry_delays=[0.0, 0.0])
        self.ses.create_configuration_set(ConfigurationSetName="news")
        self.deploy()
        entries = [{"metric": metric, "tier": "pause"} for metric in ("bounce_rate", "complaint_rate")]
        target.run(ses_reputation_alarm, alarms=[*entries, {**entries[0], "configuration_set": "news"}])
        for name in (BOUNCE, COMPLAINT):
            self.set_state(name, "OK", "Testing")

    def deploy(self, before: str = "", seconds: float | str = 0.0) -> None:
        """The function as it is, or with a sleep before some of its lines."""
        source = SOURCE.read_text()
        if before:
            assert source.count(before) == 1
            source = source.replace(before, f"        time.sleep({seconds})\n{before}")
        self.target.run(ses_pause_function, code={"ses_pause.py": source}, subscriptions=[PHONE])

    def drill(self, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        result = self.target.run(ses_pause_drill, check_mode, **{"timeout": 20, **options})
        self.wait()
        return result

    def set_state(self, name: str, state: str, reason: str = REAL) -> None:
        self.cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason=reason)
        self.wait()

    def put_rate(self, rate: float) -> None:
        data = [{"MetricName": "Reputation.BounceRate", "Value": rate}]
        self.cloudwatch.put_metric_data(Namespace="AWS/SES", MetricData=data)
        self.wait()

    def wait(self) -> None:
        """Until the function and all that follows from it is done."""
        for _unused in range(6):
            answer = self.control("idle", method="GET", timeout=9)
            if answer["idle"]:
                return
        raise AssertionError(answer["pending"])

    def sweep(self) -> list[str]:
        """What the function decides when it looks by itself."""
        return self.invoke({"sweep": True})

    def invoke(self, event: dict[str, Any]) -> list[str]:
        """What the function decides about the event."""
        answer = self.aws("lambda").invoke(FunctionName="ses-pause", Payload=json.dumps(event))
        return [result["action"] for result in json.loads(answer["Payload"].read())["results"]]

    def mute_trip_topic(self) -> None:
        """Nobody may publish to it any more."""
        statement = {"Effect": "Deny", "Principal": "*", "Action": "SNS:Publish", "Resource": TRIP}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.aws("sns").set_topic_attributes(TopicArn=TRIP, AttributeName="Policy", AttributeValue=document)

    def switch(self, enabled: bool) -> None:
        """Not by this collection: nothing is noted."""
        self.ses.put_account_sending_attributes(SendingEnabled=enabled)

    @property
    def sends(self) -> bool:
        return bool(self.ses.get_account()["SendingEnabled"])

    @property
    def set_sends(self) -> bool:
        found = self.ses.get_configuration_set(ConfigurationSetName="news")
        return bool(found.get("SendingOptions", {}).get("SendingEnabled", True))

    def alarm(self, name: str = BOUNCE) -> tuple[str, str]:
        """State and reason."""
        found = self.cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]
        return found["StateValue"], found["StateReason"]

    def memory(self, name: str = BOUNCE) -> dict[str, str]:
        """The guard's tags that are not empty."""
        arn = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}"
        tags = self.cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"]
        return {tag["Key"].removeprefix("ses-pause:"): tag["Value"] for tag in tags if tag["Value"]}

    def remember(self, name: str = BOUNCE, **tags: str) -> None:
        arn = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}"
        pairs = [{"Key": f"ses-pause:{key.replace('_', '-')}", "Value": value} for key, value in tags.items()]
        self.cloudwatch.tag_resource(ResourceARN=arn, Tags=pairs)

    def told(self) -> list[str]:
        """The beginnings of the subjects that people got, without CloudWatch's own."""
        subjects = [entry["subject"] for entry in self.control("sns/outbox", method="GET")]
        return [subject.split(": account")[0] for subject in subjects if not subject.startswith(("ALARM:", "OK:"))]
