#!/usr/bin/python
# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ses_reputation_info
short_description: Sending, reputation, alarms and guard of one Amazon SES target
version_added: 1.0.0
author:
  - mailops.ses contributors (@mailops)
description:
  - Reads the whole picture of one account in one Region; it changes nothing.
options:
  name:
    description:
      - The guard's name.
    type: str
    default: ses-pause
  gather:
    description:
      - What to read.
      - V(health) reads the first four, and judges them.
      - V(history) costs a call for each alarm of the account, for each alarm that is in C(ALARM), and for each 250
        guarded configuration sets.
      - V(identities) costs a call for each identity, at one a second.
    type: list
    elements: str
    choices: [account, rates, alarms, guard, health, history, identities]
    default: [account, rates, alarms, guard, health]
  max_identities:
    description:
      - How many identities to look at, at most.
    type: int
    default: 100
  configuration_sets:
    description:
      - Configuration sets to tell about, besides the account.
    type: list
    elements: str
    default: []
  tenants:
    description:
      - Tenants to tell about.
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - mailops.ses.alarms
  - mailops.ses.attributes
  - mailops.ses.attributes.info
  - mailops.ses.target
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Look at a target
  mailops.ses.ses_reputation_info:
    region: eu-west-1
  register: target

- name: Which alarms would pause at once?
  mailops.ses.ses_reputation_info:
    gather: [account, rates]
    alarms:
      - {metric: bounce_rate, threshold: 0.045}
"""

RETURN = r"""
account:
  description: Sending of the account in this Region.
  returned: when gathered
  type: dict
  contains:
    id:
      description: The account's 12 digits.
      type: str
      sample: "123456789012"
    region:
      description: The Region.
      type: str
      sample: us-east-1
    partition:
      description: The AWS partition.
      type: str
      sample: aws
    sending_enabled:
      description: Whether sending is on, as far as the customer's own switch goes.
      type: bool
      sample: true
    enforcement_status:
      description: AWS's own view, V(HEALTHY), V(PROBATION) or V(SHUTDOWN).
      type: str
      sample: HEALTHY
    production_access:
      description: Whether the account has left the sandbox of SES in this Region.
      type: bool
      sample: true
    max_24_hour_send:
      description: Messages that may be sent in 24 hours; -1 is unlimited.
      type: float
      sample: 50000.0
    max_send_rate:
      description: Messages that may be sent in a second.
      type: float
      sample: 14.0
    sent_last_24_hours:
      description: Messages sent in the last 24 hours.
      type: float
      sample: 12345.0
rates:
  description: The last known rates of the last day, of the account and of the sets asked for.
  returned: when gathered
  type: list
  elements: dict
  contains:
    configuration_set:
      description: The configuration set; null for the account.
      type: str
      sample: marketing-newsletter
    bounce_rate:
      description: The value (a fraction) with its time stamp; null where SES has published none.
      type: dict
      sample: {value: 0.021, timestamp: "2026-11-22T10:00:00+00:00"}
    complaint_rate:
      description: The value (a fraction) with its time stamp; null where SES has published none.
      type: dict
      sample: {value: 0.0002, timestamp: "2026-11-22T10:00:00+00:00"}
alarms:
  description: The guard's reputation alarms.
  returned: when gathered
  type: list
  elements: dict
  contains:
    name:
      description: The alarm's name.
      type: str
      sample: ses-pause-bounce-pause
    metric:
      description: V(bounce_rate) or V(complaint_rate).
      type: str
      sample: bounce_rate
    tier:
      description: V(pause) where the alarm's actions lead to a pause, otherwise V(warn).
      type: str
      sample: pause
    configuration_set:
      description: The configuration set; null for the account.
      type: str
      sample: marketing-newsletter
    threshold:
      description: The threshold, as a fraction.
      type: float
      sample: 0.045
    state:
      description: V(OK), V(ALARM) or V(INSUFFICIENT_DATA).
      type: str
      sample: OK
    since:
      description: When it went into that state.
      type: str
      sample: "2026-11-22T10:00:00+00:00"
    reason:
      description: CloudWatch's own words for the state.
      type: str
      sample: "Threshold Crossed: 1 out of the last 1 datapoints"
    actions_enabled:
      description: Whether the alarm acts.
      type: bool
      sample: true
    alarm_actions:
      description: ARNs that the alarm calls.
      type: list
      elements: str
      sample: [arn:aws:sns:us-east-1:123456789012:ses-pause-trip]
    memory:
      description:
        - What the guard remembers on the alarm, its tags without the prefix C(ses-pause:).
        - Read for the alarms of the account and for those in C(ALARM); empty for others.
      type: dict
      sample: {guard: ses-pause, paused-at: "2026-11-22T10:00:00+00:00"}
