# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IAM of the local AWS: which resource each request must be allowed on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.local_aws.iam_helpers import (
    ACCOUNT,
    PLACE,
    TRUST,
    allow,
    denied,
    document,
    passes,
)

Aws = Callable[..., Any]
pytestmark = pytest.mark.usefixtures("enforced")


METRIC = {
    "EvaluationPeriods": 1,
    "ComparisonOperator": "GreaterThanThreshold",
    "MetricName": "m",
    "Namespace": "n",
    "Period": 300,
    "Statistic": "Average",
    "Threshold": 1.0,
}
QUEUE_URL = f"https://sqs.eu-west-1.amazonaws.com/{ACCOUNT}/failures"
LOG_GROUP = f"arn:aws:logs:{PLACE}:log-group:/aws/lambda/ses-pause"

# service, operation, parameters, the resource it must be allowed on
RESOURCES: list[tuple[str, str, dict[str, Any], str]] = [
    ("cloudwatch", "put_metric_alarm", {"AlarmName": "a", **METRIC}, f"arn:aws:cloudwatch:{PLACE}:alarm:a"),
    ("cloudwatch", "delete_alarms", {"AlarmNames": ["a"]}, f"arn:aws:cloudwatch:{PLACE}:alarm:a"),
    ("cloudwatch", "describe_alarms", {"AlarmNames": ["a"]}, f"arn:aws:cloudwatch:{PLACE}:alarm:a"),
    ("cloudwatch", "describe_alarms", {}, f"arn:aws:cloudwatch:{PLACE}:alarm:*"),
    (
        "cloudwatch",
        "set_alarm_state",
        {"AlarmName": "a", "StateValue": "OK", "StateReason": "r"},
        f"arn:aws:cloudwatch:{PLACE}:alarm:a",
    ),
    (
        "cloudwatch",
        "put_dashboard",
        {"DashboardName": "d", "DashboardBody": '{"widgets": []}'},
        f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/d",
    ),
    ("cloudwatch", "get_dashboard", {"DashboardName": "d"}, f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/d"),
    ("cloudwatch", "delete_dashboards", {"DashboardNames": ["d"]}, f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/d"),
    ("cloudwatch", "disable_alarm_actions", {"AlarmNames": ["a"]}, f"arn:aws:cloudwatch:{PLACE}:alarm:a"),
    (
        "cloudwatch",
        "tag_resource",
        {"ResourceARN": f"arn:aws:cloudwatch:{PLACE}:alarm:a", "Tags": [{"Key": "k", "Value": "v"}]},
        f"arn:aws:cloudwatch:{PLACE}:alarm:a",
    ),
    ("sesv2", "get_configuration_set", {"ConfigurationSetName": "s"}, f"arn:aws:ses:{PLACE}:configuration-set/s"),
    (
        "sesv2",
        "put_configuration_set_sending_options",
        {"ConfigurationSetName": "s", "SendingEnabled": False},
        f"arn:aws:ses:{PLACE}:configuration-set/s",
    ),
    ("sesv2", "list_configuration_sets", {}, "*"),
    ("sesv2", "get_tenant", {"TenantName": "t"}, f"arn:aws:ses:{PLACE}:tenant/t/*"),
    (
        "sesv2",
        "update_reputation_entity_customer_managed_status",
        {
            "ReputationEntityType": "RESOURCE",
            "ReputationEntityReference": f"arn:aws:ses:{PLACE}:tenant/t/tn-1",
            "SendingStatus": "DISABLED",
        },
        f"arn:aws:ses:{PLACE}:tenant/t/tn-1",
    ),
    ("ses", "update_configuration_set_sending_enabled", {"ConfigurationSetName": "s", "Enabled": False}, "*"),
    ("sns", "create_topic", {"Name": "t"}, f"arn:aws:sns:{PLACE}:t"),
    (
        "sns",
        "publish",
        {"TopicArn": f"arn:aws:sns:{PLACE}:t", "Message": "m"},
        f"arn:aws:sns:{PLACE}:t",
    ),
    ("sqs", "create_queue", {"QueueName": "failures"}, f"arn:aws:sqs:{PLACE}:failures"),
    ("sqs", "send_message", {"QueueUrl": QUEUE_URL, "MessageBody": "m"}, f"arn:aws:sqs:{PLACE}:failures"),
    ("lambda", "get_function", {"FunctionName": "f"}, f"arn:aws:lambda:{PLACE}:function:f"),
    (
        "lambda",
        "get_function",
        {"FunctionName": f"arn:aws:lambda:{PLACE}:function:f"},
        f"arn:aws:lambda:{PLACE}:function:f",
    ),
    ("lambda", "invoke", {"FunctionName": "f"}, f"arn:aws:lambda:{PLACE}:function:f"),
    ("lambda", "invoke", {"FunctionName": "f", "Qualifier": "1"}, f"arn:aws:lambda:{PLACE}:function:f:1"),
    ("lambda", "put_function_event_invoke_config", {"FunctionName": "f"}, f"arn:aws:lambda:{PLACE}:function:f"),
    ("logs", "create_log_group", {"logGroupName": "/aws/lambda/ses-pause"}, f"{LOG_GROUP}:log-stream:"),
    (
        "logs",
        "put_log_events",
        {
            "logGroupName": "/aws/lambda/ses-pause",
            "logStreamName": "s",
            "logEvents": [{"timestamp": 0, "message": "m"}],
        },
        f"{LOG_GROUP}:log-stream:s",
    ),
    ("logs", "describe_log_groups", {}, f"arn:aws:logs:{PLACE}:log-group::log-stream:"),
    ("logs", "list_tags_for_resource", {"resourceArn": LOG_GROUP}, LOG_GROUP),
    ("events", "put_rule", {"Name": "r", "ScheduleExpression": "rate(1 day)"}, f"arn:aws:events:{PLACE}:rule/r"),
    ("events", "list_targets_by_rule", {"Rule": "r"}, f"arn:aws:events:{PLACE}:rule/r"),
    (
        "events",
        "list_targets_by_rule",
        {"Rule": "r", "EventBusName": "mail"},
        f"arn:aws:events:{PLACE}:rule/mail/r",
    ),
    ("iam", "get_role", {"RoleName": "r"}, f"arn:aws:iam::{ACCOUNT}:role/r"),
    ("iam", "create_role", {"RoleName": "r", "AssumeRolePolicyDocument": "{}"}, f"arn:aws:iam::{ACCOUNT}:role/r"),
    ("kms", "describe_key", {"KeyId": "k"}, f"arn:aws:kms:{PLACE}:key/k"),
]


@pytest.mark.parametrize(("service", "operation", "params", "resource"), RESOURCES)
def test_a_policy_for_one_resource_allows_that_one_only(
    worker: Aws, grant: Callable[..., None], service: str, operation: str, params: dict[str, Any], resource: str
) -> None:
    prefix = "ses" if service == "sesv2" else service
    call = getattr(worker(service), operation)
    grant(allow(f"{prefix}:*", "arn:aws:ec2:*:*:*" if resource == "*" else f"{resource}-other"))
    assert f"on resource: {resource} because" in denied(call, **params)["Message"]
    grant(allow(f"{prefix}:*", resource))
    assert passes(call, **params)


def test_each_of_several_resources_must_be_allowed(worker: Aws, grant: Callable[..., None]) -> None:
    grant(allow("cloudwatch:*", f"arn:aws:cloudwatch:*:{ACCOUNT}:alarm:ses-pause-*"))
    assert passes(worker("cloudwatch").delete_alarms, AlarmNames=["ses-pause-a", "ses-pause-b"])
    assert "alarm:x " in denied(worker("cloudwatch").delete_alarms, AlarmNames=["ses-pause-a", "x"])["Message"]


def test_sending_needs_the_identity_and_the_set(aws: Aws, worker: Aws, grant: Callable[..., None]) -> None:
    aws("ses").verify_domain_identity(Domain="example.com")
    aws("sesv2").create_configuration_set(ConfigurationSetName="news")
    content = {"Simple": {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "b"}}}}
    message = {"FromEmailAddress": "N <n@example.com>", "Destination": {"ToAddresses": ["a@b.c"]}, "Content": content}
    grant(allow("ses:SendEmail", f"arn:aws:ses:{PLACE}:identity/example.com"))
    worker("sesv2").send_email(**message)
    error = denied(worker("sesv2").send_email, **message, ConfigurationSetName="news")
    assert "configuration-set/news" in error["Message"]


