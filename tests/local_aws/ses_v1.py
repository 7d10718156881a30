# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SES v1 (``aws ses ...``): the operations that pause, resume and send."""

from __future__ import annotations

import email
from typing import TYPE_CHECKING, Any

from moto.core.responses import BaseResponse
from moto.ses.responses import EmailResponse

from . import ses_state
from .ses_operations import add_operation, paged, parameters, ses_backend, translated

if TYPE_CHECKING:
    from moto.ses.models import SESBackend

    Parameters = dict[str, Any]

SENDS = ("send_email", "send_raw_email", "send_templated_email", "send_bulk_templated_email")


def install() -> None:
    for name, handler in {
        "UpdateAccountSendingEnabled": update_account_sending_enabled,
        "GetAccountSendingEnabled": get_account_sending_enabled,
        "GetSendQuota": get_send_quota,
        "CreateConfigurationSet": create_configuration_set,
        "DeleteConfigurationSet": delete_configuration_set,
        "DescribeConfigurationSet": describe_configuration_set,
        "ListConfigurationSets": list_configuration_sets,
        "UpdateConfigurationSetSendingEnabled": update_configuration_set_sending_enabled,
        "UpdateConfigurationSetReputationMetricsEnabled": update_configuration_set_reputation_metrics_enabled,
    }.items():
        add_operation(EmailResponse, name, handler)
    for send in SENDS:
        setattr(EmailResponse, send, _gated(getattr(EmailResponse, send)))


def update_account_sending_enabled(backend: SESBackend, params: Parameters) -> None:
    ses_state.set_account_sending(backend, params.get("Enabled"))


def get_account_sending_enabled(backend: SESBackend, _params: Parameters) -> dict[str, Any]:
    return {"Enabled": backend.sending.effective}


def get_send_quota(backend: SESBackend, _params: Parameters) -> dict[str, Any]:
    return send_quota(backend)


def send_quota(backend: SESBackend) -> dict[str, float]:
    """Numbers of messages. SentLast24Hours counts recipients since the reset; nothing ages out of it."""
    return {
        "Max24HourSend": float(backend.sending.max_24_hour_send),
        "MaxSendRate": float(backend.sending.max_send_rate),
        "SentLast24Hours": float(backend.sent_message_count),
    }


def create_configuration_set(backend: SESBackend, params: Parameters) -> None:
    ses_state.create_set(backend, params["ConfigurationSet"]["Name"])


def delete_configuration_set(backend: SESBackend, params: Parameters) -> None:
    ses_state.delete_set(backend, params["ConfigurationSetName"])


def describe_configuration_set(backend: SESBackend, params: Parameters) -> dict[str, Any]:
    """The name, and of the rest only what ConfigurationSetAttributeNames asks for."""
    name = params["ConfigurationSetName"]
    found = ses_state.get_set(backend, name)
    wanted = params.get("ConfigurationSetAttributeNames") or []
    result: dict[str, Any] = {"ConfigurationSet": {"Name": name}}
    if "eventDestinations" in wanted:
        destination = backend.config_set_event_destination.get(name)
        result["EventDestinations"] = [destination] if destination else []
    if "trackingOptions" in wanted and "TrackingOptions" in found.options:
        domain = found.options["TrackingOptions"]["CustomRedirectDomain"]
        result["TrackingOptions"] = {"CustomRedirectDomain": domain}
    if "deliveryOptions" in wanted:
        policy = found.options.get("DeliveryOptions", {}).get("TlsPolicy", "OPTIONAL")
        result["DeliveryOptions"] = {"TlsPolicy": policy.capitalize()}
    if "reputationOptions" in wanted:
        result["ReputationOptions"] = {
            "SendingEnabled": found.sending_enabled,
            "ReputationMetricsEnabled": found.reputation_metrics_enabled,
            "LastFreshStart": found.last_fresh_start,
        }
    return result


def list_configuration_sets(backend: SESBackend, params: Parameters) -> dict[str, Any]:
    names, token = paged(list(backend.config_sets), params, "MaxItems")
    return {"ConfigurationSets": [{"Name": name} for name in names], "NextToken": token}


def update_configuration_set_sending_enabled(backend: SESBackend, params: Parameters) -> None:
    ses_state.set_set_sending(backend, params["ConfigurationSetName"], params.get("Enabled"))


def update_configuration_set_reputation_metrics_enabled(backend: SESBackend, params: Parameters) -> None:
    ses_state.set_set_metrics(backend, params["ConfigurationSetName"], params.get("Enabled"))


def _gated(send: Any) -> Any:
    """moto's send, once the account and the configuration set are seen to be sending."""

    def method(self: BaseResponse) -> Any:
        params, backend = parameters(self), ses_backend(self)
        name = params.get("ConfigurationSetName")
        raw = params.get("RawMessage", {}).get("Data")
        if raw and not name:
            name = email.message_from_bytes(raw)["X-SES-CONFIGURATION-SET"]
        ses_state.check_may_send(backend, params.get("Source"), name)
        return send(self)

    return translated(method)
