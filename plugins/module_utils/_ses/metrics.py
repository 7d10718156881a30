# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The two reputation metrics of SES, and the lines at which AWS itself acts.

Source of the lines: SES Developer Guide, "Bounce rates and complaint rates": AWS reviews an account at 5 % bounces or
0.1 % complaints and may pause its sending at 10 % or 0.5 %. Rates are fractions from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

NAMESPACE = "AWS/SES"
SET_DIMENSION = "ses:configuration-set"
# What an alarm does.
WARN, PAUSE = TIERS = ("warn", "pause")


@dataclass(frozen=True)
class Metric:
    """review and pause: the rates at which AWS reviews and may pause an account. defaults: ours, by tier."""

    name: str
    word: str
    review: float
    pause: float
    defaults: Mapping[str, float]


METRICS = {
    "bounce_rate": Metric("Reputation.BounceRate", "bounce", 0.05, 0.10, {WARN: 0.03, PAUSE: 0.045}),
    "complaint_rate": Metric("Reputation.ComplaintRate", "complaint", 0.001, 0.005, {WARN: 0.0006, PAUSE: 0.0009}),
}
OPTION_OF = {metric.name: option for option, metric in METRICS.items()}


def percent(rate: float, digits: int = 4) -> str:
    """0.045 as "4.5 %". digits: how many of them that count are shown at the most."""
    return f"{rate * 100:.{digits}g} %"
