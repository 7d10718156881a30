# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Lambda does with an event that a function could not handle."""

from __future__ import annotations

from .._aws.client import Aws
from .._converge.resource import Found, Resource, State
from .function import MISSING, when_ready


class InvokeConfig(Resource[Found]):
    """State: retries, max_age_seconds, on_failure (ARN)."""

    kind = "asynchronous invocation settings of function"

    def read(self, aws: Aws) -> Found | None:
        answer = aws.call("lambda", "get_function_event_invoke_config", self.label, MISSING, FunctionName=self.name)
        if answer is None:
            return None
        state: State = {
            "retries": answer.get("MaximumRetryAttempts"),
            "max_age_seconds": answer.get("MaximumEventAgeInSeconds"),
            "on_failure": answer.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"),
        }
        return Found(state)

    def create(self, aws: Aws, desired: State) -> None:
        # Put replaces everything, so all of it is given. Lambda checks that the role may write to the destination.
        with aws.explained("lambda", "put_function_event_invoke_config", self.label):
            when_ready(aws.client("lambda").put_function_event_invoke_config)(
                FunctionName=self.name,
                MaximumRetryAttempts=desired["retries"],
                MaximumEventAgeInSeconds=desired["max_age_seconds"],
                DestinationConfig={"OnFailure": {"Destination": desired["on_failure"]}},
            )

    def update(self, aws: Aws, found: Found, desired: State, changed: frozenset[str]) -> None:
        self.create(aws, desired)

    def delete(self, aws: Aws, found: Found) -> None:
        # They go with the function.
        return None
