# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fuzzes the function by coverage, with atheris, which is in no requirement of ours as few Pythons have it:

pip install atheris
PYTHONPATH=.cache/collections:. python tests/soak/fuzz_function.py -max_total_time=300 -seed=1
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress

import atheris

from tests.unit.function import fuzzing, support
from tests.unit.function.world import START

PLACES = ("AlarmArn", "NewStateValue", "NewStateReason", "StateChangeTime", "AlarmActions", "Trigger", "AlarmName")
counted = {"events": 0, "paused": 0}


def test_one_input(data: bytes) -> None:
    """A whole event as text; or a true one with one thing bent."""
    given = atheris.FuzzedDataProvider(data)
    kind = given.ConsumeIntInRange(0, 3)
    text = given.ConsumeUnicode(4096)
    value: object = text
    with suppress(ValueError, RecursionError):
        value = json.loads(text)
    if kind == 0:
        event = value
    elif kind == 1:
        event = support.sns_event(text)
    else:
        message = support.message(START)
        place = PLACES[given.ConsumeIntInRange(0, len(PLACES) - 1)]
        message[place] = value
        event = support.sns_event(message)
    counted["events"] += 1
    counted["paused"] += bool(target.check(event))


if __name__ == "__main__":
    with atheris.instrument_imports(include=["ses_pause"]):
        target = fuzzing.Target()
    atheris.Setup(sys.argv, test_one_input)
    import atexit

    atexit.register(lambda: print(counted, file=sys.stderr))
    atheris.Fuzz()
