# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection: whose credentials, which Region, and errors that say what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws, connection_spec
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import AwsCallError, SesError
from ansible_collections.mailops.ses.plugins.module_utils._operations import ses_reputation_info, ses_sending_enabled
from botocore.parsers import ResponseParserError
from botocore.stub import ANY, Stubber

from tests.unit.plugins.target import ACCOUNT, ONE_ATTEMPT, OTHER_ACCOUNT, REGION, MakeTarget, Target, validated

ROLE = f"arn:aws:iam::{OTHER_ACCOUNT}:role/mail-operator"


def call_account(aws: Aws) -> Any:
    return aws.call("sesv2", "get_account", "the account's sending")


def fails(act: Callable[[], Any]) -> AwsCallError:
    with pytest.raises(AwsCallError) as caught:
        act()
    return caught.value


# The connection


def test_options_are_those_of_amazon_aws_and_the_role() -> None:
    assert connection_spec().keys() > {
        "region",
        "profile",
        "access_key",
        "secret_key",
        "session_token",
        "endpoint_url",
        "aws_ca_bundle",
        "validate_certs",
        "aws_config",
        "assume_role_arn",
        "assume_role_external_id",
        "assume_role_session_name",
    }


def test_no_region_is_an_error_that_names_all_places_to_set_it() -> None:
    with pytest.raises(SesError) as caught:
        Aws(validated(ses_reputation_info))
    assert caught.value.message == (
        "No Region is set. Give the option region, the host variable ses_pause_region or the environment variable "
        "AWS_REGION."
    )


def test_the_region_comes_from_the_environment_where_no_option_says_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "ap-south-1")
    assert Aws(validated(ses_reputation_info)).region == "ap-south-1"


def test_the_region_comes_from_the_profile_where_nothing_else_says_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    config.write_text("[profile mail]\nregion = eu-north-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    assert Aws(validated(ses_reputation_info, profile="mail")).region == "eu-north-1"


def test_a_missing_profile_is_named() -> None:
    with pytest.raises(SesError) as caught:
        Aws(validated(ses_reputation_info, region=REGION, profile="nobody"))
    assert caught.value.message == (
        "The config profile (nobody) could not be found. Give a profile of the AWS configuration of this machine, or "
        "none."
    )


def test_a_profile_and_keys_together_are_refused() -> None:
    with pytest.raises(SesError, match="profile and access tokens"):
        Aws(validated(ses_reputation_info, region=REGION, profile="mail", access_key="a", secret_key="b"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"region": "eu west 1"}, "eu west 1"),
        ({"endpoint_url": "localhost"}, "Invalid endpoint: localhost"),
    ],
)
def test_a_connection_that_cannot_be_is_an_error_in_words(options: dict[str, Any], words: str) -> None:
    with pytest.raises(SesError, match=words):
        call_account(Aws(validated(ses_reputation_info, **{"region": REGION, **options})))


def test_nothing_is_called_before_it_is_needed(make_target: MakeTarget) -> None:
    target = make_target()
    with target.recorded() as calls:
        Target(target.connection["endpoint_url"], assume_role_arn=ROLE).aws()
    assert not calls


def test_the_account_is_asked_for_once(target: Target) -> None:
    aws = target.aws()
    with target.recorded() as calls:
        assert (aws.account, aws.partition, aws.account) == (ACCOUNT, "aws", ACCOUNT)
    assert calls == {"sts:GetCallerIdentity": 1}


@pytest.mark.parametrize(
    ("region", "partition"),
    [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("eu-west-1", "aws")],
)
def test_arns_have_the_partition_of_the_region(make_target: MakeTarget, region: str, partition: str) -> None:
    aws = make_target(region=region).aws()
    assert aws.arn("sns", "ses-pause-trip") == f"arn:{partition}:sns:{region}:{ACCOUNT}:ses-pause-trip"
    assert aws.arn("iam", "role/x") == f"arn:{partition}:iam::{ACCOUNT}:role/x"


def test_botocore_knows_regions_with_ses(target: Target) -> None:
    assert "us-east-1" in target.aws().regions_of("sesv2")


