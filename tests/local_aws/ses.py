# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SES v1 and v2 over one state, and the control that plays AWS: ``/_local_aws/ses``.

``GET ?account=A&region=R`` lists the accounts and Regions used so far, or those asked for. ``POST {"account",
"region", ...}`` changes one and returns it: ``enforcement_status`` (HEALTHY, PROBATION, SHUTDOWN), ``sending_enabled``,
``production_access``, ``max_24_hour_send``, ``max_send_rate``, ``sent_last_24_hours``, ``configuration_set_quota``,
``create_configuration_sets`` (names: many at once, quickly); and, with ``tenant``, what AWS does to one: tenants.py.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import SESBackend, ses_backends

from . import application, ses_state, ses_v1, ses_v2
from .ses_state import Sending
from .tenants import control_tenant, tenants_of

SWITCHES = [each.name for each in fields(Sending) if each.name != "tenants"]
ENFORCEMENT_STATUSES = ("HEALTHY", "PROBATION", "SHUTDOWN")


def install() -> None:
    moto_init = SESBackend.__init__

    def init(self: SESBackend, region_name: str, account_id: str) -> None:
        moto_init(self, region_name, account_id)
        self.sending = Sending()  # type: ignore[attr-defined]

    SESBackend.__init__ = init  # type: ignore[method-assign]
    ses_v1.install()
    ses_v2.install()
    application.controls["ses"] = control


def control(method: str, body: dict[str, Any]) -> Any:
    if method != "POST":
        seen = [_show(backend) for _unused, _unused, backend in list(ses_backends.iter_backends())]
        return {"accounts": [each for each in seen if all(each.get(key) == value for key, value in body.items())]}
    changes = dict(body)
    account, region = changes.pop("account", DEFAULT_ACCOUNT_ID), changes.pop("region", None)
    try:
        backend = ses_backends[account][region]
    except KeyError:
        raise ValueError(f"region {region!r} has no SES") from None
    try:
        _change(backend, changes)
    except ses_state.Refusal as refusal:
        raise ValueError(refusal.message) from refusal
    return _show(backend)


def _change(backend: SESBackend, changes: dict[str, Any]) -> None:
    if "tenant" in changes:
        control_tenant(backend, changes)
        return
    unknown = set(changes) - {*SWITCHES, "sent_last_24_hours", "create_configuration_sets"}
    if unknown:
        raise ValueError(f"unknown key {sorted(unknown)[0]!r}")
    if changes.get("enforcement_status", "HEALTHY") not in ENFORCEMENT_STATUSES:
        raise ValueError(f"enforcement_status must be one of {', '.join(ENFORCEMENT_STATUSES)}")
    for name in changes.pop("create_configuration_sets", []):
        ses_state.create_set(backend, name)
    if "sent_last_24_hours" in changes:
        backend.sent_message_count = int(changes.pop("sent_last_24_hours"))
    for name, value in changes.items():
        wanted = type(getattr(backend.sending, name))
        setattr(backend.sending, name, wanted(value))


def _show(backend: Any) -> dict[str, Any]:
    return {
        "account": backend.account_id,
        "region": backend.region_name,
        **{name: getattr(backend.sending, name) for name in SWITCHES},
        "sent_last_24_hours": backend.sent_message_count,
        "configuration_sets": len(backend.config_sets),
        "tenants": {tenant.name: tenant.aggregate for tenant in tenants_of(backend).values()},
    }
