# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The function and all it needs in an account: created, changed, removed, and nobody else's touched."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._converge.plan import Change
from ansible_collections.mailops.ses.plugins.module_utils._guard import package, policies
from ansible_collections.mailops.ses.plugins.module_utils._guard.names import Names
from ansible_collections.mailops.ses.plugins.module_utils._operations import ses_pause_function, ses_reputation_alarm

from tests.unit.plugins.target import (
    ACCOUNT,
    CODE,
    OTHER_ACCOUNT,
    REGION,
    MakeTarget,
    Target,
    actions,
    inventory,
    writes,
)

Client = Callable[..., Any]

HERE = f"{REGION}:{ACCOUNT}"
KEY = f"arn:aws:kms:{HERE}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
LABELS = [
    "SQS queue ses-pause-failures",
    "log group /aws/lambda/ses-pause",
    "IAM role ses-pause-eu-west-1",
    "SNS topic ses-pause-notify",
    "SNS subscriptions ses-pause-notify",
    "CloudWatch alarm ses-pause-function-errors",
    "CloudWatch alarm ses-pause-failure-queue",
    "Lambda function ses-pause",
    "asynchronous invocation settings of function ses-pause",
    "permissions of function ses-pause",
    "EventBridge rule ses-pause-sweep",
    "SNS topic ses-pause-trip",
    "SNS subscriptions ses-pause-trip",
    "CloudWatch dashboard ses-pause-eu-west-1",
]
EMAIL = {"protocol": "email", "endpoint": "ops@example.com"}
SMS = {"protocol": "sms", "endpoint": "+12065550100"}


# Twelve steps


def test_create_change_delete(target: Target, aws: Client) -> None:
    before = inventory(aws)
    result = target.converge(ses_pause_function, code=CODE, subscriptions=[SMS])
    assert actions(result) == dict.fromkeys(LABELS, "create")
    assert list(result["diff"]["after"]) == LABELS
    assert result["diff"]["before"] == {}

    changes = target.converge(
        ses_pause_function,
        code={"ses_pause.py": "pass\n"},
        subscriptions=[SMS, {"protocol": "sms", "endpoint": "+12065550101"}],
        purge_subscriptions=True,
        timeout=60,
        memory_size=512,
        architecture="x86_64",
        runtime="python3.12",
        log_level="DEBUG",
        log_retention_days=30,
        min_sends=100,
        max_event_age=900,
        sweep_minutes=1,
        reserved_concurrency=2,
        tags={"team": "mail"},
    )
    assert actions(changes) == {
        "IAM role ses-pause-eu-west-1": ["tags"],
        "log group /aws/lambda/ses-pause": ["retention_days", "tags"],
        "SQS queue ses-pause-failures": ["tags"],
        "SNS topic ses-pause-notify": ["tags"],
        "SNS subscriptions ses-pause-notify": ["subscriptions"],
        "CloudWatch alarm ses-pause-function-errors": ["tags"],
        "CloudWatch alarm ses-pause-failure-queue": ["tags"],
        "Lambda function ses-pause": [
            "architectures",
            "code_sha256",
            "environment",
            "logging",
            "memory_size",
            "reserved_concurrency",
            "runtime",
            "tags",
            "timeout",
        ],
        "EventBridge rule ses-pause-sweep": ["schedule", "tags"],
        "SNS topic ses-pause-trip": ["tags"],
        "CloudWatch dashboard ses-pause-eu-west-1": ["tags"],
    }

    result = target.converge(ses_pause_function, state="absent")
    assert actions(result) == dict.fromkeys(LABELS, "delete")
    assert list(result["diff"]["before"]) == LABELS
    assert result["diff"]["after"] == {}
    assert inventory(aws) == before


