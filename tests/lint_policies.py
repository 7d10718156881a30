# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m tests.lint_policies`: cfn-lint over every policy, those in docs/iam and those that the modules write.

cfn-lint knows each service's actions and the shape of each kind of policy, without a network.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from ansible_collections.mailops.ses.plugins.module_utils._guard import policies as _policies
from ansible_collections.mailops.ses.plugins.module_utils._guard.names import Names
from cfnlint.api import lint_all

HERE = "eu-west-1:123456789012"
NAMES = Names("ses-pause", "eu-west-1")


class Place:
    """What a policy needs to know of a connection."""

    account = "123456789012"

    @staticmethod
    def arn(service: str, resource: str) -> str:
        return f"arn:aws:{service}:{HERE}:{resource}"


def template(folder: Path) -> dict[str, Any]:
    place: Any = Place()
    kinds = {path.stem.title().replace("-", ""): json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}
    key = f"arn:aws:kms:{HERE}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    kinds["Function"] = _policies.execution_policy(place, NAMES, key)
    resources = {
        name: {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": document}}
        for name, document in kinds.items()
    }
    role = {"AssumeRolePolicyDocument": _policies.trust_policy()}
    resources["Role"] = {"Type": "AWS::IAM::Role", "Properties": role}
    for name, topic in (("Trip", NAMES.trip_topic), ("Notify", NAMES.notify_topic)):
        content = {"Topics": [place.arn("sns", topic)], "PolicyDocument": _policies.topic_policy(place, NAMES, topic)}
        resources[name] = {"Type": "AWS::SNS::TopicPolicy", "Properties": content}
    queue = {"Queues": ["https://example.com/failures"], "PolicyDocument": _policies.queue_policy(place, NAMES)}
    resources["Queue"] = {"Type": "AWS::SQS::QueuePolicy", "Properties": queue}
    return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}


def main() -> int:
    made = template(Path("docs/iam"))
    found = [match for match in lint_all(json.dumps(made)) if not match.rule.id.startswith("I")]
    for match in found:
        print(f"{match.rule.id} {'/'.join(map(str, match.path or []))}: {match.message[:200]}")
    print(f"{len(made['Resources'])} policies, {len(found)} findings")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
