#!/usr/bin/python
# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ses_pause_drill
short_description: Trip the real chain of a guard, measure it, put everything back
version_added: 1.0.0
author:
  - mailops.ses contributors (@mailops)
description:
  - Sets a pause alarm of the guard to C(ALARM), and watches the function and what it does. It shows that a breach would
    be acted on, which no look at the parts can show.
  - Looks at every link of the chain first. A broken one is named, and nothing is tripped.
  - CloudWatch and the function tell people at the notify topic about the alarm. All of it says that it is a drill.
  - At the end the alarm's state is as before. The result is kept as the tag C(ses-pause:drill) of the alarm.
  - A real trip and a person go first. What they have paused, or have paused too, is left paused, and an alarm that has
    really tripped is left in C(ALARM).
  - Where a drill was killed, the next one of the same scope first puts right what that has left.
options:
  name:
    description:
      - The guard's name.
    type: str
    default: ses-pause
  mode:
    description:
      - V(dry) does everything but the pause itself. It is safe on an account that sends.
      - V(live) really pauses, reads back, and always resumes what it has paused, also where it fails or is
        interrupted. Mail is refused for some seconds. It is refused itself unless sending is on, no pause alarm of the
        scope is in C(ALARM), and AWS has not paused the account.
    type: str
    choices: [dry, live]
    default: dry
  configuration_set:
    description:
      - The configuration set whose alarm is tripped; without it, the account's.
    type: str
  metric:
    description:
      - Which alarm is tripped, by what it watches.
    type: str
    choices: [bounce_rate, complaint_rate]
    default: bounce_rate
  timeout:
    description:
      - How long to wait for the function, in seconds. Lambda tries again one and three minutes after a failure.
    type: int
    default: 120
extends_documentation_fragment:
  - mailops.ses.attributes
  - mailops.ses.attributes.drill
  - mailops.ses.target
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: mailops.ses.ses_reputation_info
  - module: mailops.ses.ses_sending_enabled
"""

EXAMPLES = r"""
- name: Show that the guard would pause the account
  mailops.ses.ses_pause_drill:
    region: eu-west-1

- name: Pause it for real, and resume it
  mailops.ses.ses_pause_drill:
    region: eu-west-1
    mode: live

- name: Show it for the complaint rate of a configuration set
  mailops.ses.ses_pause_drill:
    region: eu-west-1
    configuration_set: marketing
    metric: complaint_rate
"""

RETURN = r"""
alarm_name:
  description: The alarm that was tripped; in check mode, that would be.
  returned: always
  type: str
  sample: ses-pause-bounce-pause
alarm_state:
  description: The alarm's state after the drill, V(OK), V(ALARM) or V(INSUFFICIENT_DATA).
  returned: always
  type: str
  sample: OK
findings:
  description: Links of the chain that are broken or doubtful, errors first; an error makes the task fail.
  returned: always
  type: list
  elements: dict
  contains:
    check:
      description: The finding's name.
      type: str
      sample: function_not_subscribed
    severity:
      description: V(error) or V(warning).
      type: str
      sample: error
    what:
      description: What is wrong.
      type: str
      sample: The function is not subscribed to the trip topic arn:aws:sns:eu-west-1:123456789012:ses-pause-trip
    remedy:
      description: What to do about it.
      type: str
      sample: Run mailops.ses.site, which deploys the guard ses-pause
mode:
  description: V(dry) or V(live).
  returned: always
  type: str
  sample: dry
passed:
  description:
    - Whether the whole chain was seen to work; null in check mode, where nothing is tripped. A drill that is refused
      has changed nothing, and says so.
  returned: always
  type: bool
  sample: true
sending_enabled:
  description: Whether sending of the account or configuration set is on after the drill.
  returned: always
  type: bool
  sample: true
steps:
  description:
    - What was seen, and how many seconds after the alarm was tripped. The function and the notice are looked for
      twice a second, so each is there for up to that long already.
  returned: always
  type: list
  elements: dict
  contains:
    step:
      description:
        - V(alarm), CloudWatch has taken the alarm's new state;
          V(function), the function has decided, in a live drill has paused and read that back;
          V(pause), SES tells us too that sending is off (live only);
          V(notice), SNS has taken the message for people, which says nothing of when they get it;
          V(resume), SES tells that sending is on again (live only).
      type: str
      sample: function
    seconds:
      description: The time in seconds.
      type: float
      sample: 1.5
"""

from ..module_utils._operations.operation import run_module
from ..module_utils._operations.ses_pause_drill import OPERATION


def main() -> None:
    run_module(OPERATION)


if __name__ == "__main__":
    main()
