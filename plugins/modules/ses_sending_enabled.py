#!/usr/bin/python
# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ses_sending_enabled
short_description: Pause or resume sending through Amazon SES
version_added: 1.0.0
author:
  - mailops.ses contributors (@mailops)
description:
  - Pauses or resumes sending of an account in one Region, of configuration sets, or of tenants.
  - A pause writes first. One read, with one attempt, comes before the write of each scope, and the write does not
    depend on it. What fails is tried again after all others. Then it is noted who paused and why, sending is read
    back, and people are notified, each whatever became of the others.
  - A resume reads first. It refuses where AWS itself has paused, and where it would leave the guard disarmed. It is
    noted on the guard's alarms before the write and after it. So an event from before it does not pause again, and the
    next run goes on with one that was broken off.
  - Of many sets or tenants, one that fails or does not exist does not keep the others from being paused; the task then
    fails with the list. A resume of a set that does not exist resumes none. SES answers one control call a second, and
    the task keeps to that.
  - What no alarm of the guard watches, such as a tenant, remembers a pause as tags of its own, until it is resumed.
  - To pause what is paused already, by the guard or by other means, makes that pause yours, so that
    O(resume_only=guard) leaves it alone.
  - The guard's notify topic is notified of both. Where there is none, a warning says so.
options:
  enabled:
    description:
      - Whether sending is on. There is no default, so that nothing ever resumes by accident.
      - A resume is refused where AWS itself has paused the account (enforcement status C(SHUTDOWN)), as no API call
        can lift that.
    type: bool
    required: true
  configuration_sets:
    description:
      - Names of configuration sets. The account itself is left as it is.
      - A list that names nothing is refused.
      - Pausing and resuming a set makes SES start its reputation metrics afresh.
    type: list
    elements: str
  tenants:
    description:
      - Names of tenants. The account itself is left as it is.
      - A list that names nothing is refused.
    type: list
    elements: str
  reason:
    description:
      - Why, for the people who are told and for whoever resumes.
    type: str
  resume_only:
    description:
      - V(guard) resumes only what the guard paused, and leaves alone what a person paused, or nobody knows who.
    type: str
    choices: [any, guard]
    default: any
  in_alarm:
    description:
      - What to do about a resume while one of the guard's alarms over it is in C(ALARM). An alarm acts on a change of
        state only, and the account's rate does not fall while nothing is sent, so after a plain resume the guard is
        disarmed.
      - V(refuse) does not resume, and tells rate and threshold of each.
      - V(recover) raises the threshold of an alarm over the account to the present rate plus O(recover_margin), never
        to the rate at which AWS may pause the account itself, sets the alarms to C(OK), watches that they stay there
        for O(recover_wait), and then resumes. Several scopes recover side by side. Later runs of the role bring the
        threshold down as the rate falls, never up. The metrics of a configuration set start afresh, so its alarms keep
        their thresholds. Where mail flows already while an alarm is in C(ALARM), as somebody has resumed by other
        means, this arms the guard anew.
      - V(ignore) resumes, and warns.
    type: str
    choices: [refuse, recover, ignore]
    default: refuse
  recover_margin:
    description:
      - How far above the present rate a raised threshold is, as a share of that rate, from 0.01 to 1. Later runs of the
        role keep to it.
    type: float
    default: 0.1
  recover_wait:
    description:
      - How long to watch, in seconds, that the alarms stay C(OK), at least 1. CloudWatch evaluates an alarm every
        minute, so less than 60 is warned of.
    type: int
    default: 90
  name:
    description:
      - The guard's name, by which its alarms are known.
    type: str
    default: ses-pause
extends_documentation_fragment:
  - mailops.ses.attributes
  - mailops.ses.target
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: mailops.ses.ses_reputation_info
"""

EXAMPLES = r"""
- name: Pause the whole account in one Region
  mailops.ses.ses_sending_enabled:
    enabled: false
    region: eu-west-1

- name: Resume it
  mailops.ses.ses_sending_enabled:
    enabled: true
    region: eu-west-1

- name: Resume what the guard paused, with a raised threshold while the rate is still high
  mailops.ses.ses_sending_enabled:
    enabled: true
    reason: the list with old addresses is removed
    resume_only: guard
    in_alarm: recover

- name: Pause two configuration sets and leave the account sending
  mailops.ses.ses_sending_enabled:
    enabled: false
    configuration_sets:
      - marketing-newsletter
      - marketing-offers

- name: Pause a tenant
  mailops.ses.ses_sending_enabled:
    enabled: false
    tenants:
      - acme
"""

RETURN = r"""
failed_scopes:
  description: Each that could not be switched, with C(in_alarm), the alarms for which a resume was refused, if any.
  returned: when some failed
  type: list
  elements: dict
  sample: [{scope: configuration_set, name: marketing, msg: "ses:PutConfigurationSetSendingOptions failed ..."}]
sending:
  description: What the task is about, as it is after the task; in check mode, as it would be.
  returned: success, and where some failed
  type: list
  elements: dict
  contains:
    scope:
      description: V(account), V(configuration_set) or V(tenant).
      type: str
      sample: account
    name:
      description: Name of the configuration set or tenant; empty for the account.
      type: str
      sample: marketing-newsletter
    changed:
      description: Whether the task changed it.
      type: bool
      sample: true
    sending_enabled:
      description: Whether sending is on, as far as the customer's own switch goes; null where that is not known.
      type: bool
      sample: false
    confirmed:
      description: Whether it was read back from SES. If not, SES took the write all the same.
      returned: where it was written
      type: bool
      sample: true
    problems:
      description: What is not sure, or was not done beside the write, each with what to do. They are warnings too.
      returned: where there are any
      type: list
      elements: str
      sample: ["The account is paused, but who paused it could not be noted: cloudwatch:TagResource failed ..."]
    paused:
      description:
        - Who had paused it (C(by) is V(guard), V(person) or V(unknown)), and if known C(who), C(reason) and C(since).
      returned: for what was found paused
      type: dict
      sample:
        by: person
        who: arn:aws:iam::123456789012:user/ann
        reason: bad list
        since: "2026-11-22T10:00:00+00:00"
    skipped:
      description: Why a resume left it alone.
      returned: where a resume left it alone
      type: str
      sample: not paused by the guard
    recovered:
      description:
        - The alarms that were in C(ALARM), each with its rate, its threshold and the raised one. Where those two are
          the same, the alarm was only set to C(OK).
      returned: where a resume recovered alarms
      type: list
      elements: dict
      sample:
        - alarm_name: ses-pause-bounce-pause
          metric: bounce_rate
          rate: 0.06
          threshold: 0.045
          recovery_threshold: 0.066
    enforcement_status:
      description: AWS's own view of the account, V(HEALTHY), V(PROBATION) or V(SHUTDOWN).
      returned: for the account
      type: str
      sample: HEALTHY
    sending_status:
      description: What SES makes of the customer's switch and AWS's own, V(ENABLED), V(REINSTATED) or V(DISABLED).
      returned: for a tenant
      type: str
      sample: ENABLED
    disabled_by_aws:
      description: Whether AWS itself has paused the tenant.
      returned: for a tenant
      type: bool
      sample: false
"""

from ..module_utils._operations.operation import run_module
from ..module_utils._operations.ses_sending_enabled import OPERATION


def main() -> None:
    run_module(OPERATION)


if __name__ == "__main__":
    main()
