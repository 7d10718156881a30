# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The policies in docs/iam/ allow what the modules ask for, nothing less and nothing more, and every error names what
is missing.

With UPDATE_POLICIES=1 in the environment the files are written anew, instead of being compared.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._guard import policies
from ansible_collections.mailops.ses.plugins.module_utils._guard.names import Names
from ansible_collections.mailops.ses.plugins.module_utils._operations import ses_pause_function, ses_reputation_info

from tests.local_aws.server import LocalAws
from tests.unit.plugins import iam_policies
from tests.unit.plugins.deployer_walk import (
    DEPLOYER,
    EVERYTHING,
    LEVELS,
    PHASES,
    WITHOUT_BOUNDARY,
    Phase,
    Results,
    World,
    deploy,
    drift,
    drill,
    machinery,
    mend,
    settle,
)
from tests.unit.plugins.target import ACCOUNT, ONE_ATTEMPT, OTHER_ACCOUNT, REGION, Target

# Long, and of code that other tests cover line by line.
pytestmark = pytest.mark.no_cover

Client = Callable[..., Any]
Control = Callable[..., Any]

ROLE = f"arn:aws:iam::{ACCOUNT}:role/worker"
ALL_PHASES = (*PHASES[:-1], WITHOUT_BOUNDARY, PHASES[-1])
NAMED = re.compile(r"Allow ([a-z0-9]+:\w+) to the identity")
UPDATE = bool(os.environ.get("UPDATE_POLICIES"))
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"

# What may be missing without an error, how that is told, and why no more is made of it.
TOLERATED = {
    "cloudwatch:DescribeAlarmsForMetric": ("warning", "a pause must not wait for the note of who paused"),
    "ses:TagResource": ("warning", "what is paused is so, whether or not it is noted who has paused it"),
    "sns:Publish": ("warning", "what was paused or resumed is so, whether or not people could be told"),
    "iam:SimulatePrincipalPolicy": ("silence", "health and drill judge the links that they may see"),
    "logs:FilterLogEvents": ("silence", "a drill that has failed only looks here for the reason"),
}
# What each statement is for: the column of docs/security.md.
WHY = {
    "SeeAlarms": (
        "what the alarms did in the last two weeks, for the status report, and whether CloudWatch could carry "
        "out their actions, for a drill"
    ),
    "SeeAlarmsAndDashboard": "whose they are, and what the guard remembers: who paused, when, the last drill",
    "SeeAllAlarms": "the guard's alarms and their states; IAM asks for all alarms where a request does not name them",
    "SeeAllLogGroups": "whether the function's log group is there; Logs lets groups be looked for only among all",
    "SeeConfigurationSetsAndTenants": (
        "whether a set or a tenant sends, whether a set's metrics are on, and who has paused a tenant"
    ),
    "SeeDashboard": "whether it is as it should be",
    "SeeExecutionRole": (
        "whether it is as it should be, and whether it lets the function pause and tell (SimulatePrincipalPolicy)"
    ),
    "SeeFunction": (
        "whether it is as it should be, who may invoke it, and whose it is (ListTags, without which "
        "GetFunction is silent about tags)"
    ),
    "SeeIdentities": "which ones send without a configuration set (`ses_pause_account` other than `pause`)",
    "SeeLogTags": "whose log group it is",
    "SeeQueue": "whether it is as it should be, and how many events lie in it; not what is in them",
    "SeeSweep": "whether the schedule is there, enabled, and calls the function",
    "SeeTopics": "whether they are as they should be, and who is subscribed",
    "SeeWhatHasNoResource": (
        "the Regions that the account has switched on, its sending and enforcement, the names of configuration sets "
        "and identities, the reputation metrics, a subscription's filter, the tags of several resources at once"
    ),
    "OperateAlarms": (
        "to note who paused, to set the threshold and the state on a recovery, to trip an alarm in a drill"
    ),
    "OperateConfigurationSetsAndTenants": (
        "to pause and resume a set or a tenant, and to note on it, where no alarm watches it, who has paused it"
    ),
    "OperateLog": "to say why a drill has failed",
    "OperateNotifyTopic": "to tell people who paused or resumed, and why",
    "OperateWhatHasNoResource": "to pause and resume the account, and to find the alarms that watch a scope",
    "DeployAlarms": "to remove what is not wanted any more, and to forget a raised threshold",
    "DeployConfigurationSets": "to switch the reputation metrics of guarded sets on",
    "DeployDashboard": "to make, change, tag and remove it",
    "DeployExecutionRole": (
        "to make, change, tag and remove the function's own role, and to take from it what is not ours"
    ),
    "DeployFunction": "to make, change, tag and remove it, and to take from it who else may invoke it",
    "DeployLog": "to make, change and remove the log group",
    "DeployLogAndLogTags": "to tag it; IAM names the group in two ways",
    "DeployQueue": "to make, change, tag and remove it",
    "DeploySweep": "to make, change, tag and remove the schedule",
    "DeployTopics": "to make, change, tag and remove them, and to subscribe people and the function",
    "DeployWhatHasNoResource": (
        "to mend what a subscription delivers, and to remove those that are not wanted "
        "(`ses_pause_purge_subscriptions`)"
    ),
    "LetTopicAndSweepInvoke": (
        "to let the trip topic and the schedule invoke the function, and no other service or account"
    ),
    "PassExecutionRole": "to give the function its role, and to no other service than Lambda",
}


