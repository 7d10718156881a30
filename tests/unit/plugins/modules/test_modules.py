# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules and their action plugins: wired to the same operation, and documented as they are."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
import yaml
from ansible.module_utils.testing import patch_module_args
from ansible_collections.mailops.ses.plugins.doc_fragments.adopt import ModuleDocFragment as AdoptOption
from ansible_collections.mailops.ses.plugins.doc_fragments.alarms import ModuleDocFragment as AlarmsOption
from ansible_collections.mailops.ses.plugins.doc_fragments.attributes import ModuleDocFragment as Attributes
from ansible_collections.mailops.ses.plugins.doc_fragments.function import ModuleDocFragment as FunctionOptions
from ansible_collections.mailops.ses.plugins.doc_fragments.target import ModuleDocFragment as TargetOptions
from ansible_collections.mailops.ses.plugins.module_utils._operations import (
    operation,
    ses_pause_drill,
    ses_pause_function,
    ses_pause_guard,
    ses_reputation_alarm,
    ses_reputation_info,
    ses_sending_enabled,
)

from tests.unit.plugins.target import CODE, Target

PACKAGE = "ansible_collections.mailops.ses.plugins"
OPERATIONS: dict[str, ModuleType] = {
    "ses_sending_enabled": ses_sending_enabled,
    "ses_reputation_alarm": ses_reputation_alarm,
    "ses_pause_drill": ses_pause_drill,
    "ses_pause_function": ses_pause_function,
    "ses_pause_guard": ses_pause_guard,
    "ses_reputation_info": ses_reputation_info,
}
FRAGMENTS = {
    "mailops.ses.adopt": AdoptOption.DOCUMENTATION,
    "mailops.ses.alarms": AlarmsOption.DOCUMENTATION,
    "mailops.ses.alarms.one": AlarmsOption.ONE,
    "mailops.ses.alarms.task": AlarmsOption.TASK,
    "mailops.ses.function": FunctionOptions.DOCUMENTATION,
}
Run = Callable[..., dict[str, Any]]


def module_of(name: str) -> Any:
    return importlib.import_module(f"{PACKAGE}.modules.{name}")


@pytest.fixture
def run(target: Target, capsys: pytest.CaptureFixture[str]) -> Run:
    """``run(module, check_mode, **options)``: what main() prints before it exits."""

    def main(name: str, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        arguments = {**target.connection, **options, "_ansible_check_mode": check_mode}
        with patch_module_args(arguments), pytest.raises(SystemExit):
            module_of(name).main()
        result: dict[str, Any] = json.loads(capsys.readouterr().out)
        return result

    return main


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_action_plugin_runs_the_same_operation(name: str) -> None:
    action = importlib.import_module(f"{PACKAGE}.action.{name}")
    assert action.ActionModule.OPERATION is OPERATIONS[name].OPERATION


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_documentation_names_the_options_with_their_types_choices_and_defaults(name: str) -> None:
    documentation = yaml.safe_load(module_of(name).DOCUMENTATION)
    documented: dict[str, Any] = {}
    for fragment in documentation["extends_documentation_fragment"]:
        documented |= yaml.safe_load(FRAGMENTS[fragment])["options"] if fragment in FRAGMENTS else {}
    # As for Ansible: what a module says itself goes before its fragments.
    documented |= documentation.get("options", {})
    assert told(documented, "suboptions") == told(OPERATIONS[name].SPEC, "options")


def told(options: dict[str, Any], below: str) -> dict[str, Any]:
    return {
        name: {
            **{key: option.get(key) for key in ("type", "elements", "required", "default", "choices")},
            "options": told(option.get(below) or {}, below),
        }
        for name, option in options.items()
    }


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_module_shares_the_target_and_the_attributes(name: str) -> None:
    fragments = yaml.safe_load(module_of(name).DOCUMENTATION)["extends_documentation_fragment"]
    assert {"mailops.ses.attributes", "mailops.ses.target", "amazon.aws.common.modules"} < set(fragments)
    shared = yaml.safe_load(TargetOptions.DOCUMENTATION)["options"]
    spec = OPERATIONS[name].OPERATION.argument_spec()
    assert told(shared, "suboptions") == told({option: spec[option] for option in shared}, "options")
    attributes = yaml.safe_load(Attributes.DOCUMENTATION)["attributes"]
    assert {"check_mode", "diff_mode", "idempotent", "action"} == set(attributes)
    assert yaml.safe_load(Attributes.INFO)["attributes"]["diff_mode"]["support"] == "N/A"
    assert yaml.safe_load(Attributes.DRILL)["attributes"]["idempotent"]["support"] == "none"


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("ses_sending_enabled", {"enabled": False}),
        ("ses_reputation_alarm", {"metric": "bounce_rate", "alarm_actions": []}),
        ("ses_pause_function", {"code": CODE}),
        ("ses_pause_guard", {"code": CODE, "alarms": []}),
        ("ses_reputation_info", {}),
    ],
)
def test_every_returned_key_is_documented(target: Target, name: str, result: dict[str, Any]) -> None:
    documented = yaml.safe_load(module_of(name).RETURN)
    found = target.run(OPERATIONS[name], **result)
    assert set(found) - {"changed", "diff", "warnings"} <= set(documented)
    for key in set(found) & set(documented):
        assert_documented(found[key], documented[key], key)


