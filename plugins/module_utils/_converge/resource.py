# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One AWS resource: what it should look like, how it is read and how it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from .._aws.client import Aws

# What a resource looks like: a flat dict of JSON-like values. The keys C(tags) and C(policy) are compared as AWS means
# them: tags that we do not name are left alone, and the order inside a policy says nothing.
State = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """What a read has found of a resource.

    state: what is compared with what is wanted; tags may be missing where the resource has them apart.
    arn: needed for those whose tags are asked for many at a time.
    """

    state: State
    arn: str = ""


F = TypeVar("F", bound=Found)


class Resource(Generic[F]):
    """One AWS resource and its desired state (None: gone)."""

    kind: str = ""
    # Where a resource has no place for a mark of its own: it is ours if one of these is.
    belongs_to: Sequence[Resource[Any]] = ()
    # Whether its tags take a call of their own, and whether GetResources may be asked for them first.
    has_tags_apart = False
    in_bulk = True
    # Whether a read is a call of its own; otherwise many share an answer, or know it.
    reads_alone = True

    def __init__(self, name: str, desired: State | None) -> None:
        self.name = name
        self.desired = desired

    def read(self, aws: Aws) -> F | None:
        """What is there, or None where the API itself says that there is no such resource.

        With C(has_tags_apart) its state may lack the tags, and it has an ARN then.
        """
        raise NotImplementedError

    def read_tags(self, aws: Aws, found: F) -> dict[str, str] | None:
        """The tags as the resource's own service knows them, or None where the resource has gone meanwhile."""
        raise NotImplementedError

    def with_tags(self, found: F, tags: dict[str, str]) -> F:
        return replace(found, state={**found.state, "tags": tags})

    def read_whole(self, aws: Aws) -> F | None:
        """What is there, with its tags."""
        return self.read_missing_tags(aws, self.read(aws))

    def read_missing_tags(self, aws: Aws, found: F | None) -> F | None:
        if found is None or not self.has_tags_apart or "tags" in found.state:
            return found
        tags = self.read_tags(aws, found)
        return None if tags is None else self.with_tags(found, tags)

    def read_more(self, aws: Aws, found: F) -> F:
        """What C(settle) needs beside the state and its tags; asked once these are known."""
        return found

    def settle(self, found: F | None) -> State | None:
        """Pure: the desired state where it depends on the present one."""
        return self.desired

    def create(self, aws: Aws, desired: State) -> None:
        raise NotImplementedError

    def update(self, aws: Aws, found: F, desired: State, changed: frozenset[str]) -> None:
        raise NotImplementedError

    def delete(self, aws: Aws, found: F) -> None:
        raise NotImplementedError

    def is_marked(self, state: State) -> bool:
        """Whether a resource without our tag can be known as ours all the same."""
        return False

    @property
    def label(self) -> str:
        return f"{self.kind} {self.name}"
