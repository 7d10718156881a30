# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The work folder `.cache`: virtual environments, the collection tree that ansible needs, the tools' variables.

Standard library only: this runs before anything is installed.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import environments
from console import Missing, say

ROOT = Path(__file__).resolve().parent.parent
# Another folder by `make CACHE=...`, where the checkout cannot be written to.
CACHE = (ROOT / (os.environ.get("CACHE") or ".cache")).resolve()
HOME = CACHE / "home"
LOGS = CACHE / "log"
SETUP_LOG = LOGS / "setup.log"
COLLECTIONS = CACHE / "collections"
TREE = COLLECTIONS / "ansible_collections" / "mailops" / "ses"
REQUIREMENTS = ROOT / "tests" / "requirements.txt"
VENV = CACHE / f"venv-{sys.version_info.major}.{sys.version_info.minor}"
# For what cannot be installed beside the rest: see tools/publish/requirements.in.
PUBLISH_REQUIREMENTS = ROOT / "tools" / "publish" / "requirements.txt"
PUBLISH = CACHE / f"publish-{sys.version_info.major}.{sys.version_info.minor}"
# The oldest pip that this Python was published with, and the newest, each in a folder: the set-up is tested with them.
PIPS = CACHE / "pips"
BIN = VENV / "bin"
SITE_PACKAGES = VENV / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
AMAZON = SITE_PACKAGES / "ansible_collections" / "amazon" / "aws"

# The user's own settings must not leak into a test or the demo: least of all credentials of a real account.
FOREIGN = ("ANSIBLE_", "AWS_", "BOTO_", "COVERAGE_", "MOLECULE_", "MOTO_", "MYPY", "PYTEST_", "PYTHON", "RUFF_")

# What ansible-test downloads to get pip into a new virtual environment; the one that Python carries does as well.
GET_PIP = """\
import subprocess, sys
# In a process of its own: ensurepip switches off the settings of pip for the rest of its process.
subprocess.run([sys.executable, "-m", "ensurepip", "--upgrade"], check=True)
packages = [word for word in sys.argv[1:] if word not in ("--no-setuptools", "--no-wheel")]
sys.exit(subprocess.call([sys.executable, "-m", "pip", "install", *packages]))
"""

# pip gives the AWS CLI's own script a first line that cannot name a Python at a path with a space. The search for
# garbage is a fifth of what a command costs.
AWS_CLI = """\
#!/bin/sh
run='import gc, sys; gc.disable(); from awscli.clidriver import main; sys.exit(main())'
exec "$(dirname "$0")/python" -P -c "$run" "$@"
"""


@contextmanager
def locked() -> Iterator[None]:
    """One `make` at a time in one checkout: two would pull the tree from under each other."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another make is at work in this checkout: waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def prepare() -> None:
    """Makes whatever of the work folder is missing or out of date."""
    if not shutil.which("git"):
        raise Missing("git is not installed, or not on PATH: it is needed to list the files of the collection")
    LOGS.mkdir(parents=True, exist_ok=True)
    environments.make(VENV, REQUIREMENTS, SETUP_LOG, finish=_finish_venv)
    _make_home()
    _make_tree()


def prepare_to_publish() -> dict[str, str]:
    """The second virtual environment, made when it is first needed; returns the variables that put it first."""
    environments.make(PUBLISH, PUBLISH_REQUIREMENTS, SETUP_LOG)
    return {
        "PATH": os.pathsep.join([str(PUBLISH / "bin"), environment()["PATH"]]),
        "VIRTUAL_ENV": str(PUBLISH),
    }


def prepare_pips() -> None:
    names = [name for name in ("oldest", "newest") if not list((PIPS / name).glob("*.whl"))]
    if names:
        say(f"fetching what the tests of this set-up need into {PIPS}")
    steps = environments.Steps(SETUP_LOG, len(names))
    for name in names:
        lock = environments.LOCKS / f"pip-{name}.txt"
        environments.pip(VENV, "download", lock, steps, f"the {name} pip", "--dest", str(PIPS / name))


def environment() -> dict[str, str]:
    """The variables for every tool: caches and homes below `.cache`, no credentials, no settings of the user."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    # ansible-test looks for interpreters on PATH and trips over shims that do not run: the real ones go first.
    real_python = Path(sys.executable).resolve().parent
    env |= {
        "PATH": os.pathsep.join([str(BIN), str(real_python), env.get("PATH", os.defpath)]),
        "VIRTUAL_ENV": str(VENV),
        "HOME": str(HOME),
        "XDG_CACHE_HOME": str(HOME / ".cache"),
        "XDG_CONFIG_HOME": str(HOME / ".config"),
        "PYTHONPATH": str(COLLECTIONS),
        "PYTHONUNBUFFERED": "1",
        "LC_ALL": "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        # `.cache` lies in the checkout but git ignores it: tools that ask git for files must find no repository.
        "GIT_CEILING_DIRECTORIES": str(CACHE),
        "ANSIBLE_HOME": str(HOME / ".ansible"),
        "ANSIBLE_LOCAL_TEMP": str(HOME / ".ansible" / "tmp"),
        "ANSIBLE_REMOTE_TMP": str(HOME / ".ansible" / "tmp"),
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "ANSIBLE_NOCOWS": "1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
        "MYPY_CACHE_DIR": str(CACHE / "mypy"),
        "RUFF_CACHE_DIR": str(CACHE / "ruff"),
    }
    return env


