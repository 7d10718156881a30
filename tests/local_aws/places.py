# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All accounts and Regions that a service of moto has a backend for."""

from __future__ import annotations

from typing import Any


def each(backends: Any, account: str | None = None, region: str | None = None) -> list[Any]:
    """The backends of the place; None: of all. A list, because other threads add backends meanwhile."""
    return [
        backend
        for its_account, regions in list(backends.items())
        for its_region, backend in list(regions.items())
        if account in (None, its_account) and region in (None, its_region)
    ]
