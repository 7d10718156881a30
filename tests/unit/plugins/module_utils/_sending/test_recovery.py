# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resume without going blind: thresholds that are raised, watched, and walked down again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._operations import (
    ses_reputation_alarm,
    ses_reputation_info,
    ses_sending_enabled,
)
from ansible_collections.mailops.ses.plugins.module_utils._resources.alarm import AlarmState
from ansible_collections.mailops.ses.plugins.module_utils._sending import recovery
from ansible_collections.mailops.ses.plugins.module_utils._sending.recovery import (
    Recovery,
    raised_threshold,
    read_recoveries,
)
from ansible_collections.mailops.ses.plugins.module_utils._ses.scopes import Account
from botocore.stub import ANY, Stubber

from tests.unit.plugins.target import ACCOUNT, REGION, Target, actions, writes

BOUNCE, COMPLAINT = "ses-pause-bounce-pause", "ses-pause-complaint-pause"
TAG = "ses-pause:recovery-threshold"
FOUR: list[dict[str, Any]] = [
    {"metric": metric, "tier": tier} for metric in ("bounce_rate", "complaint_rate") for tier in ("warn", "pause")
]
METRICS = {"bounce": "Reputation.BounceRate", "complaint": "Reputation.ComplaintRate"}


@pytest.fixture
def cloudwatch(aws: Callable[..., Any]) -> Any:
    return aws("cloudwatch")


@pytest.fixture
def guarded(target: Target, aws: Callable[..., Any]) -> Target:
    """Four alarms over the account."""
    for name in ("ses-pause-trip", "ses-pause-notify"):
        aws("sns").create_topic(Name=name)
    target.run(ses_reputation_alarm, alarms=FOUR)
    return target


@pytest.fixture
def tripped(guarded: Target, cloudwatch: Any) -> Target:
    """A bounce rate of 6 % has paused the account, some time ago."""
    trip(guarded, cloudwatch, 0.06)
    return guarded


@pytest.fixture
def recovered(tripped: Target) -> Target:
    """And it sends again, with a threshold of 6.6 %."""
    resume(tripped)
    return tripped


def trip(target: Target, cloudwatch: Any, rate: float, alarm: str = BOUNCE, minutes_ago: float = 50) -> None:
    """What the chain leaves behind; not in the last minutes, so that a test says itself what comes next."""
    publish(cloudwatch, rate, minutes_ago, alarm.split("-")[2])
    cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="a test")
    target.run(ses_sending_enabled, enabled=False)


def publish(
    cloudwatch: Any, rate: float, minutes_ago: float = 0, word: str = "bounce", scope: str | None = None
) -> None:
    """As SES does."""
    datum = {
        "MetricName": METRICS[word],
        "Dimensions": [{"Name": "ses:configuration-set", "Value": scope}] if scope else [],
        "Value": rate,
        "Timestamp": datetime.now(UTC) - timedelta(minutes=minutes_ago),
    }
    cloudwatch.put_metric_data(Namespace="AWS/SES", MetricData=[datum])


def resume(target: Target, **options: Any) -> dict[str, Any]:
    return target.run(ses_sending_enabled, **{"enabled": True, "in_alarm": "recover", "recover_wait": 1, **options})


def read(cloudwatch: Any, name: str = BOUNCE) -> dict[str, Any]:
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return alarm


def tags(cloudwatch: Any, name: str = BOUNCE) -> dict[str, str]:
    found = cloudwatch.list_tags_for_resource(ResourceARN=read(cloudwatch, name)["AlarmArn"])["Tags"]
    return {tag["Key"]: tag["Value"] for tag in found}


def threshold(cloudwatch: Any, name: str = BOUNCE) -> tuple[float, str | None]:
    """(the alarm's own threshold, the one that its tag remembers)."""
    return read(cloudwatch, name)["Threshold"], tags(cloudwatch, name).get(TAG)


def is_sending(aws: Callable[..., Any]) -> bool:
    return bool(aws("sesv2").get_account()["SendingEnabled"])


class Clock:
    """Time that passes only where somebody sleeps, and what happens meanwhile."""

    def __init__(self, happens: Callable[[], None] = lambda: None) -> None:
        self.now = 0.0
        self.slept: list[float] = []
        self._happens = happens

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        self._happens()


# The thresholds


