# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugins: when they run in the worker, with which options, and that nothing secret gets out."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pytest
from ansible import constants
from ansible.errors import AnsibleError
from ansible.module_utils.testing import patch_module_args
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play_context import PlayContext
from ansible.playbook.task import Task
from ansible.plugins.loader import become_loader, connection_loader
from ansible.template import Templar, trust_as_template
from ansible.utils.display import Display
from ansible_collections.mailops.ses.plugins.action import (
    ses_pause_function,
    ses_reputation_alarm,
    ses_reputation_info,
    ses_sending_enabled,
)
from ansible_collections.mailops.ses.plugins.module_utils import _operations as operations
from ansible_collections.mailops.ses.plugins.module_utils._aws.client import LOADER, Aws
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._guard.names import DEFAULT_NAME
from ansible_collections.mailops.ses.plugins.module_utils._operations import ses_pause_guard
from ansible_collections.mailops.ses.plugins.module_utils._operations.operation import Operation
from ansible_collections.mailops.ses.plugins.modules import ses_sending_enabled as module
from ansible_collections.mailops.ses.plugins.plugin_utils import worker
from ansible_collections.mailops.ses.plugins.plugin_utils.worker import HOST_OPTIONS, WorkerAction

from tests.unit.plugins.module_utils.two_guards import make_alarms
from tests.unit.plugins.target import CODE, Target, validated, writes

SHOWN = {"ansible_inject_invocation": True}
HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


@dataclass
class Action:
    """A task's action plugin, which notes the module process that it would start."""

    plugin: type[WorkerAction]
    args: dict[str, Any]
    variables: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    processes: list[dict[str, Any]] = field(default_factory=list)
    removed: list[Any] = field(default_factory=list)
    is_become: bool = False
    transport: str = "local"

    def run(self) -> dict[str, Any]:
        task = Task()
        task.action = f"mailops.ses.{self.plugin.__module__.rpartition('.')[2]}"
        task.args = self.args
        for name, value in self.settings.items():
            setattr(task, name, value)
        connection = connection_loader.get("local", PlayContext())
        if self.is_become:
            connection.set_become_plugin(become_loader.get("sudo"))
        if self.transport != "local":
            type(connection).transport = self.transport
        loader = DataLoader()
        templar = Templar(loader=loader, variables=self.variables)
        action = self.plugin(
            task=task, connection=connection, play_context=PlayContext(), loader=loader, templar=templar
        )

        def execute_module(**call: Any) -> dict[str, Any]:
            self.processes.append(call)
            return {"changed": True, "by": "a process"}

        action._execute_module = execute_module
        action._remove_tmp_path = self.removed.append
        return action.run(task_vars=self.variables)


@pytest.fixture
def action(target: Target, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Action]:
    """``action(plugin, settings, variables, **args)``: a task against the local AWS."""
    # Restored after each test: one of them gives it another value.
    connection = type(connection_loader.get("local", PlayContext()))
    monkeypatch.setattr(connection, "transport", "local")

    def make(
        plugin: Any = ses_sending_enabled,
        settings: dict[str, Any] | None = None,
        variables: dict[str, Any] | None = None,
        **args: Any,
    ) -> Action:
        return Action(plugin.ActionModule, {**target.connection, **args}, variables or {}, settings or {})

    return make


# In the worker


@pytest.mark.parametrize(
    ("plugin", "args"),
    [
        (ses_sending_enabled, {"enabled": False}),
        (ses_reputation_alarm, {"metric": "bounce_rate", "alarm_actions": []}),
        (ses_pause_function, {"code": CODE}),
    ],
)
def test_check_mode_and_a_run(target: Target, action: Callable[..., Action], plugin: Any, args: dict[str, Any]) -> None:
    with target.recorded() as calls:
        planned = action(plugin, {"check_mode": True}, **args).run()
    assert not writes(calls)
    assert action(plugin, **args).run() == planned
    assert planned["changed"] is True
    assert action(plugin, **args).run()["changed"] is False


def test_it_gives_what_the_module_gives(
    target: Target, action: Callable[..., Action], capsys: pytest.CaptureFixture[str]
) -> None:
    for args in ({"enabled": False}, {"enabled": False, "tenants": ["amce"]}, {"enable": False}, {}):
        here = action(settings={"check_mode": True}, **args).run()
        arguments = {**target.connection, **args, "_ansible_check_mode": True}
        arguments["_ansible_module_name"] = "mailops.ses.ses_sending_enabled"
        with patch_module_args(arguments), pytest.raises(SystemExit):
            module.main()
        there = json.loads(capsys.readouterr().out)
        # A module says where it failed, too; its warnings go to the display here, as this process has one.
        for result in (here, there):
            for key in ("exception", "invocation", "warnings"):
                result.pop(key, None)
        assert here == there


