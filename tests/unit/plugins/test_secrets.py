# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real run of the role at -vvvv: its secrets are in no output, no cache, no tag, and not with the function."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.local_aws.patience import PATIENCE
from tests.local_aws.server import LocalAws
from tests.unit.plugins.target import REGION

PASSWORD, KEY = "pass-not-for-the-log", "key-not-for-the-log"
WHERE = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable, "ses_pause_region": REGION}


@pytest.mark.parametrize("endpoint", ["https://ops@example.com/hook", "https://example.com/hook"], ids=["good", "bad"])
def test_no_secret_is_told(endpoint: str, tmp_path: Path, local_aws: LocalAws, aws: Callable[..., Any]) -> None:
    """bad: a run that fails must not tell it either."""
    subscriptions = [{"protocol": "https", "endpoint": endpoint, "password": PASSWORD}]
    variables = {**WHERE, "ses_pause_subscriptions": subscriptions}
    inventory = tmp_path / "targets.json"
    inventory.write_text(json.dumps({"ses_targets": {"hosts": {"shop": variables}}}))
    cache = tmp_path / "cache"
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "AWS_ENDPOINT_URL": local_aws.url,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": KEY,
        "ANSIBLE_CACHE_PLUGIN": "jsonfile",
        "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(cache),
        "ANSIBLE_LOG_PATH": str(tmp_path / "ansible.log"),
        "ANSIBLE_NOCOWS": "1",
    }
    program = str(Path(sys.executable).with_name("ansible-playbook"))
    command = [sys.executable, "-P", program, "-vvvv", "--diff", "-i", str(inventory), "mailops.ses.site"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE)
    is_good = "ops@" in endpoint
    assert (done.returncode == 0) is is_good, done.stdout[-3000:]
    told = {"output": done.stdout, "errors": done.stderr, "log": (tmp_path / "ansible.log").read_text()}
    told |= {str(path): path.read_text() for path in cache.rglob("*") if path.is_file()} if cache.exists() else {}
    if is_good:
        function = aws("lambda").get_function(FunctionName="ses-pause")
        del function["ResponseMetadata"]
        told["function"] = json.dumps(function, default=str)
        told["tags"] = json.dumps(
            [aws("cloudwatch").list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]
             for alarm in aws("cloudwatch").describe_alarms()["MetricAlarms"]]
        )  # fmt: skip
    leaks = [where for where, text in told.items() for secret in (PASSWORD, KEY) if secret in text]
    # -vvvv prints no inventory; variables of a host are the user's own.
    assert leaks == []
