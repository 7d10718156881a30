# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A drill of the guard: reads and judges the links, then shows that they work."""

from __future__ import annotations

from typing import Any

from .._aws.client import Aws
from .._aws.errors import SesError
from .._drill.run import Drill
from .._guard.names import DEFAULT_NAME
from .._ses.metrics import METRICS
from .operation import Operation

SPEC: dict[str, Any] = dict(
    name=dict(type="str", default=DEFAULT_NAME),
    mode=dict(type="str", choices=["dry", "live"], default="dry"),
    configuration_set=dict(type="str"),
    metric=dict(type="str", choices=list(METRICS), default="bounce_rate"),
    timeout=dict(type="int", default=120),
)


def run(aws: Aws, params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Returns changed, mode, alarm_name, passed, steps: [{step, seconds}], findings, sending_enabled, alarm_state."""
    if params["timeout"] < 1:
        raise SesError(f"timeout: {params['timeout']} is out of range. Use at least 1 second.")
    drill = Drill(aws, params)
    drill.read()
    drill.put_leftovers_right(check_mode)
    drill.read_chain()
    if not check_mode:
        drill.carry_out()
    return drill.result()


OPERATION = Operation(run, SPEC)