@pytest.mark.parametrize(
    ("rate", "margin", "aws_line", "expected"),
    [
        (0.06, 0.1, 0.10, 0.066),
        (0.06, 0.5, 0.10, 0.09),
        (0.002, 0.1, 0.005, 0.0022),
        (0.0612345, 0.1, 0.10, 0.067358),
        # Never AWS's own line, not even with the margin.
        (0.095, 0.1, 0.10, 0.0999),
        (0.0998, 0.1, 0.10, 0.0999),
        (0.06, 1.0, 0.10, 0.0999),
        (0.0048, 0.1, 0.005, 0.004995),
        # No room between the rate and the line.
        (0.0999, 0.1, 0.10, None),
        (0.10, 0.1, 0.10, None),
        (0.2, 0.1, 0.10, None),
        (0.004995, 0.1, 0.005, None),
        (0.005, 0.1, 0.005, None),
    ],
)
def test_a_raised_threshold(rate: float, margin: float, aws_line: float, expected: float | None) -> None:
    assert raised_threshold(rate, margin, aws_line) == expected


# Recover


def test_the_threshold_is_raised_the_alarm_ok_and_sending_resumed(
    tripped: Target, cloudwatch: Any, aws: Callable[..., Any]
) -> None:
    planned = tripped.check(ses_sending_enabled, enabled=True, in_alarm="recover", recover_wait=1)
    result = resume(tripped)
    assert result == planned
    assert result["sending"][0]["recovered"] == [
        {
            "alarm_name": BOUNCE,
            "metric": "bounce_rate",
            "rate": 0.06,
            "threshold": 0.045,
            "recovery_threshold": 0.066,
        }
    ]
    assert is_sending(aws)
    alarm = read(cloudwatch)
    assert (alarm["StateValue"], alarm["Threshold"]) == ("OK", 0.066)
    assert alarm["AlarmDescription"] == (
        "Pauses sending of the account at a bounce rate of 6.6 %. Managed by mailops.ses."
    )
    assert tags(cloudwatch)[TAG] == "0.066"
    assert threshold(cloudwatch, COMPLAINT) == (0.0009, None)


def test_only_the_threshold_and_its_description_change(tripped: Target, cloudwatch: Any) -> None:
    before = read(cloudwatch)
    resume(tripped)
    after = read(cloudwatch)
    changed = {key for key in before if before[key] != after[key] and not key.startswith("State")}
    assert changed == {"Threshold", "AlarmDescription", "AlarmConfigurationUpdatedTimestamp"}


def test_both_rates_at_once_and_a_margin_of_ones_own(guarded: Target, cloudwatch: Any) -> None:
    trip(guarded, cloudwatch, 0.06)
    trip(guarded, cloudwatch, 0.002, COMPLAINT)
    result = resume(guarded, recover_margin=0.5)
    assert [step["recovery_threshold"] for step in result["sending"][0]["recovered"]] == [0.09, 0.003]
    assert threshold(cloudwatch) == (0.09, "0.09")
    assert threshold(cloudwatch, COMPLAINT) == (0.003, "0.003")


@pytest.mark.parametrize("margin", [0, -0.1, 0.009, 1.1, "nan", "inf"])
def test_a_margin_that_cannot_be_meant(tripped: Target, margin: float) -> None:
    with pytest.raises(SesError, match=r"recover_margin: .* is out of range. Use 0.01 to 1, a share such as 0.1."):
        resume(tripped, recover_margin=margin)


def test_a_pause_over_days_does_not_make_the_rate_unknown(guarded: Target, cloudwatch: Any) -> None:
    trip(guarded, cloudwatch, 0.06, minutes_ago=3 * 24 * 60)
    resume(guarded)
    assert threshold(cloudwatch) == (0.066, "0.066")


@pytest.mark.parametrize(
    ("rate", "minutes_ago"),
    [
        (0.02, 50),  # it has fallen, and no datapoint came to show it to the alarm
        (0.06, 16 * 24 * 60),  # nobody knows it any more
    ],
)
def test_a_rate_that_is_low_or_unknown_keeps_the_threshold(
    guarded: Target, cloudwatch: Any, rate: float, minutes_ago: float
) -> None:
    trip(guarded, cloudwatch, rate, minutes_ago=minutes_ago)
    result = resume(guarded)
    assert result["sending"][0]["recovered"][0]["recovery_threshold"] == 0.045
    assert threshold(cloudwatch) == (0.045, None)
    assert read(cloudwatch)["StateValue"] == "OK"


