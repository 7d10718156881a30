# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read everything, plan, show one diff, write what differs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.policy import compare_policies
from ansible_collections.amazon.aws.plugins.module_utils.tagging import (
    boto3_tag_list_to_ansible_dict,
    compare_aws_tags,
)
from ansible_collections.mailops.ses.plugins.module_utils._aws import Aws, SesError
from ansible_collections.mailops.ses.plugins.module_utils._bulk import gather

State = dict[str, Any]

# The tag that says a resource is ours; its value is the guard's name.
OWNER_TAG = "ses-pause:guard"
# Stands in descriptions and policy ids, so that a resource whose tag was lost is still known as ours.
OWNER_MARK = "mailops.ses"
# GetResources takes at most 100 ARNs (Resource Groups Tagging API reference).
MAX_ARNS = 100
# CloudFormation sets it, and would undo what another changes.
STACK_TAG = "aws:cloudformation:stack-name"


def own_tags(tags: Mapping[str, Any], guard: str) -> dict[str, str]:
    """The tags of a guard's resource. AWS takes texts only, and YAML reads many a value as a number."""
    return {**{str(key): str(value) for key, value in tags.items()}, OWNER_TAG: guard}


class Resource:
    """One AWS resource: what it should look like (None: gone), and how it is read and written.

    A state is a flat dict of JSON-like values. The keys C(tags) and C(policy) are compared as AWS means them: tags
    that we do not name are left alone, and the order inside a policy says nothing.
    """

    kind: str = ""
    # Where a resource has no place for a mark of its own: it is ours if one of these is.
    belongs_to: Sequence[Resource] = ()
    # Whether its tags take a call of their own, and whether GetResources may be asked for them first.
    has_tags_apart = False
    in_bulk = True
    # Whether a read is a call of its own; otherwise many share an answer, or know it.
    reads_alone = True

    def __init__(self, name: str, desired: State | None) -> None:
        self.name = name
        self.desired = desired

    def read(self, aws: Aws) -> State | None:
        """The present state, or None where the API itself says that there is no such resource.

        With C(has_tags_apart) it may lack the tags, and has C(_arn) then.
        """
        raise NotImplementedError

    def read_tags(self, aws: Aws, current: State) -> dict[str, str] | None:
        """The tags as the resource's own service knows them, or None where the resource has gone meanwhile."""
        raise NotImplementedError

    def with_tags(self, current: State, tags: dict[str, str]) -> State:
        return {**current, "tags": tags}

    def look(self, aws: Aws) -> State | None:
        """The present state with its tags."""
        return self.add_tags(aws, self.read(aws))

    def add_tags(self, aws: Aws, current: State | None) -> State | None:
        if current is None or not self.has_tags_apart or "tags" in current:
            return current
        tags = self.read_tags(aws, current)
        return None if tags is None else self.with_tags(current, tags)

    def settle(self, current: State | None) -> State | None:
        """The desired state where it depends on the present one."""
        return self.desired

    def create(self, aws: Aws, desired: State) -> None:
        raise NotImplementedError

    def update(self, aws: Aws, current: State, desired: State, changed: frozenset[str]) -> None:
        raise NotImplementedError

    def delete(self, aws: Aws, current: State) -> None:
        raise NotImplementedError

    def is_marked(self, current: State) -> bool:
        """Whether a resource without our tag can be known as ours all the same."""
        return False

    @property
    def label(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True)
class Change:
    """What happens to one resource. action: create, update, delete or none."""

    resource: Resource
    action: str
    fields: frozenset[str]
    current: State | None
    desired: State | None

    def apply(self, aws: Aws) -> None:
        resource = self.resource
        if self.action == "create":
            resource.create(aws, self.desired or {})
        elif self.action == "update":
            resource.update(aws, self.current or {}, self.desired or {}, self.fields)
        elif self.action == "delete":
            resource.delete(aws, self.current or {})

    def before(self) -> State:
        return _visible(self.current, self.desired)

    def after(self) -> State:
        """What the resource looks like after the write: what was there, with what was asked for."""
        if self.desired is None:
            return {}
        after = {**_visible(self.current, self.desired), **self.desired}
        if "tags" in self.desired:
            after["tags"] = {**(self.current or {}).get("tags", {}), **self.desired["tags"]}
        return after


