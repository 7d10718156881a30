# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Lambda function that passes a guard's messages on to Slack. SLACK_WEBHOOK_URL: an incoming webhook of Slack."""

import json
import os
import urllib.request
from typing import Any


def handler(event: dict[str, Any], context: Any) -> None:  # noqa: ARG001
    for record in event["Records"]:
        message = record["Sns"]
        body = {"text": f"*{message['Subject']}*\n```{message['Message'][:2900]}```"}
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(os.environ["SLACK_WEBHOOK_URL"], json.dumps(body).encode(), headers)  # noqa: S310
        # An error is raised, so that Lambda tries again.
        urllib.request.urlopen(request, timeout=10).close()  # noqa: S310
