# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times as texts, and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._ses.times import now, parse, readable, stamp

TEN = datetime(2026, 11, 22, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-22T10:00:00+00:00", TEN),
        ("2026-11-22T10:00:00Z", TEN),
        ("2026-11-22T12:00:00+02:00", TEN),
        ("2026-11-22T10:00:00.500+00:00", TEN + timedelta(milliseconds=500)),
        # Without a zone it is in UTC, wherever this runs.
        ("2026-11-22T10:00:00", TEN),
        ("2026-11-22", TEN - timedelta(hours=10)),
        # What is no time, and what lies before all times.
        ("", None),
        ("yesterday", None),
        (None, None),
        (12, None),
        ("0001-01-01T00:00:00+02:00", None),
    ],
)
def test_the_time_that_a_text_tells(text: Any, expected: datetime | None) -> None:
    found = parse(text)
    assert found == expected
    assert found is None or found.utcoffset() == timedelta(0)


def test_now_is_in_utc_and_can_be_read_again() -> None:
    before = datetime.now(UTC)
    at = datetime.fromisoformat(now())
    assert at.utcoffset() == timedelta(0)
    # To the millisecond.
    assert before - timedelta(milliseconds=1) <= at <= datetime.now(UTC)


def test_what_is_noted_is_to_the_millisecond() -> None:
    assert stamp(TEN + timedelta(microseconds=1500)) == "2026-11-22T10:00:00.001+00:00"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-22T12:00:00.500+02:00", "2026-11-22 10:00 UTC"),
        ("2026-11-22T10:00:00", "2026-11-22 10:00 UTC"),
        ("T1", "T1"),
    ],
)
def test_what_people_read(text: str, expected: str) -> None:
    assert readable(text) == expected
