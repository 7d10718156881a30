# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which variables the playbooks read: the one list. docs/playbooks.md describes them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from ansible.module_utils.common.yaml import yaml_load

SPECS = Path(__file__).parents[3] / "roles" / "ses_pause" / "meta" / "argument_specs.yml"

# Options of the modules that a host says once for all of its tasks, as ses_pause_OPTION, each with its aliases.
CONNECTION_OPTIONS: dict[str, tuple[str, ...]] = {
    "region": ("aws_region",),
    "profile": ("aws_profile",),
    "endpoint_url": ("aws_endpoint_url",),
    "assume_role_arn": (),
    "assume_role_external_id": (),
    "assume_role_session_name": (),
}
HOST_OPTIONS = {**CONNECTION_OPTIONS, "name": ()}

# mailops.ses.prove is made of status and drill.
PLAYBOOKS = ("site", "status", "merge_status", "drill", "pause", "resume", "remove")
# They run the role, and so read its variables.
RUN_THE_ROLE = ("site", "status", "remove")
READ_BY: dict[str, tuple[str, ...]] = {
    "ses_targets": PLAYBOOKS,
    "ses_reason": ("pause", "resume"),
    "ses_configuration_sets": ("pause", "resume"),
    "ses_tenants": ("pause", "resume"),
    "ses_all_targets": ("resume",),
    "ses_pause_recover": ("resume",),
    "ses_pause_recover_margin": ("resume",),
    "ses_pause_recover_wait": ("resume",),
    "ses_pause_resume_only": ("resume",),
    "ses_drill_mode": ("drill",),
    "ses_drill_metric": ("drill",),
    "ses_drill_configuration_set": ("drill",),
    "ses_drill_timeout": ("drill",),
    "ses_serial": ("site",),
    "ses_max_fail_percentage": ("site",),
    "ses_status_format": ("status", "merge_status"),
    "ses_status_file": ("status", "merge_status"),
    "ses_status_report": ("status", "merge_status"),
    "ses_status_fail_on": ("status", "merge_status"),
    "ses_status_drift": ("status",),
    "ses_status_history": ("status",),
    "ses_status_share": ("status", "merge_status"),
    "ses_status_documents": ("merge_status",),
    "ses_status_max_age": ("merge_status",),
}
# What the inventory plugin says of a host. Nobody has to give it.
FOUND = {
    "ses_account_id",
    "ses_account_name",
    "ses_account_tags",
    "ses_partition",
    "ses_skipped_accounts",
    "ses_unreachable_reason",
}
# So begins the extra variable in which one job of a workflow leaves its status to the next.
SLICE_STATUS = "ses_slice_status_"

# The names of 1.0.0.
ALIASES = {
    "pause": {"reason": "ses_reason", "configuration_sets": "ses_configuration_sets", "tenants": "ses_tenants"},
    "resume": {"reason": "ses_reason", "configuration_sets": "ses_configuration_sets", "tenants": "ses_tenants"},
    "drill": {"configuration_set": "ses_drill_configuration_set"},
}
# What is paused or resumed, and why: whoever gives the command says it, never the inventory.
OF_PERSON = {"ses_reason", "ses_configuration_sets", "ses_tenants"}
# They narrow what is done: a playbook that ignored one would do more than was asked for.
NARROWING = {
    "ses_configuration_sets",
    "ses_drill_configuration_set",
    "ses_max_fail_percentage",
    "ses_pause_configuration_sets",
    "ses_serial",
    "ses_tenants",
}
# A configuration set, in what a playbook that changes something calls it.
SETS_OF = {
    "site": "ses_pause_configuration_sets",
    "drill": "ses_drill_configuration_set",
    "pause": "ses_configuration_sets",
    "resume": "ses_configuration_sets",
    "remove": None,
}


@lru_cache
def role_variables() -> frozenset[str]:
    """What the role describes, and what the modules read of a host besides."""
    options = yaml_load(SPECS.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]
    return frozenset(options) | host_variables()


def host_variables() -> frozenset[str]:
    return frozenset(f"ses_pause_{option}" for option in HOST_OPTIONS)


def read_by(playbook: str) -> frozenset[str]:
    """Every variable that changes what the playbook does."""
    own = {name for name, readers in READ_BY.items() if playbook in readers}
    return host_variables() | own | (role_variables() if playbook in RUN_THE_ROLE else frozenset())


def known() -> frozenset[str]:
    """Every variable of ours."""
    return role_variables() | READ_BY.keys() | FOUND