class Worker:
    """A role in the root's account, and a target that is entered with it."""

    def __init__(self, local_aws: LocalAws, aws: Client, control: Control) -> None:
        self.world = World(aws, control, ACCOUNT)
        self.target = Target(local_aws.url, {}, assume_role_arn=ROLE, aws_config=ONE_ATTEMPT)
        self._control = control
        self._iam = aws("iam")
        trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        self._iam.create_role(RoleName="worker", AssumeRolePolicyDocument=document)
        control("settings", enforce_iam=True)

    def may(self, document: dict[str, Any]) -> None:
        self._iam.put_role_policy(RoleName="worker", PolicyName="only", PolicyDocument=json.dumps(document))

    def may_only(self, actions: set[str]) -> None:
        statement = {"Effect": "Allow", "Action": sorted(actions) or ["sts:GetCallerIdentity"], "Resource": "*"}
        self.may({"Version": "2012-10-17", "Statement": [statement]})

    def asked(self) -> set[iam_policies.Need]:
        """What the role has needed since the last time, and forgets it."""
        found = self._control("permissions", "GET")
        self._control("permissions", "DELETE")
        return {(each["action"], each["resource"]) for each in found if "/worker/" in each["principal"]}

    def run(self, phase: Phase) -> Results:
        return phase.run(self.target, self.world)


@pytest.fixture
def worker(local_aws: LocalAws, aws: Client, control: Control) -> Worker:
    made = Worker(local_aws, aws, control)
    made.asked()
    return made


def warnings(results: Results) -> str:
    return " ".join(warning for result in results for warning in result.get("warnings", []))


# The files


def test_the_policies_are_what_is_asked_for(worker: Worker) -> None:
    """Every module, every option that makes a call of its own, as the role and the playbooks call them.

    The deployer's policy is all that allows it; what is missing there ends this with an error that names it.
    """
    worker.may(EVERYTHING if UPDATE else iam_policies.read(iam_policies.path(DEPLOYER)))
    needs: dict[str, set[iam_policies.Need]] = {level: set() for level in LEVELS}
    for phase in ALL_PHASES:
        phase.before(worker.world)
        assert warnings(worker.run(phase)) == ""
        needs[phase.level] |= worker.asked()
    found = {action for asked in needs.values() for action, _resource in asked}
    not_walked = iam_policies.called() - found
    assert not not_walked, f"called by plugins/module_utils, and by no phase of deployer_walk.py: {sorted(not_walked)}"

    made = iam_policies.documents(needs)
    for level, document in made.items():
        if UPDATE:
            iam_policies.write(iam_policies.path(level), document)
        held = iam_policies.permissions(iam_policies.read(iam_policies.path(level)))
        wanted = iam_policies.permissions(document)
        assert held == wanted, (
            f"{level}-policy.json: missing {sorted(wanted - held)}, superfluous {sorted(held - wanted)}. "
            f"UPDATE_POLICIES=1 writes it anew."
        )
        assert iam_policies.read(iam_policies.path(level)) == document


