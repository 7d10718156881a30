# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each audience is told: the filter that a subscription's about stands for."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._guard.names import Names
from ansible_collections.mailops.ses.plugins.module_utils._guard.notice import publish
from ansible_collections.mailops.ses.plugins.module_utils._guard.subscription_options import resolve_subscription
from ansible_collections.mailops.ses.plugins.module_utils._resources.subscriptions import Subscription

from tests.unit.local_aws.helpers import settle
from tests.unit.plugins.module_utils.subscribers import ANN, BOB, TOPIC, converge
from tests.unit.plugins.target import REGION, Target

Client = Callable[..., Any]


@pytest.fixture
def topic(aws: Client) -> None:
    aws("sns").create_topic(Name="t")


ABOUT = {
    "all": ["alarm bounce-pause", "alarm bounce-warn", "notice"],
    "notices": ["notice"],
    "warnings": ["alarm bounce-warn"],
    "alarms": ["alarm bounce-pause", "alarm bounce-warn"],
}


def about_(wanted: Subscription, about: str | None) -> Subscription:
    entry = {"protocol": wanted.protocol, "endpoint": wanted.endpoint, "about": about}
    return resolve_subscription(entry, Names("t", REGION))


@pytest.mark.usefixtures("topic")
@pytest.mark.parametrize("about", ABOUT)
@pytest.mark.parametrize("before", [None, "all", "notices", "alarms"])
def test_each_audience_gets_its_own_messages_whatever_it_got_before(
    target: Target, aws: Client, control: Callable[..., Any], about: str, before: str | None
) -> None:
    connection = target.aws()
    converge(connection, about_(BOB, before))
    converge(connection, about_(BOB, about))
    assert converge(connection, about_(BOB, about)) == ("none", [])
    assert converge(connection, BOB) == ("none", []), "what is not asked for is left alone"

    sns = aws("sns")
    for name in ("bounce-pause", "bounce-warn"):
        sns.publish(TopicArn=TOPIC, Message=json.dumps({"AlarmName": f"t-{name}", "NewStateValue": "ALARM"}))
    publish(connection, TOPIC, "Subject", "notice", "notice")
    settle(control)
    got = [entry["message"] for entry in control("sns/outbox", method="GET")]
    assert sorted(f"alarm {json.loads(text)['AlarmName'][2:]}" if "{" in text else text for text in got) == ABOUT[about]


@pytest.mark.usefixtures("topic")
def test_one_that_waits_for_its_confirmation_was_given_its_filter(target: Target, control: Callable[..., Any]) -> None:
    connection = target.aws()
    wanted = about_(ANN, "notices")
    assert converge(connection, wanted)[0] == "update"
    assert converge(connection, wanted) == ("none", [])
    control("sns/confirm", topic_arn=TOPIC, endpoint="ann@example.com")
    assert converge(connection, wanted) == ("none", [])
