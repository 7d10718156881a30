# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: _tables
short_description: "[INTERNAL] What the playbooks make out of their own variables"
version_added: 1.1.0
author:
  - mailops.ses contributors (@mailops)
description:
  - The playbooks of this collection use these filters. They read private variables of the playbooks, and change with
    them, in any release.
  - Use P(mailops.ses.status_table#filter) and P(mailops.ses.status_report#filter), or the results of the modules.
options:
  _input:
    description:
      - The variables of each target.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
# There is none, as nobody else can rely on these filters.
"""

RETURN = r"""
_value:
  description: The lines of a table, or what was found of each target.
  type: list
  elements: raw
"""

from collections.abc import Callable
from typing import Any

from ..plugin_utils._tables.deployment import deployment_table
from ..plugin_utils._tables.drill import drill_table
from ..plugin_utils._tables.removal import removal_table
from ..plugin_utils._tables.sending import sending_table
from ..plugin_utils._tables.statuses import target_statuses


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
