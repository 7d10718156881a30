# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One status out of those of slices."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.mailops.ses.plugins.filter.merged_statuses import merged_statuses

NOW = "2026-11-22T10:00:00+00:00"
STATUS: dict[str, Any] = {
    "sending": {"state": "sending"},
    "rates": [],
    "alarms": [],
    "guard": {"deployed": True},
    "health": [],
    "last_drill": None,
}


def entry(name: str, **changes: Any) -> dict[str, Any]:
    return {"name": name, "status": STATUS, "error": None, "at": "2026-11-22T09:30:00+00:00", **changes}


def merged(documents: dict[str, Any], *targets: str, **options: Any) -> list[dict[str, Any]]:
    return merged_statuses(documents, targets, ["one", "two", "three", "four"], now=NOW, **options)


def test_targets_come_in_the_order_asked_for_from_texts_and_from_lists() -> None:
    lost = entry("three", status=None, error="no credentials")
    documents = {"a.json": json.dumps([entry("one"), entry("two")]), "b": [lost], "empty": []}
    assert merged(documents, "three", "one") == [lost, entry("one")]


def test_a_target_that_no_slice_has_looked_at_has_an_error() -> None:
    documents = {"a.json": [entry("one")]}
    assert merged(documents, "two") == [
        {
            "name": "two",
            "status": None,
            "error": "No slice has looked at it. Run its slice again, and give its document.",
            "at": None,
        }
    ]
    (found,) = merged({**documents, "c.json": None, "b.json": None}, "two")
    assert found["error"].startswith("No slice has looked at it (there is no b.json and no c.json). Run ")


def test_an_old_status_is_not_believed() -> None:
    documents = {"a.json": [entry("one")]}
    assert merged(documents, "one", max_age=30) == [entry("one")]
    (found,) = merged(documents, "one", max_age=29)
    assert found["status"] is None
    assert found["error"] == (
        "a.json tells how it was at 2026-11-22T09:30:00+00:00: older than ses_status_max_age. Run its slice again."
    )


def test_without_a_time_ages_are_counted_to_now() -> None:
    fresh = entry("one", at=datetime.now(UTC).isoformat())
    assert merged_statuses({"a.json": [fresh]}, ["one"], ["one"]) == [fresh]
    assert merged_statuses({"a.json": [entry("one", at="2020-01-01T00:00:00Z")]}, ["one"], ["one"])[0]["error"]


@pytest.mark.parametrize(
    ("documents", "told"),
    [
        ({}, "there is nothing to merge. Name the documents in ses_status_documents (mailops.ses.status makes one"),
        ({"a.json": "TARGET  SENDING"}, "a.json is not JSON: Expecting value"),
        ({"a.json": '"text"'}, "a.json is not the status of a slice. mailops.ses.status makes one with"),
        ({"a.json": {"name": "one"}}, "a.json is not the status of a slice."),
        ({"a.json": 5}, "a.json is not the status of a slice."),
        ({"a.json": [5]}, "a.json is not the status of a slice."),
        ({"a.json": [{"name": "one"}]}, "a.json is not the status of a slice."),
        ({"a.json": [entry("one", at=None)]}, "a.json is not the status of a slice."),
        ({"a.json": [entry("one", at="2026-11-22T09:30:00")]}, "a.json is not the status of a slice."),
        ({"a.json": [entry("one", status=None)]}, "a.json is not the status of a slice."),
        ({"a.json": [entry("one", status={"health": []})]}, "a.json is not the status of a slice."),
        ({"a.json": [entry("one", status="well")]}, "a.json is not the status of a slice."),
        ({"a.json": [entry("one")], "b.json": [entry("one")]}, "a.json and b.json both tell of one."),
        ({"a.json": [entry("one"), entry("one")]}, "a.json and a.json both tell of one."),
        ({"a.json": [entry("five")]}, "a.json tells of five, which is not in this inventory."),
    ],
)
def test_a_document_that_cannot_be_meant_is_refused_by_its_name(documents: dict[str, Any], told: str) -> None:
    with pytest.raises(AnsibleFilterError, match=re.escape(f"merged_statuses: {told}")):
        merged(documents, "one")
