# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of `make test`. Each runs its tools in the collection tree and gives back what it counted."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import sys
import tarfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import documentation
from console import say, show
from local_aws import free_port, local_aws
from process import plain_path, started
from workspace import (
    AMAZON,
    CACHE,
    COLLECTIONS,
    HOME,
    LOGS,
    PUBLISH,
    ROOT,
    TREE,
    environment,
    prepare_pips,
    prepare_to_publish,
)

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
LEAST_COVERAGE = 90
DIST = CACHE / "dist"
# Lines with what looks like a secret, such as digests; and what tests and examples call one.
NO_SECRETS = ["--exclude-lines", r"sha256|trip_topic_arn:|diff: true|example\.com", "--exclude-secrets"]
KNOWN_SECRETS = r"testing|secret|hunter2|Sesame|p@ss/w:rd!|wJalrXUtnFEMI|.*-not-for-the-log|a-secret-key-of-.*"
NO_SECRETS += [f"^({KNOWN_SECRETS}|SecretAccessKey)$"]
# What the archive may hold, at its top.
SHIPPED = {"CHANGELOG.rst", "COPYING", "FILES.json", "MANIFEST.json", "README.md", "changelogs", "docs", "examples"}
SHIPPED |= {"CODE_OF_CONDUCT.md", "SECURITY.md", "SUPPORT.md", "meta", "playbooks", "plugins", "roles"}
# What Galaxy asks of an archive; ansible-lint and ansible-test are parts of their own.
IMPORTER = {
    "GALAXY_IMPORTER_CHECK_REQUIRED_TAGS": "true",
    "GALAXY_IMPORTER_REQUIRE_V1_OR_GREATER": "true",
    "GALAXY_IMPORTER_RUN_ANSIBLE_LINT": "false",
}


@dataclass
class Result:
    """What a part counted: tests passed, failed and, by their reason, skipped; and remarks for the summary."""

    passed: int = 0
    failed: int = 0
    notes: list[str] = field(default_factory=list)
    skipped: dict[str, list[str]] = field(default_factory=dict)

    def count(self, good: bool) -> None:
        if good:
            self.passed += 1
        else:
            self.failed += 1


def lint() -> Result:
    result = Result()
    for name, command in {
        "ruff check": ["ruff", "check", "."],
        "ruff format": ["ruff", "format", "--check", "--diff", "."],
        "yamllint": ["yamllint", "--strict", "."],
        "ansible-lint": ["ansible-lint", "--offline", "--strict"],
        "cfn-lint": ["cfn-lint", *_paths("docs/iam/*.yaml")],
        "cfn-lint policies": ["python", "-m", "tests.lint_policies"],
        "detect-secrets": ["detect-secrets-hook", *NO_SECRETS, *_files()],
        "antsibull-changelog": ["antsibull-changelog", "lint"],
        # In the checkout, as git knows there what is ignored.
        "reuse": ["reuse", "--root", str(ROOT), "lint", "--lines"],
    }.items():
        say(name)
        status, _text = run(command, f"lint-{name.replace(' ', '-')}", cwd=ROOT if name == "reuse" else TREE)
        result.count(status == 0)
        if status:
            result.notes.append(f"{name} failed")
    return result


def sanity() -> Result:
    command = ["ansible-test", "sanity", "--python", PYTHON, "--requirements", "--color", "no"]
    status, text = run(command, "sanity", {"ANSIBLE_TEST_CONTENT_ROOT": str(TREE)})
    ran = len(re.findall(r'^Running sanity test "', text, re.MULTILINE))
    found = re.search(r"^FATAL: The (\d+) sanity test\(s\) listed below", text, re.MULTILINE)
    failed = int(found[1]) if found else int(status != 0)
    return Result(max(ran - failed, 0), failed)


