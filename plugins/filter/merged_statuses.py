# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: merged_statuses
short_description: One status of all targets, out of those of slices
version_added: 1.0.0
author:
  - mailops.ses contributors (@mailops)
description:
  - Joins what several runs of the status playbook have found, each of a slice of the inventory.
  - A target of which no document tells, or only an old one, has an error in place of a status.
  - Refuses a document that is none, two that tell of the same target, and one that tells of a target that the inventory
    does not have.
options:
  _input:
    description:
      - The documents by their names. Each is what the playbook C(mailops.ses.status) writes with
        C(ses_status_format=json), as text or as data, or null where it is missing.
    type: dict
    required: true
  targets:
    description:
      - The targets of which the result is to tell.
    type: list
    elements: str
    required: true
  inventory:
    description:
      - All hosts of the inventory.
    type: list
    elements: str
    required: true
  max_age:
    description:
      - From how many minutes on a status is too old to be believed.
    type: int
    default: 60
  now:
    description:
      - The time that ages are counted to, in ISO 8601.
      - The present time where it is not given.
    type: str
"""

EXAMPLES = r"""
- name: Show all targets
  ansible.builtin.debug:
    msg: "{{ merged | mailops.ses.status_table }}"
  vars:
    merged: "{{ documents | mailops.ses.merged_statuses(ansible_play_hosts_all, groups['all']) }}"
    documents:
      first: "{{ lookup('ansible.builtin.file', 'slice-1.json') }}"
      second: "{{ lookup('ansible.builtin.file', 'slice-2.json') }}"
"""

RETURN = r"""
_value:
  description:
    - What one run of the playbook would have found of all targets.
  type: list
  elements: dict
  sample: [{name: shop.eu-west-1, status: {health: []}, error: null, at: '2026-11-22T10:00:00+00:00'}]
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils._ses import times

SHAPE = {"name", "status", "error", "at"}
# What the table and the report cannot do without.
STATUS = {"sending", "rates", "alarms", "guard", "health", "last_drill"}
ZONE = re.compile(r"(Z|[+-]\d\d:\d\d)$")
HOW = "mailops.ses.status makes one with -e ses_status_format=json -e ses_status_file=FILE"


def merged_statuses(
    documents: Mapping[str, Any],
    targets: Iterable[str],
    inventory: Collection[str],
    max_age: int = 60,
    now: str | None = None,
) -> list[dict[str, Any]]:
    """[{name, status, error, at}] of the targets, or an error that names the document and what is wrong with it."""
    if not documents:
        raise _error(
            f"there is nothing to merge. Name the documents in ses_status_documents ({HOW}), or let earlier jobs of "
            "the workflow leave them with -e ses_status_share=true."
        )
    found: dict[str, tuple[str, Mapping[str, Any]]] = {}
    missing = sorted(source for source, document in documents.items() if document is None)
    for source, document in documents.items():
        for entry in _entries(source, document) if document is not None else []:
            name = str(entry["name"])
            if name not in inventory:
                raise _error(f"{source} tells of {name}, which is not in this inventory. Use that of the slices.")
            if name in found:
                raise _error(f"{found[name][0]} and {source} both tell of {name}. Give one document a slice.")
            found[name] = (source, entry)
    end = datetime.now(UTC) if now is None else _time(now)
    if end is None:
        raise _error(f"now: {now!r} is no time with its zone, such as 2026-11-22T10:00:00+00:00.")
    oldest = end - timedelta(minutes=max_age)
    return [_believed(*found[name], oldest) if name in found else _unknown(name, missing) for name in targets]


def _entries(source: str, document: Any) -> Sequence[Mapping[str, Any]]:
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except ValueError as error:
            raise _error(f"{source} is not JSON: {error}. {HOW}.") from error
    if not isinstance(document, Sequence) or isinstance(document, str) or not all(map(_fits, document)):
        raise _error(f"{source} is not the status of a slice. {HOW}.")
    return document


def _fits(entry: Any) -> bool:
    """Whether this is what the status playbook says of a target."""
    if not isinstance(entry, Mapping) or not set(entry) >= SHAPE or _time(entry["at"]) is None:
        return False
    status = entry["status"]
    return entry["error"] is not None if status is None else isinstance(status, Mapping) and set(status) >= STATUS


def _time(text: Any) -> datetime | None:
    """None where it is no time with its zone."""
    return times.parse(text) if ZONE.search(str(text)) else None


def _believed(source: str, entry: Mapping[str, Any], oldest: datetime) -> dict[str, Any]:
    at = _time(entry["at"])
    if at is None or at < oldest:
        error = f"{source} tells how it was at {entry['at']}: older than ses_status_max_age. Run its slice again."
        return {**entry, "status": None, "error": error}
    return dict(entry)


def _unknown(name: str, missing: list[str]) -> dict[str, Any]:
    why = f" (there is no {' and no '.join(missing)})" if missing else ""
    error = f"No slice has looked at it{why}. Run its slice again, and give its document."
    return {"name": name, "status": None, "error": error, "at": None}


def _error(what: str) -> AnsibleFilterError:
    return AnsibleFilterError(f"merged_statuses: {what}")


class FilterModule:
    """Where Ansible finds the filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"merged_statuses": merged_statuses}
