#!/usr/bin/python
# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ses_reputation_alarm
short_description: Alarms on the bounce and complaint rates of Amazon SES
version_added: 1.0.0
author:
  - mailops.ses contributors (@mailops)
description:
  - Creates, mends and removes CloudWatch alarms on the reputation metrics of SES, one or many in a call.
  - Sees drift on every field of an alarm, on its tags, and actions that somebody switched off.
  - What the guard remembers on an alarm, as tags that start with C(ses-pause:), is left alone.
  - Topics that are encrypted with C(alias/aws/sns) are refused where they can be seen, as CloudWatch cannot publish
    there and nothing says so.
options:
  state:
    description:
      - Whether the alarms exist.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - The guard's name. Its alarms' names start with it, and their tag C(ses-pause:guard) holds it.
      - The role C(mailops.ses.ses_pause) and M(mailops.ses.ses_pause_guard) remove alarms of their guard that they do
        not describe. One beside theirs that is to stay needs another name, and its topics as O(alarm_actions).
    type: str
    default: ses-pause
  purge:
    description:
      - Removes all other reputation alarms of this guard, known by their tag.
      - With O(alarms=[]), all of them.
    type: bool
    default: false
  tags:
    description:
      - Tags for the alarms, besides the guard's own. Other tags on them are left alone.
    type: dict
    default: {}
extends_documentation_fragment:
  - mailops.ses.adopt
  - mailops.ses.alarms.one
  - mailops.ses.attributes
  - mailops.ses.target
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: mailops.ses.ses_pause_function
"""

EXAMPLES = r"""
- name: Pause the account at 4.5 % bounces
  mailops.ses.ses_reputation_alarm:
    metric: bounce_rate
    threshold: 0.045

- name: Warn and pause, on both rates, and no other alarms of this guard
  mailops.ses.ses_reputation_alarm:
    purge: true
    alarms:
      - {metric: bounce_rate, tier: warn}
      - {metric: bounce_rate, tier: pause}
      - {metric: complaint_rate, tier: warn}
      - {metric: complaint_rate, tier: pause}

- name: Pause one configuration set and leave the account sending
  mailops.ses.ses_reputation_alarm:
    metric: bounce_rate
    configuration_set: marketing-newsletter
    threshold: 0.04

- name: Guard all configuration sets, newsletters with a threshold of their own
  mailops.ses.ses_reputation_alarm:
    purge: true
    configuration_sets:
      - name: newsletter-*
        bounce_rate_pause: 0.04
      - all

- name: Remove all reputation alarms of this guard
  mailops.ses.ses_reputation_alarm:
    alarms: []
    purge: true
"""

RETURN = r"""
adopted:
  description: The resources that were somebody else's, and are the guard's now.
  returned: success, and there are any
  type: list
  elements: str
  sample: [SNS topic ses-pause-notify]
alarms:
  description: Each alarm of O(alarms) or of the task's own options, and each of the account that was purged.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: Always C(CloudWatch alarm).
      type: str
      sample: CloudWatch alarm
    name:
      description: The alarm's name.
      type: str
      sample: ses-pause-bounce-pause
    action:
      description: What the task did, or in check mode would do, V(create), V(update), V(delete) or V(none).
      type: str
      sample: update
    changes:
      description: The fields that an update changes.
      type: list
      elements: str
      sample: [threshold]
    arn:
      description: The alarm's ARN.
      type: str
      sample: arn:aws:cloudwatch:us-east-1:123456789012:alarm:ses-pause-bounce-pause
    metric:
      description: The metric's name among the options; null for a purged alarm.
      type: str
      sample: bounce_rate
    tier:
      description: V(warn) or V(pause); null for a purged alarm.
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
    actions_enabled:
      description: Whether the alarm acts.
      type: bool
      sample: true
    state:
      description: The alarm's state before the task, V(OK), V(ALARM) or V(INSUFFICIENT_DATA).
      type: str
      sample: OK
configuration_sets:
  description: What the task did with the sets' alarms and metrics, or in check mode would do.
  returned: success
  type: dict
  contains:
    guarded:
      description: How many sets are guarded.
      type: int
      sample: 2
    created:
      description: Names of the alarms that are new.
      type: list
      elements: str
      sample: [ses-pause-bounce-pause-marketing]
    updated:
      description: Names of the alarms that were another than they should be.
      type: list
      elements: str
      sample: []
    deleted:
      description: Names of the alarms of sets that are gone or no longer guarded.
      type: list
      elements: str
      sample: []
    unchanged:
      description: How many alarms needed nothing.
      type: int
      sample: 3
    metrics_on:
      description: Sets whose reputation metrics were switched on.
      type: list
      elements: str
      sample: [marketing]
    metrics_off:
      description: Sets whose reputation metrics were switched off.
      type: list
      elements: str
      sample: []
resources:
  description: The same changes in the form of M(mailops.ses.ses_pause_function).
  returned: success
  type: list
  elements: dict
  sample: [{kind: CloudWatch alarm, name: ses-pause-bounce-pause, action: none, changes: []}]
"""

from ..module_utils._operations.operation import run_module
from ..module_utils._operations.ses_reputation_alarm import OPERATION


def main() -> None:
    run_module(OPERATION)


if __name__ == "__main__":
    main()
