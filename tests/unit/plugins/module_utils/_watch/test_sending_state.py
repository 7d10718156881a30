# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who paused a target, and how its last drill went."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._guard.memory import LastDrill, Memory
from ansible_collections.mailops.ses.plugins.module_utils._watch.alarm_states import ReputationAlarm
from ansible_collections.mailops.ses.plugins.module_utils._watch.sending_state import last_drill, sending_state

PAUSED = {"paused-at": "2026-11-22T10:00:00+00:00"}
PERSON = {"person-paused-at": "2026-11-22T11:00:00+00:00", "person": "arn:ann", "reason": "a bad mailing"}


def alarm(memory: dict[str, str], scope: str | None = None, tier: str = "pause") -> ReputationAlarm:
    tags = {f"ses-pause:{key}": value for key, value in memory.items()}
    return ReputationAlarm("a", "bounce_rate", tier, scope, 0.045, "OK", None, "", True, [], Memory.of(tags))


@pytest.mark.parametrize(
    ("enabled", "enforcement", "alarms", "expected"),
    [
        (True, "HEALTHY", [alarm(PAUSED)], ("sending", None, None, None)),
        (True, "SHUTDOWN", [], ("paused_by_aws", None, None, None)),
        (False, "SHUTDOWN", [alarm(PERSON)], ("paused_by_aws", None, None, None)),
        (False, "PROBATION", [alarm(PAUSED)], ("paused_by_guard", None, None, PAUSED["paused-at"])),
        (
            False,
            "HEALTHY",
            [alarm(PAUSED), alarm(PERSON)],
            ("paused_by_person", "arn:ann", "a bad mailing", PERSON["person-paused-at"]),
        ),
        # Somebody paused by other means than this collection.
        (False, "HEALTHY", [], ("paused", None, None, None)),
        (False, "HEALTHY", [alarm(PAUSED, "news")], ("paused", None, None, None)),
        (False, "HEALTHY", [alarm(PAUSED, tier="warn")], ("paused", None, None, None)),
    ],
)
def test_who_paused_the_account(
    enabled: bool, enforcement: str, alarms: list[ReputationAlarm], expected: tuple[str | None, ...]
) -> None:
    found = sending_state(enabled, enforcement, alarms)
    assert tuple(found[key] for key in ("state", "who", "reason", "since")) == expected


def test_a_set_has_a_memory_of_its_own() -> None:
    alarms = [alarm(PERSON), alarm(PAUSED, "news")]
    assert sending_state(False, None, alarms, "news")["state"] == "paused_by_guard"
    assert sending_state(False, None, alarms, "offers")["state"] == "paused"


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ([], None),
        ([""], None),
        (["yesterday it went well indeed"], None),
        (["2026-11-22T10:00:00Z dry passed soon"], None),
        (
            ["2026-11-21T10:00:00Z live failed 120.0", "2026-11-22T10:00:00Z dry passed 3.2"],
            LastDrill("2026-11-22T10:00:00Z", "dry", "passed", 3.2),
        ),
    ],
)
def test_the_last_drill(tags: list[str], expected: LastDrill | None) -> None:
    assert last_drill([alarm({"drill": tag}) for tag in tags] + [alarm({})]) == expected