def assert_documented(value: Any, documented: dict[str, Any], where: str) -> None:
    contains = documented.get("contains", {})
    for entry in value if isinstance(value, list) else [value]:
        if isinstance(entry, dict) and contains:
            assert set(entry) <= set(contains), where
            for key in entry:
                assert_documented(entry[key], contains[key], f"{where}.{key}")


# main()


def test_a_change_and_no_change(run: Run, target: Target) -> None:
    planned = run("ses_sending_enabled", True, enabled=False)
    assert planned["changed"] is True
    done = run("ses_sending_enabled", enabled=False)
    assert done == planned
    assert run("ses_sending_enabled", enabled=False)["changed"] is False


@pytest.mark.parametrize("name", ["ses_reputation_alarm", "ses_pause_function"])
def test_rules_over_several_options_hold(run: Run, name: str) -> None:
    result = run(name)
    assert result["failed"] is True
    assert result["msg"] in (
        "one of the following is required: metric, alarms, configuration_sets",
        "state is present but all of the following are missing: code",
    )


def test_an_error_says_what_to_do_and_brings_its_details(run: Run) -> None:
    result = run("ses_sending_enabled", enabled=False, configuration_sets=["nwes"])
    assert result["failed"] is True
    assert result["missing"] == ["nwes"]
    assert result["msg"].startswith("Not in SES of account")


def test_a_warning_is_no_part_of_the_result(
    run: Run, control: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    warnings: list[str] = []
    monkeypatch.setattr(operation, "warn", warnings.append)
    control("ses", region="eu-west-1", enforcement_status="PROBATION")
    result = run("ses_reputation_info", gather=["account"])
    (warning,) = warnings
    assert "AWS reviews this account" in warning
    assert "warnings" not in result


def test_a_warning_is_no_part_of_a_failure_either(run: Run, target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    warnings: list[str] = []
    monkeypatch.setattr(operation, "warn", warnings.append)
    target.aws().call("sesv2", "create_configuration_set", ConfigurationSetName="news")
    result = run("ses_sending_enabled", enabled=False, configuration_sets=["nwes", "news"])
    (warning,) = warnings
    assert "there is no guard 'ses-pause'" in warning
    assert result["failed"] is True
    assert "warnings" not in result


def test_diff_mode(run: Run) -> None:
    diff = run("ses_pause_function", True, code=CODE)["diff"]
    assert diff["before"] == {}
    assert len(diff["after"]) == 14
