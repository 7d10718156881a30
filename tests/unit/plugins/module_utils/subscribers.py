# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""People who are told by a topic, and what brings the topic to them."""

from __future__ import annotations

from typing import Any

from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._converge.plan import plan
from ansible_collections.mailops.ses.plugins.module_utils._resources.subscriptions import Subscription, Subscriptions

from tests.unit.plugins.target import ACCOUNT, REGION

TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:t"
ANN = Subscription("email", "ann@example.com")
BOB = Subscription("sms", "+12065550100")


def converge(connection: Aws, *wanted: Subscription, **options: Any) -> tuple[str, list[str]]:
    """The action, and the fields that it changed."""
    resource = Subscriptions("t", list(wanted), **options)
    change = plan(resource, resource.read(connection))
    change.apply(connection)
    return change.action, sorted(change.fields)