def test_check_mode_on_an_empty_account_lists_every_resource_and_writes_nothing(target: Target, aws: Client) -> None:
    before = inventory(aws)
    result = target.check(ses_pause_function, code=CODE)
    assert actions(result) == dict.fromkeys(LABELS, "create")
    assert inventory(aws) == before
    assert not target.check(ses_pause_function, state="absent")["changed"]
    assert target.run(ses_pause_function, state="absent")["resources"] == []


def test_what_is_deployed(target: Target, aws: Client) -> None:
    names = Names("ses-pause", REGION)
    connection = target.aws()
    target.run(ses_pause_function, code=CODE, subscriptions=[EMAIL], tags={"team": "mail"})

    function = aws("lambda").get_function(FunctionName="ses-pause")
    configuration = function["Configuration"]
    expected = {
        "Runtime": "python3.13",
        "Architectures": ["arm64"],
        "Handler": "ses_pause.handler",
        "Role": f"arn:aws:iam::{ACCOUNT}:role/ses-pause-eu-west-1",
        "Timeout": 900,
        "MemorySize": 256,
        "CodeSha256": package.sha256(package.build(CODE)),
        "Environment": {
            "Variables": {
                "SES_PAUSE_NAME": "ses-pause",
                "SES_PAUSE_TRIP_TOPIC_ARN": f"arn:aws:sns:{HERE}:ses-pause-trip",
                "SES_PAUSE_NOTIFY_TOPIC_ARN": f"arn:aws:sns:{HERE}:ses-pause-notify",
                "SES_PAUSE_MIN_SENDS": "0",
                "SES_PAUSE_MAX_EVENT_AGE": "600",
            }
        },
        "LoggingConfig": {
            "LogFormat": "JSON",
            "ApplicationLogLevel": "INFO",
            "SystemLogLevel": "INFO",
            "LogGroup": "/aws/lambda/ses-pause",
        },
    }
    assert {key: configuration[key] for key in expected} == expected
    assert function["Tags"] == {"ses-pause:guard": "ses-pause", "team": "mail"}
    assert "Concurrency" not in function

    invocation = aws("lambda").get_function_event_invoke_config(FunctionName="ses-pause")
    queue = f"arn:aws:sqs:{HERE}:ses-pause-failures"
    assert invocation["DestinationConfig"]["OnFailure"] == {"Destination": queue}
    assert (invocation["MaximumRetryAttempts"], invocation["MaximumEventAgeInSeconds"]) == (2, 21600)

    role = aws("iam").get_role(RoleName="ses-pause-eu-west-1")["Role"]
    policy = aws("iam").get_role_policy(RoleName="ses-pause-eu-west-1", PolicyName="ses-pause")["PolicyDocument"]
    assert role["AssumeRolePolicyDocument"] == policies.trust_policy()
    assert policy == policies.execution_policy(connection, names, None)

    for name in ("ses-pause-trip", "ses-pause-notify"):
        attributes = aws("sns").get_topic_attributes(TopicArn=f"arn:aws:sns:{HERE}:{name}")["Attributes"]
        assert json.loads(attributes["Policy"]) == policies.topic_policy(connection, names, name)
        assert not attributes.get("KmsMasterKeyId")
    (trip,) = aws("sns").list_subscriptions_by_topic(TopicArn=f"arn:aws:sns:{HERE}:ses-pause-trip")["Subscriptions"]
    assert (trip["Protocol"], trip["Endpoint"]) == ("lambda", f"arn:aws:lambda:{HERE}:function:ses-pause")
    redrive = aws("sns").get_subscription_attributes(SubscriptionArn=trip["SubscriptionArn"])["Attributes"]
    assert json.loads(redrive["RedrivePolicy"]) == {"deadLetterTargetArn": queue}

    (group,) = aws("logs").describe_log_groups()["logGroups"]
    assert (group["logGroupName"], group["retentionInDays"]) == ("/aws/lambda/ses-pause", 90)

    rule = aws("events").describe_rule(Name="ses-pause-sweep")
    assert (rule["ScheduleExpression"], rule["State"]) == ("rate(15 minutes)", "ENABLED")
    (sweep,) = aws("events").list_targets_by_rule(Rule="ses-pause-sweep")["Targets"]
    assert (sweep["Arn"], json.loads(sweep["Input"])) == (configuration["FunctionArn"], {"sweep": True})

    for alarm in aws("cloudwatch").describe_alarms()["MetricAlarms"]:
        assert alarm["AlarmActions"] == [f"arn:aws:sns:{HERE}:ses-pause-notify"]
        assert alarm["AlarmDescription"].startswith("Sending could NOT be paused")
        assert (alarm["Threshold"], alarm["TreatMissingData"]) == (1.0, "notBreaching")


