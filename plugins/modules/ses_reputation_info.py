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
      - V(identities) costs a call for each identity, at one a second.
    type: list
    elements: str
    choices: [account, rates, alarms, guard, identities]
    default: [account, rates, alarms, guard]
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
      description: What the guard remembers on the alarm, its tags without the prefix C(ses-pause:).
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

from ansible_collections.mailops.ses.plugins.module_utils._info import OPERATION
from ansible_collections.mailops.ses.plugins.module_utils._module import run_module


def main() -> None:
    run_module(OPERATION)


if __name__ == "__main__":
    main()