def test_an_error_says_what_to_do_and_brings_its_details(action: Callable[..., Action]) -> None:
    result = action(enabled=False, configuration_sets=["nwes"]).run()
    assert (result["failed"], result["missing"]) == (True, ["nwes"])
    assert result["msg"].startswith("Not in SES of account")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({}, "missing required arguments: enabled"),
        ({"enabled": "perhaps"}, "argument 'enabled' is of type"),
        (
            {"enabled": True, "enable": True},
            "Unsupported parameters for (mailops.ses.ses_sending_enabled) module: enable. Supported parameters",
        ),
    ],
)
def test_refused_options_are_told_as_a_module_tells_them(
    action: Callable[..., Action], args: dict[str, Any], message: str
) -> None:
    task = action(**args)
    result = task.run()
    assert result["failed"] is True
    assert result["msg"].startswith(message)
    assert not task.processes


def test_rules_over_several_options_hold(action: Callable[..., Action]) -> None:
    result = action(ses_pause_function).run()
    assert result["msg"] == "state is present but all of the following are missing: code"
    result = action(ses_reputation_alarm, metric="bounce_rate", alarms=[]).run()
    assert "mutually exclusive" in result["msg"]


def test_an_option_beside_its_alias_is_warned_of(action: Callable[..., Action]) -> None:
    result = action(ses_reputation_info, gather=[], aws_region="eu-west-1").run()
    assert result["warnings"] == ["Both option region and its alias aws_region are set."]


