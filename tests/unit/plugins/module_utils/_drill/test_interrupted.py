# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A live drill in a real ansible-playbook, stopped by Ctrl-C: what a person sees, and what stays."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.local_aws.patience import PATIENCE, wait_for
from tests.local_aws.server import LocalAws
from tests.unit.plugins.module_utils.drills import Guarded
from tests.unit.plugins.target import REGION

# Long, and of code that other tests cover line by line.
pytestmark = pytest.mark.no_cover


def start(local_aws: LocalAws, folder: Path) -> subprocess.Popen[str]:
    where = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable, "ses_pause_region": REGION}
    inventory = folder / "targets.json"
    inventory.write_text(json.dumps({"ses_targets": {"hosts": {"shop": where}}}))
    environment = {
        **os.environ,
        "HOME": str(folder),
        "AWS_ENDPOINT_URL": local_aws.url,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
    }
    program = Path(sys.executable).with_name("ansible-playbook")
    command = [sys.executable, "-P", str(program), "-i", str(inventory), "-e", "ses_drill_mode=live"]
    return subprocess.Popen(
        [*command, "mailops.ses.drill"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_interrupts_a_live_drill_sees_what_was_put_back(
    guarded: Guarded, local_aws: LocalAws, tmp_path: Path, number: signal.Signals
) -> None:
    guarded.hold("Publish")
    process = start(local_aws, tmp_path)
    guarded.await_held()
    process.send_signal(number)
    # Its workers have the same output: it ends when the last of them has.
    shown = process.communicate(timeout=PATIENCE)[0]
    wait_for("the drill does not end", lambda: "running" not in guarded.memory()["drill"])
    guarded.go_on()
    assert "[shop] drill of ses-pause-bounce-pause: interrupted, putting everything back." in shown
    assert (
        "[shop] The live drill of ses-pause-bounce-pause was interrupted in account 123456789012, Region eu-west-1. "
        "Put back: the alarm is OK again, sending of the account is resumed.\n"
    ) in shown
    assert guarded.sends
    assert guarded.alarm()[0] == "OK"
    assert " live interrupted " in guarded.memory()["drill"]
