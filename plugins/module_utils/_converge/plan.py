# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is to be written, from what was read and what is wanted. Pure but for C(apply)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.policy import compare_policies
from ansible_collections.amazon.aws.plugins.module_utils.tagging import compare_aws_tags

from .._aws.client import Aws
from .ownership import States, check_ownership
from .resource import Found, Resource, State


@dataclass(frozen=True)
class Change:
    """What happens to one resource. action: create, update, delete or none."""

    resource: Resource[Any]
    action: str
    fields: frozenset[str]
    found: Found | None
    desired: State | None

    def apply(self, aws: Aws) -> None:
        resource = self.resource
        if self.action == "create":
            resource.create(aws, self.desired or {})
        elif self.action == "update":
            resource.update(aws, self.found, self.desired or {}, self.fields)
        elif self.action == "delete":
            resource.delete(aws, self.found)

    def before(self) -> State:
        """What a diff shows of what was there: of what is wanted, or all of what goes."""
        if self.found is None:
            return {}
        return {key: value for key, value in self.found.state.items() if self.desired is None or key in self.desired}

    def after(self) -> State:
        """What the resource looks like after the write: what was there, with what was asked for."""
        if self.desired is None:
            return {}
        after = {**self.before(), **self.desired}
        if "tags" in self.desired:
            present = self.found.state.get("tags", {}) if self.found else {}
            after["tags"] = {**present, **self.desired["tags"]}
        return after

    def describe(self) -> dict[str, Any]:
        """The change for the task's result: {kind, name, action, changes: [field]}."""
        return {
            "kind": self.resource.kind,
            "name": self.resource.name,
            "action": self.action,
            "changes": sorted(self.fields) if self.action == "update" else [],
        }


def differing(current: State, desired: State) -> frozenset[str]:
    """The keys of C(desired) whose value is another in C(current)."""
    return frozenset(key for key, value in desired.items() if _differs(key, current.get(key), value))


def _differs(key: str, current: Any, desired: Any) -> bool:
    if key == "tags":
        return bool(compare_aws_tags(current or {}, desired, purge_tags=False)[0])
    if key == "policy":
        return not isinstance(current, dict) or bool(compare_policies(current, desired))
    return bool(current != desired)


def plan(resource: Resource[Any], found: Found | None) -> Change:
    """The change that turns what was found into what the resource should be."""
    desired = resource.settle(found)
    if found is None:
        return Change(resource, "none" if desired is None else "create", frozenset(desired or ()), None, desired)
    if desired is None:
        return Change(resource, "delete", frozenset(found.state), found, None)
    fields = differing(found.state, desired)
    return Change(resource, "update" if fields else "none", fields, found, desired)


@dataclass(frozen=True)
class Plan:
    """The changes that bring resources to their desired state. adopted: the labels of those that are taken over."""

    changes: list[Change]
    adopted: list[str] = field(default_factory=list)

    @property
    def pending(self) -> list[Change]:
        return [change for change in self.changes if change.action != "none"]

    def apply(self, aws: Aws) -> None:
        """Writes, in the order of the resources; what goes, goes last and in the reverse order."""
        deletes = [change for change in self.pending if change.action == "delete"]
        for change in [change for change in self.pending if change.action != "delete"] + deletes[::-1]:
            change.apply(aws)

    def result(self) -> dict[str, Any]:
        """changed, resources: [{kind, name, action, changes: [field]}], diff: {before, after}."""
        changes = [change for change in self.changes if change.found is not None or change.desired is not None]
        before = {change.resource.label: change.before() for change in self.pending if change.found is not None}
        after = {change.resource.label: change.after() for change in self.pending if change.desired is not None}
        return {
            "changed": bool(self.pending),
            "resources": [change.describe() for change in changes],
            "diff": {"before": before, "after": after},
            **({"adopted": self.adopted} if self.adopted else {}),
        }


def make_plan(guard: str, states: States, adopt: Collection[str] = frozenset()) -> Plan:
    """The plan for resources that were read; refuses where one belongs to somebody else, and is not in C(adopt)."""
    adopted = check_ownership(guard, states, adopt)
    return Plan([plan(resource, found) for resource, found in states.items()], adopted)
