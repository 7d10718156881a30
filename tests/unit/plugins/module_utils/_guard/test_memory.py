# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who paused, and where that is noted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._guard.memory import (
    NEVER,
    Key,
    LastDrill,
    Memory,
    Pause,
    read_memories,
    read_pause_alarms,
    remember,
    tag_value,
    text_of,
    who_paused,
)
from ansible_collections.mailops.ses.plugins.module_utils._ses.scopes import Account, ConfigurationSet, Scope, Tenant

from tests.unit.plugins.module_utils.two_guards import make_alarms
from tests.unit.plugins.target import REGION, Target

ANN = "arn:aws:iam::123456789012:user/ann"
EIGHT, NINE, TEN = (f"2026-11-22T{hour}:00:00.000+00:00" for hour in ("08", "09", "10"))
HALF_A_SECOND_PAST_NINE = "2026-11-22T09:00:00.500+00:00"
NOBODY_KNOWS = Pause("unknown")


def guard(at: str) -> dict[str, str]:
    return {"ses-pause:paused-at": at}


def person(at: str, who: str = ANN, reason: str = "bad list") -> dict[str, str]:
    return {"ses-pause:person-paused-at": at, "ses-pause:person": who, "ses-pause:reason": reason}


def overridden(at: str) -> dict[str, str]:
    return {"ses-pause:overridden-at": at}


def resumed(at: str) -> dict[str, str]:
    return {"ses-pause:resumed-at": at}


def resuming(at: str) -> dict[str, str]:
    return {"ses-pause:resuming-at": at}


def by_guard(since: str) -> Pause:
    return Pause("guard", since=since)


def by_ann(since: str, who: str | None = ANN, reason: str | None = "bad list") -> Pause:
    return Pause("person", who, reason, since)


@pytest.mark.parametrize(
    ("memories", "expected"),
    [
        # Nothing noted: by other means than this collection.
        ([], NOBODY_KNOWS),
        ([{}, {}], NOBODY_KNOWS),
        ([{"ses-pause:guard": "ses-pause", "team": "mail"}], NOBODY_KNOWS),
        # One of them.
        ([guard(NINE)], by_guard(NINE)),
        ([guard(NINE), {}], by_guard(NINE)),
        ([person(NINE)], by_ann(NINE)),
        ([{}, {"ses-pause:person-paused-at": NINE}], by_ann(NINE, who=None, reason=None)),
        # Both: a person's pause stays a person's.
        ([{**guard(EIGHT), **person(NINE)}], by_ann(NINE)),
        ([{**guard(NINE), **person(EIGHT)}], by_ann(EIGHT)),
        ([guard(NINE), person(EIGHT)], by_ann(EIGHT)),
        # Resumed since: then nobody noted the present pause.
        ([{**guard(EIGHT), **resumed(NINE)}], NOBODY_KNOWS),
        ([{**person(EIGHT), **resumed(NINE)}], NOBODY_KNOWS),
        ([{**guard(EIGHT), **person(EIGHT), **resumed(NINE)}], NOBODY_KNOWS),
        # A resume at the same moment came after what it lifted.
        ([{**guard(NINE), **resumed(NINE)}], NOBODY_KNOWS),
        # A resume that was only begun changes nothing.
        ([{**guard(EIGHT), **resuming(NINE)}], by_guard(EIGHT)),
        ([{**person(EIGHT), **resuming(NINE)}], by_ann(EIGHT)),
        # Resumed before.
        ([{**guard(NINE), **resumed(EIGHT)}], by_guard(NINE)),
        ([{**person(NINE), **resumed(EIGHT)}], by_ann(NINE)),
        # A person's pause was lifted, then the guard paused; and the other way round.
        ([{**person(EIGHT), **resumed(NINE), **guard(TEN)}], by_guard(TEN)),
        ([{**guard(EIGHT), **resumed(NINE), **person(TEN)}], by_ann(TEN)),
        # The resume counts for all alarms of the scope, also where one could not be written.
        ([guard(EIGHT), resumed(NINE)], NOBODY_KNOWS),
        ([guard(EIGHT), {**guard(TEN), **resumed(NINE)}], by_guard(TEN)),
        # The latest of several.
        ([guard(NINE), guard(EIGHT)], by_guard(NINE)),
        ([person(EIGHT, "bob", "why not"), person(NINE)], by_ann(NINE)),
        ([{**guard(TEN), **resumed(EIGHT)}, resumed(NINE)], by_guard(TEN)),
        # The sweep found that a person had resumed by other means: the present pause is not the guard's.
        ([{**guard(NINE), **overridden(NINE)}], NOBODY_KNOWS),
        ([{**guard(NINE), **overridden(EIGHT)}], by_guard(NINE)),
        ([{**guard(NINE), **overridden(NINE)}, guard(EIGHT)], NOBODY_KNOWS),
        ([{**guard(NINE), **overridden(NINE)}, guard(TEN)], by_guard(TEN)),
        ([{**guard(NINE), **overridden(NINE), **person(TEN)}], by_ann(TEN)),
        # Moments, not texts, are compared.
        ([{**guard("2026-11-22T10:30:00+02:00"), **resumed(NINE)}], NOBODY_KNOWS),
        ([{**guard(HALF_A_SECOND_PAST_NINE), **resumed("2026-11-22T09:00:00Z")}], by_guard(HALF_A_SECOND_PAST_NINE)),
        # A time without a zone is in UTC.
        ([{**person("2026-11-22T10:00:00"), **resumed(NINE)}], by_ann("2026-11-22T10:00:00")),
        ([{**guard(NINE), **resumed("2026-11-22")}], by_guard(NINE)),
        # What is no time says nothing, and hides nothing.
        ([guard("yesterday")], NOBODY_KNOWS),
        ([person("yesterday")], NOBODY_KNOWS),
        ([guard("")], NOBODY_KNOWS),
        ([guard("yesterday"), guard(NINE)], by_guard(NINE)),
        ([person("yesterday", "bob"), person(NINE)], by_ann(NINE)),
        ([{**guard(NINE), **person("yesterday")}], by_guard(NINE)),
        ([{**guard(NINE), **resumed("yesterday")}], by_guard(NINE)),
        ([{**guard(EIGHT), **resumed("yesterday")}, resumed(NINE)], NOBODY_KNOWS),
    ],
)  # fmt: skip
def test_whose_a_pause_is(memories: list[dict[str, str]], expected: Pause) -> None:
    found = [Memory.of(tags) for tags in memories]
    assert who_paused(found) == expected
    assert who_paused(reversed(found)) == expected


