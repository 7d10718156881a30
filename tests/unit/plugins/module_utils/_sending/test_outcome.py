# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result that all scopes have together."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._guard.memory import Pause
from ansible_collections.mailops.ses.plugins.module_utils._sending.outcome import Outcome, report, sending
from ansible_collections.mailops.ses.plugins.module_utils._sending.recovery import RecoveryStep
from ansible_collections.mailops.ses.plugins.module_utils._ses.scopes import Account, ConfigurationSet, ScopeState

STATE = {"scope": "account", "name": "", "sending_enabled": True}
STEP = RecoveryStep("a", "bounce_rate", 0.06, 0.045, 0.066)


def test_an_outcome_is_shown_with_what_there_is_to_say() -> None:
    assert Outcome(ScopeState(True)).describe(Account()) == {**STATE, "changed": False}
    outcome = Outcome(
        ScopeState(True), {"armed": False}, {"armed": True}, False, Pause("guard"), [STEP], "too late", ["look"]
    )
    assert outcome.describe(Account()) == {
        **STATE,
        "changed": True,
        "confirmed": False,
        "paused": {"by": "guard", "who": None, "reason": None, "since": None},
        "recovered": [vars(STEP)],
        "skipped": "too late",
        "problems": ["look"],
    }


def test_what_is_not_known_is_shown_as_such() -> None:
    assert Outcome(None).describe(Account()) == {**STATE, "changed": False, "sending_enabled": None}
    assert sending(None) == {"sending_enabled": "unknown"}


def test_a_failed_scope_is_listed_with_its_details_beside_what_was_done() -> None:
    error = SesError("No.", in_alarm=[vars(STEP)])
    done = Outcome(ScopeState(False), sending(True), sending(False))
    with pytest.raises(SesError) as caught:
        report({Account(): done, ConfigurationSet("news"): Outcome(ScopeState(True), error=error)}, ["a warning"])
    assert caught.value.message == "1 of 2 failed, the others are done. configuration set news: No."
    assert caught.value.details == {
        "failed_scopes": [{"scope": "configuration_set", "name": "news", "msg": "No.", "in_alarm": [vars(STEP)]}],
        "changed": True,
        "sending": [
            {**STATE, "changed": True, "sending_enabled": False},
            {**STATE, "changed": False, "scope": "configuration_set", "name": "news"},
        ],
        "diff": {"before": {"account": sending(True)}, "after": {"account": sending(False)}},
        "warnings": ["a warning"],
    }


def test_the_error_of_the_only_scope_is_the_tasks() -> None:
    with pytest.raises(SesError) as caught:
        report({Account(): Outcome(ScopeState(False), error=SesError("No.", in_alarm=[]))}, [])
    assert caught.value.message == "No."
    assert caught.value.details["in_alarm"] == []
    assert caught.value.details["failed_scopes"] == [{"scope": "account", "name": "", "msg": "No.", "in_alarm": []}]
