# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CloudWatch's dashboards: kept by account, the same from every Region; tags; a look at the body.

Source: the model of CloudWatch in botocore ("All dashboards in your account are global, not region-specific") and its
API reference, "Dashboard Body Structure and Syntax".
"""

from __future__ import annotations

import json
import re
from typing import Any

from moto.cloudwatch.models import CloudWatchBackend, cloudwatch_backends
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult, EmptyResult

from .errors import ServiceError

# Where an account's dashboards lie, by partition: any Region does, if it is always the same.
HOMES = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
MAX_WIDGETS = 500
# What a widget of a kind cannot do without.
NEEDED = {
    "text": ("markdown",),
    "metric": ("region",),
    "alarm": ("alarms",),
    "log": ("region", "query"),
    "explorer": ("metrics", "aggregateBy", "labels"),
    "custom": ("endpoint",),
}
# (the smallest, the largest) of the places on the grid.
GRID = {"x": (0, 23), "y": (0, None), "width": (1, 24), "height": (1, 1000)}
# What a widget may have beside its properties. CloudWatch takes more and says so (inferred).
KNOWN = frozenset({"type", "properties", *GRID})

Message = dict[str, str]


def install() -> None:
    for method in (put_dashboard, get_dashboard, list_dashboards, delete_dashboards):
        setattr(CloudWatchResponse, method.__name__, method)


def home(backend: CloudWatchBackend) -> CloudWatchBackend:
    """The backend that keeps the account's dashboards and their tags."""
    return cloudwatch_backends[backend.account_id][HOMES[backend.partition]]


def arns(backend: CloudWatchBackend) -> set[str]:
    return {dashboard.arn for dashboard in home(backend).list_dashboards()}


def put_dashboard(self: CloudWatchResponse) -> ActionResult:
    name, body = self.params["DashboardName"], self.params["DashboardBody"]
    if not NAME.fullmatch(name):
        text = f"The value {name} for field DashboardName contains invalid characters."
        raise ServiceError("InvalidParameterValue", text)
    errors, warnings = check(body)
    if errors:
        text = f"The dashboard body is invalid, there are {len(errors)} validation errors: {json.dumps(errors)}"
        raise ServiceError("InvalidParameterInput", text)
    kept = home(self.cloudwatch_backend)
    is_new = kept.get_dashboard(name) is None
    dashboard = kept.put_dashboard(name, body)
    # Of a dashboard that exists already they are ignored.
    if is_new and self.params.get("Tags"):
        kept.tagger.tag_resource(dashboard.arn, self.params["Tags"])
    return ActionResult({"DashboardValidationMessages": warnings})


def get_dashboard(self: CloudWatchResponse) -> ActionResult:
    name = self.params["DashboardName"]
    dashboard = home(self.cloudwatch_backend).get_dashboard(name)
    if dashboard is None:
        raise _missing(name)
    shown = {"DashboardArn": dashboard.arn, "DashboardBody": dashboard.body, "DashboardName": dashboard.name}
    return ActionResult(shown)


def list_dashboards(self: CloudWatchResponse) -> ActionResult:
    found = home(self.cloudwatch_backend).list_dashboards(self.params.get("DashboardNamePrefix", ""))
    entries = [
        {
            "DashboardArn": each.arn,
            "DashboardName": each.name,
            "LastModified": each.last_modified,
            "Size": len(each.body),
        }
        for each in found
    ]
    return ActionResult({"DashboardEntries": entries})


def delete_dashboards(self: CloudWatchResponse) -> ActionResult:
    """All or none: where one is missing, nothing is deleted (as older models of CloudWatch said)."""
    kept, names = home(self.cloudwatch_backend), self.params["DashboardNames"]
    for name in names:
        if kept.get_dashboard(name) is None:
            raise _missing(name)
    for name in names:
        kept.tagger.delete_all_tags_for_resource(kept.dashboards[name].arn)
    kept.delete_dashboards(names)
    return EmptyResult()


def _missing(name: str) -> ServiceError:
    return ServiceError("ResourceNotFound", f"Dashboard {name} does not exist")


def check(text: str) -> tuple[list[Message], list[Message]]:
    """(what makes CloudWatch refuse the body, what it only remarks on)."""
    try:
        body = json.loads(text)
    except ValueError:
        return [_message("", "The field DashboardBody must be a valid JSON object")], []
    widgets = body.get("widgets") if isinstance(body, dict) else None
    if not isinstance(widgets, list):
        return [_message("", "Should have required property 'widgets'")], []
    if len(widgets) > MAX_WIDGETS:
        return [_message("/widgets", f"Should NOT have more than {MAX_WIDGETS} items")], []
    errors, warnings = [], []
    for index, widget in enumerate(widgets):
        path = f"/widgets/{index}"
        errors += _refused(path, widget)
        if not errors:
            warnings += [_message(path, f"Unexpected property {key}") for key in sorted(set(widget) - KNOWN)]
    return errors, warnings


def _refused(path: str, widget: Any) -> list[Message]:
    if not isinstance(widget, dict) or widget.get("type") not in NEEDED:
        return [_message(f"{path}/type", f"Should be one of {', '.join(NEEDED)}")]
    properties = widget.get("properties")
    if not isinstance(properties, dict):
        return [_message(path, "Should have required property 'properties'")]
    found = [
        _message(f"{path}/properties", f"Should have required property '{key}'")
        for key in NEEDED[widget["type"]]
        if key not in properties
    ]
    found += [_message(f"{path}/{key}", "Should be on the grid") for key in GRID if not _on_grid(key, widget.get(key))]
    if widget["type"] == "metric" and "metrics" not in properties and "alarms" not in properties.get("annotations", {}):
        found.append(_message(f"{path}/properties", "Should have required property 'metrics'"))
    if widget["type"] == "alarm" and not 1 <= len(properties.get("alarms", [])) <= 100:
        found.append(_message(f"{path}/properties/alarms", "Should have 1 to 100 items"))
    for line in properties.get("annotations", {}).get("horizontal", []):
        if not isinstance(line, dict) or not isinstance(line.get("value"), (int, float)):
            found.append(_message(f"{path}/properties/annotations/horizontal", "Should have required property 'value'"))
    return found


def _on_grid(key: str, value: Any) -> bool:
    low, high = GRID[key]
    return value is None or (isinstance(value, int) and low <= value and (high is None or value <= high))


def _message(path: str, text: str) -> Message:
    return {"DataPath": path, "Message": text}
