# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A lock is installed as it stands, by every pip, whatever has been published since."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import ansible_test
import environments
import pytest
from console import Missing

from tests.unit.tools.package_index import Index, publish_newer_ones

# The oldest that this Python was published with and the newest, as `make unit` and `make setup` fetch them.
PIPS = Path(sys.prefix).parent / "pips"
BUILDER = """\
import zipfile

def build_wheel(folder, config_settings=None, metadata_directory=None):
    info = "reuse-1.0.dist-info"
    with zipfile.ZipFile(f"{folder}/reuse-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: reuse\\nVersion: 1.0\\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{info}/RECORD", "")
    return "reuse-1.0-py3-none-any.whl"
"""


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Index:
    """An index that pip is set to, and nothing else."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    made = Index(tmp_path / "index")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", made.folder.as_uri())
    monkeypatch.setenv("PIP_CACHE_DIR", str(tmp_path / "pip"))
    return made


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, testrun_uid: str) -> Path:
    """Of all workers, the first makes it."""
    folder = tmp_path_factory.getbasetemp().parent / f"made-{testrun_uid}"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
            (folder / "done").touch()
    return folder / "venv"


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """An empty environment, with the pip that Python carries."""
    return shutil.copytree(made, tmp_path / "venv", symlinks=True)


def change_pip(folder: Path, name: str) -> None:
    wheel = next((PIPS / name).glob("pip-*.whl"), None)
    assert wheel, f"{PIPS / name} is empty: `make setup` fetches what belongs there"
    command = [str(folder / "bin" / "python"), f"{wheel}/pip", "install", "--no-index", "--no-compile"]
    command += ["--quiet", str(wheel)]
    subprocess.run(command, check=True)
    assert f"-{installed(folder, 'pip')['pip']}-" in wheel.name


def install(folder: Path, lock: str | dict[str, str]) -> None:
    file = folder.parent / "requirements.txt"
    file.write_text(lock if isinstance(lock, str) else "".join(lock.values()))
    environments.install(folder, file, environments.Steps(folder.parent / "setup.log", 3))


def installed(folder: Path, *names: str) -> dict[str, str]:
    """By name, the versions of what was installed, or of these."""
    command = [str(folder / "bin" / "python"), "-m", "pip", "list", "--format=json", "--disable-pip-version-check"]
    listing = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    versions = {entry["name"]: entry["version"] for entry in listing}
    return {name: versions[name] for name in names or versions.keys() - {"pip", "setuptools"}}


@pytest.mark.parametrize("pip", ["bundled", "oldest", "newest"])
def test_a_lock_is_installed_as_it_stands_though_newer_releases_are_there(pip: str, index: Index, folder: Path) -> None:
    lock = publish_newer_ones(index)
    if pip != "bundled":
        change_pip(folder, pip)

    install(folder, lock)

    assert installed(folder) == dict.fromkeys(lock, "1.0")


def test_the_users_settings_of_pip_do_not_change_what_is_installed(
    index: Index, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = publish_newer_ones(index)
    (tmp_path / "constraints.txt").write_text("plain==2.0\n")
    for name, value in {
        "CONSTRAINT": str(tmp_path / "constraints.txt"),
        "NO_BINARY": ":all:",
        "REQUIRE_VIRTUALENV": "1",
        "TARGET": str(tmp_path / "elsewhere"),
        "USER": "1",
    }.items():
        monkeypatch.setenv(f"PIP_{name}", value)

    install(folder, lock)

    monkeypatch.undo()
    assert installed(folder) == dict.fromkeys(lock, "1.0")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(
            lambda lock: lock.pop("plain"), "needs-them 1.0 requires plain, which is not installed", id="short"
        ),
        pytest.param(
            lambda lock: lock.update({"plain": re.sub("sha256:.*", f"sha256:{'0' * 64}", lock["plain"])}),
            "THESE PACKAGES DO NOT MATCH THE HASHES",
            id="another file",
        ),
        pytest.param(
            lambda lock: lock.update({"plain": "plain==1.0\n"}), "Hashes are required in --require-hashes", id="no hash"
        ),
        pytest.param(
            lambda lock: lock.update({"plain": lock["plain"].replace("1.0", "3.0")}),
            r"No matching distribution found for plain==3.0",
            id="gone",
        ),
    ],
)
def test_a_lock_that_cannot_be_installed_is_an_error_that_says_why_and_what_to_do(
    change: Callable[[dict[str, str]], object], reason: str, index: Index, folder: Path, tmp_path: Path
) -> None:
    lock = publish_newer_ones(index)
    change(lock)

    with pytest.raises(Missing) as error:
        install(folder, lock)

    assert reason in str(error.value)
    assert str(tmp_path / "setup.log") in str(error.value)
    assert str(error.value).splitlines()[-1].startswith("Try again: make")


def test_only_what_is_known_to_come_as_source_is_built_and_by_what_a_lock_names(
    index: Index, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = tmp_path / "build.txt"
    build.write_text(index.wheel("builder", "1.0", files={"builder.py": BUILDER}))
    index.wheel("builder", "2.0", files={"builder.py": "raise SystemExit('the newest one breaks everything')"})
    monkeypatch.setattr(environments, "BUILD", build)
    files = {"pyproject.toml": '[build-system]\nrequires = ["builder"]\nbuild-backend = "builder"\n', "PKG-INFO": ""}
    known, other = index.source("reuse", "1.0", files), index.source("other", "1.0", files)

    install(folder, known)
    assert installed(folder) == {"builder": "1.0", "reuse": "1.0"}
    with pytest.raises(Missing, match=r"No matching distribution found for other==1\.0"):
        install(folder, other)


def test_the_lists_of_ansible_test_are_locks_too() -> None:
    # It installs them itself; the set-up tells its pip to resolve nothing.
    lists = sorted((Path(next(iter(ansible_test.__path__))) / "_data" / "requirements").glob("sanity.*.txt"))
    lines = [line for file in lists for line in file.read_text().splitlines() if line and not line.startswith("#")]

    assert len(lists) >= 10
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+( ; .*)?", line)] == []
