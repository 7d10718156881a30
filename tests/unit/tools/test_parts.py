# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `make test` counts, and what it makes of tests that were skipped."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import parts
import pytest

TESTS = """\
import pytest

def test_good(): pass
def test_bad(): assert False
def test_page(): pytest.skip("no browser: no Chromium on PATH")
class TestPage:
    def test_other(self): pytest.skip("no browser: no Chromium on PATH")
@pytest.mark.skip(reason="not on this system")
def test_elsewhere(): pass
"""


@pytest.fixture
def result(tmp_path: Path) -> parts.Result:
    """Of a run of pytest over these tests."""
    (tmp_path / "test_it.py").write_text(TESTS)
    report = tmp_path / "report.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "--junit-xml", str(report), "test_it.py"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    return parts._junit(report)


def test_it_counts_what_is_skipped_by_reason_and_name(result: parts.Result) -> None:
    assert (result.passed, result.failed, result.notes) == (1, 1, ["3 skipped"])
    assert result.skipped == {
        "no browser: no Chromium on PATH": ["test_it.test_page", "test_it.TestPage.test_other"],
        "not on this system": ["test_it.test_elsewhere"],
    }


@pytest.mark.parametrize(("ci", "failed"), [("true", 2), ("1", 2), ("false", 1), ("", 1)])
def test_in_ci_skipped_tests_of_the_browser_are_a_failure(
    result: parts.Result, ci: str, failed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", ci)

    parts._ask_for_a_browser(result)

    assert result.failed == failed


def test_in_ci_other_skipped_tests_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    result = parts.Result(passed=1, skipped={"not on this system": ["test_it.test_elsewhere"]})

    parts._ask_for_a_browser(result)

    assert result.failed == 0
