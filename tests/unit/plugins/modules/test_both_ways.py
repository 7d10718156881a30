# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An operation gets the same, and gives the same, as a module process and in Ansible's worker: for each option.

That real processes do it too show the integration targets, by some steps of each module.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec
from ansible_collections.mailops.ses.plugins.module_utils._aws.client import connection_spec
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._operations import operation

from tests.unit.plugins.modules.test_modules import OPERATIONS

# What people write, and what nobody can mean, for an option of each type.
VALUES: dict[str, list[Any]] = {
    "str": ["a word", "", 4.50, True, {"a": 1}],
    "int": [7, "7", "seven", 7.5],
    "float": [0.045, "0.045", 1, "much"],
    "bool": [True, "no", "on", "perhaps"],
    "path": ["~/file", "/file"],
    "raw": ["anything", {"a": [1]}],
    "dict": [{"a": "b"}, '{"a": 1}', "a=b c=d", "nothing of it"],
}
# botocore's own settings: of others it makes an exception.
CONFIG = aws_argument_spec()["aws_config"]
MIXED = {"text": "é — ✓", "rate": 0.045, "none": None, "list": [1, {"deep": [True, "0"]}], "empty": {}}
Outcome = dict[str, Any]


class Connection:
    """What an operation gets of a target, without a session of boto3, which takes long to make."""

    def __init__(self, params: dict[str, Any]) -> None:
        self.params = params
        self.sent: list[str] = []


@pytest.fixture(autouse=True)
def _connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operation, "Aws", Connection)


def values(option: dict[str, Any]) -> list[Any]:
    if option.get("type") == "list":
        each = values({**option, "type": option.get("elements", "str")})
        return [[], *([value] for value in each), each, "one, two", 3]
    if option == CONFIG:
        return [{}, {"retries": {"total_max_attempts": 1}}, "nothing of it"]
    if "choices" in option:
        return [*option["choices"], str(option["choices"][0]).upper(), "none of them"]
    if "options" in option:
        below = option["options"].items()
        wrong = [{name: value} for name, each in below for value in values(each)]
        return [{}, {"unknown": 1}, {name: values(each)[0] for name, each in below}, *wrong]
    return VALUES[option.get("type", "str")]


def least(name: str) -> dict[str, Any]:
    """The options without which a module is refused."""
    spec = OPERATIONS[name].OPERATION.argument_spec()
    required = {option for option in spec if spec[option].get("required")}
    first = {"ses_reputation_alarm": {"metric": "bounce_rate"}, "ses_pause_function": {"state": "absent"}}
    return {"region": "eu-west-1"} | {option: values(spec[option])[0] for option in required} | first.get(name, {})


def cases() -> Iterator[tuple[str, str]]:
    for name in OPERATIONS:
        yield from ((name, option) for option in OPERATIONS[name].OPERATION.spec)
    # Those of the connection, which all modules share.
    yield from (("ses_sending_enabled", option) for option in connection_spec())


def as_a_process(run: operation.Operation, name: str, arguments: dict[str, Any], check: bool, printed: Any) -> Outcome:
    own = {"_ansible_check_mode": check, "_ansible_module_name": name}
    with patch_module_args(copy.deepcopy(arguments) | own), pytest.raises(SystemExit):
        operation.run_module(run)
    return plain(json.loads(printed.readouterr().out))


def in_the_worker(run: operation.Operation, name: str, arguments: dict[str, Any], check: bool) -> Outcome:
    given = copy.deepcopy(arguments)
    outcome = operation.run_here(
        run, name, given, check, say=print, insist=print, log=lambda text: None, with_arguments=True
    )
    return plain(json.loads(json.dumps(outcome)))


def plain(outcome: Outcome) -> Outcome:
    """A module also says where it failed, its arguments before ansible-core 2.21, and all warnings of its process."""
    return {key: value for key, value in outcome.items() if key not in ("exception", "invocation", "warnings")}


@pytest.mark.parametrize(("name", "option"), list(cases()))
def test_an_option_means_the_same_both_ways(name: str, option: str, capsys: pytest.CaptureFixture[str]) -> None:
    got: list[tuple[dict[str, Any], dict[str, Any], bool]] = []

    def run(aws: Any, params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
        got.append((aws.params, params, check_mode))
        return {"changed": check_mode, "params": params, **MIXED}

    recording = OPERATIONS[name].OPERATION._replace(run=run)
    for number, value in enumerate(values(recording.argument_spec()[option])):
        arguments, check = {**least(name), option: value}, bool(number % 2)
        there = as_a_process(recording, name, arguments, check, capsys)
        here = in_the_worker(recording, name, arguments, check)
        assert there == here, f"{option}: {value!r}"
        assert there.get("failed") or got[-1] == got[-2], f"{option}: {value!r}"


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_unknown_option_and_a_failure_are_told_the_same_both_ways(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(aws: Any, params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
        raise SesError("Not so, as hunter2 says.", told=MIXED)

    failing = OPERATIONS[name].OPERATION._replace(run=run)
    for more in ({}, {"unknown": 1}, {"region": "eu-west-1", "aws_region": "us-east-1"}, {"secret_key": "hunter2"}):
        there = as_a_process(failing, name, least(name) | more, False, capsys)
        here = in_the_worker(failing, name, least(name) | more, False)
        assert there["failed"] is True
        assert there == here
        assert "hunter2" not in json.dumps(there) or "secret_key" not in more
