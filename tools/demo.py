# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo: deploy to four targets, let the bounce rate of one rise to 6 %, watch it pause, resume it.

Everything is real but AWS: ansible-playbook, the collection, the function's code, the AWS CLI. LOCAL_AWS_URL says where
the local AWS listens.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

URL = os.environ["LOCAL_AWS_URL"]
ROOT = Path(__file__).resolve().parent.parent
INVENTORY = "examples/targets.yml"
ACCOUNTS = {"shop": "111111111111", "news": "222222222222"}
TARGETS = [f"{name}.{region}" for name in ACCOUNTS for region in ("us-east-1", "eu-west-1")]
VICTIM = "shop.eu-west-1"


class Failed(Exception):
    """A step that did not do what it should."""


def main() -> None:
    started = time.monotonic()
    step("Deploy the guard to 2 accounts in 2 Regions each")
    deploy()
    step("Run it again: nothing changes")
    changed = deploy()
    if changed:
        raise Failed(f"the second run changed {changed} tasks")
    confirm_email()

    step(f"The bounce rate of {VICTIM} rises to 6 % (the alarm pauses at 4.5 %)")
    tripped = time.monotonic()
    # In the period before this one, so that the next value is not averaged with it.
    put_bounce_rate(0.06, timedelta(minutes=-6))
    settle()
    seconds = time.monotonic() - tripped
    if sending(VICTIM):
        raise Failed(f"{VICTIM} still sends though the bounce rate rose")
    print(f"paused after {seconds:.1f} s")

    step("What people get, by email and SMS")
    show_notification()

    step("Only that one target is paused")
    states = {target: sending(target) for target in TARGETS}
    for target, enabled in states.items():
        print(f"{target:16} {'sending' if enabled else 'PAUSED'}")
    if states != {target: target != VICTIM for target in TARGETS}:
        raise Failed("another target than the one that bounced is paused")

    step("The cause is mended, the rate falls to 2 %; a person resumes")
    put_bounce_rate(0.02, timedelta())
    run(["ansible", "-i", INVENTORY, VICTIM, "-m", "mailops.ses.ses_sending_enabled", "-a", "enabled=true"])
    if not sending(VICTIM):
        raise Failed(f"{VICTIM} is still paused after the resume")

    print_summary(seconds, time.monotonic() - started)


def step(text: str) -> None:
    print(f"\n==> {text}", flush=True)


def run(command: list[str]) -> str:
    """Shows a command and its output, as a person would see them."""
    print(f"$ {' '.join(command)}", flush=True)
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | credentials() | {"ANSIBLE_DISPLAY_SKIPPED_HOSTS": "false"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        print(f"  {line}", end="", flush=True)
        lines.append(line)
    if process.wait():
        raise Failed(f"{' '.join(command)} ended with exit code {process.returncode}")
    return "".join(lines)


def deploy() -> int:
    """Runs site.yml; returns how many tasks changed something."""
    output = run(["ansible-playbook", "-i", INVENTORY, "playbooks/site.yml"])
    return sum(int(count) for count in re.findall(r"changed=(\d+)", output))


def credentials() -> dict[str, str]:
    """Those of the account that may take the deployer's role everywhere; the local AWS takes any."""
    return {"AWS_ENDPOINT_URL": URL, "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}


def aws(target: str, *words: str) -> Any:
    """The AWS CLI, in the target's account and Region."""
    name, region = target.split(".")
    env = os.environ | credentials() | {"AWS_DEFAULT_REGION": region}
    role = f"arn:aws:iam::{ACCOUNTS[name]}:role/ses-pause-deployer"
    keys = aws_cli(env, "sts", "assume-role", "--role-arn", role, "--role-session-name", "demo")["Credentials"]
    env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"] = keys["AccessKeyId"], keys["SecretAccessKey"]
    env["AWS_SESSION_TOKEN"] = keys["SessionToken"]
    return aws_cli(env, *words)


def aws_cli(env: dict[str, str], *words: str) -> Any:
    done = subprocess.run(
        ["aws", "--output", "json", *words],
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failed(f"aws {' '.join(words)}: {done.stderr.strip()}")
    return json.loads(done.stdout) if done.stdout.strip() else None


def sending(target: str) -> bool:
    return bool(aws(target, "ses", "get-account-sending-enabled")["Enabled"])


def put_bounce_rate(value: float, offset: timedelta) -> None:
    """What SES itself would publish."""
    at = (datetime.now(UTC) + offset).isoformat(timespec="seconds")
    data = f"MetricName=Reputation.BounceRate,Value={value},Timestamp={at}"
    aws(VICTIM, "cloudwatch", "put-metric-data", "--namespace", "AWS/SES", "--metric-data", data)


def control(path: str, **body: Any) -> Any:
    """What only the local AWS has: people's mailboxes."""
    data = json.dumps(body).encode() if body else None
    request = urllib.request.Request(f"{URL}/_local_aws/{path}", data=data)  # noqa: S310
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return json.load(answer)


def settle() -> None:
    """Wait until all that follows is done: the pause, the messages."""
    if left := control("idle")["pending"]:
        raise Failed(f"it does not come to an end: {', '.join(left)}")


def confirm_email() -> None:
    step("Everybody confirms the subscription that AWS has mailed them")
    for target in TARGETS:
        name, region = target.split(".")
        topic = f"arn:aws:sns:{region}:{ACCOUNTS[name]}:ses-pause-notify"
        control("sns/confirm", topic_arn=topic, endpoint="mail-ops@example.com")


def show_notification() -> None:
    name, region = VICTIM.split(".")
    answer = control(f"sns/outbox?account={ACCOUNTS[name]}&region={region}")
    messages = answer["messages"] if isinstance(answer, dict) else answer
    told = [entry for entry in messages if "PAUSED" in (entry["subject"] or "") and entry["protocol"] == "email"]
    if not told:
        raise Failed("nobody was told of the pause")
    print(f"To:      {told[0]['endpoint']}\nSubject: {told[0]['subject']}\n")
    print(textwrap.indent(told[0]["message"].rstrip(), "  "))


def print_summary(pause: float, total: float) -> None:
    print(
        f"""
==> Done in {total:.0f} s: 4 targets guarded, one paused {pause:.1f} s after its bounce rate rose, three left alone,
    resumed by a person.

For real AWS:
  1. ansible-galaxy collection install mailops.ses
  2. copy {INVENTORY} and put in your accounts, Regions, roles and addresses
  3. ansible-playbook -i targets.yml mailops.ses.site --check --diff     # what it would do
  4. ansible-playbook -i targets.yml mailops.ses.site -e ses_pause_arm=false   # for a first look
  5. ansible-playbook -i targets.yml mailops.ses.site                    # armed
  6. confirm the subscriptions that AWS mails to your people"""
    )


if __name__ == "__main__":
    try:
        main()
    except Failed as failed:
        sys.exit(f"\nThe demo failed: {failed}.\nThe local AWS is stopped and nothing is left behind.")
