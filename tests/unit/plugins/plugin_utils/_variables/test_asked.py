# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a playbook refuses of what it was given, and what it was probably meant to be."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.plugin_utils._variables import known
from ansible_collections.mailops.ses.plugins.plugin_utils._variables.asked import Asked

NOTHING = "nothing in mailops.ses reads this variable."


def refusals(playbook: str, *extra: str, reason: str = "mended", **more: Any) -> list[str]:
    return Asked(playbook, frozenset(extra), **more).refusals(reason)


def of_inventory(playbook: str, *names: str) -> list[str]:
    return refusals(playbook, inventory={"shop.eu": ["ses_pause_region", *names]})


@pytest.mark.parametrize("playbook", known.PLAYBOOKS)
def test_what_stands_outside_of_the_quotes_is_refused(playbook: str) -> None:
    (said,) = refusals(playbook, stray="list, old addresses")
    assert said.startswith("-e: 'list, old addresses' stands outside of the quotes, and nothing reads it.")


@pytest.mark.parametrize("playbook", known.PLAYBOOKS)
def test_a_playbook_takes_whatever_it_reads(playbook: str) -> None:
    read = known.read_by(playbook)
    assert not refusals(playbook, *read, "region", "web_version", "configuration_file", "season")
    assert not of_inventory(playbook, *read)


@pytest.mark.parametrize(
    ("playbook", "name", "meant"),
    [
        ("drill", "ses_drill_mod", "ses_drill_mode"),
        ("pause", "ses_configuration_set", "ses_configuration_sets"),
        ("pause", "ses_tenant", "ses_tenants"),
        ("status", "ses_status_reprot", "ses_status_report"),
        ("site", "ses_pause_bounce_treshold", "ses_pause_bounce_rate_pause"),
        ("site", "ses_pause_nmae", "ses_pause_name"),
        # Without our prefix.
        ("pause", "configuration_set", "ses_configuration_sets"),
        ("resume", "config_sets", "ses_configuration_sets"),
        ("pause", "configuratoin_sets", "ses_configuration_sets"),
        ("pause", "tenant", "ses_tenants"),
        ("resume", "reasons", "ses_reason"),
        ("drill", "configuration_sets", "ses_drill_configuration_set"),
        ("drill", "drill_mode", "ses_drill_mode"),
        ("status", "status_report", "ses_status_report"),
        ("site", "pause_configuration_sets", "ses_pause_configuration_sets"),
        # In other letters, or with other strokes.
        ("pause", "SES_CONFIGURATION_SETS", "ses_configuration_sets"),
        ("pause", "ses-configuration-sets", "ses_configuration_sets"),
        ("resume", "Configuration-Set", "ses_configuration_sets"),
        ("drill", "SES_DRILL_MOD", "ses_drill_mode"),
    ],
)
def test_an_extra_variable_that_nobody_reads_is_refused(playbook: str, name: str, meant: str) -> None:
    (said,) = refusals(playbook, name)
    assert said.startswith(f"{name}: {NOTHING} Did you mean {meant}?")


def test_where_nothing_is_alike_nothing_is_proposed() -> None:
    assert refusals("pause", "ses_environment") == [f"ses_environment: {NOTHING}"]


@pytest.mark.parametrize(
    ("playbook", "name", "meant"),
    [
        ("pause", "ses_drill_configuration_set", " Did you mean ses_configuration_sets?"),
        ("pause", "ses_pause_configuration_sets", " Did you mean ses_configuration_sets?"),
        ("resume", "ses_serial", ""),
        ("drill", "ses_tenants", ""),
        ("drill", "ses_configuration_sets", " Did you mean ses_drill_configuration_set?"),
        ("site", "ses_configuration_sets", " Did you mean ses_pause_configuration_sets?"),
        ("remove", "ses_configuration_sets", ""),
    ],
)
def test_a_playbook_refuses_what_narrows_another_and_would_not_narrow_it(playbook: str, name: str, meant: str) -> None:
    does_more = f"{name}: mailops.ses.{playbook} does not read it, and would do more than you ask for."
    assert refusals(playbook, name) == [f"{does_more}{meant}"]


@pytest.mark.parametrize(
    ("playbook", "names"),
    [
        # As files for all playbooks hold them.
        ("pause", ("ses_drill_mode", "ses_status_report", "ses_pause_recover", "ses_pause_bounce_rate_pause")),
        # It only looks, also as a part of prove, the other part of which is a drill.
        ("status", ("ses_drill_configuration_set", "ses_configuration_sets")),
        # What one job of a workflow leaves for the next ones.
        ("merge_status", ("ses_slice_status_0a1b2c3d4e5f",)),
        ("site", ("ses_slice_status_0a1b2c3d4e5f", "ses_account_id")),
    ],
)
def test_what_another_playbook_reads_is_no_mistake(playbook: str, names: tuple[str, ...]) -> None:
    assert not refusals(playbook, *names)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("ses_pause_configuration_set", "ses_pause_configuration_sets"),
        ("ses_pause_bounce_treshold", "ses_pause_bounce_rate_pause"),
        ("ses_pause_complaint_rate", "ses_pause_complaint_rate_warn"),
        ("ses_pause_nmae", "ses_pause_name"),
        ("ses_pause_regoin", "ses_pause_region"),
        ("ses_pause_subscription", "ses_pause_subscriptions"),
    ],
)
def test_a_variable_of_the_inventory_that_misses_one_of_ours_is_refused(name: str, meant: str) -> None:
    (said,) = of_inventory("site", name)
    assert said.startswith(f"{name}, a variable of shop.eu: {NOTHING} Did you mean {meant}?")


