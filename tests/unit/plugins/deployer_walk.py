# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All that a guard's life asks of AWS, phase by phase, each by whoever does it: a reader, an operator, a deployer.

The modules are called as the role and the playbooks call them. What else happens in the world is done as root.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._operations import (
    ses_pause_drill,
    ses_pause_function,
    ses_pause_guard,
    ses_reputation_alarm,
    ses_reputation_info,
    ses_sending_enabled,
)

from tests.unit.function.support import CODE
from tests.unit.local_aws import helpers
from tests.unit.plugins.target import REGION, Target

READER, OPERATOR, DEPLOYER = LEVELS = ("reader", "operator", "deployer")
ROLE_NAME = f"ses-pause-{REGION}"
BOUNCE = "ses-pause-bounce-pause"
PHONES = [{"protocol": "sms", "endpoint": f"+1206555010{number}"} for number in range(3)]
FOUR = [{"metric": metric, "tier": tier} for metric in ("bounce_rate", "complaint_rate") for tier in ("warn", "pause")]
SETS = ["news", "offers"]
UNGUARDED = "receipts"
REAL = "Threshold Crossed: 1 out of the last 1 datapoints [0.06 (22/11/26 09:55:00)] was greater than or equal ..."
EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
# Of the trip topic: nobody may publish to it.
CLOSED = {"Effect": "Deny", "Principal": "*", "Action": "SNS:Publish"}
Results = list[dict[str, Any]]


class World:
    """One account, as root. ``client(service)``: a client of its root."""

    def __init__(
        self, client: Callable[[str], Any], control: Callable[..., Any], account: str, boundary: str | None = None
    ) -> None:
        """boundary: the ARN of the execution role's permissions boundary; None: one that allows everything."""
        self.client = client
        self.control = control
        self.account = account
        control("settings", async_retry_delays=[0.0, 0.0], set_state_and_settle=True)
        for name in (*SETS, UNGUARDED):
            client("sesv2").create_configuration_set(ConfigurationSetName=name)
        client("sesv2").create_tenant(TenantName="acme")
        client("sesv2").create_email_identity(EmailIdentity="example.com")
        made = client("iam").create_policy(PolicyName="everything", PolicyDocument=json.dumps(EVERYTHING))
        self.everything = made["Policy"]["Arn"]
        self.boundary = boundary or self.everything

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{REGION}:{self.account}:{resource}"

    def wait(self) -> None:
        """Until the function and all that follows from it is done."""
        helpers.settle(self.control)

    def put_rate(self, rate: float, minutes_ago: float) -> None:
        at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
        data = [{"MetricName": "Reputation.BounceRate", "Value": rate, "Timestamp": at}]
        self.client("cloudwatch").put_metric_data(Namespace="AWS/SES", MetricData=data)
        self.wait()

    def set_state(self, state: str, reason: str = REAL) -> None:
        self.client("cloudwatch").set_alarm_state(AlarmName=BOUNCE, StateValue=state, StateReason=reason)
        self.wait()

    def close_trip_topic(self) -> str:
        """The policy that it had."""
        arn = self.arn("sns", "ses-pause-trip")
        before = self.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"]
        policy = {"Version": "2012-10-17", "Id": "mailops.ses/ses-pause", "Statement": [{**CLOSED, "Resource": arn}]}
        self.set_policy_of_trip_topic(json.dumps(policy))
        return str(before)

    def set_policy_of_trip_topic(self, policy: str) -> None:
        arn = self.arn("sns", "ses-pause-trip")
        self.client("sns").set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)

    def is_sending(self) -> bool:
        return bool(self.client("sesv2").get_account()["SendingEnabled"])


def machinery(world: World, **changes: Any) -> dict[str, Any]:
    """The options of the function's module."""
    code = CODE
    return {
        "code": code,
        "subscriptions": PHONES[:2],
        "reserved_concurrency": 2,
        "permissions_boundary": world.boundary,
        **changes,
    }


