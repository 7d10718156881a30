# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages of a listing by name. A token stands for the last name shown, so deletions between pages lose nothing."""

from __future__ import annotations

import base64
import binascii
from bisect import bisect_right
from collections.abc import Iterable


def page(names: Iterable[str], token: str | None, size: int | None, maximum: int) -> tuple[list[str], str | None]:
    """Names in order and the token of the next page. ValueError for a token that is none of ours."""
    ordered = sorted(names)
    start = bisect_right(ordered, _decode(token)) if token else 0
    end = start + min(size or maximum, maximum)
    shown = ordered[start:end]
    return shown, _encode(shown[-1]) if end < len(ordered) and shown else None


def _encode(name: str) -> str:
    return base64.urlsafe_b64encode(name.encode()).decode()


def _decode(token: str) -> str:
    try:
        return base64.b64decode(token, altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError) as error:
        raise ValueError(f"invalid token {token!r}") from error
