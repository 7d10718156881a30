# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Drift: whatever somebody changes by hand, check mode tells exactly that, and a run repairs it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._guard import package
from ansible_collections.mailops.ses.plugins.module_utils._operations import ses_pause_function

from tests.unit.plugins.target import ACCOUNT, CODE, REGION, Target, actions

Client = Callable[..., Any]
Changed: TypeAlias = "dict[str, list[str] | str]"

HERE = f"{REGION}:{ACCOUNT}"
ROLE = "ses-pause-eu-west-1"
TRIP = f"arn:aws:sns:{HERE}:ses-pause-trip"
NOTIFY = f"arn:aws:sns:{HERE}:ses-pause-notify"
QUEUE = f"arn:aws:sqs:{HERE}:ses-pause-failures"
FUNCTION = f"arn:aws:lambda:{HERE}:function:ses-pause"
LOGS = f"arn:aws:logs:{HERE}:log-group:/aws/lambda/ses-pause"
RULE = f"arn:aws:events:{HERE}:rule/ses-pause-sweep"
OTHER_QUEUE = f"arn:aws:sqs:{HERE}:other"
DOCUMENT = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
SUBSCRIPTIONS = [{"protocol": "sms", "endpoint": "+12065550100"}, {"protocol": "email", "endpoint": "ops@example.com"}]

ON_ROLE = f"IAM role {ROLE}"
ON_GROUP = "log group /aws/lambda/ses-pause"
ON_QUEUE = "SQS queue ses-pause-failures"
ON_NOTIFY = "SNS topic ses-pause-notify"
ON_TRIP = "SNS topic ses-pause-trip"
ON_TOLD = "SNS subscriptions ses-pause-notify"
ON_TRIGGER = "SNS subscriptions ses-pause-trip"
ON_FUNCTION = "Lambda function ses-pause"
ON_RETRIES = "asynchronous invocation settings of function ses-pause"
ON_INVOKERS = "permissions of function ses-pause"
ON_SWEEP = "EventBridge rule ses-pause-sweep"
ON_DASHBOARD = "CloudWatch dashboard ses-pause-eu-west-1"
DASHBOARD = f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/ses-pause-eu-west-1"


def widened(policy: str | dict[str, Any]) -> str:
    """The policy with one more statement: its first, without a condition, for everybody or everything."""
    document = json.loads(policy) if isinstance(policy, str) else policy
    statement = {key: value for key, value in document["Statement"][0].items() if key != "Condition"}
    statement["Principal" if "Principal" in statement else "Action"] = "*"
    return json.dumps({**document, "Statement": [*document["Statement"], {**statement, "Sid": "All"}]})


def widen_role(aws: Client) -> None:
    policy = aws("iam").get_role_policy(RoleName=ROLE, PolicyName="ses-pause")["PolicyDocument"]
    aws("iam").put_role_policy(RoleName=ROLE, PolicyName="ses-pause", PolicyDocument=widened(policy))


def attach_policy(aws: Client) -> None:
    policy = aws("iam").create_policy(PolicyName="p", PolicyDocument=json.dumps(DOCUMENT))["Policy"]
    aws("iam").attach_role_policy(RoleName=ROLE, PolicyArn=policy["Arn"])


def delete_role(aws: Client) -> None:
    aws("iam").delete_role_policy(RoleName=ROLE, PolicyName="ses-pause")
    aws("iam").delete_role(RoleName=ROLE)


def trust_everybody(aws: Client) -> None:
    policy = aws("iam").get_role(RoleName=ROLE)["Role"]["AssumeRolePolicyDocument"]
    aws("iam").update_assume_role_policy(RoleName=ROLE, PolicyDocument=widened(policy))


def url(aws: Client) -> str:
    return str(aws("sqs").get_queue_url(QueueName="ses-pause-failures")["QueueUrl"])


def set_queue(aws: Client, **attributes: str) -> None:
    aws("sqs").set_queue_attributes(QueueUrl=url(aws), Attributes=attributes)


def widen_queue(aws: Client) -> None:
    attributes = aws("sqs").get_queue_attributes(QueueUrl=url(aws), AttributeNames=["Policy"])["Attributes"]
    set_queue(aws, Policy=widened(attributes["Policy"]))


