# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The upgrade from version 1.0.0, whose function was one file: one call, and at no moment can an alarm not pause."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._operations import ses_pause_function, ses_pause_guard

from tests.unit.function.support import CODE
from tests.unit.plugins.module_utils.drills import BOUNCE, PHONE, Guarded
from tests.unit.plugins.target import Target, actions, validated, writes

# Long, and of code that other tests cover line by line.
pytestmark = pytest.mark.no_cover

ONE_FILE = Path(__file__).parents[1] / "function" / "version_1_0_0" / "ses_pause.py"
OPTIONS = {"subscriptions": [PHONE], "dashboard": False}
ALARMS = [{"metric": metric, "tier": "pause"} for metric in ("bounce_rate", "complaint_rate")]
GUARD = {**OPTIONS, "alarms": ALARMS, "configuration_sets": ["news"]}
MODULES = pytest.mark.parametrize(
    ("module", "options"),
    [(ses_pause_function, OPTIONS), (ses_pause_guard, GUARD)],
    ids=["ses_pause_function", "ses_pause_guard"],
)


@pytest.fixture
def guarded(target: Target, aws: Callable[..., Any], control: Callable[..., Any]) -> Guarded:
    return Guarded(target, aws, control)


def deploy(guarded: Guarded, module: ModuleType, options: dict[str, Any], upgraded: bool) -> dict[str, Any]:
    code = CODE if upgraded else {"ses_pause.py": ONE_FILE.read_text(encoding="utf-8")}
    return guarded.target.run(module, code=code, **options)


def begin(guarded: Guarded, module: ModuleType, options: dict[str, Any]) -> None:
    deploy(guarded, module, options, upgraded=False)
    for name in (BOUNCE, "ses-pause-complaint-pause", f"{BOUNCE}-news"):
        guarded.set_state(name, "OK", "Testing")


@MODULES
def test_one_run_changes_the_code_in_one_call_and_a_second_run_nothing(
    guarded: Guarded, module: ModuleType, options: dict[str, Any]
) -> None:
    begin(guarded, module, options)
    for expected in (["lambda:UpdateFunctionCode"], []):
        with guarded.target.recorded() as calls:
            result = deploy(guarded, module, options, upgraded=True)
        assert [call for call in writes(calls) for _each in range(calls[call])] == expected
        assert actions(result) == ({"Lambda function ses-pause": ["code_sha256"]} if expected else {})


def test_an_alarm_that_goes_off_between_any_two_calls_of_it_pauses(guarded: Guarded) -> None:
    begin(guarded, ses_pause_guard, GUARD)
    aws, lock = guarded.target.aws(), threading.Lock()
    made: list[str] = []
    kept_sending: list[str] = []

    def goes_off(model: Any, **_event: Any) -> None:
        with lock:
            made.append(model.name)
            guarded.set_state(BOUNCE, "ALARM")
            if guarded.sends:
                kept_sending.append(f"after {model.name}, call {len(made)}")
            guarded.switch(True)
            guarded.set_state(BOUNCE, "OK")

    clients = [aws.client(service) for service in ses_pause_guard.OPERATION.services]
    for client in clients:
        client.meta.events.register("after-call", goes_off, unique_id="goes_off")
    try:
        ses_pause_guard.run(aws, validated(ses_pause_guard, **guarded.target.connection, **GUARD, code=CODE), False)
    finally:
        for client in clients:
            client.meta.events.unregister("after-call", unique_id="goes_off")
    assert kept_sending == []
    assert made.count("UpdateFunctionCode") == 1
    assert 0 < made.index("UpdateFunctionCode") < len(made) - 1


def test_what_the_one_file_remembers_the_package_knows(guarded: Guarded) -> None:
    """Or an upgrade in the midst of a breach would undo what a person decided, or pause and notify twice."""
    begin(guarded, ses_pause_guard, GUARD)
    guarded.set_state(BOUNCE, "ALARM")
    before = guarded.memory()
    assert before.keys() >= {"paused-at", "told-at"}
    deploy(guarded, ses_pause_function, OPTIONS, upgraded=True)
    assert guarded.sweep() == ["handled"]
    assert guarded.memory() == before
    assert guarded.told() == ["Sending PAUSED"]
    guarded.switch(True)
    assert guarded.sweep() == ["overridden"]
    assert guarded.sends


def test_what_the_one_file_could_not_pause_the_package_pauses(guarded: Guarded) -> None:
    begin(guarded, ses_pause_guard, GUARD)
    guarded.mute_trip_topic()
    guarded.set_state(BOUNCE, "ALARM")
    assert guarded.sends
    deploy(guarded, ses_pause_function, OPTIONS, upgraded=True)
    assert guarded.sweep() == ["paused"]
    assert not guarded.sends
