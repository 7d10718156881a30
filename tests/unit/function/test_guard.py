# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the function takes from its environment."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.function.support import (
    ACCOUNT,
    ENVIRONMENT,
    FUNCTION_ARN,
    NAME,
    NOTIFY_TOPIC,
    REGION,
    TRIP_TOPIC,
    Stubbed,
    ago,
    alarm_arn,
    message,
    sns_event,
)

SINCE = ago(60)


@pytest.mark.parametrize(
    "missing", ["SES_PAUSE_NAME", "SES_PAUSE_TRIP_TOPIC_ARN", "SES_PAUSE_NOTIFY_TOPIC_ARN", "AWS_REGION"]
)
def test_a_missing_variable_is_named(stubbed: Stubbed, run: Any, monkeypatch: Any, missing: str) -> None:
    monkeypatch.setenv(missing, "")
    with pytest.raises(RuntimeError, match=f"environment variables missing: {missing}$"):
        run(sns_event(message(SINCE)))


def test_all_missing_variables_are_named_at_once(function: Any) -> None:
    with pytest.raises(RuntimeError, match="SES_PAUSE_NAME, AWS_REGION, SES_PAUSE_TRIP_TOPIC_ARN, SES_PAUSE_NOTIFY"):
        function.guard.read_guard({}, FUNCTION_ARN)


def test_the_settings_have_defaults(function: Any) -> None:
    guard = function.guard.read_guard(ENVIRONMENT, FUNCTION_ARN)
    assert guard.min_sends == 0
    assert guard.max_event_age.total_seconds() == 600


def test_the_guard_is_where_the_function_is(function: Any) -> None:
    guard = function.guard.read_guard(ENVIRONMENT, f"{FUNCTION_ARN}:live")
    assert (guard.name, guard.account, guard.region) == (NAME, ACCOUNT, REGION)
    assert (guard.trip_topic, guard.notify_topic) == (TRIP_TOPIC, NOTIFY_TOPIC)
    assert (guard.function_arn, guard.alarms) == (FUNCTION_ARN, alarm_arn(f"{NAME}-"))
