# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The policies in docs/iam/, made from what was asked for: one a level, with the statements of the levels below it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "docs" / "iam"
SECURITY = ROOT / "docs" / "security.md"
TEMPLATE = FOLDER / "deployer-role.yaml"
VERSION = "2012-10-17"
# Who asked: (action, resource).
Need = tuple[str, str]
Statement = dict[str, Any]

# The verb with which a level's statements begin.
VERBS = {"reader": "See", "operator": "Operate", "deployer": "Deploy"}
# What stands for a part of a resource's name that is not ours to know; of a role and a dashboard, the Region is.
WIDER = (
    (r"(role|dashboard)/ses-pause-.*", r"\1/ses-pause-*"),
    (r"alarm:ses-pause-.*", "alarm:ses-pause-*"),
    (r"(configuration-set|identity|tenant)/.*", r"\1/*"),
    (r"key/.*", "key/*"),
    (r"log-group::log-stream:", "log-group:*"),
    (r"(log-group:[^:]+):.*", r"\1:*"),
)
# What a statement's name says of its resources: (a part of them, the name), the first that fits.
KINDS = (
    (":alarm:*", "AllAlarms"),
    (":alarm:", "Alarms"),
    (":dashboard/", "Dashboard"),
    (":rule/", "Sweep"),
    (":role/", "ExecutionRole"),
    (":function:", "Function"),
    (":log-group:*", "AllLogGroups"),
    ("/ses-pause:*", "Log"),
    (":log-group:", "LogTags"),
    (":configuration-set/", "ConfigurationSets"),
    (":identity/", "Identities"),
    (":tenant/", "Tenants"),
    (":ses-pause-notify", "NotifyTopic"),
    (":ses-pause-trip", "Topics"),
    (":sqs:", "Queue"),
)
SETS_AND_TENANTS = {"ConfigurationSets", "Tenants"}
# Of actions for which IAM knows no resource.
NO_RESOURCE = "WhatHasNoResource"
CONDITIONS: dict[str, dict[str, Any]] = {
    "iam:PassRole": {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}},
    "lambda:AddPermission": {"StringEquals": {"lambda:Principal": ["events.amazonaws.com", "sns.amazonaws.com"]}},
}
OWN_NAMES = {"iam:PassRole": "PassExecutionRole", "lambda:AddPermission": "LetTopicAndSweepInvoke"}
# botocore's name of a service where IAM's prefix is another.
PREFIXES = {"sesv2": "ses", "resourcegroupstaggingapi": "tag"}
# Whoever has credentials may ask who they are.
FREE = {"sts:GetCallerIdentity"}


def generalise(arn: str) -> str:
    """The resource in any account, Region and partition, of any target."""
    if arn == "*":
        return arn
    _arn, _partition, service, region, _account, name = arn.split(":", 5)
    for pattern, wider in WIDER:
        if re.fullmatch(pattern, name):
            name = re.sub(pattern, wider, name)
            break
    return f"arn:*:{service}:{'*' if region else ''}:*:{name}"


def statements(needs: Mapping[str, Iterable[Need]]) -> dict[str, list[Statement]]:
    """{level: its own statements}, by name, from what each level asked for; the levels from the lowest up."""
    result: dict[str, list[Statement]] = {}
    allowed: set[Need] = set()
    for level, asked in needs.items():
        wanted = {(action, generalise(resource)) for action, resource in asked}
        new = {need for need in wanted - allowed if not _covered(need, (wanted | allowed) - {need})}
        by_action: dict[str, set[str]] = {}
        for action, resource in sorted(new):
            by_action.setdefault(action, set()).add(resource)
        result[level] = list(_grouped(VERBS[level], by_action))
        allowed |= new
    return result


def _covered(need: Need, others: Iterable[Need]) -> bool:
    """Whether another need of the same action is about this resource too."""
    return any(action == need[0] and fnmatchcase(need[1], resource) for action, resource in others)


def _grouped(verb: str, by_action: Mapping[str, set[str]]) -> Iterator[Statement]:
    """One statement for all actions on the same resources; one of its own where there is a condition."""
    groups: dict[tuple[frozenset[str], str], list[str]] = {}
    for action, resources in by_action.items():
        own = action if action in CONDITIONS else ""
        groups.setdefault((frozenset(resources), own), []).append(action)
    _join_sets_and_tenants(groups)
    named: dict[str, Statement] = {}
    for (resources, own), actions in groups.items():
        name = OWN_NAMES.get(own) or f"{verb}{_kind(resources)}"
        assert name not in named, f"two statements would be called {name}"
        named[name] = {"Sid": name, "Effect": "Allow", "Action": sorted(actions), "Resource": sorted(resources)}
        if own:
            named[name]["Condition"] = CONDITIONS[own]
    yield from (named[name] for name in sorted(named))


def _join_sets_and_tenants(groups: dict[tuple[frozenset[str], str], list[str]]) -> None:
    """No action on the one means anything for the other, and a policy has few characters."""
    alike = [key for key in groups if {_kind(frozenset([resource])) for resource in key[0]} <= SETS_AND_TENANTS]
    if len(alike) > 1:
        joined = frozenset(resource for resources, _own in alike for resource in resources)
        groups[joined, ""] = [action for key in alike for action in groups.pop(key)]


