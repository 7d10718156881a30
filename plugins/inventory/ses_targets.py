# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: ses_targets
short_description: Accounts and Regions with Amazon SES as hosts
version_added: 1.0.0
author:
  - mailops.ses contributors (@mailops)
description:
  - Makes one host of each account in each Region, named C(<account>.<region>), for the playbooks of this collection.
  - Accounts come from a list, from AWS Organizations, or from both. Regions come from a list, or are found.
  - The file's name ends with C(ses_targets.yml) or C(ses_targets.yaml).
  - All of its hosts are in the group C(ses_targets), and in its children C(ses_account_<account>) and
    C(ses_region_<region>).
  - An account that cannot be entered, or a Region of it, is a host in the group C(ses_unreachable) and not in
    C(ses_targets), so that it keeps no playbook from serving the others. The reason is its variable
    C(ses_unreachable_reason). The tables of the playbooks name it, and the playbook C(mailops.ses.status) fails on it.
requirements:
  - boto3
  - botocore
extends_documentation_fragment:
  - constructed
  - inventory_cache
options:
  plugin:
    description: Marks a file of this plugin.
    type: str
    required: true
    choices: [mailops.ses.ses_targets]
  accounts:
    description:
      - Accounts, and what is special about accounts of O(organization).
    type: list
    elements: dict
    default: []
    suboptions:
      id:
        description: The 12 digits, in quotes.
        type: str
        required: true
      name:
        description:
          - What the hosts are called, in place of the account's own name. Without any name it is the id.
          - Where two accounts have the same name, both get their id appended.
        type: str
      vars:
        description: Variables of the account's hosts. They go before those that the plugin sets.
        type: dict
        default: {}
      groups:
        description: Further groups for the account's hosts.
        type: list
        elements: str
        default: []
      assume_role_arn:
        description:
          - The role of this account, in place of O(assume_role_arn). V("") stands for none, as in the account that the
            credentials belong to.
        type: str
  organization:
    description:
      - Takes accounts of AWS Organizations, V({}) all of them. Each suboption leaves some out.
      - Accounts whose state is not V(ACTIVE) are skipped, which a warning counts and the variable
        C(ses_skipped_accounts) of the group C(ses_targets) lists.
    type: dict
    suboptions:
      units:
        description: Ids of organizational units. Those within them count, too.
        type: list
        elements: str
        default: []
      names:
        description: Names or ids of accounts. Names may be patterns such as V(mail-*).
        type: list
        elements: str
        default: []
      exclude:
        description: Names, patterns or ids of accounts that are left out.
        type: list
        elements: str
        default: []
      tags:
        description: Tags that an account must have, with their values.
        type: dict
        default: {}
      read_tags:
        description:
          - Whether the tags of the accounts are read, as the variable C(ses_account_tags). It costs a call an account.
          - With O(organization.tags) they always are.
        type: bool
        default: false
      assume_role_arn:
        description:
          - The role that may list accounts, in the organization's management account or in a delegated administrator's.
        type: str
  regions:
    description:
      - The Regions, or one of two words.
      - V(all) stands for the Regions in which SES exists, as far as botocore knows, and which the account has
        switched on.
      - V(in_use) stands for those of them in which the account has production access, has sent in the last day, or has
        metrics of SES.
    type: list
    elements: str
    required: true
  among_regions:
    description:
      - With V(all) and V(in_use), only these Regions. They may be patterns such as V(eu-*).
      - Where a policy of the organization denies Regions, this keeps them from being asked.
    type: list
    elements: str
    default: []
  role:
    description:
      - Name of the role that is assumed in each account, with its path if it has one.
      - Without it and without O(assume_role_arn) the credentials are used as they are, for their own account.
    type: str
  assume_role_arn:
    description:
      - The ARN of that role, in which C({partition}), C({account}) and C({role}) are filled in.
      - It is C(arn:{partition}:iam::{account}:role/{role}) unless something else is given.
    type: str
  assume_role_external_id:
    description:
      - The external id that the role asks for, if it does. It is no secret, and the hosts have it as a variable.
    type: str
    env:
      - name: SES_TARGETS_EXTERNAL_ID
  assume_role_session_name:
    description: Name of the session, as it shows in CloudTrail.
    type: str
    default: mailops.ses
  profile:
    description:
      - A profile of the AWS configuration of this machine. Without it, credentials come from where boto3 finds them.
      - Keys are no options, so that none can get into this file.
    type: str
  region:
    description:
      - The Region whose STS and EC2 are asked. Without it, that of the environment, or the first of O(regions).
    type: str
    env:
      - name: AWS_REGION
      - name: AWS_DEFAULT_REGION
  endpoint_url:
    description: Where AWS is, if not at its own address. boto3's C(AWS_ENDPOINT_URL) does the same.
    type: str
  parallel:
    description: How many calls are under way at the same time, at most.
    type: int
    default: 20
  unreachable:
    description:
      - What an account is that cannot be entered, or a Region of it. V(report) makes it a host in C(ses_unreachable),
        V(fail) an error of the whole file.
      - Without it, V(fail) if O(strict) is true, else V(report).
      - Ansible takes an inventory file that fails for a warning, unless the setting
        C(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED) is true.
    type: str
    choices: [report, fail]
  strict:
    description:
      - Whether an account that cannot be entered is an error, as well as an expression of O(compose), O(groups) or
        O(keyed_groups) that cannot be evaluated. O(unreachable) says the former alone.
    type: bool
    default: false
