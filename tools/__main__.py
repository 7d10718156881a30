# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`python tools NAME`: what stands behind every target of the Makefile."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import FrameType

import parts
import workspace
from console import BESIDE, OF_THE_PLACE, Missing, say, unusable
from local_aws import local_aws
from matrix import matrix
from process import end_all, started

PARTS: dict[str, Callable[[], parts.Result]] = {
    "lint": parts.lint,
    "sanity": parts.sanity,
    "types": parts.types,
    "docs": parts.docs,
    "unit": parts.unit,
    "integration": parts.integration,
    "molecule": parts.molecule,
    "build": parts.build,
    "soak": parts.soak,
    "test-matrix": matrix,
}
# One group after the other. The parts of a group run beside each other, a few at once, in this order: first those that
# look at the files, as what the others write there is none of their business.
GROUPS = (("types", "lint", "sanity", "docs", "unit", "molecule", "integration"), ("build",))
AT_ONCE = 4


def main(names: list[str]) -> int:
    with workspace.locked():
        workspace.prepare()
        if names == ["setup"]:
            workspace.prepare_to_publish()
            workspace.prepare_pips()
            return 0
        if names == ["demo"]:
            return demo()
        if names == ["bench"]:
            return script("peers.py", "--out", str(workspace.ROOT / "bench"))
        if names == ["bench-sets"]:
            return script("configuration_sets.py")
        return test(GROUPS if names == ["test"] else [names])


def test(groups: Collection[Sequence[str]]) -> int:
    """Runs the parts, all of them even if one fails, and sums up."""
    start = time.monotonic()
    results: dict[str, parts.Result] = {}
    seconds: dict[str, float] = {}

    def run(name: str, beside: bool) -> None:
        if beside:
            BESIDE.set(name)
        say(f"{name} (Python {parts.PYTHON})")
        begun = time.monotonic()
        try:
            results[name] = PARTS[name]()
        except Missing as missing:
            results[name] = parts.Result(failed=1, notes=[str(missing)])
        seconds[name] = time.monotonic() - begun

    for group in groups:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            try:
                for future in [pool.submit(run, name, beside=len(group) > 1) for name in group]:
                    future.result()
            except BaseException:
                end_all()
                raise
    return _sum_up({name: results[name] for group in groups for name in group}, seconds, time.monotonic() - start)


def _sum_up(results: dict[str, parts.Result], seconds: dict[str, float], total: float) -> int:
    passed = sum(result.passed for result in results.values())
    failed = sum(result.failed for result in results.values())
    print()
    for name, result in results.items():
        word = "FAILED" if result.failed else "ok"
        notes = "; ".join(result.notes)
        counts = f"{result.passed:5} passed {result.failed:3} failed"
        print(f"{name:12} {word:6} {counts} {seconds[name]:5.0f} s  {notes}".rstrip())
    for name, result in results.items():
        for reason, tests in result.skipped.items():
            print(f"\n{name} skipped {len(tests)}: {reason}")
            print("".join(f"    {test}\n" for test in tests), end="")
    print(f"{'all':12} {'FAILED' if failed else 'ok':6} {'':29}{total:5.0f} s")
    # Some CI systems read this last line.
    print(f"{passed} passed, {failed} failed", flush=True)
    return int(failed > 0)


def script(name: str, *options: str) -> int:
    """Runs a measurement."""
    command = ["python", str(workspace.TREE / "bench" / name), *options]
    with started(command, output=None, errors=None) as process:
        return process.wait()


def demo() -> int:
    with local_aws("demo") as url:
        command = ["python", str(workspace.TREE / "tools" / "demo.py")]
        with started(command, {"LOCAL_AWS_URL": url}, output=None, errors=None) as process:
            return process.wait()


def stop(number: int, _frame: FrameType | None) -> None:
    """Ends by an exception, so that whatever was started is stopped."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, stop)
    try:
        sys.exit(main(sys.argv[1:]))
    except Missing as missing:
        sys.exit(f"\n{missing}")
    except OSError as error:
        if error.errno not in OF_THE_PLACE:
            raise
        sys.exit(f"\n{unusable(error, workspace.CACHE)}")
    except KeyboardInterrupt:
        sys.exit("\ninterrupted")
