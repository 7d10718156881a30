# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The function's package with its environment set, and stubbed AWS clients for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from tests.unit.function.support import CONTEXT, ENVIRONMENT, Stubbed, load, replace_everywhere


@pytest.fixture
def function(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    for name in ("SES_PAUSE_MIN_SENDS", "SES_PAUSE_MAX_EVENT_AGE", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    return load()


@pytest.fixture
def slept(function: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the function slept, each time; it does not really."""
    seconds: list[float] = []
    # The name in the function's files, not what all threads share.
    replace_everywhere(monkeypatch, function, "time", SimpleNamespace(sleep=seconds.append))
    return seconds


@pytest.fixture
def stubbed(function: ModuleType, monkeypatch: pytest.MonkeyPatch, slept: list[float]) -> Iterator[Stubbed]:
    stubs = Stubbed(monkeypatch, function)
    yield stubs
    stubs.finish()


@pytest.fixture
def run(function: ModuleType) -> Callable[[Any], list[dict[str, Any]]]:
    """Call the handler; returns its results."""

    def call(event: Any) -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = function.handler(event, CONTEXT)["results"]
        return results

    return call
