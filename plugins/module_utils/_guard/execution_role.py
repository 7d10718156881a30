# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The function's execution role. Where no key of the topics is named, the one that it may use stays."""

from __future__ import annotations

from .._converge.resource import Found, State
from .._resources.role import Role
from .policies import topic_key, with_topic_key


class ExecutionRole(Role):
    """leave_key: the topics' key is left as it is, and so is the permission to use it."""

    def __init__(self, name: str, policy_name: str, desired: State | None, leave_key: bool = False) -> None:
        super().__init__(name, policy_name, desired)
        self._leave_key = leave_key

    def settle(self, found: Found | None) -> State | None:
        key = topic_key(found.state["policy"]) if found and self._leave_key else None
        if self.desired is None or key is None:
            return self.desired
        return {**self.desired, "policy": with_topic_key(self.desired["policy"], key)}
