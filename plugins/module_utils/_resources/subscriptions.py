# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who hears of a topic. Subscriptions carry no tags; they live and go with their topic."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from .._aws.client import Aws
from .._aws.errors import AwsCallError
from .._converge.resource import Found, Resource, State
from .topic import MISSING

PENDING = "PendingConfirmation"
# In place of its ARN SNS lists this for up to three days after somebody has unsubscribed.
DELETED = "Deleted"


@dataclass(frozen=True)
class Subscription:
    """One that is wanted. filter: {scope, policy}; None leaves a filter alone, and so costs no call to look at it."""

    protocol: str
    endpoint: str
    password: str | None = field(default=None, repr=False)
    filter: State | None = None

    @property
    def label(self) -> str:
        """ "PROTOCOL ENDPOINT" as SNS lists it: with the password of an https endpoint masked."""
        return f"{self.protocol} {self._with_password('****')}"

    @property
    def address(self) -> str:
        """The endpoint, with its password."""
        # What may not stand in a URL as it is (RFC 3986, userinfo) would end the password too early.
        return self._with_password(quote(self.password or "", safe="!$&'()*+,;="))

    def _with_password(self, text: str) -> str:
        return self.endpoint.replace("@", f":{text}@", 1) if self.password else self.endpoint


@dataclass(frozen=True)
class FoundSubscriptions(Found):
    """The subscriptions of a topic, with what SNS lists as their ARNs: {"PROTOCOL ENDPOINT": ARN}."""

    arns: Mapping[str, str] = field(default_factory=dict)

    @property
    def pending(self) -> list[str]:
        """Those that nobody has confirmed yet."""
        return sorted(name for name, arn in self.arns.items() if arn == PENDING)


