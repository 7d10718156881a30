# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SES v2 (``aws sesv2 ...``): the account, its configuration sets, and sending."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.responses import BaseResponse
from moto.sesv2 import urls
from moto.sesv2.responses import SESV2Response

from . import ses_state
from .ses_operations import add_operation, paged, parameters, ses_backend, translated
from .ses_state import Refusal
from .ses_v1 import send_quota
from .tenants import check_tenant_may_send

if TYPE_CHECKING:
    from moto.ses.models import SESBackend

    Parameters = dict[str, Any]

# Kept as given and handed back by GetConfigurationSet.
OPTIONS = ("TrackingOptions", "DeliveryOptions", "SuppressionOptions", "VdmOptions", "MessageSecurityOptions")


def install() -> None:
    # moto names each path it knows; every other one of v2 goes to the same class.
    urls.url_paths["{0}/v2/email/(?P<path>.+)$"] = SESV2Response.dispatch
    for name, handler in {
        "GetAccount": get_account,
        "PutAccountSendingAttributes": put_account_sending_attributes,
        "CreateConfigurationSet": create_configuration_set,
        "GetConfigurationSet": get_configuration_set,
        "DeleteConfigurationSet": delete_configuration_set,
        "ListConfigurationSets": list_configuration_sets,
        "PutConfigurationSetSendingOptions": put_configuration_set_sending_options,
        "PutConfigurationSetReputationOptions": put_configuration_set_reputation_options,
    }.items():
        add_operation(SESV2Response, name, handler)
    moto_send = SESV2Response.send_email

    def send_email(self: BaseResponse) -> Any:
        params, backend = parameters(self), ses_backend(self)
        _check(backend, params)
        template = params["Content"].get("Template")
        if template is None:
            return moto_send(self)  # type: ignore[arg-type]
        return f'{{"MessageId": "{_send_templated(backend, params, template, params["Destination"])}"}}'

    def send_bulk_email(backend: SESBackend, params: Parameters) -> dict[str, Any]:
        _check(backend, params)
        template = params["DefaultContent"]["Template"]
        ids = [_send_templated(backend, params, template, each["Destination"]) for each in params["BulkEmailEntries"]]
        return {"BulkEmailEntryResults": [{"Status": "SUCCESS", "MessageId": each} for each in ids]}

    SESV2Response.send_email = translated(send_email)  # type: ignore[method-assign]
    add_operation(SESV2Response, "SendBulkEmail", send_bulk_email)


def get_account(backend: SESBackend, _params: Parameters) -> dict[str, Any]:
    return {
        "DedicatedIpAutoWarmupEnabled": True,
        "EnforcementStatus": backend.sending.enforcement_status,
        "ProductionAccessEnabled": backend.sending.production_access,
        "SendQuota": send_quota(backend),
        "SendingEnabled": backend.sending.effective,
        "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
        "VdmAttributes": {"VdmEnabled": "DISABLED"},
    }


def put_account_sending_attributes(backend: SESBackend, params: Parameters) -> None:
    ses_state.set_account_sending(backend, params.get("SendingEnabled"))


def create_configuration_set(backend: SESBackend, params: Parameters) -> None:
    name = params["ConfigurationSetName"]
    ses_state.create_set(
        backend,
        name,
        params.get("SendingOptions", {}).get("SendingEnabled"),
        params.get("ReputationOptions", {}).get("ReputationMetricsEnabled"),
        {option: params[option] for option in OPTIONS if option in params},
    )
    if params.get("Tags"):
        backend.tagger.tag_resource(ses_state.set_arn(backend, name), params["Tags"])


def get_configuration_set(backend: SESBackend, params: Parameters) -> dict[str, Any]:
    found = ses_state.get_set(backend, params["ConfigurationSetName"])
    reputation: dict[str, Any] = {"ReputationMetricsEnabled": found.reputation_metrics_enabled}
    if found.last_fresh_start is not None:
        reputation["LastFreshStart"] = found.last_fresh_start
    arn = ses_state.set_arn(backend, found.configuration_set_name)
    return {
        "ConfigurationSetName": found.configuration_set_name,
        "SendingOptions": {"SendingEnabled": found.sending_enabled},
        "ReputationOptions": reputation,
        "Tags": backend.tagger.list_tags_for_resource(arn)["Tags"],
        **found.options,
    }


def delete_configuration_set(backend: SESBackend, params: Parameters) -> None:
    ses_state.delete_set(backend, params["ConfigurationSetName"])


def list_configuration_sets(backend: SESBackend, params: Parameters) -> dict[str, Any]:
    wanted = params.get("Filter", {}).get("CONFIGURATION_SET_NAME_CONTAINS", "")
    names = [name for name in list(backend.config_sets) if wanted in name]
    shown, token = paged(names, params)
    return {"ConfigurationSets": shown, "NextToken": token}


def put_configuration_set_sending_options(backend: SESBackend, params: Parameters) -> None:
    ses_state.set_set_sending(backend, params["ConfigurationSetName"], params.get("SendingEnabled"))


def put_configuration_set_reputation_options(backend: SESBackend, params: Parameters) -> None:
    ses_state.set_set_metrics(backend, params["ConfigurationSetName"], params.get("ReputationMetricsEnabled"))


def _check(backend: SESBackend, params: Parameters) -> None:
    ses_state.check_may_send(backend, params.get("FromEmailAddress"), params.get("ConfigurationSetName"))
    if "TenantName" in params:
        check_tenant_may_send(backend, params["TenantName"])


def _send_templated(
    backend: SESBackend, params: Parameters, template: Parameters, destination: dict[str, list[str]]
) -> str:
    """Send with a template given by name (made with v1, as moto has none of v2) or in the request. The id of it."""
    content = template.get("TemplateContent")
    name = template.get("TemplateName")
    if content is None and name not in backend.templates:
        raise Refusal("TemplateDoesNotExist", "NotFoundException", f"Template {name} does not exist.")
    subject = (content or {}).get("Subject", name or "")
    message = backend.send_email(params["FromEmailAddress"], subject, template.get("TemplateData", ""), destination)
    return str(message.id)