def set_topic(aws: Client, arn: str, name: str, value: str) -> None:
    aws("sns").set_topic_attributes(TopicArn=arn, AttributeName=name, AttributeValue=value)


def widen_topic(aws: Client, arn: str) -> None:
    set_topic(aws, arn, "Policy", widened(aws("sns").get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"]))


def narrow_topic(aws: Client, arn: str) -> None:
    """Silently: the alarm's message would never arrive."""
    policy = json.loads(aws("sns").get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"])
    policy["Statement"][0]["Condition"]["StringEquals"] = {"aws:SourceAccount": "999999999999"}
    set_topic(aws, arn, "Policy", json.dumps(policy))


def subscriptions(aws: Client, topic: str) -> dict[str, str]:
    found = aws("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    return {entry["Endpoint"]: entry["SubscriptionArn"] for entry in found}


def unsubscribe(aws: Client, topic: str, endpoint: str) -> None:
    aws("sns").unsubscribe(SubscriptionArn=subscriptions(aws, topic)[endpoint])


def redrive(aws: Client, policy: str) -> None:
    aws("sns").set_subscription_attributes(
        SubscriptionArn=subscriptions(aws, TRIP)[FUNCTION], AttributeName="RedrivePolicy", AttributeValue=policy
    )


def filter_trips(aws: Client) -> None:
    """Silently: the function would never hear of an alarm."""
    aws("sns").set_subscription_attributes(
        SubscriptionArn=subscriptions(aws, TRIP)[FUNCTION],
        AttributeName="FilterPolicy",
        AttributeValue=json.dumps({"severity": ["never"]}),
    )


def configure(aws: Client, **settings: Any) -> None:
    aws("lambda").update_function_configuration(FunctionName="ses-pause", **settings)


def environment(aws: Client, changes: dict[str, str | None]) -> None:
    present = aws("lambda").get_function_configuration(FunctionName="ses-pause")["Environment"]["Variables"]
    variables = {name: value for name, value in {**present, **changes}.items() if value is not None}
    configure(aws, Environment={"Variables": variables})


def own_role(aws: Client) -> None:
    role = aws("iam").get_role(RoleName=ROLE)["Role"]["AssumeRolePolicyDocument"]
    aws("iam").create_role(RoleName="mighty", AssumeRolePolicyDocument=json.dumps(role))
    configure(aws, Role=f"arn:aws:iam::{ACCOUNT}:role/mighty")


def own_code(aws: Client) -> None:
    archive = package.build({"ses_pause.py": "def handler(event, context): pass\n"})
    aws("lambda").update_function_code(FunctionName="ses-pause", ZipFile=archive, Architectures=["arm64"])


def own_architecture(aws: Client) -> None:
    aws("lambda").update_function_code(FunctionName="ses-pause", ZipFile=package.build(CODE), Architectures=["x86_64"])


def retries(aws: Client, **changes: Any) -> None:
    settings = {
        "MaximumRetryAttempts": 2,
        "MaximumEventAgeInSeconds": 21600,
        "DestinationConfig": {"OnFailure": {"Destination": QUEUE}},
        **changes,
    }
    aws("lambda").put_function_event_invoke_config(
        FunctionName="ses-pause", **{key: value for key, value in settings.items() if value is not None}
    )


def allow(aws: Client, sid: str, principal: str, **more: str) -> None:
    aws("lambda").add_permission(
        FunctionName="ses-pause",
        StatementId=sid,
        Action="lambda:InvokeFunction",
        Principal=principal,
        **more,
    )


def forbid(aws: Client, *sids: str) -> None:
    for sid in sids:
        aws("lambda").remove_permission(FunctionName="ses-pause", StatementId=sid)


def widen_permission(aws: Client) -> None:
    forbid(aws, "ses-pause-trip-topic")
    allow(aws, "ses-pause-trip-topic", "sns.amazonaws.com")


def put_rule(aws: Client, **changes: str) -> None:
    rule = aws("events").describe_rule(Name="ses-pause-sweep")
    kept = {key: rule[key] for key in ("Name", "ScheduleExpression", "State", "Description")}
    aws("events").put_rule(**{**kept, **changes})


def put_target(aws: Client, **changes: str) -> None:
    target = {"Id": "ses-pause", "Arn": FUNCTION, "Input": '{"sweep": true}', **changes}
    aws("events").put_targets(Rule="ses-pause-sweep", Targets=[{key: value for key, value in target.items() if value}])


def delete_rule(aws: Client) -> None:
    remove_target(aws)
    aws("events").delete_rule(Name="ses-pause-sweep")


def remove_target(aws: Client) -> None:
    aws("events").remove_targets(Rule="ses-pause-sweep", Ids=["ses-pause"])


def alarm_arn(name: str) -> str:
    return f"arn:aws:cloudwatch:{HERE}:alarm:{name}"


def delete_queue(aws: Client) -> None:
    aws("sqs").delete_queue(QueueUrl=url(aws))


def dashboard(aws: Client) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(
        aws("cloudwatch").get_dashboard(DashboardName="ses-pause-eu-west-1")["DashboardBody"]
    )
    return body


def put_dashboard(aws: Client, body: dict[str, Any]) -> None:
    """In the console, say, which writes no JSON of ours."""
    text = json.dumps(body, indent=4, sort_keys=True)
    aws("cloudwatch").put_dashboard(DashboardName="ses-pause-eu-west-1", DashboardBody=text)


def lose_dashboards_tag(aws: Client) -> None:
    aws("cloudwatch").untag_resource(ResourceARN=DASHBOARD, TagKeys=[GUARD])


def unmark_dashboard(aws: Client) -> None:
    """Its tag still says whose it is."""
    body = dashboard(aws)
    put_dashboard(aws, {**body, "widgets": [each for each in body["widgets"] if each["type"] != "text"]})


GUARD = "ses-pause:guard"
ERRORS, FAILED = "ses-pause-function-errors", "ses-pause-failure-queue"

# What somebody does by hand, and what a run must tell of it.
DRIFT: dict[str, tuple[Callable[[Client], Any], Changed]] = {
    # The role
    "role deleted": (delete_role, {ON_ROLE: "create"}),
    "role widened": (widen_role, {ON_ROLE: ["policy"]}),
    "role without its policy": (
        lambda aws: aws("iam").delete_role_policy(RoleName=ROLE, PolicyName="ses-pause"),
        {ON_ROLE: ["inline_policies", "policy"]},
    ),
    "one more inline policy": (
        lambda aws: aws("iam").put_role_policy(RoleName=ROLE, PolicyName="x", PolicyDocument=json.dumps(DOCUMENT)),
        {ON_ROLE: ["inline_policies"]},
    ),
    "a policy attached": (attach_policy, {ON_ROLE: ["attached_policies"]}),
    "everybody trusted": (trust_everybody, {ON_ROLE: ["trust_policy"]}),
    "role's description": (
        lambda aws: aws("iam").update_role(RoleName=ROLE, Description="mine"),
        {ON_ROLE: ["description"]},
    ),
    "role's tag lost": (lambda aws: aws("iam").untag_role(RoleName=ROLE, TagKeys=[GUARD]), {ON_ROLE: ["tags"]}),
    # The log group
    "log group deleted": (
        lambda aws: aws("logs").delete_log_group(logGroupName="/aws/lambda/ses-pause"),
        {ON_GROUP: "create"},
    ),
    "logs kept for ever": (
        lambda aws: aws("logs").delete_retention_policy(logGroupName="/aws/lambda/ses-pause"),
        {ON_GROUP: ["retention_days"]},
    ),
    "logs kept for a day": (
        lambda aws: aws("logs").put_retention_policy(logGroupName="/aws/lambda/ses-pause", retentionInDays=1),
        {ON_GROUP: ["retention_days"]},
    ),
    "log group's tag lost": (
        lambda aws: aws("logs").untag_resource(resourceArn=LOGS, tagKeys=[GUARD]),
        {ON_GROUP: ["tags"]},
    ),
    # The queue
    "queue deleted": (delete_queue, {ON_QUEUE: "create"}),
    "queue widened": (widen_queue, {ON_QUEUE: ["policy"]}),
    "queue closed": (lambda aws: set_queue(aws, Policy=""), {ON_QUEUE: ["policy"]}),
    "failures kept for a minute": (
        lambda aws: set_queue(aws, MessageRetentionPeriod="60"),
        {ON_QUEUE: ["retention_seconds"]},
    ),
    "queue decrypted": (lambda aws: set_queue(aws, SqsManagedSseEnabled="false"), {ON_QUEUE: ["encrypted"]}),
    "queue's tag lost": (
        lambda aws: aws("sqs").untag_queue(QueueUrl=url(aws), TagKeys=[GUARD]),
        {ON_QUEUE: ["tags"]},
    ),
    # The topics
    "notify topic deleted": (
        lambda aws: aws("sns").delete_topic(TopicArn=NOTIFY),
        {ON_NOTIFY: "create", ON_TOLD: "create"},
    ),
    "trip topic deleted": (
        lambda aws: aws("sns").delete_topic(TopicArn=TRIP),
        {ON_TRIP: "create", ON_TRIGGER: "create"},
    ),
    "trip topic widened": (lambda aws: widen_topic(aws, TRIP), {ON_TRIP: ["policy"]}),
    "trip topic closed to alarms": (lambda aws: narrow_topic(aws, TRIP), {ON_TRIP: ["policy"]}),
    "notify topic widened": (lambda aws: widen_topic(aws, NOTIFY), {ON_NOTIFY: ["policy"]}),
    "notify topic renamed": (
        lambda aws: set_topic(aws, NOTIFY, "DisplayName", "Fred"),
        {ON_NOTIFY: ["display_name"]},
    ),
    "trip topic's tag lost": (
        lambda aws: aws("sns").untag_resource(ResourceArn=TRIP, TagKeys=[GUARD]),
        {ON_TRIP: ["tags"]},
    ),
    "notify topic's tag lost": (
        lambda aws: aws("sns").untag_resource(ResourceArn=NOTIFY, TagKeys=[GUARD]),
        {ON_NOTIFY: ["tags"]},
    ),
    # The subscriptions
    "function unsubscribed": (
        lambda aws: unsubscribe(aws, TRIP, FUNCTION),
        {ON_TRIGGER: ["dead_letter_queue", "filter_policy", "subscriptions"]},
    ),
    "redrive removed": (lambda aws: redrive(aws, ""), {ON_TRIGGER: ["dead_letter_queue"]}),
    "redrive to another queue": (
        lambda aws: redrive(aws, json.dumps({"deadLetterTargetArn": OTHER_QUEUE})),
        {ON_TRIGGER: ["dead_letter_queue"]},
    ),
    "trips filtered": (filter_trips, {ON_TRIGGER: ["filter_policy"]}),
    "somebody unsubscribed": (
        lambda aws: unsubscribe(aws, NOTIFY, "+12065550100"),
        {ON_TOLD: ["subscriptions"]},
    ),
    # The alarms that tell when the guard fails
    "alarm on errors deleted": (
        lambda aws: aws("cloudwatch").delete_alarms(AlarmNames=[ERRORS]),
        {f"CloudWatch alarm {ERRORS}": "create"},
    ),
    "alarm on errors switched off": (
        lambda aws: aws("cloudwatch").disable_alarm_actions(AlarmNames=[ERRORS]),
        {f"CloudWatch alarm {ERRORS}": ["actions_enabled"]},
    ),
    "alarm on the queue switched off": (
        lambda aws: aws("cloudwatch").disable_alarm_actions(AlarmNames=[FAILED]),
        {f"CloudWatch alarm {FAILED}": ["actions_enabled"]},
    ),
    "alarm on the queue's tag lost": (
        lambda aws: aws("cloudwatch").untag_resource(ResourceARN=alarm_arn(FAILED), TagKeys=[GUARD]),
        {f"CloudWatch alarm {FAILED}": ["tags"]},
    ),
    # The function
    "function deleted": (
        lambda aws: aws("lambda").delete_function(FunctionName="ses-pause"),
        {ON_FUNCTION: "create", ON_RETRIES: "create", ON_INVOKERS: "create"},
    ),
    "other code": (own_code, {ON_FUNCTION: ["code_sha256"]}),
    "other architecture": (own_architecture, {ON_FUNCTION: ["architectures"]}),
    "other runtime": (lambda aws: configure(aws, Runtime="python3.12"), {ON_FUNCTION: ["runtime"]}),
    "other handler": (lambda aws: configure(aws, Handler="ses_pause.nothing"), {ON_FUNCTION: ["handler"]}),
    "other role": (own_role, {ON_FUNCTION: ["role"]}),
    "timeout": (lambda aws: configure(aws, Timeout=3), {ON_FUNCTION: ["timeout"]}),
    "memory": (lambda aws: configure(aws, MemorySize=128), {ON_FUNCTION: ["memory_size"]}),
    "function's description": (
        lambda aws: configure(aws, Description="mine"),
        {ON_FUNCTION: ["description"]},
    ),
    "a variable changed": (
        lambda aws: environment(aws, {"SES_PAUSE_MIN_SENDS": "1000000"}),
        {ON_FUNCTION: ["environment"]},
    ),
    "a variable removed": (
        lambda aws: environment(aws, {"SES_PAUSE_NOTIFY_TOPIC_ARN": None}),
        {ON_FUNCTION: ["environment"]},
    ),
    "a variable added": (
        lambda aws: environment(aws, {"AWS_ENDPOINT_URL": "https://example.com"}),
        {ON_FUNCTION: ["environment"]},
    ),
    "logs as text": (lambda aws: configure(aws, LoggingConfig={"LogFormat": "Text"}), {ON_FUNCTION: ["logging"]}),
    "logs elsewhere": (
        lambda aws: configure(aws, LoggingConfig={"LogFormat": "JSON", "LogGroup": "/elsewhere"}),
        {ON_FUNCTION: ["logging"]},
    ),
    "function's tag lost": (
        lambda aws: aws("lambda").untag_resource(Resource=FUNCTION, TagKeys=[GUARD]),
        {ON_FUNCTION: ["tags"]},
    ),
    # Retries and what becomes of events that fail
    "no retries": (lambda aws: retries(aws, MaximumRetryAttempts=0), {ON_RETRIES: ["retries"]}),
    "events dropped early": (
        lambda aws: retries(aws, MaximumEventAgeInSeconds=60),
        {ON_RETRIES: ["max_age_seconds"]},
    ),
    "failures dropped": (lambda aws: retries(aws, DestinationConfig=None), {ON_RETRIES: ["on_failure"]}),
    "failures elsewhere": (
        lambda aws: retries(aws, DestinationConfig={"OnFailure": {"Destination": OTHER_QUEUE}}),
        {ON_RETRIES: ["on_failure"]},
    ),
    "asynchronous settings deleted": (
        lambda aws: aws("lambda").delete_function_event_invoke_config(FunctionName="ses-pause"),
        {ON_RETRIES: "create"},
    ),
    # Who may invoke it
    "trip topic may not invoke": (lambda aws: forbid(aws, "ses-pause-trip-topic"), {ON_INVOKERS: ["policy"]}),
    "nobody may invoke": (
        lambda aws: forbid(aws, "ses-pause-trip-topic", "ses-pause-sweep-rule"),
        {ON_INVOKERS: "create"},
    ),
    "every topic may invoke": (widen_permission, {ON_INVOKERS: ["policy"]}),
    "somebody else may invoke": (lambda aws: allow(aws, "theirs", "999999999999"), {ON_INVOKERS: ["policy"]}),
    # The sweep
    "sweep deleted": (delete_rule, {ON_SWEEP: "create"}),
    "sweep off": (lambda aws: aws("events").disable_rule(Name="ses-pause-sweep"), {ON_SWEEP: ["enabled"]}),
    "sweep once a day": (lambda aws: put_rule(aws, ScheduleExpression="rate(1 day)"), {ON_SWEEP: ["schedule"]}),
    "sweep's description": (lambda aws: put_rule(aws, Description="mine"), {ON_SWEEP: ["description"]}),
    "sweep without a target": (remove_target, {ON_SWEEP: ["targets"]}),
    "sweep with another input": (lambda aws: put_target(aws, Input=""), {ON_SWEEP: ["targets"]}),
    "sweep with one more target": (
        lambda aws: put_target(aws, Id="theirs", Arn=OTHER_QUEUE, Input=""),
        {ON_SWEEP: ["targets"]},
    ),
    "sweep's tag lost": (
        lambda aws: aws("events").untag_resource(ResourceARN=RULE, TagKeys=[GUARD]),
        {ON_SWEEP: ["tags"]},
    ),
    # The dashboard
    "dashboard deleted": (
        lambda aws: aws("cloudwatch").delete_dashboards(DashboardNames=["ses-pause-eu-west-1"]),
        {ON_DASHBOARD: "create"},
    ),
    "dashboard emptied": (lambda aws: put_dashboard(aws, {"widgets": []}), {ON_DASHBOARD: ["body"]}),
    "dashboard without its words": (unmark_dashboard, {ON_DASHBOARD: ["body"]}),
    "dashboard with other times": (
        lambda aws: put_dashboard(aws, {**dashboard(aws), "start": "-PT1H"}),
        {ON_DASHBOARD: ["body"]},
    ),
    "dashboard written in another way": (lambda aws: put_dashboard(aws, dashboard(aws)), {}),
    "dashboard's tag lost": (lose_dashboards_tag, {ON_DASHBOARD: ["tags"]}),
}


OPTIONS = {"code": CODE, "subscriptions": SUBSCRIPTIONS}


@pytest.fixture(autouse=True)
def _empty(target: Target, aws: Client, empty_aws: Callable[[], None]) -> None:
    """A whole guard: the one that the test before has left whole, or a new one, which takes much longer."""
    sqs = aws("sqs")
    if found := sqs.list_queues(QueueNamePrefix="whole").get("QueueUrls"):
        sqs.delete_queue(QueueUrl=found[0])
    else:
        empty_aws()
        sqs.create_queue(QueueName="other")
        target.run(ses_pause_function, **OPTIONS)


@pytest.mark.parametrize("what", DRIFT)
def test_a_change_by_hand_is_seen_and_repaired(target: Target, aws: Client, what: str) -> None:
    change, expected = DRIFT[what]
    change(aws)
    planned = target.check(ses_pause_function, **OPTIONS)
    assert actions(planned) == expected
    assert set(planned["diff"]["after"]) == set(expected)
    assert target.run(ses_pause_function, **OPTIONS) == planned
    assert not target.run(ses_pause_function, **OPTIONS)["changed"]
    aws("sqs").create_queue(QueueName="whole")


def test_something_of_everything_at_once(target: Target, aws: Client) -> None:
    broken = [
        "role widened",
        "logs kept for ever",
        "queue widened",
        "notify topic widened",
        "somebody unsubscribed",
        "alarm on errors switched off",
        "alarm on the queue's tag lost",
        "other code",
        "failures dropped",
        "every topic may invoke",
        "sweep off",
        "trip topic closed to alarms",
        "redrive to another queue",
        "dashboard emptied",
    ]
    expected: Changed = {}
    for what in broken:
        DRIFT[what][0](aws)
        expected |= DRIFT[what][1]
    assert actions(target.converge(ses_pause_function, **OPTIONS)) == expected
    assert len(expected) == 14


def test_tags_of_others_and_the_users_old_ones_stay(target: Target, aws: Client) -> None:
    target.run(ses_pause_function, tags={"team": "mail"}, **OPTIONS)
    aws("lambda").tag_resource(Resource=FUNCTION, Tags={"owner": "ann"})
    assert not target.check(ses_pause_function, tags={"team": "mail"}, **OPTIONS)["changed"]
    assert not target.check(ses_pause_function, **OPTIONS)["changed"]
    target.run(ses_pause_function, tags={"stage": "live"}, **OPTIONS)
    assert aws("lambda").list_tags(Resource=FUNCTION)["Tags"] == {
        "ses-pause:guard": "ses-pause",
        "owner": "ann",
        "team": "mail",
        "stage": "live",
    }
