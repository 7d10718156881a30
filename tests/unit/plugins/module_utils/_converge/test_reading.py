# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many resources are read at once, and their tags many at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._converge.reading import read_states
from ansible_collections.mailops.ses.plugins.module_utils._converge.resource import Found, State
from botocore.stub import Stubber

from tests.unit.plugins.module_utils._converge.things import OURS, Thing


class Tagged(Thing):
    """A resource whose tags take a call of their own."""

    has_tags_apart = True

    def __init__(self, name: str, desired: State | None, tags: dict[str, str] | None, log: list[str]) -> None:
        super().__init__(name, None, desired, log)
        self.found = Found({"a": 1}, name)
        self.tags = tags

    def read_tags(self, aws: Aws, found: Found) -> dict[str, str] | None:
        self.log.append(f"ask {found.arn}")
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
        Found({"a": 1, "tags": {**OURS, "team": "mail"}}, "one"),
        Found({"a": 1, "tags": OURS}, "two"),
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
    asked = states[things[1]]
    assert asked
    assert asked.state["tags"] == own


def test_what_went_between_the_two_reads_is_gone(offline: Aws, in_bulk: Callable[..., None]) -> None:
    things = [Tagged(name, {"a": 1, "tags": OURS}, None, []) for name in ("one", "two")]
    in_bulk()
    assert list(read_states(offline, things).values()) == [None, None]


def test_one_alone_is_asked_itself(offline: Aws) -> None:
    only = Tagged("one", {"a": 1, "tags": OURS}, OURS, [])
    assert read_states(offline, [only]) == {only: Found({"a": 1, "tags": OURS}, "one")}
