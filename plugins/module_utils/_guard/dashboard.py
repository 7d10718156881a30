# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the guard's CloudWatch dashboard shows. Pure: names and thresholds in, the body out.

Source of the format: CloudWatch API reference, "Dashboard Body Structure and Syntax"; of the search: CloudWatch User
Guide, "CloudWatch search expression syntax".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._converge.ownership import OWNER_MARK
from .._ses.metrics import METRICS, NAMESPACE, SET_DIMENSION, Metric, percent
from .names import Names

Body = dict[str, Any]

# The time that a dashboard opens with; whoever looks may choose another.
START = "-P14D"
HOUR = 3600
# The grid of a dashboard is 24 units wide.
HALF = 12
# So many sets, those with the highest rates, make a readable chart.
TOP_SETS = 10
YELLOW, ORANGE, RED, GREY = "#dfb52c", "#ff7f0e", "#d62728", "#7f7f7f"
COLORS = {"warn": YELLOW, "pause": ORANGE}

COMMANDS = """\
ansible-playbook mailops.ses.status --limit TARGET
ansible-playbook mailops.ses.pause --limit TARGET -e 'ses_reason="..."'
ansible-playbook mailops.ses.resume --limit TARGET -e 'ses_reason="..."'
ansible-playbook mailops.ses.resume --limit TARGET -e 'ses_reason="..."' -e ses_pause_recover=true"""


def build(names: Names, region: str, alarm_arn: str, thresholds: Mapping[tuple[str, str], float]) -> Body:
    """The dashboard's body. alarm_arn: the ARN of an alarm without its name; thresholds: {(metric, tier): rate}.

    Nothing in it depends on which configuration sets there are, so that it stays the same as they come and go.
    """
    alarms = [names.reputation_alarm(METRICS[option].word, tier) for option, tier in thresholds]
    alarms += [names.errors_alarm, names.queue_alarm]
    widgets = [
        _widget("text", 0, 0, 2 * HALF, 6, {"markdown": _text(names, region)}),
        _widget("alarm", 0, 6, 2 * HALF, 3, {"title": "Alarms", "alarms": [f"{alarm_arn}{name}" for name in alarms]}),
    ]
    for index, (option, metric) in enumerate(METRICS.items()):
        own = {tier: rate for (of, tier), rate in thresholds.items() if of == option}
        widgets.append(_widget("metric", index * HALF, 9, HALF, 8, _rate(metric, region, own)))
    for index, metric in enumerate(METRICS.values()):
        widgets.append(_widget("metric", index * HALF, 17, HALF, 7, _sets(metric, region)))
    widgets.append(_widget("metric", 0, 24, HALF, 6, _function(names, region)))
    widgets.append(_widget("metric", HALF, 24, HALF, 6, _failed_events(names, region)))
    return {"start": START, "periodOverride": "inherit", "widgets": widgets}


def mark(guard: str) -> str:
    """The words by which a dashboard is known as this guard's, also where its tag was lost."""
    return f"Managed by {OWNER_MARK} for the guard {guard}: "


def _widget(kind: str, x: int, y: int, width: int, height: int, properties: Body) -> Body:
    return {"type": kind, "x": x, "y": y, "width": width, "height": height, "properties": properties}


def _text(names: Names, region: str) -> str:
    return (
        f"## {names.guard}: Amazon SES in {region}\n\n"
        f"A pause alarm in ALARM pauses sending; nothing resumes by itself. What to do, on the machine with the "
        f"inventory:\n\n```\n{COMMANDS}\n```\n\n"
        f"If `{names.errors_alarm}` or `{names.queue_alarm}` is in ALARM, sending could **not** be paused: pause by "
        f"hand.\n\n{mark(names.guard)}a change by hand is undone by the next run of the role."
    )


def _rate(metric: Metric, region: str, thresholds: Mapping[str, float]) -> Body:
    lines = [_line(f"{tier} at {percent(rate)}", rate, COLORS[tier]) for tier, rate in thresholds.items()]
    lines.append(_line(f"AWS reviews at {percent(metric.review)}", metric.review, RED))
    lines.append(_line(f"AWS may pause at {percent(metric.pause)}", metric.pause, GREY))
    return _chart(
        f"Account: {metric.word} rate (a fraction)",
        region,
        [[NAMESPACE, metric.name, {"label": f"{metric.word} rate"}]],
        stat="Average",
        period=HOUR,
        annotations={"horizontal": lines},
    )


def _line(label: str, value: float, color: str) -> Body:
    return {"label": label, "value": value, "color": color}


def _sets(metric: Metric, region: str) -> Body:
    search = f"""SEARCH('{{{NAMESPACE},"{SET_DIMENSION}"}} MetricName="{metric.name}"', 'Average', {HOUR})"""
    expression = {"expression": f"SORT({search}, MAX, DESC, {TOP_SETS})", "id": "sets"}
    title = f"Configuration sets: the {TOP_SETS} highest {metric.word} rates (fractions)"
    return _chart(title, region, [[expression]], stat="Average", period=HOUR)


def _function(names: Names, region: str) -> Body:
    metrics: list[list[Any]] = [
        ["AWS/Lambda", "Invocations", "FunctionName", names.function],
        ["AWS/Lambda", "Errors", "FunctionName", names.function, {"color": RED}],
    ]
    return _chart("Function: invocations and errors", region, metrics, stat="Sum", period=HOUR)


def _failed_events(names: Names, region: str) -> Body:
    metric = ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", names.failure_queue, {"color": RED}]
    return _chart("Events that could not be handled", region, [metric], stat="Maximum", period=HOUR)


def _chart(title: str, region: str, metrics: list[list[Any]], **more: Any) -> Body:
    axis = {"left": {"min": 0, "showUnits": False}}
    return {"title": title, "view": "timeSeries", "region": region, "metrics": metrics, "yAxis": axis, **more}