def test_the_boundary_is_the_most_that_the_function_is_ever_given(target: Target) -> None:
    document = policies.execution_policy(target.aws(), Names("ses-pause", REGION), KEY)
    for statement in document["Statement"]:
        statement["Action"] = sorted(
            [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        )
        statement["Resource"] = [iam_policies.generalise(statement["Resource"])]
    file = iam_policies.FOLDER / "guard-boundary.json"
    if UPDATE:
        iam_policies.write(file, document)
    assert iam_policies.read(file) == document


def test_the_template_holds_the_same_statements() -> None:
    files = {"statements": iam_policies.path(DEPLOYER), "boundary": iam_policies.FOLDER / "guard-boundary.json"}
    for name, file in files.items():
        if UPDATE:
            indent = 14 if name == "statements" else 10
            iam_policies.fill(iam_policies.TEMPLATE, name, iam_policies.as_yaml(iam_policies.read(file), indent))
    resources = iam_policies.read_template()["Resources"]
    deployer = {each["PolicyName"]: each["PolicyDocument"] for each in resources["Deployer"]["Properties"]["Policies"]}
    assert deployer["deployer"] == iam_policies.read(files["statements"])
    assert resources["GuardBoundary"]["Properties"]["PolicyDocument"] == iam_policies.read(files["boundary"])


def test_the_table_of_the_permissions_is_that_of_the_policies() -> None:
    document = iam_policies.read(iam_policies.path(DEPLOYER))
    assert WHY.keys() == {statement["Sid"] for statement in document["Statement"]}
    table = iam_policies.table(document, WHY)
    if UPDATE:
        iam_policies.fill(iam_policies.SECURITY, "table", table)
    assert iam_policies.between(iam_policies.SECURITY, "table") == table


@pytest.mark.parametrize("level", LEVELS)
def test_iam_takes_a_policy_as_it_is(level: str) -> None:
    """At most 6,144 characters for a managed policy, white space apart (IAM User Guide, "IAM and AWS STS quotas")."""
    text = iam_policies.path(level).read_text()
    assert len(re.sub(r"\s", "", text)) <= 6144


# Under enforced IAM


@pytest.mark.parametrize("level", ["reader", "operator"])
def test_the_policy_is_enough(worker: Worker, level: str) -> None:
    """For whoever comes to a guard that somebody else has deployed."""
    worker.may(EVERYTHING)
    deploy(worker.target, worker.world)
    worker.may(iam_policies.read(iam_policies.path(level)))
    for phase in PHASES:
        if LEVELS.index(phase.level) <= LEVELS.index(level):
            phase.before(worker.world)
            assert warnings(worker.run(phase)) == ""


def test_each_permission_that_is_missing_is_named(worker: Worker) -> None:
    """From nothing to all: each is missing when it is needed first, and is given once it was asked for."""
    held: set[str] = set()
    told: dict[str, str] = {}
    for phase in ALL_PHASES:
        phase.before(worker.world)
        while True:
            worker.may_only(held)
            said, how = attempt(worker, phase)
            missing = set(NAMED.findall(said)) - held
            told |= dict.fromkeys(missing, how)
            held |= missing
            if not missing:
                break
        unnamed = {action for action, _resource in worker.asked()} - held
        told |= dict.fromkeys(unnamed, "silence")
        held |= unnamed
    assert held == iam_policies.actions(iam_policies.read(iam_policies.path(DEPLOYER)))
    assert {action: how for action, how in told.items() if how != "error"} == {
        action: how for action, (how, _reason) in TOLERATED.items()
    }


def attempt(worker: Worker, phase: Phase) -> tuple[str, str]:
    """(what was said, and how: as an error or as a warning)."""
    try:
        return warnings(worker.run(phase)), "warning"
    except SesError as error:
        if not NAMED.search(error.message):
            raise
        return error.message, "error"


def test_who_may_read_cannot_write(worker: Worker) -> None:
    worker.may(EVERYTHING)
    deploy(worker.target, worker.world)
    worker.may(iam_policies.read(iam_policies.path("reader")))
    for phase in PHASES:
        if phase.level != "reader" and phase.run.__name__ in ("change", "pause", "remove"):
            with pytest.raises(SesError, match="Allow "):
                phase.run(worker.target, worker.world)
    assert worker.world.is_sending()


@pytest.mark.parametrize(
    ("service", "operation", "params", "action"),
    [
        (
            "iam",
            "put_role_policy",
            {"RoleName": "worker", "PolicyName": "more", "PolicyDocument": "{}"},
            "PutRolePolicy",
        ),
        ("iam", "update_assume_role_policy", {"RoleName": "worker", "PolicyDocument": "{}"}, "UpdateAssumeRolePolicy"),
        ("iam", "attach_role_policy", {"RoleName": "ses-pause-x", "PolicyArn": ROLE}, "AttachRolePolicy"),
        ("sns", "delete_topic", {"TopicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:orders"}, "DeleteTopic"),
        ("lambda", "delete_function", {"FunctionName": "orders"}, "DeleteFunction"),
        ("lambda", "invoke", {"FunctionName": "ses-pause"}, "InvokeFunction"),
        (
            "lambda",
            "add_permission",
            {"FunctionName": "ses-pause", "StatementId": "a", "Action": "lambda:*", "Principal": OTHER_ACCOUNT},
            "AddPermission",
        ),
        ("cloudwatch", "delete_alarms", {"AlarmNames": ["orders"]}, "DeleteAlarms"),
        ("sqs", "receive_message", {"QueueUrl": f"http://localhost/{ACCOUNT}/ses-pause-failures"}, "ReceiveMessage"),
        ("sesv2", "send_email", {"FromEmailAddress": "a@example.com", "Content": {}}, "SendEmail"),
        ("sesv2", "delete_configuration_set", {"ConfigurationSetName": "news"}, "DeleteConfigurationSet"),
    ],
)
def test_what_a_deployer_may_not_do(
    worker: Worker, service: str, operation: str, params: dict[str, Any], action: str
) -> None:
    worker.may(iam_policies.read(iam_policies.path(DEPLOYER)))
    with pytest.raises(SesError, match=rf"not authorized to perform: \w+:{action} "):
        worker.target.aws().call(service, operation, **params)


# The role of the template


class Entry:
    """An account that the template was rolled out to, and one user of a central account who may take the role."""

    def __init__(self, local_aws: LocalAws, aws: Client, control: Control, **parameters: str) -> None:
        self._url = local_aws.url
        user = aws("iam").create_user(UserName="ansible")["User"]["Arn"]
        statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::*:role/ses-*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        aws("iam").put_user_policy(UserName="ansible", PolicyName="enter", PolicyDocument=document)
        self._key = aws("iam").create_access_key(UserName="ansible")["AccessKey"]
        given = {"CentralPrincipal": user, **parameters}
        cloudformation = aws("cloudformation", account=OTHER_ACCOUNT)
        cloudformation.create_stack(
            StackName="deployer",
            TemplateBody=iam_policies.TEMPLATE.read_text(),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()],
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        stack = cloudformation.describe_stacks(StackName="deployer")["Stacks"][0]
        self.outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        boundary = self.outputs["PermissionsBoundary"]
        self.world = World(lambda service: aws(service, account=OTHER_ACCOUNT), control, OTHER_ACCOUNT, boundary)
        control("settings", enforce_iam=True)

    def target(self, **options: Any) -> Target:
        """As the user would name it in an inventory."""
        connection = {"access_key": self._key["AccessKeyId"], "secret_key": self._key["SecretAccessKey"], **options}
        return Target(self._url, {}, assume_role_arn=self.outputs["RoleArn"], aws_config=ONE_ATTEMPT, **connection)


def test_the_role_of_the_template_deploys_mends_drills_and_removes(
    local_aws: LocalAws, aws: Client, control: Control
) -> None:
    """And the function pauses with no more than the boundary lets it do."""
    entry = Entry(local_aws, aws, control, ExternalId="mail-42")
    target = entry.target(assume_role_external_id="mail-42")
    for phase in (Phase(DEPLOYER, deploy), Phase(DEPLOYER, mend, drift), Phase(DEPLOYER, drill, settle), PHASES[-1]):
        phase.before(entry.world)
        assert warnings(phase.run(target, entry.world)) == ""


@pytest.mark.parametrize("given", [{}, {"assume_role_external_id": "mail-43"}])
def test_nobody_enters_without_the_external_id(
    local_aws: LocalAws, aws: Client, control: Control, given: dict[str, str]
) -> None:
    entry = Entry(local_aws, aws, control, ExternalId="mail-42")
    with pytest.raises(SesError, match="Allow sts:AssumeRole"):
        entry.target(**given).run(ses_reputation_info, gather=["account"])


def test_only_the_one_who_is_named_enters(local_aws: LocalAws, aws: Client, control: Control) -> None:
    entry = Entry(local_aws, aws, control, CentralPrincipal=ROLE)
    with pytest.raises(SesError, match="Allow sts:AssumeRole"):
        entry.target().run(ses_reputation_info, gather=["account"])


def test_without_an_external_id_none_is_asked_for(local_aws: LocalAws, aws: Client, control: Control) -> None:
    entry = Entry(local_aws, aws, control)
    assert entry.target().run(ses_reputation_info, gather=["account"])["account"]["id"] == OTHER_ACCOUNT


@pytest.mark.parametrize("boundary", [None, "", f"arn:aws:iam::{OTHER_ACCOUNT}:policy/everything"])
def test_the_template_lets_no_execution_role_do_more(
    local_aws: LocalAws, aws: Client, control: Control, boundary: str | None
) -> None:
    """Whoever may write a role's policy and pass it to a function could otherwise do everything."""
    entry = Entry(local_aws, aws, control)
    with pytest.raises(SesError, match=r"iam:CreateRole .* with an explicit deny"):
        entry.target().run(ses_pause_function, **machinery(entry.world, permissions_boundary=boundary))


def test_the_template_lets_no_execution_role_lose_its_boundary(
    local_aws: LocalAws, aws: Client, control: Control
) -> None:
    entry = Entry(local_aws, aws, control)
    target = entry.target()
    deploy(target, entry.world)
    for boundary, operation in (("", "Delete"), (entry.world.everything, "Put")):
        with pytest.raises(SesError, match=f"iam:{operation}RolePermissionsBoundary .* with an explicit deny"):
            target.run(ses_pause_function, **machinery(entry.world, permissions_boundary=boundary))


def test_the_role_of_the_template_does_not_change_itself(local_aws: LocalAws, aws: Client, control: Control) -> None:
    """Even where its name is like that of a guard's role."""
    call = Entry(local_aws, aws, control, RoleName="ses-pause-deployer").target().aws().call
    for operation, more in (("delete_role_policy", {"PolicyName": "no-wider-role"}), ("delete_role", {})):
        with pytest.raises(SesError, match="with an explicit deny"):
            call("iam", operation, RoleName="ses-pause-deployer", **more)


def test_a_boundary_of_the_account_goes_before_that_of_the_template(
    local_aws: LocalAws, aws: Client, control: Control
) -> None:
    boundary = f"arn:aws:iam::{OTHER_ACCOUNT}:policy/everything"
    entry = Entry(local_aws, aws, control, PermissionsBoundary=boundary)
    assert entry.outputs["PermissionsBoundary"] == boundary
    names = [each["PolicyName"] for each in entry.world.client("iam").list_policies(Scope="Local")["Policies"]]
    assert names == ["everything"]
    role = entry.world.client("iam").get_role(RoleName="ses-deployer")["Role"]
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == boundary
    deploy(entry.target(), entry.world)