def test_everything_that_can_carry_a_tag_carries_ours(target: Target, aws: Client) -> None:
    target.run(ses_pause_function, code=CODE, tags={"team": "mail"})
    url = aws("sqs").get_queue_url(QueueName="ses-pause-failures")["QueueUrl"]
    logs = f"arn:aws:logs:{HERE}:log-group:/aws/lambda/ses-pause"
    rule = f"arn:aws:events:{HERE}:rule/ses-pause-sweep"
    dashboard = f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/ses-pause-eu-west-1"
    found = [
        aws("iam").list_role_tags(RoleName="ses-pause-eu-west-1")["Tags"],
        aws("logs").list_tags_for_resource(resourceArn=logs)["tags"],
        aws("sqs").list_queue_tags(QueueUrl=url)["Tags"],
        aws("lambda").list_tags(Resource=f"arn:aws:lambda:{HERE}:function:ses-pause")["Tags"],
        aws("events").list_tags_for_resource(ResourceARN=rule)["Tags"],
        *(
            aws("sns").list_tags_for_resource(ResourceArn=f"arn:aws:sns:{HERE}:ses-pause-{topic}")["Tags"]
            for topic in ("trip", "notify")
        ),
        *(
            aws("cloudwatch").list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]
            for alarm in aws("cloudwatch").describe_alarms()["MetricAlarms"]
        ),
        aws("cloudwatch").list_tags_for_resource(ResourceARN=dashboard)["Tags"],
    ]
    as_dicts = [tags if isinstance(tags, dict) else {tag["Key"]: tag["Value"] for tag in tags} for tags in found]
    assert as_dicts == [{"ses-pause:guard": "ses-pause", "team": "mail"}] * 10


def test_tags_may_be_numbers(target: Target) -> None:
    """YAML reads cost-center: 4711 as one."""
    target.converge(ses_pause_function, code=CODE, tags={"cost-center": 4711, "live": True})


def test_the_result_names_the_arns(target: Target) -> None:
    result = target.check(ses_pause_function, code=CODE)
    assert {key: value for key, value in result.items() if key.endswith("_arn")} == {
        "role_arn": f"arn:aws:iam::{ACCOUNT}:role/ses-pause-eu-west-1",
        "function_arn": f"arn:aws:lambda:{HERE}:function:ses-pause",
        "trip_topic_arn": f"arn:aws:sns:{HERE}:ses-pause-trip",
        "notify_topic_arn": f"arn:aws:sns:{HERE}:ses-pause-notify",
        "failure_queue_arn": f"arn:aws:sqs:{HERE}:ses-pause-failures",
    }
    assert set(target.run(ses_pause_function, state="absent")) == {"changed", "diff", "resources"}


