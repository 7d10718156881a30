# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tables of the CloudWatch User Guide ("Configuring how alarms treat missing data"), and the words of reasons."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local_aws.evaluation import Sample, datapoints, evaluate

NOW = 1_795_341_840.0  # 2026-11-22T10:04:00Z
MINUTE = NOW // 60 * 60


def alarm(**changes: Any) -> dict[str, Any]:
    config = {
        "Statistic": "Average",
        "Period": 60,
        "EvaluationPeriods": 3,
        "Threshold": 1.0,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    }
    return {**config, **changes}


def sample(at: float, value: float, unit: str = "None") -> Sample:
    return Sample(at, 1.0, value, value, value, unit)


def series(picture: str) -> list[Sample]:
    """``0 - X - X``, oldest first: within the threshold, missing, breaching."""
    marks = picture.split()
    values = {"0": 0.0, "X": 2.0}
    return [
        sample(MINUTE - 60 * (len(marks) - 1 - index), values[mark])
        for index, mark in enumerate(marks)
        if mark in values
    ]


KEEP = None


@pytest.mark.parametrize("treatment", ["missing", "ignore", "breaching", "notBreaching"])
@pytest.mark.parametrize(
    ("picture", "needed", "expected"),
    [
        # 3 of 3: missing, ignore, breaching, notBreaching
        ("0 - X - X", 3, ("OK", "OK", "OK", "OK")),
        ("- - - - 0", 3, ("OK", "OK", "OK", "OK")),
        ("- - - - -", 3, ("INSUFFICIENT_DATA", KEEP, "ALARM", "OK")),
        ("0 X X - X", 3, ("ALARM", "ALARM", "ALARM", "ALARM")),
        ("- - X - -", 3, ("ALARM", KEEP, "ALARM", "OK")),
        # 2 of 3
        ("0 - X - X", 2, ("ALARM", "ALARM", "ALARM", "ALARM")),
        ("0 0 X 0 X", 2, ("ALARM", "ALARM", "ALARM", "ALARM")),
        ("0 - X - -", 2, ("OK", "OK", "ALARM", "OK")),
        ("- - - - 0", 2, ("OK", "OK", "ALARM", "OK")),
        ("- - - X -", 2, ("ALARM", KEEP, "ALARM", "OK")),
        # "Avoiding premature transitions": one young breaching datapoint is not three.
        ("- - - - X", 3, (KEEP, KEEP, "ALARM", "OK")),
    ],
)
def test_missing_data(picture: str, needed: int, expected: tuple[str | None, ...], treatment: str) -> None:
    config = alarm(DatapointsToAlarm=needed, TreatMissingData=treatment)
    verdict = evaluate(config, series(picture), NOW, "OK")
    wanted = dict(zip(("missing", "ignore", "breaching", "notBreaching"), expected, strict=True))[treatment]
    assert (verdict.state if verdict else None) == wanted


def test_missing_is_the_default() -> None:
    verdict = evaluate(alarm(), [], NOW, "OK")
    assert verdict is not None
    assert (verdict.state, verdict.reason) == ("INSUFFICIENT_DATA", "Insufficient Data: 3 datapoints were unknown.")


@pytest.mark.parametrize(
    ("operator", "below", "at", "above"),
    [
        ("GreaterThanOrEqualToThreshold", "OK", "ALARM", "ALARM"),
        ("GreaterThanThreshold", "OK", "OK", "ALARM"),
        ("LessThanThreshold", "ALARM", "OK", "OK"),
        ("LessThanOrEqualToThreshold", "ALARM", "ALARM", "OK"),
    ],
)
def test_comparisons(operator: str, below: str, at: str, above: str) -> None:
    config = alarm(EvaluationPeriods=1, ComparisonOperator=operator)
    states = []
    for value in (0.9, 1.0, 1.1):
        verdict = evaluate(config, [sample(NOW, value)], NOW, "OK")
        assert verdict is not None
        states.append(verdict.state)
    assert states == [below, at, above]


def test_reason_of_an_alarm() -> None:
    config = alarm(EvaluationPeriods=1, Period=300, Threshold=0.045)
    verdict = evaluate(config, [sample(NOW, 0.06)], NOW, "OK")
    assert verdict is not None
    assert verdict.reason == (
        "Threshold Crossed: 1 out of the last 1 datapoints [0.06 (22/11/26 10:00:00)] was greater than or equal to "
        "the threshold (0.045) (minimum 1 datapoint for OK -> ALARM transition)."
    )
    assert verdict.reason_data == {
        "version": "1.0",
        "queryDate": "2026-11-22T10:04:00.000+0000",
        "startDate": "2026-11-22T10:00:00.000+0000",
        "statistic": "Average",
        "period": 300,
        "recentDatapoints": [0.06],
        "threshold": 0.045,
        "evaluatedDatapoints": [{"timestamp": "2026-11-22T10:00:00.000+0000", "sampleCount": 1.0, "value": 0.06}],
    }