def _finish_venv() -> None:
    _make_pip_config()
    (BIN / "aws").write_text(AWS_CLI)


def _make_home() -> None:
    (HOME / ".ansible" / "tmp").mkdir(parents=True, exist_ok=True)
    teach_pip(SITE_PACKAGES)


def teach_pip(packages: Path) -> None:
    """Lays what the ansible-test of these packages would download where it looks first."""
    cache = HOME / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    source = (packages / "ansible_test" / "_internal" / "python_requirements.py").read_text()
    for version in re.findall(r"\bpip='([0-9.]+)'", source):
        (cache / f"get_pip_{version.replace('.', '_')}.py").write_text(GET_PIP)


def _make_pip_config() -> None:
    """ansible-test filters the environment: how to reach an index, and what `environments` does, go to its home.

    Its lists for the sanity tests are complete, too: every package with its version.
    """
    settings = environments.reaching(VENV) | {"no-deps": "true", "only-binary": ":all:"}
    config = HOME / ".config" / "pip" / "pip.conf"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.touch(mode=0o600)
    lines = [f"{name} = {value}".replace("\n", "\n  ") for name, value in settings.items()]
    config.write_text("\n".join(["[global]", *lines, ""]))


def _make_tree() -> None:
    """Copies what git would commit, as it is now: a real folder, since ansible-test refuses a symbolic link."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if listing.returncode:
        raise Missing(f"git cannot list the files of {ROOT}:\n  {listing.stderr.strip()}")
    wanted = {Path(name) for name in listing.stdout.split("\0") if name and os.path.lexists(ROOT / name)}
    TREE.mkdir(parents=True, exist_ok=True)
    _remove_others(wanted)
    for name in wanted:
        _copy(ROOT / name, TREE / name)
    amazon = COLLECTIONS / "ansible_collections" / "amazon"
    amazon.mkdir(exist_ok=True)
    link = amazon / "aws"
    link.unlink(missing_ok=True)
    link.symlink_to(AMAZON)


def _remove_others(wanted: set[Path]) -> None:
    """Removes from the tree what is no longer in the checkout, and what tools left there."""
    folders = {parent for name in wanted for parent in name.parents}
    for top, names, files in os.walk(TREE, topdown=True):
        here = Path(top).relative_to(TREE)
        for name in list(names):
            path = TREE / here / name
            if path.is_symlink():
                names.remove(name)
                if here / name not in wanted:
                    path.unlink()
            elif here / name not in folders and name != "__pycache__":
                names.remove(name)
                shutil.rmtree(path)
        if here.name != "__pycache__":
            for name in files:
                if here / name not in wanted:
                    (TREE / here / name).unlink()


def _copy(source: Path, target: Path) -> None:
    """Copies what differs only: files that stay keep their compiled forms, and a running tool keeps what it reads."""
    if target.is_symlink() or (target.exists() and (source.is_symlink() or target.is_dir())):
        shutil.rmtree(target) if target.is_dir() and not target.is_symlink() else target.unlink()
    target.parent.mkdir(parents=True, exist_ok=True)
    old, new = (target.stat() if target.exists() else None), source.lstat()
    if old is None or (old.st_mtime_ns, old.st_size, old.st_mode) != (new.st_mtime_ns, new.st_size, new.st_mode):
        shutil.copy2(source, target, follow_symlinks=False)