def differing(current: State, desired: State) -> frozenset[str]:
    """The keys of C(desired) whose value is another in C(current)."""
    return frozenset(key for key, value in desired.items() if _differs(key, current.get(key), value))


def _differs(key: str, current: Any, desired: Any) -> bool:
    if key == "tags":
        return bool(compare_aws_tags(current or {}, desired, purge_tags=False)[0])
    if key == "policy":
        return not isinstance(current, dict) or bool(compare_policies(current, desired))
    return bool(current != desired)


def plan(resource: Resource, current: State | None) -> Change:
    """Pure: the change that turns C(current) into what the resource should be."""
    desired = resource.settle(current)
    if current is None:
        return Change(resource, "none" if desired is None else "create", frozenset(desired or ()), None, desired)
    if desired is None:
        return Change(resource, "delete", frozenset(current), current, None)
    fields = differing(current, desired)
    return Change(resource, "update" if fields else "none", fields, current, desired)


def check_ownership(
    guard: str, states: Mapping[Resource, State | None], adopt: Collection[str] = frozenset()
) -> list[str]:
    """Refuses to go on where a resource of our name belongs to somebody else, and is not named to be taken over.

    Returns the labels of those that are taken over: none with another guard's tag, none in a CloudFormation stack.
    """
    others = [resource for resource in states if not _is_ours_or_gone(guard, resource, states)]
    foreign = [_label(resource, states) for resource in others if not _may_adopt(resource, states, adopt)]
    if foreign:
        raise SesError(
            f"Not ours, so not touched: {'; '.join(foreign)}. They lack the tag {OWNER_TAG}={guard}. Give the guard "
            f"another name, remove them, or, if they are meant to be taken over, name them in adopt. Nothing was "
            f"written.",
            foreign=foreign,
        )
    return [resource.label for resource in others]


def _may_adopt(resource: Resource, states: Mapping[Resource, State | None], adopt: Collection[str]) -> bool:
    tags = (states[resource] or {}).get("tags", {})
    return resource.label in adopt and OWNER_TAG not in tags and STACK_TAG not in tags


def _label(resource: Resource, states: Mapping[Resource, State | None]) -> str:
    stack = (states[resource] or {}).get("tags", {}).get(STACK_TAG)
    return f"{resource.label} (in the CloudFormation stack {stack})" if stack else resource.label


def _is_ours_or_gone(guard: str, resource: Resource, states: Mapping[Resource, State | None]) -> bool:
    current = states[resource]
    return current is None or "tags" not in current or _is_ours(guard, resource, states)


def _is_ours(guard: str, resource: Resource, states: Mapping[Resource, State | None]) -> bool:
    current = states.get(resource)
    if current is None:
        return False
    owner = current["tags"].get(OWNER_TAG)
    if owner is not None:
        return bool(owner == guard)
    return resource.is_marked(current) or any(_is_ours(guard, holder, states) for holder in resource.belongs_to)


def read_states(aws: Aws, resources: Sequence[Resource]) -> dict[Resource, State | None]:
    """The present state of each, with its tags.

    Tags are first asked for many at a time. That answer may lag behind, so it is believed where it means that nothing
    is to be done; whatever would be changed or refused is asked for its tags itself.
    """
    states = _read_all(aws, resources)
    apart = {
        resource: state
        for resource, state in states.items()
        if state is not None and resource.has_tags_apart and "tags" not in state
    }
    told = _read_bulk(aws, [state["_arn"] for resource, state in apart.items() if resource.in_bulk])
    doubtful: dict[Resource, State] = {}
    for resource, state in apart.items():
        tags = told.get(state["_arn"])
        known = None if tags is None else resource.with_tags(state, tags)
        if known is None or plan(resource, known).action != "none":
            doubtful[resource] = state
        else:
            states[resource] = known
    at_once = [resource for resource in doubtful if resource.in_bulk]
    found = gather([partial(resource.add_tags, aws, doubtful[resource]) for resource in at_once])
    states.update(zip(at_once, found, strict=True))
    states.update(
        {resource: resource.add_tags(aws, doubtful[resource]) for resource in doubtful if not resource.in_bulk}
    )
    return states


