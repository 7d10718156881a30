# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make setup` as a fresh machine has it, in a small checkout whose locks name packages of our own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.unit.tools.package_index import Index, publish_newer_ones
from tests.unit.tools.test_environments import PIPS

ROOT = Path(__file__).resolve().parents[3]
# What is to be on PATH: what people are told to install, and what every system has.
PROGRAMS = ("git", "make", "sh", "cat", "dirname", "rm", "sed", "tail", "tr", "expand")
# So long that only a hang meets it.
LIMIT = 3600


@dataclass
class Machine:
    """A checkout, a package index that may be held, and little else."""

    checkout: Path
    index: Index
    env: dict[str, str]
    asked: threading.Event = field(default_factory=threading.Event)
    open: threading.Event = field(default_factory=threading.Event)

    @property
    def environment(self) -> Path:
        return self.checkout / ".cache" / f"venv-{sys.version_info.major}.{sys.version_info.minor}"

    def make(self, *words: str) -> subprocess.CompletedProcess[str]:
        process = self.start("make", *words)
        output = process.communicate(timeout=LIMIT)[0]
        return subprocess.CompletedProcess(words, process.returncode, output)

    def start(self, *command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command,
            cwd=self.checkout,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )

    def start_tools(self) -> subprocess.Popen[str]:
        """What `make setup` becomes: its process, not that of make."""
        return self.start("python3", "-X", "utf8", "-IB", "tools", "setup")


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "python3").symlink_to(getattr(sys, "_base_executable", sys.executable))
    for name in PROGRAMS:
        found = shutil.which(name)
        assert found, name
        (programs / name).symlink_to(found)
    # No HOME, no locale, no settings.
    made = Machine(tmp_path / "Ännchens Ordner" / "ses", Index(tmp_path / "index"), {"PATH": str(programs)})
    _check_out(made)
    made.open.set()

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.set()
            made.open.wait()
            super().do_GET()

        def log_message(self, *words: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(made.index.folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made.env |= {"PIP_INDEX_URL": f"http://127.0.0.1:{server.server_port}", "PIP_CONFIG_FILE": os.devnull}
    made.env |= {"PIP_NO_CACHE_DIR": "1", "NO_PROXY": "127.0.0.1"}
    yield made
    made.open.set()
    server.shutdown()
    server.server_close()


def _check_out(machine: Machine) -> None:
    """Our tools, with locks that name what the index has: newer releases beside it, and the pips."""
    checkout, index = machine.checkout, machine.index
    checkout.mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", checkout)
    shutil.copytree(ROOT / "tools", checkout / "tools")
    lock = publish_newer_ones(index)
    ansible_test = {"ansible_test/_internal/python_requirements.py": "pip='24.2'\n"}
    lock["ansible-core"] = index.wheel("ansible-core", "1.0", files=ansible_test)
    (checkout / "tests").mkdir()
    (checkout / "tests" / "requirements.txt").write_text("".join(lock.values()))
    (checkout / "tools" / "publish" / "requirements.txt").write_text(lock["plain"])
    for wheel in PIPS.glob("*/pip-*.whl"):
        index.copy("pip", wheel)
    (checkout / ".gitignore").write_text("/.cache/\n")
    subprocess.run(["git", "init", "--quiet"], cwd=checkout, check=True)


def test_it_needs_no_more_than_python_git_and_make_and_shows_how_far_it_is(machine: Machine) -> None:
    done = machine.make("setup")

    assert done.returncode == 0, done.stdout
    version = ".".join(map(str, sys.version_info[:3]))
    cache = machine.checkout / ".cache"
    assert done.stdout.splitlines() == [
        f"==> setting up {machine.environment} for Python {version} (once; it may take some minutes)",
        "    1/4 making an empty virtual environment",
        "    2/4 installing packages",
        "    2/4 installing packages: 5 of 5, unpacking them",
        "    3/4 checking that the packages fit together",
        "    4/4 compiling",
        f"==> setting up {machine.environment.with_name('publish' + machine.environment.name[4:])} for Python {version}"
        " (once; it may take some minutes)",
        "    1/4 making an empty virtual environment",
        "    2/4 installing packages",
        "    2/4 installing packages: 1 of 1, unpacking them",
        "    3/4 checking that the packages fit together",
        "    4/4 compiling",
        f"==> fetching what the tests of this set-up need into {cache / 'pips'}",
        "    1/2 the oldest pip",
        "    2/2 the newest pip",
    ]
    assert {path.name.split("-")[0] for path in cache.glob("pips/*/*.whl")} == {"pip"}
    assert sorted(path.name for path in machine.environment.glob("lib/*/site-packages/*-1.0.dist-info")) == [
        f"{name}-1.0.dist-info" for name in ("ansible_core", "needs_them", "plain", "with_extra", "yanked")
    ]
    # What ansible-test installs is not resolved, nor built, either.
    settings = (cache / "home" / ".config" / "pip" / "pip.conf").read_text().splitlines()
    assert {"no-deps = true", "only-binary = :all:", f"index-url = {machine.env['PIP_INDEX_URL']}"} <= set(settings)

    again = machine.make("setup")
    assert (again.returncode, again.stdout) == (0, "")


def test_one_that_was_killed_is_done_anew_and_the_next_waits_for_what_is_left_of_it(machine: Machine) -> None:
    machine.open.clear()
    killed = machine.start_tools()
    assert machine.asked.wait(LIMIT)
    killed.kill()
    killed.wait(LIMIT)
    half_made = machine.environment / "of-the-first"
    half_made.touch()

    # Its pip still waits for the index.
    after = machine.start("make", "setup")
    assert after.stdout is not None
    assert after.stdout.readline() == "==> another make is at work in this checkout: waiting for it\n"
    assert half_made.exists()

    machine.open.set()
    output = after.communicate(timeout=LIMIT)[0]
    assert after.returncode == 0, output
    assert not half_made.exists()


def test_an_interrupt_ends_it_and_what_it_has_started(machine: Machine) -> None:
    machine.open.clear()
    interrupted = machine.start_tools()
    assert machine.asked.wait(LIMIT)
    interrupted.send_signal(signal.SIGINT)

    # The output ends when nobody is left who could write to it; the index still holds pip.
    output = interrupted.communicate(timeout=LIMIT)[0]
    assert interrupted.returncode == 1
    assert output.endswith("\ninterrupted\n")
    assert not (machine.environment / "made-from").exists()


def test_a_step_that_fails_shows_its_last_lines_and_the_command_to_try_again(machine: Machine, tmp_path: Path) -> None:
    machine.index.withdraw("plain")
    other = tmp_path / "an other folder"

    done = machine.make("setup", "PYTHON=python3", f"CACHE={other}")

    assert done.returncode == 2
    assert "\n2/4 installing packages: failed, after\n" in done.stdout
    assert "  ERROR: No matching distribution found for plain==1.0\n" in done.stdout
    assert f"\nTry again: make setup PYTHON=python3 CACHE='{other}'\n" in done.stdout
    # All that it makes is in the folder that was named.
    assert (other / "log" / "setup.log").exists()
    assert not (machine.checkout / ".cache").exists()


def test_where_it_cannot_write_it_says_so_and_how_to_name_another_folder(machine: Machine) -> None:
    done = machine.make("setup", "CACHE=/sys/mailops")

    assert done.returncode == 2
    lines = done.stdout.splitlines()
    assert lines[1].startswith("/sys/mailops: ")
    assert (
        lines[2]
        == "The set-up writes there, and runs programs there. To give it another folder: make CACHE=/folder ..."
    )
