#!/usr/bin/python
# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ses_pause_function
short_description: The function that pauses Amazon SES, with all it needs
version_added: 1.0.0
author:
  - mailops.ses contributors (@mailops)
description:
  - Converges, as one unit, the execution role, the log group, the function with its code and its settings for
    asynchronous events, the queue for events that failed, the topics C(trip) and C(notify) with their subscriptions,
    the permissions to invoke the function, the schedule of its sweep, the alarms that tell when it fails, and a
    CloudWatch dashboard.
  - Reads all of it first, plans, shows one diff, and writes only what differs. Drift by hand is seen and repaired, a
    widened policy, a removed permission or a lost tag included.
  - With O(state=absent), removes all of it and nothing else. Sending stays as it is.
  - Everything carries the tag C(ses-pause:guard). A resource of the same name that is somebody else's is an error, and
    then nothing is written.
options:
  state:
    description:
      - Whether the function and all it needs exist.
    type: str
    choices: [present, absent]
    default: present
  dashboard_thresholds:
    description:
      - The thresholds that the dashboard shows as lines, as fractions. The guard's alarm of each that is given is shown
        too.
    type: dict
    suboptions:
      bounce_rate_warn:
        description:
          - Where the account's bounce rate warns.
        type: float
      bounce_rate_pause:
        description:
          - Where it pauses.
        type: float
      complaint_rate_warn:
        description:
          - Where the account's complaint rate warns.
        type: float
      complaint_rate_pause:
        description:
          - Where it pauses.
        type: float
extends_documentation_fragment:
  - mailops.ses.adopt
  - mailops.ses.function
  - mailops.ses.attributes
  - mailops.ses.target
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: mailops.ses.ses_reputation_alarm
"""

EXAMPLES = r"""
- name: Deploy the function and all it needs
  mailops.ses.ses_pause_function:
    # The role mailops.ses.ses_pause brings the collection's function; this is one of your own.
    handler: pause.handler
    code:
      pause.py: "{{ lookup('ansible.builtin.file', 'pause.py', rstrip=false) }}"
    subscriptions:
      - {protocol: email, endpoint: mail-ops@example.com}
      - {protocol: sms, endpoint: "+12065550100"}
    tags:
      team: mail

- name: Remove it
  mailops.ses.ses_pause_function:
    state: absent
"""

RETURN = r"""
adopted:
  description: The resources that were somebody else's, and are the guard's now.
  returned: success, and there are any
  type: list
  elements: str
  sample: [SNS topic ses-pause-notify]
resources:
  description: Each resource, and what the task did with it or in check mode would do.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: What it is.
      type: str
      sample: SNS topic
    name:
      description: Its name.
      type: str
      sample: ses-pause-trip
    action:
      description: V(create), V(update), V(delete) or V(none).
      type: str
      sample: update
    changes:
      description: The fields that an update changes.
      type: list
      elements: str
      sample: [policy]
function_arn:
  description: ARN of the function.
  returned: with O(state=present)
  type: str
  sample: arn:aws:lambda:us-east-1:123456789012:function:ses-pause
role_arn:
  description: ARN of the execution role.
  returned: with O(state=present)
  type: str
  sample: arn:aws:iam::123456789012:role/ses-pause-us-east-1
trip_topic_arn:
  description: ARN of the topic that makes the function pause.
  returned: with O(state=present)
  type: str
  sample: arn:aws:sns:us-east-1:123456789012:ses-pause-trip
notify_topic_arn:
  description: ARN of the topic that tells people.
  returned: with O(state=present)
  type: str
  sample: arn:aws:sns:us-east-1:123456789012:ses-pause-notify
failure_queue_arn:
  description: ARN of the queue for events that failed.
  returned: with O(state=present)
  type: str
  sample: arn:aws:sqs:us-east-1:123456789012:ses-pause-failures
pending_subscriptions:
  description: Subscriptions that wait for their confirmation, as C(PROTOCOL ENDPOINT).
  returned: with O(state=present)
  type: list
  elements: str
  sample: [email mail-ops@example.com]
"""

from ..module_utils._operations.operation import run_module
from ..module_utils._operations.ses_pause_function import OPERATION


def main() -> None:
    run_module(OPERATION)


if __name__ == "__main__":
    main()
