# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command that drills live, and ends it with a signal once the function has paused and stands at its gate.

stop.py SIGNAL ALARM_ARN COMMAND... SIGKILL goes to all processes of the command, any other to the first one alone, as a
person or a job runner sends it; then this waits until the drill has noted its end on the alarm.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable

import boto3

# So long that only what hangs takes longer.
PATIENCE = 600.0


def main() -> None:
    number, alarm = signal.Signals[sys.argv[1]], sys.argv[2]
    # Whoever starts this in the background may have SIGINT ignored; the command is to hear of it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    process = subprocess.Popen(sys.argv[3:])
    await_("the function did not come to its gate", waits)
    for pid in [*(children(process.pid) if number == signal.SIGKILL else []), process.pid]:
        os.kill(pid, number)
    process.wait()
    if number != signal.SIGKILL:
        await_("the drill did not come to its end", lambda: not runs(alarm))


def await_(what: str, is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > until:
            sys.exit(f"within {PATIENCE:.0f} s {what}")
        time.sleep(0.1)


def waits() -> bool:
    url = f"{os.environ['AWS_ENDPOINT_URL']}/_local_aws/faults"
    with urllib.request.urlopen(url, timeout=PATIENCE) as answer:  # noqa: S310
        return bool(json.load(answer)["rules"][0]["waiting"])


def children(pid: int) -> list[int]:
    """Ansible's workers."""
    answer = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], check=True, capture_output=True, text=True)
    pairs = [line.split() for line in answer.stdout.splitlines()]
    return [int(child) for child, parent in pairs if int(parent) == pid]


def runs(alarm: str) -> bool:
    tags = boto3.client("cloudwatch").list_tags_for_resource(ResourceARN=alarm)["Tags"]
    return any(tag["Key"] == "ses-pause:drill" and "running" in tag["Value"] for tag in tags)


if __name__ == "__main__":
    main()