def test_reason_of_several_datapoints() -> None:
    verdict = evaluate(alarm(DatapointsToAlarm=2), series("X 0 X"), NOW, "OK")
    assert verdict is not None
    assert verdict.reason == (
        "Threshold Crossed: 2 out of the last 3 datapoints [2.0 (22/11/26 10:04:00), 2.0 (22/11/26 10:02:00)] were "
        "greater than or equal to the threshold (1.0) (minimum 2 datapoints for OK -> ALARM transition)."
    )


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (
            "ALARM",
            "Threshold Crossed: 1 out of the last 1 datapoints [0.5 (22/11/26 10:04:00)] was not greater than or equal "
            "to the threshold (1.0) (minimum 1 datapoint for ALARM -> OK transition).",
        ),
        (
            "INSUFFICIENT_DATA",
            "Threshold Crossed: 1 datapoint [0.5 (22/11/26 10:04:00)] was not greater than or equal to the threshold "
            "(1.0).",
        ),
    ],
)
def test_reason_of_ok(state: str, reason: str) -> None:
    verdict = evaluate(alarm(EvaluationPeriods=1), [sample(NOW, 0.5)], NOW, state)
    assert verdict is not None
    assert (verdict.state, verdict.reason) == ("OK", reason)


@pytest.mark.parametrize(
    ("picture", "periods", "treatment", "reason"),
    [
        (
            "- - -",
            3,
            "breaching",
            "no datapoints were received for 3 periods and 3 missing datapoints were treated as [Breaching].",
        ),
        (
            "- - X",
            3,
            "breaching",
            "1 datapoint was received for 3 periods and 2 missing datapoints were treated as [Breaching].",
        ),
        (
            "-",
            1,
            "notBreaching",
            "no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].",
        ),
    ],
)
def test_reason_with_missing_data(picture: str, periods: int, treatment: str, reason: str) -> None:
    config = alarm(EvaluationPeriods=periods, TreatMissingData=treatment)
    verdict = evaluate(config, series(picture), NOW, "OK")
    assert verdict is not None
    assert verdict.reason == f"Threshold Crossed: {reason}"


def test_a_wrong_unit_is_no_data() -> None:
    config = alarm(EvaluationPeriods=1, Unit="Percent")
    verdict = evaluate(config, [sample(NOW, 2.0, "None")], NOW, "OK")
    assert verdict is not None
    assert verdict.state == "INSUFFICIENT_DATA"
    verdict = evaluate(config, [sample(NOW, 2.0, "Percent")], NOW, "OK")
    assert verdict is not None
    assert verdict.state == "ALARM"
    assert verdict.reason_data["unit"] == "Percent"


def test_a_datapoint_of_the_last_period_still_counts() -> None:
    verdict = evaluate(alarm(EvaluationPeriods=1), [sample(NOW - 60, 2.0)], NOW, "OK")
    assert verdict is not None
    assert verdict.state == "ALARM"


@pytest.mark.parametrize("at", [NOW - 3 * 60, NOW + 60])
def test_data_outside_the_range_does_not_count(at: float) -> None:
    verdict = evaluate(alarm(EvaluationPeriods=1), [sample(at, 2.0)], NOW, "OK")
    assert verdict is not None
    assert verdict.state == "INSUFFICIENT_DATA"


@pytest.mark.parametrize(
    ("statistic", "value"),
    [
        ("Average", 2.5),
        ("Sum", 10.0),
        ("Minimum", 1.0),
        ("Maximum", 4.0),
        ("SampleCount", 4.0),
        ("p50", 2.0),
        ("p90", 4.0),
    ],
)
def test_statistics_over_a_period(statistic: str, value: float) -> None:
    points = datapoints([sample(60.0 + each, each) for each in (1.0, 2.0, 3.0, 4.0)], 60, statistic)
    assert [(each.at, each.value, each.count) for each in points] == [(60.0, value, 4.0)]


def test_a_statistic_that_nobody_can_compute_is_no_datapoint() -> None:
    assert datapoints([sample(60.0, 1.0)], 60, "IQM") == []
    assert datapoints([Sample(60.0, 2.0, 6.0, 2.0, 4.0)], 60, "p90") == []
    assert datapoints([Sample(60.0, 2.0, 6.0, 2.0, 4.0)], 60, "Average")[0].value == 3.0
