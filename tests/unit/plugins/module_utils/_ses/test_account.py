# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What SES says of an account. What a task tells of it test_ses_reputation_info.py shows."""

from __future__ import annotations

from collections.abc import Callable

from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._ses.account import read_identities
from botocore.stub import Stubber


def test_identities_come_in_pages(offline: Aws, stubbed: Callable[[str], Stubber]) -> None:
    stub = stubbed("sesv2")
    stub.add_response("list_email_identities", {"EmailIdentities": [{"IdentityName": "a"}], "NextToken": "x"})
    stub.add_response("list_email_identities", {"EmailIdentities": [{"IdentityName": "b"}]})
    for _unused in range(2):
        stub.add_response("get_email_identity", {})
    found = read_identities(offline, 100)
    assert found == {"total": 2, "looked_at": 2, "without_default_set": ["a", "b"]}
