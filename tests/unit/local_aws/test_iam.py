# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IAM of the local AWS, enforced: what no policy allows fails as on AWS."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_aws import iam as local_iam

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/worker"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/tests"
TRUST = [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]
LAMBDA_TRUST = [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]
Aws = Callable[..., Any]


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    return {**allow(action, resource, **more), "Effect": "Deny"}


@pytest.fixture(autouse=True)
def enforced(_empty: None, control: Callable[..., Any]) -> None:
    control("settings", enforce_iam=True)


@pytest.fixture
def grant(aws: Aws) -> Callable[..., None]:
    """Give the role ``worker`` these statements, in place of those it has."""
    root = aws("iam")
    root.create_role(RoleName="worker", AssumeRolePolicyDocument=document(*TRUST))

    def put(*statements: dict[str, Any]) -> None:
        root.put_role_policy(RoleName="worker", PolicyName="inline", PolicyDocument=document(*statements))

    return put


@pytest.fixture
def worker(aws: Aws, grant: Callable[..., None]) -> Aws:
    """Clients with the credentials of the role."""
    keys = aws("sts").assume_role(RoleArn=ROLE, RoleSessionName="tests")["Credentials"]
    return lambda service, **more: aws(service, credentials=keys, **more)


def denied(call: Callable[..., Any], **params: Any) -> Any:
    """The error of a call that IAM must refuse."""
    with pytest.raises(ClientError) as raised:
        call(**params)
    error = raised.value.response["Error"]
    assert "is not authorized to perform" in error["Message"]
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    return error


def passes(call: Callable[..., Any], **params: Any) -> bool:
    """Whether IAM lets the call through; that it then fails for another reason does not matter."""
    try:
        call(**params)
    except ClientError as error:
        return "is not authorized to perform" not in error.response["Error"]["Message"]
    return True


# --- who is checked --------------------------------------------------------------------------------------------------


def test_unknown_keys_are_the_root_of_the_account(aws: Aws) -> None:
    aws("sesv2").put_account_sending_attributes(SendingEnabled=False)
    assert aws("sesv2").get_account()["SendingEnabled"] is False


def test_a_session_of_a_role_that_never_existed_is_the_root_of_its_account(aws: Aws) -> None:
    other = aws("sesv2", account="210987654321")
    other.put_account_sending_attributes(SendingEnabled=False)
    assert aws("sesv2").get_account()["SendingEnabled"] is True


def test_nothing_is_checked_while_the_switch_is_off(worker: Aws, control: Callable[..., Any]) -> None:
    denied(worker("sesv2").get_account)
    control("settings", enforce_iam=False)
    worker("sesv2").get_account()


def test_what_nothing_allows_is_denied_and_changes_nothing(aws: Aws, worker: Aws) -> None:
    error = denied(worker("sesv2").put_account_sending_attributes, SendingEnabled=False)
    assert error["Message"] == (
        f"User: {SESSION} is not authorized to perform: ses:PutAccountSendingAttributes on resource: * because no "
        "identity-based policy allows the ses:PutAccountSendingAttributes action"
    )
    assert aws("sesv2").get_account()["SendingEnabled"] is True


def test_anybody_may_ask_who_they_are(worker: Aws) -> None:
    assert worker("sts").get_caller_identity()["Arn"] == SESSION


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("sesv2", "get_account", "AccessDeniedException"),
        ("lambda", "list_functions", "AccessDeniedException"),
        ("logs", "describe_log_groups", "AccessDeniedException"),
        ("events", "list_rules", "AccessDeniedException"),
        ("kms", "list_keys", "AccessDeniedException"),
        ("ses", "get_send_quota", "AccessDenied"),
        ("iam", "list_roles", "AccessDenied"),
        ("cloudwatch", "describe_alarms", "AccessDenied"),
        ("sqs", "list_queues", "AccessDenied"),
        ("sns", "list_topics", "AuthorizationError"),
    ],
)
def test_each_service_denies_with_its_own_code(worker: Aws, service: str, operation: str, code: str) -> None:
    assert denied(getattr(worker(service), operation))["Code"] == code


def test_v1_and_v2_of_ses_are_one_service_to_iam(worker: Aws, grant: Callable[..., None]) -> None:
    grant(allow(["ses:GetAccount", "ses:GetAccountSendingEnabled"]))
    worker("sesv2").get_account()
    worker("ses").get_account_sending_enabled()


