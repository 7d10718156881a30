# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual environments made from locks: what a lock names is installed, whatever else has been published since.

Standard library only: this runs before anything is installed.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable
from pathlib import Path

from console import Line, Missing, room, say, try_again

LOCKS = Path(__file__).resolve().parent / "locks"
# What builds the packages that come as source only: pip alone would take the newest.
BUILD = LOCKS / "build.txt"
SOURCE_ONLY = ("reuse",)

# A lock is complete, so nothing is resolved: pip before 23.3 takes the newest release for a requirement with an extra,
# whatever is pinned, and then refuses it. No other source is built, as what builds it is in no lock.
AS_LOCKED = ["--require-hashes", "--no-deps", "--no-build-isolation", "--only-binary=:all:"]
AS_LOCKED += [f"--no-binary={name}" for name in SOURCE_ONLY]
# The settings of pip that say how to reach an index. The user's others change what is installed, or where.
REACHING = {"cache-dir", "cert", "client-cert", "default-timeout", "extra-index-url", "find-links", "index-url"}
REACHING |= {"keyring-provider", "no-cache-dir", "no-index", "proxy", "retries", "timeout", "trusted-host"}
REACHING |= {"use-feature"}

# What pip says of each line of a lock.
PACKAGE = re.compile(r"(Collecting|Processing|Ignoring|Requirement already satisfied:) ")
UNPACKING = "Installing collected packages"
# Where the line cannot grow in place, one for so many packages.
EVERY = 50
LAST_LINES = 15
WIDTH = 160


class Steps:
    """The steps of a set-up, one program each: shown with their number; what they print is kept in a file."""

    def __init__(self, log: Path, total: int) -> None:
        self._log, self._total, self._number = log, total, 0

    def run(self, text: str, command: list[str], env: dict[str, str] | None = None, packages: int = 0) -> None:
        """``packages``: how many the program, pip then, will name."""
        self._number += 1
        text = f"    {self._number}/{self._total} {text}"
        line, done = Line(text), 0
        last: deque[str] = deque(maxlen=LAST_LINES)
        with self._log.open("a", buffering=1) as file, _started(command, env) as process:
            try:
                assert process.stdout is not None
                for output in process.stdout:
                    file.write(output)
                    last.append(output)
                    if packages and PACKAGE.match(output):
                        done += 1
                        if line.in_place or done % EVERY == 0:
                            line.update(f"{text}: {done} of {packages}")
                    elif packages and output.startswith(UNPACKING):
                        line.update(f"{text}: {done} of {packages}, unpacking them")
            except BaseException:
                process.kill()
                raise
            finally:
                line.end()
        if process.returncode:
            end = "".join(f"  {output.rstrip()[:WIDTH]}\n" for output in last)
            full = room(end, [self._log.parent, Path(tempfile.gettempdir())])
            raise Missing(f"{text.strip()}: failed, after\n{end}All it has printed: {self._log}{full}\n{try_again()}")


def make(
    folder: Path,
    lock: Path,
    log: Path,
    python: str = sys.executable,
    finish: Callable[[], None] = lambda: None,
) -> None:
    """Makes the environment, unless it is there: whole, and from this lock. One that is half made is made anew."""
    version = subprocess.run([python, "-I", "-VV"], capture_output=True, text=True, check=True).stdout
    made_from = "".join([lock.read_text(), BUILD.read_text(), *AS_LOCKED, python, version, str(folder)])
    digest = hashlib.sha256(made_from.encode()).hexdigest()
    stamp = folder / "made-from"
    if stamp.exists() and stamp.read_text() == digest:
        return
    say(f"setting up {folder} for Python {version.split()[1]} (once; it may take some minutes)")
    if folder.exists():
        shutil.rmtree(folder)
    steps = Steps(log, 4 + _builds(lock))
    steps.run("making an empty virtual environment", [python, "-I", "-m", "venv", str(folder)])
    install(folder, lock, steps)
    # Compiled now, and without the hundred collections that nobody uses here, it takes half the time.
    unused = r"[/\\]ansible_collections[/\\](?!amazon[/\\])"
    steps.run("compiling", [*_python(folder), "compileall", "-qq", "-j", "0", "-x", unused, str(folder / "lib")])
    finish()
    stamp.write_text(digest)


def install(folder: Path, lock: Path, steps: Steps) -> None:
    """Installs the lock with the pip that is in the environment."""
    if _builds(lock):
        pip(folder, "install", BUILD, steps, "installing what builds packages")
    pip(folder, "install", lock, steps, "installing packages", "--no-compile")
    steps.run("checking that the packages fit together", [*_python(folder), "pip", "check"], _pip_environment(folder))


def pip(folder: Path, what: str, lock: Path, steps: Steps, text: str, *more: str) -> None:
    """`pip install`, or `pip download`, of exactly what the lock names."""
    names = len(re.findall(r"^[\w.-]+==", lock.read_text(), re.MULTILINE))
    options = ["--disable-pip-version-check", "--no-input", *AS_LOCKED, *more, "-r", str(lock)]
    steps.run(text, [*_python(folder), "pip", what, *options], _pip_environment(folder), names)


@functools.cache
def reaching(folder: Path) -> dict[str, str]:
    """The user's settings of pip that say how to reach an index."""
    command = [*_python(folder), "pip", "config", "list"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Missing(f"pip cannot read its settings:\n{done.stderr}")
    found = re.findall(r"^(global|install|:env:)\.([a-z-]+)=(.*)$", done.stdout, re.MULTILINE)
    # What the environment says goes before what a file says.
    found.sort(key=lambda row: row[0] == ":env:")
    return {name: ast.literal_eval(value) for _where, name, value in found if name in REACHING}


def _pip_environment(folder: Path) -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    settings = {f"PIP_{name.upper().replace('-', '_')}": value for name, value in reaching(folder).items()}
    return env | settings | {"PIP_CONFIG_FILE": os.devnull}


def _python(folder: Path) -> list[str]:
    return [str(folder / "bin" / "python"), "-I", "-m"]


def _builds(lock: Path) -> bool:
    return any(re.search(rf"^{name}==", lock.read_text(), re.MULTILINE) for name in SOURCE_ONLY)


def _started(command: list[str], env: dict[str, str] | None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        # With the lock of the checkout: if we are killed, the next `make` waits until the program has ended, too.
        close_fds=False,
    )