@pytest.mark.parametrize("rate", [0.0999, 0.1, 0.3])
def test_a_rate_at_awss_own_line_is_refused_before_anything_is_written(
    guarded: Target, cloudwatch: Any, aws: Callable[..., Any], rate: float
) -> None:
    trip(guarded, cloudwatch, 0.002, COMPLAINT)
    trip(guarded, cloudwatch, rate)
    for check_mode in (True, False):
        with guarded.recorded() as calls, pytest.raises(SesError) as caught:
            guarded.run(ses_sending_enabled, check_mode, enabled=True, in_alarm="recover", recover_wait=1)
        assert caught.value.message == (
            f"Cannot recover {BOUNCE}: the rate is at the line where AWS may pause the account itself, so no threshold "
            "would be left to guard it. Mend the cause first. The rate falls only while good mail is sent: in_alarm: "
            "ignore resumes without a guard, for somebody who watches the rate all the time."
        )
        assert not writes(calls)
    assert not is_sending(aws)


def test_a_guard_that_somebody_left_blind_is_armed_again(
    tripped: Target, cloudwatch: Any, aws: Callable[..., Any]
) -> None:
    aws("sesv2").put_account_sending_attributes(SendingEnabled=True)
    assert not tripped.run(ses_sending_enabled, enabled=True)["changed"]
    planned = tripped.check(ses_sending_enabled, enabled=True, in_alarm="recover", recover_wait=1)
    assert threshold(cloudwatch) == (0.045, None)
    result = resume(tripped)
    assert result == planned
    assert (result["changed"], result["sending"][0]["changed"]) == (True, True)
    assert result["diff"] == {"before": {"account": {"armed": False}}, "after": {"account": {"armed": True}}}
    assert (read(cloudwatch)["StateValue"], threshold(cloudwatch)) == ("OK", (0.066, "0.066"))
    assert is_sending(aws)
    assert not resume(tripped)["changed"]


def test_a_person_who_confirms_a_pause_of_the_guard_makes_it_their_own(
    guarded: Target, cloudwatch: Any, aws: Callable[..., Any]
) -> None:
    aws("sesv2").put_account_sending_attributes(SendingEnabled=False)
    paused_at = [{"Key": "ses-pause:paused-at", "Value": datetime.now(UTC).isoformat()}]
    cloudwatch.tag_resource(ResourceARN=read(cloudwatch)["AlarmArn"], Tags=paused_at)
    planned = guarded.check(ses_sending_enabled, enabled=False, reason="it stays so")
    assert "ses-pause:reason" not in tags(cloudwatch)
    result = guarded.run(ses_sending_enabled, enabled=False, reason="it stays so")
    assert result == planned
    assert result["changed"]
    assert result["diff"] == {
        "before": {"account": {"paused_by": "guard"}},
        "after": {"account": {"paused_by": "person"}},
    }
    assert tags(cloudwatch)["ses-pause:reason"] == "it stays so"
    assert not guarded.run(ses_sending_enabled, enabled=False, reason="it stays so")["changed"]
    left = guarded.run(ses_sending_enabled, enabled=True, resume_only="guard", in_alarm="recover", recover_wait=1)
    assert left["sending"][0]["skipped"] == "not paused by the guard"


def test_a_guard_that_cannot_be_armed_again_is_an_error(
    guarded: Target, cloudwatch: Any, aws: Callable[..., Any]
) -> None:
    trip(guarded, cloudwatch, 0.2)
    aws("sesv2").put_account_sending_attributes(SendingEnabled=True)
    with pytest.raises(SesError, match="AWS"):
        resume(guarded)
    assert is_sending(aws)


def test_a_second_recovery_goes_on_from_the_first(recovered: Target, cloudwatch: Any) -> None:
    trip(recovered, cloudwatch, 0.08, minutes_ago=40)
    result = resume(recovered)
    step = result["sending"][0]["recovered"][0]
    assert (step["threshold"], step["recovery_threshold"]) == (0.066, 0.088)
    assert threshold(cloudwatch) == (0.088, "0.088")
    assert "at a bounce rate of 8.8 %" in read(cloudwatch)["AlarmDescription"]


