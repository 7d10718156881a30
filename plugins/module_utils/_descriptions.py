# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""botocore's descriptions of the services: read once for all sessions, and before the fork where somebody forks."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

try:
    from botocore.loaders import JSONFileLoader, create_loader
except ImportError:
    pass  # AnsibleAWSModule and the action plugin say what is missing.
else:

    class _PlainFiles(JSONFileLoader):
        """As botocore's, into plain dicts: an OrderedDict takes twice as long to make, and more memory."""

        def load_file(self, file_path: str) -> Any:
            for ending, opens in ((".json", open), (".json.gz", gzip.open)):
                path = Path(file_path + ending)
                if path.is_file():
                    with opens(path, "rb") as file:
                        return json.loads(file.read())
            return None

    # It keeps what it has read, and to read that anew was half of the time of a task.
    LOADER = create_loader(os.environ.get("AWS_DATA_PATH"))
    LOADER.file_loader = _PlainFiles()


def load_services(services: Iterable[str]) -> None:
    """Reads the descriptions of the services, for whoever forks. No socket is opened, no credential read."""
    for service in services:
        for part in ("service-2", "endpoint-rule-set-1", "paginators-1"):
            LOADER.load_service_model(service, part, api_version=None)
    for name in ("endpoints", "partitions", "sdk-default-configuration", "_retry"):
        LOADER.load_data_with_path(name)
        LOADER.load_data(name)
