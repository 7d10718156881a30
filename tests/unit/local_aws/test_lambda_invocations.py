# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Invocations of the local Lambda: the environment, the log, errors and timeouts, retries and destinations."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from tests.local_aws import lambda_events, lambda_process
from tests.local_aws.patience import PATIENCE, wait_for
from tests.local_aws.server import LocalAws
from tests.unit.local_aws.helpers import (
    ECHO,
    FAIL,
    archive,
    deploy,
    error_of,
    log_lines,
    make_role,
    queue,
    received,
    settle,
)

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:function"
GROUP = "/aws/lambda/function"


@pytest.fixture
def functions(aws: Callable[..., Any]) -> Any:
    return aws("lambda")


def answer(functions: Any, event: Any = None, **more: Any) -> tuple[Any, str | None]:
    """The handler's result, or the error it ended in, and the kind of error."""
    got = functions.invoke(FunctionName="function", Payload=json.dumps(event), **more)
    return json.load(got["Payload"]), got.get("FunctionError")


def send(functions: Any, event: Any, control: Callable[..., Any]) -> None:
    """An asynchronous event, and all that follows from it."""
    sent = functions.invoke(FunctionName="function", InvocationType="Event", Payload=json.dumps(event))
    assert sent["StatusCode"] == 202
    settle(control)


def invocations(aws: Callable[..., Any], metric: str = "Invocations", function: str = "function") -> float:
    now = datetime.now(UTC)
    found = aws("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName=metric,
        Dimensions=[{"Name": "FunctionName", "Value": function}],
        StartTime=now - timedelta(days=1),
        EndTime=now + timedelta(days=1),
        Period=86400,
        Statistics=["Sum"],
    )
    return float(sum(each["Sum"] for each in found["Datapoints"]))


# Invoke


def test_the_real_code_runs(aws: Callable[..., Any], functions: Any) -> None:
    deploy(aws, ECHO)
    assert answer(functions, {"a": [1, "ü"]}) == ({"event": {"a": [1, "ü"]}}, None)


@pytest.mark.parametrize("name", ["function", "function:$LATEST", ARN])
def test_names_of_a_function(aws: Callable[..., Any], functions: Any, name: str) -> None:
    deploy(aws, ECHO)
    got = functions.invoke(FunctionName=name, Payload=b"1")
    assert (json.load(got["Payload"]), got["ExecutedVersion"]) == ({"event": 1}, "$LATEST")


