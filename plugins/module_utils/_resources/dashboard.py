# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A dashboard. CloudWatch keeps dashboards by account, not by Region."""

from __future__ import annotations

import json
from typing import Any

from .._aws.client import Aws
from .._converge.ownership import OWNER_TAG
from .._converge.resource import Found, Resource, State
from .._converge.tags import to_dict, to_list

# The API's older protocol says the first, its model the second.
MISSING = ("ResourceNotFound", "DashboardNotFoundError")


class Dashboard(Resource[Found]):
    """State: body (the dashboard as JSON means it), tags.

    owner: the value of the owner's tag. mark: words in a text widget by which it is ours without that tag, too.
    complaints: what CloudWatch said of a body that it took all the same.
    """

    kind = "CloudWatch dashboard"

    def __init__(self, name: str, owner: str, mark: str, desired: State | None) -> None:
        super().__init__(name, desired)
        self._owner = owner
        self._mark = mark
        self.complaints: list[str] = []

    def read(self, aws: Aws) -> Found | None:
        answer = aws.call("cloudwatch", "get_dashboard", self.label, MISSING, DashboardName=self.name)
        if answer is None:
            return None
        arn = answer["DashboardArn"]
        tags = aws.call("cloudwatch", "list_tags_for_resource", self.label, ResourceARN=arn)["Tags"]
        state: State = {"body": json.loads(answer["DashboardBody"]), "tags": to_dict(tags)}
        # Where we want none, somebody else's dashboard of this name is in nobody's way.
        return Found(state, arn) if self.desired is not None or self._is_ours(state) else None

    def _is_ours(self, state: State) -> bool:
        owner = state["tags"].get(OWNER_TAG)
        return self.is_marked(state) if owner is None else owner == self._owner

    def is_marked(self, state: State) -> bool:
        return any(self._mark in text for text in _texts(state["body"]))

    def create(self, aws: Aws, desired: State) -> None:
        self._put(aws, desired)
        # On its own: older botocore knows no tags of PutDashboard.
        self._tag(aws, f"arn:{aws.partition}:cloudwatch::{aws.account}:dashboard/{self.name}", desired)

    def _put(self, aws: Aws, desired: State) -> None:
        body = json.dumps(desired["body"])
        answer = aws.call("cloudwatch", "put_dashboard", self.label, DashboardName=self.name, DashboardBody=body)
        self.complaints = [
            f"{message.get('DataPath', '')}: {message.get('Message', '')}"
            for message in answer.get("DashboardValidationMessages", [])
        ]

    def _tag(self, aws: Aws, arn: str, desired: State) -> None:
        tags = to_list(desired["tags"])
        aws.call("cloudwatch", "tag_resource", self.label, ResourceARN=arn, Tags=tags)

    def update(self, aws: Aws, found: Found, desired: State, changed: frozenset[str]) -> None:
        if "body" in changed:
            self._put(aws, desired)
        if "tags" in changed:
            self._tag(aws, found.arn, desired)

    def delete(self, aws: Aws, found: Found) -> None:
        aws.call("cloudwatch", "delete_dashboards", self.label, MISSING, DashboardNames=[self.name])


def _texts(body: Any) -> list[str]:
    """What the text widgets of a dashboard say. Anybody can write a dashboard: any body must do."""
    widgets = body.get("widgets") if isinstance(body, dict) else None
    texts = [
        widget["properties"].get("markdown")
        for widget in (widgets if isinstance(widgets, list) else [])
        if isinstance(widget, dict) and isinstance(widget.get("properties"), dict)
    ]
    return [text for text in texts if isinstance(text, str)]
