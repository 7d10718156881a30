# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A topic: "trip" carries the alarm to the function, "notify" carries words to people."""

from __future__ import annotations

import json

from ansible_collections.mailops.ses.plugins.module_utils._aws import Aws
from ansible_collections.mailops.ses.plugins.module_utils._reconcile import OWNER_MARK, Resource, State
from ansible_collections.mailops.ses.plugins.module_utils._resources import _tags

MISSING = ("NotFound", "NotFoundException")
MISSING_TAGS = (*MISSING, "ResourceNotFound", "ResourceNotFoundException")
ATTRIBUTES = {"policy": "Policy", "display_name": "DisplayName", "kms_key_id": "KmsMasterKeyId"}


class Topic(Resource):
    """State: policy, display_name, kms_key_id ("": not encrypted), tags."""

    kind = "SNS topic"
    has_tags_apart = True

    def _arn(self, aws: Aws) -> str:
        return aws.arn("sns", self.name)

    def read(self, aws: Aws) -> State | None:
        answer = aws.call("sns", "get_topic_attributes", self.label, MISSING, TopicArn=self._arn(aws))
        if answer is None:
            return None
        attributes = answer["Attributes"]
        return {
            "policy": json.loads(attributes["Policy"]) if attributes.get("Policy") else None,
            "display_name": attributes.get("DisplayName", ""),
            "kms_key_id": attributes.get("KmsMasterKeyId", ""),
            "_arn": self._arn(aws),
        }

    def read_tags(self, aws: Aws, current: State) -> dict[str, str] | None:
        answer = aws.call("sns", "list_tags_for_resource", self.label, MISSING_TAGS, ResourceArn=current["_arn"])
        return answer and _tags.to_dict(answer["Tags"])

    def is_marked(self, current: State) -> bool:
        return OWNER_MARK in (current["policy"] or {}).get("Id", "")

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
            Tags=_tags.to_list(desired["tags"]),
        )

    def update(self, aws: Aws, current: State, desired: State, changed: frozenset[str]) -> None:
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
            tags = _tags.to_list(desired["tags"])
            aws.call("sns", "tag_resource", self.label, ResourceArn=self._arn(aws), Tags=tags)

    def delete(self, aws: Aws, current: State) -> None:
        aws.call("sns", "delete_topic", self.label, MISSING, TopicArn=self._arn(aws))
