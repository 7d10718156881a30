# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: _asked
short_description: "[INTERNAL] What a playbook is asked to do"
version_added: 1.1.0
author:
  - mailops.ses contributors (@mailops)
description:
  - The playbooks of this collection use this lookup. It reads their private variables, and changes with them, in any
    release.
options:
  _terms:
    description:
      - The playbook.
    required: true
  all_targets:
    description:
      - Whether all targets are meant.
    type: bool
    default: false
"""

EXAMPLES = r"""
# There is none, as nobody else can rely on this lookup.
"""

RETURN = r"""
_list:
  description:
    - One dictionary. C(refused) has the sentences that say why it is not done. C(given) has the names of what was given
      of what only a person says.
    - The reason, and what was given by an old name, are there by the old name.
  type: list
  elements: dict
"""

from typing import Any

from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display
from ansible.utils.vars import load_extra_vars

from ..plugin_utils._variables.asked import Asked


class LookupModule(LookupBase):
    def run(self, terms: list[str], variables: dict[str, Any] | None = None, **given: Any) -> list[dict[str, Any]]:
        self.set_options(var_options=variables, direct=given)
        known = variables or {}
        hosts = {host: known["hostvars"].raw_get(host) for host in known["ansible_play_hosts_all"]}
        own = hosts[known["inventory_hostname"]]
        # What parse_kv keeps of "-e key=a b" beside {key: a}.
        extra = {str(name): value for name, value in load_extra_vars(self._loader).items()}
        stray = str(extra.pop("_raw_params", ""))
        asked = Asked(
            playbook=terms[0],
            extra=frozenset(extra),
            stray=stray,
            of_play=frozenset(name for name, value in known.items() if name not in own or own[name] != value),
            inventory={host: list(found) for host, found in hosts.items()},
            is_limited="ansible_limit" in known,
            all_targets=self.get_option("all_targets"),
        )
        self._warn(asked)
        # An extra variable goes before any other, so these are its values.
        values = {old: self._templar.template(known[old]) for old in asked.aliases()}
        if "ses_reason" in asked.of_person():
            values["reason"] = self._templar.template(known["ses_reason"])
        refused = asked.refusals(str(values.get("reason") or ""))
        return [{**values, "given": asked.of_person(), "refused": refused}]

    @staticmethod
    def _warn(asked: Asked) -> None:
        for old, new in asked.aliases().items():
            text = f"The extra variable {old} is now called {new}."
            Display().deprecated(text, version="2.0.0", collection_name="mailops.ses")
        for name, host in asked.ignored().items():
            Display().warning(f"{name}, a variable of {host}, is passed over: give it with -e, if it is meant.")