# A role in another account


def test_a_role_in_another_account_is_the_target(make_target: MakeTarget, target: Target) -> None:
    other = make_target(assume_role_arn=ROLE)
    assert other.run(ses_sending_enabled, enabled=False)["changed"]
    assert not call_account(other.aws())["SendingEnabled"]
    assert call_account(target.aws())["SendingEnabled"]
    assert other.aws().account == OTHER_ACCOUNT


def assumed(number: int, minutes: float) -> dict[str, Any]:
    """An answer of AssumeRole."""
    credentials = {
        "AccessKeyId": f"ASIAIOSFODNN7EXAMPL{number}",
        "SecretAccessKey": "secret",
        "SessionToken": "token",
        "Expiration": datetime.now(UTC) + timedelta(minutes=minutes),
    }
    return {"Credentials": credentials}


def assuming(monkeypatch: pytest.MonkeyPatch, url: str, **options: Any) -> tuple[Aws, Stubber]:
    """A connection through the role, and the stub of the client that assumes it."""
    made: list[Any] = []
    make = Aws._new_client

    def keep(self: Aws, session: Any, service: str) -> Any:
        made.append(make(self, session, service))
        return made[-1]

    monkeypatch.setattr(Aws, "_new_client", keep)
    aws = Target(url, assume_role_arn=ROLE, **options).aws()
    stub = Stubber(made[0])
    stub.activate()
    return aws, stub


def test_the_role_is_assumed_by_session_name_and_external_id(monkeypatch: pytest.MonkeyPatch, target: Target) -> None:
    aws, sts = assuming(
        monkeypatch,
        target.connection["endpoint_url"],
        assume_role_external_id="42",
        assume_role_session_name="rollout",
    )
    sts.add_response("assume_role", assumed(1, 60), {"RoleArn": ROLE, "RoleSessionName": "rollout", "ExternalId": "42"})
    call_account(aws)
    # Credentials that last are not fetched again.
    call_account(aws)
    sts.assert_no_pending_responses()


def test_no_external_id_is_sent_where_none_is_given(monkeypatch: pytest.MonkeyPatch, target: Target) -> None:
    aws, sts = assuming(monkeypatch, target.connection["endpoint_url"])
    sts.add_response("assume_role", assumed(1, 60), {"RoleArn": ROLE, "RoleSessionName": "mailops.ses"})
    call_account(aws)
    sts.assert_no_pending_responses()


def test_the_roles_credentials_are_fetched_again_before_they_end(
    monkeypatch: pytest.MonkeyPatch, target: Target
) -> None:
    aws, sts = assuming(monkeypatch, target.connection["endpoint_url"])
    sts.add_response("assume_role", assumed(1, 5), {"RoleArn": ROLE, "RoleSessionName": ANY})
    sts.add_response("assume_role", assumed(2, 60), {"RoleArn": ROLE, "RoleSessionName": ANY})
    call_account(aws)
    call_account(aws)
    assert aws._session.get_credentials().get_frozen_credentials().access_key.endswith("2")
    sts.assert_no_pending_responses()


def test_a_role_that_may_not_be_assumed_is_named(monkeypatch: pytest.MonkeyPatch, target: Target) -> None:
    aws, sts = assuming(monkeypatch, target.connection["endpoint_url"])
    sts.add_client_error("assume_role", "AccessDenied", "User: me is not authorized to perform: sts:AssumeRole.", 403)
    error = fails(lambda: call_account(aws))
    assert error.message == (
        f"sts:AssumeRole failed for role {ROLE} in account {OTHER_ACCOUNT}, Region {REGION}: An error occurred "
        "(AccessDenied) when calling the AssumeRole operation: User: me is not authorized to perform: sts:AssumeRole. "
        "Allow sts:AssumeRole to the identity that runs this, and run again."
    )
    assert error.details == {"error_code": "AccessDenied", "operation": "sts:AssumeRole"}


# Errors


