# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The image of the example repository, as far as it goes without a container engine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.local_aws.patience import PATIENCE

COLLECTION = Path(__file__).parents[3]
PLATFORM = COLLECTION / "examples" / "platform"


def builder(*arguments: str) -> str:
    command = [sys.executable, "-m", "ansible_builder", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=PLATFORM, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def context(tmp_path: Path) -> Path:
    builder("create", "--context", str(tmp_path), "--output-filename", "Containerfile")
    return tmp_path


def test_the_context_has_the_collections_and_a_python_that_they_run_on(context: Path) -> None:
    wanted = yaml.safe_load((PLATFORM / "requirements.yml").read_text())
    assert yaml.safe_load((context / "_build" / "requirements.yml").read_text()) == wanted
    assert [each["name"] for each in wanted["collections"]] == ["mailops.ses"]
    steps = (context / "Containerfile").read_text()
    for step in (
        'ARG EE_BASE_IMAGE="docker.io/redhat/ubi9:latest"',
        'ARG PYCMD="/usr/bin/python3.12"',
        'ARG PYPKG="python3.12"',
        'ARG ANSIBLE_INSTALL_REFS="ansible-core>=2.18 ansible-runner"',
        "ansible-galaxy collection install $ANSIBLE_GALAXY_CLI_COLLECTION_OPTS -r requirements.yml",
        "introspect.py introspect",
    ):
        assert step in steps


def test_the_collection_says_which_python_packages_it_needs(tmp_path: Path) -> None:
    """By the same script that the build runs in the image."""
    place = tmp_path / "ansible_collections" / "mailops" / "ses"
    place.parent.mkdir(parents=True)
    place.symlink_to(COLLECTION)
    found = yaml.safe_load(builder("introspect", str(tmp_path)))
    ours = [f"{package}>=1.40.0  # from collection mailops.ses" for package in ("boto3", "botocore")]
    assert found == {"python": ours, "system": []}