def types() -> Result:
    result = Result()
    config = ["--config-file", str(TREE / "pyproject.toml")]
    # Two runs: what is imported as ansible_collections.mailops.ses... and what is imported from the repository's root.
    bases = os.pathsep.join(str(TREE / name) for name in ("tools", "roles/ses_pause/files"))
    for name, folder, paths in (
        ("plugins", COLLECTIONS, [TREE / "plugins"]),
        ("the rest", TREE, [TREE / name for name in ("roles/ses_pause/files", "tests/local_aws", "tools")]),
    ):
        there = [str(path.relative_to(folder)) for path in paths]
        say(f"mypy: {name}")
        status, text = run(["mypy", *config, *there], f"types-{name.split()[-1]}", {"MYPYPATH": bases}, folder)
        result.count(status == 0)
        files = re.search(r"(?:no issues found in|checked) (\d+) source files?", text)
        result.notes.append(f"{files[1] if files else 'no'} files of {name}")
    return result


def unit() -> Result:
    report = LOGS / "unit.xml"
    report.unlink(missing_ok=True)
    data = LOGS / "coverage.json"
    data.unlink(missing_ok=True)
    prepare_pips()
    # Three, as half of their time they wait.
    command = ["pytest", "tests/unit", "-n", "3", "--cov", "--cov-report", "term:skip-covered"]
    command += ["--cov-report", f"json:{data}", "--junit-xml", str(report)]
    status, _text = run(command, "unit", {"COVERAGE_FILE": str(LOGS / "coverage")})
    result = _junit(report)
    _ask_for_a_browser(result)
    if status and not result.failed:
        result.failed = 1
        result.notes.append(f"pytest ended with {status}")
    _judge_coverage(data, result)
    return result


def soak() -> Result:
    """The long tests; SOAK_SEED=... repeats what was random."""
    report = LOGS / "soak.xml"
    report.unlink(missing_ok=True)
    seed = os.environ.get("SOAK_SEED") or str(secrets.randbelow(10**6))
    say(f"SOAK_SEED={seed}")
    # The orders of two people are a unit test too, which takes some of the calls.
    orders = "tests/unit/plugins/module_utils/_sending/test_orders.py"
    command = ["pytest", "tests/soak", orders, "-n", "2", "--junit-xml", str(report), "-o", "junit_family=xunit1"]
    command.append(f"--randomly-seed={seed}")
    status, _text = run(command, "soak", {"SOAK_SEED": seed})
    result = _junit(report)
    if status and not result.failed:
        result.failed = 1
        result.notes.append(f"pytest ended with {status}")
    for name, number in _figures(report).items():
        show(f"{number:6} {name}\n")
    result.notes.append(f"SOAK_SEED={seed}")
    return result


def _figures(report: Path) -> Counter[str]:
    """What the tests have counted, summed up."""
    sums: Counter[str] = Counter()
    for entry in ElementTree.parse(report).iter("property") if report.exists() else []:
        sums[entry.get("name", "")] += int(entry.get("value", "0"))
    return sums


def integration() -> Result:
    config = TREE / "tests" / "integration" / "integration_config.yml"
    options = ["--python", PYTHON, "--continue-on-error", "--color", "no"]
    # The files that module processes leave show which steps ran in the worker and which in a process.
    more = {"ANSIBLE_TEST_CONTENT_ROOT": str(TREE), "ANSIBLE_KEEP_REMOTE_FILES": "1"}
    with plain_path() as programs, local_aws("integration") as url:
        config.write_text(f"local_aws_url: {url}\n")
        more["PATH"] = os.pathsep.join([str(programs), environment()["PATH"]])
        command = [str(programs / "python"), str(programs / "ansible-test"), "integration", *options]
        status, text = run(command, "integration", more)
    ran = len(re.findall(r"^Running \S+ integration test role$", text, re.MULTILINE))
    found = re.search(r"^FATAL: The (\d+) integration test\(s\) listed below", text, re.MULTILINE)
    failed = int(found[1]) if found else int(status != 0)
    tasks = sum(int(count) for count in re.findall(r"^testhost +: ok=(\d+)", text, re.MULTILINE))
    return Result(max(ran - failed, 0), failed, [f"{tasks} tasks"])