def test_a_set_keeps_its_threshold_as_its_metrics_start_afresh(
    guarded: Target, cloudwatch: Any, aws: Callable[..., Any]
) -> None:
    aws("sesv2").create_configuration_set(ConfigurationSetName="news")
    guarded.run(ses_reputation_alarm, metric="bounce_rate", configuration_set="news")
    publish(cloudwatch, 0.2, 50, scope="news")
    name = f"{BOUNCE}-news"
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="a test")
    guarded.run(ses_sending_enabled, enabled=False, configuration_sets=["news"])
    with guarded.recorded() as calls:
        result = resume(guarded, configuration_sets=["news"])
    assert result["sending"][0]["recovered"] == [
        {
            "alarm_name": name,
            "metric": "bounce_rate",
            "rate": 0.2,
            "threshold": 0.045,
            "recovery_threshold": 0.045,
        }
    ]
    assert threshold(cloudwatch, name) == (0.045, None)
    assert read(cloudwatch, name)["StateValue"] == "OK"
    assert calls["cloudwatch:PutMetricAlarm"] == 0


# The order of the writes


def an_alarm(name: str, metric: str, value: str) -> AlarmState:
    arn = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}"
    state: dict[str, Any] = {
        "description": "Pauses at 4.5 %.", "namespace": "AWS/SES", "metric_name": metric,
        "statistic": "Average", "period": 300, "evaluation_periods": 1, "datapoints_to_alarm": 1, "threshold": 0.045,
        "comparison_operator": "GreaterThanOrEqualToThreshold", "treat_missing_data": "ignore", "dimensions": {},
        "actions_enabled": True, "alarm_actions": [], "ok_actions": [], "insufficient_data_actions": [],
    }  # fmt: skip
    return AlarmState(state, arn, name=name, value=value)


def make_recovery(offline: Aws, cloudwatch: Stubber, complaint: str = "OK") -> Recovery:
    """Of an account whose bounce alarm is in ALARM at 6 %."""
    values = {"Id": "q0", "Values": [0.06], "Timestamps": [datetime(2026, 11, 22, tzinfo=UTC)]}
    cloudwatch.add_response("get_metric_data", {"MetricDataResults": [values]})
    alarms = {
        BOUNCE: an_alarm(BOUNCE, METRICS["bounce"], "ALARM"),
        COMPLAINT: an_alarm(COMPLAINT, METRICS["complaint"], complaint),
    }
    (recovery,) = read_recoveries(offline, {Account(): alarms}, 0.1).values()
    return recovery


