# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan: what differs, in which order it is written, what the diff shows."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._converge.plan import differing, plan
from ansible_collections.mailops.ses.plugins.module_utils._converge.resource import Found, Resource, State

from tests.unit.plugins.module_utils._converge.things import OURS, Thing, planned

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
def test_what_is_wanted_and_is_not_so_differs(current: State, desired: State, fields: set[str]) -> None:
    assert differing(current, desired) == fields


@pytest.mark.parametrize(
    ("current", "desired", "action", "fields"),
    [
        (None, None, "none", set()),
        (None, {"a": 1}, "create", {"a"}),
        ({"a": 1}, {"a": 1}, "none", set()),
        ({"a": 1, "left alone": "x"}, {"a": 1}, "none", set()),
        ({"a": 1, "b": 1}, {"a": 2, "b": 1}, "update", {"a"}),
        ({"a": 1}, None, "delete", {"a"}),
    ],
)
def test_a_plan_names_what_happens_and_to_which_fields(current: State | None, desired: State | None, action: str, fields: set[str]) -> None:
    thing = Thing("x", current, desired)
    change = plan(thing, thing.found)
    assert (change.action, change.fields) == (action, fields)


def test_nothing_to_do_does_nothing(offline: Aws) -> None:
    thing = Thing("x", {"a": 1}, {"a": 1})
    plan(thing, thing.found).apply(offline)
    assert thing.log == []


def test_everything_is_read_then_written_in_order_and_deleted_last_and_backwards(offline: Aws) -> None:
    log: list[str] = []
    tags = {"tags": OURS}
    whole = planned(
        offline,
        Thing("gone1", tags, None, log),
        Thing("new", None, {"a": 1}, log),
        Thing("gone2", tags, None, log),
        Thing("same", tags, tags, log),
        Thing("other", {**tags, "a": 1}, {"a": 2}, log),
        Thing("never", None, None, log),
    )
    assert [line.split()[0] for line in log] == ["read"] * 6
    del log[:]
    whole.apply(offline)
    assert log == ["create new {'a': 1}", "update other ['a']", "delete gone2", "delete gone1"]


def result_of(offline: Aws, *things: Thing) -> dict[str, Any]:
    return planned(offline, *things).result()


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
    current = {"tags": {**OURS, "team": "mail"}, "a": 1, "left alone": 1}
    diff = result_of(
        offline,
        Thing("new", None, {"a": 1, "tags": OURS}),
        Thing("other", current, {"a": 2, "tags": {**OURS, "stage": "live"}}),
        Thing("gone", {"a": 1, "tags": OURS}, None),
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
    change = plan(Thing("gone", state, None), Found(state))
    assert (change.before(), change.after()) == (state, {})


def test_a_resource_has_no_defaults_for_what_it_must_do(offline: Aws) -> None:
    bare: Resource[Found] = Resource("x", None)
    for act in (
        lambda: bare.read(offline),
        lambda: bare.create(offline, {}),
        lambda: bare.update(offline, Found({}), {}, frozenset()),
        lambda: bare.delete(offline, Found({})),
    ):
        with pytest.raises(NotImplementedError):
            act()
    assert not bare.is_marked({})