def _read_all(aws: Aws, resources: Sequence[Resource]) -> dict[Resource, State | None]:
    """Those that share an answer in one thread, in their order, beside the others."""
    groups = [[resource] for resource in resources if resource.reads_alone]
    groups.insert(0, [resource for resource in resources if not resource.reads_alone])

    def read(group: list[Resource]) -> dict[Resource, State | None]:
        return {resource: resource.read(aws) for resource in group}

    found = {
        key: state for answer in gather([partial(read, group) for group in groups]) for key, state in answer.items()
    }
    return {resource: found[resource] for resource in resources}


def _read_bulk(aws: Aws, arns: Sequence[str]) -> dict[str, dict[str, str]]:
    """{ARN: tags} of those that GetResources knows; one alone is not worth that call."""
    if len(arns) < 2:
        return {}
    found: dict[str, dict[str, str]] = {}
    for start in range(0, len(arns), MAX_ARNS):
        part = list(arns[start : start + MAX_ARNS])
        about = f"the tags of {part[0]} and {len(part) - 1} more"
        answer = aws.call("resourcegroupstaggingapi", "get_resources", about, ResourceARNList=part)
        for each in answer["ResourceTagMappingList"]:
            found[each["ResourceARN"]] = boto3_tag_list_to_ansible_dict(each["Tags"])
    return found


class Plan:
    """The changes that bring the resources to their desired state. Making one reads everything and writes nothing."""

    def __init__(
        self,
        aws: Aws,
        guard: str,
        resources: Sequence[Resource],
        states: Mapping[Resource, State | None] | None = None,
        adopt: Collection[str] = frozenset(),
    ) -> None:
        """states: those of all resources, where they have been read already."""
        found = read_states(aws, resources) if states is None else states
        states = {resource: found[resource] for resource in resources}
        self.adopted = check_ownership(guard, states, adopt)
        self.changes = [plan(resource, current) for resource, current in states.items()]
        self.pending = [change for change in self.changes if change.action != "none"]

    def apply(self, aws: Aws) -> None:
        """Writes, in the order of the resources; what goes, goes last and in the reverse order."""
        deletes = [change for change in self.pending if change.action == "delete"]
        for change in [change for change in self.pending if change.action != "delete"] + deletes[::-1]:
            change.apply(aws)

    def result(self) -> dict[str, Any]:
        """changed, resources: [{kind, name, action, changes: [field]}], diff: {before, after}."""
        changes = [change for change in self.changes if change.current is not None or change.desired is not None]
        before = {change.resource.label: change.before() for change in self.pending if change.current is not None}
        after = {change.resource.label: change.after() for change in self.pending if change.desired is not None}
        return {
            "changed": bool(self.pending),
            "resources": [describe(change) for change in changes],
            "diff": {"before": before, "after": after},
            **({"adopted": self.adopted} if self.adopted else {}),
        }


def describe(change: Change) -> dict[str, Any]:
    """One change for the task's result."""
    return {
        "kind": change.resource.kind,
        "name": change.resource.name,
        "action": change.action,
        "changes": sorted(change.fields) if change.action == "update" else [],
    }


def _visible(current: State | None, desired: State | None) -> State:
    """What a diff shows of a state: without what AWS only uses to find the resource again."""
    if current is None:
        return {}
    return {
        key: value for key, value in current.items() if not key.startswith("_") and (desired is None or key in desired)
    }
