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
  - Reads first, writes only what differs, and reads back, as SES answers a write with an empty body.
  - Of many sets or tenants, one that fails does not keep the others from being switched; the task then fails with the
    list. SES answers one control call a second, and the task keeps to that.
  - A resume is noted on the guard's alarms as the tag C(ses-pause:resumed-at), so that a late event from before it
    does not pause again. A pause is noted there with who made it, and why.
  - To pause what the guard has paused already makes that pause yours, so that O(resume_only=guard) leaves it alone.
  - The guard's notify topic is told of both, if there is one.
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
      - An empty list means none, not the account.
      - Pausing and resuming a set makes SES start its reputation metrics afresh.
    type: list
    elements: str
  tenants:
    description:
      - Names of tenants. The account itself is left as it is.
      - An empty list means none, not the account.
    type: list
    elements: str
  reason:
    description:
      - Why, for the people who are told and for whoever resumes.
    type: str
  resume_only:
    description:
      - V(guard) resumes only what the guard paused, and leaves alone what a person did.
    type: str
    choices: [any, guard]
    default: any
  in_alarm:
    description:
      - What to do about a resume while one of the guard's alarms over it is in C(ALARM). An alarm acts on a change of
        state only, and the account's rate does not fall while nothing is sent, so after a plain resume the guard is
        blind.
      - V(refuse) does not resume, and tells rate and threshold of each.
      - V(recover) raises the threshold of an alarm over the account to the present rate plus O(recover_margin), never
        to the rate at which AWS may pause the account itself, sets the alarms to C(OK), watches that they stay there
        for O(recover_wait), and then resumes. Later runs of the role bring the threshold down as the rate falls, never
        up. The metrics of a configuration set start afresh, so its alarms keep their thresholds. Where mail flows
        already while an alarm is in C(ALARM), as somebody has resumed by other means, this arms the guard anew.
      - V(ignore) resumes, and warns.
    type: str
    choices: [refuse, recover, ignore]
    default: refuse
  recover_margin:
    description:
      - How far above the present rate a raised threshold is, as a share of that rate.
    type: float
    default: 0.1
  recover_wait:
    description:
      - How long to watch, in seconds, that the alarms stay C(OK). CloudWatch evaluates an alarm every minute.
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
  description: Each that could not be switched, where several were to be.
  returned: when some failed
  type: list
  elements: dict
  sample: [{scope: configuration_set, name: marketing, msg: "ses:PutConfigurationSetSendingOptions failed ..."}]
sending:
  description: What the task is about, as it is after the task; in check mode, as it would be.
  returned: success
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
      description: Whether sending is on, as far as the customer's own switch goes.
      type: bool
      sample: false
    paused:
      description: Who had paused it (C(by) is V(guard) or V(person)), and if known C(who), C(reason) and C(since).
      returned: for what a resume found paused
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
