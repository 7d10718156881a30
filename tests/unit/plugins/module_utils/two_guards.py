# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The alarms of two guards, the second one's name beginning with the first one's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.mailops.ses.plugins.module_utils._operations import ses_reputation_alarm

from tests.unit.plugins.target import Target


def make_alarms(target: Target, aws: Callable[..., Any]) -> None:
    """Over the account and over two sets, with the topics that they call."""
    for name in ("ses-pause", "ses-pause-2"):
        for topic in ("trip", "notify"):
            aws("sns").create_topic(Name=f"{name}-{topic}")
        entries = [
            {"metric": metric, "tier": tier, "configuration_set": scope}
            for metric in ("bounce_rate", "complaint_rate")
            for tier in ("warn", "pause")
            for scope in (None, "news", "offers")
        ]
        target.run(ses_reputation_alarm, name=name, alarms=entries)