def restricted(target: Target, aws: Callable[..., Any], control: Callable[..., Any], *actions: str) -> dict[str, Any]:
    """The options of somebody who may only do these actions, with IAM enforced."""
    iam = aws("iam")
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
    role = iam.create_role(RoleName="weak", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    if actions:
        policy = {"Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}
        iam.put_role_policy(RoleName="weak", PolicyName="weak", PolicyDocument=json.dumps(policy))
    control("settings", enforce_iam=True)
    return {"assume_role_arn": role}


def test_denied_names_action_resource_account_region_and_remedy(
    make_target: MakeTarget, target: Target, aws: Callable[..., Any], control: Callable[..., Any]
) -> None:
    weak = make_target(**restricted(target, aws, control))
    error = fails(lambda: weak.run(ses_reputation_info, gather=["account"]))
    assert error.message.startswith(
        f"ses:GetAccount failed for the account's sending in account {ACCOUNT}, Region {REGION}: An error occurred "
        "(AccessDenied"
    )
    assert error.message.endswith("Allow ses:GetAccount to the identity that runs this, and run again.")


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("User: me is not authorized to perform: iam:PassRole on resource: r because no ...", "iam:PassRole"),
        ("User: me is not authorized to perform: SNS:CreateTopic on resource: t", "sns:CreateTopic"),
        ("You are not authorized to perform this operation.", "iam:GetRole"),
        ("Access denied", "iam:GetRole"),
    ],
)
def test_the_action_that_aws_names_goes_before_the_calls_own(
    offline: Aws, stubbed: Callable[[str], Stubber], said: str, named: str
) -> None:
    stubbed("iam").add_client_error("get_role", "AccessDenied", said, 403)
    error = fails(lambda: offline.call("iam", "get_role", RoleName="r"))
    assert f"iam:GetRole failed in account {ACCOUNT}" in error.message
    assert error.message.endswith(f". Allow {named} to the identity that runs this, and run again.")


def test_denied_on_a_page_is_an_error_and_not_an_empty_page(
    make_target: MakeTarget, target: Target, aws: Callable[..., Any], control: Callable[..., Any]
) -> None:
    weak = make_target(**restricted(target, aws, control)).aws()
    error = fails(lambda: list(weak.pages("logs", "describe_log_groups", "logGroups", "log group x")))
    assert "Allow logs:DescribeLogGroups to" in error.message
    assert "log group x" in error.message


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("TooManyRequestsException", "AWS still throttles after all retries: run again later; what is done already"),
        ("ExpiredTokenException", "The credentials have expired: get new ones and run again."),
        ("UnrecognizedClientException", "AWS does not accept the credentials: check profile, environment or assume"),
        ("SignatureDoesNotMatch", "AWS does not accept the credentials: check profile, environment or assume"),
        ("BadRequestException", "See the AWS documentation of this operation for the error's meaning; the next run"),
    ],
)
def test_an_error_says_what_to_do(offline: Aws, stubbed: Callable[[str], Stubber], code: str, advice: str) -> None:
    stubbed("sesv2").add_client_error("get_account", code, "No.")
    error = fails(lambda: call_account(offline))
    assert error.message.startswith(
        f"ses:GetAccount failed for the account's sending in account {ACCOUNT}, Region {REGION}: An error occurred "
        f"({code}) when calling the GetAccount operation: No. {advice}"
    )
    assert error.code == code


