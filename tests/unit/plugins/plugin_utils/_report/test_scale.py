# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The upright scale of a chart, and the room for its labels."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.ses.plugins.plugin_utils._report.scale import BOTTOM, TOP, make_scale, spread

BOUNCE = (0.03, 0.045, 0.05, 0.1)
COMPLAINT = (0.0006, 0.0009, 0.001, 0.005)


@pytest.mark.parametrize(
    ("highest", "lines", "top", "above"),
    [
        # Far below: every line stands over the cut.
        (0.006, BOUNCE, 0.0069, [0.1, 0.05, 0.045, 0.03]),
        # The lowest line is near, then all but AWS's own, then all.
        (0.02, BOUNCE, 0.0324, [0.1, 0.05, 0.045]),
        (0.046, BOUNCE, 0.054, [0.1]),
        (0.06, BOUNCE, 0.108, []),
        (0.3, BOUNCE, 0.345, []),
        # Nothing, and next to nothing, is not blown up.
        (0.0, BOUNCE, 0.003, [0.1, 0.05, 0.045, 0.03]),
        (0.0000001, COMPLAINT, 0.00006, [0.005, 0.001, 0.0009, 0.0006]),
        (0.0, (), 0.0001, []),
    ],
)
def test_a_scale_keeps_the_curve_readable_and_all_lines_in_sight(
    highest: float, lines: tuple[float, ...], top: float, above: list[float]
) -> None:
    scale = make_scale(highest, lines)
    assert scale.top == pytest.approx(top)
    assert list(scale.above) == above
    assert (scale.cut is not None) is bool(above)
    heights = [scale.y(rate) for rate in sorted({0.0, highest, *lines})]
    assert heights == sorted(heights, reverse=True)
    assert all(TOP <= height <= BOTTOM for height in heights)
    # A curve that is not next to nothing uses at least half of what is below the cut.
    if highest >= 0.1 * min(lines, default=0) and highest:
        assert BOTTOM - scale.y(highest) >= 0.5 * (BOTTOM - scale.even_top)


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [
        (0.006, [0, 0.002, 0.004, 0.006]),
        (0.0068, [0, 0.002, 0.004, 0.006]),
        (0.046, [0, 0.02, 0.04]),
        (0.3, [0, 0.1, 0.2, 0.3]),
        (0.000012, [0, 0.02e-3, 0.04e-3, 0.06e-3]),
    ],
)
def test_ticks_are_round(highest: float, ticks: list[float]) -> None:
    scale = make_scale(highest, COMPLAINT if highest < 0.001 else BOUNCE)
    assert scale.ticks == pytest.approx(ticks)


@pytest.mark.parametrize(
    ("wanted", "heights"),
    [
        ([], []),
        ([50], [50]),
        ([50, 52], [50, 64]),
        ([50, 52, 80], [50, 64, 80]),
        ([0, 3, 100], [8, 22, 100]),
        ([90, 170, 175, 184], [90, 156, 170, 184]),
        ([0, 1, 2, 180, 181, 182], [8, 22, 36, 156, 170, 184]),
    ],
)
def test_labels_keep_their_distance(wanted: list[float], heights: list[float]) -> None:
    assert spread(wanted, 14, 8, 184) == heights
