# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A rule that calls its targets on a schedule."""

from __future__ import annotations

from functools import partial
from typing import Any

from .._aws.client import Aws
from .._aws.threads import gather
from .._converge.ownership import OWNER_MARK
from .._converge.resource import Found, Resource, State
from .._converge.tags import to_dict, to_list

MISSING = ("ResourceNotFoundException",)


class Schedule(Resource[Found]):
    """State: schedule (EventBridge's expression), enabled, description, targets [{Id, Arn, Input}], tags."""

    kind = "EventBridge rule"

    def read(self, aws: Aws) -> Found | None:
        rule = aws.call("events", "describe_rule", self.label, MISSING, Name=self.name)
        if rule is None:
            return None
        call = partial(aws.call, "events")
        tags, targets = gather(
            [
                partial(call, "list_tags_for_resource", self.label, ResourceARN=self._arn(aws)),
                partial(call, "list_targets_by_rule", self.label, Rule=self.name),
            ]
        )
        state: State = {
            "schedule": rule.get("ScheduleExpression"),
            "enabled": rule.get("State") == "ENABLED",
            "description": rule.get("Description", ""),
            "targets": targets["Targets"],
            "tags": to_dict(tags["Tags"]),
        }
        return Found(state)

    def _arn(self, aws: Aws) -> str:
        return aws.arn("events", f"rule/{self.name}")

    def is_marked(self, state: State) -> bool:
        return OWNER_MARK in state["description"]

    def create(self, aws: Aws, desired: State) -> None:
        self._put_rule(aws, desired, Tags=to_list(desired["tags"]))
        self._put_targets(aws, desired)

    def _put_rule(self, aws: Aws, desired: State, **tags: Any) -> None:
        aws.call(
            "events",
            "put_rule",
            self.label,
            Name=self.name,
            ScheduleExpression=desired["schedule"],
            State="ENABLED",
            Description=desired["description"],
            **tags,
        )

    def _put_targets(self, aws: Aws, desired: State) -> None:
        answer = aws.call("events", "put_targets", self.label, Rule=self.name, Targets=desired["targets"])
        aws.refuse_failed_entries(answer, "events", "put_targets", self.label)

    def _remove_targets(self, aws: Aws, targets: list[dict[str, Any]]) -> None:
        if targets:
            ids = [target["Id"] for target in targets]
            answer = aws.call("events", "remove_targets", self.label, MISSING, Rule=self.name, Ids=ids)
            aws.refuse_failed_entries(answer, "events", "remove_targets", self.label)

    def update(self, aws: Aws, found: Found, desired: State, changed: frozenset[str]) -> None:
        if changed & {"schedule", "enabled", "description"}:
            self._put_rule(aws, desired)
        if "targets" in changed:
            wanted = {target["Id"] for target in desired["targets"]}
            self._remove_targets(aws, [target for target in found.state["targets"] if target["Id"] not in wanted])
            self._put_targets(aws, desired)
        if "tags" in changed:
            tags = to_list(desired["tags"])
            aws.call("events", "tag_resource", self.label, ResourceARN=self._arn(aws), Tags=tags)

    def delete(self, aws: Aws, found: Found) -> None:
        self._remove_targets(aws, found.state["targets"])
        aws.call("events", "delete_rule", self.label, MISSING, Name=self.name)
