# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The example of a platform repository, run as it stands under enforced IAM: an identity with the pipeline's policy
enters accounts that the template was rolled out to, and deploys, looks, pauses and removes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.local_aws.server import LocalAws
from tests.unit.plugins import iam_policies
from tests.unit.plugins.inventory.fleet import run

# Long, and of code that other tests cover line by line.
pytestmark = pytest.mark.no_cover

PLATFORM = iam_policies.ROOT / "examples" / "platform"
PLACES = {"111111111111": ("shop", ["eu-west-1", "us-east-1"]), "222222222222": ("news", ["us-east-1"])}
TARGETS = sorted(f"{name}.{region}" for name, regions in PLACES.values() for region in regions)
EXTERNAL_ID = "mail-42"
Aws = Callable[..., Any]


def enter(aws: Aws) -> dict[str, str]:
    """The environment of the pipeline, after what docs/security.md says was done in every account."""
    iam = aws("iam")
    user = iam.create_user(UserName="pipeline")["User"]["Arn"]
    policy = iam_policies.read(iam_policies.path("pipeline"))
    iam.put_user_policy(UserName="pipeline", PolicyName="pipeline", PolicyDocument=json.dumps(policy))
    parameters = {"CentralPrincipal": user, "ExternalId": EXTERNAL_ID}
    for account in PLACES:
        aws("cloudformation", account=account).create_stack(
            StackName="deployer",
            TemplateBody=iam_policies.TEMPLATE.read_text(),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
    key = iam.create_access_key(UserName="pipeline")["AccessKey"]
    return {
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
        "ANSIBLE_CONFIG": str(PLATFORM / "ansible.cfg"),
        "ANSIBLE_INVENTORY": str(PLATFORM / "inventory"),
    }


def test_the_example_holds_from_the_first_run_to_the_removal(
    aws: Aws, control: Callable[..., Any], local_aws: LocalAws, tmp_path: Path
) -> None:
    environment = enter(aws)
    control("settings", enforce_iam=True)

    def play(playbook: str, *arguments: str) -> tuple[int, list[tuple[str, int]], str]:
        """(exit code, (target, how many tasks changed something) of each, all that was said)."""
        name = str(PLATFORM / playbook) if playbook.endswith(".yml") else playbook
        done = run("ansible-playbook", name, *arguments, url=local_aws.url, **environment)
        recap = re.findall(r"^(\S+) +: ok=\d+ +changed=(\d+) ", done.stdout, re.MULTILINE)
        return done.returncode, sorted((target, int(count)) for target, count in recap), done.stdout + done.stderr

    status, changed, text = play("site.yml", "--check", "--diff")
    assert status == 0, text
    assert [target for target, count in changed if count] == TARGETS
    planned = changed
    status, changed, text = play("site.yml")
    assert (status, changed) == (0, planned), text
    status, changed, text = play("site.yml")
    assert (status, changed) == (0, [(target, 0) for target in TARGETS]), text

    report = tmp_path / "ses.html"
    status, _changed, text = play("status.yml", "-e", json.dumps({"ses_status_report": str(report)}))
    assert status == 2, text
    assert text.count("mail-ops@example.com not confirmed yet") >= len(TARGETS)
    assert "shop.eu-west-1" in report.read_text()
    status, _changed, text = play("mailops.ses.pause", "-e", "ses_reason=a_test", "--limit", "shop")
    assert status == 0, text
    assert [sends(aws, *place) for place in places()] == [False, False, True]
    status, _changed, text = play("mailops.ses.remove")
    assert status == 0, text
    assert [left(aws, *place) for place in places()] == [[], [], []]


def places() -> list[tuple[str, str]]:
    return [(account, region) for account, (_name, regions) in PLACES.items() for region in regions]


def sends(aws: Aws, account: str, region: str) -> bool:
    return bool(aws("sesv2", region, account).get_account()["SendingEnabled"])


def left(aws: Aws, account: str, region: str) -> list[str]:
    topics = aws("sns", region, account).list_topics()["Topics"]
    alarms = aws("cloudwatch", region, account).describe_alarms()["MetricAlarms"]
    functions = aws("lambda", region, account).list_functions()["Functions"]
    return [*map(str, topics), *map(str, alarms), *map(str, functions)]


def test_the_example_asks_for_a_release_that_there_is() -> None:
    wanted = yaml.safe_load((PLATFORM / "requirements.yml").read_text())["collections"][0]["version"]
    release = yaml.safe_load((iam_policies.ROOT / "galaxy.yml").read_text())["version"]
    assert wanted == f">={release}"