def test_a_memory_has_our_keys_without_their_prefix() -> None:
    tags = {"ses-pause:guard": "ses-pause", "team": "mail", "ses-pause:paused-at": NINE}
    assert Memory.of(tags).texts == {"guard": "ses-pause", "paused-at": NINE}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0.066", 0.066), ("9.9e-05", 0.000099), (None, None), ("high", None), ("", None)],
)
def test_the_raised_threshold_that_an_alarm_remembers(text: str | None, expected: float | None) -> None:
    tags = {} if text is None else {"ses-pause:recovery-threshold": text}
    assert Memory.of(tags).recovery_threshold == expected


@pytest.mark.parametrize(
    ("tag", "any_mode", "live"),
    [
        (f"{NINE} live running 0.0", True, True),
        (f"{NINE} dry running 0.0", True, False),
        (f"{NINE} live passed 3.2", False, False),
        ("live running", False, False),
        ("", False, False),
        (None, False, False),
    ],
)
def test_whether_a_drill_runs(tag: str | None, any_mode: bool, live: bool) -> None:
    memory = Memory.of({} if tag is None else {"ses-pause:drill": tag})
    assert (memory.drill_runs(), memory.drill_runs("live")) == (any_mode, live)


def test_a_drill_as_its_tag_has_it() -> None:
    drill = LastDrill(NINE, "live", "passed", 3.25)
    assert str(drill) == f"{NINE} live passed 3.2"
    assert LastDrill.parse(str(LastDrill(NINE, "dry"))) == LastDrill(NINE, "dry", "running", 0.0)


# What a tag can hold


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("Bad list: v1.2_new/old = a+b@example.com - ok", "Bad list: v1.2_new/old = a+b@example.com - ok"),
        ("Größe 東京", "Größe 東京"),
        ("12 % bounces (spring list)", "=12 =25 bounces =28spring list=29"),
        ("why?\n\t#7", "=why=3F=0A=09=237"),
        ("=3F", "==3D3F"),
        ("Größe, 東京 ✓", "=Größe=2C 東京 =E2=9C=93"),
        ("x" * 256, "x" * 256),
    ],
)
def test_a_tag_holds_what_was_typed(text: str, expected: str) -> None:
    assert tag_value(text) == expected
    assert text_of(expected) == text


@pytest.mark.parametrize("text", ["x" * 257, "%" * 300, "✓" * 100])
def test_what_is_too_long_for_a_tag_ends_with_a_sign_of_it(text: str) -> None:
    value = tag_value(text)
    assert 240 < len(value) <= 256
    kept = text_of(value)
    assert kept.endswith("...")
    assert text.startswith(kept.removesuffix("..."))