def test_a_user_has_the_policies_of_its_groups(aws: Aws) -> None:
    root = aws("iam")
    root.create_user(UserName="ann")
    keys = root.create_access_key(UserName="ann")["AccessKey"]
    ses = aws("sesv2", credentials=keys)
    assert f"User: arn:aws:iam::{ACCOUNT}:user/ann is not" in denied(ses.get_account)["Message"]
    root.create_group(GroupName="mail")
    root.add_user_to_group(GroupName="mail", UserName="ann")
    root.put_group_policy(GroupName="mail", PolicyName="p", PolicyDocument=document(allow("ses:Get*")))
    ses.get_account()
    root.put_user_policy(UserName="ann", PolicyName="p", PolicyDocument=document(allow("ses:PutAccount*")))
    ses.put_account_sending_attributes(SendingEnabled=True)
    root.update_access_key(UserName="ann", AccessKeyId=keys["AccessKeyId"], Status="Inactive")
    with pytest.raises(ClientError, match="security token included in the request is invalid"):
        ses.get_account()


def test_an_attached_policy_counts(aws: Aws, worker: Aws) -> None:
    arn = aws("iam").create_policy(PolicyName="p", PolicyDocument=document(allow("ses:GetAccount")))["Policy"]["Arn"]
    aws("iam").attach_role_policy(RoleName="worker", PolicyArn=arn)
    worker("sesv2").get_account()


def test_keys_of_a_deleted_role_are_worth_nothing(aws: Aws, worker: Aws) -> None:
    aws("iam").delete_role(RoleName="worker")
    with pytest.raises(ClientError) as raised:
        worker("sesv2").get_account()
    assert raised.value.response["Error"]["Code"] == "UnrecognizedClientException"
    with pytest.raises(ClientError) as raised:
        worker("ses").get_send_quota()
    assert raised.value.response["Error"]["Code"] == "InvalidClientTokenId"


def test_temporary_keys_from_before_a_reset_are_worth_nothing(aws: Aws) -> None:
    keys = {"AccessKeyId": "ASIA" + "A" * 16, "SecretAccessKey": "s", "SessionToken": "t"}
    with pytest.raises(ClientError, match="security token included in the request is invalid"):
        aws("sesv2", credentials=keys).get_account()


# --- how policies are read -------------------------------------------------------------------------------------------


def test_an_explicit_deny_wins(worker: Aws, grant: Callable[..., None]) -> None:
    grant(allow("ses:*"), deny("ses:PutAccountSendingAttributes"))
    worker("sesv2").get_account()
    error = denied(worker("sesv2").put_account_sending_attributes, SendingEnabled=False)
    assert error["Message"].endswith("with an explicit deny in an identity-based policy")


def test_actions_know_wildcards_and_no_case(worker: Aws, grant: Callable[..., None]) -> None:
    grant(allow(["SES:getacc*"]))
    worker("sesv2").get_account()
    denied(worker("sesv2").list_configuration_sets)


def test_all_but_some_actions_and_resources(aws: Aws, worker: Aws, grant: Callable[..., None]) -> None:
    grant({"Effect": "Allow", "NotAction": "ses:Put*", "Resource": "*"})
    worker("sesv2").get_account()
    denied(worker("sesv2").put_account_sending_attributes, SendingEnabled=False)
    kept = f"arn:aws:cloudwatch:*:{ACCOUNT}:alarm:keep-*"
    grant({"Effect": "Allow", "Action": "cloudwatch:*", "NotResource": kept})
    assert passes(worker("cloudwatch").delete_alarms, AlarmNames=["mine"])
    denied(worker("cloudwatch").delete_alarms, AlarmNames=["mine", "keep-this"])


def test_conditions_limit(worker: Aws, grant: Callable[..., None]) -> None:
    grant(allow("ses:GetAccount", Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}))
    worker("sesv2").get_account()
    denied(worker("sesv2", region="us-east-1").get_account)
    role = {"ArnLike": {"aws:PrincipalArn": f"arn:aws:sts::{ACCOUNT}:assumed-role/other/*"}}
    grant(allow("ses:GetAccount", Condition=role))
    denied(worker("sesv2").get_account)
    grant(allow("cloudwatch:PutMetricData", Condition={"StringLike": {"cloudwatch:namespace": "Mine/*"}}))
    data = [{"MetricName": "m", "Value": 1.0}]
    assert passes(worker("cloudwatch").put_metric_data, Namespace="Mine/A", MetricData=data)
    denied(worker("cloudwatch").put_metric_data, Namespace="AWS/SES", MetricData=data)


def test_a_permissions_boundary_must_allow_too(aws: Aws, worker: Aws, grant: Callable[..., None]) -> None:
    grant(allow("ses:*"))
    boundary = aws("iam").create_policy(PolicyName="b", PolicyDocument=document(allow("ses:Get*")))["Policy"]["Arn"]
    aws("iam").put_role_permissions_boundary(RoleName="worker", PermissionsBoundary=boundary)
    worker("sesv2").get_account()
    error = denied(worker("sesv2").put_account_sending_attributes, SendingEnabled=False)
    assert "because no permissions boundary allows" in error["Message"]


