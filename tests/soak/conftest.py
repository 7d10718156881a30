# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `make soak` runs: the whole of what tests/unit takes a part of, for as long as it takes.

SOAK_SEED decides what is random. What a test counts it records as a property, and `make soak` sums these up.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._drill import end, run

from tests.local_aws.server import LocalAws

# pylint: disable=unused-import
from tests.unit.conftest import _alone, _roots_clients, aws, control, empty_aws, local_aws  # noqa: F401 - fixtures
from tests.unit.plugins.conftest import (  # noqa: F401 - fixtures
    _empty,
    _fast,
    _shared,
    make_target,
    slept,
    target,
    trials,
)
from tests.unit.plugins.meetings import Meeting
from tests.unit.plugins.module_utils.drills import Guarded
from tests.unit.plugins.test_options import guarded  # noqa: F401 - a fixture
from tests.unit.plugins.test_removal import neighbours, watch  # noqa: F401 - fixtures
from tests.unit.plugins.trials import Trials

Count = Callable[[str, int], None]


@pytest.fixture(scope="session")
def seed() -> int:
    return int(os.environ.get("SOAK_SEED", "1"))


@pytest.fixture
def count(record_property: Count) -> Count:
    """``count(what, how many)``: for the figures at the end."""
    return record_property


@pytest.fixture
def meeting(local_aws: LocalAws, control: Callable[..., object]) -> Meeting:  # noqa: F811
    return Meeting(local_aws.url, control)


@pytest.fixture
def new_guard(
    empty_aws: Callable[[], None],  # noqa: F811
    aws: Callable[..., object],  # noqa: F811
    control: Callable[..., object],  # noqa: F811
    trials: Trials,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[], Guarded]:
    """``new_guard()``: a guarded account, and nothing of the one before."""
    monkeypatch.setattr(run, "POLL_SECONDS", 0.1)
    monkeypatch.setattr(end, "LATE_SECONDS", 0.3)

    def make() -> Guarded:
        empty_aws()
        return Guarded(trials.patient, aws, control)

    return make
