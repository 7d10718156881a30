# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The drill of a guard with the function's real code, and of guards with a broken link."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._operations import ses_pause_drill
from ansible_collections.mailops.ses.plugins.modules.ses_pause_drill import RETURN

from tests.unit.plugins.module_utils.drills import (
    BOUNCE,
    COMPLAINT,
    FUNCTION,
    NOTIFY,
    REAL,
    SET_BOUNCE,
    TRIP,
    Guarded,
)
from tests.unit.plugins.target import ACCOUNT, REGION, MakeTarget, Target, writes


def checks(result: dict[str, Any]) -> list[str]:
    return [finding["check"] for finding in result["findings"]]


def failure(guarded: Guarded, **options: Any) -> tuple[str, dict[str, Any]]:
    """(message, result) of a drill that must fail; nothing is left of it."""
    with pytest.raises(SesError) as raised:
        guarded.drill(**options)
    guarded.wait()
    return raised.value.message, raised.value.details


# What works


def test_a_dry_drill_goes_through_the_chain_and_pauses_nothing(guarded: Guarded) -> None:
    before = guarded.alarm(COMPLAINT)
    result = guarded.drill()
    steps = result.pop("steps")
    assert result == {
        "changed": True,
        "mode": "dry",
        "alarm_name": BOUNCE,
        "alarm_state": "OK",
        "passed": True,
        "findings": [],
        "sending_enabled": True,
    }
    assert [step["step"] for step in steps] == ["alarm", "function", "notice"]
    assert [step["seconds"] for step in steps] == sorted(step["seconds"] for step in steps)
    assert guarded.sends
    assert guarded.alarm() == ("OK", "mailops.ses: as before the drill")
    assert guarded.alarm(COMPLAINT) == before
    assert guarded.told() == ["DRILL (dry): Sending would be PAUSED"]
    assert set(guarded.memory()) == {"guard", "drill", "drill-paused-at", "drill-told-at", "drill-resumed-at"}
    pattern = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 dry passed " + f"{steps[-1]['seconds']:.1f}"
    assert re.fullmatch(pattern, guarded.memory()["drill"])


def test_a_live_drill_pauses_resumes_and_notifies_of_both(guarded: Guarded) -> None:
    result = guarded.drill(mode="live")
    assert result["passed"]
    assert result["sending_enabled"]
    assert result["findings"] == []
    assert [step["step"] for step in result["steps"]] == ["alarm", "function", "pause", "notice", "resume"]
    assert guarded.sends
    assert guarded.alarm()[0] == "OK"
    assert guarded.told() == ["DRILL (live): Sending PAUSED", "DRILL (live) over, SENDING AGAIN"]
    assert " live passed " in guarded.memory()["drill"]
    assert "paused-at" not in guarded.memory()
    assert "resumed-at" not in guarded.memory()


def test_one_drill_does_not_keep_the_next_from_passing(guarded: Guarded) -> None:
    assert guarded.drill(mode="live")["passed"]
    assert guarded.drill(mode="live", metric="complaint_rate")["alarm_name"] == COMPLAINT
    assert guarded.drill(mode="live")["passed"]


def test_a_drill_of_a_set_leaves_the_account_sending(guarded: Guarded) -> None:
    result = guarded.drill(mode="live", configuration_set="news")
    assert (result["alarm_name"], result["passed"], result["alarm_state"]) == (SET_BOUNCE, True, "INSUFFICIENT_DATA")
    assert guarded.set_sends
    assert guarded.sends
    assert guarded.told()[0].startswith("DRILL (live): Sending PAUSED: configuration set news")


def test_another_alarm_in_alarm_does_not_keep_a_dry_drill_from_it(guarded: Guarded) -> None:
    guarded.set_state(COMPLAINT, "ALARM")
    assert guarded.drill()["passed"]
    assert guarded.alarm(COMPLAINT) == ("ALARM", REAL)
    assert not guarded.sends


