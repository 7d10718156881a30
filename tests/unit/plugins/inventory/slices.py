# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Slices of an inventory, each run as AWX does it: transmitted to a worker, which has nothing but what it was sent."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.local_aws.patience import PATIENCE
from tests.unit.plugins.inventory.fleet import environment

RUNNER = [sys.executable, "-m", "ansible_runner"]
PROJECT = Path(__file__).parents[4] / "examples" / "platform"
# The inventory as AWX writes it.
SCRIPT = "#!/usr/bin/env python3\nprint({text!r})\n"


def cut(inventory: dict[str, Any], number: int, count: int) -> dict[str, Any]:
    """The slice of what ``ansible-inventory --list`` says: every count-th host by name, as AWX counts."""
    names = sorted(inventory["_meta"]["hostvars"])[number - 1 :: count]
    hostvars = {name: inventory["_meta"]["hostvars"][name] for name in names}
    groups = {
        name: {**group, "hosts": [host for host in group["hosts"] if host in names]} if "hosts" in group else group
        for name, group in inventory.items()
        if name != "_meta"
    }
    return {**groups, "_meta": {"hostvars": hostvars}}


class Job:
    """A playbook of the example repository over an inventory: ``transmit | worker | process``, started at once."""

    def __init__(self, folder: Path, playbook: str, inventory: dict[str, Any], url: str, **variables: Any) -> None:
        self.hosts = list(inventory["_meta"]["hostvars"])
        self._back = folder / "back"
        self._prepare(folder / "sent", inventory, variables)
        self._output = (folder / "output").open("w+")
        home = folder / "worker"
        home.mkdir()
        # A short path: Ansible makes a socket there, and a socket's path has at most 107 characters.
        self._temporary = tempfile.TemporaryDirectory()
        own = environment(url, HOME=str(home), TMPDIR=self._temporary.name)
        sent, back = str(folder / "sent"), str(self._back)
        transmit = subprocess.Popen([*RUNNER, "transmit", sent, "-p", playbook], stdout=subprocess.PIPE)
        self._worker = subprocess.Popen(
            [*RUNNER, "worker"], stdin=transmit.stdout, stdout=subprocess.PIPE, cwd=home, env=own
        )
        self._process = subprocess.Popen(
            [*RUNNER, "process", back], stdin=self._worker.stdout, stdout=self._output, stderr=self._output
        )
        self._transmit = transmit
        for pipe in (transmit.stdout, self._worker.stdout):
            assert pipe is not None
            pipe.close()

    def _prepare(self, folder: Path, inventory: dict[str, Any], variables: dict[str, Any]) -> None:
        self._back.mkdir(parents=True)
        shutil.copytree(PROJECT, folder / "project", ignore=shutil.ignore_patterns("inventory"))
        script = folder / "inventory" / "hosts"
        script.parent.mkdir()
        script.write_text(SCRIPT.format(text=json.dumps(inventory)))
        script.chmod(0o700)
        (folder / "env").mkdir()
        (folder / "env" / "extravars").write_text(json.dumps(variables))

    def kill(self) -> None:
        """The worker's machine is gone, with all that ran on it."""
        for pid in [*descendants(self._worker.pid), self._worker.pid]:
            os.kill(pid, signal.SIGKILL)

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def end(self) -> int | None:
        """The exit code of ansible-playbook; None where the worker has not lived to tell it."""
        for process in (self._transmit, self._worker, self._process):
            process.wait(timeout=PATIENCE)
        self._output.close()
        self._temporary.cleanup()
        path = self._back / "artifacts" / "rc"
        return int(path.read_text()) if path.exists() else None

    @property
    def events(self) -> list[dict[str, Any]]:
        paths = (self._back / "artifacts" / "job_events").glob("*.json")
        return sorted((json.loads(path.read_text()) for path in paths), key=lambda event: int(event["counter"]))

    @property
    def artifacts(self) -> dict[str, Any]:
        """What set_stats has left."""
        found: dict[str, Any] = self.events[-1]["event_data"]["artifact_data"]
        return found

    @property
    def said(self) -> str:
        return "\n".join(event["stdout"] for event in self.events)


def descendants(pid: int) -> list[int]:
    """Ansible and its workers, those first that would start others."""
    answer = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], check=True, capture_output=True, text=True)
    pairs = [(int(child), int(parent)) for child, parent in map(str.split, answer.stdout.splitlines())]
    children = [child for child, parent in pairs if parent == pid]
    return [*children, *(each for child in children for each in descendants(child))]
