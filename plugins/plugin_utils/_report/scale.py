# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The upright scale of a chart.

A rate is mostly far below the lines that matter. On one even scale it would be a flat thread at the bottom, on a scale
of its own the lines would be out of sight. So the scale is even from 0 to somewhat above the highest rate, with all
lines that are near; lines far above stand over a cut, in their order and evenly, each with its figure.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

HEIGHT = 204
BOTTOM = HEIGHT - 20  # below are the days
TOP = 8
SLOT = 16  # for each line above the cut
CUT = 10  # height of the cut itself
# A line up to that many times the highest rate is near.
NEAR = 2.0
# The scale never ends below this part of the lowest line: noise must not look like a wave.
LEAST = 0.1
MAX_TICKS = 4


@dataclass(frozen=True)
class Scale:
    """top: the rate at which the even part ends; even_top: its height; above: the heights of the lines over the cut."""

    top: float
    even_top: float
    above: Mapping[float, float]

    @property
    def cut(self) -> float | None:
        """The upper edge of the cut; None where there is none."""
        return self.even_top - CUT if self.above else None

    def y(self, rate: float) -> float:
        if rate in self.above:
            return self.above[rate]
        return BOTTOM - (BOTTOM - self.even_top) * min(rate / self.top, 1.0)

    @property
    def ticks(self) -> list[float]:
        """Round rates, of which people can count the steps."""
        least = self.top / MAX_TICKS
        power = 10.0 ** math.floor(math.log10(least))
        step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= least * 0.999)
        return [step * index for index in range(int(self.top / step * 1.001) + 1)]


def make_scale(highest: float, lines: Iterable[float]) -> Scale:
    """The scale for rates up to the highest one, and for the lines."""
    rates = sorted(set(lines))
    near = [rate for rate in rates if rate <= highest * NEAR]
    least = rates[0] * LEAST if rates else 0.0001
    top = max([highest * 1.15, least, *(rate * 1.08 for rate in near)])
    far = [rate for rate in rates if rate > top]
    above = {rate: TOP + SLOT * index for index, rate in enumerate(reversed(far))}
    return Scale(top, TOP + (SLOT * len(far) + CUT if far else 0), above)


def spread(wanted: Sequence[float], gap: float, lowest: float, highest: float) -> list[float]:
    """Heights for labels as near as can be to those wanted (ascending), none nearer to the next than the gap."""
    heights = [max(height, lowest + gap * index) for index, height in enumerate(wanted)]
    for index in range(1, len(heights)):
        heights[index] = max(heights[index], heights[index - 1] + gap)
    for index in reversed(range(len(heights))):
        heights[index] = min(heights[index], highest - gap * (len(heights) - 1 - index))
        if index + 1 < len(heights):
            heights[index] = min(heights[index], heights[index + 1] - gap)
    return heights
