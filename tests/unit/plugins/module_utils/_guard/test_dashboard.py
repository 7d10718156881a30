# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The dashboard: what it shows, whose it is, and that CloudWatch takes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import AwsCallError, SesError
from ansible_collections.mailops.ses.plugins.module_utils._converge.resource import Found
from ansible_collections.mailops.ses.plugins.module_utils._guard import dashboard
from ansible_collections.mailops.ses.plugins.module_utils._guard.names import Names
from ansible_collections.mailops.ses.plugins.module_utils._operations import ses_pause_function
from ansible_collections.mailops.ses.plugins.module_utils._resources.dashboard import Dashboard
from botocore.stub import Stubber

from tests.local_aws import dashboards
from tests.unit.plugins.target import ACCOUNT, CODE, REGION, MakeTarget, Target, actions, writes

Client = Callable[..., Any]

NAME = "ses-pause-eu-west-1"
LABEL = f"CloudWatch dashboard {NAME}"
ALARM = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:"
Thresholds = dict[tuple[str, str], float]
ALL: Thresholds = {
    ("bounce_rate", "warn"): 0.03,
    ("bounce_rate", "pause"): 0.045,
    ("complaint_rate", "warn"): 0.0006,
    ("complaint_rate", "pause"): 9e-4,
}
FOREIGN = '{"widgets": []}'


def body(thresholds: Thresholds | None = None, guard: str = "ses-pause") -> dict[str, Any]:
    return dashboard.build(Names(guard, REGION), REGION, ALARM, thresholds or {})


def widgets(kind: str, **options: Any) -> list[dict[str, Any]]:
    return [widget["properties"] for widget in body(**options)["widgets"] if widget["type"] == kind]


# What it shows


@pytest.mark.parametrize(
    ("thresholds", "bounce", "complaint"),
    [
        ({}, [], []),
        (
            ALL,
            [("warn at 3 %", 0.03), ("pause at 4.5 %", 0.045)],
            [("warn at 0.06 %", 6e-4), ("pause at 0.09 %", 9e-4)],
        ),
        ({("bounce_rate", "warn"): 0.02}, [("warn at 2 %", 0.02)], []),
    ],
)
def test_the_lines_over_the_rates(
    thresholds: Thresholds, bounce: list[tuple[str, float]], complaint: list[tuple[str, float]]
) -> None:
    charts = {chart["metrics"][0][1]: chart for chart in widgets("metric", thresholds=thresholds)[:2]}
    lines = {
        name: [(line["label"], line["value"]) for line in chart["annotations"]["horizontal"]]
        for name, chart in charts.items()
    }
    assert lines == {
        "Reputation.BounceRate": [*bounce, ("AWS reviews at 5 %", 0.05), ("AWS may pause at 10 %", 0.1)],
        "Reputation.ComplaintRate": [*complaint, ("AWS reviews at 0.1 %", 0.001), ("AWS may pause at 0.5 %", 0.005)],
    }
    # The account's: no dimension.
    assert [chart["metrics"][0][0] for chart in charts.values()] == ["AWS/SES"] * 2
    assert all(len(chart["metrics"][0]) == 3 for chart in charts.values())


def test_the_times_are_the_dashboards_so_that_people_may_choose_others() -> None:
    assert (body()["start"], body()["periodOverride"]) == ("-P14D", "inherit")
    assert not any("start" in chart for chart in widgets("metric"))


@pytest.mark.parametrize(
    ("thresholds", "names"),
    [
        ({}, []),
        ({("complaint_rate", "warn"): 6e-4}, ["complaint-warn"]),
        (ALL, ["bounce-warn", "bounce-pause", "complaint-warn", "complaint-pause"]),
    ],
)
def test_the_alarms_that_there_are(thresholds: Thresholds, names: list[str]) -> None:
    (status,) = widgets("alarm", thresholds=thresholds)
    assert status["alarms"] == [f"{ALARM}ses-pause-{name}" for name in [*names, "function-errors", "failure-queue"]]


def test_configuration_sets_are_searched_for() -> None:
    searches = [chart["metrics"] for chart in widgets("metric")[2:4]]
    assert searches == [
        [
            [
                {
                    "expression": f'SORT(SEARCH(\'{{AWS/SES,"ses:configuration-set"}} MetricName="{metric}"\', '
                    "'Average', 3600), MAX, DESC, 10)",
                    "id": "sets",
                }
            ]
        ]
        for metric in ("Reputation.BounceRate", "Reputation.ComplaintRate")
    ]


