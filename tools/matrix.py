# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is supported, tried: each Python with each ansible-core, the oldest and the newest amazon.aws among them.

Each is an installation of its own in `.cache/matrix`, and runs the demo, then a module as a process. A Python that is
not on this machine is left out, and named. tools/locks holds what is installed; `tools/locks/renew` brings the newest.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import environments
from console import say
from local_aws import local_aws
from parts import Result, run
from workspace import BIN, CACHE, SETUP_LOG, TREE, VENV, environment, teach_pip

MATRIX = CACHE / "matrix"
PYTHONS = ("3.13", "3.12", "3.11")
# ansible-core: the Pythons that it runs on, the releases of the package `ansible` whose amazon.aws is tried with it.
# 12.0.0 has the oldest that we allow of those on PyPI.
CORES = {
    "2.18": (("3.11", "3.12", "3.13"), ("12.0.0",)),
    "2.19": (("3.11", "3.12", "3.13"), ("12",)),
    "2.20": (("3.12", "3.13"), ("13",)),
    "2.21": (("3.12", "3.13"), ("12.0.0", "14")),
}
# The newest is what `make sanity` runs.
SANITY = ("3.13", "2.18")


def matrix() -> Result:
    result = Result()
    for python in PYTHONS:
        program = _find_python(python)
        if not program:
            result.notes.append(f"no Python {python} here")
            continue
        for core, (pythons, releases) in CORES.items():
            for release in releases if python in pythons else ():
                say(f"Python {python}, ansible-core {core}, amazon.aws of ansible {release}")
                good, what = _try(program, python, core, release)
                result.count(good)
                result.notes.append(f"\n{'':13}{'ok' if good else 'FAILED':7}Python {python}, {what}")
    return result


def _try(program: str, python: str, core: str, release: str) -> tuple[bool, str]:
    """(whether all went well, which versions it was)"""
    name = f"{python}-{core}-{release}"
    amazon = _amazon_aws(release)
    folder = MATRIX / name
    environments.make(folder, environments.LOCKS / f"core-{core}.txt", SETUP_LOG, program)
    installed = folder / "collections"
    for link, there in (("amazon/aws", amazon), ("mailops/ses", TREE)):
        path = installed / "ansible_collections" / link
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.symlink_to(there)
    more = {
        # The AWS CLI, with which the demo looks, is ours.
        "PATH": os.pathsep.join([str(folder / "bin"), environment()["PATH"]]),
        "VIRTUAL_ENV": str(folder),
        "PYTHONPATH": "",
        "ANSIBLE_COLLECTIONS_PATH": str(installed),
    }
    with local_aws(f"matrix-{name}") as url:
        more |= {"LOCAL_AWS_URL": url, "AWS_ENDPOINT_URL": url}
        good = not run([str(BIN / "python"), str(TREE / "tools" / "demo.py")], f"matrix-{name}", more)[0]
        command = [str(folder / "bin" / "ansible"), "shop.eu-west-1", "-i", str(TREE / "examples" / "targets.yml")]
        # By another name, the interpreter is another one: the module does not run in the worker.
        # As JSON, as -e name=value ends at a space.
        command += ["-e", json.dumps({"ansible_python_interpreter": str(folder / "bin" / "python3")})]
        command += ["-m", "mailops.ses.ses_reputation_info", "-a", "gather=account"]
        keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
        good = good and not run(command, f"matrix-{name}-process", more | keys)[0]
    if (python, core) == SANITY:
        good = _sanity(folder, python) and good
    version = json.loads((amazon / "MANIFEST.json").read_text())["collection_info"]["version"]
    return good, f"ansible-core {_version(folder)}, amazon.aws {version}"


def _sanity(folder: Path, python: str) -> bool:
    teach_pip(next(folder.glob("lib/python*/site-packages")))
    command = [str(folder / "bin" / "ansible-test"), "sanity", "--python", python, "--requirements", "--color", "no"]
    path = os.pathsep.join([str(folder / "bin"), environment()["PATH"]])
    more = {"PATH": path, "VIRTUAL_ENV": str(folder), "ANSIBLE_TEST_CONTENT_ROOT": str(TREE)}
    return run(command, f"matrix-sanity-{folder.name}", more)[0] == 0


def _find_python(version: str) -> str | None:
    """A Python of this version that really runs: by its name, or one that pyenv has."""
    candidates = [f"python{version}"]
    if shutil.which("pyenv"):
        found = subprocess.run(["pyenv", "prefix", version], capture_output=True, text=True, check=False)
        candidates.append(f"{found.stdout.strip()}/bin/python{version}")
    for candidate in candidates:
        words = [candidate, "-I", "-c", "import ensurepip, ssl, venv, sys; print(sys.executable)"]
        if shutil.which(candidate):
            tried = subprocess.run(words, capture_output=True, text=True, check=False)
            if not tried.returncode:
                return tried.stdout.strip()
    return None


def _amazon_aws(release: str) -> Path:
    """The collection amazon.aws out of a release of the package `ansible`, without the hundred others."""
    lock = environments.LOCKS / f"ansible-{release}.txt"
    folder = MATRIX / f"amazon.aws-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"
    if not folder.exists():
        unpacked = MATRIX / "unpacked"
        shutil.rmtree(unpacked, ignore_errors=True)
        steps = environments.Steps(SETUP_LOG, 1)
        alone = ["--no-compile", "--ignore-requires-python", "--target", str(unpacked)]
        environments.pip(VENV, "install", lock, steps, f"unpacking ansible {release}", *alone)
        shutil.move(unpacked / "ansible_collections" / "amazon" / "aws", folder)
        shutil.rmtree(unpacked)
    return folder


def _version(folder: Path) -> str:
    found = next(folder.glob("lib/python*/site-packages/ansible_core-*.dist-info"), None)
    matched = re.search(r"-([\d.]+)\.dist-info$", found.name) if found else None
    return matched[1] if matched else "?"
