# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks themselves, as people run them: killed with all their workers, and run again."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from ansible_collections.mailops.ses.plugins.module_utils._aws.pace import QUOTAS

from tests.local_aws.patience import PATIENCE, wait_for
from tests.local_aws.server import LocalAws
from tests.soak.conftest import Count
from tests.unit.plugins import picture
from tests.unit.plugins.inventory.fleet import BIN, environment
from tests.unit.plugins.inventory.slices import descendants
from tests.unit.plugins.journeys import prepare
from tests.unit.plugins.trials import WRITES, Trials

POINTS = 4
TARGET = {
    "ansible_connection": "local",
    "ansible_python_interpreter": "{{ ansible_playbook_python }}",
    "ses_pause_region": "eu-west-1",
    "ses_pause_subscriptions": [{"protocol": "sms", "endpoint": "+12065550100"}],
    "ses_pause_configuration_sets": ["news", "offers"],
    "ses_pause_quotas": dict.fromkeys(QUOTAS, 1000),
    "ses_pause_tags": {"team": "mail"},
}


class Playbooks:
    """One target of the local AWS."""

    def __init__(self, trials: Trials, url: str, folder: Path) -> None:
        self._trials = trials
        self._url = url
        self._inventory = folder / "targets.yml"
        self._inventory.write_text(yaml.safe_dump({"ses_targets": {"hosts": {"here": TARGET}}}))

    def start(self, name: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(BIN / "ansible-playbook"), "-i", str(self._inventory), f"mailops.ses.{name}"],
            env=environment(self._url),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, name: str) -> None:
        process = self.start(name)
        said = process.communicate(timeout=PATIENCE)[0]
        assert process.returncode == 0, said

    def count_writes(self, name: str) -> int:
        self._trials.break_at({"kind": "note", **WRITES})
        self.run(name)
        return int(self._trials.heal()[0]["fired"])

    def kill(self, name: str, **point: Any) -> None:
        self._trials.break_at({"kind": "gate", "drop": True, **WRITES, **point})
        process = self.start(name)
        try:
            wait_for(
                f"{name} does not come to {point}",
                lambda: self._trials.rules()[0]["waiting"] or process.poll() is not None,
            )
            assert process.poll() is None, process.communicate()[0]
        finally:
            # ansible-core gives each worker a session of its own.
            for each in [process.pid, *descendants(process.pid)]:
                os.kill(each, signal.SIGKILL)
            process.communicate()
            self._trials.heal()


@pytest.mark.parametrize("name", ["site", "remove"])
def test_a_playbook_that_is_killed(
    trials: Trials, local_aws: LocalAws, tmp_path: Path, seed: int, count: Count, name: str
) -> None:
    playbooks = Playbooks(trials, local_aws.url, tmp_path)

    def begin() -> None:
        trials.empty()
        prepare(trials.aws)
        if name == "remove":
            playbooks.run("site")

    begin()
    writes = playbooks.count_writes(name)
    undisturbed = picture.take(trials.aws)
    chance = Random(f"{seed} {name}")
    for number in chance.sample(range(1, writes + 1), POINTS):
        begin()
        point = {"nth": number, "after": chance.random() < 0.5}
        playbooks.kill(name, **point)
        playbooks.run(name)
        assert picture.take(trials.aws) == undisturbed, f"{name} killed at {point}"
    count("playbook killed at a write", POINTS)