def test_the_environment_is_lambdas_and_nothing_else(
    aws: Callable[..., Any], functions: Any, local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_HOST", "x")
    monkeypatch.setenv("AWS_SECRET_OF_THE_HOST", "x")
    deploy(
        aws,
        "import os\ndef handler(event, context):\n    return dict(os.environ)",
        MemorySize=192,
        Environment={"Variables": {"MINE": "1"}},
    )
    found, _error = answer(functions)
    expected = {
        "MINE": "1",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_LAMBDA_FUNCTION_NAME": "function",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "192",
        "AWS_LAMBDA_LOG_GROUP_NAME": GROUP,
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "AWS_ENDPOINT_URL": local_aws.url,
        "TZ": ":UTC",
        "_HANDLER": "main.handler",
    }
    assert {key: found.get(key) for key in expected} == expected
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", found["AWS_LAMBDA_LOG_STREAM_NAME"])
    assert not {"SECRET_OF_THE_HOST", "AWS_SECRET_OF_THE_HOST", "USER", "VIRTUAL_ENV", "PYTHONPATH"} & set(found)
    others = set(found) - set(expected) - {"PATH", "HOME", "LANG", "LC_CTYPE", "AWS_LAMBDA_LOG_STREAM_NAME"}
    assert all(each.startswith(("AWS_", "LAMBDA_")) for each in others), others


def test_the_context(aws: Callable[..., Any], functions: Any) -> None:
    deploy(
        aws,
        """
        def handler(event, context):
            left = context.get_remaining_time_in_millis()
            return {**{key: value for key, value in vars(context).items() if isinstance(value, str)}, "left": left}
        """,
        Timeout=9,
    )
    found, _error = answer(functions)
    assert 0 < found.pop("left") <= 9000
    assert found.pop("log_stream_name").endswith(found.pop("aws_request_id").replace("-", ""))
    assert found == {
        "function_name": "function",
        "function_version": "$LATEST",
        "invoked_function_arn": ARN,
        "memory_limit_in_mb": "128",
        "log_group_name": GROUP,
    }


def test_it_acts_as_its_role_in_its_place(aws: Callable[..., Any], control: Callable[..., Any]) -> None:
    place = {"account": "210987654321", "region": "us-west-2"}

    def there(service: str, **more: Any) -> Any:
        return aws(service, **{**place, **more})

    deploy(
        there,
        """
        import boto3
        def handler(event, context):
            boto3.client("sesv2").put_account_sending_attributes(SendingEnabled=False)
            return boto3.client("sts").get_caller_identity()["Arn"]
        """,
    )
    got = there("lambda").invoke(FunctionName="function")
    assert json.load(got["Payload"]) == "arn:aws:sts::210987654321:assumed-role/function-role/function"
    assert there("sesv2").get_account()["SendingEnabled"] is False
    assert aws("sesv2", region="us-west-2").get_account()["SendingEnabled"] is True
    made = [each for each in control("calls", method="GET")["calls"] if each["source"] == "lambda"]
    assert ("210987654321", "us-west-2", "sesv2", "PutAccountSendingAttributes") in {
        (each["account"], each["region"], each["service"], each["operation"]) for each in made
    }


def test_an_exception_is_an_unhandled_error(aws: Callable[..., Any], functions: Any) -> None:
    deploy(aws, FAIL)
    found, error = answer(functions)
    assert error == "Unhandled"
    assert (found["errorType"], found["errorMessage"]) == ("ValueError", "no luck")
    assert found["stackTrace"] == ['  File "/var/task/main.py", line 3, in handler\n    raise ValueError("no luck")\n']


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("import nothing_of_that_name", "ModuleNotFoundError"),
        ("other = 1", "AttributeError"),
        ("def handler(event, context): return object()", "TypeError"),
        ("import os\ndef handler(event, context): os._exit(3)", "Runtime.ExitError"),
        ("import sys\ndef handler(event, context): sys.exit(3)", "SystemExit"),
    ],
)
def test_other_ways_to_fail(aws: Callable[..., Any], functions: Any, code: str, kind: str) -> None:
    deploy(aws, code)
    found, error = answer(functions)
    assert (error, found["errorType"]) == ("Unhandled", kind)


