# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan: what differs, what is ours, in which order it is written, what the diff shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._converge.ownership import check_ownership, own_tags
from ansible_collections.mailops.ses.plugins.module_utils._converge.plan import Plan, differing, plan
from ansible_collections.mailops.ses.plugins.module_utils._converge.reading import read_states
from ansible_collections.mailops.ses.plugins.module_utils._converge.resource import Resource, State
from botocore.stub import Stubber

OURS = {"ses-pause:guard": "ses-pause"}
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "a", "Effect": "Allow", "Action": ["x:One", "x:Two"], "Resource": "*"},
        {"Sid": "b", "Effect": "Allow", "Action": "x:Three", "Resource": "*"},
    ],
}
SHUFFLED = {
    "Statement": [
        {"Resource": "*", "Action": "x:Three", "Effect": "Allow", "Sid": "b"},
        {"Resource": ["*"], "Action": ["x:Two", "x:One"], "Effect": "Allow", "Sid": "a"},
    ],
    "Version": "2012-10-17",
}
WIDENED = {**POLICY, "Statement": [*POLICY["Statement"], {"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def test_tags_are_texts_and_the_guards_own_wins() -> None:
    tags = own_tags({"cost-center": 4711, 1: True, "ses-pause:guard": "other"}, "ses-pause")
    assert tags == {"cost-center": "4711", "1": "True", "ses-pause:guard": "ses-pause"}


class Thing(Resource):
    """A resource that keeps what is done to it."""

    kind = "thing"

    def __init__(self, name: str, current: State | None, desired: State | None, log: list[str] | None = None) -> None:
        super().__init__(name, desired)
        self.current = current
        self.log = log if log is not None else []

    def read(self, aws: Aws) -> State | None:
        self.log.append(f"read {self.name}")
        return self.current

    def create(self, aws: Aws, desired: State) -> None:
        self.log.append(f"create {self.name} {desired}")

    def update(self, aws: Aws, current: State, desired: State, changed: frozenset[str]) -> None:
        self.log.append(f"update {self.name} {sorted(changed)}")

    def delete(self, aws: Aws, current: State) -> None:
        self.log.append(f"delete {self.name}")

    def is_marked(self, current: State) -> bool:
        return bool(current.get("mark"))


@pytest.mark.parametrize(
    ("current", "desired", "fields"),
    [
        ({"a": 1, "b": 2}, {"a": 1}, set()),
        ({"a": 1}, {"a": 2}, {"a"}),
        ({}, {"a": 0}, {"a"}),
        ({"a": None}, {"a": ""}, {"a"}),
        ({"a": False}, {"a": False}, set()),
        ({"a": 1, "b": [1, 2]}, {"a": 2, "b": [2, 1]}, {"a", "b"}),
        ({"tags": {"x": "1", "y": "2"}}, {"tags": {"x": "1"}}, set()),
        ({"tags": {"x": "2"}}, {"tags": {"x": "1"}}, {"tags"}),
        ({"tags": {}}, {"tags": {"x": "1"}}, {"tags"}),
        ({"tags": None}, {"tags": {"x": "1"}}, {"tags"}),
        ({"tags": {"x": "1"}}, {"tags": {}}, set()),
        ({"policy": SHUFFLED}, {"policy": POLICY}, set()),
        ({"policy": WIDENED}, {"policy": POLICY}, {"policy"}),
        ({"policy": {**POLICY, "Statement": POLICY["Statement"][:1]}}, {"policy": POLICY}, {"policy"}),
        ({"policy": None}, {"policy": POLICY}, {"policy"}),
        ({}, {"policy": POLICY}, {"policy"}),
    ],
)
def test_differing(current: State, desired: State, fields: set[str]) -> None:
    assert differing(current, desired) == fields


@pytest.mark.parametrize(
    ("current", "desired", "action", "fields"),
    [
        (None, None, "none", set()),
        (None, {"a": 1}, "create", {"a"}),
        ({"a": 1}, {"a": 1}, "none", set()),
        ({"a": 1, "_url": "x"}, {"a": 1}, "none", set()),
        ({"a": 1, "b": 1}, {"a": 2, "b": 1}, "update", {"a"}),
        ({"a": 1}, None, "delete", {"a"}),
    ],
)
def test_plan(current: State | None, desired: State | None, action: str, fields: set[str]) -> None:
    change = plan(Thing("x", current, desired), current)
    assert (change.action, change.fields) == (action, fields)


def test_nothing_to_do_does_nothing(offline: Aws) -> None:
    thing = Thing("x", {"a": 1}, {"a": 1})
    plan(thing, thing.current).apply(offline)
    assert thing.log == []


@pytest.mark.parametrize(
    ("state", "is_ours"),
    [
        (None, True),
        ({"tags": OURS}, True),
        ({"tags": {**OURS, "team": "mail"}}, True),
        ({"tags": {}}, False),
        ({"tags": {}, "mark": True}, True),
        ({"tags": {"ses-pause:guard": "ses-pause-2"}}, False),
        # Another guard's tag says more than our mark.
        ({"tags": {"ses-pause:guard": "ses-pause-2"}, "mark": True}, False),
        # What has no tags goes with what it belongs to.
        ({"subscriptions": []}, True),
    ],
)
def test_ownership(state: State | None, is_ours: bool) -> None:
    states = {Thing("x", state, None): state}
    if is_ours:
        check_ownership("ses-pause", states)
        return
    with pytest.raises(SesError) as caught:
        check_ownership("ses-pause", states)
    assert caught.value.details == {"foreign": ["thing x"]}
    assert caught.value.message == (
        "Not ours, so not touched: thing x. They lack the tag ses-pause:guard=ses-pause. Give the guard another name, "
        "remove them, or, if they are meant to be taken over, name them in adopt. Nothing was written."
    )


@pytest.mark.parametrize(
    ("tags", "adopt", "refused"),
    [
        ({}, ["thing x"], None),
        ({"team": "mail"}, ["thing y", "thing x"], None),
        ({}, ["x"], "thing x"),
        ({}, [], "thing x"),
        (OURS, [], None),
        ({"ses-pause:guard": "ses-pause-2"}, ["thing x"], "thing x"),
        ({"aws:cloudformation:stack-name": "old"}, ["thing x"], "thing x (in the CloudFormation stack old)"),
    ],
)
def test_only_what_is_named_and_free_is_taken_over(
    offline: Aws, tags: dict[str, str], adopt: list[str], refused: str | None
) -> None:
    thing = Thing("x", {"tags": tags, "a": 1}, {"tags": OURS, "a": 2})
    if refused:
        with pytest.raises(SesError) as caught:
            Plan(offline, "ses-pause", [thing], adopt=adopt)
        assert caught.value.details == {"foreign": [refused]}
        return
    result = Plan(offline, "ses-pause", [thing], adopt=adopt).result()
    assert result.get("adopted", []) == ([] if tags == OURS else ["thing x"])
    assert result["changed"]
    assert result["diff"]["before"]["thing x"] == {"tags": tags, "a": 1}
    assert result["diff"]["after"]["thing x"] == {"tags": {**tags, **OURS}, "a": 2}


@pytest.mark.parametrize(
    ("owner", "is_ours"),
    [({"tags": OURS}, True), ({"tags": {}, "mark": True}, True), ({"tags": {}}, False), (None, False)],
)
def test_what_has_no_place_for_a_mark_is_its_owners(owner: State | None, is_ours: bool) -> None:
    house, lodger = Thing("house", owner, None), Thing("lodger", {"tags": {}}, None)
    lodger.belongs_to = (Thing("barn", None, None), house)
    states: dict[Resource, State | None] = {house: owner, lodger: {"tags": {}}}
    if is_ours:
        check_ownership("ses-pause", states)
    else:
        with pytest.raises(SesError, match="thing lodger"):
            check_ownership("ses-pause", states)


def test_all_that_is_foreign_is_named_at_once(offline: Aws) -> None:
    log: list[str] = []
    things = [Thing(name, {"tags": {}}, {"tags": OURS}, log) for name in ("x", "y")]
    with pytest.raises(SesError, match="thing x; thing y"):
        Plan(offline, "ses-pause", things)
    assert sorted(log) == ["read x", "read y"]


def test_everything_is_read_then_written_in_order_and_deleted_last_and_backwards(offline: Aws) -> None:
    log: list[str] = []
    tags = {"tags": OURS}
    whole = Plan(
        offline,
        "ses-pause",
        [
            Thing("gone1", tags, None, log),
            Thing("new", None, {"a": 1}, log),
            Thing("gone2", tags, None, log),
            Thing("same", tags, tags, log),
            Thing("other", {**tags, "a": 1}, {"a": 2}, log),
            Thing("never", None, None, log),
        ],
    )
    assert [line.split()[0] for line in log] == ["read"] * 6
    del log[:]
    whole.apply(offline)
    assert log == ["create new {'a': 1}", "update other ['a']", "delete gone2", "delete gone1"]


def result_of(offline: Aws, *things: Thing) -> dict[str, Any]:
    return Plan(offline, "ses-pause", things).result()


def test_a_result_names_each_resource_that_is_or_will_be(offline: Aws) -> None:
    tags = {"tags": OURS}
    result = result_of(
        offline,
        Thing("new", None, {"b": 1, "a": 1}),
        Thing("other", {**tags, "a": 1, "b": 1}, {"b": 2, "a": 2}),
        Thing("gone", tags, None),
        Thing("same", tags, tags),
        Thing("never", None, None),
    )
    assert result["changed"] is True
    assert result["resources"] == [
        {"kind": "thing", "name": "new", "action": "create", "changes": []},
        {"kind": "thing", "name": "other", "action": "update", "changes": ["a", "b"]},
        {"kind": "thing", "name": "gone", "action": "delete", "changes": []},
        {"kind": "thing", "name": "same", "action": "none", "changes": []},
    ]


def test_no_change_is_no_diff(offline: Aws) -> None:
    result = result_of(offline, Thing("same", {"tags": OURS}, {"tags": OURS}))
    assert (result["changed"], result["diff"]) == (False, {"before": {}, "after": {}})


def test_a_diff_shows_what_was_and_what_will_be(offline: Aws) -> None:
    current = {"tags": {**OURS, "team": "mail"}, "a": 1, "left alone": 1, "_url": "https://x"}
    diff = result_of(
        offline,
        Thing("new", None, {"a": 1, "tags": OURS}),
        Thing("other", current, {"a": 2, "tags": {**OURS, "stage": "live"}}),
        Thing("gone", {"a": 1, "tags": OURS, "_url": "https://x"}, None),
    )["diff"]
    assert diff == {
        "before": {
            "thing other": {"a": 1, "tags": {**OURS, "team": "mail"}},
            "thing gone": {"a": 1, "tags": OURS},
        },
        "after": {
            "thing new": {"a": 1, "tags": OURS},
            "thing other": {"a": 2, "tags": {**OURS, "team": "mail", "stage": "live"}},
        },
    }


def test_what_goes_is_nothing_after() -> None:
    state = {"tags": OURS}
    change = plan(Thing("gone", state, None), state)
    assert (change.before(), change.after()) == (state, {})


def test_a_resource_has_no_defaults_for_what_it_must_do(offline: Aws) -> None:
    bare = Resource("x", None)
    for act in (
        lambda: bare.read(offline),
        lambda: bare.create(offline, {}),
        lambda: bare.update(offline, {}, {}, frozenset()),
        lambda: bare.delete(offline, {}),
    ):
        with pytest.raises(NotImplementedError):
            act()
    assert not bare.is_marked({})


# Tags, many at a time


class Tagged(Thing):
    """A resource whose tags take a call of their own."""

    has_tags_apart = True

    def __init__(self, name: str, desired: State | None, tags: dict[str, str] | None, log: list[str]) -> None:
        super().__init__(name, {"a": 1, "_arn": name}, desired, log)
        self.tags = tags

    def read_tags(self, aws: Aws, current: State) -> dict[str, str] | None:
        self.log.append(f"ask {current['_arn']}")
        return self.tags


def told(name: str, **tags: str) -> dict[str, Any]:
    return {"ResourceARN": name, "Tags": [{"Key": key, "Value": value} for key, value in (OURS | tags).items()]}


@pytest.fixture
def in_bulk(stubbed: Callable[[str], Stubber]) -> Callable[..., None]:
    def answer(*listed: dict[str, Any]) -> None:
        expected = {"ResourceARNList": ["one", "two"]}
        stubbed("resourcegroupstaggingapi").add_response("get_resources", {"ResourceTagMappingList": listed}, expected)

    return answer


def test_what_is_as_it_should_be_by_the_bulk_is_believed(offline: Aws, in_bulk: Callable[..., None]) -> None:
    log: list[str] = []
    things = [Tagged(name, {"a": 1, "tags": OURS}, None, log) for name in ("one", "two")]
    in_bulk(told("two"), told("one", team="mail"))
    states = read_states(offline, things)
    assert [states[thing] for thing in things] == [
        {"a": 1, "_arn": "one", "tags": {**OURS, "team": "mail"}},
        {"a": 1, "_arn": "two", "tags": OURS},
    ]
    assert not [line for line in log if line.startswith("ask")]


@pytest.mark.parametrize(
    ("desired", "listed"),
    [
        ({"a": 2, "tags": OURS}, told("two")),
        ({"a": 1, "tags": {**OURS, "team": "mail"}}, told("two")),
        ({"a": 1, "tags": OURS}, told("two", **{"ses-pause:guard": "other"})),
        (None, told("two")),
        # Not indexed yet.
        ({"a": 1, "tags": OURS}, told("three")),
    ],
)
def test_whatever_would_change_is_asked_for_its_tags_itself(
    offline: Aws, in_bulk: Callable[..., None], desired: State | None, listed: dict[str, Any]
) -> None:
    log: list[str] = []
    own = {**OURS, "own": "yes"}
    things = [Tagged("one", {"a": 1, "tags": OURS}, None, log), Tagged("two", desired, own, log)]
    in_bulk(told("one"), listed)
    states = read_states(offline, things)
    assert [line for line in log if line.startswith("ask")] == ["ask two"]
    assert (states[things[1]] or {})["tags"] == own


def test_what_went_between_the_two_reads_is_gone(offline: Aws, in_bulk: Callable[..., None]) -> None:
    things = [Tagged(name, {"a": 1, "tags": OURS}, None, []) for name in ("one", "two")]
    in_bulk()
    assert list(read_states(offline, things).values()) == [None, None]


def test_one_alone_is_asked_itself(offline: Aws) -> None:
    only = Tagged("one", {"a": 1, "tags": OURS}, OURS, [])
    assert read_states(offline, [only]) == {only: {"a": 1, "_arn": "one", "tags": OURS}}
