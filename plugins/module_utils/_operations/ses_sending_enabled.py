# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pause and resume: the account, configuration sets, tenants."""

from __future__ import annotations

from typing import Any

from .._aws.client import Aws
from .._guard.names import DEFAULT_NAME, check_name
from .._guard.recovering_alarm import MARGIN
from .._sending.outcome import report
from .._sending.pause import pause
from .._sending.resume import Resume, ResumeOptions
from .._ses.scopes import scopes
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
    """Returns changed, diff and sending: [{scope, name, changed, sending_enabled, ...}]."""
    params = {key: _as_utf8(value) for key, value in params.items()}
    guard, wanted = check_name(params["name"]), scopes(params)
    if not params["enabled"]:
        outcomes, warnings = pause(aws, wanted, guard, params["reason"], check_mode)
        return report(outcomes, warnings)
    options = ResumeOptions(
        guard,
        params["reason"],
        params["resume_only"],
        params["in_alarm"],
        params["recover_margin"],
        params["recover_wait"],
    )
    resume = Resume(aws, options, check_mode)
    return report(resume.run(wanted), resume.warnings)


def _as_utf8(value: Any) -> Any:
    """A terminal of another encoding gives what no call takes. It must not end a pause between two of its steps."""
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    return [_as_utf8(each) for each in value] if isinstance(value, list) else value


OPERATION = Operation(run, SPEC, services=("sts", "sesv2", "cloudwatch", "sns"))