def molecule() -> Result:
    scenarios = {path.parent.name for path in (TREE / "extensions" / "molecule").glob("*/molecule.yml")} - {"default"}
    for folder in (HOME / ".ansible" / "tmp").glob("molecule.*"):
        shutil.rmtree(folder)
    state = str(CACHE / "local_aws")
    more = {"LOCAL_AWS_URL": f"http://127.0.0.1:{free_port()}", "LOCAL_AWS_STATE": state}
    try:
        status, text = run(["molecule", "test", "--all", "--report"], "molecule", more)
    finally:
        # Where molecule was interrupted, nobody has stopped the local AWS.
        run(["python", "-m", "tests.local_aws", "--stop", "--state-dir", state], "molecule-stop")
    return _molecule_result(scenarios, status, text)


def _molecule_result(scenarios: set[str], status: int, text: str) -> Result:
    """Counts scenarios by molecule's recap: `site : actions=4 successful=4 disabled=0 skipped=0 missing=0 failed=0`."""
    recap = re.findall(r"^(\S+) +: actions=\d+ .* missing=(\d+) +failed=(\d+)", text, re.MULTILINE)
    ran = {name for name, _missing, _failed in recap} & scenarios
    bad = {name for name, missing, failed in recap if int(missing) or int(failed)} & scenarios
    result = Result(len(ran - bad), len(bad))
    if scenarios - ran:
        result.notes.append("not run: " + ", ".join(sorted(scenarios - ran)))
    if (status or scenarios - ran) and not bad:
        result.failed = 1
    return result


def docs() -> Result:
    """The documentation site; a warning, such as a link that leads nowhere, is an error."""
    result = Result()
    publish = prepare_to_publish()
    documentation.lay_out()
    for name, command in documentation.commands().items():
        say(name)
        status, _text = run([str(PUBLISH / "bin" / command[0]), *command[1:]], f"docs-{name}", publish)
        result.count(status == 0)
        if status:
            result.notes.append(f"{name} failed")
            return result
    asking = documentation.outside()
    result.count(not asking)
    result.notes.append(f"ask other sites: {', '.join(asking)}" if asking else str(documentation.HTML / "index.html"))
    return result


def build() -> Result:
    """Makes the archive, and looks at it as a user would: installed into an empty folder, by its full names."""
    shutil.rmtree(DIST, ignore_errors=True)
    archive = DIST / f"mailops-ses-{_version()}.tar.gz"
    installed = DIST / "installed"
    publish = prepare_to_publish()
    # Neither the tree nor the modules in it may help.
    alone = {"PYTHONPATH": "", "ANSIBLE_COLLECTIONS_PATH": str(installed)}
    example = installed / "ansible_collections" / "mailops" / "ses" / "examples" / "platform"
    playbooks = [str(example / name) for name in ("site.yml", "status.yml", "merge_status.yml")]
    # The importer looks for amazon.aws, whose documentation ours refers to, beside the packages of its Python only.
    needed = DIST / "needed"
    (needed / "ansible_collections" / "amazon").mkdir(parents=True)
    (needed / "ansible_collections" / "amazon" / "aws").symlink_to(AMAZON)
    result = Result()
    for name, command in {
        "build": ["ansible-galaxy", "collection", "build", str(TREE), "--output-path", str(DIST)],
        "install": ["ansible-galaxy", "collection", "install", str(archive), "-p", str(installed)],
        "ansible-doc": ["ansible-doc", "-s", "-t", "module", *_names("plugins/modules/*.py")],
        "ansible-doc inventory": ["ansible-doc", "-t", "inventory", *_names("plugins/inventory/*.py")],
        "playbooks": ["ansible-playbook", "--syntax-check", "-i", "localhost,", *_names("playbooks/*.yml")],
        "example": ["ansible-playbook", "--syntax-check", "-i", str(example / "inventory"), *playbooks],
        "galaxy-importer": [str(PUBLISH / "bin" / "python"), "-m", "galaxy_importer.main", str(archive)],
    }.items():
        say(f"archive: {name}")
        more = publish | IMPORTER | {"PYTHONPATH": str(needed)} if name == "galaxy-importer" else {}
        status, text = run(command, f"build-{name}", alone | more, DIST)
        # The importer ends with 0 whatever it has found.
        if name == "galaxy-importer" and re.search(r"^(ERROR|WARNING|CRITICAL)", text, re.MULTILINE):
            status = 1
        result.count(status == 0)
        if status:
            result.notes.append(f"{name} failed")
            return result
    with tarfile.open(archive) as file:
        others = {name.split("/")[0] for name in file.getnames()} - SHIPPED
    result.count(not others)
    result.notes.append(f"not to be shipped: {', '.join(sorted(others))}" if others else str(archive))
    return result