def test_a_function_has_its_timeout(
    aws: Callable[..., Any], functions: Any, control: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(aws, "import time\nprint('before', flush=True)\ndef handler(event, context): time.sleep(86400)", Timeout=1)
    control("settings", lambda_second=0.5)
    monkeypatch.setattr(lambda_process, "INIT_SECONDS", PATIENCE)
    found, error = answer(functions)
    assert (error, found["errorType"]) == ("Unhandled", "Sandbox.Timedout")
    assert found["errorMessage"].endswith("Error: Task timed out after 1.00 seconds")
    lines = log_lines(aws, GROUP)
    assert "before" in lines
    assert lines[-1].endswith("Task timed out after 1.00 seconds")


@pytest.mark.parametrize("cold", [False, True])
def test_an_invocation_finds_nothing_of_an_earlier_one(
    aws: Callable[..., Any], functions: Any, control: Callable[..., Any], cold: bool
) -> None:
    control("settings", lambda_cold=cold)
    code = """
    import os, sys
    boto3_was_there, runs = "boto3" in sys.modules, 0

    def handler(event, context):
        global runs
        runs += 1
        before = os.environ.pop("MINE")
        return [runs, before, boto3_was_there]
    """
    deploy(aws, code, Environment={"Variables": {"MINE": "1"}})
    assert [answer(functions)[0] for _again in range(2)] == [[1, "1", not cold]] * 2


def test_a_dry_run_runs_nothing(aws: Callable[..., Any], functions: Any) -> None:
    deploy(aws, FAIL)
    assert functions.invoke(FunctionName="function", InvocationType="DryRun")["StatusCode"] == 204
    assert invocations(aws) == 0


def test_a_payload_must_be_json(aws: Callable[..., Any], functions: Any) -> None:
    deploy(aws, ECHO)
    refused = error_of(functions.invoke, FunctionName="function", Payload=b"{")
    assert refused[0] == "InvalidRequestContentException"


def test_the_tail_of_the_log(aws: Callable[..., Any], functions: Any) -> None:
    deploy(aws, "def handler(event, context):\n    print('x' * 5000)\n    print('last words')")
    got = functions.invoke(FunctionName="function", LogType="Tail")
    tail = base64.b64decode(got["LogResult"]).decode()
    assert len(tail) == 4096
    assert "last words\nEND RequestId: " in tail
    assert "LogResult" not in functions.invoke(FunctionName="function")


def test_other_modules_of_the_package_and_two_versions(aws: Callable[..., Any], functions: Any) -> None:
    deploy(aws, "def handler(event, context): return 1")
    assert answer(functions) == (1, None)
    functions.update_function_code(FunctionName="function", ZipFile=archive("def handler(event, context): return 2"))
    assert answer(functions) == (2, None)


def test_metrics_of_a_function(aws: Callable[..., Any], functions: Any) -> None:
    deploy(aws, "def handler(event, context):\n    return 1 / event")
    aws("cloudwatch").put_metric_alarm(
        AlarmName="errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions=[{"Name": "FunctionName", "Value": "function"}],
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="notBreaching",
    )
    state = "OK"
    for event, wanted in ((1, "OK"), (0, "ALARM")):
        answer(functions, event)
        state = aws("cloudwatch").describe_alarms()["MetricAlarms"][0]["StateValue"]
        assert state == wanted
    assert (invocations(aws), invocations(aws, "Errors")) == (2, 1)


# Logs

LOGGING = """
import logging
log = logging.getLogger("mine")
def handler(event, context):
    log.info("info %s", 1, extra={"colour": "red"})
    log.warning("two\\nlines")
    print("printed")
    if event:
        raise ValueError("no luck")
"""


def test_a_text_log(aws: Callable[..., Any], functions: Any) -> None:
    deploy(aws, LOGGING)
    answer(functions)
    start, warning, printed, end, report = log_lines(aws, GROUP)
    request = start.removeprefix("START RequestId: ").removesuffix(" Version: $LATEST")
    assert re.fullmatch(rf"\[WARNING\]\t\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{{3}}Z\t{request}\ttwo\rlines", warning)
    assert (printed, end) == ("printed", f"END RequestId: {request}")
    assert re.match(
        rf"REPORT RequestId: {request}\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\t", report
    )


def test_a_text_log_of_an_error(aws: Callable[..., Any], functions: Any) -> None:
    deploy(aws, FAIL)
    answer(functions)
    [line] = [each for each in log_lines(aws, GROUP) if each.startswith("[ERROR]")]
    assert line.startswith("[ERROR] ValueError: no luck\rTraceback (most recent call last):\r")


def test_a_json_log(aws: Callable[..., Any], functions: Any) -> None:
    deploy(aws, LOGGING, LoggingConfig={"LogFormat": "JSON", "LogGroup": "/my/group"})
    answer(functions, 1)
    assert [each["logGroupName"] for each in aws("logs").describe_log_groups()["logGroups"]] == ["/my/group"]
    lines = log_lines(aws, "/my/group")
    assert lines.pop(3) == "printed"
    start, info, warning, error, report = map(json.loads, lines)
    request = start["record"]["requestId"]
    assert (start["type"], report["type"], report["record"]["status"]) == ("platform.start", "platform.report", "error")
    assert info.pop("timestamp").endswith("Z")
    assert info == {"level": "INFO", "message": "info 1", "logger": "mine", "requestId": request, "colour": "red"}
    assert warning["message"] == "two\nlines"
    assert (error["log_level"], error["errorType"], error["errorMessage"]) == ("ERROR", "ValueError", "no luck")
    assert {"durationMs", "billedDurationMs", "memorySizeMB", "maxMemoryUsedMB"} <= set(report["record"]["metrics"])


def test_levels_of_a_json_log(aws: Callable[..., Any], functions: Any) -> None:
    levels = {"ApplicationLogLevel": "WARN", "SystemLogLevel": "WARN"}
    deploy(aws, LOGGING, LoggingConfig={"LogFormat": "JSON", **levels})
    answer(functions)
    assert [json.loads(each)["level"] for each in log_lines(aws, GROUP) if each != "printed"] == ["WARNING"]


@pytest.mark.parametrize(
    ("allowed", "prepared", "written"),
    [
        (["logs:CreateLogStream", "logs:PutLogEvents"], True, True),
        (["logs:CreateLogStream", "logs:PutLogEvents"], False, False),
        (["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], False, True),
        (["logs:CreateLogGroup", "logs:CreateLogStream"], False, False),
    ],
)
def test_a_log_needs_its_permissions(
    aws: Callable[..., Any],
    functions: Any,
    control: Callable[..., Any],
    allowed: list[str],
    prepared: bool,
    written: bool,
) -> None:
    deploy(aws, ECHO, role=make_role(aws, "role", allowed))
    if prepared:
        aws("logs").create_log_group(logGroupName=GROUP)
    control("settings", enforce_iam=True)
    assert answer(functions, 1) == ({"event": 1}, None)
    groups = aws("logs").describe_log_groups()["logGroups"]
    assert bool(groups and log_lines(aws, GROUP)) == written


# Asynchronous events


def configure(functions: Any, **config: Any) -> None:
    functions.put_function_event_invoke_config(FunctionName="function", **config)


def destination(arn: str, kind: str = "OnFailure") -> dict[str, Any]:
    return {kind: {"Destination": arn}}


@pytest.fixture
def _no_delays(control: Callable[..., Any]) -> None:
    control("settings", async_retry_delays=[0.01, 0.02])


@pytest.mark.usefixtures("_no_delays")
@pytest.mark.parametrize(("retries", "runs"), [(None, 3), (2, 3), (1, 2), (0, 1)])
def test_a_failed_event_is_tried_again(
    aws: Callable[..., Any], functions: Any, control: Callable[..., Any], retries: int | None, runs: int
) -> None:
    deploy(aws, FAIL)
    url, dead = queue(aws, "dead")
    config = {} if retries is None else {"MaximumRetryAttempts": retries}
    configure(functions, DestinationConfig=destination(dead), **config)
    send(functions, {"a": 1}, control)
    assert (invocations(aws), invocations(aws, "Errors")) == (runs, runs)
    [message] = received(aws, url)
    record = json.loads(message["Body"])
    assert record.pop("timestamp").endswith("Z")
    request = record["requestContext"].pop("requestId")
    assert f"START RequestId: {request} Version: $LATEST" in log_lines(aws, GROUP)
    assert record.pop("responsePayload")["errorMessage"] == "no luck"
    assert record == {
        "version": "1.0",
        "requestContext": {
            "functionArn": f"{ARN}:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": runs,
        },
        "requestPayload": {"a": 1},
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
    }


@pytest.mark.usefixtures("_no_delays")
def test_an_event_can_succeed_at_last(aws: Callable[..., Any], functions: Any, control: Callable[..., Any]) -> None:
    deploy(
        aws,
        """
        import boto3
        def handler(event, context):
            sqs = boto3.client("sqs")
            if not sqs.receive_message(QueueUrl=event).get("Messages"):
                sqs.send_message(QueueUrl=event, MessageBody="tried")
                raise ValueError("not yet")
        """,
    )
    url, dead = queue(aws, "dead")
    tries, _arn = queue(aws, "tries")
    configure(functions, DestinationConfig=destination(dead))
    send(functions, tries, control)
    assert (invocations(aws), invocations(aws, "Errors")) == (2, 1)
    assert received(aws, url) == []


def test_a_waiting_retry_counts_as_pending(
    aws: Callable[..., Any], functions: Any, control: Callable[..., Any]
) -> None:
    deploy(aws, FAIL)
    functions.invoke(FunctionName="function", InvocationType="Event", Payload=b"{}")
    wait_for("no retry is pending", lambda: control("idle", "GET", timeout=0)["pending"] == [f"retry 1 for {ARN}"])
    assert control("idle", "GET", timeout=0)["idle"] is False


def test_a_reset_calls_everything_off(
    aws: Callable[..., Any], functions: Any, control: Callable[..., Any], local_aws: LocalAws
) -> None:
    deploy(aws, "import time\ndef handler(event, context):\n    time.sleep(86400)", Timeout=60)
    functions.invoke(FunctionName="function", InvocationType="Event", Payload=b"{}")
    wait_for("it does not run", lambda: lambda_process._running)
    assert control("idle", method="GET", timeout=0)["idle"] is False
    requests.post(f"{local_aws.url}/moto-api/reset", timeout=PATIENCE).raise_for_status()
    assert control("idle", method="GET", timeout=0)["idle"] is True
    assert aws("logs").describe_log_groups()["logGroups"] == []
    assert aws("cloudwatch").list_metrics()["Metrics"] == []


@pytest.mark.usefixtures("_no_delays")
def test_an_event_grows_old(
    aws: Callable[..., Any], functions: Any, control: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(aws, FAIL)
    url, dead = queue(aws, "dead")
    configure(functions, DestinationConfig=destination(dead), MaximumEventAgeInSeconds=21600)
    invoke = lambda_events.invoke

    def invoke_for_hours(*args: Any) -> lambda_process.Invocation:
        later = time.time() + 21601
        monkeypatch.setattr(lambda_events, "time", SimpleNamespace(time=lambda: later))
        return invoke(*args)

    monkeypatch.setattr(lambda_events, "invoke", invoke_for_hours)
    send(functions, 1, control)
    record = json.loads(received(aws, url)[0]["Body"])
    assert record["requestContext"]["condition"] == "EventAgeExceeded"
    assert (record["requestContext"]["approximateInvokeCount"], invocations(aws)) == (1, 1)


def test_without_concurrency_events_fail_at_once(
    aws: Callable[..., Any], functions: Any, control: Callable[..., Any]
) -> None:
    deploy(aws, ECHO)
    url, dead = queue(aws, "dead")
    configure(functions, DestinationConfig=destination(dead))
    functions.put_function_concurrency(FunctionName="function", ReservedConcurrentExecutions=0)
    send(functions, {"a": 1}, control)
    record = json.loads(received(aws, url)[0]["Body"])
    assert (record["requestPayload"], record["requestContext"]["approximateInvokeCount"]) == ({"a": 1}, 0)
    assert invocations(aws) == 0


def test_success_has_a_destination_too(aws: Callable[..., Any], functions: Any, control: Callable[..., Any]) -> None:
    deploy(aws, ECHO)
    topic = aws("sns").create_topic(Name="done")["TopicArn"]
    aws("sns").subscribe(TopicArn=topic, Protocol="sms", Endpoint="+353861234567")
    configure(functions, DestinationConfig=destination(topic, "OnSuccess"))
    send(functions, {"a": 1}, control)
    [sent] = control("sns/outbox", method="GET")
    record = json.loads(sent["message"])
    assert record["requestContext"]["condition"] == "Success"
    assert record["responsePayload"] == {"event": {"a": 1}}


@pytest.mark.usefixtures("_no_delays")
@pytest.mark.parametrize(("allowed", "sent"), [(["sqs:SendMessage"], 1), (["sns:Publish"], 0)])
def test_a_destination_needs_its_permission(
    aws: Callable[..., Any], functions: Any, control: Callable[..., Any], allowed: list[str], sent: int
) -> None:
    deploy(aws, FAIL, role=make_role(aws, "role", allowed))
    url, dead = queue(aws, "dead")
    config = {"DestinationConfig": destination(dead), "MaximumRetryAttempts": 0}
    configure(functions, **config)
    control("settings", enforce_iam=True)
    if not sent:
        refused = error_of(configure, functions=functions, **config)
        text = f"The function's execution role does not have permissions to call SendMessage on {dead}"
        assert refused == ("InvalidParameterValueException", text)
    send(functions, 1, control)
    assert len(received(aws, url)) == sent
    assert invocations(aws, "DestinationDeliveryFailures") == 1 - sent


def test_a_missing_permission_fails_the_function(
    aws: Callable[..., Any], functions: Any, control: Callable[..., Any]
) -> None:
    code = """
    import boto3
    def handler(event, context):
        boto3.client("sesv2").put_account_sending_attributes(SendingEnabled=False)
    """
    deploy(aws, code, role=make_role(aws, "role", ["ses:GetAccount"]))
    control("settings", enforce_iam=True)
    found, error = answer(functions)
    assert (error, "AccessDenied" in found["errorType"] + found["errorMessage"]) == ("Unhandled", True)
    assert aws("sesv2").get_account()["SendingEnabled"] is True


def test_a_function_without_its_role_cannot_run(aws: Callable[..., Any], functions: Any) -> None:
    deploy(aws, ECHO)
    aws("iam").delete_role(RoleName="function-role")
    found, error = answer(functions)
    assert (error, "cannot be assumed by Lambda" in found["errorMessage"]) == ("Unhandled", True)
