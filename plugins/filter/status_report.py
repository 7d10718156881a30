# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: status_report
short_description: The state of all targets as one self-contained HTML page
version_added: 1.0.0
author:
  - mailops.ses contributors (@mailops)
description:
  - Makes an HTML page out of what M(mailops.ses.ses_reputation_info) found on each target.
  - First the fleet, worst first, then each target with its findings, the rates of the last 14 days as charts, its
    alarms and its configuration sets.
  - The page needs nothing else and asks nobody for anything. Its security policy forbids it.
options:
  _input:
    description:
      - A dictionary a target, with C(name), C(status) (the result of M(mailops.ses.ses_reputation_info), or null) and
        C(error) (why there is none, or null).
      - The charts, the history of the alarms and the configuration sets are shown where C(status) has C(history).
      - A target whose C(status) has no C(health) does not count as well.
    type: list
    elements: dict
    required: true
  now:
    description:
      - The time that the page bears, in ISO 8601.
      - The present time where it is not given.
    type: str
"""

EXAMPLES = r"""
- name: Write the report
  ansible.builtin.copy:
    content: "{{ targets | mailops.ses.status_report }}"
    dest: /srv/www/ses.html
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The page.
  type: str
  sample: "<!doctype html>..."
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError

from ..plugin_utils._report.page import status_page


def status_report(targets: Iterable[Mapping[str, Any]], now: str | None = None) -> str:
    """The page, or an error that says what is wrong with the input."""
    listed = [] if isinstance(targets, (str, Mapping)) else list(targets)
    if isinstance(targets, (str, Mapping)) or not all(isinstance(target, Mapping) for target in listed):
        raise AnsibleFilterError("status_report: give it a list of dictionaries with name, status and error.")
    try:
        return status_page(listed, now)
    except ValueError as error:
        raise AnsibleFilterError(f"status_report: {error}") from error


class FilterModule:
    """Where Ansible finds the filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"status_report": status_report}