def test_a_run_without_a_change_makes_these_calls_and_no_more(target: Target) -> None:
    target.run(ses_pause_function, code=CODE, subscriptions=[SMS])
    with target.recorded() as calls:
        target.run(ses_pause_function, code=CODE, subscriptions=[SMS])
    assert calls == {
        "sts:GetCallerIdentity": 1,
        "iam:GetRole": 1,
        "iam:ListRolePolicies": 1,
        "iam:ListAttachedRolePolicies": 1,
        "iam:GetRolePolicy": 1,
        "logs:DescribeLogGroups": 1,
        "resourcegroupstaggingapi:GetResources": 1,
        "sqs:GetQueueUrl": 1,
        "sqs:GetQueueAttributes": 1,
        "sns:GetTopicAttributes": 2,
        "sns:ListSubscriptionsByTopic": 2,
        "sns:GetSubscriptionAttributes": 1,
        "cloudwatch:DescribeAlarms": 1,
        "cloudwatch:GetDashboard": 1,
        "cloudwatch:ListTagsForResource": 1,
        "lambda:GetFunction": 1,
        "lambda:GetFunctionEventInvokeConfig": 1,
        "lambda:GetPolicy": 1,
        "events:DescribeRule": 1,
        "events:ListTagsForResource": 1,
        "events:ListTargetsByRule": 1,
    }


def test_only_the_account_and_region_of_the_target_are_touched(
    make_target: MakeTarget, target: Target, aws: Client
) -> None:
    elsewhere = make_target(region="us-east-1")
    target.run(ses_pause_function, code=CODE)
    assert actions(elsewhere.check(ses_pause_function, code=CODE)) == dict.fromkeys(
        [label.replace("eu-west-1", "us-east-1") for label in LABELS], "create"
    )
    elsewhere.run(ses_pause_function, code=CODE)
    other = make_target(assume_role_arn=f"arn:aws:iam::{OTHER_ACCOUNT}:role/x")
    assert OTHER_ACCOUNT in other.run(ses_pause_function, code=CODE)["function_arn"]

    elsewhere.run(ses_pause_function, state="absent")
    assert not target.check(ses_pause_function, code=CODE)["changed"]
    assert not other.check(ses_pause_function, code=CODE)["changed"]


# Options that are left alone where nothing is said


def test_encryption_boundary_and_reservation(target: Target, aws: Client) -> None:
    boundary = aws("iam").create_policy(
        PolicyName="boundary",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [policies._allow("All", "*", "*")]}),
    )["Policy"]["Arn"]
    options = {"kms_key_arn": KEY, "permissions_boundary": boundary, "reserved_concurrency": 3}
    target.run(ses_pause_function, code=CODE, **options)
    topic = aws("sns").get_topic_attributes(TopicArn=f"arn:aws:sns:{HERE}:ses-pause-trip")["Attributes"]
    assert topic["KmsMasterKeyId"] == KEY
    role = aws("iam").get_role(RoleName="ses-pause-eu-west-1")["Role"]
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == boundary
    function = aws("lambda").get_function(FunctionName="ses-pause")
    assert function["Concurrency"]["ReservedConcurrentExecutions"] == 3

    # Not said: left as it is. The function needs the key as long as the topics have it.
    assert actions(target.check(ses_pause_function, code=CODE)) == {}

    # Said to be none: removed.
    none = {"kms_key_arn": "", "permissions_boundary": "", "reserved_concurrency": -1}
    assert actions(target.converge(ses_pause_function, code=CODE, **none)) == {
        "IAM role ses-pause-eu-west-1": ["permissions_boundary", "policy"],
        "SNS topic ses-pause-notify": ["kms_key_id"],
        "Lambda function ses-pause": ["reserved_concurrency"],
        "SNS topic ses-pause-trip": ["kms_key_id"],
    }
    assert actions(target.run(ses_pause_function, code=CODE, **options)) == {
        "IAM role ses-pause-eu-west-1": ["permissions_boundary", "policy"],
        "SNS topic ses-pause-notify": ["kms_key_id"],
        "Lambda function ses-pause": ["reserved_concurrency"],
        "SNS topic ses-pause-trip": ["kms_key_id"],
    }
    assert not target.check(ses_pause_function, code=CODE, **options)["changed"]


