# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The function of the naive stack, and what ours is compared with: a bare handler."""

import boto3

SES = boto3.client("sesv2")


def handler(_event: object, _context: object) -> dict[str, bool]:
    SES.put_account_sending_attributes(SendingEnabled=False)
    return {"paused": True}
