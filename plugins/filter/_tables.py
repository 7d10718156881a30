# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the playbooks make out of their own private variables. No public API: it changes with them, in any release."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.mailops.ses.plugins.plugin_utils._tables.deployment import deployment_table
from ansible_collections.mailops.ses.plugins.plugin_utils._tables.drill import drill_table
from ansible_collections.mailops.ses.plugins.plugin_utils._tables.removal import removal_table
from ansible_collections.mailops.ses.plugins.plugin_utils._tables.sending import sending_table
from ansible_collections.mailops.ses.plugins.plugin_utils._tables.statuses import target_statuses


class FilterModule:
    """Where Ansible finds the filters. meta/runtime.yml leads to them from the names that 1.0.0 had."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {
            "_deployment_table": deployment_table,
            "_drill_table": drill_table,
            "_removal_table": removal_table,
            "_sending_table": sending_table,
            "_target_statuses": target_statuses,
        }
