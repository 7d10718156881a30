# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a scope sends, and whose its pause is, as results say it. Needs no boto3."""

from __future__ import annotations

SENDING = "sending"
PAUSED_BY_GUARD = "paused_by_guard"
PAUSED_BY_PERSON = "paused_by_person"
PAUSED_BY_AWS = "paused_by_aws"
# Nobody noted by whom.
PAUSED = "paused"
