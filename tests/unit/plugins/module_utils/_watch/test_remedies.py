# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each command that status offers, run in the state in which it is offered: what it was offered for is gone then."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._operations import (
    ses_pause_guard,
    ses_reputation_info,
    ses_sending_enabled,
)

from tests.unit.function.support import CODE
from tests.unit.plugins.module_utils.drills import BOUNCE, COMPLAINT, PHONE, SET_BOUNCE, Guarded
from tests.unit.plugins.target import Target

ACCOUNT = {"pause": ("warn", "pause"), "warn": ("warn",), "none": ()}
COMMAND = "ansible-playbook mailops.ses."
Variables = dict[str, Any]


@pytest.fixture
def guarded(target: Target, aws: Callable[..., Any], control: Callable[..., Any]) -> Guarded:
    guarded = Guarded(target, aws, control)
    site(guarded, {})
    for name in (BOUNCE, COMPLAINT, SET_BOUNCE, "ses-pause-bounce-warn", "ses-pause-complaint-warn"):
        guarded.set_state(name, "OK", "Testing")
    return guarded


# What the playbooks make of their variables


def site(guarded: Guarded, variables: Variables) -> None:
    tiers = ACCOUNT[variables.get("ses_pause_account", "pause")]
    alarms = [{"metric": metric, "tier": tier} for metric in ("bounce_rate", "complaint_rate") for tier in tiers]
    armed = json.loads(variables.get("ses_pause_arm", "true"))
    guarded.target.run(
        ses_pause_guard,
        code=CODE,
        subscriptions=[PHONE],
        alarms=alarms,
        configuration_sets=["news"],
        actions_enabled=armed,
        identities=False,
    )


def resume(guarded: Guarded, variables: Variables) -> None:
    guarded.target.run(
        ses_sending_enabled,
        enabled=True,
        reason=variables["ses_reason"],
        in_alarm="recover" if variables.get("ses_pause_recover") == "true" else "refuse",
        configuration_sets=variables.get("ses_configuration_sets"),
        recover_wait=1,
    )


def pause(guarded: Guarded, variables: Variables) -> None:
    guarded.target.run(ses_sending_enabled, enabled=False, reason=variables["ses_reason"])


def drill(guarded: Guarded, variables: Variables) -> None:
    guarded.drill()


PLAYBOOKS: dict[str, tuple[Callable[[Guarded, Variables], None], set[str]]] = {
    "site": (site, {"ses_pause_account", "ses_pause_arm"}),
    "resume": (resume, {"ses_reason", "ses_configuration_sets", "ses_pause_recover"}),
    "pause": (pause, {"ses_reason"}),
    "drill": (drill, set()),
}


