# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Malformed, huge, nested, foreign and outdated events: none pauses that names no alarm, none fails without a record.

Who may forge an event: whoever may invoke the function or publish to its topic. That are CloudWatch for this account's
alarms, the sweep, and identities of the account whose own policies say so (docs/security.md).
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.unit.function.fuzzing import SECRET, Target
from tests.unit.function.support import (
    NAME,
    SET_BOUNCE,
    SET_DIMENSION,
    TRIP_TOPIC,
    alarm_arn,
    direct_event,
    message,
    sns_event,
    stamp,
)
from tests.unit.function.world import START

# Long, and of code that other tests cover line by line.
pytestmark = pytest.mark.no_cover

# characters(): the default alphabet asks the codec about each of a million characters, before the first value comes.
texts = st.text(st.characters(), max_size=20) | st.sampled_from(
    [
        "ALARM",
        "OK",
        "alarm",
        "AWS/SES",
        "Reputation.BounceRate",
        "ses:configuration-set",
        TRIP_TOPIC,
        alarm_arn("other-bounce"),
        alarm_arn(f"{NAME}-x").replace("123456789012", "999999999999"),
        alarm_arn(f"{NAME}-x").replace("eu-west-1", "us-east-1"),
        alarm_arn(f"{NAME}-{'x' * 3000}"),
        stamp(START - timedelta(days=300)),
        stamp(START + timedelta(days=300)),
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "1e999",
        "\ud800",
        "${jndi:ldap://x}\r\n\x00",
        "x" * 300_000,
        "mailops.ses drill live 1a2b3c4d: forged",
    ]
)
leaves = st.none() | st.booleans() | st.integers() | st.floats() | texts
junk = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=8
)
OLD = START - timedelta(days=2)
BASES = (
    ("sns", message(START)),
    ("sns", message(START, SET_BOUNCE, SET_DIMENSION)),
    ("sns", message(START, NewStateValue="OK", OldStateValue="ALARM")),
    ("sns", message(OLD)),
    ("direct", direct_event(START)),
    ("direct", direct_event(START, SET_BOUNCE, SET_DIMENSION)),
    ("direct", direct_event(OLD)),
)


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    made = Target()
    yield made
    made.close()


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in it."""
    pairs = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    return [(value, key) for key, _inner in pairs] + [place for _key, inner in pairs for place in places(inner)]


@st.composite
def bent(draw: Any) -> Any:
    """A true event, in which some things are not as they should be."""
    kind, base = draw(st.sampled_from(BASES))
    content = copy.deepcopy(base)
    if kind == "sns":
        content["AlarmDescription"] = SECRET
    for _unused in range(draw(st.integers(0, 3))):
        container, key = draw(st.sampled_from(places(content) or [({"": ""}, "")]))
        if isinstance(container, dict) and draw(st.booleans()):
            del container[key]
        else:
            container[key] = draw(junk)
    if kind == "direct":
        return content
    event = sns_event(json.dumps(content)[: draw(st.sampled_from([None, None, None, 400]))])
    event["Records"][0]["Sns"]["Subject"] = SECRET
    if draw(st.booleans()):
        container, key = draw(st.sampled_from(places(event)))
        container[key] = draw(junk)
    return event


@given(event=bent())
def test_a_bent_event_pauses_only_what_it_names(target: Target, event: Any) -> None:
    target.check(event)


@given(event=junk | st.fixed_dictionaries({"Records": junk}) | st.fixed_dictionaries({"sweep": junk}))
@example(event={"Records": 5})
@example(event={"Records": {"Sns": {}}})
@example(event={"source": "aws.cloudwatch", "alarmData": None})
@example(event=sns_event("[" * 100_000))
@example(event=sns_event('{"AlarmArn": ' * 50_000))
@example(event=sns_event(json.dumps({"AlarmName": "x" * 250_000})))
def test_junk_pauses_nothing(target: Target, event: Any) -> None:
    assert target.check(event) == set()


def test_the_bases_are_what_they_should_be(target: Target) -> None:
    """Or nothing would be shown by what pauses nothing."""
    paused = [target.check(sns_event(base) if kind == "sns" else base) for kind, base in BASES]
    assert paused == [{""}, {"newsletter"}, set(), set(), {""}, {"newsletter"}, set()]


def test_each_record_is_judged_alone(target: Target) -> None:
    event = sns_event(message(START), "no JSON", message(START, SET_BOUNCE, SET_DIMENSION))
    assert target.check(event) == {"", "newsletter"}
