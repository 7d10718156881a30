# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clients of AWS, and how long they try."""

from typing import Any

import boto3
from botocore.config import Config

# A call that hangs must leave time for another try.
CONFIG = Config(
    connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 5}
)
# sending.ask does the rest.
SES_CONFIG = CONFIG.merge(Config(retries={"mode": "standard", "total_max_attempts": 2}))

# These two are all that a pause needs, and are made at the cold start.
SES: Any = boto3.client("sesv2", config=SES_CONFIG)
CLOUDWATCH: Any = boto3.client("cloudwatch", config=CONFIG)


def make_sns() -> Any:
    return boto3.client("sns", config=CONFIG)