def test_only_the_apis_own_word_for_not_found_means_absent(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    sesv2 = stubbed("sesv2")
    sesv2.add_client_error("get_tenant", "NotFoundException", "No such tenant.")
    sesv2.add_client_error("get_tenant", "AccessDeniedException", "No.")
    assert offline.call("sesv2", "get_tenant", "tenant a", ("NotFoundException",), TenantName="a") is None
    with pytest.raises(AwsCallError, match="Allow ses:GetTenant"):
        offline.call("sesv2", "get_tenant", "tenant a", ("NotFoundException",), TenantName="a")


def test_an_error_before_the_account_is_known_causes_no_other_call(local_aws: Any, aws: Callable[..., Any]) -> None:
    stranger = Target(local_aws.url, aws_config=ONE_ATTEMPT).aws()
    error = fails(lambda: stranger.call("sqs", "get_queue_url", "queue x", QueueName="x"))
    assert error.message.startswith(f"sqs:GetQueueUrl failed for queue x in Region {REGION}: ")
    error = fails(lambda: stranger.call("sqs", "get_queue_url", QueueName="x"))
    assert error.message.startswith(f"sqs:GetQueueUrl failed in Region {REGION}: ")


def test_no_credentials_at_all(target: Target) -> None:
    nobody = Target(target.connection["endpoint_url"], access_key=None, secret_key=None)
    error = fails(lambda: call_account(nobody.aws()))
    assert error.code == "NoCredentialsError"
    assert error.message.endswith("Give a profile, access keys in the environment, or an instance role.")


def test_an_endpoint_that_does_not_answer_says_so(offline: Aws) -> None:
    error = fails(lambda: call_account(offline))
    assert error.code == "EndpointConnectionError"
    assert error.message.endswith(
        "Check that the Region exists, and the network and the endpoint between here and AWS; then run again."
    )


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("sesv2", "get_account"),
        ("sns", "list_topics"),
        ("cloudwatch", "describe_alarms"),
        ("logs", "describe_log_groups"),
    ],
)
def test_half_an_answer_is_an_error_and_not_an_account_that_does_not_send(
    target: Target, control: Callable[..., Any], service: str, operation: str
) -> None:
    control("faults", rules=[{"kind": "truncated", "service": service}])
    error = fails(lambda: target.aws().call(service, operation))
    assert error.code == "IncompleteReadError"
    assert "the network and the endpoint between here and AWS; then run again" in error.message


def test_an_answer_that_is_no_answer_is_explained(offline: Aws) -> None:
    with pytest.raises(AwsCallError, match="then run again"), offline.explained("sns", "list_topics", "all topics"):
        raise ResponseParserError("Unable to parse response")


def test_a_clock_that_is_wrong_is_not_taken_for_a_wrong_key(
    make_target: MakeTarget, control: Callable[..., Any]
) -> None:
    control("faults", rules=[{"kind": "skewed"}])
    for service, operation in (("sesv2", "get_account"), ("sns", "list_topics")):
        error = fails(lambda: make_target().aws().call(service, operation))  # noqa: B023 - called at once
        assert error.message.endswith("The clock of this machine is wrong: set it, and run again.")


def test_arguments_that_no_api_takes_are_our_own_error(offline: Aws) -> None:
    error = fails(lambda: offline.call("sesv2", "get_tenant", "tenant", TenantName=5))
    assert error.code == "ParamValidationError"
    assert "please report it" in error.message


def test_a_failed_entry_is_an_error_although_the_call_succeeded(offline: Aws) -> None:
    entry = {"TargetId": "f", "ErrorCode": "ConcurrentModificationException", "ErrorMessage": "Busy."}
    answer = {"FailedEntryCount": 1, "FailedEntries": [entry]}
    error = fails(lambda: offline.refuse_failed_entries(answer, "events", "put_targets", "rule x"))
    assert error.message.startswith(f"events:PutTargets failed for rule x in account {ACCOUNT}, Region {REGION}: ")
    assert "(ConcurrentModificationException)" in error.message
    offline.refuse_failed_entries({"FailedEntryCount": 0, "FailedEntries": []}, "events", "put_targets", "rule x")


def test_a_wait_that_fails_is_explained(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    stubbed("lambda").add_response(
        "get_function", {"Configuration": {"State": "Failed"}}, {"FunctionName": "ses-pause"}
    )
    error = fails(lambda: offline.wait("lambda", "function_active_v2", "function x", FunctionName="ses-pause"))
    assert error.code == "WaiterError"
    assert "function x" in error.message


def test_retries_and_the_users_own_settings_of_botocore(target: Target) -> None:
    assert Target("http://127.0.0.1:9").aws()._config.retries == {"mode": "standard", "total_max_attempts": 9}
    own = Target("http://127.0.0.1:9", aws_config=ONE_ATTEMPT).aws()._config
    assert own.retries == ONE_ATTEMPT["retries"]
    assert own.user_agent_extra == "Ansible-mailops.ses"