def test_one_that_many_hosts_have_is_said_once() -> None:
    (said,) = refusals("site", inventory={name: ["ses_pause_nmae"] for name in ("one", "two", "three")})
    assert said.startswith("ses_pause_nmae, a variable of one and 2 more: ")


@pytest.mark.parametrize(
    "name",
    [
        *(
            "ses_region",
            "ses_account",
            "ses_tenant_names",
            "ses_environment",
            "ses_drill",
            "sesame",
            "reason",
            "tenants",
        ),
        *("ses_pause_owner", "ses_pause_team", "ses_pause_account_id", "ses_pause_ok_topic", "ses_pause_log_bucket"),
        *("ses_pause_stage", "ses_pause_recover_by"),
        *("ses_pause_default_subscriptions", "ses_pause_bounce_rate_warn_by_stage", "ses_pause_slack_channel"),
    ],
)
def test_other_variables_of_the_inventory_are_its_owners(name: str) -> None:
    for playbook in known.PLAYBOOKS:
        assert not of_inventory(playbook, name)


def test_a_mistake_in_what_is_deployed_keeps_nobody_from_pausing() -> None:
    names = ("ses_pause_bounce_treshold", "ses_pause_configuration_set", "ses_pause_subscription", "ses_drill_mod")
    for playbook in ("pause", "resume"):
        assert not of_inventory(playbook, *names)
    # But what would lead to another Region or guard does.
    assert len(of_inventory("pause", "ses_pause_regoin", "ses_pause_nmae")) == 2


def test_a_variable_that_comes_from_the_command_line_is_no_ones_of_the_inventory() -> None:
    assert len(refusals("site", "ses_pause_nmae", inventory={"one": ["ses_pause_nmae"]})) == 1


# Old names


@pytest.mark.parametrize("playbook", known.ALIASES)
def test_the_old_names_are_read_as_extra_variables_only(playbook: str) -> None:
    aliases = known.ALIASES[playbook]
    assert Asked(playbook, frozenset(aliases)).aliases() == aliases
    assert not refusals(playbook, *aliases)
    assert Asked(playbook, inventory={"one": list(aliases)}).aliases() == {}


def test_the_old_name_beside_the_new_one_is_refused() -> None:
    both = ["tenants is the old name of ses_tenants, and both are given. Leave tenants out."]
    assert refusals("pause", "tenants", "ses_tenants") == both
    assert refusals("pause", "tenants", of_play=frozenset({"ses_tenants"})) == both


@pytest.mark.parametrize("playbook", ["pause", "resume"])
def test_no_inventory_says_what_is_paused_or_why(playbook: str) -> None:
    """An inventory with a list of its owner's sets would leave the account sending."""
    hosts = {"one": [], "two": ["ses_tenants", "ses_configuration_sets", "ses_pause_name"]}
    asked = Asked(playbook, frozenset({"ses_tenants"}), frozenset({"ses_reason"}), hosts)
    assert asked.of_person() == ["ses_reason", "ses_tenants"]
    assert asked.ignored() == {"ses_configuration_sets": "two"}
    assert Asked("site", inventory=hosts).ignored() == {}


# Reasons and targets

WHY = "Say why, for those who are told and for whoever comes next: -e 'ses_reason=\"...\"'."
TWO: dict[str, Any] = {"inventory": {"shop.eu": [], "news.eu": []}}


@pytest.mark.parametrize("playbook", ["pause", "resume"])
@pytest.mark.parametrize("reason", ["", " \n"])
def test_a_pause_and_a_resume_want_a_reason(playbook: str, reason: str) -> None:
    assert refusals(playbook, reason=reason) == [WHY]


@pytest.mark.parametrize("playbook", sorted(set(known.PLAYBOOKS) - {"pause", "resume"}))
def test_nothing_else_wants_one(playbook: str) -> None:
    assert not refusals(playbook, reason="")


def test_a_resume_of_several_targets_says_which_it_means() -> None:
    assert refusals("resume", **TWO) == [
        "This would resume 2 targets. Say which with --limit, such as --limit news.eu, or that you mean all of them "
        "with -e ses_all_targets=true."
    ]
    assert not refusals("resume", **TWO, is_limited=True)
    assert not refusals("resume", **TWO, all_targets=True)
    assert not refusals("resume", inventory={"shop.eu": []})
    assert not refusals("pause", **TWO)
