# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A guard to be drilled, and drills that do not wait long."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._drill import end, run

from tests.unit.plugins.module_utils.drills import Guarded
from tests.unit.plugins.target import Target


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "POLL_SECONDS", 0.1)
    monkeypatch.setattr(end, "LATE_SECONDS", 0.3)
    monkeypatch.setattr(end, "LATE_POLL_SECONDS", 0.1)


@pytest.fixture
def guarded(target: Target, aws: Callable[..., Any], control: Callable[..., Any]) -> Guarded:
    return Guarded(target, aws, control)
