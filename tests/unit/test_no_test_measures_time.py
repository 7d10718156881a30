# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No test fails because a machine is slow: it waits for an event, by ``patience.py``, and its clocks are its own.

Figures belong to ``make bench``. This reads the sources and finds what would measure time.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, settings

from tests.local_aws.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
# Where it is right, and why.
EXCEPTIONS = {
    "extensions/molecule/drill/stop.py": "waits as patience.py does; a program by itself",
    "extensions/molecule/runbook/follow.py": "says how long each block took",
    "tests/local_aws/application.py": "the setting delay_ms",
    "tests/local_aws/background.py": "says how long it waited; a reset waits for what it calls off",
    "tests/local_aws/cloudwatch.py": "the setting evaluation_interval",
    "tests/local_aws/lambda_runtime.py": "what Lambda tells a function of its time and its memory",
    "tests/local_aws/patience.py": "the one place that waits",
    "tests/local_aws/quotas.py": "a quota is of time; its tests bring a clock",
    "tests/local_aws/stale_reads.py": "a lag is of time; its tests bring a clock",
    "tests/unit/function/version_1_0_0/ses_pause.py": "the function as it was released",
    "tests/unit/function/world.py": "the time of its own world",
    "tests/unit/local_aws/test_faults.py": "a client that gives up on an answer that does not come",
    "tests/unit/local_aws/test_threads.py": "lets other threads have their turn, and waits for nothing",
    "tools/demo.py": "says how long the pause took",
}
CLOCKS = {"getrusage", "monotonic", "perf_counter", "process_time", "sleep", "thread_time"}
# What waits, and the names of its limits; an option "timeout" of a module is none.
WAITERS = {"Barrier", "Config", "acquire", "communicate", "control", "create_connection", "join", "subprocess.run"}
WAITERS |= {"delete", "get", "open", "post", "put", "request", "urlopen", "wait", "wait_for"}
LIMITS = {"connect_timeout", "read_timeout", "timeout"}
Finding = tuple[int, str]


def is_short(node: ast.expr | None) -> bool:
    """A number of seconds that a busy machine may need; 0 does not wait at all."""
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float) and 0 < node.value < PATIENCE


def name_of(function: ast.expr) -> str:
    name = ast.unparse(function)
    return "subprocess.run" if name == "subprocess.run" else name.rpartition(".")[2]


def clocks(call: ast.Call) -> Iterator[str]:
    if name_of(call.func).removesuffix("_ns") in CLOCKS:
        yield "reads a clock or sleeps"


def limits(call: ast.Call) -> Iterator[str]:
    name = name_of(call.func)
    keywords = [each.value for each in call.keywords if each.arg in LIMITS]
    if name in WAITERS and any(map(is_short, [*keywords, *(call.args[:1] if name in ("wait", "join") else [])])):
        yield f"waits less than {PATIENCE:.0f} s"


def hypotheses(call: ast.Call) -> Iterator[str]:
    name, options = name_of(call.func), {each.arg: ast.unparse(each.value) for each in call.keywords}
    if name in ("settings", "register_profile"):
        if options.get("deadline", "None") != "None":
            yield "a deadline for an example"
        checks = options.get("suppress_health_check", "too_slow")
        if "too_slow" not in checks and checks != "list(HealthCheck)":
            yield "a limit for making up examples"
    if ((name == "text" and not call.args) or name == "from_regex") and "alphabet" not in options:
        yield "an alphabet that costs seconds before the first example"


def find_in_python(source: str) -> Iterator[Finding]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            for look in (clocks, limits, hypotheses):
                yield from ((node.lineno, what) for what in look(node))
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Lt | ast.LtE | ast.Gt | ast.GtE):
            # Between a reading before and one after is no limit: before - timedelta(...) <= at <= datetime.now(UTC).
            if re.search(r"total_seconds|now\([^)]*\) - |- \S*now\(", ast.unparse(node)):
                yield node.lineno, "a limit for the time that has passed"
        elif isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            if any(isinstance(key, ast.Constant) and key.value in LIMITS - {"timeout"} and is_short(value)
                   for key, value in pairs):  # fmt: skip
                yield node.lineno, f"waits less than {PATIENCE:.0f} s"