def alarms(**changes: Any) -> dict[str, Any]:
    return {"alarms": FOUR, "configuration_sets": SETS, "refuse_trip": True, "purge": True, **changes}


def guard(world: World) -> dict[str, Any]:
    """The options of both, as the role gives them."""
    return {**machinery(world), **{name: value for name, value in alarms().items() if name != "purge"}}


def nothing(_world: World) -> None:
    pass


def discover(target: Target, world: World) -> Results:
    """What an inventory of accounts and Regions asks in each account, to know the Regions that are in use."""
    aws = target.aws()
    aws.call("ec2", "describe_regions", "the Regions")
    aws.call("sesv2", "get_account", "the account's sending")
    return [{"metrics": list(aws.pages("cloudwatch", "list_metrics", "Metrics", "SES", Namespace="AWS/SES"))}]


def deploy(target: Target, world: World) -> Results:
    return [
        target.run(ses_pause_guard, **guard(world)),
        target.run(ses_reputation_info, gather=["identities"]),
    ]


def change(target: Target, world: World) -> Results:
    """Each option that another call than the deployment's own is made for."""
    other = machinery(
        world,
        code={**CODE, "ses_pause/another.py": ""},
        subscriptions=PHONES[1:],
        purge_subscriptions=True,
        timeout=60,
        log_retention_days=30,
        sweep_minutes=30,
        reserved_concurrency=-1,
        tags={"team": "mail"},
    )
    less = alarms(configuration_sets=SETS[:1], unguarded_metrics="off", check="full", tags={"team": "mail"})
    return [target.run(ses_pause_function, **other), target.run(ses_reputation_alarm, **less)]


def switch_off(target: Target, world: World) -> Results:
    return [target.run(ses_pause_function, **machinery(world, sweep_minutes=0, dashboard=False))]


