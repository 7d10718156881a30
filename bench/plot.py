# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plot of some lines, both axes logarithmic, as SVG."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

WIDTH, HEIGHT, MARGIN = 640, 400, 60
# Told apart without colours too: each line ends with its name.
COLOURS = ("#0b6bcb", "#6b7280", "#b45309", "#b91c1c")


def lines(series: Mapping[str, Sequence[tuple[float, float]]], across: str, up: str) -> str:
    """{name: [(x, y)]} as a picture; all values above 0."""
    points = [point for line in series.values() for point in line]
    low_x, high_x = _decades(x for x, _y in points)
    low_y, high_y = _decades(y for _x, y in points)

    def place(x: float, y: float) -> tuple[float, float]:
        right = (math.log10(x) - low_x) / (high_x - low_x)
        above = (math.log10(y) - low_y) / (high_y - low_y)
        return MARGIN + right * (WIDTH - 2 * MARGIN), HEIGHT - MARGIN - above * (HEIGHT - 2 * MARGIN)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"',
        ' font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    for power in range(low_x, high_x + 1):
        x, y = place(10**power, 10**low_y)
        parts.append(f'<text x="{x:.0f}" y="{y + 18:.0f}" text-anchor="middle">{10**power:g}</text>')
    for power in range(low_y, high_y + 1):
        x, y = place(10**low_x, 10**power)
        parts.append(f'<path d="M{x:.0f} {y:.0f}H{WIDTH - MARGIN}" stroke="#e5e7eb"/>')
        parts.append(f'<text x="{x - 6:.0f}" y="{y + 4:.0f}" text-anchor="end">{10.0**power:g}</text>')
    for colour, (name, line) in zip(COLOURS, series.items(), strict=False):
        placed = [place(x, y) for x, y in line]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in placed)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in placed]
        x, y = placed[-1]
        parts.append(f'<text x="{x + 8:.0f}" y="{y + 4:.0f}" fill="{colour}">{name}</text>')
    parts += [
        f'<text x="{WIDTH / 2:.0f}" y="{HEIGHT - 14}" text-anchor="middle">{across}</text>',
        f'<text x="{MARGIN}" y="24">{up}</text>',
        "</svg>",
        "",
    ]
    return "\n".join(parts)


def _decades(values: Iterable[float]) -> tuple[int, int]:
    """The powers of ten around the values."""
    logs = [math.log10(value) for value in values]
    low, high = math.floor(min(logs)), math.ceil(max(logs))
    return low, max(high, low + 1)
