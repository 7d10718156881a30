# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that say which account and Region a task is about."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  assume_role_arn:
    description:
      - ARN of a role to assume before anything else, for instance in another account.
      - Its credentials are fetched from the Region's own STS endpoint and refreshed before they end.
      - Where it is not given, the host variable C(ses_pause_assume_role_arn) is taken.
    type: str
  assume_role_external_id:
    description:
      - The external id that the role asks for, if it does.
      - Where it is not given, the host variable C(ses_pause_assume_role_external_id) is taken.
    type: str
  assume_role_session_name:
    description:
      - Name of the session, as it shows in CloudTrail.
      - Where it is not given, the host variable C(ses_pause_assume_role_session_name) is taken.
    type: str
    default: mailops.ses
notes:
  - A task is about one account in one Region. Where O(region), O(profile), O(endpoint_url) or O(assume_role_arn) is not
    given, the host variables C(ses_pause_region), C(ses_pause_profile), C(ses_pause_endpoint_url) and
    C(ses_pause_assume_role_arn) are taken, and after them what boto3 finds in the environment.
  - Where O(name) is not given, the host variable C(ses_pause_name) says which guard is meant, in a playbook and ad hoc.
"""