def _kind(resources: frozenset[str]) -> str:
    kinds = {next((name for part, name in KINDS if part in resource), NO_RESOURCE) for resource in resources}
    # Both topics are "Topics", and a log group with its tags is a log.
    return "And".join(sorted(kinds - ({"NotifyTopic"} if "Topics" in kinds else set())))


def documents(needs: Mapping[str, Iterable[Need]]) -> dict[str, dict[str, Any]]:
    """{level: its policy}: each level may do what those below it may."""
    result: dict[str, dict[str, Any]] = {}
    held: list[Statement] = []
    for level, own in statements(needs).items():
        held = [*held, *own]
        result[level] = {"Version": VERSION, "Statement": held}
    return result


def path(level: str) -> Path:
    return FOLDER / f"{level}-policy.json"


def read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text())
    return found


def write(file: Path, document: Mapping[str, Any]) -> None:
    file.write_text(json.dumps(document, indent=2) + "\n")


def actions(document: Mapping[str, Any]) -> set[str]:
    return {action for statement in document["Statement"] for action in statement["Action"]}


def permissions(document: Mapping[str, Any]) -> set[Need]:
    """Every (action, resource) of a policy."""
    return {(action, res) for each in document["Statement"] for action in each["Action"] for res in each["Resource"]}


def table(document: Mapping[str, Any], why: Mapping[str, str]) -> str:
    """The table of docs/security.md. why: {statement's name: what it is for}."""
    lines = ["| statement | actions | on | what for |", "|---|---|---|---|"]
    for statement in document["Statement"]:
        cells = [statement["Sid"], _code(statement["Action"]), _code(statement["Resource"]), why[statement["Sid"]]]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _code(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def called() -> set[str]:
    """Every action that is called anywhere in plugins/module_utils, as IAM names it."""
    found = set()
    for file in (ROOT / "plugins" / "module_utils").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                words = [each.value for each in node.args[:2] if isinstance(each, ast.Constant)]
                if node.func.attr in ("call", "pages", "explained") and len(words) == 2:
                    service, operation = map(str, words)
                    name = "".join(word.capitalize() for word in operation.split("_"))
                    found.add(f"{PREFIXES.get(service, service)}:{name}")
    return found - FREE


PLACEHOLDERS = {"${AWS::Partition}": "*", "${AWS::AccountId}": "*", "${GuardName}": "ses-pause"}


def read_template() -> dict[str, Any]:
    """The template with the default guard's name, and with * for account and partition."""
    text = TEMPLATE.read_text()
    for placeholder, value in PLACEHOLDERS.items():
        text = text.replace(placeholder, value)
    found: dict[str, Any] = _substituted(yaml.safe_load(text))
    return found


def _substituted(node: Any) -> Any:
    """Fn::Sub as its text; other functions stay as they are."""
    if isinstance(node, Mapping):
        return (
            node["Fn::Sub"] if node.keys() == {"Fn::Sub"} else {key: _substituted(each) for key, each in node.items()}
        )
    return [_substituted(each) for each in node] if isinstance(node, list) else node


def as_yaml(document: Mapping[str, Any], indent: int) -> str:
    """A policy's statements as they stand in the template."""
    lines = []
    for statement in document["Statement"]:
        for number, (key, value) in enumerate(statement.items()):
            lines.append(f"{'- ' if number == 0 else '  '}{key}:{_yaml_value(value)}")
    return "\n".join(" " * indent + line for text in lines for line in text.split("\n"))


def _yaml_value(value: Any, depth: int = 4) -> str:
    if isinstance(value, Mapping):
        inner = (f"{key}:{_yaml_value(each, depth + 2)}" for key, each in value.items())
        return "".join(f"\n{' ' * depth}{line}" for line in inner)
    if isinstance(value, list):
        return "".join(f"\n{' ' * depth}- {_scalar(each)}" for each in value)
    return f" {_scalar(value)}"


def _scalar(text: str) -> str:
    if not text.startswith("arn:"):
        return f"'{text}'" if text == "*" else text
    _arn, _partition, service, region, _account, name = text.split(":", 5)
    name = re.sub(r"(?<![a-z-])ses-pause", "${GuardName}", name)
    return f"Fn::Sub: arn:${{AWS::Partition}}:{service}:{region}:${{AWS::AccountId}}:{name}"


def fill(file: Path, name: str, text: str) -> None:
    """Puts the text between the file's two lines that carry the name."""
    before = file.read_text()
    pattern = re.compile(
        rf"(?P<begin>^[^\n]*BEGIN {name}[^\n]*\n).*?(?P<end>^[^\n]*END {name})", re.DOTALL | re.MULTILINE
    )
    assert pattern.search(before), f"{file}: no BEGIN {name} and END {name}"
    file.write_text(pattern.sub(lambda found: f"{found['begin']}{text}\n{found['end']}", before))


def between(file: Path, name: str) -> str:
    text = file.read_text()
    return text.split(f"BEGIN {name}")[1].split("\n", 1)[1].rpartition(f"END {name}")[0].rpartition("\n")[0]
