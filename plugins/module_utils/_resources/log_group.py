# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A log group, with an end to what it keeps."""

from __future__ import annotations

from .._aws.client import Aws
from .._converge.resource import Found, Resource, State

MISSING = ("ResourceNotFoundException",)
EXISTS = ("ResourceAlreadyExistsException",)


class LogGroup(Resource[Found]):
    """State: retention_days (None: for ever), tags."""

    kind = "log group"
    has_tags_apart = True

    def _arn(self, aws: Aws) -> str:
        return aws.arn("logs", f"log-group:{self.name}")

    def read(self, aws: Aws) -> Found | None:
        groups = aws.pages("logs", "describe_log_groups", "logGroups", self.label, logGroupNamePrefix=self.name)
        group = next((group for group in groups if group["logGroupName"] == self.name), None)
        if group is None:
            return None
        return Found({"retention_days": group.get("retentionInDays")}, self._arn(aws))

    def read_tags(self, aws: Aws, found: Found) -> dict[str, str] | None:
        answer = aws.call("logs", "list_tags_for_resource", self.label, MISSING, resourceArn=found.arn)
        return answer and answer["tags"]

    def create(self, aws: Aws, desired: State) -> None:
        # Lambda may have made it a moment ago.
        aws.call("logs", "create_log_group", self.label, EXISTS, logGroupName=self.name, tags=desired["tags"])
        self._retain(aws, desired)

    def _retain(self, aws: Aws, desired: State) -> None:
        days = desired["retention_days"]
        aws.call("logs", "put_retention_policy", self.label, logGroupName=self.name, retentionInDays=days)

    def update(self, aws: Aws, found: Found, desired: State, changed: frozenset[str]) -> None:
        if "retention_days" in changed:
            self._retain(aws, desired)
        if "tags" in changed:
            aws.call("logs", "tag_resource", self.label, resourceArn=self._arn(aws), tags=desired["tags"])

    def delete(self, aws: Aws, found: Found) -> None:
        aws.call("logs", "delete_log_group", self.label, MISSING, logGroupName=self.name)