def test_a_session_policy_must_allow_too(aws: Aws, grant: Callable[..., None]) -> None:
    grant(allow("ses:*"))
    policy = document(allow("ses:Get*"), deny("ses:GetDedicatedIps"))
    keys = aws("sts").assume_role(RoleArn=ROLE, RoleSessionName="tests", Policy=policy)["Credentials"]
    ses = aws("sesv2", credentials=keys)
    ses.get_account()
    assert "because no session policy allows" in denied(ses.list_configuration_sets)["Message"]
    assert "with an explicit deny in a session policy" in denied(ses.get_dedicated_ips)["Message"]


# --- resources -------------------------------------------------------------------------------------------------------

PLACE = f"eu-west-1:{ACCOUNT}"
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


# --- roles -----------------------------------------------------------------------------------------------------------


def test_a_function_needs_the_right_to_pass_its_role(worker: Aws, grant: Callable[..., None]) -> None:
    function = {
        "FunctionName": "f",
        "Runtime": "python3.13",
        "Role": f"arn:aws:iam::{ACCOUNT}:role/ses-pause-eu-west-1",
        "Handler": "m.h",
        "Code": {"ZipFile": b""},
    }
    grant(allow("lambda:*"), allow("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/other"))
    error = denied(worker("lambda").create_function, **function)
    assert f"iam:PassRole on resource: {function['Role']}" in error["Message"]
    to_lambda = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    grant(allow("lambda:*"), allow("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/ses-pause-*", Condition=to_lambda))
    assert passes(worker("lambda").create_function, **function)


def test_assuming_a_role_needs_permission_and_trust(aws: Aws, worker: Aws, grant: Callable[..., None]) -> None:
    trusting = [{"Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": "sts:AssumeRole"}]
    for name, trust in (("open", trusting), ("closed", LAMBDA_TRUST)):
        aws("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document(*trust))
    arns = {name: f"arn:aws:iam::{ACCOUNT}:role/{name}" for name in ("open", "closed", "none")}
    denied(worker("sts").assume_role, RoleArn=arns["open"], RoleSessionName="tests")
    grant(allow("sts:AssumeRole", list(arns.values())))
    keys = worker("sts").assume_role(RoleArn=arns["open"], RoleSessionName="tests")["Credentials"]
    assert aws("sts", credentials=keys).get_caller_identity()["Arn"].endswith(":assumed-role/open/tests")
    denied(worker("sts").assume_role, RoleArn=arns["closed"], RoleSessionName="tests")
    denied(worker("sts").assume_role, RoleArn=arns["none"], RoleSessionName="tests")


def test_a_role_of_another_account_is_entered_with_its_policies(aws: Aws) -> None:
    other = aws("iam", account="210987654321")
    trust = [{"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}]
    arn = other.create_role(RoleName="mail", AssumeRolePolicyDocument=document(*trust))["Role"]["Arn"]
    other.put_role_policy(RoleName="mail", PolicyName="p", PolicyDocument=document(allow("ses:GetAccount")))
    keys = aws("sts").assume_role(RoleArn=arn, RoleSessionName="tests")["Credentials"]
    aws("sesv2", credentials=keys).get_account()
    error = denied(aws("sesv2", credentials=keys).list_configuration_sets)
    assert "User: arn:aws:sts::210987654321:assumed-role/mail/tests" in error["Message"]


def test_lambda_assumes_a_role_that_trusts_it_and_not_at_once(aws: Aws, control: Callable[..., Any]) -> None:
    aws("iam").create_role(RoleName="fresh", AssumeRolePolicyDocument=document(*LAMBDA_TRUST))
    root = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
    aws("iam").create_role(RoleName="people", AssumeRolePolicyDocument=document(root))
    fresh, people, none = (f"arn:aws:iam::{ACCOUNT}:role/{name}" for name in ("fresh", "people", "none"))
    assert local_iam.role_assumable(ACCOUNT, fresh)
    assert not local_iam.role_assumable(ACCOUNT, people)
    assert not local_iam.role_assumable(ACCOUNT, none)
    assert not local_iam.role_assumable("210987654321", fresh)
    control("settings", role_not_assumable_seconds=0.5)
    assert not local_iam.role_assumable(ACCOUNT, fresh)
    time.sleep(0.5)
    assert local_iam.role_assumable(ACCOUNT, fresh)


def test_what_a_service_may_do_with_a_role(grant: Callable[..., None], control: Callable[..., Any]) -> None:
    queue = f"arn:aws:sqs:{PLACE}:failures"
    grant(allow("sqs:SendMessage", queue))
    assert local_iam.role_allows(ROLE, "sqs:SendMessage", queue)
    assert not local_iam.role_allows(ROLE, "sqs:SendMessage", f"{queue}-other")
    assert not local_iam.role_allows(f"{ROLE}-none", "sqs:SendMessage", queue)
    control("settings", enforce_iam=False)
    assert local_iam.role_allows(ROLE, "sqs:SendMessage", f"{queue}-other")