def test_first_the_tag_then_the_threshold_then_the_state(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    cloudwatch = stubbed("cloudwatch")
    found = make_recovery(offline, cloudwatch)
    arn = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{BOUNCE}"
    tags = [{"Key": TAG, "Value": "0.066"}, {"Key": "ses-pause:recovery-margin", "Value": "0.1"}]
    cloudwatch.add_response("tag_resource", {}, {"ResourceARN": arn, "Tags": tags})
    configuration = {
        "AlarmName": BOUNCE, "AlarmDescription": "Pauses at 6.6 %.", "Namespace": "AWS/SES",
        "MetricName": METRICS["bounce"], "Statistic": "Average", "Period": 300, "EvaluationPeriods": 1,
        "DatapointsToAlarm": 1, "Threshold": 0.066, "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "ignore", "ActionsEnabled": True, "AlarmActions": [], "OKActions": [],
        "InsufficientDataActions": [], "Dimensions": [],
    }  # fmt: skip
    cloudwatch.add_response("put_metric_alarm", {}, configuration)
    state = {"AlarmName": BOUNCE, "StateValue": "OK", "StateReason": ANY}
    cloudwatch.add_response("set_alarm_state", {}, state)
    found.apply(offline)


def test_a_tag_that_cannot_be_written_leaves_the_threshold(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    cloudwatch = stubbed("cloudwatch")
    found = make_recovery(offline, cloudwatch)
    cloudwatch.add_client_error("tag_resource", "AccessDenied", "No.")
    with pytest.raises(SesError, match="Allow cloudwatch:TagResource"):
        found.apply(offline)


def test_what_tripped_is_described_with_its_rate_and_threshold(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    found = make_recovery(offline, stubbed("cloudwatch"), complaint="ALARM")
    assert found.describe() == (f"{BOUNCE} (rate 6 %, threshold 4.5 %), {COMPLAINT} (rate unknown, threshold 4.5 %)")


# Watching


@pytest.mark.parametrize("word", ["bounce", "complaint"])
def test_a_rate_that_rises_while_it_is_watched_is_no_resume(
    tripped: Target, cloudwatch: Any, aws: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    """Also that of the other alarm: it has seen sending paused, and would not act again."""
    clock = Clock(lambda: publish(cloudwatch, 0.09, word=word))
    monkeypatch.setattr(recovery, "time", clock)
    with pytest.raises(SesError) as caught:
        resume(tripped, recover_wait=90)
    assert caught.value.message == (
        f"Not resumed: ses-pause-{word}-pause went to ALARM while it was watched, as the rate has reached the "
        "threshold. Mend the cause, and try again."
    )
    assert clock.slept == [2.0]
    assert not is_sending(aws)
    assert "ses-pause:resumed-at" not in tags(cloudwatch)


def test_it_is_watched_as_long_as_it_should_be(
    tripped: Target, aws: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    paused: list[bool] = []
    clock = Clock(lambda: paused.append(not is_sending(aws)))
    monkeypatch.setattr(recovery, "time", clock)
    resume(tripped, recover_wait=25)
    assert clock.slept == [2.0] * 12 + [1.0]
    assert paused == [True] * 13


def test_the_function_pauses_again_above_the_raised_threshold(recovered: Target, cloudwatch: Any) -> None:
    publish(cloudwatch, 0.065)
    assert read(cloudwatch)["StateValue"] == "OK"
    publish(cloudwatch, 0.08)  # with the one before, 7.25 % on average
    assert read(cloudwatch)["StateValue"] == "ALARM"


# Walking down


def test_the_next_run_leaves_a_raised_threshold_as_it_is(recovered: Target) -> None:
    assert not recovered.check(ses_reputation_alarm, alarms=FOUR)["changed"]
    with recovered.recorded() as calls:
        assert not recovered.run(ses_reputation_alarm, alarms=FOUR)["changed"]
    assert not writes(calls)
    assert calls["cloudwatch:GetMetricData"] == 1


def test_the_threshold_falls_with_the_rate_and_never_rises(recovered: Target, cloudwatch: Any) -> None:
    publish(cloudwatch, 0.05, 40)
    result = recovered.converge(ses_reputation_alarm, alarms=FOUR)
    changed = ["description", "recovery_threshold", "threshold"]
    assert actions(result) == {f"CloudWatch alarm {BOUNCE}": changed}
    assert threshold(cloudwatch) == (0.055, "0.055")
    assert "at a bounce rate of 5.5 %" in read(cloudwatch)["AlarmDescription"]

    publish(cloudwatch, 0.053, 30)
    assert not recovered.check(ses_reputation_alarm, alarms=FOUR)["changed"]

    publish(cloudwatch, 0.02, 20)
    result = recovered.converge(ses_reputation_alarm, alarms=FOUR)
    assert actions(result) == {f"CloudWatch alarm {BOUNCE}": changed}
    assert threshold(cloudwatch) == (0.045, None)
    assert "at a bounce rate of 4.5 %" in read(cloudwatch)["AlarmDescription"]
    assert read(cloudwatch)["StateValue"] == "OK"


def test_an_unknown_rate_changes_nothing(guarded: Target, cloudwatch: Any) -> None:
    trip(guarded, cloudwatch, 0.06, minutes_ago=2 * 24 * 60)
    resume(guarded)
    assert not guarded.check(ses_reputation_alarm, alarms=FOUR)["changed"]


def test_a_normal_threshold_that_the_user_sets_above_the_raised_one(recovered: Target, cloudwatch: Any) -> None:
    higher = [{**entry, "threshold": 0.07} if entry == FOUR[1] else entry for entry in FOUR]
    recovered.converge(ses_reputation_alarm, alarms=higher)
    assert threshold(cloudwatch) == (0.07, None)


def test_a_lower_normal_threshold_does_not_lower_the_raised_one(recovered: Target, cloudwatch: Any) -> None:
    lower = [{**entry, "threshold": 0.04} if entry == FOUR[1] else entry for entry in FOUR]
    assert not recovered.check(ses_reputation_alarm, alarms=lower)["changed"]
    publish(cloudwatch, 0.02, 40)
    recovered.converge(ses_reputation_alarm, alarms=lower)
    assert threshold(cloudwatch) == (0.04, None)


def test_a_description_of_ones_own_stays(recovered: Target, cloudwatch: Any) -> None:
    described = [{**entry, "description": "Ask Ann."} if entry == FOUR[1] else entry for entry in FOUR]
    recovered.converge(ses_reputation_alarm, alarms=described)
    assert threshold(cloudwatch) == (0.066, "0.066")
    assert read(cloudwatch)["AlarmDescription"] == "Ask Ann."


def test_tags_of_the_user_are_written_beside_the_memory(recovered: Target, cloudwatch: Any) -> None:
    recovered.converge(ses_reputation_alarm, alarms=FOUR, tags={"team": "mail"})
    found = tags(cloudwatch)
    assert (found["team"], found[TAG]) == ("mail", "0.066")


def set_tag(cloudwatch: Any, value: str) -> None:
    cloudwatch.tag_resource(ResourceARN=read(cloudwatch)["AlarmArn"], Tags=[{"Key": TAG, "Value": value}])


def test_a_resume_that_died_between_the_tag_and_the_alarm(tripped: Target, cloudwatch: Any) -> None:
    set_tag(cloudwatch, "0.066")
    tripped.converge(ses_reputation_alarm, alarms=FOUR)
    assert threshold(cloudwatch) == (0.045, None)


def test_the_resume_after_one_that_died_goes_on(tripped: Target, cloudwatch: Any, aws: Callable[..., Any]) -> None:
    set_tag(cloudwatch, "0.066")
    resume(tripped)
    assert threshold(cloudwatch) == (0.066, "0.066")
    assert is_sending(aws)


def test_a_run_that_died_between_the_alarm_and_the_tag(recovered: Target, cloudwatch: Any) -> None:
    set_tag(cloudwatch, "0.09")
    recovered.converge(ses_reputation_alarm, alarms=FOUR)
    assert threshold(cloudwatch) == (0.066, "0.066")


def test_a_tag_that_is_no_number_is_as_good_as_none(recovered: Target, cloudwatch: Any) -> None:
    set_tag(cloudwatch, "high")
    recovered.run(ses_reputation_alarm, alarms=FOUR)
    assert read(cloudwatch)["Threshold"] == 0.045


def test_the_removal_asks_for_no_rate(recovered: Target, cloudwatch: Any) -> None:
    with recovered.recorded() as calls:
        recovered.run(ses_reputation_alarm, alarms=FOUR, state="absent")
    assert cloudwatch.describe_alarms()["MetricAlarms"] == []
    assert calls["cloudwatch:GetMetricData"] == 0


# What the role looks at before it writes


def test_a_recovering_account_is_not_refused(recovered: Target, cloudwatch: Any) -> None:
    assert recovered.check(ses_reputation_info, gather=["account"], alarms=FOUR)["would_trip"] == []
    result = recovered.converge(ses_reputation_alarm, alarms=FOUR, tags={"team": "mail"}, refuse_trip=True)
    assert len(result["resources"]) == 4
    publish(cloudwatch, 0.05, 40)
    recovered.converge(ses_reputation_alarm, alarms=FOUR, tags={"team": "mail"}, refuse_trip=True)
    assert threshold(cloudwatch) == (0.055, "0.055")


def test_a_rate_above_the_raised_threshold_is_refused(recovered: Target, cloudwatch: Any) -> None:
    publish(cloudwatch, 0.08, 40)
    (found,) = recovered.check(ses_reputation_info, gather=["account"], alarms=FOUR)["would_trip"]
    assert (found["alarm_name"], found["rate"]) == (BOUNCE, 0.08)
    with pytest.raises(SesError, match="would pause sending at once"):
        recovered.run(ses_reputation_alarm, alarms=FOUR, tags={"team": "mail"}, refuse_trip=True)


def test_a_rate_above_a_normal_threshold_is_refused_as_ever(guarded: Target, cloudwatch: Any) -> None:
    publish(cloudwatch, 0.06, 40)
    (found,) = guarded.check(ses_reputation_info, gather=["account"], alarms=FOUR)["would_trip"]
    assert found["alarm_name"] == BOUNCE