guard:
  description: What is deployed of the guard.
  returned: when gathered
  type: dict
  contains:
    deployed:
      description: Whether the function and both topics exist.
      type: bool
      sample: true
    function:
      description: State and code hash of the function; null where it does not exist.
      type: dict
      sample: {state: Active, code_sha256: 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=}
    trip_topic_arn:
      description: ARN of the trip topic; null where it does not exist.
      type: str
      sample: arn:aws:sns:us-east-1:123456789012:ses-pause-trip
    notify_topic_arn:
      description: ARN of the notify topic; null where it does not exist.
      type: str
      sample: arn:aws:sns:us-east-1:123456789012:ses-pause-notify
    function_alarms:
      description: The alarms on the function and on its failure queue that are in C(ALARM).
      type: list
      elements: str
      sample: []
    failed_events:
      description: Events in the failure queue; null where there is no queue.
      type: int
      sample: 0
    sweep:
      description: Schedule of the sweep; null where there is none.
      type: dict
      sample: {schedule: rate(15 minutes), enabled: true}
    subscriptions:
      description: Who is told, as C(PROTOCOL ENDPOINT).
      type: list
      elements: str
      sample: [email mail-ops@example.com]
    pending_subscriptions:
      description: Those who have not confirmed yet.
      type: list
      elements: str
      sample: []
sending:
  description: Who paused, if sending is paused, as far as the guard's alarms remember it.
  returned: when account and alarms are gathered
  type: dict
  contains:
    state:
      description: V(sending), V(paused_by_guard), V(paused_by_person), V(paused_by_aws), or V(paused) where
        nobody noted by whom.
      type: str
      sample: paused_by_person
    who:
      description: ARN of the person who paused by this collection.
      type: str
      sample: arn:aws:iam::123456789012:user/ann
    reason:
      description: The person's reason.
      type: str
      sample: a list that was bought
    since:
      description: When the person paused, or the alarm tripped.
      type: str
      sample: "2026-11-22T10:00:00+00:00"
    configuration_sets:
      description:
        - The same, with its name, for each configuration set of which an alarm is in C(ALARM), at most 50.
        - A set that is paused while its alarms are not is not looked for, as that costs a call a set.
      type: list
      elements: dict
      sample: [{name: marketing-newsletter, state: paused_by_guard, since: "2026-11-22T10:00:00+00:00"}]
last_drill:
  description:
    - The newest drill that an alarm remembers; null where there was none. Its result is V(passed), V(failed),
      V(interrupted), or V(running) where it has not come to its end.
  returned: when alarms are gathered
  type: dict
  sample: {at: "2026-11-22T10:00:00+00:00", mode: dry, result: passed, seconds: 3.2}
health:
  description: What is not well, the errors first; empty where all is well.
  returned: when gathered
  type: list
  elements: dict
  contains:
    check:
      description: A word for what was looked at.
      type: str
      sample: people
    severity:
      description: V(error) where mail may flow unguarded, is paused, or nobody would be told; otherwise V(warning).
      type: str
      sample: error
    what:
      description: What is not well.
      type: str
      sample: "Nobody is told: the notify topic has no confirmed subscription."
    remedy:
      description: What to do about it.
      type: str
      sample: Set ses_pause_subscriptions and deploy; confirm what AWS sends.
history:
  description: The last 14 days.
  returned: when gathered
  type: dict
  contains:
    since:
      description: Where it begins.
      type: str
      sample: "2026-11-08T10:00:00+00:00"
    until:
      description: Where it ends.
      type: str
      sample: "2026-11-22T10:00:00+00:00"
    rates:
      description: The account's rates by metric, hourly, as pairs of a time and a fraction, the oldest first.
      type: dict
      sample: {bounce_rate: [["2026-11-22T09:00:00+00:00", 0.021]], complaint_rate: []}
    alarms:
      description: What the alarms did, the newest first, at most 100.
      type: list
      elements: dict
      sample:
        - alarm: ses-pause-bounce-pause
          at: "2026-11-22T09:05:00+00:00"
          from: OK
          to: ALARM
          reason: "Threshold Crossed: 1 out of the last 1 datapoints"
    sets:
      description:
        - The guarded configuration sets with rates and thresholds as fractions, first the one nearest to a pause.
        - The risk is the larger of rate / threshold over both metrics; null where no rate is known.
      type: list
      elements: dict
      sample:
        - configuration_set: marketing-newsletter
          bounce_rate: 0.03
          bounce_threshold: 0.045
          complaint_rate: null
          complaint_threshold: 0.0009
          risk: 0.67
configuration_sets:
  description: The configuration sets asked for.
  returned: success
  type: list
  elements: dict
  sample: [{name: marketing-newsletter, sending_enabled: true}]
tenants:
  description: The tenants asked for.
  returned: success
  type: list
  elements: dict
  sample: [{name: acme, sending_enabled: true, sending_status: ENABLED, disabled_by_aws: false}]
identities:
  description: Identities that have no default configuration set, so that their mail may go without one.
  returned: when gathered
  type: dict
  sample: {total: 2, looked_at: 2, without_default_set: [example.com]}
would_trip:
  description: The alarms among O(alarms) that would pause at once.
  returned: when O(alarms) is given
  type: list
  elements: dict
  sample:
    - alarm_name: ses-pause-bounce-pause
      metric: bounce_rate
      configuration_set: null
      threshold: 0.045
      rate: 0.06
      timestamp: "2026-11-22T10:00:00+00:00"
"""

from ..module_utils._operations.operation import run_module
from ..module_utils._operations.ses_reputation_info import OPERATION


def main() -> None:
    run_module(OPERATION)


if __name__ == "__main__":
    main()
