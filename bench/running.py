# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A local AWS to measure against, and processes that are measured: without the local AWS, which runs beside them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import requests

ROOT = Path(__file__).resolve().parent.parent


class LocalAws:
    """The local AWS in a process of its own, so that its memory and its CPU are not counted as ours."""

    def __init__(self, url: str, region: str) -> None:
        self.url = url
        self.region = region

    def client(self, service: str) -> Any:
        session = boto3.session.Session("testing", "testing", region_name=self.region)
        return session.client(service, endpoint_url=self.url)  # type: ignore[call-overload]

    def control(self, path: str, method: str = "POST", **body: Any) -> Any:
        answer = requests.request(method, f"{self.url}/{path}", json=body or None, timeout=60)
        answer.raise_for_status()
        return answer.json() if answer.content and "json" in answer.headers.get("Content-Type", "") else None

    def paused_at(self) -> dict[tuple[str, str], float]:
        """{(account, Region): when SES took its pause, in seconds since 1970}, of the calls since the last look."""
        listed = self.control("_local_aws/calls", "GET")["calls"]
        pauses = [call for call in listed if call["operation"] == "PutAccountSendingAttributes" and call["last"]]
        return {(call["account"], call["region"]): call["last"] for call in pauses}

    def calls(self) -> dict[str, int]:
        """Requests by service:Operation since the last look, throttled attempts included; not those of functions."""
        listed = self.control("_local_aws/calls", "GET")["calls"]
        self.control("_local_aws/calls", "DELETE")
        found: dict[str, int] = {}
        for call in listed:
            if call["source"] == "client":
                name = f"{call['service']}:{call['operation']}"
                found[name] = found.get(name, 0) + call["count"]
        return found


@contextmanager
def running_aws() -> Iterator[LocalAws]:
    command = [sys.executable, "-m", "tests.local_aws", "--port", "0"]
    server = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        yield LocalAws(server.stdout.readline().split()[-1], "us-east-1")
    finally:
        server.terminate()
        server.wait(timeout=30)


class Cost(NamedTuple):
    """wall and cpu in seconds, cpu of the whole process tree; peak in MB, of the whole tree at once."""

    wall: float
    cpu: float
    peak: float


def measured(command: Sequence[str], env: Mapping[str, str], cwd: Path, good: Sequence[int] = (0,)) -> tuple[Cost, str]:
    """(what the command cost, what it printed). It must end with one of the good codes."""
    begun = time.perf_counter()
    with subprocess.Popen(
        command, cwd=cwd, env=dict(env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        assert process.stdout is not None
        peaks = [0]
        over = threading.Event()
        watch = threading.Thread(target=_watch, args=(process.pid, peaks, over), daemon=True)
        watch.start()
        output = process.stdout.read().decode(errors="replace")
        # The usage of all that it has waited for, too.
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - begun
        over.set()
        watch.join()
    if process.returncode not in good:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{output[-4000:]}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, peaks[0] / 1024), output


def _watch(pid: int, peaks: list[int], over: threading.Event) -> None:
    while not over.wait(0.25):
        peaks[0] = max(peaks[0], tree_memory(pid))


def tree_memory(pid: int) -> int:
    """kB of a process and all below it."""
    return sum(_pss(each) for each in _tree(pid))


def _tree(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(found for child in children for found in _tree(int(child)))]


def _pss(pid: int) -> int:
    """The process's share of memory in kB, pages shared with others divided among them."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
