# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lines at which AWS acts, and ours below them."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._ses.metrics import METRICS, OPTION_OF, TIERS, percent


def test_our_defaults_act_before_aws_does() -> None:
    for metric in METRICS.values():
        assert set(metric.defaults) == set(TIERS)
        assert metric.defaults["warn"] < metric.defaults["pause"] < metric.review < metric.pause


def test_options_and_metrics_name_each_other() -> None:
    assert {option: OPTION_OF[metric.name] for option, metric in METRICS.items()} == {
        "bounce_rate": "bounce_rate",
        "complaint_rate": "complaint_rate",
    }


@pytest.mark.parametrize(
    ("rate", "words"),
    [(0.045, "4.5 %"), (0.0009, "0.09 %"), (0.1, "10 %"), (0.00123456, "0.1235 %"), (0.0, "0 %")],
)
def test_percent(rate: float, words: str) -> None:
    assert percent(rate) == words


def test_percent_with_fewer_digits() -> None:
    assert percent(0.02134, digits=3) == "2.13 %"
