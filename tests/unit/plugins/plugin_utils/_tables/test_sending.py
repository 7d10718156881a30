# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table at the end of a pause or a resume, and what stands below it."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest
from ansible.parsing.splitter import parse_kv
from ansible_collections.mailops.ses.plugins.plugin_utils._tables import layout
from ansible_collections.mailops.ses.plugins.plugin_utils._tables.sending import sending_table

ACCOUNT = {"scope": "account", "name": "", "changed": True, "sending_enabled": True}
SET = {"scope": "configuration_set", "name": "news", "changed": True, "sending_enabled": True}
TENANT = {"scope": "tenant", "name": "acme", "changed": True, "sending_enabled": False}
REFUSED = {"changed": False, "sending_enabled": False}
ANN = {"by": "person", "who": "arn:aws:iam::123456789012:user/ann", "reason": "bad\nlist", "since": "2026-11-22T10:00"}
SOMEBODY = {"by": "unknown", "who": None, "reason": None, "since": None}
GUARD = {"by": "guard", "who": None, "reason": None, "since": "2026-11-22T10:00:00+00:00"}
RATES = {"rate": 0.06, "threshold": 0.045, "recovery_threshold": 0.066}
RAISED = {"alarm_name": "ses-pause-bounce-pause", "metric": "bounce_rate", **RATES}
ARMED = {**RAISED, "alarm_name": "ses-pause-bounce-pause-news", "rate": None, "recovery_threshold": 0.045}


def target(name: str, *sending: dict[str, Any], **result: Any) -> dict[str, Any]:
    """What Ansible knows of a target when the task has run."""
    return {"inventory_hostname": name, "__ses_pause_done": {"sending": list(sending), **result}}


def refusal(scope: dict[str, Any], *alarms: dict[str, Any]) -> dict[str, Any]:
    return {"scope": scope["scope"], "name": scope["name"], "msg": "It is not resumed.", "in_alarm": list(alarms)}


def refused(alarm: dict[str, Any], **variables: Any) -> list[str]:
    """The lines of one target whose resume was refused for its alarm."""
    failed = [refusal(ACCOUNT, alarm)]
    return sending_table([{**target("shop.eu", {**ACCOUNT, **REFUSED}, failed_scopes=failed), **variables}])


def remark(scope: dict[str, Any]) -> str:
    line = sending_table([target("one", {**ACCOUNT, **scope})])[1]
    return " ".join(line.split()[4:])


def below(scope: dict[str, Any], check_mode: bool = False) -> list[str]:
    return sending_table([target("one", {**ACCOUNT, **scope})], check_mode)[3:]


def test_each_scope_of_each_target_has_a_line() -> None:
    news = {**SET, "changed": False, "sending_enabled": False}
    assert sending_table([target("shop.eu-west-1", ACCOUNT), target("two", news, TENANT)]) == [
        "TARGET          WHAT         NOW      CHANGED  REMARK",
        "shop.eu-west-1  account      sending  yes",
        "two             set news     paused   no",
        "two             tenant acme  paused   yes",
    ]


def test_without_targets_there_is_a_header() -> None:
    assert sending_table([]) == ["TARGET  WHAT  NOW  CHANGED  REMARK"]


def test_what_is_not_known_is_said_to_be_unknown() -> None:
    problem = "SES could not be asked. Run mailops.ses.status --limit TARGET."
    news = {**SET, "sending_enabled": None, "confirmed": False, "problems": [problem]}
    assert sending_table([target("one", news)]) == [
        "TARGET  WHAT      NOW      CHANGED  REMARK",
        "one     set news  unknown  yes      see below",
        "",
        "one: set news: SES could not be asked. Run mailops.ses.status --limit one.",
    ]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({}, ""),
        ({"paused": GUARD}, "was paused by the guard"),
        ({"paused": ANN}, "was paused by a person"),
        ({"paused": SOMEBODY}, "was paused, nobody knows by whom"),
        ({"paused": ANN, "skipped": "not the guard's", "sending_enabled": False}, "left paused by a person"),
        # Of a pause: it was the guard's and is a person's from now on; it was a person's before and is.
        ({"paused": GUARD, "sending_enabled": False}, "was paused by the guard"),
        ({"paused": ANN, "sending_enabled": False, "changed": False}, "is paused by a person"),
    ],
)
def test_the_remark_tells_who_paused(scope: dict[str, Any], expected: str) -> None:
    assert remark(scope) == expected


@pytest.mark.parametrize(
    ("scope", "check_mode", "expected"),
    [
        (
            {"paused": ANN},
            False,
            ["was paused by a person since 2026-11-22 10:00 UTC: arn:aws:iam::123456789012:user/ann: bad list"],
        ),
        ({"paused": SOMEBODY}, False, []),
        (
            {"paused": GUARD, "recovered": [RAISED, ARMED]},
            False,
            [
                "the threshold of ses-pause-bounce-pause is raised from 4.5 % to 6.6 % (rate 6 %), and its state set "
                "to OK",
                "ses-pause-bounce-pause-news is set to OK (rate unknown, threshold 4.5 %)",
                "was paused by the guard since 2026-11-22 10:00 UTC",
            ],
        ),
        (
            {"recovered": [RAISED, ARMED]},
            True,
            [
                "the threshold of ses-pause-bounce-pause would be raised from 4.5 % to 6.6 % (rate 6 %), and its state "
                "set to OK",
                "ses-pause-bounce-pause-news would be set to OK (rate unknown, threshold 4.5 %)",
            ],
        ),
        ({"skipped": "not paused by the guard", "changed": False}, False, ["left alone: not paused by the guard"]),
    ],
)
def test_what_there_is_to_know_stands_below(scope: dict[str, Any], check_mode: bool, expected: list[str]) -> None:
    assert below(scope, check_mode) == [f"one: account: {line}" for line in expected]


