# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of the status playbook."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.plugin_utils._tables.status import status_table

NO_RATES = {"configuration_set": None, "bounce_rate": None, "complaint_rate": None}


def alarm(metric: str, tier: str, threshold: float, state: str = "OK", scope: str | None = None) -> dict[str, Any]:
    return {"metric": metric, "tier": tier, "threshold": threshold, "state": state, "configuration_set": scope}


ALARMS = [
    alarm("bounce_rate", "pause", 0.045),
    alarm("bounce_rate", "warn", 0.03),
    alarm("bounce_rate", "pause", 0.01, scope="news"),
    alarm("complaint_rate", "pause", 0.0009),
]


def status(**fields: Any) -> dict[str, Any]:
    return {
        "sending": {"state": "sending"},
        "rates": [NO_RATES],
        "alarms": ALARMS,
        "health": [],
        "last_drill": None,
        **fields,
    }


def row(**fields: Any) -> str:
    return status_table([{"name": "one", "status": status(**fields), "error": None}])[1]


def test_what_is_not_well_stands_below_the_table() -> None:
    rates = [{**NO_RATES, "bounce_rate": {"value": 0.0211}, "complaint_rate": {"value": 0.0001}}]
    drill = {"at": "2026-11-20T10:00:00+00:00", "mode": "dry", "result": "passed", "seconds": 3.2}
    resume = "run ansible-playbook mailops.ses.resume --limit TARGET -e 'ses_reason=\"...\"'."
    found = {"check": "paused", "severity": "error", "what": "It is\npaused.", "remedy": f"To lift it, {resume}"}
    assert status_table(
        [
            {"name": "shop.eu-west-1", "status": status(rates=rates, last_drill=drill), "error": None},
            {
                "name": "two",
                "status": status(sending={"state": "paused_by_guard"}, health=[found], alarms=[]),
                "error": None,
            },
            {"name": "three", "status": None, "error": "no\ncredentials"},
        ]
    ) == [
        "TARGET          SENDING          BOUNCE         COMPLAINT       ALARMS  HEALTH   LAST DRILL",
        "shop.eu-west-1  yes              2.11 of 4.5 %  0.01 of 0.09 %  4 OK    well     2026-11-20 dry passed",
        "two             paused by guard  none           none            none    1 error  never",
        "three           unknown                                                 UNKNOWN",
        "",
        "two: ERROR: It is paused. To lift it, run ansible-playbook mailops.ses.resume --limit two "
        "-e 'ses_reason=\"...\"'.",
        "three: UNKNOWN: no credentials",
    ]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"sending": {"state": "paused_by_person"}}, "paused by a person"),
        ({"sending": {"state": "paused_by_aws"}}, "paused by AWS"),
        (
            {"alarms": [alarm("bounce_rate", "pause", 0.045, state) for state in ("OK", "ALARM", "ALARM")]},
            "2 ALARM, 1 OK",
        ),
        ({"alarms": [alarm("bounce_rate", "pause", 0.045, "INSUFFICIENT_DATA")]}, "1 no data"),
        ({"alarms": [], "rates": [{**NO_RATES, "bounce_rate": {"value": 0.01}}]}, "1 %"),
        (
            {"health": [{"severity": each, "what": "", "remedy": ""} for each in ("error", "error", "warning")]},
            "2 errors, 1 warning",
        ),
    ],
)
def test_each_state_has_its_words(fields: dict[str, Any], words: str) -> None:
    assert f"  {words}  " in row(**fields)
