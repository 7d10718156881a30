# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The last known rates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._ses.rates import read_rates
from botocore.stub import ANY, Stubber

from tests.unit.plugins.target import Target

Client = Callable[..., Any]

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def publish(aws: Client, metric: str, value: float, scope: str | None = None, minutes_ago: float = 0) -> None:
    """As SES does."""
    dimensions = [{"Name": "ses:configuration-set", "Value": scope}] if scope else []
    datum = {
        "MetricName": f"Reputation.{metric}",
        "Dimensions": dimensions,
        "Value": value,
        "Timestamp": datetime.now(UTC) - timedelta(minutes=minutes_ago),
    }
    aws("cloudwatch").put_metric_data(Namespace="AWS/SES", MetricData=[datum])


def test_the_newest_rate_of_the_last_day_of_each_scope(target: Target, aws: Client) -> None:
    publish(aws, "BounceRate", 0.01, minutes_ago=600)
    publish(aws, "BounceRate", 0.02, minutes_ago=60)
    publish(aws, "ComplaintRate", 0.0002, minutes_ago=1500)
    publish(aws, "BounceRate", 0.03, "news", minutes_ago=5)
    publish(aws, "ComplaintRate", 0.0003, "news", minutes_ago=5)
    publish(aws, "BounceRate", 0.04, "offers", minutes_ago=5)
    found = read_rates(target.aws(), [None, "news", "quiet"])
    assert {key: rate["value"] for key, rate in found.items()} == {
        (None, "bounce_rate"): 0.02,
        ("news", "bounce_rate"): 0.03,
        ("news", "complaint_rate"): 0.0003,
    }
    age = datetime.now(UTC) - datetime.fromisoformat(found[None, "bounce_rate"]["timestamp"])
    assert timedelta(minutes=55) < age < timedelta(minutes=70)


def test_no_scope_is_no_question(offline: Aws) -> None:
    assert read_rates(offline, []) == {}


def test_five_hundred_questions_a_call_and_answers_over_pages(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    stub = stubbed("cloudwatch")

    def answer(*numbers: int, value: float, token: str | None = None) -> dict[str, Any]:
        results = [{"Id": f"q{n}", "Values": [value], "Timestamps": [NOW]} for n in numbers]
        return {"MetricDataResults": results, **({"NextToken": token} if token else {})}

    period = {"StartTime": ANY, "EndTime": ANY, "ScanBy": "TimestampDescending", "MetricDataQueries": ANY}
    stub.add_response("get_metric_data", answer(0, value=0.1, token="x"), period)
    # The newest came first.
    stub.add_response("get_metric_data", answer(0, 1, value=0.2), {**period, "NextToken": "x"})
    stub.add_response("get_metric_data", answer(1, value=0.3), period)
    found = read_rates(offline, [f"set-{n}" for n in range(251)])
    assert {key: rate["value"] for key, rate in found.items()} == {
        ("set-0", "bounce_rate"): 0.1,
        ("set-0", "complaint_rate"): 0.2,
        ("set-250", "complaint_rate"): 0.3,
    }
    assert found["set-0", "bounce_rate"]["timestamp"] == "2026-11-22T10:00:00+00:00"


def test_an_answer_without_data_is_no_rate(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    results = [{"Id": "q0", "Values": [], "Timestamps": []}, {"Id": "q1", "Values": [], "Timestamps": []}]
    stubbed("cloudwatch").add_response("get_metric_data", {"MetricDataResults": results})
    assert read_rates(offline, [None]) == {}
