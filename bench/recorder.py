# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which calls each path of ours makes on one target, so that the floor can make the same."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._operations import ses_pause_guard as _guard
from ansible_collections.mailops.ses.plugins.module_utils._operations import ses_reputation_info as _info
from ansible_collections.mailops.ses.plugins.module_utils._operations import ses_sending_enabled as _sending
from botocore import xform_name
from running import ROOT, LocalAws

SERVICES = _guard.OPERATION.services
SUBSCRIPTIONS = [{"protocol": "sms", "endpoint": "+12065550100"}]
# As the role's defaults have them.
ALARMS = [
    {"metric": metric, "tier": tier} for metric in ("bounce_rate", "complaint_rate") for tier in ("warn", "pause")
]

Call = tuple[str, str, dict[str, Any]]


def record(aws: LocalAws) -> dict[str, list[Call]]:
    """{path: calls}, in the account of the local AWS's root and one of its Regions, which it leaves guarded."""
    files = ROOT / "roles" / "ses_pause" / "files"
    options = {
        "code": {str(path.relative_to(files)): path.read_text() for path in files.glob("ses_pause/*.py")},
        "subscriptions": SUBSCRIPTIONS,
        "alarms": ALARMS,
        "refuse_trip": True,
    }
    return {
        "check on an empty account": _recorded(aws, _guard, options, check_mode=True),
        "first run": _recorded(aws, _guard, options),
        "no-change run": _recorded(aws, _guard, options),
        "status": [*_recorded(aws, _info, {"gather": ["health"]}), *_recorded(aws, _guard, options, check_mode=True)],
        "pause all": _recorded(aws, _sending, {"enabled": False, "reason": "bench"}),
    }


def _recorded(aws: LocalAws, module: Any, options: dict[str, Any], check_mode: bool = False) -> list[Call]:
    connection = {"region": aws.region, "endpoint_url": aws.url, "access_key": "testing", "secret_key": "testing"}
    validation = ArgumentSpecValidator(module.OPERATION.argument_spec(), **module.OPERATION.rules).validate(
        {**connection, **options}
    )
    params = validation.validated_parameters
    target = Aws(params)
    calls: list[Call] = []
    for service in SERVICES:
        # A pause writes with clients of its own, which give up sooner.
        for each in (target, target.hurried):
            each.client(service).meta.events.register("provide-client-params", _note(service, calls))
    module.OPERATION.run(target, params, check_mode)
    return calls


def _note(service: str, calls: list[Call]) -> Callable[..., None]:
    def note(params: dict[str, Any], model: Any, **_event: Any) -> None:
        operation = xform_name(model.name)
        calls.append((service, operation, plain(params)))

    return note


def plain(value: Any) -> Any:
    """As JSON can hold it."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