def test_a_breach_after_a_drill_pauses(guarded: Guarded) -> None:
    guarded.drill(mode="live")
    guarded.put_rate(0.06)
    assert not guarded.sends
    assert guarded.told()[-1] == "Sending PAUSED"


def test_check_mode_writes_nothing(guarded: Guarded) -> None:
    for mode in ("dry", "live"):
        result = guarded.target.check(ses_pause_drill, mode=mode)
        assert (result["changed"], result["passed"], result["steps"]) == (True, None, [])
        assert (result["alarm_name"], result["alarm_state"], result["sending_enabled"]) == (BOUNCE, "OK", True)


def test_a_dry_drill_of_what_is_paused_says_so_and_changes_nothing(guarded: Guarded) -> None:
    guarded.switch(False)
    result = guarded.drill()
    assert result["passed"]
    assert checks(result) == ["nothing_to_pause"]
    assert "paused already" in result["findings"][0]["what"]
    assert not guarded.sends
    assert guarded.told() == ["DRILL (dry): Sending was already paused"]
    assert "paused-at" not in guarded.memory()


@pytest.mark.parametrize(("mode", "passed"), [("dry", True), ("live", False)])
def test_below_the_floor_nothing_would_be_paused(guarded: Guarded, mode: str, passed: bool) -> None:
    variables = guarded.aws("lambda").get_function_configuration(FunctionName="ses-pause")["Environment"]["Variables"]
    environment = {"Variables": {**variables, "SES_PAUSE_MIN_SENDS": "1000"}}
    guarded.aws("lambda").update_function_configuration(FunctionName="ses-pause", Environment=environment)
    result = guarded.drill() if passed else failure(guarded, mode=mode)[1]
    assert result["passed"] is passed
    assert checks(result) == ["nothing_to_pause"]
    assert guarded.sends
    assert guarded.told() == [f"DRILL ({mode}): Sending NOT paused"]
    assert "held-at" not in guarded.memory()


