# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A topic."""

from __future__ import annotations

import json

from .._aws.client import Aws
from .._converge.ownership import OWNER_MARK
from .._converge.resource import Found, Resource, State
from .._converge.tags import to_dict, to_list

MISSING = ("NotFound", "NotFoundException")
MISSING_TAGS = (*MISSING, "ResourceNotFound", "ResourceNotFoundException")
# CloudWatch cannot publish to a topic under this key, and nothing says so.
AWS_MANAGED_KEY = "alias/aws/sns"
ATTRIBUTES = {"policy": "Policy", "display_name": "DisplayName", "kms_key_id": "KmsMasterKeyId"}


class Topic(Resource[Found]):
    """State: policy, display_name, kms_key_id ("": not encrypted), tags."""

    kind = "SNS topic"
    has_tags_apart = True

    def _arn(self, aws: Aws) -> str:
        return aws.arn("sns", self.name)

    def read(self, aws: Aws) -> Found | None:
        answer = aws.call("sns", "get_topic_attributes", self.label, MISSING, TopicArn=self._arn(aws))
        if answer is None:
            return None
        attributes = answer["Attributes"]
        state: State = {
            "policy": json.loads(attributes["Policy"]) if attributes.get("Policy") else None,
            "display_name": attributes.get("DisplayName", ""),
            "kms_key_id": attributes.get("KmsMasterKeyId", ""),
        }
        return Found(state, self._arn(aws))

    def read_tags(self, aws: Aws, found: Found) -> dict[str, str] | None:
        answer = aws.call("sns", "list_tags_for_resource", self.label, MISSING_TAGS, ResourceArn=found.arn)
        return answer and to_dict(answer["Tags"])

    def is_marked(self, state: State) -> bool:
        return OWNER_MARK in (state["policy"] or {}).get("Id", "")

    @staticmethod
    def _attributes(desired: State, changed: frozenset[str]) -> dict[str, str]:
        values = {**desired, "policy": json.dumps(desired["policy"])}
        return {ATTRIBUTES[key]: values[key] for key in ATTRIBUTES if key in changed}

    def create(self, aws: Aws, desired: State) -> None:
        attributes = {key: value for key, value in self._attributes(desired, frozenset(desired)).items() if value}
        aws.call(
            "sns",
            "create_topic",
            self.label,
            Name=self.name,
            Attributes=attributes,
            Tags=to_list(desired["tags"]),
        )

    def update(self, aws: Aws, found: Found, desired: State, changed: frozenset[str]) -> None:
        for name, value in self._attributes(desired, changed).items():
            aws.call(
                "sns",
                "set_topic_attributes",
                self.label,
                TopicArn=self._arn(aws),
                AttributeName=name,
                AttributeValue=value,
            )
        if "tags" in changed:
            tags = to_list(desired["tags"])
            aws.call("sns", "tag_resource", self.label, ResourceArn=self._arn(aws), Tags=tags)

    def delete(self, aws: Aws, found: Found) -> None:
        aws.call("sns", "delete_topic", self.label, MISSING, TopicArn=self._arn(aws))
