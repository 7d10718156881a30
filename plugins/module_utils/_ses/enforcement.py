# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AWS's own view of an account (GetAccount, EnforcementStatus). Needs no boto3."""

from __future__ import annotations

HEALTHY = "HEALTHY"
PROBATION = "PROBATION"
SHUTDOWN = "SHUTDOWN"
# What people must know of it.
ENFORCEMENT = {
    PROBATION: f"AWS reviews this account for its reputation ({PROBATION}). Read its message in the AWS Support "
    f"Center.",
    SHUTDOWN: f"AWS itself has paused sending ({SHUTDOWN}). No API call lifts that: answer in the AWS Support Center.",
}