def test_long_work_says_how_far_it_is(
    action: Callable[..., Action], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(aws: Aws, params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
        aws.say("half of it")
        return {"changed": False}

    monkeypatch.setattr(ses_reputation_info.ActionModule, "OPERATION", Operation(run, {}))
    action(ses_reputation_info, variables={"inventory_hostname": "main-eu"}).run()
    assert "[main-eu] half of it" in capsys.readouterr().out


def test_the_calls_are_told_to_who_asks_for_them(
    target: Target, action: Callable[..., Action], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Display(), "verbosity", 1)
    variables = {"inventory_hostname": "main-eu"}
    asked = action(
        ses_sending_enabled,
        variables=variables,
        enabled=False,
        configuration_sets=["news"],
        debug_botocore_endpoint_logs=True,
    )
    assert asked.run()["resource_actions"] == ["ses:GetConfigurationSet", "sts:GetCallerIdentity"]
    said = "<main-eu> 2 calls to AWS: ses:GetConfigurationSet, sts:GetCallerIdentity"
    assert said in capsys.readouterr().out
    with target.recorded() as calls:
        assert "resource_actions" not in action(ses_sending_enabled, variables=variables, enabled=False).run()
    assert f"<main-eu> {sum(calls.values())} calls to AWS: " in capsys.readouterr().out


# Secrets


class Leaky(WorkerAction):
    """One that tells all it knows."""

    @staticmethod
    def leak(aws: Aws, params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
        if params["fail"]:
            raise SesError(f"{params['secret_key']} was refused", tried=params["hooks"])
        return {"changed": False, "told": params["hooks"], "keys": [params["secret_key"]]}

    OPERATION: ClassVar[Operation] = Operation(
        leak,
        {
            "fail": {"type": "bool"},
            "hooks": {
                "type": "list",
                "elements": "dict",
                "options": {"url": {"type": "str"}, "password": {"type": "str", "no_log": True}},
            },
        },
    )


@pytest.mark.parametrize("fail", [True, False])
def test_secrets_are_masked_in_result_error_and_invocation(target: Target, fail: bool) -> None:
    args = {
        **target.connection,
        "secret_key": "wJalrXUtnFEMI",
        "session_token": "IQoJb3JpZ2luX2Vj",
        "hooks": [{"url": "https://ann@example.com", "password": "hunter2"}],
        "fail": fail,
    }
    result = Action(Leaky, args, SHOWN).run()
    text = json.dumps(result)
    for secret in ("wJalrXUtnFEMI", "IQoJb3JpZ2luX2Vj", "hunter2"):
        assert secret not in text
    arguments = result["invocation"]["module_args"]
    assert (arguments["secret_key"], arguments["session_token"]) == (HIDDEN, HIDDEN)
    assert arguments["hooks"] == [{"url": "https://ann@example.com", "password": HIDDEN}]
    if fail:
        assert result["msg"] == "******** was refused"


def test_a_password_of_a_subscription_is_masked(action: Callable[..., Action]) -> None:
    hook = {"protocol": "https", "endpoint": "https://ann@example.com/hook", "password": "hunter2"}
    for args in ({"subscriptions": [hook]}, {"subscriptions": [hook], "timeout": 1}, {"subscriptions": [hook], "x": 1}):
        result = action(ses_pause_function, {"check_mode": True}, SHOWN, code=CODE, **args).run()
        assert "hunter2" not in json.dumps(result)
        assert result["invocation"]["module_args"]["subscriptions"][0]["password"] == HIDDEN


@pytest.mark.parametrize(("setting", "is_shown"), [(True, True), (False, False), (None, True)])
def test_arguments_are_shown_where_a_module_shows_them(
    action: Callable[..., Action], monkeypatch: pytest.MonkeyPatch, setting: bool | None, is_shown: bool
) -> None:
    def read(name: str, variables: dict[str, Any]) -> Any:
        if name == "INJECT_INVOCATION" and setting is None:
            raise AnsibleError("ansible-core before 2.21 has no such setting.")
        return setting if name == "INJECT_INVOCATION" else "auto"

    monkeypatch.setattr(constants.config, "get_config_value", read)
    assert ("invocation" in action(ses_reputation_info, gather=[]).run()) is is_shown


# What a host says once for all of its tasks


OPERATIONS = sorted(path.stem for path in Path(operations.__file__).parent.glob("ses_*.py"))


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_host_options_are_options_of_every_module_with_all_of_their_aliases(name: str) -> None:
    spec = importlib.import_module(f"{operations.__name__}.{name}").OPERATION.argument_spec()
    assert {option: tuple(spec[option].get("aliases", ())) for option in HOST_OPTIONS} == HOST_OPTIONS
    # Of each, the name is the guard's: the host variable must not become something else's.
    assert spec["name"]["default"] == DEFAULT_NAME


def test_the_guard_of_a_host_is_the_one_that_is_meant_ad_hoc(
    target: Target, aws: Callable[..., Any], action: Callable[..., Action]
) -> None:
    """Of the guard with the default name all alarms are OK, so that a plain resume would go through."""
    make_alarms(target, aws)
    aws("cloudwatch").set_alarm_state(AlarmName="ses-pause-2-bounce-pause", StateValue="ALARM", StateReason="a test")
    aws("sesv2").put_account_sending_attributes(SendingEnabled=False)
    result = action(variables={"ses_pause_name": "ses-pause-2"}, enabled=True, reason="mended").run()
    assert result["failed"] is True
    assert "ses-pause-2-bounce-pause" in result["msg"]
    assert not aws("sesv2").get_account()["SendingEnabled"]


def test_the_guard_of_a_host_is_what_a_process_hears_too_unless_the_task_names_one(
    action: Callable[..., Action],
) -> None:
    variables = {"ses_pause_name": "mail-guard"}
    for args, name in (({}, "mail-guard"), ({"name": "another"}, "another")):
        task = action(settings={"async_val": 60}, variables=variables, enabled=False, **args)
        task.run()
        assert task.processes[0]["module_args"]["name"] == name


def test_a_hosts_variables_fill_what_the_task_does_not_say(target: Target) -> None:
    variables = {
        "ses_pause_region": trust_as_template("{{ where }}"),
        "where": "ap-south-1",
        "ses_pause_endpoint_url": target.connection["endpoint_url"],
        "ses_pause_assume_role_arn": "arn:aws:iam::210987654321:role/x",
        "ses_pause_assume_role_external_id": "42",
        "ses_pause_profile": "",
        **SHOWN,
    }
    keys = {"access_key": "testing", "secret_key": "testing"}
    result = Action(ses_reputation_info.ActionModule, {**keys, "gather": ["account"]}, variables).run()
    assert (result["account"]["id"], result["account"]["region"]) == ("210987654321", "ap-south-1")
    arguments = result["invocation"]["module_args"]
    assert (arguments["assume_role_external_id"], arguments["profile"]) == ("42", None)


@pytest.mark.parametrize("option", ["region", "aws_region"])
def test_what_the_task_says_wins(target: Target, option: str) -> None:
    args = {**target.connection, "gather": ["account"]}
    del args["region"]
    variables = {"ses_pause_region": "ap-south-1"}
    result = Action(ses_reputation_info.ActionModule, {**args, option: "eu-north-1"}, variables).run()
    assert result["account"]["region"] == "eu-north-1"
    assert "warnings" not in result


def test_the_tasks_own_arguments_are_left_as_they_are(action: Callable[..., Action]) -> None:
    task = action(variables={"ses_pause_profile": "mail"}, enabled=False)
    task.run()
    assert "profile" not in task.args


# In a process of its own

OTHER = str(Path(sys.executable).parent / "another-python")


@pytest.mark.parametrize(
    ("settings", "variables", "more"),
    [
        ({}, {}, {"transport": "ssh"}),
        ({}, {}, {"is_become": True}),
        ({"async_val": 60}, {}, {}),
        ({"environment": [{"AWS_PROFILE": "mail"}]}, {}, {}),
        ({}, {"ansible_python_interpreter": OTHER}, {}),
        ({}, {"ansible_python_interpreter": trust_as_template("{{ python }}"), "python": OTHER}, {}),
        (
            {"delegate_to": "bastion"},
            {"ansible_delegated_vars": {"bastion": {"ansible_python_interpreter": OTHER}}},
            {},
        ),
        # Nothing is known of the other host: its interpreter is taken to be this one's.
        ({"delegate_to": "bastion"}, {"ansible_python_interpreter": OTHER}, {}),
    ],
)
def test_it_steps_aside_where_the_worker_would_not_mean_the_same(
    target: Target,
    action: Callable[..., Action],
    settings: dict[str, Any],
    variables: dict[str, Any],
    more: dict[str, Any],
) -> None:
    variables = {**variables, "ses_pause_assume_role_external_id": "42"}
    task = action(settings=settings, variables=variables, enabled=False)
    vars(task).update(more)
    with target.recorded() as calls:
        result = task.run()
    assert result == {"changed": True, "by": "a process"}
    assert not calls
    (process,) = task.processes
    assert process["module_args"] == {**task.args, "assume_role_external_id": "42"}
    assert process["task_vars"] == variables
    assert bool(process["wrap_async"]) is ("async_val" in settings)
    # An asynchronous process still needs its folder.
    assert bool(task.removed) is ("async_val" not in settings)


@pytest.mark.parametrize(
    ("settings", "variables"),
    [
        ({}, {"ansible_python_interpreter": sys.executable}),
        ({}, {"ansible_python_interpreter": trust_as_template("{{ ansible_playbook_python }}")}),
        ({}, {"ansible_python_interpreter": "auto_silent"}),
        ({"environment": [{}]}, {}),
        ({"environment": []}, {}),
        (
            {"delegate_to": "localhost"},
            {
                "ansible_python_interpreter": OTHER,
                "ansible_delegated_vars": {"localhost": {"ansible_python_interpreter": sys.executable}},
            },
        ),
    ],
)
def test_it_runs_here_where_the_worker_means_the_same(
    action: Callable[..., Action], settings: dict[str, Any], variables: dict[str, Any]
) -> None:
    variables = {**variables, "ansible_playbook_python": sys.executable}
    task = action(ses_reputation_info, settings, variables, gather=[])
    task.run()
    assert not task.processes


def test_an_interpreter_that_ansible_is_told_otherwise(
    action: Callable[..., Action], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In ansible.cfg or the environment instead of a variable."""
    monkeypatch.setenv("ANSIBLE_PYTHON_INTERPRETER", OTHER)
    task = action(enabled=False)
    task.run()
    assert task.processes


def test_an_interpreter_is_found_on_the_path(action: Callable[..., Action], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    task = action(ses_reputation_info, variables={"ansible_python_interpreter": Path(sys.executable).name}, gather=[])
    task.run()
    assert not task.processes


def test_without_boto3_the_module_says_what_is_missing(
    action: Callable[..., Action], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "HAS_BOTO3", False)
    task = action(enabled=False)
    task.run()
    assert task.processes


def test_the_parent_has_read_all_that_a_worker_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of a task's time was json, read again in each worker."""
    actions = importlib.import_module("ansible_collections.mailops.ses.plugins.action.ses_pause_guard")
    target = Aws(
        validated(ses_pause_guard, region="eu-west-1", access_key="testing", secret_key="testing", code={}, alarms=[])
    )

    def read(path: str) -> None:
        # It is looked for what some services have in addition.
        assert not list(Path(path).parent.glob(f"{Path(path).name}.json*")), f"read in the worker: {path}"

    monkeypatch.setattr(LOADER.file_loader, "load_file", read)
    for service in actions.ActionModule.OPERATION.services:
        client = target.client(service)
        client.can_paginate(next(iter(client.meta.method_to_api_mapping)))


def test_no_worker_looks_through_what_the_parent_has() -> None:
    """A third of a run's CPU was the search for garbage in services' descriptions, which never are."""
    load = "import ansible_collections.mailops.ses.plugins.action.ses_pause_guard, gc; print(gc.get_freeze_count())"
    done = subprocess.run([sys.executable, "-c", load], capture_output=True, text=True, check=True)
    # The descriptions of ten services alone are more.
    assert int(done.stdout) > 40_000
