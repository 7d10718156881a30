# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tests/unit/plugins/test_options.py tries a few times, many times over; SOAK_SEED decides with which options."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, seed, settings

from tests.unit.plugins import test_options

SEED = int(os.environ.get("SOAK_SEED", "1"))
MANY = settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("name", sorted(name for name in vars(test_options) if name.startswith("test_")))
def test_options_hold(
    name: str,
    guarded: Any,
    target: Any,
    record_property: Callable[[str, int], None],
) -> None:
    """``guarded`` is the same target as ``target``, and a function is there already."""
    counted = 0
    few = getattr(test_options, name).hypothesis
    inner = few.inner_test

    def check(**options: Any) -> None:
        nonlocal counted
        counted += 1
        inner(target, **options)

    seed(SEED)(MANY(few._given_kwargs and test_options.given(**few._given_kwargs)(check)))()
    record_property(f"options: {name.removeprefix('test_')}", counted)
