# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads many resources at once, with their tags, in as few calls as AWS allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from .._aws.client import Aws
from .._aws.threads import gather
from .plan import plan
from .resource import Found, Resource
from .tags import to_dict

# GetResources takes at most 100 ARNs (Resource Groups Tagging API reference).
MAX_ARNS = 100

Read = dict[Resource[Any], "Found | None"]


def read_states(aws: Aws, resources: Sequence[Resource[Any]]) -> Read:
    """What is there of each, with its tags.

    Tags are first asked for many at a time. That answer may lag behind, so it is believed where it means that nothing
    is to be done; whatever would be changed or refused is asked for its tags itself.
    """
    states = _read_all(aws, resources)
    apart = {
        resource: found
        for resource, found in states.items()
        if found is not None and resource.has_tags_apart and "tags" not in found.state
    }
    listed = _read_bulk(aws, [found.arn for resource, found in apart.items() if resource.in_bulk])
    doubtful: dict[Resource[Any], Found] = {}
    for resource, found in apart.items():
        known = _believed(aws, resource, found, listed)
        if known is None:
            doubtful[resource] = found
        else:
            states[resource] = known
    together = [resource for resource in doubtful if resource.in_bulk]
    asked = gather([partial(_with_own_tags, aws, resource, doubtful[resource]) for resource in together])
    states.update(zip(together, asked, strict=True))
    one_by_one = [resource for resource in doubtful if not resource.in_bulk]
    states.update({resource: _with_own_tags(aws, resource, doubtful[resource]) for resource in one_by_one})
    return states


def _believed(aws: Aws, resource: Resource[Any], found: Found, listed: Mapping[str, dict[str, str]]) -> Found | None:
    """The resource with the tags that GetResources has given, where with them nothing is to be done."""
    own = listed.get(found.arn)
    if own is None:
        return None
    known: Found = resource.read_more(aws, resource.with_tags(found, own))
    return known if plan(resource, known).action == "none" else None


def _with_own_tags(aws: Aws, resource: Resource[Any], found: Found) -> Found | None:
    known = resource.read_missing_tags(aws, found)
    return None if known is None else resource.read_more(aws, known)


def _read_all(aws: Aws, resources: Sequence[Resource[Any]]) -> Read:
    """Those that share an answer in one thread, in their order, beside the others."""
    groups = [[resource] for resource in resources if resource.reads_alone]
    groups.insert(0, [resource for resource in resources if not resource.reads_alone])

    def read(group: list[Resource[Any]]) -> Read:
        return {resource: resource.read(aws) for resource in group}

    found = {
        resource: state
        for answer in gather([partial(read, group) for group in groups])
        for resource, state in answer.items()
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
            found[each["ResourceARN"]] = to_dict(each["Tags"])
    return found
