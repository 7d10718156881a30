# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be paused, and how its state is shown and predicted. How it is read test_ses_sending_enabled.py shows."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._ses.scopes import (
    Account,
    Scope,
    ScopeState,
    Tenant,
    scopes,
)


@pytest.mark.parametrize(
    ("sets_", "tenants_", "expected"),
    [
        (None, None, [("account", "")]),
        (["a", "b", "a"], None, [("configuration_set", "a"), ("configuration_set", "b")]),
        (["a"], ["t", "t"], [("configuration_set", "a"), ("tenant", "t")]),
    ],
)
def test_the_account_only_where_neither_sets_nor_tenants_are_given(
    sets_: list[str] | None, tenants_: list[str] | None, expected: list[tuple[str, str]]
) -> None:
    found = scopes({"configuration_sets": sets_, "tenants": tenants_})
    assert [(scope.kind, scope.name) for scope in found] == expected


@pytest.mark.parametrize(
    ("enabled", "disabled_by_aws", "status"),
    [(True, False, "ENABLED"), (True, True, "DISABLED"), (False, False, "DISABLED")],
)
def test_what_check_mode_foretells_of_a_tenant(enabled: bool, disabled_by_aws: bool, status: str) -> None:
    state = ScopeState(not enabled, sending_status="?", disabled_by_aws=disabled_by_aws, arn="arn:acme")
    assert Tenant("acme").predict(state, enabled).to_dict() == {
        "sending_enabled": enabled,
        "sending_status": status,
        "disabled_by_aws": disabled_by_aws,
    }


def test_a_state_is_shown_as_its_kind_has_it() -> None:
    assert ScopeState(True).to_dict() == {"sending_enabled": True}
    assert ScopeState(False, "").to_dict() == {"sending_enabled": False, "enforcement_status": ""}
    assert Account().predict(ScopeState(False, "HEALTHY"), True) == ScopeState(True, "HEALTHY")


def test_an_unknown_scope_must_say_how_it_is_read(offline: Aws) -> None:
    with pytest.raises(NotImplementedError):
        Scope().read(offline)
    with pytest.raises(NotImplementedError):
        Scope().write(offline, ScopeState(True), True)
    assert Scope().refusal(ScopeState(True)) is None
