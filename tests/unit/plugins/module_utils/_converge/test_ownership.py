# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose a resource is: what is not ours is not touched."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._converge.ownership import check_ownership, own_tags
from ansible_collections.mailops.ses.plugins.module_utils._converge.resource import Found, Resource, State

from tests.unit.plugins.module_utils._converge.things import OURS, Thing, planned


def test_tags_are_texts_and_the_guards_own_wins() -> None:
    tags = own_tags({"cost-center": 4711, 1: True, "ses-pause:guard": "other"}, "ses-pause")
    assert tags == {"cost-center": "4711", "1": "True", "ses-pause:guard": "ses-pause"}


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
def test_what_carries_our_tag_or_our_mark_is_ours(state: State | None, is_ours: bool) -> None:
    thing = Thing("x", state, None)
    states = {thing: thing.found}
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
            planned(offline, thing, adopt=adopt)
        assert caught.value.details == {"foreign": [refused]}
        return
    result = planned(offline, thing, adopt=adopt).result()
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
    states: dict[Resource[Any], Found | None] = {house: house.found, lodger: lodger.found}
    if is_ours:
        check_ownership("ses-pause", states)
    else:
        with pytest.raises(SesError, match="thing lodger"):
            check_ownership("ses-pause", states)


def test_all_that_is_foreign_is_named_at_once(offline: Aws) -> None:
    log: list[str] = []
    things = [Thing(name, {"tags": {}}, {"tags": OURS}, log) for name in ("x", "y")]
    with pytest.raises(SesError, match="thing x; thing y"):
        planned(offline, *things)
    assert sorted(log) == ["read x", "read y"]
