# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A resource that keeps what is done to it."""

from __future__ import annotations

from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._converge.plan import Plan, make_plan
from ansible_collections.mailops.ses.plugins.module_utils._converge.reading import read_states
from ansible_collections.mailops.ses.plugins.module_utils._converge.resource import Found, Resource, State

OURS = {"ses-pause:guard": "ses-pause"}


class Thing(Resource[Found]):
    """There is C(current), and C(desired) is wanted. log: what was done, and to which thing."""

    kind = "thing"

    def __init__(self, name: str, current: State | None, desired: State | None, log: list[str] | None = None) -> None:
        super().__init__(name, desired)
        self.found = None if current is None else Found(current)
        self.log = log if log is not None else []

    def read(self, aws: Aws) -> Found | None:
        self.log.append(f"read {self.name}")
        return self.found

    def create(self, aws: Aws, desired: State) -> None:
        self.log.append(f"create {self.name} {desired}")

    def update(self, aws: Aws, found: Found, desired: State, changed: frozenset[str]) -> None:
        self.log.append(f"update {self.name} {sorted(changed)}")

    def delete(self, aws: Aws, found: Found) -> None:
        self.log.append(f"delete {self.name}")

    def is_marked(self, state: State) -> bool:
        return bool(state.get("mark"))


def planned(aws: Aws, *things: Thing, adopt: list[str] | None = None) -> Plan:
    """What a task would make of these things."""
    return make_plan("ses-pause", read_states(aws, things), adopt or [])