@pytest.mark.parametrize("value", ["bad list", "see https://wiki/x id=4 top", "100 = all"])
def test_a_text_of_an_older_version_is_read_as_it_stands(value: str) -> None:
    assert text_of(value) == value


# Clocks


def test_a_time_from_the_future_is_of_a_wrong_clock_and_hides_nothing() -> None:
    now = datetime.fromisoformat(NINE)
    assert Memory.of(resumed(TEN)).at(Key.RESUMED_AT) > now
    assert Memory.of(resumed(TEN), now).at(Key.RESUMED_AT) == NEVER
    # Services differ by a little.
    assert Memory.of(resumed(HALF_A_SECOND_PAST_NINE), now).at(Key.RESUMED_AT) > now


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, False),
        (resuming(NINE), True),
        ({**resuming(NINE), **resumed(EIGHT)}, True),
        ({**resuming(NINE), **resumed(NINE)}, False),
        ({**resuming(NINE), **overridden(TEN)}, False),
        ({**resuming(NINE), **guard(TEN)}, True),
    ],
)
def test_whether_a_resume_was_broken_off(tags: dict[str, str], expected: bool) -> None:
    assert Memory.of(tags).is_resuming is expected


# Which alarms


def put_alarm(aws: Callable[..., Any], name: str, actions: list[str], **changes: Any) -> None:
    aws("cloudwatch").put_metric_alarm(**{
        "AlarmName": name, "Namespace": "AWS/SES", "MetricName": "Reputation.BounceRate", "Statistic": "Average",
        "Period": 300, "EvaluationPeriods": 1, "Threshold": 0.04, "ComparisonOperator": "GreaterThanThreshold",
        "AlarmActions": actions, **changes,
    })  # fmt: skip


@pytest.fixture
def alarms(target: Target, aws: Callable[..., Any]) -> None:
    """Of two guards, the second one's name beginning with the first one's; and some that only look like theirs."""
    make_alarms(target, aws)
    trip = target.aws().arn("sns", "ses-pause-trip")
    put_alarm(aws, "of-somebody-else", [trip])
    put_alarm(aws, "ses-pause-without-actions", [])
    put_alarm(aws, "ses-pause-on-another-metric", [trip], MetricName="Bounce")


@pytest.mark.usefixtures("alarms")
@pytest.mark.parametrize(
    ("guard_name", "scope", "expected"),
    [
        ("ses-pause", Account(), ["ses-pause-bounce-pause", "ses-pause-complaint-pause"]),
        ("ses-pause-2", Account(), ["ses-pause-2-bounce-pause", "ses-pause-2-complaint-pause"]),
        ("ses-pause", ConfigurationSet("news"), ["ses-pause-bounce-pause-news", "ses-pause-complaint-pause-news"]),
        ("ses-pause", ConfigurationSet("unguarded"), []),
        ("ses-pause", Tenant("news"), []),
        ("ses", Account(), []),
    ],
)
def test_the_alarms_that_pause_a_scope(target: Target, guard_name: str, scope: Scope, expected: list[str]) -> None:
    with target.recorded() as calls:
        assert sorted(read_pause_alarms(target.aws(), guard_name, scope)) == expected
    assert calls == ({} if isinstance(scope, Tenant) else {"cloudwatch:DescribeAlarmsForMetric": 2})


def test_an_alarm_that_calls_the_function_itself_pauses_too(target: Target, aws: Callable[..., Any]) -> None:
    function = target.aws().arn("lambda", "function:ses-pause")
    put_alarm(aws, "ses-pause-mine", [function])
    put_alarm(aws, "ses-pause-yours", [f"{function}-2"])
    assert list(read_pause_alarms(target.aws(), "ses-pause", Account())) == ["ses-pause-mine"]


def test_what_is_remembered_is_read_again(target: Target, offline: Aws, aws: Callable[..., Any]) -> None:
    for name in ("ses-pause-a", "ses-pause-b"):
        put_alarm(aws, name, [target.aws().arn("sns", "ses-pause-trip")])
    found = read_pause_alarms(target.aws(), "ses-pause", Account())
    remember(target.aws(), found, {Key.REASON: "bad list!", Key.PERSON: ANN})
    remember(target.aws(), {"ses-pause-b": found["ses-pause-b"]}, {Key.REASON: "another"})
    memories = read_memories(target.aws(), found)
    assert {name: memory.texts for name, memory in memories.items()} == {
        "ses-pause-a": {"reason": "bad list!", "person": ANN},
        "ses-pause-b": {"reason": "another", "person": ANN},
    }
    assert found["ses-pause-a"].arn.startswith(f"arn:aws:cloudwatch:{REGION}:")
    remember(offline, {}, {Key.REASON: "nobody calls for nothing"})