notes:
  - It needs C(sts:GetCallerIdentity), and C(sts:AssumeRole) with a role.
  - With O(organization) it needs C(organizations:ListAccounts), or C(organizations:ListAccountsForParent) and
    C(organizations:ListOrganizationalUnitsForParent), and C(organizations:ListTagsForResource) for tags.
  - In each account it needs C(ec2:DescribeRegions) for V(all) and V(in_use), and C(ses:GetAccount) and
    C(cloudwatch:ListMetrics) for V(in_use).
  - It makes one or two calls an account, and with V(in_use) one or two for each Region of it.
  - The cache holds accounts, Regions and reasons. Neither it nor a variable ever holds a key or a token.
seealso:
  - plugin: amazon.aws.aws_ec2
    plugin_type: inventory
"""

EXAMPLES = r"""
# fleet.ses_targets.yml: two accounts in two Regions, without Organizations
plugin: mailops.ses.ses_targets
accounts:
  - {id: "111111111111", name: shop}
  - id: "222222222222"
    name: news
    vars: {ses_pause_bounce_rate_warn: 0.02}
    groups: [newsletters]
regions: [eu-west-1, us-east-1]
role: ses-deployer

---
# Every account below a unit, wherever it uses SES, grouped by the tag "stage" of the account
plugin: mailops.ses.ses_targets
organization:
  units: [ou-ab12-cd34ef56]
  exclude: ["*-sandbox"]
  read_tags: true
regions: in_use
among_regions: [eu-*, us-east-1]
role: ses-deployer
assume_role_external_id: mail-platform
keyed_groups:
  - key: ses_account_tags.stage | default('none')
    prefix: stage
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: .cache/inventory
"""

from typing import Any

try:
    import boto3  # noqa: F401 # pylint: disable=unused-import
except ImportError:
    HAS_BOTO3 = False
else:
    HAS_BOTO3 = True

from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable

from ..module_utils._aws.errors import SesError
from ..plugin_utils._targets.discovery import discover
from ..plugin_utils._targets.found import Found, from_data, to_data
from ..plugin_utils._targets.hosts import summary, targets, unreachable
from ..plugin_utils._targets.options import OptionError, Options, read_options
from ..plugin_utils._targets.writer import Writer


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """Wires the options, what AWS says, and Ansible's inventory."""

    NAME = "mailops.ses.ses_targets"

    def verify_file(self, path: str) -> bool:
        return super().verify_file(path) and str(path).endswith(("ses_targets.yml", "ses_targets.yaml"))

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path)
        if not HAS_BOTO3:
            raise AnsibleParserError("mailops.ses.ses_targets needs boto3 and botocore beside Ansible.")
        config = self._read_config_data(path)
        try:
            options = read_options(self.get_option, config, self.get_options())
            found = self._found(options, path, cache)
        except (OptionError, SesError) as error:
            raise AnsibleParserError(f"{path}: {error}") from error
        if options.fail and (away := list(found.problems)):
            first = f"account {away[0].account.id}: {away[0].reason}"
            raise AnsibleParserError(f"{path}: {len(away)} cannot be entered, first of all {first}")
        if told := summary(found):
            self.display.warning(f"{path}: {told}")
        writer = Writer(self.inventory)
        for host in targets(found, options):
            self._construct(writer.target(host))
        for host in unreachable(found):
            writer.unreachable(host)
        writer.skipped(found.skipped)

    def _found(self, options: Options, path: str, cache: bool) -> Found:
        """What AWS says, or what it said to the same options, if the cache still has that."""
        if not self.get_option("cache"):
            return discover(options)
        key = self.get_cache_key(path)
        kept = self._cache.get(key) if cache else None
        if kept and kept["options"] == options.digest:
            return from_data(kept["found"])
        found = discover(options)
        self._cache[key] = {"options": options.digest, "found": to_data(found)}
        return found

    def _construct(self, name: str) -> None:
        """What the options of the fragment "constructed" say of a host."""
        strict = self.get_option("strict")

        def variables() -> dict[str, Any]:
            return self.inventory.get_host(name).get_vars()

        self._set_composite_vars(self.get_option("compose"), variables(), name, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), variables(), name, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables(), name, strict=strict)