def test_the_function_and_what_it_could_not_handle() -> None:
    function, failed = widgets("metric", guard="mail")[4:]
    assert [metric[:4] for metric in function["metrics"]] == [
        ["AWS/Lambda", "Invocations", "FunctionName", "mail"],
        ["AWS/Lambda", "Errors", "FunctionName", "mail"],
    ]
    assert [metric[:4] for metric in failed["metrics"]] == [
        ["AWS/SQS", "NumberOfMessagesSent", "QueueName", "mail-failures"],
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "mail-failures"],
    ]
    assert (function["stat"], failed["stat"]) == ("Sum", "Maximum")
    assert [metric[4].get("stat") for metric in failed["metrics"]] == ["Sum", None]


def test_every_chart_is_of_this_region() -> None:
    assert {chart["region"] for chart in widgets("metric")} == {REGION}


def test_what_to_do_stands_at_the_top() -> None:
    first = body()["widgets"][0]
    assert (first["type"], first["y"]) == ("text", 0)
    for command in ("status", "pause", "resume"):
        assert f"ansible-playbook mailops.ses.{command} --limit TARGET" in first["properties"]["markdown"]


def test_no_widget_lies_on_another() -> None:
    taken = [
        (x, y)
        for widget in body(ALL)["widgets"]
        for x in range(widget["x"], widget["x"] + widget["width"])
        for y in range(widget["y"], widget["y"] + widget["height"])
    ]
    assert len(taken) == len(set(taken))
    assert max(x for x, _unused in taken) < 24


def test_cloudwatch_takes_it_without_a_word() -> None:
    assert dashboards.check(json.dumps(body(ALL))) == ([], [])


# Whose it is


@pytest.mark.parametrize(
    ("found", "is_ours"),
    [
        (body(ALL), True),
        (body(guard="ses-pause-2"), False),
        (body(guard="ses"), False),
        ({"widgets": [{"type": "text", "properties": {"markdown": dashboard.mark("ses-pause")}}]}, True),
        ({"widgets": [{"type": "text", "properties": {"markdown": "mailops.ses, ses-pause"}}]}, False),
        ({"widgets": [{"type": "text", "properties": {"markdown": None}}, {"type": "text"}, 1]}, False),
        ({"widgets": None}, False),
        ({}, False),
        ([], False),
    ],
)
def test_a_guard_knows_its_own(found: Any, is_ours: bool) -> None:
    mark = dashboard.mark("ses-pause")
    assert Dashboard(NAME, "ses-pause", mark, None).is_marked({"body": found}) is is_ours


def put(aws: Client, text: str = FOREIGN, owner: str | None = None, region: str = REGION) -> None:
    tags = {"Tags": [{"Key": "ses-pause:guard", "Value": owner}]} if owner else {}
    aws("cloudwatch", region).put_dashboard(DashboardName=NAME, DashboardBody=text, **tags)


def names(aws: Client, region: str = REGION) -> list[str]:
    return [entry["DashboardName"] for entry in aws("cloudwatch", region).list_dashboards()["DashboardEntries"]]


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        (FOREIGN, None),
        (FOREIGN, "ses-pause-2"),
        (json.dumps(body()), "ses-pause-2"),
        (json.dumps(body(guard="b")), None),
    ],
)
def test_somebody_elses_is_refused_and_where_we_want_none_left_alone(
    target: Target, aws: Client, text: str, owner: str | None
) -> None:
    put(aws, text, owner)
    with target.recorded() as calls, pytest.raises(SesError) as caught:
        target.run(ses_pause_function, code=CODE)
    assert caught.value.details["foreign"] == [LABEL]
    assert not writes(calls)
    without = target.converge(ses_pause_function, code=CODE, dashboard=False)
    assert LABEL not in [f"{each['kind']} {each['name']}" for each in without["resources"]]
    target.converge(ses_pause_function, state="absent")
    assert aws("cloudwatch").get_dashboard(DashboardName=NAME)["DashboardBody"] == text


