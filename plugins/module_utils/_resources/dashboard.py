# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guard's dashboard. CloudWatch keeps dashboards by account, not by Region."""

from __future__ import annotations

import json

from ansible_collections.mailops.ses.plugins.module_utils import _dashboard
from ansible_collections.mailops.ses.plugins.module_utils._aws import Aws
from ansible_collections.mailops.ses.plugins.module_utils._reconcile import OWNER_TAG, Resource, State
from ansible_collections.mailops.ses.plugins.module_utils._resources import _tags

# The API's older protocol says the first, its model the second.
MISSING = ("ResourceNotFound", "DashboardNotFoundError")


class Dashboard(Resource):
    """State: body (the dashboard as JSON means it), tags; _arn.

    complaints: what CloudWatch said of a body that it took all the same.
    """

    kind = "CloudWatch dashboard"

    def __init__(self, name: str, guard: str, desired: State | None) -> None:
        super().__init__(name, desired)
        self._guard = guard
        self.complaints: list[str] = []

    def read(self, aws: Aws) -> State | None:
        answer = aws.call("cloudwatch", "get_dashboard", self.label, MISSING, DashboardName=self.name)
        if answer is None:
            return None
        arn = answer["DashboardArn"]
        tags = aws.call("cloudwatch", "list_tags_for_resource", self.label, ResourceARN=arn)["Tags"]
        state: State = {"body": json.loads(answer["DashboardBody"]), "tags": _tags.to_dict(tags), "_arn": arn}
        # Where we want none, somebody else's dashboard of this name is in nobody's way.
        return state if self.desired is not None or self._is_ours(state) else None

    def _is_ours(self, state: State) -> bool:
        owner = state["tags"].get(OWNER_TAG)
        return self.is_marked(state) if owner is None else owner == self._guard

    def is_marked(self, current: State) -> bool:
        return _dashboard.is_marked(current["body"], self._guard)

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
        tags = _tags.to_list(desired["tags"])
        aws.call("cloudwatch", "tag_resource", self.label, ResourceARN=arn, Tags=tags)

    def update(self, aws: Aws, current: State, desired: State, changed: frozenset[str]) -> None:
        if "body" in changed:
            self._put(aws, desired)
        if "tags" in changed:
            self._tag(aws, current["_arn"], desired)

    def delete(self, aws: Aws, current: State) -> None:
        aws.call("cloudwatch", "delete_dashboards", self.label, MISSING, DashboardNames=[self.name])
