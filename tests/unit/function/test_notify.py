# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.unit.function.support import (
    BOUNCE,
    ENVIRONMENT,
    FUNCTION_ARN,
    SET_BOUNCE,
    SET_DIMENSION,
    Stubbed,
    description,
    direct_event,
)

ACTIONS = ["paused", "already_paused", "drilled", "held", "overridden", "failed"]


def notice(
    function: Any, stubbed: Stubbed, action: str, why: str = "", event: Any = None, **changes: Any
) -> dict[str, str]:
    since = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    alarm = function.events.from_direct(FUNCTION_ARN, event(since)) if event else None
    alarm = alarm or function.events.from_description(description(since, **changes))
    stubbed.tells()
    guard = function.guard.read_guard(ENVIRONMENT, FUNCTION_ARN)
    function.notify.notify(guard, alarm, action, why)
    return stubbed.published[-1]


def test_a_pause_of_the_account(function: Any, stubbed: Stubbed) -> None:
    assert notice(function, stubbed, "paused")["Message"] == (
        "Sending PAUSED: account 123456789012, eu-west-1.\n"
        "SES refuses this mail (...SendingPausedException) and keeps none of it.\n"
        "\n"
        "Alarm: ses-pause-bounce-pause of the guard ses-pause, in ALARM since 2026-11-22 10:00:00 UTC\n"
        "Bounce rate: 6.000%; threshold: 4.500%\n"
        "CloudWatch says: Threshold Crossed: 1 out of the last 1 datapoints [0.06 (22/11/26 09:55:00)] was greater "
        "than or equal to the threshold (0.045) (minimum 1 datapoint for OK -> ALARM transition).\n"
        "\n"
        "To look:    aws sesv2 get-account --region eu-west-1\n"
        "To pause:   aws sesv2 put-account-sending-attributes --no-sending-enabled --region eu-west-1\n"
        "To resume, when the cause is found and stopped:\n"
        "            ansible-playbook mailops.ses.resume --limit TARGET -e 'ses_reason=\"...\"'\n"
        "            (TARGET: this account and Region in your inventory)\n"
        "        or  aws sesv2 put-account-sending-attributes --sending-enabled --region eu-west-1\n"
        "            (the guard then pauses again only after the alarm has been OK; the playbook sees to that)\n"
    )


def test_the_commands_for_a_set_name_it(function: Any, stubbed: Stubbed) -> None:
    text = notice(function, stubbed, "paused", name=SET_BOUNCE, dimensions=SET_DIMENSION)["Message"]
    option = "--configuration-set-name newsletter"
    assert f"aws sesv2 get-configuration-set {option} --region eu-west-1" in text
    assert f"aws sesv2 put-configuration-set-sending-options {option} --no-sending-enabled --region eu-west-1" in text
    assert f"aws sesv2 put-configuration-set-sending-options {option} --sending-enabled --region eu-west-1" in text
    assert "get-account" not in text


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("name", ["newsletter", "n" * 64, "n\u00e4me"])
def test_a_subject_is_what_sns_takes(function: Any, stubbed: Stubbed, action: str, name: str) -> None:
    published = notice(function, stubbed, action, dimensions={"ses:configuration-set": name})
    assert published["Subject"].isascii()
    assert published["Subject"].isprintable()
    assert len(published["Subject"]) <= 100
    assert published["Subject"].startswith("Sending ")
    assert name in published["Message"]


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("name", [None, "newsletter", "n" * 64, "n\u00e4me"])
def test_an_sms_is_one_part_and_says_what_where_and_how_much(
    function: Any, stubbed: Stubbed, action: str, name: str | None
) -> None:
    dimensions = {"ses:configuration-set": name} if name else {}
    sms = notice(function, stubbed, action, dimensions=dimensions)["Sms"]
    assert sms.startswith("Sending ")
    assert len(sms) <= 140
    assert sms.isascii()
    assert "\n" not in sms
    if not name:
        assert sms.endswith(": account 123456789012, eu-west-1. Bounce rate: 6.000%, limit 4.500%")


@pytest.mark.parametrize("action", ACTIONS)
def test_every_notice_says_where_and_why(function: Any, stubbed: Stubbed, action: str) -> None:
    published = notice(function, stubbed, action, why="This is why.")
    for part in ("account 123456789012", "eu-west-1", BOUNCE, "This is why.", "2026-11-22 10:00:00 UTC"):
        assert part in published["Message"]
    assert "account 123456789012, eu-west-1" in published["Subject"]


@pytest.mark.parametrize(
    ("reason", "value"),
    [
        ("1 datapoint [6.0E-4 (22/11/26 09:55:00)] was", "0.060%"),
        ("datapoints [1.0 (22/11/26 09:55:00), 0.5 (22/11/26 09:50:00)] were", "100.000%"),
        ("Testing execution of Lambda function", "unknown"),
        ("no datapoints were received", "unknown"),
        ("[nonsense (", "unknown"),
    ],
)
def test_the_value_is_taken_from_the_reason_where_it_has_one(
    function: Any, stubbed: Stubbed, reason: str, value: str
) -> None:
    assert f"Bounce rate: {value}; threshold" in notice(function, stubbed, "paused", StateReason=reason)["Message"]


def test_a_threshold_that_is_not_known_is_said_to_be_so(function: Any, stubbed: Stubbed) -> None:
    assert "threshold: unknown" in notice(function, stubbed, "paused", event=direct_event)["Message"]
