# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The work folder `.cache`: a virtual environment, the collection tree that ansible needs, the tools' environment.

Standard library only: this runs before anything is installed.
"""

from __future__ import annotations

import ast
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
HOME = CACHE / "home"
LOGS = CACHE / "log"
COLLECTIONS = CACHE / "collections"
TREE = COLLECTIONS / "ansible_collections" / "mailops" / "ses"
REQUIREMENTS = ROOT / "tests" / "requirements.txt"
VENV = CACHE / f"venv-{sys.version_info.major}.{sys.version_info.minor}"
# For what cannot be installed beside the rest: see tools/publish/requirements.in.
PUBLISH_REQUIREMENTS = ROOT / "tools" / "publish" / "requirements.txt"
PUBLISH = CACHE / f"publish-{sys.version_info.major}.{sys.version_info.minor}"
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

# The part of `make test` that this thread runs, if others run beside it.
BESIDE: ContextVar[str] = ContextVar("beside", default="")


class Missing(Exception):
    """Something that the user has to provide is not there."""


def say(text: str) -> None:
    show(f"==> {text}\n")


def show(line: str) -> None:
    """Prints a line; where parts run beside each other, it says whose it is."""
    name = BESIDE.get()
    print(f"{name:11} | {line}" if name else line, end="", flush=True)


@contextmanager
def locked() -> Iterator[None]:
    """One `make` at a time in one checkout: two would pull the tree from under each other."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "lock").open("w") as file:
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
    _make_venv(VENV, REQUIREMENTS, _finish_venv)
    _make_home()
    _make_tree()


def prepare_to_publish() -> dict[str, str]:
    """The second virtual environment, made when it is first needed; returns the variables that put it first."""
    _make_venv(PUBLISH, PUBLISH_REQUIREMENTS)
    return {
        "PATH": os.pathsep.join([str(PUBLISH / "bin"), environment()["PATH"]]),
        "VIRTUAL_ENV": str(PUBLISH),
    }


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


def clean() -> None:
    say(f"removing {CACHE}")
    shutil.rmtree(CACHE, ignore_errors=True)


def _make_venv(folder: Path, requirements: Path, finish: Callable[[], None] | None = None) -> None:
    digest = hashlib.sha256(requirements.read_bytes() + sys.version.encode() + str(folder).encode()).hexdigest()
    stamp = folder / "made-from"
    if stamp.exists() and stamp.read_text() == digest:
        return
    say(f"making the virtual environment {folder} for Python {sys.version.split()[0]} (about a minute, once)")
    shutil.rmtree(folder, ignore_errors=True)
    set_up([sys.executable, "-I", "-m", "venv", str(folder)], "making a virtual environment")
    say(f"installing what {requirements.relative_to(ROOT)} lists")
    python = [str(folder / "bin" / "python"), "-I", "-m"]
    install = ["install", "--disable-pip-version-check", "--no-input", "--no-compile", "--no-deps", "-r", str(requirements)]
    set_up([*python, "pip", *install], "installing the requirements")
    # Compiled now, and without the hundred collections that nobody uses here, it takes half the time.
    unused = r"[/\\]ansible_collections[/\\](?!amazon[/\\])"
    set_up([*python, "compileall", "-q", "-x", unused, str(folder / "lib")], "compiling", check=False)
    if finish:
        finish()
    stamp.write_text(digest)


def _finish_venv() -> None:
    _make_pip_config()
    (BIN / "aws").write_text(AWS_CLI)


def set_up(command: list[str], what: str, check: bool = True) -> None:
    """Runs a step of the set-up; its output goes to a log file, whose end is shown if the step fails."""
    log = LOGS / "setup.log"
    with log.open("a") as file:
        status = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, check=False).returncode
    if status and check:
        end = "\n  ".join(log.read_text(errors="replace").splitlines()[-15:])
        raise Missing(f"{what} failed:\n  {end}\nThe whole output is in {log}")


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
    """ansible-test filters the environment: the user's settings of pip (mirrors, certificates) go to its home."""
    command = [str(BIN / "python"), "-m", "pip", "config", "list"]
    listing = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False).stdout
    found = re.findall(r"^(global|install|:env:)\.([a-z-]+)=(.*)$", listing, re.MULTILINE)
    # What the environment says goes before what a file says.
    settings = {
        name: ast.literal_eval(value) for _where, name, value in sorted(found, key=lambda row: row[0] == ":env:")
    }
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
