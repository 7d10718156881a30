# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the function and all it needs."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  name:
    description:
      - The guard's name, and the beginning of the name of everything it has. At most 40 letters, digits, hyphens and
        underscores.
    type: str
    default: ses-pause
  code:
    description:
      - The function's source, as a dictionary of paths in its archive and texts.
      - The role P(mailops.ses.ses_pause#role) brings it, a package of several files.
      - The same source always gives the same archive, byte for byte.
      - Required where the function is to exist.
    type: dict
  handler:
    description:
      - The function that Lambda calls, as C(MODULE.FUNCTION).
      - C(MODULE) is a file, C(MODULE.py), or a package, C(MODULE/__init__.py); in a folder it is C(FOLDER.MODULE) or
        C(FOLDER/MODULE).
    type: str
    default: ses_pause.handler
  runtime:
    description:
      - The Lambda runtime.
    type: str
    default: python3.13
  architecture:
    description:
      - The instruction set.
    type: str
    choices: [arm64, x86_64]
    default: arm64
  memory_size:
    description:
      - Memory in MB, 128 to 10240. Lambda gives CPU in proportion.
    type: int
    default: 256
  timeout:
    description:
      - Time limit of one invocation in seconds, 3 to 900. SES answers one call a second, so that where many alarms trip
        at once, most of them wait for minutes.
    type: int
    default: 900
  reserved_concurrency:
    description:
      - Executions that Lambda keeps for this function, and at most gives it. V(-1) reserves none.
      - Where it is not given, it is left as it is. Small accounts may refuse a reservation.
    type: int
  log_retention_days:
    description:
      - How long the function's logs are kept, in days.
    type: int
    choices: [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]
    default: 90
  log_level:
    description:
      - The lowest level of the function's own log lines.
    type: str
    choices: [DEBUG, INFO, WARN, ERROR]
    default: INFO
  min_sends:
    description:
      - With fewer sends than this in the last 24 hours, the function tells people and does not pause; the sweep looks
        again. It keeps one early bounce from stopping an account that hardly sends.
      - The sends of a configuration set are known only if it has an event destination in CloudWatch for sends, with
        C(ses:configuration-set) as its only dimension. Where they are not known, the function pauses and says so.
    type: int
    default: 0
  max_event_age:
    description:
      - An event older than this many seconds is checked against the alarm's present state before it pauses anything.
    type: int
    default: 600
  sweep_minutes:
    description:
      - How often, in minutes, the function looks for a tripped alarm whose event was lost. V(0) means never.
    type: int
    default: 15
  subscriptions:
    description:
      - Who is told. Email and https receivers hear nothing until they have confirmed; those that have not are reported.
    type: list
    elements: dict
    default: []
    suboptions:
      protocol:
        description:
          - How they are told.
        type: str
        choices: [email, email-json, sms, https, sqs, lambda]
        required: true
      endpoint:
        description:
          - Where they are told, an address, a phone number with its country code, a URL or an ARN.
        type: str
        required: true
      password:
        description:
          - Password of an https endpoint that holds a user, as in V(https://USER@example.com/hook).
        type: str
      about:
        description:
          - What they are told.
          - V(notices) is what the guard itself says, one message for each pause and resume, with what to do.
          - V(warnings) is what CloudWatch says of the alarms that warn.
          - V(alarms) is what CloudWatch says of every alarm, the guard's own failure included, for services to read.
          - V(all) is all of it, so that a pause is told twice, by CloudWatch at once and by the guard.
          - Without it, a new subscription is told all, and the filter of one that is there is left as it is.
          - Let somebody hear V(all) or V(alarms), for a guard that fails altogether says nothing itself.
        type: str
        choices: [all, notices, warnings, alarms]
  purge_subscriptions:
    description:
      - Removes the confirmed subscriptions of the notify topic that O(subscriptions) does not name.
      - Off by default, as somebody may have subscribed by hand to be told.
    type: bool
    default: false
  kms_key_arn:
    description:
      - A customer-managed KMS key for the topics. Its policy must allow C(cloudwatch.amazonaws.com)
        C(kms:GenerateDataKey*) and C(kms:Decrypt).
      - Where it is not given, the topics' encryption is left as it is; an empty string switches it off.
    type: str
  permissions_boundary:
    description:
      - ARN of a permissions boundary for the execution role. Where it is not given, it is left as it is; an empty
        string removes it.
    type: str
  dashboard:
    description:
      - Whether there is a CloudWatch dashboard with the rates of the last 14 days, the alarms, the configuration sets
        with the highest rates, and what to do. V(false) removes the guard's own.
      - CloudWatch keeps dashboards by account, so it is called C(NAME-REGION). An account has three for nothing; each
        further one costs about 3 USD a month.
    type: bool
    default: true
  tags:
    description:
      - Tags for everything, besides the guard's own. Other tags are left alone.
    type: dict
    default: {}
"""
