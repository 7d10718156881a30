# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose a resource is: ours by its tag, by its mark, or by what it belongs to. What is not ours is not touched."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeAlias

from .._aws.errors import SesError
from .resource import Found, Resource

# How the keys of all of our tags begin.
TAG_PREFIX = "ses-pause:"
# The tag that says a resource is ours; its value is the guard's name.
OWNER_TAG = f"{TAG_PREFIX}guard"
# Stands in descriptions and policy ids, so that a resource whose tag was lost is still known as ours.
OWNER_MARK = "mailops.ses"
# CloudFormation sets it, and would undo what another changes.
STACK_TAG = "aws:cloudformation:stack-name"

States: TypeAlias = "Mapping[Resource[Any], Found | None]"


def own_tags(tags: Mapping[str, Any], guard: str) -> dict[str, str]:
    """The tags of a guard's resource. AWS takes texts only, and YAML reads many a value as a number."""
    return {**{str(key): str(value) for key, value in tags.items()}, OWNER_TAG: guard}


def check_ownership(guard: str, states: States, adopt: Collection[str] = frozenset()) -> list[str]:
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


def _tags(resource: Resource[Any], states: States) -> dict[str, str] | None:
    """None where there is no such resource, or where it has no tags."""
    found: Found | None = states.get(resource)
    return None if found is None else found.state.get("tags")


def _may_adopt(resource: Resource[Any], states: States, adopt: Collection[str]) -> bool:
    tags = _tags(resource, states) or {}
    return resource.label in adopt and OWNER_TAG not in tags and STACK_TAG not in tags


def _label(resource: Resource[Any], states: States) -> str:
    stack = (_tags(resource, states) or {}).get(STACK_TAG)
    return f"{resource.label} (in the CloudFormation stack {stack})" if stack else resource.label


def _is_ours_or_gone(guard: str, resource: Resource[Any], states: States) -> bool:
    return _tags(resource, states) is None or _is_ours(guard, resource, states)


def _is_ours(guard: str, resource: Resource[Any], states: States) -> bool:
    found = states.get(resource)
    if found is None:
        return False
    owner = found.state["tags"].get(OWNER_TAG)
    if owner is not None:
        return bool(owner == guard)
    return resource.is_marked(found.state) or any(_is_ours(guard, holder, states) for holder in resource.belongs_to)
