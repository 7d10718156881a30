# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A raised threshold: how it falls with the rate."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._guard.recovering_alarm import lowered_threshold


@pytest.mark.parametrize(
    ("raised", "normal", "rate", "expected"),
    [
        (0.066, 0.045, 0.05, 0.055),
        (0.066, 0.045, 0.0512345, 0.056358),
        # Never up.
        (0.066, 0.045, 0.06, 0.066),
        (0.066, 0.045, 0.065, 0.066),
        (0.066, 0.045, 0.2, 0.066),
        # A rate just below the normal threshold leaves no room yet.
        (0.066, 0.045, 0.044, 0.0484),
        (0.066, 0.045, 0.0409, 0.045),
        (0.066, 0.045, 0.0, 0.045),
        # The user has raised the normal one meanwhile.
        (0.066, 0.07, 0.06, 0.07),
        # No rate, no change.
        (0.066, 0.045, None, 0.066),
        # The normal one exactly as the user wrote it.
        (0.066, 0.04499996, 0.01, 0.04499996),
    ],
)
def test_a_lowered_threshold(raised: float, normal: float, rate: float | None, expected: float) -> None:
    assert lowered_threshold(raised, normal, rate, 0.1) == expected