def test_one_that_is_given_our_tag_is_taken_over(target: Target, aws: Client) -> None:
    put(aws, owner="ses-pause")
    target.run(ses_pause_function, code=CODE, dashboard=False)
    assert names(aws) == []
    put(aws, owner="ses-pause")
    assert actions(target.converge(ses_pause_function, code=CODE)) == {LABEL: ["body"]}


def test_switched_off_ours_goes(target: Target, aws: Client) -> None:
    target.run(ses_pause_function, code=CODE)
    assert names(aws) == [NAME]
    assert actions(target.converge(ses_pause_function, code=CODE, dashboard=False)) == {LABEL: "delete"}
    assert names(aws) == []


def test_two_regions_of_an_account_have_one_each(make_target: MakeTarget, target: Target, aws: Client) -> None:
    elsewhere = make_target(region="us-east-1")
    target.run(ses_pause_function, code=CODE)
    elsewhere.run(ses_pause_function, code=CODE)
    assert names(aws, "us-west-2") == [NAME, "ses-pause-us-east-1"]
    elsewhere.run(ses_pause_function, state="absent")
    assert names(aws) == [NAME]


# What the local AWS cannot be made to do


def test_what_cloudwatch_says_of_a_body_is_passed_on(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    cloudwatch = stubbed("cloudwatch")
    desired = {"body": {"widgets": []}, "tags": {}}
    message = {"DataPath": "/widgets/0", "Message": "Unexpected property z"}
    text = {"DashboardName": NAME, "DashboardBody": '{"widgets": []}'}
    cloudwatch.add_response("put_dashboard", {"DashboardValidationMessages": [message]}, text)
    resource = Dashboard(NAME, "ses-pause", "mark", desired)
    resource.update(offline, Found(desired, "arn"), desired, frozenset({"body"}))
    assert resource.complaints == ["/widgets/0: Unexpected property z"]


def test_a_complaint_is_a_warning(target: Target, aws: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    widget = {**body()["widgets"][0], "z": 1}
    monkeypatch.setattr(dashboard, "build", lambda *_args: {"widgets": [widget]})
    result = target.run(ses_pause_function, code=CODE)
    assert result["warnings"] == [
        f"Account {ACCOUNT}, Region {REGION}: CloudWatch took the {LABEL} and says of it: /widgets/0: Unexpected "
        "property z."
    ]
    assert names(aws) == [NAME]


def test_a_body_that_cloudwatch_refuses_is_an_error_with_its_words(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dashboard, "build", lambda *_args: {"widgets": [{"type": "metric", "properties": {}}]})
    with pytest.raises(AwsCallError) as caught:
        target.run(ses_pause_function, code=CODE)
    assert caught.value.code == "InvalidParameterInput"
    assert f"cloudwatch:PutDashboard failed for {LABEL} in account {ACCOUNT}" in caught.value.message
    assert "Should have required property 'region'" in caught.value.message


@pytest.mark.parametrize("code", ["ResourceNotFound", "DashboardNotFoundError"])
def test_none_and_one_that_is_gone_before_it_is_deleted(
    offline: Aws, stubbed: Callable[[str], Stubber], code: str
) -> None:
    cloudwatch = stubbed("cloudwatch")
    cloudwatch.add_client_error("get_dashboard", code)
    cloudwatch.add_client_error("delete_dashboards", code)
    resource = Dashboard(NAME, "ses-pause", "mark", None)
    assert resource.read(offline) is None
    resource.delete(offline, Found({}))


@pytest.mark.parametrize("rate", [0, -0.1, 1, 4.5])
def test_a_line_that_is_no_rate_is_refused(target: Target, rate: float) -> None:
    with pytest.raises(SesError, match=f"dashboard_thresholds: bounce_rate_pause: {rate:g} is no rate"):
        target.run(ses_pause_function, code=CODE, dashboard_thresholds={"bounce_rate_pause": rate})


def test_an_option_without_a_rate_draws_no_line(target: Target, aws: Client) -> None:
    target.run(
        ses_pause_function, code=CODE, dashboard_thresholds={"bounce_rate_warn": 0.02, "bounce_rate_pause": None}
    )
    shown = aws("cloudwatch").get_dashboard(DashboardName=NAME)["DashboardBody"]
    assert "warn at 2 %" in shown
    assert "pause at" not in shown.replace("may pause at", "")
