# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the inventory plugin asks for under enforced IAM: docs/iam/pipeline-policy.json in the central account, and
docs/iam/reader-policy.json in the others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleParserError

from tests.local_aws.server import LocalAws
from tests.unit.plugins import iam_policies
from tests.unit.plugins.inventory.fleet import ROLE, ROOT_ACCOUNT, Fleet, hosts, parse, variables, write

PIPELINE = iam_policies.read(iam_policies.path("pipeline"))
READER = iam_policies.read(iam_policies.path("reader"))
USER = "pipeline"
# Without it no account can be entered; which ones, the warning says.
ENTRY = "sts:AssumeRole"
Aws = Callable[..., Any]
Control = Callable[..., Any]


class Pipeline:
    """A user of the central account, and an account in a unit, with the role that a reader's policy is attached to."""

    def __init__(self, aws: Aws, control: Control, local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> None:
        self._iam, self._control = aws("iam"), control
        fleet = Fleet(aws)
        self.options = {
            "organization": {"exclude": ["master"], "units": [fleet.root], "tags": {"mail": "yes"}},
            "regions": "in_use",
            "among_regions": ["eu-west-1"],
            "role": ROLE,
            "region": "eu-west-1",
        }
        self.member = fleet.add("shop", unit=fleet.unit("mail"), role="admin", mail="yes")
        fleet.add("other")
        user = self._iam.create_user(UserName=USER)["User"]["Arn"]
        trust = {"Effect": "Allow", "Principal": {"AWS": user}, "Action": "sts:AssumeRole"}
        iam = aws("iam", account=self.member)
        iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))
        iam.put_role_policy(RoleName=ROLE, PolicyName="only", PolicyDocument=json.dumps(READER))
        control("ses", account=self.member, region="eu-west-1", production_access=False)
        aws("cloudwatch", account=self.member).put_metric_data(
            Namespace="AWS/SES", MetricData=[{"MetricName": "Send", "Value": 1.0}]
        )
        key = self._iam.create_access_key(UserName=USER)["AccessKey"]
        for name, value in {
            "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
            "AWS_ENDPOINT_URL": local_aws.url,
        }.items():
            monkeypatch.setenv(name, value)
        control("settings", enforce_iam=True)
        control("permissions", "DELETE")

    def may(self, document: dict[str, Any]) -> None:
        self._iam.put_user_policy(UserName=USER, PolicyName="only", PolicyDocument=json.dumps(document))

    def asked(self, account: str) -> set[str]:
        """The actions that were needed, of a user or a role in the account."""
        return {each["action"] for each in self._control("permissions", "GET") if f"::{account}:" in each["principal"]}


@pytest.fixture
def pipeline(aws: Aws, control: Control, local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    return Pipeline(aws, control, local_aws, monkeypatch)


def test_the_policies_are_enough_and_no_more_than_is_asked_for(tmp_path: Path, pipeline: Pipeline) -> None:
    pipeline.may(PIPELINE)
    assert hosts(parse(write(tmp_path, **pipeline.options))) == ["shop.eu-west-1"]
    everyone = {**pipeline.options, "organization": {"exclude": ["master"]}}
    assert "shop.eu-west-1" in hosts(parse(write(tmp_path, **everyone)))
    assert pipeline.asked(ROOT_ACCOUNT) - iam_policies.FREE == iam_policies.actions(PIPELINE)
    assert pipeline.asked(pipeline.member) <= iam_policies.actions(READER) | iam_policies.FREE


@pytest.mark.parametrize("action", sorted(iam_policies.actions(PIPELINE) - {ENTRY}))
def test_each_permission_that_is_missing_is_named(tmp_path: Path, pipeline: Pipeline, action: str) -> None:
    pipeline.may(without(action))
    if action == "organizations:ListAccounts":
        pipeline.options["organization"] = {}
    with pytest.raises(AnsibleParserError, match=f"Allow {action} to the identity that runs this"):
        parse(write(tmp_path, **pipeline.options))


def test_without_entry_the_account_is_reported(tmp_path: Path, pipeline: Pipeline) -> None:
    pipeline.may(without(ENTRY))
    reason = variables(parse(write(tmp_path, **pipeline.options)), "shop")["ses_unreachable_reason"]
    assert f"Allow {ENTRY}" in reason


def test_who_runs_the_pipeline_does_nothing_else(tmp_path: Path, pipeline: Pipeline) -> None:
    """No more than to look at the organization, and to enter under one name."""
    pipeline.may(PIPELINE)
    pipeline.options["role"] = "administrator"
    found = parse(write(tmp_path, **pipeline.options))
    assert hosts(found) == []
    assert "Allow sts:AssumeRole" in variables(found, "shop")["ses_unreachable_reason"]


def without(action: str) -> dict[str, Any]:
    statements = [{**each, "Action": sorted(set(each["Action"]) - {action})} for each in PIPELINE["Statement"]]
    return {**PIPELINE, "Statement": [each for each in statements if each["Action"]]}
