# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many threads at once, several in each account: none gets an error of the server's own, and nothing is lost."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from moto.iam.models import iam_backends
from moto.logs.models import logs_backends
from moto.sqs.models import sqs_backends

from tests.unit.conftest import REGION
from tests.unit.local_aws.helpers import ALARM, TRUST, deploy, log_lines, make_role, queue

THREADS = 64
ACCOUNTS = [f"{each:012}" for each in range(1, 9)]
SERVICES = ("cloudwatch", "iam", "logs", "sesv2", "sns", "sqs", "sts", "resourcegroupstaggingapi")
Clients = dict[str, Any]


class Slow(dict[str, Any]):
    """A dictionary that lets other threads have their turn at each of its values."""

    def values(self) -> Any:
        for value in super().values():
            time.sleep(1e-4)
            yield value


@pytest.fixture
def clients(_empty: None, aws: Callable[..., Any]) -> dict[str, Clients]:
    """Of each account, whose dictionaries are slow. The role that they act as stands behind some others."""
    for account in ACCOUNTS:
        iam, logs, sqs = iam_backends[account]["aws"], logs_backends[account][REGION], sqs_backends[account][REGION]
        iam.roles, logs.groups, sqs.queues = Slow(), Slow(), Slow()
        for name in (*(f"old-{each}" for each in range(9)), "admin"):
            iam.create_role(name, json.dumps(TRUST), "/", None, "", [], "3600")
    return {account: {service: aws(service, account=account) for service in SERVICES} for account in ACCOUNTS}


def test_threads_do_not_get_in_each_others_way(clients: dict[str, Clients]) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(_work, [(f"new-{each}", clients[ACCOUNTS[each % len(ACCOUNTS)]]) for each in range(THREADS)]))
    made = {name for account in ACCOUNTS for name in _names(clients[account])}
    assert made == {f"{kind} new-{each}" for each in range(THREADS) for kind in ("alarm", "group", "queue", "role")}


def test_a_function_that_is_waited_for_may_call_back(aws: Callable[..., Any]) -> None:
    code = """
    import boto3

    def handler(event, context):
        return boto3.client("sts").get_caller_identity()["Arn"].partition("/")[0]
    """
    role = make_role(aws, "caller", ["logs:*"])
    deploy(aws, code, role=role)
    answer = aws("lambda").invoke(FunctionName="function")["Payload"].read()
    assert json.loads(answer) == "arn:aws:sts::123456789012:assumed-role"
    assert log_lines(aws, "/aws/lambda/function")


def test_whoever_waits_for_a_message_keeps_nobody_from_sending_it(aws: Callable[..., Any]) -> None:
    url, _arn = queue(aws, "messages")
    sqs = aws("sqs")
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(sqs.receive_message, QueueUrl=url, WaitTimeSeconds=20)
        sqs.send_message(QueueUrl=url, MessageBody="here")
        assert [each["Body"] for each in waiting.result()["Messages"]] == ["here"]


def _work(job: tuple[str, Clients]) -> None:
    name, clients = job
    trust = json.dumps(TRUST)
    clients["sts"].assume_role(RoleArn=clients["iam"].get_role(RoleName="admin")["Role"]["Arn"], RoleSessionName=name)
    clients["iam"].create_role(RoleName=name, AssumeRolePolicyDocument=trust, Tags=[{"Key": "by", "Value": name}])
    clients["logs"].create_log_group(logGroupName=name)
    clients["sns"].create_topic(Name=name)
    clients["sqs"].create_queue(QueueName=name)
    clients["cloudwatch"].put_metric_alarm(**ALARM | {"AlarmName": name})
    clients["sesv2"].get_account()
    clients["resourcegroupstaggingapi"].get_resources()


def _names(clients: Clients) -> Iterator[str]:
    """What the threads have made in the account."""
    for page in clients["iam"].get_paginator("list_roles").paginate():
        yield from (f"role {each['RoleName']}" for each in page["Roles"] if each["RoleName"].startswith("new"))
    yield from (f"group {each['logGroupName']}" for each in clients["logs"].describe_log_groups()["logGroups"])
    yield from (f"queue {each.rpartition('/')[2]}" for each in clients["sqs"].list_queues()["QueueUrls"])
    yield from (f"alarm {each['AlarmName']}" for each in clients["cloudwatch"].describe_alarms()["MetricAlarms"])
