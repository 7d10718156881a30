# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pause and resume: the account, configuration sets, tenants."""

from __future__ import annotations

from typing import Any

from .._aws.client import Aws
from .._aws.errors import SesError
from .._guard.names import DEFAULT_NAME, check_name
from .._guard.recovering_alarm import MARGIN
from .._sending.pause import PauseSwitch
from .._sending.resume import ResumeSwitch
from .._sending.switch import run_switch
from .._ses.scopes import read_all, scopes
from .operation import Operation

SPEC: dict[str, Any] = dict(
    enabled=dict(type="bool", required=True),
    configuration_sets=dict(type="list", elements="str"),
    tenants=dict(type="list", elements="str"),
    reason=dict(type="str"),
    resume_only=dict(type="str", choices=["any", "guard"], default="any"),
    in_alarm=dict(type="str", choices=["refuse", "recover", "ignore"], default="refuse"),
    recover_margin=dict(type="float", default=MARGIN),
    recover_wait=dict(type="int", default=90),
    name=dict(type="str", default=DEFAULT_NAME),
)


def run(aws: Aws, params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Reads, compares, writes, reads back.

    Returns changed, diff and sending: [{scope, name, changed, sending_enabled, ...}].
    """
    check_name(params["name"])
    if not 0 < params["recover_margin"] <= 1:
        raise SesError(
            f"recover_margin: {params['recover_margin']:g} is out of range. Use a share above 0, such as 0.1."
        )
    switch = (ResumeSwitch if params["enabled"] else PauseSwitch)(aws, params, check_mode)
    return run_switch(switch, read_all(aws, scopes(params)))


OPERATION = Operation(run, SPEC, services=("sts", "sesv2", "cloudwatch", "sns"))