# What is refused


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"timeout": 0}, "timeout: 0 is out of range. Use at least 1 second."),
        ({"name": "a b"}, "cannot name a guard"),
        ({"configuration_set": "nope"}, "Not in SES of account .*: configuration set nope"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(target: Target, options: dict[str, Any], expected: str) -> None:
    with pytest.raises(SesError, match=expected):
        target.run(ses_pause_drill, **options)


def test_an_alarm_in_alarm_cannot_be_tripped(guarded: Guarded) -> None:
    guarded.set_state(BOUNCE, "ALARM")
    with guarded.target.recorded() as calls:
        message, result = failure(guarded)
    assert message.startswith(f"Not drilled in account {ACCOUNT}, Region {REGION}: {BOUNCE} is in ALARM already")
    assert result["passed"] is False
    assert not writes(calls)


def paused(guarded: Guarded, control: Callable[..., Any]) -> None:
    guarded.switch(False)


def other_tripped(guarded: Guarded, control: Callable[..., Any]) -> None:
    guarded.set_state(COMPLAINT, "ALARM")
    guarded.switch(True)


def shut_down(guarded: Guarded, control: Callable[..., Any]) -> None:
    control("ses", region=REGION, enforcement_status="SHUTDOWN")


@pytest.mark.parametrize(
    ("prepare", "options", "expected"),
    [
        (paused, {}, "the account is paused already"),
        (other_tripped, {}, f"{COMPLAINT} is in ALARM"),
        (shut_down, {}, "AWS itself has paused the account"),
        (shut_down, {"configuration_set": "news"}, "AWS itself has paused the account"),
    ],
)
def test_a_live_drill_that_would_show_nothing_is_refused(
    guarded: Guarded,
    control: Callable[..., Any],
    prepare: Callable[..., None],
    options: dict[str, Any],
    expected: str,
) -> None:
    prepare(guarded, control)
    sends = guarded.sends
    for check_mode in (True, False):
        with guarded.target.recorded() as calls:
            message, result = failure(guarded, mode="live", check_mode=check_mode, **options)
        assert result["changed"] is False
        assert expected in message
        assert message.endswith("Nothing was tripped.")
        assert not writes(calls)
        assert guarded.sends is sends


# Broken links that can be read


def no_function(guarded: Guarded) -> None:
    guarded.aws("lambda").delete_function(FunctionName="ses-pause")


def never_runs(guarded: Guarded) -> None:
    guarded.aws("lambda").put_function_concurrency(FunctionName="ses-pause", ReservedConcurrentExecutions=0)


def no_permission(guarded: Guarded) -> None:
    guarded.aws("lambda").remove_permission(FunctionName="ses-pause", StatementId="ses-pause-trip-topic")


def no_trip_topic(guarded: Guarded) -> None:
    guarded.aws("sns").delete_topic(TopicArn=TRIP)


def no_subscription(guarded: Guarded) -> None:
    sns = guarded.aws("sns")
    for entry in sns.list_subscriptions_by_topic(TopicArn=TRIP)["Subscriptions"]:
        sns.unsubscribe(SubscriptionArn=entry["SubscriptionArn"])


def nobody(guarded: Guarded) -> None:
    sns = guarded.aws("sns")
    for entry in sns.list_subscriptions_by_topic(TopicArn=NOTIFY)["Subscriptions"]:
        sns.unsubscribe(SubscriptionArn=entry["SubscriptionArn"])


def no_alarm(guarded: Guarded) -> None:
    guarded.cloudwatch.delete_alarms(AlarmNames=[BOUNCE])


def disabled(guarded: Guarded) -> None:
    guarded.cloudwatch.disable_alarm_actions(AlarmNames=[BOUNCE])


def elsewhere(guarded: Guarded) -> None:
    alarm = guarded.cloudwatch.describe_alarms(AlarmNames=[BOUNCE])["MetricAlarms"][0]
    names = ("Namespace", "MetricName", "Statistic", "Period", "EvaluationPeriods", "Threshold", "ComparisonOperator")
    fields = {name: alarm[name] for name in names}
    guarded.cloudwatch.put_metric_alarm(AlarmName=BOUNCE, AlarmActions=[NOTIFY], **fields)


def may_not_pause(guarded: Guarded) -> None:
    iam = guarded.aws("iam")
    statement = {"Effect": "Deny", "Action": "ses:Put*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName=f"ses-pause-{REGION}", PolicyName="no", PolicyDocument=document)


def no_role(guarded: Guarded) -> None:
    iam = guarded.aws("iam")
    iam.delete_role_policy(RoleName=f"ses-pause-{REGION}", PolicyName="ses-pause")
    iam.delete_role(RoleName=f"ses-pause-{REGION}")


@pytest.mark.parametrize(
    ("break_it", "check"),
    [
        (no_function, "function_missing"),
        (never_runs, "function_never_runs"),
        (no_permission, "invoke_not_allowed"),
        (no_trip_topic, "trip_topic_missing"),
        (no_subscription, "function_not_subscribed"),
        (nobody, "nobody_told"),
        (no_alarm, "alarm_missing"),
        (disabled, "alarm_actions_disabled"),
        (elsewhere, "alarm_not_tripping"),
        (may_not_pause, "function_not_allowed"),
        (no_role, "function_not_allowed"),
    ],
)
def test_a_broken_link_is_named_and_nothing_is_tripped(
    guarded: Guarded, break_it: Callable[[Guarded], None], check: str
) -> None:
    break_it(guarded)
    with guarded.target.recorded() as calls:
        message, result = failure(guarded)
    assert f"[{check}]" in message
    assert check in checks(result)
    assert result["changed"] is False
    assert result["steps"] == []
    assert not writes(calls)


def test_of_a_set_its_own_permission_counts(guarded: Guarded) -> None:
    statement = {"Effect": "Deny", "Action": "ses:PutConfigurationSet*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    guarded.aws("iam").put_role_policy(RoleName=f"ses-pause-{REGION}", PolicyName="no", PolicyDocument=document)
    message, _result = failure(guarded, configuration_set="news")
    assert "may not do ses:PutConfigurationSetSendingOptions" in message
    assert guarded.drill()["passed"]


def test_whoever_may_not_ask_for_permissions_is_told_so(
    guarded: Guarded, make_target: MakeTarget, control: Callable[..., Any]
) -> None:
    iam = guarded.aws("iam")
    iam.create_user(UserName="ann")
    statements = [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": ["iam:Simulate*", "logs:*"], "Resource": "*"},
    ]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=document)
    keys = iam.create_access_key(UserName="ann")["AccessKey"]
    control("settings", enforce_iam=True)
    ann = make_target(access_key=keys["AccessKeyId"], secret_key=keys["SecretAccessKey"])
    result = ann.run(ses_pause_drill, timeout=1)
    assert result["passed"]
    assert checks(result) == ["permissions_unknown"]


# Broken links that only a trip can show


def test_a_function_that_fails_is_named_by_its_error(guarded: Guarded) -> None:
    guarded.deploy(broken=True)
    message, result = failure(guarded, mode="live")
    assert "function_fails" in checks(result)
    assert "ZeroDivisionError" in message
    assert guarded.sends
    assert guarded.alarm()[0] == "OK"
    assert " live failed " in guarded.memory()["drill"]
    assert result["changed"] is True


def test_an_action_that_cloudwatch_cannot_carry_out_is_named(guarded: Guarded) -> None:
    guarded.mute_trip_topic()
    message, result = failure(guarded)
    assert checks(result) == ["alarm_action_failed"]
    assert "not authorized" in message


def test_silence_has_a_name_too(guarded: Guarded, aws: Callable[..., Any]) -> None:
    variables = {"SES_PAUSE_NAME": "another", "SES_PAUSE_TRIP_TOPIC_ARN": TRIP, "SES_PAUSE_NOTIFY_TOPIC_ARN": NOTIFY}
    aws("lambda").update_function_configuration(FunctionName="ses-pause", Environment={"Variables": variables})
    message, result = failure(guarded)
    assert checks(result) == ["no_answer"]
    assert "Within 1 s no more was seen than: alarm." in message


def test_without_a_log_group_there_is_no_more_to_say(guarded: Guarded, aws: Callable[..., Any]) -> None:
    variables = {"SES_PAUSE_NAME": "another", "SES_PAUSE_TRIP_TOPIC_ARN": TRIP, "SES_PAUSE_NOTIFY_TOPIC_ARN": NOTIFY}
    aws("lambda").update_function_configuration(FunctionName="ses-pause", Environment={"Variables": variables})
    aws("logs").delete_log_group(logGroupName="/aws/lambda/ses-pause")
    aws("lambda").put_function_event_invoke_config(FunctionName=FUNCTION, MaximumRetryAttempts=0)
    assert "no_answer" in checks(failure(guarded)[1])


def test_an_alarm_that_was_real_before_is_left_alone(guarded: Guarded) -> None:
    """Of another scope: the drill of a set has nothing to do with the account's."""
    guarded.set_state(BOUNCE, "ALARM")
    guarded.switch(True)
    assert guarded.drill(mode="live", configuration_set="news")["passed"]
    assert guarded.alarm() == ("ALARM", REAL)


@pytest.mark.parametrize("breaks", [None, no_function])
def test_every_returned_key_is_documented(guarded: Guarded, breaks: Callable[[Guarded], None] | None) -> None:
    if breaks:
        breaks(guarded)
    result = failure(guarded)[1] if breaks else guarded.drill()
    documented = yaml.safe_load(RETURN)
    assert set(result) - {"changed"} == set(documented)
    assert set(result["findings"][0] if breaks else {}) <= set(documented["findings"]["contains"])
    assert all(set(step) == set(documented["steps"]["contains"]) for step in result["steps"])