def test_a_role_with_a_path_is_named_with_it(aws: Aws, worker: Aws, grant: Callable[..., None]) -> None:
    aws("iam").create_role(RoleName="deep", Path="/a/b/", AssumeRolePolicyDocument=document(*TRUST))
    grant(allow("iam:GetRole", f"arn:aws:iam::{ACCOUNT}:role/a/*"))
    assert worker("iam").get_role(RoleName="deep")["Role"]["RoleName"] == "deep"


def test_an_alias_is_its_key(aws: Aws, worker: Aws, grant: Callable[..., None]) -> None:
    arn = aws("kms").create_key()["KeyMetadata"]["Arn"]
    aws("kms").create_alias(AliasName="alias/mail", TargetKeyId=arn)
    grant(allow("kms:DescribeKey", arn))
    assert worker("kms").describe_key(KeyId="alias/mail")["KeyMetadata"]["Arn"] == arn


def test_creating_with_tags_needs_the_right_to_tag(worker: Aws, grant: Callable[..., None]) -> None:
    tags = [{"Key": "k", "Value": "v"}]
    grant(allow(["cloudwatch:PutMetricAlarm", "iam:CreateRole", "sqs:CreateQueue"]))
    assert (
        "cloudwatch:TagResource"
        in denied(worker("cloudwatch").put_metric_alarm, AlarmName="a", Tags=tags, **METRIC)["Message"]
    )
    error = denied(worker("iam").create_role, RoleName="r", AssumeRolePolicyDocument=document(*TRUST), Tags=tags)
    assert "iam:TagRole" in error["Message"]
    assert "sqs:TagQueue" in denied(worker("sqs").create_queue, QueueName="q", tags={"k": "v"})["Message"]
    grant(
        allow("sqs:CreateQueue"),
        allow("sqs:TagQueue", Condition={"StringEquals": {"aws:RequestTag/team": "mail"}}),
    )
    denied(worker("sqs").create_queue, QueueName="q", tags={"team": "web"})
    worker("sqs").create_queue(QueueName="q", tags={"team": "mail"})
