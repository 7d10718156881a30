# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SimulatePrincipalPolicy of the local AWS: what a role may do, without doing it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.local_aws.iam_helpers import ACCOUNT, LAMBDA_TRUST, ROLE, allow, denied, deny, document

PAUSE, READ = "ses:PutAccountSendingAttributes", "ses:GetAccount"
NOTIFY = f"arn:aws:sns:eu-west-1:{ACCOUNT}:ses-pause-notify"


@pytest.fixture
def iam(empty_aws: Callable[[], None], aws: Callable[..., Any]) -> Any:
    empty_aws()
    client = aws("iam")
    client.create_role(RoleName="worker", AssumeRolePolicyDocument=document(*LAMBDA_TRUST))
    return client


def decisions(iam: Any, actions: list[str], *resources: str) -> list[str]:
    more = {"ResourceArns": list(resources)} if resources else {}
    answer = iam.simulate_principal_policy(PolicySourceArn=ROLE, ActionNames=actions, **more)
    return [entry["EvalDecision"] for entry in answer["EvaluationResults"]]


def test_what_nothing_allows_is_denied_and_an_explicit_denial_says_so(iam: Any) -> None:
    statements = (allow(READ), allow("sns:*", NOTIFY), deny("sns:Subscribe"))
    iam.put_role_policy(RoleName="worker", PolicyName="own", PolicyDocument=document(*statements))
    assert decisions(iam, [READ, PAUSE]) == ["allowed", "implicitDeny"]
    assert decisions(iam, ["sns:Publish", "sns:Subscribe"], NOTIFY) == ["allowed", "explicitDeny"]
    assert decisions(iam, ["sns:Publish"], NOTIFY, f"{NOTIFY}-2") == ["allowed", "implicitDeny"]


def test_a_permissions_boundary_counts(iam: Any) -> None:
    iam.put_role_policy(RoleName="worker", PolicyName="own", PolicyDocument=document(allow("*")))
    boundary = iam.create_policy(PolicyName="boundary", PolicyDocument=document(allow(READ)))["Policy"]["Arn"]
    iam.put_role_permissions_boundary(RoleName="worker", PermissionsBoundary=boundary)
    assert decisions(iam, [READ, PAUSE]) == ["allowed", "implicitDeny"]


@pytest.mark.parametrize("arn", [f"{ROLE}-2", f"arn:aws:iam::{ACCOUNT}:user/ann"])
def test_of_nobody_there_is_nothing_to_tell(iam: Any, arn: str) -> None:
    with pytest.raises(ClientError) as raised:
        iam.simulate_principal_policy(PolicySourceArn=arn, ActionNames=[READ])
    assert raised.value.response["Error"]["Code"] == "NoSuchEntity"


def test_what_is_not_implemented_is_refused(iam: Any) -> None:
    with pytest.raises(ClientError, match="SimulatePrincipalPolicy with PolicyInputList"):
        iam.simulate_principal_policy(PolicySourceArn=ROLE, ActionNames=[READ], PolicyInputList=[document(allow("*"))])


def test_it_needs_a_permission_of_its_own(iam: Any, aws: Callable[..., Any], control: Callable[..., Any]) -> None:
    iam.create_user(UserName="ann")
    keys = iam.create_access_key(UserName="ann")["AccessKey"]
    control("settings", enforce_iam=True)
    ann = aws("iam", credentials=keys)
    denied(ann.simulate_principal_policy, PolicySourceArn=ROLE, ActionNames=[READ])
    statement = allow("iam:SimulatePrincipalPolicy", ROLE)
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=document(statement))
    assert ann.simulate_principal_policy(PolicySourceArn=ROLE, ActionNames=[READ])["EvaluationResults"]
    denied(ann.simulate_principal_policy, PolicySourceArn=f"{ROLE}-2", ActionNames=[READ])
