# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A queue."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.retries import AWSRetry

from .._aws.client import Aws
from .._converge.ownership import OWNER_MARK
from .._converge.resource import Found, Resource, State

# Each with and without the prefix that SQS's older protocol had: botocore gives the one that the answer's header names.
DELETED_RECENTLY = ["AWS.SimpleQueueService.QueueDeletedRecently", "QueueDeletedRecently"]
MISSING = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")
# Its metrics: what comes into it, and what lies in it. What SNS and Lambda put there is sent, what SQS itself moves is
# not (SQS Developer Guide, "Available CloudWatch metrics for Amazon SQS").
SENT = ("AWS/SQS", "NumberOfMessagesSent")
WAITING = ("AWS/SQS", "ApproximateNumberOfMessagesVisible")


@dataclass(frozen=True)
class FoundQueue(Found):
    """A queue, with its URL and the number of messages that wait in it, as SQS estimates it."""

    url: str = ""
    messages: int = 0


class Queue(Resource[FoundQueue]):
    """State: policy, retention_seconds, encrypted (by SQS itself), tags."""

    kind = "SQS queue"
    has_tags_apart = True

    def read(self, aws: Aws) -> FoundQueue | None:
        answer = aws.call("sqs", "get_queue_url", self.label, MISSING, QueueName=self.name)
        if answer is None:
            return None
        url = answer["QueueUrl"]
        # A queue that was just deleted still has its URL for up to a minute.
        answer = aws.call("sqs", "get_queue_attributes", self.label, MISSING, QueueUrl=url, AttributeNames=["All"])
        if answer is None:
            return None
        attributes = answer["Attributes"]
        state: State = {
            "policy": json.loads(attributes["Policy"]) if attributes.get("Policy") else None,
            "retention_seconds": int(attributes["MessageRetentionPeriod"]),
            "encrypted": attributes.get("SqsManagedSseEnabled") == "true",
        }
        return FoundQueue(state, aws.arn("sqs", self.name), url, int(attributes.get("ApproximateNumberOfMessages", 0)))

    def read_tags(self, aws: Aws, found: FoundQueue) -> dict[str, str] | None:
        answer = aws.call("sqs", "list_queue_tags", self.label, MISSING, QueueUrl=found.url)
        return answer and answer.get("Tags", {})

    def is_marked(self, state: State) -> bool:
        return OWNER_MARK in (state["policy"] or {}).get("Id", "")

    @staticmethod
    def _attributes(desired: State, changed: frozenset[str]) -> dict[str, str]:
        attributes: dict[str, Any] = {
            "policy": ("Policy", json.dumps(desired["policy"])),
            "retention_seconds": ("MessageRetentionPeriod", str(desired["retention_seconds"])),
            "encrypted": ("SqsManagedSseEnabled", str(desired["encrypted"]).lower()),
        }
        return dict(pair for key, pair in attributes.items() if key in changed)

    # SQS refuses a name for 60 seconds after its queue was deleted.
    @AWSRetry.exponential_backoff(retries=16, delay=5, backoff=1, catch_extra_error_codes=DELETED_RECENTLY)
    def _create(self, aws: Aws, desired: State) -> None:
        aws.client("sqs").create_queue(
            QueueName=self.name, Attributes=self._attributes(desired, frozenset(desired)), tags=desired["tags"]
        )

    def create(self, aws: Aws, desired: State) -> None:
        with aws.explained("sqs", "create_queue", self.label):
            self._create(aws, desired)

    def update(self, aws: Aws, found: FoundQueue, desired: State, changed: frozenset[str]) -> None:
        attributes = self._attributes(desired, changed)
        if attributes:
            aws.call("sqs", "set_queue_attributes", self.label, QueueUrl=found.url, Attributes=attributes)
        if "tags" in changed:
            aws.call("sqs", "tag_queue", self.label, QueueUrl=found.url, Tags=desired["tags"])

    def delete(self, aws: Aws, found: FoundQueue) -> None:
        aws.call("sqs", "delete_queue", self.label, MISSING, QueueUrl=found.url)
