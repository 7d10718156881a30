# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A journey in a process of its own, which can really be killed.

Its parent is a server of forks, which has imported everything already and has no threads.
"""

from __future__ import annotations

import multiprocessing
from typing import Any

from ansible_collections.mailops.ses.plugins.module_utils._aws.pace import QUOTAS

from tests.local_aws.patience import wait_for
from tests.unit.plugins.journeys import JOURNEYS, go
from tests.unit.plugins.target import Target
from tests.unit.plugins.trials import WRITES, Trials

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload([__name__])


def travel(url: str, name: str) -> None:
    """What the process does. The local AWS has no quotas here, so none need be kept."""
    QUOTAS.update(dict.fromkeys(QUOTAS, 10_000.0))
    go(Target(url, {}), JOURNEYS[name].steps)


def kill_at(trials: Trials, url: str, name: str, number: int, after: bool) -> None:
    """The journey's process is killed when this write stands before AWS, or when it is done and not answered."""
    gate: dict[str, Any] = {"kind": "gate", "name": "death", "nth": number, "after": after, "drop": True, **WRITES}
    trials.break_at(gate)
    process = _forks.Process(target=travel, args=(url, name))
    process.start()
    try:
        wait_for(
            f"{name} does not come to write {number}",
            lambda: trials.rules()[0]["waiting"] or not process.is_alive(),
        )
        assert process.is_alive(), f"{name} never came to write {number}"
    finally:
        process.kill()
        process.join()
        trials.heal()