class Subscriptions(Resource[FoundSubscriptions]):
    """State: subscriptions, a sorted list of labels; filters {label: {scope, policy}} of those that want one; where a
    dead letter queue is asked for, and so nothing may get lost, dead_letter_queue (ARN) and filter_policy ({}: every
    message is delivered) of the wanted ones.

    With purge, confirmed subscriptions that are not wanted go; AWS offers no way to remove one that still waits for its
    confirmation.
    """

    kind = "SNS subscriptions"

    def __init__(
        self,
        topic: str,
        wanted: Sequence[Subscription] | None,
        purge: bool = False,
        dead_letter_queue: str | None = None,
    ) -> None:
        self._wanted = {each.label: each for each in wanted or []}
        self._purge = purge
        self._filters = {label: each.filter for label, each in self._wanted.items() if each.filter is not None}
        self._has_dead_letters = bool(wanted and dead_letter_queue)
        desired: State | None = None
        if wanted is not None:
            desired = {"subscriptions": sorted(self._wanted)}
            if self._filters:
                desired["filters"] = self._filters
            if self._has_dead_letters:
                desired.update(dead_letter_queue=dead_letter_queue, filter_policy={})
        super().__init__(topic, desired)

    def read(self, aws: Aws) -> FoundSubscriptions | None:
        topic = {"TopicArn": aws.arn("sns", self.name)}
        try:
            found = list(aws.pages("sns", "list_subscriptions_by_topic", "Subscriptions", self.label, **topic))
        except AwsCallError as error:
            if error.code in MISSING:
                return None
            raise
        arns = {
            f"{entry['Protocol']} {entry['Endpoint']}": entry["SubscriptionArn"]
            for entry in found
            if entry["SubscriptionArn"] != DELETED
        }
        state: State = {"subscriptions": sorted(arns)}
        if self._filters:
            state["filters"] = self._read_filters(aws, arns)
        if self._has_dead_letters:
            state.update(self._read_delivery(aws, arns))
        return FoundSubscriptions(state=state, arns=arns)

    def _read_filters(self, aws: Aws, arns: dict[str, str]) -> dict[str, State]:
        """Of one that waits for its confirmation, what is wanted: it was given when it was made."""
        found: dict[str, State] = {}
        for name in self._filters:
            if arns.get(name) == PENDING:
                found[name] = self._filters[name]
            elif name in arns:
                answer = aws.call("sns", "get_subscription_attributes", self.label, SubscriptionArn=arns[name])
                attributes = answer["Attributes"]
                policy = json.loads(attributes.get("FilterPolicy") or "{}")
                # The scope of no filter is of no account.
                scope = attributes.get("FilterPolicyScope") or "MessageAttributes" if policy else "MessageAttributes"
                found[name] = {"scope": scope, "policy": policy}
        return found

    def _read_delivery(self, aws: Aws, arns: dict[str, str]) -> State:
        """What the wanted subscriptions have in common; None where it differs or one is missing."""
        found: list[State] = []
        for name in self._wanted:
            if name not in arns:
                return {"dead_letter_queue": None, "filter_policy": None}
            answer = aws.call("sns", "get_subscription_attributes", self.label, SubscriptionArn=arns[name])
            attributes = answer["Attributes"]
            redrive = json.loads(attributes.get("RedrivePolicy") or "{}")
            filter_policy = json.loads(attributes.get("FilterPolicy") or "{}")
            found.append({"dead_letter_queue": redrive.get("deadLetterTargetArn"), "filter_policy": filter_policy})
        return {key: found[0][key] if all(each[key] == found[0][key] for each in found) else None for key in found[0]}

    def settle(self, found: FoundSubscriptions | None) -> State | None:
        if self.desired is None or found is None:
            return self.desired
        keep = found.pending if self._purge else found.state["subscriptions"]
        return {**self.desired, "subscriptions": sorted({*self._wanted, *keep})}

    def create(self, aws: Aws, desired: State) -> None:
        for name in desired["subscriptions"]:
            self._subscribe(aws, self._wanted[name], desired)

    def _subscribe(self, aws: Aws, wanted: Subscription, desired: State) -> None:
        queue = desired.get("dead_letter_queue")
        attributes = {"RedrivePolicy": _redrive(queue)} if queue else {}
        if wanted.filter:
            attributes |= _filter_attributes(wanted.filter)
        aws.call(
            "sns",
            "subscribe",
            self.label,
            TopicArn=aws.arn("sns", self.name),
            Protocol=wanted.protocol,
            Endpoint=wanted.address,
            **({"Attributes": attributes} if attributes else {}),
        )

    def update(self, aws: Aws, found: FoundSubscriptions, desired: State, changed: frozenset[str]) -> None:
        arns = found.arns
        for name in desired["subscriptions"]:
            if name not in arns:
                self._subscribe(aws, self._wanted[name], desired)
            elif name in self._wanted:
                self._set_delivery(aws, arns[name], desired, changed)
                if self._filters.get(name, {}) != found.state.get("filters", {}).get(name, {}):
                    self._set(aws, arns[name], _filter_attributes(self._filters[name]))
        for name in sorted(set(arns) - set(desired["subscriptions"])):
            aws.call("sns", "unsubscribe", self.label, MISSING, SubscriptionArn=arns[name])

    def _set_delivery(self, aws: Aws, arn: str, desired: State, changed: frozenset[str]) -> None:
        values = {"FilterPolicy": "{}"} if "filter_policy" in changed else {}
        if "dead_letter_queue" in changed:
            values["RedrivePolicy"] = _redrive(desired["dead_letter_queue"])
        self._set(aws, arn, values)

    def _set(self, aws: Aws, arn: str, values: dict[str, str]) -> None:
        for name, value in values.items():
            aws.call(
                "sns",
                "set_subscription_attributes",
                self.label,
                SubscriptionArn=arn,
                AttributeName=name,
                AttributeValue=value,
            )

    def delete(self, aws: Aws, found: FoundSubscriptions) -> None:
        # Deleting the topic, which follows, deletes them: the pending ones too, which no other call could.
        return None


def _filter_attributes(wanted: State) -> dict[str, str]:
    """In the order in which SNS takes them: a filter is checked against the scope that is set."""
    return {"FilterPolicyScope": wanted["scope"], "FilterPolicy": json.dumps(wanted["policy"])}


def _redrive(queue: str) -> str:
    return json.dumps({"deadLetterTargetArn": queue})
