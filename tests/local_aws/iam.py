# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Lambda may do with a role: a fresh one cannot be assumed for ``role_not_assumable_seconds``."""

from __future__ import annotations


def install() -> None:
    pass


def role_assumable(account: str, role_arn: str) -> bool:
    """Whether Lambda can assume the role now. CreateFunction and UpdateFunctionConfiguration ask this."""
    from datetime import timedelta

    from moto.core.utils import utcnow
    from moto.iam.models import iam_backends

    from . import settings

    partition = role_arn.split(":")[1]
    role = next((each for each in iam_backends[account][partition].roles.values() if each.arn == role_arn), None)
    if role is None:
        return False
    age: timedelta = utcnow() - role.create_date
    return age.total_seconds() >= settings.current.role_not_assumable_seconds
