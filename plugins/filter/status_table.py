# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: status_table
short_description: The status of all targets, as a table
version_added: 1.0.0
author:
  - mailops.ses contributors (@mailops)
description:
  - Makes the lines of a table, and below it what is not well with each target and what to do about it.
options:
  _input:
    description:
      - A dictionary a target, with C(name), C(status) (the result of M(mailops.ses.ses_reputation_info), or null) and
        C(error) (why there is none, or null), as the playbook C(mailops.ses.status) writes it with
        C(ses_status_format=json).
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Show all targets
  ansible.builtin.debug:
    msg: "{{ targets | mailops.ses.status_table }}"
  vars:
    targets: "{{ lookup('ansible.builtin.file', 'status.json') | from_json }}"
"""

RETURN = r"""
_value:
  description: The lines of the table.
  type: list
  elements: str
  sample:
    - "TARGET          SENDING  BOUNCE        COMPLAINT      ALARMS  HEALTH  LAST DRILL"
    - "shop.eu-west-1  yes      2.1 of 4.5 %  0.01 of 0.09 %  4 OK    well    2026-11-20 dry passed"
"""

from collections.abc import Callable
from typing import Any

from ..plugin_utils._tables.status import status_table


class FilterModule:
    """Where Ansible finds the filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"status_table": status_table}
