# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CloudWatch's API for alarms and metrics, in place of moto's; alarms.py and evaluation.py do the work. Dashboards
are in dashboards.py.

Here, unlike on AWS, PutMetricData takes namespaces that begin with ``AWS/``: that is how tests feed ``AWS/SES``.
Alarms are evaluated after PutMetricData and PutMetricAlarm, every ``evaluation_interval`` seconds if that is set, and
on ``POST /_local_aws/evaluate`` (``account``, ``region`` optional; answers the names and states of all alarms).
"""

from __future__ import annotations

import contextlib
import json
import logging
import threading
import time
from typing import Any

from moto.cloudwatch.exceptions import ResourceNotFoundException
from moto.cloudwatch.models import cloudwatch_backends
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.utilities.tagging_service import TaggingService

from . import alarm_checks, alarms, background, dashboards, lock, metric_queries, places, settings, sqs
from .application import controls
from .errors import ServiceError
from .paging import page

STATES = ("INSUFFICIENT_DATA", "ALARM", "OK")

log = logging.getLogger("local_aws")


def install() -> None:
    operations = (
        put_metric_alarm,
        describe_alarms,
        describe_alarms_for_metric,
        describe_alarm_history,
        delete_alarms,
        set_alarm_state,
        enable_alarm_actions,
        disable_alarm_actions,
        list_tags_for_resource,
        tag_resource,
        untag_resource,
        put_metric_data,
    )
    for method in operations:
        setattr(CloudWatchResponse, method.__name__, method)
    metric_queries.install()
    dashboards.install()
    controls["evaluate"] = _evaluate_control
    threading.Thread(target=_evaluate_now_and_then, daemon=True).start()


def put_metric_alarm(self: CloudWatchResponse) -> ActionResult:
    config = dict(self.params)
    tags = config.pop("Tags", None) or []
    alarm_checks.check(config)
    alarms.put(self.cloudwatch_backend, config, tags)
    return EmptyResult()


def describe_alarms(self: CloudWatchResponse) -> ActionResult:
    params, backend = self.params, self.cloudwatch_backend
    if "AlarmNames" in params and "AlarmNamePrefix" in params:
        alarm_checks.refuse("ValidationError", "AlarmNamePrefix and AlarmNames are mutually exclusive")
    alarm_checks.check_names(params.get("AlarmNames", []))
    found = [each.name for each in alarms.of(backend).values() if _selected(each, params)]
    if "MetricAlarm" not in params.get("AlarmTypes", ["MetricAlarm"]):
        found = []
    names, token = _page(found, params, 50)
    shown = [alarms.of(backend)[name].describe() for name in names if name in alarms.of(backend)]
    return ActionResult({"MetricAlarms": shown, "CompositeAlarms": [], "NextToken": token})


def describe_alarms_for_metric(self: CloudWatchResponse) -> ActionResult:
    wanted = dict(self.params)
    dimensions = {(each["Name"], each["Value"]) for each in wanted.pop("Dimensions", [])}
    found = [
        each.describe()
        for each in alarms.of(self.cloudwatch_backend).values()
        if {(pair["Name"], pair["Value"]) for pair in each.config["Dimensions"]} == dimensions
        and all(each.config.get(name) == value for name, value in wanted.items())
    ]
    return ActionResult({"MetricAlarms": found})


def describe_alarm_history(self: CloudWatchResponse) -> ActionResult:
    params = self.params
    if "MetricAlarm" not in params.get("AlarmTypes", ["MetricAlarm"]):
        return ActionResult({"AlarmHistoryItems": []})
    found = [each for each in alarms.history(self.cloudwatch_backend) if _in_history(each, params)]
    if params.get("ScanBy") != "TimestampAscending":
        found.reverse()
    numbers = {f"{index:09d}": each for index, each in enumerate(found)}
    names, token = _page(list(numbers), params, 100)
    return ActionResult({"AlarmHistoryItems": [numbers[name] for name in names], "NextToken": token})


def delete_alarms(self: CloudWatchResponse) -> ActionResult:
    """What exists is deleted. ResourceNotFound only where a single name was given that does not exist (inferred)."""
    names = self.params.get("AlarmNames", [])
    alarm_checks.check_names(names)
    known = [name for name in names if name in alarms.of(self.cloudwatch_backend)]
    if len(names) == 1 and not known:
        raise ServiceError("ResourceNotFound", f"Alarm {names[0]} does not exist")
    for name in known:
        with contextlib.suppress(KeyError):
            alarms.delete(self.cloudwatch_backend, name)
    return EmptyResult()


def set_alarm_state(self: CloudWatchResponse) -> ActionResult:
    value, data = self.params.get("StateValue"), self.params.get("StateReasonData")
    alarm = alarms.of(self.cloudwatch_backend).get(self.params["AlarmName"])
    if value not in STATES:
        text = (
            f"1 validation error detected: Value '{value}' at 'stateValue' failed to satisfy constraint: "
            f"Member must satisfy enum value set: [{', '.join(STATES)}]"
        )
        raise ServiceError("ValidationError", text)
    if data is not None:
        try:
            json.loads(data)
        except ValueError as error:
            raise ServiceError("InvalidFormat", "StateReasonData is not valid JSON") from error
    if alarm is None:
        raise ServiceError("ResourceNotFound", f"Alarm {self.params['AlarmName']} does not exist")
    alarms.set_state(self.cloudwatch_backend, alarm, value, self.params["StateReason"], data)
    if settings.current.set_state_and_settle:
        background.idle()
    return EmptyResult()


def enable_alarm_actions(self: CloudWatchResponse) -> ActionResult:
    return _switch_actions(self, True)


def disable_alarm_actions(self: CloudWatchResponse) -> ActionResult:
    return _switch_actions(self, False)


def list_tags_for_resource(self: CloudWatchResponse) -> ActionResult:
    arn, tagger = _taggable(self)
    tags = tagger.get_tag_dict_for_resource(arn)
    return ActionResult({"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]})


def tag_resource(self: CloudWatchResponse) -> ActionResult:
    arn, tagger = _taggable(self)
    tagger.tag_resource(arn, self.params["Tags"])
    return EmptyResult()


def untag_resource(self: CloudWatchResponse) -> ActionResult:
    arn, tagger = _taggable(self)
    tagger.untag_resource_using_names(arn, self.params["TagKeys"])
    return EmptyResult()


def put_metric_data(self: CloudWatchResponse) -> ActionResult:
    alarms.put_data(self.cloudwatch_backend, self.params["Namespace"], self.params.get("MetricData", []))
    return EmptyResult()


def _selected(alarm: alarms.Alarm, params: dict[str, Any]) -> bool:
    actions = [each for key in alarms.ACTIONS.values() for each in alarm.config[key]]
    prefix = params.get("ActionPrefix")
    return (
        ("AlarmNames" not in params or alarm.name in params["AlarmNames"])
        and alarm.name.startswith(params.get("AlarmNamePrefix", ""))
        and params.get("StateValue") in (None, alarm.state.value)
        and (prefix is None or any(each.startswith(prefix) for each in actions))
    )


def _in_history(item: dict[str, Any], params: dict[str, Any]) -> bool:
    return (
        params.get("AlarmName") in (None, item["AlarmName"])
        and params.get("HistoryItemType") in (None, item["HistoryItemType"])
        and ("StartDate" not in params or item["Timestamp"] >= params["StartDate"])
        and ("EndDate" not in params or item["Timestamp"] <= params["EndDate"])
    )


def _page(names: list[str], params: dict[str, Any], default: int) -> tuple[list[str], str | None]:
    size = params.get("MaxRecords", default)
    if not 1 <= size <= 100:
        text = f"1 validation error detected: Value '{size}' at 'maxRecords' failed to satisfy constraint"
        raise ServiceError("ValidationError", f"{text}: Member must have value between 1 and 100")
    try:
        return page(names, params.get("NextToken"), size, 100)
    except ValueError as error:
        raise ServiceError("InvalidNextToken", "The next token is invalid") from error


def _switch_actions(self: CloudWatchResponse, enabled: bool) -> ActionResult:
    """Names that do not exist are passed over (inferred: the model has no error for it)."""
    alarm_checks.check_names(self.params["AlarmNames"])
    for name in self.params["AlarmNames"]:
        if name in alarms.of(self.cloudwatch_backend):
            alarms.enable_actions(self.cloudwatch_backend, name, enabled)
    return EmptyResult()


def _taggable(self: CloudWatchResponse) -> tuple[str, TaggingService]:
    """The ARN of an alarm, dashboard or Contributor Insights rule that exists, and who keeps its tags."""
    arn: str = self.params["ResourceARN"]
    backend = self.cloudwatch_backend
    if arn in dashboards.arns(backend):
        return arn, dashboards.home(backend).tagger
    known = [each.arn for each in alarms.of(backend).values()]
    known += [each.rule_arn for each in backend.insight_rules.values()]
    if arn not in known:
        raise ResourceNotFoundException(f"The resource {arn} does not exist")
    return arn, backend.tagger


def _evaluate_all(account: str | None = None, region: str | None = None) -> list[dict[str, str]]:
    sqs.publish_all(account, region)
    states = []
    for backend in places.each(cloudwatch_backends, account, region):
        place = {"account": backend.account_id, "region": backend.region_name}
        for alarm in list(alarms.of(backend).values()):
            alarms.evaluate(backend, alarm)
            states.append({**place, "alarm": alarm.name, "state": alarm.state.value})
    return states


def _evaluate_now_and_then() -> None:
    """Reads the setting anew each time, so that it can be switched on while the server runs."""
    while True:
        time.sleep(settings.current.evaluation_interval or 0.2)
        if settings.current.evaluation_interval:
            try:
                with lock.held():
                    _evaluate_all()
            except Exception:
                log.exception("an evaluation failed")


def _evaluate_control(_method: str, body: dict[str, Any]) -> list[dict[str, str]]:
    return _evaluate_all(body.get("account"), body.get("region"))
