# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SQS where moto differs: attributes set one by one, and the metrics that alarms on a queue watch."""

from __future__ import annotations

from typing import Any

from moto.sqs.models import Queue, SQSBackend, sqs_backends

from . import alarms, lock, places

_moto_set_attributes = Queue._set_attributes
_moto_add_message = Queue.add_message
_moto_delete_message = Queue.delete_message
_moto_send_message = SQSBackend.send_message
_moto_receive_message = SQSBackend.receive_message
_moto_purge_queue = SQSBackend.purge_queue
_moto_change_message_visibility = SQSBackend.change_message_visibility
_moto_wait_for_messages = Queue.wait_for_messages


def install() -> None:
    Queue._set_attributes = _set_attributes
    Queue.add_message = _add_message
    Queue.delete_message = _delete_message
    Queue.wait_for_messages = _wait_for_messages
    SQSBackend.send_message = _send_message
    SQSBackend.receive_message = _receive_message
    SQSBackend.purge_queue = _purge_queue
    SQSBackend.change_message_visibility = _change_message_visibility


def publish_all(account: str | None, region: str | None) -> None:
    """Messages become visible again without a call: look at every queue, and tell what lies in it, as AWS does once a
    minute."""
    for backend in places.each(sqs_backends, account, region):
        for queue in list(backend.queues.values()):
            if queue.approximate_number_of_messages:
                queue.__dict__.pop("published", None)
            _publish(queue)


def _set_attributes(self: Queue, attributes: dict[str, Any], now: float | None = None) -> None:
    """moto drops the policy when another attribute is set. The two kinds of encryption exclude each other."""
    attributes = dict(attributes)
    if "_policy_json" in self.__dict__ and "Policy" not in attributes:
        attributes["Policy"] = self.policy
    if attributes.get("KmsMasterKeyId"):
        attributes["SqsManagedSseEnabled"] = "false"
    elif str(attributes.get("SqsManagedSseEnabled")).lower() == "true":
        attributes["KmsMasterKeyId"] = None
    _moto_set_attributes(self, attributes, now)


def _add_message(self: Queue, message: Any) -> None:
    _moto_add_message(self, message)
    _publish(self)


def _delete_message(self: Queue, receipt_handle: str) -> None:
    _moto_delete_message(self, receipt_handle)
    _publish(self)


def _send_message(self: SQSBackend, queue_name: str, *args: Any, **kwargs: Any) -> Any:
    """AWS/SQS NumberOfMessagesSent. What SQS itself moves to a dead-letter queue does not come by here, and is none."""
    sent = _moto_send_message(self, queue_name, *args, **kwargs)
    _tell(self.get_queue(queue_name), "NumberOfMessagesSent", 1)
    return sent


def _receive_message(self: SQSBackend, queue_name: str, *args: Any, **kwargs: Any) -> Any:
    found = _moto_receive_message(self, queue_name, *args, **kwargs)
    _publish(self.get_queue(queue_name))
    return found


def _purge_queue(self: SQSBackend, queue_name: str) -> None:
    _moto_purge_queue(self, queue_name)
    _publish(self.get_queue(queue_name))


def _change_message_visibility(self: SQSBackend, queue_name: str, *args: Any, **kwargs: Any) -> None:
    _moto_change_message_visibility(self, queue_name, *args, **kwargs)
    _publish(self.get_queue(queue_name))


def _wait_for_messages(self: Queue, timeout: int) -> None:
    with lock.released():
        _moto_wait_for_messages(self, timeout)


def _publish(queue: Queue) -> None:
    """AWS/SQS ApproximateNumberOfMessagesVisible, when it has changed."""
    visible = queue.approximate_number_of_messages
    if queue.__dict__.get("published") != visible:
        queue.__dict__["published"] = visible
        _tell(queue, "ApproximateNumberOfMessagesVisible", visible)


def _tell(queue: Queue, metric: str, value: int) -> None:
    alarms.publish(queue.account_id, queue.region, "AWS/SQS", {metric: float(value)}, {"QueueName": queue.name})
