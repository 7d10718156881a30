# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A target as the modules see it: one account in one Region of the local AWS, and what is asked of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from types import ModuleType
from typing import Any

import requests
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws
from ansible_collections.mailops.ses.plugins.module_utils._operations import ses_reputation_info

ACCOUNT = "123456789012"
OTHER_ACCOUNT = "210987654321"
REGION = "eu-west-1"
# The package is never run here, so that any text will do.
CODE = {"ses_pause.py": "def handler(event, context):\n    return None\n"}
READS = ("Describe", "Filter", "Get", "List", "Simulate")
# One attempt: an error must show at once.
ONE_ATTEMPT = {"retries": {"total_max_attempts": 1}}

Calls = Counter[str]


def validated(module: ModuleType, **options: Any) -> dict[str, Any]:
    """The parameters that a module gets for these options; AssertionError for options that its spec refuses."""
    validator = ArgumentSpecValidator(module.OPERATION.argument_spec(), **module.OPERATION.rules)
    validation = validator.validate(options)
    assert not validation.error_messages, validation.error_messages
    return validation.validated_parameters


class Target:
    """``run(module, check_mode, **options)``: what a task with these options would give."""

    def __init__(self, url: str, shared: dict[str, Aws] | None = None, **options: Any) -> None:
        """shared: a session and its clients are slow to make, so tests share those of a Region."""
        self.connection = {
            "region": REGION,
            "endpoint_url": url,
            "access_key": "testing",
            "secret_key": "testing",
            **options,
        }
        self._url = url
        self._shared = shared

    def aws(self) -> Aws:
        """The connection of one more task: it knows nothing of the tasks before."""
        if self._shared is None:
            return Aws(validated(ses_reputation_info, **self.connection))
        region = self.connection["region"]
        if region not in self._shared:
            self._shared[region] = Aws(validated(ses_reputation_info, **self.connection))
        aws = copy(self._shared[region])
        vars(aws).pop("_identity", None)
        aws._caller = None
        aws._paces = copy(aws._paces)
        return aws

    def run(self, module: ModuleType, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        return module.run(self.aws(), validated(module, **self.connection, **options), check_mode)

    def check(self, module: ModuleType, **options: Any) -> dict[str, Any]:
        """A run in check mode; AssertionError if it writes."""
        with self.recorded() as calls:
            result = self.run(module, True, **options)
        assert not writes(calls), f"check mode wrote: {writes(calls)}"
        return result

    def converge(self, module: ModuleType, **options: Any) -> dict[str, Any]:
        """Four steps: in check mode, for real, and both again. The result of the first one that was for real.

        AssertionError unless the first two tell the same change and the last two none, or if a step writes that may
        not.
        """
        planned = self.check(module, **options)
        done = self.run(module, **options)
        assert planned["changed"]
        assert planned == done
        assert not self.check(module, **options)["changed"]
        with self.recorded() as calls:
            again = self.run(module, **options)
        assert not again["changed"]
        assert again["diff"] == {"before": {}, "after": {}}
        assert not writes(calls), f"a run without a change wrote: {writes(calls)}"
        return done

    @contextmanager
    def recorded(self) -> Iterator[Calls]:
        """The calls made meanwhile, by all: {"service:Operation": how often}; filled when the block ends."""
        calls: Calls = Counter()
        requests.delete(f"{self._url}/_local_aws/calls", timeout=10).raise_for_status()
        try:
            yield calls
        finally:
            answer = requests.get(f"{self._url}/_local_aws/calls", timeout=10).json()
            for row in answer["calls"]:
                calls[f"{row['service']}:{row['operation']}"] += row["count"]


MakeTarget = Callable[..., Target]


def writes(calls: Calls) -> list[str]:
    """Those that change something."""
    return sorted(call for call in calls if not call.partition(":")[2].startswith((*READS, "AssumeRole")))


def actions(result: dict[str, Any]) -> dict[str, Any]:
    """{"KIND NAME": action, or the list of changed fields} of all resources that are not as they should be."""
    return {
        f"{entry['kind']} {entry['name']}": entry["changes"] or entry["action"]
        for entry in result["resources"]
        if entry["action"] != "none"
    }


def inventory(aws: Callable[..., Any], region: str = REGION) -> dict[str, list[str]]:
    """Every resource of the kinds that a guard has, by name."""
    rules = aws("events", region).list_rules()["Rules"]
    dashboards = aws("cloudwatch", region).list_dashboards()["DashboardEntries"]
    return {
        "roles": [role["RoleName"] for role in aws("iam").list_roles()["Roles"]],
        "log groups": [group["logGroupName"] for group in aws("logs", region).describe_log_groups()["logGroups"]],
        "queues": [url.rpartition("/")[2] for url in aws("sqs", region).list_queues().get("QueueUrls", [])],
        "topics": [topic["TopicArn"].rpartition(":")[2] for topic in aws("sns", region).list_topics()["Topics"]],
        "subscriptions": [entry["Endpoint"] for entry in aws("sns", region).list_subscriptions()["Subscriptions"]],
        "alarms": [alarm["AlarmName"] for alarm in aws("cloudwatch", region).describe_alarms()["MetricAlarms"]],
        "functions": [entry["FunctionName"] for entry in aws("lambda", region).list_functions()["Functions"]],
        "rules": [rule["Name"] for rule in rules],
        "dashboards": [entry["DashboardName"] for entry in dashboards],
    }
