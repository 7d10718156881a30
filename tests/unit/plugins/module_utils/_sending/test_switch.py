# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a pause and a resume have in common. What they do test_ses_sending_enabled.py shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._guard.memory import Pause
from ansible_collections.mailops.ses.plugins.module_utils._operations import ses_sending_enabled
from ansible_collections.mailops.ses.plugins.module_utils._sending.pause import PauseSwitch
from ansible_collections.mailops.ses.plugins.module_utils._sending.recovery import RecoveryStep
from ansible_collections.mailops.ses.plugins.module_utils._sending.switch import Outcome, Switch
from ansible_collections.mailops.ses.plugins.module_utils._ses.scopes import Account, ScopeState
from botocore.stub import Stubber

from tests.unit.plugins.target import validated

ANN = "arn:aws:iam::123456789012:user/ann"


@pytest.mark.parametrize("failing", ["sts", "sns"])
def test_people_who_could_not_be_told_are_a_warning(
    offline: Aws, stubbed: Callable[[str], Stubber], failing: str
) -> None:
    if failing == "sts":
        stubbed("sts").add_client_error("get_caller_identity", "AccessDenied", "No.")
    else:
        stubbed("sts").add_response("get_caller_identity", {"Arn": ANN})
        stubbed("sns").add_client_error("publish", "AuthorizationError", "No.")
    switch = PauseSwitch(offline, validated(ses_sending_enabled, enabled=False), False)
    switch.notify([Account()])
    (warning,) = switch.warnings
    assert warning.startswith("It is done, but people could not be told: ")
    assert f"{failing}:{'Publish' if failing == 'sns' else 'GetCallerIdentity'} failed" in warning


def test_an_outcome_is_shown_with_what_there_is_to_say() -> None:
    state = {"scope": "account", "name": "", "sending_enabled": True}
    assert Outcome(ScopeState(True)).describe(Account()) == {**state, "changed": False}
    step = RecoveryStep("a", "bounce_rate", 0.06, 0.045, 0.066)
    outcome = Outcome(ScopeState(True), {"armed": False}, {"armed": True}, Pause("guard"), [step], "too late")
    assert outcome.describe(Account()) == {
        **state,
        "changed": True,
        "paused": {"by": "guard", "who": None, "reason": None, "since": None},
        "recovered": [vars(step)],
        "skipped": "too late",
    }


def test_each_side_must_say_what_it_does(offline: Aws) -> None:
    switch = Switch(offline, {}, False)
    for act in (switch.apply, switch.amend):
        with pytest.raises(NotImplementedError):
            act(Account(), ScopeState(True))
