# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The jobs of an event: each is done, whatever becomes of the others."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.function.support import COURSE, FUNCTION_ARN, Stubbed, ago, message, sns_event

SINCE = ago(60)


@pytest.mark.parametrize(
    "event",
    [
        {},
        None,
        [],
        "sweep",
        {"sweep": "yes"},
        {"sweep": False},
        {"key1": "value1"},
        {"source": "aws.cloudwatch", "detail-type": "CloudWatch Alarm State Change", "detail": {}},
        {"source": "aws.events", "alarmData": {}},
    ],
)
def test_unknown_events_are_ignored(stubbed: Stubbed, run: Any, event: Any) -> None:
    reason = "it is not an event this function knows"
    assert run(event) == [{"alarm": None, "scope": None, "action": "ignored", "reason": reason}]
    assert stubbed.calls == []


def test_nothing_of_one_invocation_is_left_for_the_next(stubbed: Stubbed, function: Any) -> None:
    event, context = sns_event(message(SINCE, NewStateValue="OK")), SimpleNamespace(invoked_function_arn=FUNCTION_ARN)
    assert function.handler(event, context) == function.handler(event, context)


def test_of_several_records_each_is_handled_and_a_bad_one_raised(stubbed: Stubbed, run: Any) -> None:
    since = ago(5)
    stubbed.pauses_and_tells(since)
    with pytest.raises(RuntimeError, match=r"^2 failed, 2 done: RuntimeError: unreadable event: .*; RuntimeError: un"):
        run(sns_event("no JSON", message(since), message(since, NewStateValue="OK"), "[1]"))
    assert stubbed.calls == COURSE
