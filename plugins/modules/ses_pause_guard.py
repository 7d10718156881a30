#!/usr/bin/python
# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ses_pause_guard
short_description: The automatic pause for Amazon SES as a whole
version_added: 1.0.0
author:
  - mailops.ses contributors (@mailops)
description:
  - Converges what M(mailops.ses.ses_pause_function) and M(mailops.ses.ses_reputation_alarm) converge, in one task that
    reads everything once, several things at a time, and asks AWS nothing twice.
  - Other reputation alarms of this guard are removed.
  - What is refused is refused before anything is written.
  - The role P(mailops.ses.ses_pause#role) uses it.
options:
  state:
    description:
      - V(present) deploys and repairs it, and needs O(code), and O(alarms) or O(configuration_sets).
      - V(absent) removes all of it, the alarms first. Sending, and reputation metrics that are on, stay as they are.
    type: str
    choices: [present, absent]
    default: present
  identities:
    description:
      - Whether to look, where none of O(alarms) pauses the account, for identities without a default configuration set,
        and to warn of them, as nothing pauses their mail unless the sender names a guarded set.
      - Costs a call an identity, for the first 100 of them; SES answers one call a second.
    type: bool
    default: true
extends_documentation_fragment:
  - mailops.ses.adopt
  - mailops.ses.function
  - mailops.ses.alarms.task
  - mailops.ses.attributes
  - mailops.ses.target
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: mailops.ses.ses_pause_function
  - module: mailops.ses.ses_reputation_alarm
"""

EXAMPLES = r"""
- name: Pause the account at 4.5 % bounces, and tell people
  mailops.ses.ses_pause_guard:
    # The role mailops.ses.ses_pause brings the collection's function; this is one of your own.
    handler: pause.handler
    code:
      pause.py: "{{ lookup('ansible.builtin.file', 'pause.py', rstrip=false) }}"
    subscriptions:
      - {protocol: email, endpoint: mail-ops@example.com}
    alarms:
      - {metric: bounce_rate, threshold: 0.045}

- name: Remove all of it
  mailops.ses.ses_pause_guard:
    state: absent
"""

RETURN = r"""
account:
  description: Sending and enforcement of the account, as M(mailops.ses.ses_reputation_info) returns it.
  returned: success, O(state=present)
  type: dict
  sample: {id: "123456789012", region: us-east-1, sending_enabled: true, enforcement_status: HEALTHY}
identities:
  description: Identities that have no default configuration set, so that their mail may go without one.
  returned: success, O(state=present) with O(identities), and no alarm pauses the account
  type: dict
  sample: {total: 2, looked_at: 2, without_default_set: [example.com]}
adopted:
  description: The resources that were somebody else's, and are the guard's now.
  returned: success, and there are any
  type: list
  elements: str
  sample: [SNS topic ses-pause-notify]
resources:
  description: Each resource, alarms too, and what the task did with it or in check mode would do.
  returned: success, and where it failed after some of it was done
  type: list
  elements: dict
  sample: [{kind: SNS topic, name: ses-pause-trip, action: none, changes: []}]
alarms:
  description: Each alarm, as M(mailops.ses.ses_reputation_alarm) returns it.
  returned: success
  type: list
  elements: dict
  sample: [{name: ses-pause-bounce-pause, metric: bounce_rate, tier: pause, threshold: 0.045, state: OK}]
configuration_sets:
  description: What the task did with the sets' alarms and metrics, as M(mailops.ses.ses_reputation_alarm) returns it.
  returned: success
  type: dict
  sample: {guarded: 0, created: [], updated: [], deleted: [], unchanged: 0, metrics_on: [], metrics_off: []}
function_arn:
  description: ARN of the function.
  returned: success, O(state=present)
  type: str
  sample: arn:aws:lambda:us-east-1:123456789012:function:ses-pause
role_arn:
  description: ARN of the execution role.
  returned: success, O(state=present)
  type: str
  sample: arn:aws:iam::123456789012:role/ses-pause-us-east-1
trip_topic_arn:
  description: ARN of the topic that makes the function pause.
  returned: success, O(state=present)
  type: str
  sample: arn:aws:sns:us-east-1:123456789012:ses-pause-trip
notify_topic_arn:
  description: ARN of the topic that tells people.
  returned: success, O(state=present)
  type: str
  sample: arn:aws:sns:us-east-1:123456789012:ses-pause-notify
failure_queue_arn:
  description: ARN of the queue for events that failed.
  returned: success, O(state=present)
  type: str
  sample: arn:aws:sqs:us-east-1:123456789012:ses-pause-failures
pending_subscriptions:
  description: Subscriptions that wait for their confirmation, as C(PROTOCOL ENDPOINT).
  returned: success, O(state=present)
  type: list
  elements: str
  sample: [email mail-ops@example.com]
"""

from ..module_utils._operations.operation import run_module
from ..module_utils._operations.ses_pause_guard import OPERATION


def main() -> None:
    run_module(OPERATION)


if __name__ == "__main__":
    main()
