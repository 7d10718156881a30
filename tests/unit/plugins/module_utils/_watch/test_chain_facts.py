# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is read of a chain: the errors in a log, and errors of the reads themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import AwsCallError
from ansible_collections.mailops.ses.plugins.module_utils._guard.names import Names
from ansible_collections.mailops.ses.plugins.module_utils._watch.chain_facts import (
    Traces,
    end_in,
    error_in,
    read_denied,
    read_traces,
)
from botocore.stub import ANY, Stubber

from tests.unit.plugins.target import REGION

NAMES = Names("ses-pause", REGION)
SINCE = datetime(2026, 11, 22, 10, tzinfo=UTC)
ROLE = "arn:aws:iam::123456789012:role/ses-pause-eu-west-1"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"level": "ERROR", "message": "action=failed", "errorType": "KeyError", "errorMessage": "x"}', "KeyError: x"),
        ('{"level": "ERROR", "message": "could not read its tags"}', "could not read its tags"),
        ('{"level": "CRITICAL", "message": "no"}', "no"),
        ('{"level": "INFO", "message": "action=paused"}', None),
        ('{"log_level": "ERROR", "errorType": "KeyError", "errorMessage": "x"}', "KeyError: x"),
        ('{"type": "platform.report", "record": {"status": "error"}}', None),
        ("[ERROR] KeyError: 'x'\rTraceback", "[ERROR] KeyError: 'x'\rTraceback"),
        ("2026-11-22T10:00:00Z 1a2b Task timed out after 3.00 seconds\n", ANY),
        ("START RequestId: 1a2b Version: $LATEST", None),
        ("[1, 2]", None),
        ("3", None),
    ],
)
def test_the_error_in_a_line_of_a_log(line: str, expected: str | None) -> None:
    assert error_in(line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"type": "platform.report", "record": {"status": "timeout"}}', "it ended with the status timeout"),
        ('{"type": "platform.report", "record": {"status": "error"}}', "it ended with the status error"),
        ('{"type": "platform.report", "record": {"status": "success"}}', None),
        ('{"type": "platform.start", "record": "none"}', None),
        ('{"level": "ERROR"}', None),
        ("[1, 2]", None),
        ("START RequestId: 1a2b Version: $LATEST", None),
    ],
)
def test_the_end_in_a_line_of_a_log(line: str, expected: str | None) -> None:
    assert end_in(line) == expected


def test_how_it_ended_counts_where_no_error_is_told(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    history(stubbed("cloudwatch"))
    report = {"message": '{"type": "platform.report", "record": {"status": "timeout"}}'}
    stubbed("logs").add_response("filter_log_events", {"events": [report, report]})
    assert read_traces(offline, NAMES, "a", SINCE).function_errors == ["it ended with the status timeout"]


def history(stub: Stubber, *data: str | None) -> None:
    items = [{"AlarmName": "a", **({"HistoryData": each} if each else {})} for each in data]
    stub.add_response("describe_alarm_history", {"AlarmHistoryItems": items})


def test_the_traces_of_a_trip(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    failed = '{"actionState": "Failed", "error": "no topic"}'
    history(stubbed("cloudwatch"), failed, failed, '{"actionState": "Succeeded", "error": null}', None)
    lines = [f'{{"level": "ERROR", "message": "{number}"}}' for number in (1, 1, 2, 3, 4)]
    report = '{"type": "platform.report", "record": {"status": "error"}}'
    events = [{"message": line} for line in ["START", *lines, report]]
    wanted = {"logGroupName": "/aws/lambda/ses-pause", "startTime": 1795341600000}
    stubbed("logs").add_response("filter_log_events", {"events": events}, wanted)
    assert read_traces(offline, NAMES, "a", SINCE) == Traces(["no topic"], ["2", "3", "4"])


@pytest.mark.parametrize("code", ["ResourceNotFoundException", "AccessDeniedException"])
def test_a_log_that_is_not_there_or_not_to_be_read_tells_nothing(
    offline: Aws, stubbed: Callable[[str], Stubber], code: str
) -> None:
    history(stubbed("cloudwatch"))
    stubbed("logs").add_client_error("filter_log_events", code)
    assert read_traces(offline, NAMES, "a", SINCE) == Traces([], [])


def test_another_error_of_the_log_is_one(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    history(stubbed("cloudwatch"))
    stubbed("logs").add_client_error("filter_log_events", "InvalidParameterException")
    with pytest.raises(AwsCallError, match="logs:FilterLogEvents failed for log group /aws/lambda/ses-pause"):
        read_traces(offline, NAMES, "a", SINCE)


def simulated(stub: Stubber, resource: str, **decisions: str) -> None:
    results: list[Any] = [
        {"EvalActionName": f"ses:{action}", "EvalDecision": decision} for action, decision in decisions.items()
    ]
    wanted = {"PolicySourceArn": ROLE, "ActionNames": ANY, "ResourceArns": [resource]}
    stub.add_response("simulate_principal_policy", {"EvaluationResults": results}, wanted)


def test_what_a_role_may_not_do(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    stub = stubbed("iam")
    simulated(stub, "a", One="allowed", Two="implicitDeny")
    simulated(stub, "b", Three="explicitDeny")
    assert read_denied(offline, ROLE, {"a": ["ses:One", "ses:Two"], "b": ["ses:Three"]}) == ["ses:Two", "ses:Three"]


@pytest.mark.parametrize(
    ("code", "expected"), [("AccessDenied", None), ("NoSuchEntity", [f"anything, as there is no role {ROLE}"])]
)
def test_a_role_that_is_gone_and_a_question_that_is_denied(
    offline: Aws, stubbed: Callable[[str], Stubber], code: str, expected: list[str] | None
) -> None:
    stubbed("iam").add_client_error("simulate_principal_policy", code)
    assert read_denied(offline, ROLE, {"a": ["ses:One"]}) == expected


def test_another_error_is_one(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    stubbed("iam").add_client_error("simulate_principal_policy", "PolicyEvaluation")
    with pytest.raises(AwsCallError, match="iam:SimulatePrincipalPolicy failed"):
        read_denied(offline, ROLE, {"a": ["ses:One"]})
