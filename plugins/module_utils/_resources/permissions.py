# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may invoke a function: whom its policy names, nobody else."""

from __future__ import annotations

import json
from typing import Any

from .._aws.client import Aws
from .._converge.plan import differing
from .._converge.resource import Found, Resource, State
from .function import MISSING


class Permissions(Resource[Found]):
    """State: policy, the function's resource policy."""

    kind = "permissions of function"

    def read(self, aws: Aws) -> Found | None:
        answer = aws.call("lambda", "get_policy", self.label, MISSING, FunctionName=self.name)
        return None if answer is None else Found({"policy": json.loads(answer["Policy"])})

    def create(self, aws: Aws, desired: State) -> None:
        for statement in desired["policy"]["Statement"]:
            self._add(aws, statement)

    def _add(self, aws: Aws, statement: dict[str, Any]) -> None:
        aws.call(
            "lambda",
            "add_permission",
            self.label,
            FunctionName=self.name,
            StatementId=statement["Sid"],
            Action=statement["Action"],
            Principal=statement["Principal"]["Service"],
            SourceArn=statement["Condition"]["ArnLike"]["AWS:SourceArn"],
        )

    def update(self, aws: Aws, found: Found, desired: State, changed: frozenset[str]) -> None:
        present = {statement["Sid"]: statement for statement in found.state["policy"]["Statement"]}
        wanted = {statement["Sid"]: statement for statement in desired["policy"]["Statement"]}
        kept = {sid for sid in present if sid in wanted and not _differs(present[sid], wanted[sid])}
        for sid in sorted(present.keys() - kept):
            aws.call("lambda", "remove_permission", self.label, MISSING, FunctionName=self.name, StatementId=sid)
        for sid in sorted(wanted.keys() - kept):
            self._add(aws, wanted[sid])

    def delete(self, aws: Aws, found: Found) -> None:
        # They go with the function.
        return None


def _differs(current: dict[str, Any], desired: dict[str, Any]) -> bool:
    return bool(differing({"policy": {"Statement": [current]}}, {"policy": {"Statement": [desired]}}))
