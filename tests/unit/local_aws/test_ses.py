# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SES of the local AWS: pausing and resuming, v1 and v2 over one state, and what is refused while paused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import requests

from tests.local_aws.patience import PATIENCE
from tests.local_aws.server import LocalAws
from tests.unit.local_aws.helpers import error_of

FROM, TO = "news@example.com", "reader@example.org"


def v1_message(**more: Any) -> dict[str, Any]:
    message = {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "b"}}}
    return {"Source": FROM, "Destination": {"ToAddresses": [TO]}, "Message": message, **more}


def v2_message(**more: Any) -> dict[str, Any]:
    content = {"Simple": {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "b"}}}}
    return {"FromEmailAddress": FROM, "Destination": {"ToAddresses": [TO]}, "Content": content, **more}


# --- the account -----------------------------------------------------------------------------------------------------


def test_a_new_account_sends(v1: Any, v2: Any) -> None:
    account = v2.get_account()
    assert account["SendingEnabled"] is True
    assert account["EnforcementStatus"] == "HEALTHY"
    assert account["ProductionAccessEnabled"] is True
    assert account["SendQuota"] == {"Max24HourSend": 50000.0, "MaxSendRate": 14.0, "SentLast24Hours": 0.0}
    assert v1.get_account_sending_enabled()["Enabled"] is True


def test_v1_pauses_and_v2_sees_it_and_resumes(v1: Any, v2: Any) -> None:
    v1.update_account_sending_enabled(Enabled=False)
    assert v2.get_account()["SendingEnabled"] is False
    v2.put_account_sending_attributes(SendingEnabled=True)
    assert v1.get_account_sending_enabled()["Enabled"] is True


def test_v2_pauses_and_v1_sees_it_and_resumes(v1: Any, v2: Any) -> None:
    v2.put_account_sending_attributes(SendingEnabled=False)
    assert v1.get_account_sending_enabled()["Enabled"] is False
    v1.update_account_sending_enabled(Enabled=True)
    assert v2.get_account()["SendingEnabled"] is True


def test_a_pause_holds_for_one_account_in_one_region(aws: Callable[..., Any], v2: Any) -> None:
    v2.put_account_sending_attributes(SendingEnabled=False)
    assert aws("sesv2", region="us-east-1").get_account()["SendingEnabled"] is True
    assert aws("sesv2", account="210987654321").get_account()["SendingEnabled"] is True
    assert aws("sesv2").get_account()["SendingEnabled"] is False


def test_reset_resumes(local_aws: LocalAws, v2: Any) -> None:
    v2.put_account_sending_attributes(SendingEnabled=False)
    requests.post(f"{local_aws.url}/moto-api/reset", timeout=PATIENCE)
    assert v2.get_account()["SendingEnabled"] is True


def test_an_omitted_switch_is_refused(v1: Any, v2: Any) -> None:
    v2.create_configuration_set(ConfigurationSetName="news")
    assert error_of(v2.put_account_sending_attributes)[0] == "BadRequestException"
    assert error_of(v1.update_account_sending_enabled)[0] == "ValidationError"
    for call in (v2.put_configuration_set_sending_options, v2.put_configuration_set_reputation_options):
        assert error_of(call, ConfigurationSetName="news")[0] == "BadRequestException"


# --- a pause by AWS --------------------------------------------------------------------------------------------------


def test_a_pause_by_aws_cannot_be_lifted(v1: Any, v2: Any, control: Callable[..., Any]) -> None:
    control("ses", region="eu-west-1", enforcement_status="SHUTDOWN")
    account = v2.get_account()
    assert (account["EnforcementStatus"], account["SendingEnabled"]) == ("SHUTDOWN", False)
    assert error_of(v2.put_account_sending_attributes, SendingEnabled=True)[0] == "BadRequestException"
    assert error_of(v1.update_account_sending_enabled, Enabled=True)[0] == "InvalidParameterValue"
    v2.put_account_sending_attributes(SendingEnabled=False)
    control("ses", region="eu-west-1", enforcement_status="PROBATION")
    account = v2.get_account()
    assert (account["EnforcementStatus"], account["SendingEnabled"]) == ("PROBATION", False)


def test_a_resume_during_a_pause_by_aws_can_be_made_to_do_nothing(v2: Any, control: Callable[..., Any]) -> None:
    control("settings", silent_shutdown=True)
    control("ses", region="eu-west-1", enforcement_status="SHUTDOWN", sending_enabled=False)
    v2.put_account_sending_attributes(SendingEnabled=True)
    assert v2.get_account()["SendingEnabled"] is False
    control("ses", region="eu-west-1", enforcement_status="HEALTHY")
    assert v2.get_account()["SendingEnabled"] is False


def test_senders_are_rejected_while_aws_pauses(v1: Any, v2: Any, control: Callable[..., Any]) -> None:
    control("ses", region="eu-west-1", enforcement_status="SHUTDOWN")
    assert error_of(v1.send_email, **v1_message())[0] == "MessageRejected"
    assert error_of(v2.send_email, **v2_message())[1].startswith("Sending paused for this account.")
