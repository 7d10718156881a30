# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes hosts, groups and variables into Ansible's inventory."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from ansible.inventory.group import to_safe_group_name
from ansible.utils.unsafe_proxy import wrap_var

from .found import Skipped
from .hosts import TARGETS, UNREACHABLE, Host

try:
    from ansible.template import trust_as_template
except ImportError:

    def trust_as_template(value: str) -> str:
        """Before ansible-core 2.19 every text is a template that is not marked as unsafe."""
        return value


# The Python that runs the playbook, which need not be the one that reads the inventory.
INTERPRETER = "{{ ansible_playbook_python }}"
# Texts that no template begins in.
PLAIN = re.compile(r"[^{#]*")


class Writer:
    """One inventory. What AWS says is never a template; what the file says may be one."""

    def __init__(self, inventory: Any) -> None:
        self._inventory = inventory

    def target(self, host: Host) -> str:
        """The host's name."""
        self._group(TARGETS)
        self._write(host, TARGETS)
        for part in host.parts:
            self._inventory.add_child(TARGETS, self._group(part))
            self._inventory.add_child(to_safe_group_name(part, force=True, silent=True), host.name)
        for group in host.groups:
            self._inventory.add_child(self._group(group), host.name)
        return host.name

    def unreachable(self, host: Host) -> None:
        self._group(UNREACHABLE)
        self._write(host, UNREACHABLE)

    def skipped(self, accounts: Iterable[Skipped]) -> None:
        """The accounts that are not active, as a variable of the group of all targets."""
        skipped = as_text([asdict(account) for account in accounts])
        self._inventory.set_variable(self._group(TARGETS), "ses_skipped_accounts", skipped)

    def _write(self, host: Host, group: str) -> None:
        self._inventory.add_host(host.name, group=group)
        self._inventory.set_variable(host.name, "ansible_connection", as_text("local"))
        self._inventory.set_variable(host.name, "ansible_python_interpreter", trust_as_template(INTERPRETER))
        for name, value in host.variables.items():
            self._inventory.set_variable(host.name, name, as_text(value))
        for name, value in host.own.items():
            self._inventory.set_variable(host.name, name, value)

    def _group(self, name: str) -> str:
        return self._inventory.add_group(to_safe_group_name(name, force=True, silent=True))


def as_text(value: Any) -> Any:
    """What AWS says, never a template; as plain text where it cannot be one, as ansible-inventory marks all others."""
    if isinstance(value, dict):
        return {key: as_text(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_text(each) for each in value]
    return trust_as_template(value) if isinstance(value, str) and PLAIN.fullmatch(value) else wrap_var(value)