def drift(world: World) -> None:
    """What was deployed is changed by hand, wherever another call than the deployment's own mends it."""
    iam, events, lambdas = world.client("iam"), world.client("events"), world.client("lambda")
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    iam.update_assume_role_policy(
        RoleName=ROLE_NAME, PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )
    iam.put_role_policy(RoleName=ROLE_NAME, PolicyName="foreign", PolicyDocument=json.dumps(EVERYTHING))
    iam.attach_role_policy(RoleName=ROLE_NAME, PolicyArn=world.everything)
    iam.update_role(RoleName=ROLE_NAME, Description="changed, mailops.ses")
    iam.delete_role_permissions_boundary(RoleName=ROLE_NAME)
    events.put_targets(Rule="ses-pause-sweep", Targets=[{"Id": "foreign", "Arn": world.arn("sqs", "foreign")}])
    lambdas.add_permission(
        FunctionName="ses-pause", StatementId="foreign", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com"
    )
    world.close_trip_topic()
    world.client("sns").set_topic_attributes(
        TopicArn=world.arn("sns", "ses-pause-notify"), AttributeName="DisplayName", AttributeValue="changed"
    )
    queue = world.client("sqs").get_queue_url(QueueName="ses-pause-failures")["QueueUrl"]
    world.client("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"MessageRetentionPeriod": "60"})
    topic = world.arn("sns", "ses-pause-trip")
    (subscription,) = world.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    world.client("sns").set_subscription_attributes(
        SubscriptionArn=subscription["SubscriptionArn"], AttributeName="FilterPolicy", AttributeValue='{"a": ["b"]}'
    )


def mend(target: Target, world: World) -> Results:
    results = [target.run(ses_pause_guard, **guard(world))]
    assert not target.run(ses_pause_guard, True, **guard(world))["changed"]
    return results


def settle(world: World) -> None:
    """The alarm is armed: it acts on the next change of its state."""
    world.set_state("OK")


def status(target: Target, world: World) -> Results:
    """Also the comparison with what would be deployed, which the playbook asks the role for."""
    parts = ["health", "history", "identities"]
    found = target.run(ses_reputation_info, gather=parts, configuration_sets=SETS, tenants=["acme"], alarms=FOUR)
    assert found["guard"]["deployed"]
    # With a set that is guarded no more, whose metrics would be switched off.
    less = alarms(configuration_sets=SETS[:1], unguarded_metrics="off")
    # What would change is asked for its tags itself.
    other = {**guard(world), "tags": {"cost-center": "mail"}}
    planned = [(ses_pause_guard, guard(world)), (ses_pause_guard, other), (ses_reputation_alarm, less)]
    return [found, *(target.run(module, True, **options) for module, options in planned)]


def pause(target: Target, world: World) -> Results:
    some = {"configuration_sets": [SETS[0], UNGUARDED], "tenants": ["acme"]}
    return [target.run(ses_sending_enabled, enabled=False, reason="a test", **what) for what in ({}, some)]


def resume(target: Target, world: World) -> Results:
    some = {"configuration_sets": SETS[:1], "tenants": ["acme"]}
    results = [target.run(ses_sending_enabled, enabled=True, **what) for what in ({}, some)]
    unguarded = target.run(ses_sending_enabled, enabled=True, configuration_sets=[UNGUARDED])
    unguarded["warnings"] = [text for text in unguarded["warnings"] if "has no alarm that would pause" not in text]
    return [*results, unguarded]


def trip(world: World) -> None:
    world.put_rate(0.06, minutes_ago=50)
    world.set_state("ALARM")
    assert not world.is_sending(), "the guard has not paused"


def recover(target: Target, world: World) -> Results:
    return [target.run(ses_sending_enabled, enabled=True, in_alarm="recover", recover_wait=1)]


def fall(world: World) -> None:
    world.put_rate(0.02, minutes_ago=20)


def walk_down(target: Target, world: World) -> Results:
    return [target.run(ses_reputation_alarm, **alarms())]


def drill(target: Target, world: World) -> Results:
    found = []
    for mode in ("dry", "live"):
        found.append(target.run(ses_pause_drill, mode=mode, timeout=1))
        world.wait()
    assert world.is_sending()
    return found


def drill_of_a_set(target: Target, world: World) -> Results:
    found = [target.run(ses_pause_drill, mode="live", configuration_set="news", timeout=1)]
    world.wait()
    return found


def failing_drill(target: Target, world: World) -> Results:
    """Tells the broken link, which takes looking for it."""
    before = world.close_trip_topic()
    try:
        target.run(ses_pause_drill, timeout=1)
    except SesError as error:
        if "failed in account" not in error.message or "Allow " in error.message:
            raise
        return [error.details]
    finally:
        world.wait()
        world.set_policy_of_trip_topic(before)
    raise AssertionError("a drill of a broken chain passed")


def remove(target: Target, world: World) -> Results:
    return [
        target.run(ses_reputation_info, gather=["account", "alarms"]),
        target.run(ses_reputation_alarm, alarms=[], purge=True),
        target.run(ses_pause_function, state="absent"),
        target.run(ses_reputation_info, gather=["account"]),
    ]


class Phase(NamedTuple):
    """run: by the identity that is tried, a second time too. before: what happens in the world."""

    level: str
    run: Callable[[Target, World], Results]
    before: Callable[[World], None] = nothing


PHASES = (
    Phase(READER, discover),
    Phase(DEPLOYER, deploy),
    Phase(DEPLOYER, change),
    Phase(DEPLOYER, switch_off),
    Phase(DEPLOYER, mend),
    Phase(DEPLOYER, mend, drift),
    Phase(READER, status, settle),
    Phase(OPERATOR, pause),
    Phase(OPERATOR, resume),
    Phase(OPERATOR, recover, trip),
    Phase(DEPLOYER, walk_down, fall),
    Phase(OPERATOR, drill),
    Phase(OPERATOR, drill_of_a_set),
    Phase(OPERATOR, failing_drill),
    Phase(DEPLOYER, remove),
)


def drop_boundary(target: Target, world: World) -> Results:
    """Only where nobody demands one."""
    return [target.run(ses_pause_function, **machinery(world, permissions_boundary=""))]


WITHOUT_BOUNDARY = Phase(DEPLOYER, drop_boundary)
