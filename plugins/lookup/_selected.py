# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: _selected
short_description: "[INTERNAL] The hosts of a pattern, as far as --limit has them"
version_added: 1.1.0
author:
  - mailops.ses contributors (@mailops)
description:
  - The playbooks of this collection use this lookup. It changes with them, in any release.
  - C(ansible.builtin.inventory_hostnames) knows nothing of C(--limit).
options:
  _terms:
    description:
      - A pattern, or several.
    required: true
"""

EXAMPLES = r"""
# There is none, as nobody else can rely on this lookup.
"""

RETURN = r"""
_list:
  description: Names of hosts.
  type: list
  elements: str
"""

from typing import Any

from ansible.inventory.manager import InventoryManager
from ansible.plugins.lookup import LookupBase


class LookupModule(LookupBase):
    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **given: Any) -> list[str]:
        known = variables or {}
        manager = InventoryManager(self._loader, parse=False)
        for group, hosts in known["groups"].items():
            manager.add_group(group)
            for host in hosts:
                manager.add_host(host, group=group)
        manager.subset(known.get("ansible_limit"))
        return [host.name for host in manager.get_hosts(self._flatten(terms))] if self._flatten(terms) else []