def run(guarded: Guarded, remedy: str) -> None:
    """The last command of a remedy, in words of a shell."""
    assert COMMAND in remedy, f"no command: {remedy}"
    lexer = shlex.shlex(remedy.rpartition(COMMAND)[2], posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    playbook, limit, target, *options = list(lexer)
    assert (limit, target.rstrip(".:,")) == ("--limit", "TARGET")
    variables: Variables = {}
    for flag, text in zip(options[::2], options[1::2], strict=False):
        if flag != "-e":
            break
        said = text.rstrip(".:,")
        variables |= json.loads(said) if said.startswith("{") else dict([said.split("=", 1)])
    act, known = PLAYBOOKS[playbook]
    assert variables.keys() <= known
    act(guarded, variables)
    guarded.wait()


def findings(guarded: Guarded, check: str) -> list[dict[str, str]]:
    found = guarded.target.run(ses_reputation_info, gather=["health"])["health"]
    return [finding for finding in found if finding["check"] == check]


# States


def paused_by_the_guard(guarded: Guarded) -> None:
    guarded.put_rate(0.06)


def paused_by_the_guard_and_ok_again(guarded: Guarded) -> None:
    guarded.put_rate(0.06)
    guarded.set_state(BOUNCE, "OK")


def paused_by_a_person(guarded: Guarded) -> None:
    guarded.target.run(ses_sending_enabled, enabled=False, reason="a look at the lists")


def paused_by_a_person_before_the_alarm(guarded: Guarded) -> None:
    paused_by_a_person(guarded)
    guarded.put_rate(0.06)


def set_paused_by_the_guard(guarded: Guarded) -> None:
    guarded.set_state(SET_BOUNCE, "ALARM")


def set_paused_by_a_person_before_the_alarm(guarded: Guarded) -> None:
    guarded.target.run(ses_sending_enabled, enabled=False, reason="a bad list", configuration_sets=["news"])
    guarded.set_state(SET_BOUNCE, "ALARM")


def resumed_by_other_means(guarded: Guarded) -> None:
    guarded.put_rate(0.06)
    guarded.switch(True)


def resumed_by_other_means_at_the_line_of_aws(guarded: Guarded) -> None:
    guarded.put_rate(0.11)
    guarded.switch(True)


def set_resumed_by_other_means(guarded: Guarded) -> None:
    guarded.set_state(SET_BOUNCE, "ALARM")
    guarded.ses.put_configuration_set_sending_options(ConfigurationSetName="news", SendingEnabled=True)


def switched_off(guarded: Guarded) -> None:
    guarded.cloudwatch.disable_alarm_actions(AlarmNames=[BOUNCE])


def alarms_deleted(guarded: Guarded) -> None:
    found = guarded.cloudwatch.describe_alarms()["MetricAlarms"]
    guarded.cloudwatch.delete_alarms(AlarmNames=[alarm["AlarmName"] for alarm in found])


def only_warning(guarded: Guarded) -> None:
    found = guarded.cloudwatch.describe_alarms()["MetricAlarms"]
    guarded.cloudwatch.delete_alarms(
        AlarmNames=[each["AlarmName"] for each in found if "-pause" in each["AlarmName"][9:]]
    )


def no_guard(guarded: Guarded) -> None:
    alarms_deleted(guarded)
    guarded.aws("lambda").delete_function(FunctionName="ses-pause")


def check_switched_off(guarded: Guarded) -> None:
    guarded.aws("events").disable_rule(Name="ses-pause-sweep")


def raised(guarded: Guarded) -> None:
    paused_by_the_guard(guarded)
    run(guarded, findings(guarded, "paused")[0]["remedy"])
    # The rates of a local minute have one average.
    guarded.put_rate(0.0001)
    guarded.put_rate(0.0001)


def drilled(result: str) -> Callable[[Guarded], None]:
    def happen(guarded: Guarded) -> None:
        guarded.remember(drill=f"2026-11-22T10:00:00.000+00:00 dry {result} 0.0")

    happen.__name__ = f"drill_{result}"
    return happen


def by_name(value: Any) -> str | None:
    return getattr(value, "__name__", None)


@pytest.mark.parametrize(
    ("happens", "check"),
    [
        (paused_by_the_guard, "paused"),
        (paused_by_the_guard_and_ok_again, "paused"),
        (paused_by_a_person, "paused"),
        (paused_by_a_person_before_the_alarm, "paused"),
        (set_paused_by_the_guard, "paused"),
        (set_paused_by_a_person_before_the_alarm, "paused"),
        (resumed_by_other_means, "disarmed"),
        (resumed_by_other_means_at_the_line_of_aws, "disarmed"),
        (set_resumed_by_other_means, "disarmed"),
        (switched_off, "armed"),
        (alarms_deleted, "armed"),
        (only_warning, "armed"),
        (no_guard, "deployed"),
        (check_switched_off, "sweep"),
        (raised, "recovery"),
        (drilled("failed"), "drill"),
        (drilled("interrupted"), "drill"),
        (drilled("running"), "drill"),
    ],
    ids=by_name,
)
def test_the_command_of_a_remedy_works_where_it_is_offered(
    guarded: Guarded, happens: Callable[[Guarded], None], check: str
) -> None:
    happens(guarded)
    (found,) = findings(guarded, check)
    run(guarded, found["remedy"])
    assert findings(guarded, check) == []


def test_a_pause_at_the_line_of_aws_has_no_command_that_would_be_refused(guarded: Guarded) -> None:
    guarded.put_rate(0.11)
    (found,) = findings(guarded, "paused")
    assert COMMAND not in found["remedy"]
    assert "no threshold is left to guard it" in found["remedy"]


def test_after_the_pause_at_the_line_of_aws_it_is_as_such(guarded: Guarded) -> None:
    resumed_by_other_means_at_the_line_of_aws(guarded)
    (found,) = findings(guarded, "disarmed")
    run(guarded, found["remedy"])
    assert not guarded.sends


def test_a_drill_that_would_be_refused_is_for_later(guarded: Guarded) -> None:
    paused_by_the_guard(guarded)
    drilled("failed")(guarded)
    assert "once no alarm is in ALARM" in findings(guarded, "drill")[0]["remedy"]