def _paths(pattern: str) -> list[str]:
    return [str(path.relative_to(TREE)) for path in sorted(TREE.glob(pattern))]


def _files() -> list[str]:
    """All of the tree, but what tools have left in it."""
    found = (path.relative_to(TREE) for path in TREE.rglob("*") if path.is_file())
    return sorted(str(path) for path in found if not {"__pycache__", ".ansible"} & set(path.parts))


def _names(pattern: str) -> list[str]:
    return [f"mailops.ses.{path.stem}" for path in sorted(TREE.glob(pattern))]


def _version() -> str:
    found = re.search(r"^version: (\S+)$", (TREE / "galaxy.yml").read_text(), re.MULTILINE)
    return found[1] if found else "without-version"


def _judge_coverage(data: Path, result: Result) -> None:
    """Adds the branch coverage of the plugins and of the function; too little of either is a failed test."""
    files = json.loads(data.read_text())["files"] if data.exists() else {}
    for name, folder in (("plugins", "plugins/"), ("function", "roles/ses_pause/files/")):
        totals = [entry["summary"] for path, entry in files.items() if path.startswith(folder)]
        branches = sum(summary["num_branches"] for summary in totals)
        percent = 100 * sum(summary["covered_branches"] for summary in totals) / branches if branches else 0
        result.notes.append(f"{name}: {percent:.1f} % of {branches} branches covered")
        if percent < LEAST_COVERAGE:
            result.notes.append(f"that is less than {LEAST_COVERAGE} %")
        result.count(percent >= LEAST_COVERAGE)


def _junit(report: Path) -> Result:
    """The counts in a JUnit report."""
    result = Result()
    for case in ElementTree.parse(report).iter("testcase") if report.exists() else []:
        skipped = case.find("skipped")
        if skipped is None:
            result.count(case.find("failure") is None and case.find("error") is None)
        else:
            name = f"{case.get('classname')}.{case.get('name')}"
            result.skipped.setdefault(skipped.get("message", ""), []).append(name)
    if result.skipped:
        result.notes.append(f"{sum(map(len, result.skipped.values()))} skipped")
    return result


def _ask_for_a_browser(result: Result) -> None:
    """In CI, tests that want a browser must run: nobody reads there what was skipped."""
    in_ci = os.environ.get("CI", "") not in ("", "0", "false")
    if in_ci and any(reason.startswith("no browser") for reason in result.skipped):
        result.failed += 1
        result.notes.append("in CI the tests that need a browser must run: .ci/run installs one")


def run(command: list[str], name: str, more: dict[str, str] | None = None, cwd: Path = TREE) -> tuple[int, str]:
    """Runs a tool, without input; shows its output, and keeps it in `.cache/log/<name>.log`."""
    lines = []
    plain = {"NO_COLOR": "1", "PY_COLORS": "0"}
    with started(command, plain | (more or {}), cwd) as process, (LOGS / f"{name}.log").open("w") as log:
        assert process.stdout is not None
        for line in process.stdout:
            show(line)
            log.write(line)
            lines.append(line)
        return process.wait(), "".join(lines)