def tasks(value: Any) -> Iterator[dict[str, Any]]:
    """Every mapping in it."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from tasks(inner)


def find_in_yaml(source: str) -> Iterator[Finding]:
    for task in tasks(list(yaml.safe_load_all(source))):
        if isinstance(options := task.get("ansible.builtin.uri"), dict) and options.get("timeout", 30) < PATIENCE:
            yield 0, f"uri without a timeout of {PATIENCE:.0f} s or more: {options.get('url')}"
        if "until" in task and task.get("retries", 3) * task.get("delay", 5) < PATIENCE:
            yield 0, f"tries again for less than {PATIENCE:.0f} s: {task['until']}"
        if task.keys() & {"ansible.builtin.pause", "ansible.builtin.wait_for", "async"}:
            yield 0, f"a fixed time: {sorted(task)}"
    for number, line in enumerate(source.splitlines(), 1):
        found = re.search(r"timeout=(\d+)", line)
        if ("builtin.url'" in line or "/idle?" in line) and not (found and int(found[1]) >= PATIENCE):
            yield number, f"a URL without a timeout of {PATIENCE:.0f} s or more"


FINDERS: dict[str, Callable[[str], Iterable[Finding]]] = {".py": find_in_python, ".yml": find_in_yaml}
PATTERNS = ("tests/**/*.py", "tests/integration/**/*.yml", "extensions/**/*.py", "extensions/**/*.yml", "tools/demo.py")
# Not what ansible-test leaves there as it runs, and takes away again.
OUTPUT = ROOT / "tests" / "output"
FILES = {path for pattern in PATTERNS for path in ROOT.glob(pattern) if not path.is_relative_to(OUTPUT)}
SOURCES = sorted(path.relative_to(ROOT).as_posix() for path in FILES)


def find(path: str) -> list[Finding]:
    source = ROOT / path
    return list(FINDERS[source.suffix](source.read_text()))


def test_no_source_measures_time() -> None:
    assert len(SOURCES) > 200
    found = [f"{path}:{line}: {what}" for path in SOURCES if path not in EXCEPTIONS for line, what in find(path)]
    assert found == []


@pytest.mark.parametrize("path", EXCEPTIONS)
def test_an_exception_is_needed(path: str) -> None:
    assert find(path)


def test_hypothesis_knows_no_hurry() -> None:
    assert settings().deadline is None
    assert HealthCheck.too_slow in settings().suppress_health_check


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("time.sleep(1)", 1),
        ("assert time.monotonic() - begun < 3", 1),
        ("begun = perf_counter_ns()", 1),
        ("resource.getrusage(resource.RUSAGE_CHILDREN)", 1),
        ("assert datetime.now(UTC) - begun < timedelta(seconds=3)", 1),
        ("assert (datetime.fromisoformat(value) - before).total_seconds() < 60", 1),
        ("assert before - timedelta(seconds=1) <= at <= datetime.now(UTC)", 0),
        ("process.wait(10)", 1),
        ("process.wait(timeout=PATIENCE)", 0),
        ("subprocess.run(command, timeout=60)", 1),
        ("target.run(_drill, timeout=1)", 0),
        ("requests.get(url, timeout=10)", 1),
        ("control('idle', timeout=0)", 0),
        ("Config(read_timeout=5)", 1),
        ("make_target(aws_config={'read_timeout': 5})", 1),
        ("settings(deadline=200)", 1),
        ("settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])", 0),
        ("settings(suppress_health_check=[HealthCheck.data_too_large])", 1),
        ("st.text(max_size=3)", 1),
        ("st.text('abc', max_size=3)", 0),
    ],
)
def test_what_is_found_in_python(source: str, found: int) -> None:
    assert len(list(find_in_python(source))) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("- ansible.builtin.uri: {url: here}", 1),
        ("- ansible.builtin.uri: {url: here, timeout: 660}", 0),
        ("- {block: [{until: told is success, retries: 10, delay: 1}]}", 1),
        ("- {until: told is success, retries: 600, delay: 1}", 0),
        ("- ansible.builtin.pause: {seconds: 3}", 1),
        ("url: http://here/_local_aws/idle?timeout=60", 1),
        ("out: \"{{ lookup('ansible.builtin.url', here) }}\"", 1),
        ("out: \"{{ lookup('ansible.builtin.url', here, timeout=660) }}\"", 0),
    ],
)
def test_what_is_found_in_yaml(source: str, found: int) -> None:
    assert len(list(find_in_yaml(source))) == found
