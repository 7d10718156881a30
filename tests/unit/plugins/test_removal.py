# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A removal that dies, wherever it dies: the next one leaves nothing of ours, and no alarm ever pauses unheard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._operations import (
    ses_pause_function,
    ses_pause_guard,
    ses_reputation_alarm,
)

from tests.unit.plugins.target import ACCOUNT, CODE, READS, REGION, Target, actions, inventory
from tests.unit.plugins.trials import some

# Long, and of code that other tests cover line by line.
pytestmark = pytest.mark.no_cover

Client = Callable[..., Any]

SERVICES = ("cloudwatch", "events", "iam", "lambda", "logs", "sns", "sqs")
ACCOUNT_ALARMS = [
    {"metric": metric, "tier": tier} for metric in ("bounce_rate", "complaint_rate") for tier in ("warn", "pause")
]
SETS = ["news", "offers"]
SMS = {"protocol": "sms", "endpoint": "+12065550100"}
OTHER = "ses-pause-2"
TRIP = f"arn:aws:sns:{REGION}:{ACCOUNT}:ses-pause-trip"
NOTIFY = f"arn:aws:sns:{REGION}:{ACCOUNT}:ses-pause-notify"


class Died(Exception):
    """What no code of ours catches: the process was killed, or the network was gone."""


def remove(target: Target, check_mode: bool = False) -> dict[str, Any]:
    return target.run(ses_pause_guard, check_mode, state="absent")


def deploy(target: Target, name: str = "ses-pause") -> None:
    target.run(ses_pause_function, name=name, code=CODE, subscriptions=[SMS])
    target.run(ses_reputation_alarm, name=name, alarms=ACCOUNT_ALARMS, configuration_sets=SETS)


def lose_a_tag(aws: Client, name: str = "ses-pause") -> None:
    arn = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}-bounce-pause-news"
    aws("cloudwatch").untag_resource(ResourceARN=arn, TagKeys=["ses-pause:guard"])


@pytest.fixture
def neighbours(target: Target, aws: Client) -> dict[str, list[str]]:
    """What is not ours: another guard whose name begins like ours, and somebody's things; all that there is of them."""
    for name in SETS:
        aws("sesv2").create_configuration_set(ConfigurationSetName=name)
    deploy(target, OTHER)
    lose_a_tag(aws, OTHER)
    aws("cloudwatch").put_metric_alarm(
        AlarmName="ses-pause-else",
        Namespace="AWS/SES",
        MetricName="Reputation.BounceRate",
        EvaluationPeriods=1,
        Period=300,
        Statistic="Average",
        Threshold=0.05,
        ComparisonOperator="GreaterThanThreshold",
        # It calls our topic and is not ours: our words are not in it.
        AlarmActions=[NOTIFY],
        AlarmDescription="beside ses-pause",
    )
    aws("cloudwatch").put_dashboard(DashboardName="ses-pause-else", DashboardBody='{"widgets": []}')
    aws("sns").create_topic(Name="ses-pause-else")
    aws("sqs").create_queue(QueueName="ses-pause-else")
    aws("logs").create_log_group(logGroupName="/aws/lambda/ses-pause-else")
    return inventory(aws)


def unheard(aws: Client) -> list[str]:
    """The alarms of ours that pause although something is gone by which people would be told, or told that it failed.

    More than "pauses and tells nobody": while an alarm that pauses is left, the whole chain behind it must be.
    """
    alarms = {alarm["AlarmName"]: alarm for alarm in aws("cloudwatch").describe_alarms()["MetricAlarms"]}
    pausing = [name for name, alarm in alarms.items() if TRIP in alarm["AlarmActions"] and alarm["ActionsEnabled"]]
    if not pausing:
        return []
    found = inventory(aws)
    subscribed = {(entry["TopicArn"], entry["Protocol"]) for entry in aws("sns").list_subscriptions()["Subscriptions"]}
    whole = (
        {"ses-pause-trip", "ses-pause-notify"} <= set(found["topics"])
        and {(TRIP, "lambda"), (NOTIFY, "sms")} <= subscribed
        and {"ses-pause-function-errors", "ses-pause-failure-queue"} <= alarms.keys()
        and "ses-pause" in found["functions"]
        and "ses-pause-failures" in found["queues"]
    )
    return [] if whole else pausing


