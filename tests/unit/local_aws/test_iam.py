# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IAM of the local AWS, enforced: whose requests are checked, how policies are read, how roles are assumed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_aws import iam as local_iam
from tests.local_aws import iam_principals
from tests.local_aws.patience import PATIENCE
from tests.unit.local_aws.iam_helpers import (
    ACCOUNT,
    LAMBDA_TRUST,
    PLACE,
    ROLE,
    SESSION,
    allow,
    denied,
    deny,
    document,
    passes,
)

Aws = Callable[..., Any]
pytestmark = pytest.mark.usefixtures("enforced")


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


def test_a_role_may_ask_for_an_external_id(aws: Aws, worker: Aws, grant: Callable[..., None]) -> None:
    condition = {"StringEquals": {"sts:ExternalId": "mail-42"}}
    trust = {"Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": "sts:AssumeRole", "Condition": condition}
    arn = aws("iam").create_role(RoleName="open", AssumeRolePolicyDocument=document(trust))["Role"]["Arn"]
    grant(allow("sts:AssumeRole"))
    for given in ({}, {"ExternalId": "mail-43"}):
        denied(worker("sts").assume_role, RoleArn=arn, RoleSessionName="tests", **given)
    assert worker("sts").assume_role(RoleArn=arn, RoleSessionName="tests", ExternalId="mail-42")


def test_a_boundary_can_be_demanded_of_a_role(aws: Aws, worker: Aws, grant: Callable[..., None]) -> None:
    arn = aws("iam").create_policy(PolicyName="b", PolicyDocument=document(allow("s3:*")))["Policy"]["Arn"]
    condition = {"StringNotEquals": {"iam:PermissionsBoundary": arn}}
    grant(allow("iam:*"), deny("iam:*", Condition=condition))
    create, trust = worker("iam").create_role, document(*LAMBDA_TRUST)
    denied(create, RoleName="wide", AssumeRolePolicyDocument=trust)
    create(RoleName="bounded", AssumeRolePolicyDocument=trust, PermissionsBoundary=arn)
    aws("iam").create_role(RoleName="wide", AssumeRolePolicyDocument=trust)
    policy = {"PolicyName": "p", "PolicyDocument": document(allow("s3:*"))}
    denied(worker("iam").put_role_policy, RoleName="wide", **policy)
    worker("iam").put_role_policy(RoleName="bounded", **policy)


def test_who_may_be_let_in_to_a_function_can_be_limited(worker: Aws, grant: Callable[..., None]) -> None:
    grant(allow("lambda:AddPermission", Condition={"StringEquals": {"lambda:Principal": "sns.amazonaws.com"}}))
    permission = {"FunctionName": "f", "StatementId": "s", "Action": "lambda:InvokeFunction"}
    denied(worker("lambda").add_permission, Principal="210987654321", **permission)
    assert passes(worker("lambda").add_permission, Principal="sns.amazonaws.com", **permission)


def test_what_was_needed_is_known_whether_or_not_it_was_allowed(
    worker: Aws, grant: Callable[..., None], control: Callable[..., Any]
) -> None:
    control("permissions", "DELETE")
    grant(allow("sns:CreateTopic"))
    denied(worker("sns").create_topic, Name="t", Tags=[{"Key": "a", "Value": "b"}])
    needed = control("permissions", "GET")
    assert {(each["principal"], each["action"], each["resource"]) for each in needed} == {
        (SESSION, action, f"arn:aws:sns:{PLACE}:t") for action in ("sns:CreateTopic", "sns:TagResource")
    }
    control("permissions", "DELETE")
    assert control("permissions", "GET") == []


def test_the_tags_of_a_function_take_a_permission_of_their_own(
    aws: Aws, worker: Aws, grant: Callable[..., None]
) -> None:
    role = aws("iam").create_role(RoleName="f", AssumeRolePolicyDocument=document(*LAMBDA_TRUST))["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as file:
        file.writestr("f.py", "")
    aws("lambda").create_function(
        FunctionName="f", Runtime="python3.13", Handler="f.f", Role=role, Code={"ZipFile": code.getvalue()},
        Tags={"a": "b"},
    )  # fmt: skip
    grant(allow("lambda:GetFunction"))
    found = worker("lambda").get_function(FunctionName="f")
    assert "Tags" not in found
    assert found["TagsError"]["ErrorCode"] == "AccessDeniedException"
    grant(allow(["lambda:GetFunction", "lambda:ListTags"]))
    assert worker("lambda").get_function(FunctionName="f")["Tags"] == {"a": "b"}


def test_lambda_assumes_a_role_that_trusts_it_and_not_at_once(aws: Aws, control: Callable[..., Any]) -> None:
    aws("iam").create_role(RoleName="fresh", AssumeRolePolicyDocument=document(*LAMBDA_TRUST))
    root = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
    aws("iam").create_role(RoleName="people", AssumeRolePolicyDocument=document(root))
    fresh, people, none = (f"arn:aws:iam::{ACCOUNT}:role/{name}" for name in ("fresh", "people", "none"))
    assert local_iam.role_assumable(ACCOUNT, fresh)
    assert not local_iam.role_assumable(ACCOUNT, people)
    assert not local_iam.role_assumable(ACCOUNT, none)
    assert not local_iam.role_assumable("210987654321", fresh)
    control("settings", role_not_assumable_seconds=PATIENCE)
    assert not local_iam.role_assumable(ACCOUNT, fresh)
    iam_principals.find_role(fresh).create_date -= timedelta(seconds=PATIENCE)
    assert local_iam.role_assumable(ACCOUNT, fresh)


def test_what_a_service_may_do_with_a_role(grant: Callable[..., None], control: Callable[..., Any]) -> None:
    queue = f"arn:aws:sqs:{PLACE}:failures"
    grant(allow("sqs:SendMessage", queue))
    assert local_iam.role_allows(ROLE, "sqs:SendMessage", queue)
    assert not local_iam.role_allows(ROLE, "sqs:SendMessage", f"{queue}-other")
    assert not local_iam.role_allows(f"{ROLE}-none", "sqs:SendMessage", queue)
    control("settings", enforce_iam=False)
    assert local_iam.role_allows(ROLE, "sqs:SendMessage", f"{queue}-other")