def test_check_mode_says_what_would_be() -> None:
    paused = {**ACCOUNT, "sending_enabled": False}
    assert sending_table([target("one", paused)], check_mode=True) == [
        "TARGET  WHAT     WOULD BE  CHANGE  REMARK",
        "one     account  paused    yes",
    ]


def test_a_refused_resume_begins_with_the_command_that_works() -> None:
    assert refused(RAISED, __ses_asked={"reason": "the list is mended"}) == [
        "TARGET   WHAT     NOW     CHANGED  REMARK",
        "shop.eu  account  paused  no       FAILED, see below",
        "",
        "shop.eu: to resume, once the cause is stopped: ansible-playbook mailops.ses.resume --limit shop.eu "
        "-e 'ses_reason=\"the list is mended\"' -e ses_pause_recover=true",
        "shop.eu: account: FAILED: ses-pause-bounce-pause is in ALARM: rate 6 %, threshold 4.5 %",
        "shop.eu: account: waiting does not help, as the rate does not fall while nothing is sent",
    ]


def test_a_refused_resume_of_sets_is_one_command_and_does_not_speak_of_waiting() -> None:
    offers = {**SET, "name": "offers"}
    failed = [refusal(SET, ARMED), refusal(offers, ARMED), refusal(TENANT, ARMED)]
    lines = sending_table(
        [target("one", *({**scope, **REFUSED} for scope in (SET, offers, TENANT)), failed_scopes=failed)]
    )
    commands = [line.partition(" -e ")[2] for line in lines if "mailops.ses.resume" in line]
    assert commands == [
        "ses_reason=... -e ses_configuration_sets=news,offers -e ses_pause_recover=true",
        "ses_reason=... -e ses_tenants=acme -e ses_pause_recover=true",
    ]
    assert "one: set news: FAILED: ses-pause-bounce-pause-news is in ALARM: rate unknown, threshold 4.5 %" in lines
    assert not any("waiting" in line for line in lines)


def test_the_command_leaves_alone_what_the_refused_one_left_alone() -> None:
    (command,) = (line for line in refused(RAISED, ses_pause_resume_only="guard") if "mailops.ses.resume" in line)
    assert command.endswith("-e ses_reason=... -e ses_pause_resume_only=guard -e ses_pause_recover=true")


@pytest.mark.parametrize(
    "reason",
    [
        "mended",
        "the list is mended",
        "it's mended",
        '12 % "bounces"; see https://wiki/x?id=4#top',
        "{{ 1 }}",
        "a\\b",
    ],
)
def test_the_command_keeps_the_reason_as_it_was_typed(reason: str) -> None:
    (command,) = (line for line in refused(RAISED, __ses_asked={"reason": reason}) if "mailops.ses.resume" in line)
    words = shlex.split(command.partition(": ")[2])
    given = words[words.index("-e") + 1]
    found = json.loads(given) if given.startswith("{") else parse_kv(given)
    assert found == {"ses_reason": reason}


def test_a_scope_that_failed_says_so_beside_the_others() -> None:
    news, offers = {**SET, **REFUSED}, {**SET, "name": "offers"}
    failed = [{"scope": "configuration_set", "name": "news", "msg": "AWS said\n  no."}]
    assert sending_table([target("one", news, offers, failed=True, msg="1 of 2 failed", failed_scopes=failed)]) == [
        "TARGET  WHAT        NOW      CHANGED  REMARK",
        "one     set news    paused   no       FAILED, see below",
        "one     set offers  sending  yes",
        "",
        "one: set news: FAILED: AWS said no.",
    ]


def test_a_target_that_failed_or_was_not_reached_has_a_line() -> None:
    refused = {
        "inventory_hostname": "one",
        "__ses_pause_done": {"failed": True, "msg": f"Refused:\n  {'too high ' * 20}"},
    }
    unreachable = {"inventory_hostname": "two", "__ses_pause_done": {"unreachable": True}}
    assert sending_table([refused, unreachable, {"inventory_hostname": "three"}, {}]) == [
        "TARGET  WHAT  NOW      CHANGED  REMARK",
        "one           unknown  no       FAILED, see below",
        "two           unknown  no       FAILED, see below",
        "three         unknown  no       FAILED, see below",
        "?             unknown  no       FAILED, see below",
        "",
        f"one: FAILED: Refused: {'too high ' * 20}".strip(),
        "two: FAILED: failed",
        "three: FAILED: was not reached",
        "?: FAILED: was not reached",
    ]


@pytest.mark.parametrize(("room", "most"), [(None, 80), (80 - layout.AROUND, 80 - layout.AROUND)])
def test_the_table_fits_80_columns(monkeypatch: pytest.MonkeyPatch, room: int | None, most: int) -> None:
    """In a log and at a terminal, of long names; what is below it is copied rather than read at a glance."""
    monkeypatch.setattr(layout, "_terminal", lambda: room)
    account = {**ACCOUNT, **REFUSED, "paused": ANN, "skipped": "not paused by the guard"}
    news = {**SET, "name": "newsletter-a", "paused": GUARD, "recovered": [RAISED], "problems": ["long " * 40]}
    lines = sending_table([target("shop.eu-west-1", account, news), target("news.ap-southeast-1", account)])
    assert max(map(len, lines[: lines.index("")])) <= most
