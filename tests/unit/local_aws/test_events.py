# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""EventBridge of the local AWS: a schedule, its target, and the control that lets it fire."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.unit.local_aws.helpers import deploy, error_of, log_lines, permit, settle

ARN = "arn:aws:events:eu-west-1:123456789012:rule/sweep"
PRINT_EVENT = "import json\ndef handler(event, context):\n    print(json.dumps(event))"
PLACE = {"account": "123456789012", "region": "eu-west-1", "rule": "sweep"}


@pytest.fixture
def events(aws: Callable[..., Any]) -> Any:
    return aws("events")


def test_a_rule(events: Any, aws: Callable[..., Any]) -> None:
    schedule = "rate(15 minutes)"
    made = events.put_rule(Name="sweep", ScheduleExpression=schedule, Tags=[{"Key": "a", "Value": "1"}])
    assert made["RuleArn"] == ARN
    found = events.describe_rule(Name="sweep")
    assert (found["ScheduleExpression"], found["State"]) == (schedule, "ENABLED")
    target = {"Id": "function", "Arn": "arn:aws:lambda:eu-west-1:123456789012:function:f", "Input": '{"sweep": true}'}
    assert events.put_targets(Rule="sweep", Targets=[target])["FailedEntryCount"] == 0
    assert events.list_targets_by_rule(Rule="sweep")["Targets"] == [target]

    events.put_rule(
        Name="sweep", ScheduleExpression="rate(1 hour)", State="DISABLED", Tags=[{"Key": "a", "Value": "2"}]
    )
    assert events.describe_rule(Name="sweep")["State"] == "DISABLED"
    assert events.list_targets_by_rule(Rule="sweep")["Targets"] == [target], "targets outlive an update"
    assert events.list_tags_for_resource(ResourceARN=ARN)["Tags"] == [{"Key": "a", "Value": "1"}]
    events.tag_resource(ResourceARN=ARN, Tags=[{"Key": "b", "Value": "2"}])
    events.untag_resource(ResourceARN=ARN, TagKeys=["a"])
    assert events.list_tags_for_resource(ResourceARN=ARN)["Tags"] == [{"Key": "b", "Value": "2"}]

    code, text = error_of(events.delete_rule, Name="sweep")
    assert (code, text) == ("ValidationException", "Rule can't be deleted since it has targets.")
    events.remove_targets(Rule="sweep", Ids=["function"])
    for _unused in range(2):
        events.delete_rule(Name="sweep")
    assert error_of(events.describe_rule, Name="sweep")[0] == "ResourceNotFoundException"
    assert error_of(events.list_targets_by_rule, Rule="sweep")[0] == "ResourceNotFoundException"


@pytest.mark.parametrize("schedule", ["rate(0 minutes)", "rate(1 minutes)", "rate(15 minute)", "rate(x)", "every day"])
def test_schedules_that_are_refused(events: Any, schedule: str) -> None:
    assert error_of(events.put_rule, Name="sweep", ScheduleExpression=schedule)[0] == "ValidationException"


@pytest.mark.parametrize("schedule", ["rate(1 minute)", "rate(15 minutes)", "rate(1 day)", "cron(0/15 * * * ? *)"])
def test_schedules(events: Any, schedule: str) -> None:
    events.put_rule(Name="sweep", ScheduleExpression=schedule)
    assert events.describe_rule(Name="sweep")["ScheduleExpression"] == schedule


def test_targets_that_are_refused(events: Any) -> None:
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:f"
    target = {"Id": "a", "Arn": arn}
    assert error_of(events.put_targets, Rule="sweep", Targets=[target])[0] == "ResourceNotFoundException"
    events.put_rule(Name="sweep", ScheduleExpression="rate(1 hour)")
    bad = [{**target, "Input": "{"}]
    assert error_of(events.put_targets, Rule="sweep", Targets=bad)[0] == "ValidationException"
    many = [{"Id": str(number), "Arn": arn} for number in range(6)]
    assert error_of(events.put_targets, Rule="sweep", Targets=many)[0] == "LimitExceededException"


def prepare(events: Any, aws: Callable[..., Any], source: str = ARN, **target: str) -> str:
    function = deploy(aws, PRINT_EVENT)
    permit(aws, function, "events.amazonaws.com", source)
    events.put_rule(Name="sweep", ScheduleExpression="rate(15 minutes)")
    events.put_targets(Rule="sweep", Targets=[{"Id": "function", "Arn": function, **target}])
    return function


def printed(aws: Callable[..., Any]) -> list[Any]:
    if not aws("logs").describe_log_groups()["logGroups"]:
        return []
    return [json.loads(line) for line in log_lines(aws, "/aws/lambda/function") if line.startswith("{")]


def test_fire(events: Any, aws: Callable[..., Any], control: Callable[..., Any]) -> None:
    function = prepare(events, aws, Input='{"sweep": true}')
    assert control("events/fire", **PLACE) == {"targets": [{"id": "function", "arn": function, "error": None}]}
    settle(control)
    assert printed(aws) == [{"sweep": True}]


def test_without_an_input_the_event_describes_the_rule(
    events: Any, aws: Callable[..., Any], control: Callable[..., Any]
) -> None:
    prepare(events, aws)
    control("events/fire", **PLACE)
    settle(control)
    [event] = printed(aws)
    assert (event["detail-type"], event["source"], event["resources"]) == ("Scheduled Event", "aws.events", [ARN])
    assert (event["account"], event["region"], event["detail"]) == ("123456789012", "eu-west-1", {})


def test_fire_needs_the_permission(events: Any, aws: Callable[..., Any], control: Callable[..., Any]) -> None:
    prepare(events, aws, source=f"{ARN}-other")
    [target] = control("events/fire", **PLACE)["targets"]
    assert "not authorized to perform: lambda:InvokeFunction" in target["error"]
    settle(control)
    assert printed(aws) == []


def test_a_disabled_rule_does_not_fire(events: Any, aws: Callable[..., Any], control: Callable[..., Any]) -> None:
    prepare(events, aws)
    events.disable_rule(Name="sweep")
    assert control("events/fire", **PLACE) == {"targets": []}


@pytest.mark.parametrize("changes", [{"rule": "x"}, {"region": "x"}, {"account": "210987654321"}])
def test_only_a_rule_that_exists_can_fire(control: Callable[..., Any], changes: dict[str, str]) -> None:
    with pytest.raises(requests.HTTPError, match="400"):
        control("events/fire", **{**PLACE, **changes})
