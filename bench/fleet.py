# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole fleet on the local AWS, found through Organizations and entered through assumed roles, and what it costs.

Discovery, a roll-out in growing batches, a second run, status, one pause of all, by the real programs; it ends with an
error unless each target was served and the second run changed nothing.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import boto3
import yaml
from running import ROOT, LocalAws, running_aws

REGIONS = ["eu-central-1", "eu-west-1", "us-east-1", "us-west-2"]
ROLE = "ses-deployer"
CANARY = '{"ses_serial": [1, "10%", "100%"], "ses_max_fail_percentage": 5}'


def make_accounts(aws: LocalAws, count: int) -> None:
    client = aws.client("organizations")
    client.create_organization(FeatureSet="ALL")
    for number in range(count):
        client.create_account(Email="mail-ops@example.com", AccountName=f"mail-{number:02}", RoleName=ROLE)


def inventory(folder: Path) -> Path:
    path = folder / "fleet.ses_targets.yml"
    options = {"organization": {"names": ["mail-*"]}, "regions": "all", "among_regions": REGIONS, "role": ROLE}
    path.write_text(yaml.safe_dump({"plugin": "mailops.ses.ses_targets", "region": "eu-west-1", **options}))
    (folder / "group_vars").mkdir()
    subscriptions = {"ses_pause_subscriptions": [{"protocol": "sms", "endpoint": "+15550100"}]}
    (folder / "group_vars" / "ses_targets.yml").write_text(yaml.safe_dump(subscriptions))
    return path


class Step:
    """One of Ansible's programs, what it printed and what it cost."""

    def __init__(self, aws: LocalAws, what: str, command: list[str], codes: tuple[int, ...] = (0,)) -> None:
        env = os.environ | {
            "AWS_ENDPOINT_URL": aws.url,
            "AWS_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "ANSIBLE_DISPLAY_OK_HOSTS": "false",
            "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "false",
        }
        aws.control("_local_aws/calls", "DELETE")
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        done = subprocess.run(
            command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        seconds, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        self.output = done.stdout
        calls = sum(row["count"] for row in aws.control("_local_aws/calls", "GET")["calls"])
        print(f"| {what} | {seconds:.1f} s | {cpu:.1f} s | {calls} |", flush=True)
        if done.returncode not in codes:
            sys.exit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stdout[-5000:]}{done.stderr[-5000:]}")

    def recap(self, word: str) -> list[int]:
        """Each target's count of "changed" or "failed"."""
        return [int(count) for count in re.findall(rf"^\S+ +: ok=.* {word}=(\d+)", self.output, re.MULTILINE)]


def run(aws: LocalAws, path: Path, targets: int, forks: int) -> None:
    def play(what: str, name: str, *more: str, codes: tuple[int, ...] = (0,)) -> Step:
        command = ["ansible-playbook", "-i", str(path), "-f", str(forks), f"mailops.ses.{name}", *more]
        return Step(aws, what, command, codes)

    print(f"{targets} targets, forks {forks}\n\n| step | wall | CPU of the client | calls |\n|---|---|---|---|")
    listed = Step(aws, "discovery", ["ansible-inventory", "-i", str(path), "--list"])
    must(listed.output.count('"ses_pause_region"') == targets, "not every target was found")
    first = play("roll-out, batches of 1, 10 %, 100 %", "site", "-e", CANARY)
    must(min(first.recap("changed")) > 0 and len(first.recap("changed")) == targets, "not every target was changed")
    second = play("second run", "site")
    must(second.recap("changed") == [0] * targets, "the second run changed something")
    status = play("status", "status")
    must(status.recap("failed") == [0] * targets, "status found an error")
    play("one pause of all", "pause", "-e", "ses_reason=bench")
    sending = sum(sends(aws))
    must(sending == 0, f"{sending} of {targets} still send")


def sends(aws: LocalAws) -> list[bool]:
    """Of each target, as SES says."""
    pages = aws.client("organizations").get_paginator("list_accounts").paginate()
    accounts = [each["Id"] for page in pages for each in page["Accounts"] if each["Name"].startswith("mail-")]
    sts = aws.client("sts")

    def ask(account: str) -> list[bool]:
        role = f"arn:aws:iam::{account}:role/{ROLE}"
        keys = sts.assume_role(RoleArn=role, RoleSessionName="bench")["Credentials"]
        session = boto3.session.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
        clients = [session.client("sesv2", region_name=region, endpoint_url=aws.url) for region in REGIONS]
        return [client.get_account()["SendingEnabled"] for client in clients]

    return [each for account in accounts for each in ask(account)]


def must(holds: bool, otherwise: str) -> None:
    if not holds:
        sys.exit(otherwise)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--accounts", type=int, default=50, help=f"each in {len(REGIONS)} Regions")
    parser.add_argument("--forks", type=int, default=10)
    options = parser.parse_args()
    with running_aws() as aws, tempfile.TemporaryDirectory() as folder:
        make_accounts(aws, options.accounts)
        run(aws, inventory(Path(folder)), options.accounts * len(REGIONS), options.forks)


if __name__ == "__main__":
    main()