def test_no_sweep(target: Target, aws: Client) -> None:
    result = target.run(ses_pause_function, code=CODE, sweep_minutes=0)
    assert "EventBridge rule ses-pause-sweep" not in actions(result)
    assert aws("events").list_rules()["Rules"] == []
    target.run(ses_pause_function, code=CODE, sweep_minutes=1)
    assert aws("events").describe_rule(Name="ses-pause-sweep")["ScheduleExpression"] == "rate(1 minute)"
    assert actions(target.converge(ses_pause_function, code=CODE, sweep_minutes=0)) == {
        "permissions of function ses-pause": ["policy"],
        "EventBridge rule ses-pause-sweep": "delete",
    }
    assert aws("events").list_rules()["Rules"] == []


# A run that died half-way


@pytest.fixture
def dies(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """``dies(target, after, **options)``: a run that dies after so many changes; what it has changed."""

    def run(target: Target, after: int, **options: Any) -> list[str]:
        done: list[str] = []
        apply = Change.apply

        def dying(change: Change, aws: Aws) -> None:
            if len(done) == after:
                raise SesError("died")
            done.append(change.resource.label)
            apply(change, aws)

        with monkeypatch.context() as patch:
            patch.setattr(Change, "apply", dying)
            with pytest.raises(SesError, match="died"):
                target.run(ses_pause_function, **options)
        return done

    return run


@pytest.mark.parametrize("after", [1, 4, 8, 11])
def test_a_run_that_died_is_finished_by_the_next(
    target: Target, aws: Client, dies: Callable[..., list[str]], after: int
) -> None:
    before = inventory(aws)
    done = dies(target, after, code=CODE, subscriptions=[SMS])
    result = target.run(ses_pause_function, code=CODE, subscriptions=[SMS])
    assert {*done, *actions(result)} == set(LABELS)
    assert not target.run(ses_pause_function, code=CODE, subscriptions=[SMS])["changed"]

    dies(target, after, state="absent")
    target.run(ses_pause_function, state="absent")
    assert inventory(aws) == before
    assert not target.run(ses_pause_function, state="absent")["changed"]


# Two guards side by side


def test_two_guards_do_not_see_each_other(target: Target, aws: Client) -> None:
    target.run(ses_pause_function, code=CODE, subscriptions=[SMS])
    target.run(ses_reputation_alarm, metric="bounce_rate")
    one = inventory(aws)
    second = {"name": "ses-pause-2"}
    assert len(actions(target.run(ses_pause_function, code=CODE, **second))) == len(LABELS)
    target.run(ses_reputation_alarm, metric="bounce_rate", **second)
    assert not target.check(ses_pause_function, code=CODE, subscriptions=[SMS])["changed"]

    target.run(ses_reputation_alarm, alarms=[], purge=True)
    target.run(ses_pause_function, state="absent")
    assert all("-2" in name for names in inventory(aws).values() for name in names)
    assert not target.check(ses_pause_function, code=CODE, **second)["changed"]

    target.run(ses_pause_function, code=CODE, subscriptions=[SMS])
    target.run(ses_reputation_alarm, metric="bounce_rate")
    target.run(ses_reputation_alarm, alarms=[], purge=True, **second)
    target.run(ses_pause_function, state="absent", **second)
    assert inventory(aws) == one


# Somebody else's resources


def make_role(aws: Client) -> None:
    aws("iam").create_role(RoleName="ses-pause-eu-west-1", AssumeRolePolicyDocument="{}")


def make_alarm(aws: Client) -> None:
    aws("cloudwatch").put_metric_alarm(
        AlarmName="ses-pause-function-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        EvaluationPeriods=1,
        Period=60,
        Statistic="Sum",
        Threshold=1.0,
        ComparisonOperator="GreaterThanThreshold",
    )


def make_function(aws: Client) -> None:
    aws("iam").create_role(RoleName="somebody", AssumeRolePolicyDocument=json.dumps(policies.trust_policy()))
    aws("lambda").create_function(
        FunctionName="ses-pause",
        Runtime="python3.13",
        Role=f"arn:aws:iam::{ACCOUNT}:role/somebody",
        Handler="x.y",
        Code={"ZipFile": package.build({"x.py": ""})},
    )


FOREIGN: dict[str, Callable[[Client], Any]] = {
    "IAM role ses-pause-eu-west-1": make_role,
    "log group /aws/lambda/ses-pause": lambda aws: aws("logs").create_log_group(logGroupName="/aws/lambda/ses-pause"),
    "SQS queue ses-pause-failures": lambda aws: aws("sqs").create_queue(QueueName="ses-pause-failures"),
    "SNS topic ses-pause-notify": lambda aws: aws("sns").create_topic(Name="ses-pause-notify"),
    "CloudWatch alarm ses-pause-function-errors": make_alarm,
    "Lambda function ses-pause": make_function,
    "EventBridge rule ses-pause-sweep": lambda aws: aws("events").put_rule(
        Name="ses-pause-sweep", ScheduleExpression="rate(1 day)"
    ),
    "SNS topic ses-pause-trip": lambda aws: aws("sns").create_topic(Name="ses-pause-trip"),
}


@pytest.mark.parametrize("label", FOREIGN)
def test_a_resource_of_our_name_that_is_not_ours_is_not_touched(target: Target, aws: Client, label: str) -> None:
    FOREIGN[label](aws)
    before = inventory(aws)
    for options in ({"code": CODE}, {"state": "absent"}, {"code": CODE, "sweep_minutes": 0}):
        with target.recorded() as calls, pytest.raises(SesError) as caught:
            target.run(ses_pause_function, **options)
        assert caught.value.details["foreign"] == [label]
        assert caught.value.message.startswith(f"Not ours, so not touched: {label}. They lack the tag")
        assert not writes(calls)
    assert inventory(aws) == before


def test_a_resource_of_another_guard_is_not_touched(target: Target, aws: Client) -> None:
    """A guard named ses-pause-trip would have a topic of the other's name, had it one named so."""
    aws("sns").create_topic(Name="ses-pause-trip", Tags=[{"Key": "ses-pause:guard", "Value": "ses"}])
    with pytest.raises(SesError) as caught:
        target.run(ses_pause_function, code=CODE)
    assert caught.value.details["foreign"] == ["SNS topic ses-pause-trip"]


def test_a_log_group_that_lambda_made_is_the_functions(target: Target, aws: Client) -> None:
    """Deleted by hand, it comes back with the next line of log, without a tag."""
    target.run(ses_pause_function, code=CODE)
    aws("logs").delete_log_group(logGroupName="/aws/lambda/ses-pause")
    aws("logs").create_log_group(logGroupName="/aws/lambda/ses-pause")
    assert actions(target.converge(ses_pause_function, code=CODE)) == {
        "log group /aws/lambda/ses-pause": ["retention_days", "tags"]
    }


# Subscriptions that wait


def test_pending_subscriptions_are_told_and_are_no_endless_change(
    target: Target, aws: Client, control: Callable[..., Any]
) -> None:
    options = {"code": CODE, "subscriptions": [EMAIL, SMS]}
    result = target.converge(ses_pause_function, **options)
    assert result["pending_subscriptions"] == ["email ops@example.com"]
    assert result["warnings"] == [
        f"Account {ACCOUNT}, Region {REGION}: nobody is told at email ops@example.com until the subscription is "
        "confirmed there. The link that AWS sent lives two days."
    ]
    again = target.run(ses_pause_function, **options)
    assert (again["pending_subscriptions"], again["warnings"]) == (["email ops@example.com"], result["warnings"])
    control("sns/confirm", topic_arn=f"arn:aws:sns:{HERE}:ses-pause-notify", endpoint="ops@example.com")
    confirmed = target.run(ses_pause_function, **options)
    assert confirmed["pending_subscriptions"] == []
    assert "warnings" not in confirmed
