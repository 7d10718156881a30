# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Guards many configuration sets on the local AWS with its quotas on, and says what it cost.

All rates, AWS's and ours, are scaled by one factor, so that hours become minutes. Runs the real ansible-playbook on one
target: first run, no-change run, a run after one set was deleted; then runs that are killed at random points, against
one that is not. `make bench-sets` gives it its environment.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from running import ROOT, LocalAws, running_aws, tree_memory

# Calls a second: what SES and CloudWatch take (their service quotas).
QUOTAS = {"ses": 1.0, "put_metric_alarm": 3.0, "delete_alarms": 3.0, "describe_alarms": 9.0, "list_metrics": 25.0}
INVENTORY = """\
ses_targets:
  hosts:
    bench:
      ansible_connection: local
      ansible_python_interpreter: "{{ ansible_playbook_python }}"
      ses_pause_account: pause
      ses_pause_configuration_sets: [all]
"""


class Account(LocalAws):
    """The local AWS with configuration sets in it."""

    def make_sets(self, count: int) -> None:
        """Without quotas: what is measured is the guard, not the sets."""
        ses = self.client("sesv2")
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda number: ses.create_configuration_set(ConfigurationSetName=name(number)), range(count)))

    def state(self) -> dict[str, Any]:
        """Every alarm with its tags, and every set's metrics: what two runs must agree on."""
        cloudwatch, ses = self.client("cloudwatch"), self.client("sesv2")
        volatile = ("State", "AlarmConfigurationUpdatedTimestamp")
        state: dict[str, Any] = {}
        for page in cloudwatch.get_paginator("describe_alarms").paginate():
            for alarm in page["MetricAlarms"]:
                tags = cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]
                kept = {key: value for key, value in alarm.items() if not key.startswith(volatile)}
                state[alarm["AlarmName"]] = {**kept, "Tags": sorted((tag["Key"], tag["Value"]) for tag in tags)}
        token: dict[str, str] = {}
        while True:
            page = ses.list_configuration_sets(PageSize=1000, **token)
            for each in page["ConfigurationSets"]:
                options = ses.get_configuration_set(ConfigurationSetName=each).get("ReputationOptions", {})
                state[f"set {each}"] = options.get("ReputationMetricsEnabled", False)
            if not page.get("NextToken"):
                return state
            token = {"NextToken": page["NextToken"]}


def name(number: int) -> str:
    return f"set-{number:05}"


@contextmanager
def local_aws() -> Iterator[Account]:
    with running_aws() as aws:
        yield Account(aws.url, aws.region)


class Run:
    """One ansible-playbook process, with the peak of its whole process tree's memory."""

    def __init__(self, aws: Account, inventory: Path, factor: float) -> None:
        quotas = {quota: rate * factor for quota, rate in QUOTAS.items()}
        env = os.environ | {
            "AWS_ENDPOINT_URL": aws.url,
            "AWS_DEFAULT_REGION": aws.region,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
        }
        command = ["ansible-playbook", "-i", str(inventory), "mailops.ses.site"]
        command += ["-e", json.dumps({"ses_pause_quotas": quotas})]
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.peak = 0
        self._watch = threading.Thread(target=self._measure, daemon=True)
        self._watch.start()

    def _measure(self) -> None:
        while self.process.poll() is None:
            self.peak = max(self.peak, tree_memory(self.process.pid))
            time.sleep(0.5)

    def finish(self) -> tuple[float, str]:
        """(seconds, output); the process must have succeeded."""
        output, _none = self.process.communicate()
        if self.process.returncode:
            sys.exit(f"ansible-playbook failed:\n{output}")
        return time.monotonic() - self.started, output

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()


def measure(aws: Account, inventory: Path, factor: float, what: str) -> None:
    aws.calls()
    run = Run(aws, inventory, factor)
    seconds, output = run.finish()
    calls = aws.calls()
    changed = "changed=0" if "changed=0" in output else "changed"
    print(f"{what}: {seconds:.1f} s, {sum(calls.values())} calls, {run.peak / 1024:.0f} MB, {changed}")
    for operation in ("sesv2:PutConfigurationSetReputationOptions", "cloudwatch:PutMetricAlarm"):
        if calls.get(operation, 0) > 100:
            quota = {"s": "ses", "c": "put_metric_alarm"}[operation[0]]
            best = calls[operation] / (QUOTAS[quota] * factor)
            print(f"  {operation}: {calls[operation]} attempts; at the quota's own rate they take {best:.1f} s")
    print("  " + ", ".join(f"{operation} {count}" for operation, count in sorted(calls.items())), flush=True)


def sizes(count: int, factor: float, inventory: Path) -> None:
    with local_aws() as aws:
        print(f"{count} configuration sets, all rates times {factor:g}", flush=True)
        aws.make_sets(count)
        aws.control("_local_aws/settings", quota_second=1 / factor)
        measure(aws, inventory, factor, "first run")
        measure(aws, inventory, factor, "no-change run")
        before = alarm_names(aws)
        gone = name(count // 2)
        aws.client("sesv2").delete_configuration_set(ConfigurationSetName=gone)
        measure(aws, inventory, factor, f"after {gone} was deleted")
        pruned = sorted(before - alarm_names(aws))
        print(f"  pruned: {', '.join(pruned)}")
        if pruned != [f"ses-pause-bounce-pause-{gone}", f"ses-pause-complaint-pause-{gone}"]:
            sys.exit("that is not exactly what belonged to the set")


def alarm_names(aws: Account) -> set[str]:
    pages = aws.client("cloudwatch").get_paginator("describe_alarms").paginate()
    return {alarm["AlarmName"] for page in pages for alarm in page["MetricAlarms"]}


def kills(count: int, factor: float, times: int, seed: int, inventory: Path) -> None:
    """Killed at random points again and again, then run to the end: the same state as without a kill."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    states = []
    for disturbed in (False, True):
        with local_aws() as aws:
            aws.make_sets(count)
            aws.control("_local_aws/settings", quota_second=1 / factor)
            killed = []
            longest = count / factor + 3
            while disturbed and len(killed) < times:
                run = Run(aws, inventory, factor)
                wait = chance.uniform(1, max(3.0, longest / times * 2))
                try:
                    run.process.wait(wait)
                except subprocess.TimeoutExpired:
                    run.kill()
                    killed.append(round(wait, 1))
                else:
                    break
            Run(aws, inventory, factor).finish()
            if disturbed:
                print(f"killed {len(killed)} times, after {', '.join(map(str, killed))} s, then run to the end")
            aws.control("_local_aws/settings", quota_second=0)
            states.append(aws.state())
    same = states[0] == states[1]
    print(f"{len(states[0])} alarms and sets: {'the same state' if same else 'ANOTHER STATE'} as the undisturbed run")
    if not same:
        sys.exit(1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sets", type=int, default=10_000)
    parser.add_argument("--factor", type=float, default=25.0, help="by how much all rates are scaled")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--kill-sets", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    inventory = Path(os.environ.get("TMPDIR", "/tmp")) / f"ses-bench-{os.getpid()}.yml"  # noqa: S108
    inventory.write_text(INVENTORY)
    try:
        if options.sets:
            sizes(options.sets, options.factor, inventory)
        if options.kills:
            kills(options.kill_sets, options.factor, options.kills, options.seed, inventory)
    finally:
        inventory.unlink()


if __name__ == "__main__":
    main()