class Watch:
    """Within C(during): counts the writes, looks after each whether a pause would be heard of, and lets one die."""

    def __init__(self, aws: Client) -> None:
        self.writes: list[str] = []
        self.unheard: dict[str, list[str]] = {}
        self._aws = aws
        self._watches = False
        self._dies_after: int | None = None

    @contextmanager
    def during(self, dies_after: int | None = None) -> Iterator[None]:
        self.writes.clear()
        self._watches, self._dies_after = True, dies_after
        try:
            yield
        finally:
            self._watches = False

    def before(self, event_name: str, **_event: Any) -> None:
        if (operation := self._write(event_name)) is not None:
            self.writes.append(operation)

    def after(self, event_name: str, **_event: Any) -> None:
        if (operation := self._write(event_name)) is not None:
            if alarms := unheard(self._aws):
                self.unheard[f"{len(self.writes)} {operation}"] = alarms
            if self._dies_after == len(self.writes):
                raise Died

    def _write(self, event_name: str) -> str | None:
        operation = event_name.rpartition(".")[2]
        return operation if self._watches and not operation.startswith((*READS, "AssumeRole")) else None


@pytest.fixture
def watch(target: Target, aws: Client) -> Iterator[Watch]:
    watching = Watch(aws)
    clients = [target.aws().client(service) for service in SERVICES]
    hooks = [("before-send", watching.before), ("response-received", watching.after)]
    for client in clients:
        for event, hook in hooks:
            client.meta.events.register(event, hook)
    yield watching
    for client in clients:
        for event, hook in hooks:
            client.meta.events.unregister(event, hook)


def dies(target: Target, watch: Watch, number: int) -> bool:
    """Whether a removal that is to die after this write gets so far."""
    try:
        with watch.during(number):
            remove(target)
    except Died:
        return True
    return False


def removal(target: Target, aws: Client, watch: Watch) -> list[str]:
    """The writes of one that nothing disturbs, in their order."""
    deploy(target)
    lose_a_tag(aws)
    with watch.during():
        remove(target)
    return list(watch.writes)


def dies_and_is_finished(
    target: Target, aws: Client, neighbours: dict[str, list[str]], watch: Watch, number: int
) -> None:
    deploy(target)
    lose_a_tag(aws)
    assert dies(target, watch, number)
    with watch.during():
        remove(target)
    assert watch.unheard == {}, f"after {watch.writes}"
    assert inventory(aws) == neighbours, f"died after write {number}, and the next left something"
    assert not remove(target, check_mode=True)["changed"]


def test_a_removal_that_dies_at_a_write_is_finished_by_the_next(
    target: Target, aws: Client, neighbours: dict[str, list[str]], watch: Watch, chance: Random
) -> None:
    """At a write of each kind; tests/soak takes all. To die before a write is to die after the one before it."""
    writes = removal(target, aws, watch)
    assert watch.unheard == {}, f"after {writes}"
    assert inventory(aws) == neighbours
    # Four alarms, those of the sets at once, and all that the function needed.
    assert len(writes) > 14
    for number in some(writes, chance):
        dies_and_is_finished(target, aws, neighbours, watch, number)
    assert not target.check(ses_pause_function, name=OTHER, code=CODE, subscriptions=[SMS])["changed"]


def test_the_watch_sees_an_order_that_would_be_wrong(
    target: Target, aws: Client, neighbours: dict[str, list[str]], watch: Watch
) -> None:
    deploy(target)
    with watch.during():
        target.run(ses_pause_function, state="absent")
        target.run(ses_reputation_alarm, alarms=[], purge=True)
    assert watch.unheard


def test_check_mode_tells_what_a_removal_will_do(target: Target, aws: Client, neighbours: dict[str, list[str]]) -> None:
    deploy(target)
    lose_a_tag(aws)
    planned = remove(target, check_mode=True)
    assert planned["changed"]
    assert remove(target) == planned
    assert inventory(aws) == neighbours


def test_an_empty_account(target: Target, aws: Client) -> None:
    before = inventory(aws)
    for check_mode in (True, False):
        gone = remove(target, check_mode)
        assert (gone["changed"], actions(gone)) == (False, {})
    assert inventory(aws) == before


def test_sending_stays_as_it_is(target: Target, aws: Client) -> None:
    aws("sesv2").put_account_sending_attributes(SendingEnabled=False)
    target.run(ses_pause_function, code=CODE)
    target.run(ses_reputation_alarm, alarms=ACCOUNT_ALARMS)
    remove(target)
    assert not aws("sesv2").get_account()["SendingEnabled"]


def test_a_log_group_that_lambda_made_is_removed_although_the_function_is_gone(target: Target, aws: Client) -> None:
    before = inventory(aws)
    target.run(ses_pause_function, code=CODE)
    aws("logs").delete_log_group(logGroupName="/aws/lambda/ses-pause")
    aws("logs").create_log_group(logGroupName="/aws/lambda/ses-pause")
    aws("lambda").delete_function(FunctionName="ses-pause")
    aws("iam").delete_role_policy(RoleName="ses-pause-eu-west-1", PolicyName="ses-pause")
    aws("iam").delete_role(RoleName="ses-pause-eu-west-1")
    remove(target)
    assert inventory(aws) == before
