# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The deployment package: the same source gives the same bytes, on every machine."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping


def build(files: Mapping[str, str]) -> bytes:
    """A zip archive of the files: {path in the archive: text}."""
    buffer = io.BytesIO()
    # Stored, not deflated: zlib's versions compress the same text to other bytes.
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, files[name].encode())
    return buffer.getvalue()


def sha256(archive: bytes) -> str:
    """The archive's hash as Lambda reports it in CodeSha256: base64."""
    return base64.b64encode(hashlib.sha256(archive).digest()).decode()
