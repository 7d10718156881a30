# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CloudWatch of the local AWS: dashboards."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.local_aws import dashboards
from tests.unit.local_aws.helpers import error_of

Client = Callable[..., Any]

TEXT = {"type": "text", "x": 0, "y": 0, "width": 24, "height": 2, "properties": {"markdown": "hello"}}
BODY = json.dumps({"widgets": [TEXT]})
ARN = "arn:aws:cloudwatch::123456789012:dashboard/mail"
OWNER = [{"Key": "owner", "Value": "ann"}]


def put(cloudwatch: Any, name: str = "mail", body: str = BODY, **more: Any) -> Any:
    return cloudwatch.put_dashboard(DashboardName=name, DashboardBody=body, **more)


def names(cloudwatch: Any, prefix: str = "") -> list[str]:
    return [
        entry["DashboardName"] for entry in cloudwatch.list_dashboards(DashboardNamePrefix=prefix)["DashboardEntries"]
    ]


def code_of(call: Callable[[], Any]) -> str:
    return error_of(call)[0]


def tags(cloudwatch: Any) -> Any:
    return cloudwatch.list_tags_for_resource(ResourceARN=ARN)["Tags"]


def test_they_are_the_accounts_and_the_same_from_every_region(aws: Client) -> None:
    assert put(aws("cloudwatch"))["DashboardValidationMessages"] == []
    found = aws("cloudwatch", "ap-southeast-2").get_dashboard(DashboardName="mail")
    assert (found["DashboardArn"], found["DashboardBody"], found["DashboardName"]) == (ARN, BODY, "mail")
    put(aws("cloudwatch", "us-east-1"), "other")
    assert names(aws("cloudwatch")) == ["mail", "other"]
    assert names(aws("cloudwatch"), "ma") == ["mail"]
    (entry,) = aws("cloudwatch").list_dashboards(DashboardNamePrefix="ma")["DashboardEntries"]
    assert entry["Size"] == len(BODY)
    assert names(aws("cloudwatch", account="210987654321")) == []
    aws("cloudwatch", "us-west-2").delete_dashboards(DashboardNames=["mail", "other"])
    assert names(aws("cloudwatch")) == []


def test_tags_are_taken_with_a_new_one_only(aws: Client) -> None:
    cloudwatch = aws("cloudwatch")
    put(cloudwatch, Tags=OWNER)
    put(cloudwatch, Tags=[{"Key": "owner", "Value": "bob"}])
    assert tags(cloudwatch) == OWNER
    cloudwatch.tag_resource(ResourceARN=ARN, Tags=[{"Key": "team", "Value": "mail"}])
    assert len(tags(aws("cloudwatch", "us-east-2"))) == 2
    cloudwatch.untag_resource(ResourceARN=ARN, TagKeys=["owner", "team"])
    assert tags(cloudwatch) == []
    put(cloudwatch)
    cloudwatch.tag_resource(ResourceARN=ARN, Tags=OWNER)
    cloudwatch.delete_dashboards(DashboardNames=["mail"])
    assert code_of(lambda: tags(cloudwatch)) == "ResourceNotFoundException"
    put(cloudwatch)
    assert tags(cloudwatch) == []


def test_one_that_is_not_there(aws: Client) -> None:
    cloudwatch = aws("cloudwatch")
    put(cloudwatch)
    assert code_of(lambda: cloudwatch.get_dashboard(DashboardName="x")) == "ResourceNotFound"
    assert code_of(lambda: cloudwatch.delete_dashboards(DashboardNames=["mail", "x"])) == "ResourceNotFound"
    assert names(cloudwatch) == ["mail"]


@pytest.mark.parametrize("name", ["a b", "a/b", "x" * 256])
def test_names_that_are_refused(aws: Client, name: str) -> None:
    assert code_of(lambda: put(aws("cloudwatch"), name)) == "InvalidParameterValue"


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ("{", [""]),
        ("[]", [""]),
        ("{}", [""]),
        (json.dumps({"widgets": [TEXT] * 501}), ["/widgets"]),
        ({}, ["/widgets/0/type"]),
        ({"type": "chart"}, ["/widgets/0/type"]),
        ({"type": "text"}, ["/widgets/0"]),
        ({**TEXT, "properties": {}}, ["/widgets/0/properties"]),
        ({**TEXT, "x": 24}, ["/widgets/0/x"]),
        ({**TEXT, "width": 0}, ["/widgets/0/width"]),
        ({**TEXT, "y": -1}, ["/widgets/0/y"]),
        ({**TEXT, "height": 1.5}, ["/widgets/0/height"]),
        ({"type": "metric", "properties": {}}, ["/widgets/0/properties", "/widgets/0/properties"]),
        ({"type": "metric", "properties": {"region": "x", "annotations": {"alarms": ["arn"]}}}, []),
        (
            {"type": "metric", "properties": {"region": "x", "metrics": [], "annotations": {"horizontal": [{}]}}},
            ["/widgets/0/properties/annotations/horizontal"],
        ),
        ({"type": "alarm", "properties": {"alarms": []}}, ["/widgets/0/properties/alarms"]),
        ({"type": "alarm", "properties": {"alarms": ["arn"]}}, []),
    ],
)
def test_bodies_that_are_refused(aws: Client, body: Any, paths: list[str]) -> None:
    text = body if isinstance(body, str) else json.dumps({"widgets": [body]})
    errors, _warnings = dashboards.check(text)
    assert [error["DataPath"] for error in errors] == paths
    if paths:
        assert code_of(lambda: put(aws("cloudwatch"), body=text)) == "InvalidParameterInput"
        assert names(aws("cloudwatch")) == []


def test_a_remark_does_not_keep_it_from_being_made(aws: Client) -> None:
    answer = put(aws("cloudwatch"), body=json.dumps({"widgets": [{**TEXT, "z": 1}]}))
    (remark,) = answer["DashboardValidationMessages"]
    assert remark == {"DataPath": "/widgets/0", "Message": "Unexpected property z"}
    assert names(aws("cloudwatch")) == ["mail"]
