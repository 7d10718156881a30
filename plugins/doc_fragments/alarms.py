# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of reputation alarms. Each text stands once, in the list; what a task says for all refers to it."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  alarms:
    description:
      - Several alarms at once. What an entry does not say, the task's option of the same name says for all, where the
        module has one, or else that option's default.
      - M(mailops.ses.ses_reputation_alarm) takes either these or one alarm by its own options.
        M(mailops.ses.ses_reputation_info) checks them in the same way, and tells which of them would pause at once.
    type: list
    elements: dict
    suboptions:
      metric:
        description:
          - &metric The reputation metric, V(bounce_rate) for C(Reputation.BounceRate), V(complaint_rate) for
            C(Reputation.ComplaintRate).
        type: str
        choices: [bounce_rate, complaint_rate]
        required: true
      tier: &tier
        description:
          - V(warn) only tells people. V(pause) tells people and makes the function pause sending.
        type: str
        choices: [warn, pause]
        default: pause
      configuration_set: &configuration_set
        description:
          - Watches, and in the tier V(pause) pauses, this configuration set instead of the account.
        type: str
      threshold:
        description:
          - &rate The rate, as a fraction. V(0.045) is 4.5 %.
          - &by_default By default 0.03 (warn) and 0.045 (pause) for bounces, 0.0006 (warn) and 0.0009 (pause) for
            complaints, just under the 0.05 and 0.001 at which AWS reviews an account.
          - &percentage A value of 1 or more is refused, as a percentage typed for a fraction.
          - A value of 0.10 or more for bounces, 0.005 or more for complaints, where AWS may pause the account itself,
            is refused unless
            O(alarms[].allow_threshold_at_aws_line) is set.
        type: float
      alarm_name: &alarm_name
        description:
          - The alarm's name. It must start with the guard's name and a hyphen.
          - By default O(name), V(bounce) or V(complaint), the tier and the configuration set, joined by hyphens.
        type: str
      description: &description
        description:
          - The alarm's description. By default a sentence that says what it does.
        type: str
      actions_enabled: &actions_enabled
        description:
          - Whether the alarm acts. V(false) deploys it for a first look.
        type: bool
      period: &period
        description:
          - Length of one evaluation, in seconds; a multiple of 60.
        type: int
      evaluation_periods: &evaluation_periods
        description:
          - How many of the last periods count.
        type: int
      datapoints_to_alarm: &datapoints_to_alarm
        description:
          - How many of the periods that count must reach the threshold. All of them where this is not given.
        type: int
      statistic: &statistic
        description:
          - What is compared of the values in a period.
        type: str
        choices: [Average, Maximum, Minimum]
      comparison_operator: &comparison_operator
        description:
          - How the rate is compared with the threshold.
        type: str
        choices: [GreaterThanOrEqualToThreshold, GreaterThanThreshold]
      treat_missing_data: &treat_missing_data
        description:
          - What the alarm makes of periods without data. V(ignore) keeps the state, as AWS advises for these metrics.
        type: str
        choices: [ignore, missing, breaching, notBreaching]
      alarm_actions: &alarm_actions
        description:
          - ARNs that the alarm calls when it goes to C(ALARM); at most five.
          - Where it is not given, the guard's notify topic, and in the tier V(pause) its trip topic too.
        type: list
        elements: str
      ok_actions: &ok_actions
        description:
          - ARNs that the alarm calls when it goes back to C(OK).
        type: list
        elements: str
      insufficient_data_actions: &insufficient_data_actions
        description:
          - ARNs that the alarm calls when it goes to C(INSUFFICIENT_DATA).
        type: list
        elements: str
      allow_threshold_at_aws_line: &allow_threshold_at_aws_line
        description:
          - Accepts a threshold at or above the rate at which AWS may pause the account itself.
        type: bool
"""

    # With what holds for all alarms of a task. Annotated, as the sanity test of YAML in Python fails on a sum.
    TASK: str = (
        DOCUMENTATION
        + r"""
  configuration_sets:
    description:
      - Configuration sets to guard, as names, as patterns such as V(marketing-*), or V(all). Which sets exist is read
        from SES. A name that does not exist is an error, a pattern that matches nothing a warning.
      - An entry may be a dictionary with C(name) and thresholds of its own, C(bounce_rate_pause),
        C(complaint_rate_pause), C(bounce_rate_warn) and C(complaint_rate_warn).
      - An exact name goes before patterns, a pattern before later ones.
      - Each set gets the two alarms that pause it; alarms that warn only where a threshold for them is given.
      - The reputation metrics of the sets are switched on, before their alarms are written.
      - Written within the quotas of SES and CloudWatch, at the same time.
      - The next run goes on where one was interrupted.
    type: list
    elements: raw
  unguarded_metrics:
    description:
      - What to do with the reputation metrics of the sets that O(configuration_sets) does not name. V(off) switches
        off those that SES has published in the last three hours; with O(check=full), all that are on.
    type: str
    choices: [leave, 'off']
    default: leave
  check:
    description:
      - How closely to look at alarms and metrics of configuration sets that exist already.
      - V(quick) costs a call for a hundred alarms. It sees every field of an alarm, and its tags by a digest in the
        description. It does not see a tag removed by hand, nor metrics that somebody switched off by hand.
      - V(full) looks at each set and each alarm, at one and some calls a second.
    type: str
    choices: [quick, full]
    default: quick
  refuse_trip:
    description:
      - Refuses to write alarms that would pause at once, as the rate is over the threshold already.
    type: bool
    default: false
  quotas:
    description:
      - Calls a second that the task makes at most, for accounts whose quotas AWS has raised, or that others use too.
      - Source of the defaults are the service quotas of SES and CloudWatch, for each account and Region.
    type: dict
    suboptions:
      ses:
        description:
          - Control calls of SES; 1 by default, and not adjustable at AWS.
        type: float
      put_metric_alarm:
        description:
          - PutMetricAlarm; 3 by default.
        type: float
      delete_alarms:
        description:
          - DeleteAlarms; 3 by default.
        type: float
      describe_alarms:
        description:
          - DescribeAlarms; 9 by default.
        type: float
      list_metrics:
        description:
          - ListMetrics; 25 by default.
        type: float
  actions_enabled: {<<: *actions_enabled, default: true}
  period: {<<: *period, default: 300}
  evaluation_periods: {<<: *evaluation_periods, default: 1}
  datapoints_to_alarm: *datapoints_to_alarm
  statistic: {<<: *statistic, default: Average}
  comparison_operator: {<<: *comparison_operator, default: GreaterThanOrEqualToThreshold}
  treat_missing_data: {<<: *treat_missing_data, default: ignore}
  alarm_actions: *alarm_actions
  ok_actions: {<<: *ok_actions, default: []}
  insufficient_data_actions: {<<: *insufficient_data_actions, default: []}
  allow_threshold_at_aws_line: {<<: *allow_threshold_at_aws_line, default: false}
"""
    )

    # And with the options of one alarm.
    ONE: str = (
        TASK
        + r"""
  metric:
    description: [*metric]
    type: str
    choices: [bounce_rate, complaint_rate]
  threshold:
    description:
      - *rate
      - *by_default
      - *percentage
      - A value of 0.10 or more for bounces, 0.005 or more for complaints, where AWS may pause the account itself,
        is refused unless
        O(allow_threshold_at_aws_line) is set.
    type: float
  tier: *tier
  configuration_set: *configuration_set
  alarm_name: *alarm_name
  description: *description
"""
    )
