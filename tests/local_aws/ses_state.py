# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What SES v1 and v2 share: the state of an account in one Region, and the rules for changing it.

It lives as ``backend.sending`` on moto's ``SESBackend``, and configuration sets in that backend's ``config_sets``,
so moto's isolation by account and Region, and its reset, hold for it too.

Sources: the botocore service models of ``ses`` and ``sesv2``; where a comment says "inferred", nothing is documented.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

from moto.core.utils import utcnow

from . import settings

if TYPE_CHECKING:
    from moto.ses.models import SESBackend

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Refusal(Exception):
    """A request the service refuses, with the error code of each API version."""

    def __init__(self, v1: str, v2: str, message: str, **members: str) -> None:
        super().__init__(message)
        self.codes = {"ses": v1, "sesv2": v2}
        self.message = message
        self.members = members


@dataclass
class Sending:
    """One account in one Region. ``POST /_local_aws/ses`` sets any of the plain values."""

    sending_enabled: bool = True
    enforcement_status: str = "HEALTHY"
    # A new account of AWS is in the sandbox; ours is not, so that nobody has to ask for more first.
    production_access: bool = True
    max_24_hour_send: float = 50000.0
    max_send_rate: float = 14.0
    configuration_set_quota: int = 10000
    tenants: dict[str, Any] = field(default_factory=dict)

    @property
    def effective(self) -> bool:
        """Whether the account sends. That a pause by AWS reads as SendingEnabled=false too is inferred."""
        return self.sending_enabled and self.enforcement_status != "SHUTDOWN"


@dataclass
class ConfigurationSet:
    """``options`` are those v2 options this emulator only hands back, such as TrackingOptions."""

    configuration_set_name: str
    sending_enabled: bool = True
    reputation_metrics_enabled: bool = False
    last_fresh_start: datetime | None = None
    options: dict[str, Any] = field(default_factory=dict)


def set_account_sending(backend: SESBackend, enabled: bool | None) -> None:
    """A resume while AWS itself pauses the account is refused; the error code is inferred (the only one declared)."""
    state: Sending = backend.sending
    if enabled and state.enforcement_status == "SHUTDOWN":
        if settings.current.silent_shutdown:
            return
        raise Refusal(
            "InvalidParameterValue",
            "BadRequestException",
            "Sending for this account is paused by AWS; it cannot be resumed with this operation.",
        )
    state.sending_enabled = required("SendingEnabled", enabled)


def create_set(
    backend: SESBackend,
    name: str,
    sending_enabled: bool | None = None,
    metrics_enabled: bool | None = None,
    options: dict[str, Any] | None = None,
) -> None:
    if not NAME.fullmatch(name):
        raise Refusal(
            "InvalidConfigurationSet",
            "BadRequestException",
            f"Invalid configuration set name <{name}>: only alphanumeric ASCII characters, '_' and '-' are allowed, "
            "at most 64 of them.",
        )
    state: Sending = backend.sending
    if name in backend.config_sets:
        raise Refusal(
            "ConfigurationSetAlreadyExists",
            "AlreadyExistsException",
            f"Configuration set <{name}> already exists.",
            ConfigurationSetName=name,
        )
    if len(backend.config_sets) >= state.configuration_set_quota:
        raise Refusal(
            "LimitExceeded",
            "LimitExceededException",
            f"You can't create more than {state.configuration_set_quota} configuration sets.",
        )
    backend.config_sets[name] = ConfigurationSet(  # type: ignore[assignment]
        name, sending_enabled is not False, bool(metrics_enabled), options=options or {}
    )


def get_set(backend: SESBackend, name: str) -> ConfigurationSet:
    found: Any = backend.config_sets.get(name)
    if found is None:
        raise Refusal(
            "ConfigurationSetDoesNotExist",
            "NotFoundException",
            f"Configuration set <{name}> does not exist.",
            ConfigurationSetName=name,
        )
    return found  # type: ignore[no-any-return]


def delete_set(backend: SESBackend, name: str) -> None:
    get_set(backend, name)
    del backend.config_sets[name]
    backend.config_set_event_destination.pop(name, None)
    backend.tagger.delete_all_tags_for_resource(set_arn(backend, name))


def set_arn(backend: SESBackend, name: str) -> str:
    return f"arn:{backend.partition}:ses:{backend.region_name}:{backend.account_id}:configuration-set/{name}"


def set_set_sending(backend: SESBackend, name: str, enabled: bool | None) -> None:
    """Disabling and enabling again gives the set's reputation metrics a fresh start."""
    found = get_set(backend, name)
    if required("SendingEnabled", enabled) and not found.sending_enabled:
        found.last_fresh_start = utcnow().replace(microsecond=0)
    found.sending_enabled = bool(enabled)


def set_set_metrics(backend: SESBackend, name: str, enabled: bool | None) -> None:
    get_set(backend, name).reputation_metrics_enabled = required("ReputationMetricsEnabled", enabled)


def required(name: str, value: bool | None) -> bool:
    """AWS takes an omitted switch and does not say what it then does: refused here, so that no code relies on it."""
    if value is None:
        raise Refusal(
            "ValidationError", "BadRequestException", f"The local AWS refuses a request that leaves {name} out."
        )
    return value


def check_may_send(backend: SESBackend, source: str | None, configuration_set: str | None) -> None:
    """Refuse a message while the account, or the set it uses, is paused. Wording inferred but for the SHUTDOWN one."""
    state: Sending = backend.sending
    if state.enforcement_status == "SHUTDOWN":
        raise Refusal(
            "MessageRejected",
            "MessageRejected",
            "Sending paused for this account. For more information, please check the inbox of the email address "
            "associated with your AWS account.",
        )
    if not state.sending_enabled:
        raise Refusal(
            "AccountSendingPausedException",
            "SendingPausedException",
            "Email sending is disabled for your account in this Region.",
        )
    name = configuration_set or _default_set(backend, source)
    if name and not get_set(backend, name).sending_enabled:
        raise Refusal(
            "ConfigurationSetSendingPausedException",
            "SendingPausedException",
            f"Email sending is disabled for the configuration set <{name}>.",
            ConfigurationSetName=name,
        )


def _default_set(backend: SESBackend, source: str | None) -> str | None:
    """The set given with CreateEmailIdentity; that of the address goes before that of its domain."""
    address = parseaddr(source or "")[1]
    for identity in (address, address.rpartition("@")[2]):
        found = backend.email_identities.get(identity)
        if found is not None and found.configuration_set_name:
            return str(found.configuration_set_name)
    return None
