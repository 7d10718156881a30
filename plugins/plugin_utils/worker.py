# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a module's code inside the worker that Ansible has forked already, instead of in a Python process of its own.

An AnsiballZ process costs 0.6 to 0.8 s of CPU for a module that needs boto3; a call to AWS costs 7 ms.
"""

from __future__ import annotations

import gc
import shutil
import sys
from collections import Counter
from pathlib import Path
from typing import Any, ClassVar

try:
    # Here, so that the parent loads it once, before it forks. No socket is opened and no credential read by this.
    import boto3  # noqa: F401 # pylint: disable=unused-import
except ImportError:
    HAS_BOTO3 = False
else:
    HAS_BOTO3 = True

from ansible import constants
from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.errors import AnsibleValidationErrorMultiple, UnsupportedError
from ansible.plugins.action import ActionBase
from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws, load_services
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._operations.operation import Operation

# Options that a host says once for all of its tasks.
HOST_OPTIONS = {
    "region": ("aws_region",),
    "profile": ("aws_profile",),
    "endpoint_url": ("aws_endpoint_url",),
    "assume_role_arn": (),
    "assume_role_external_id": (),
    "assume_role_session_name": (),
}


class WorkerAction(ActionBase):
    """The base of the action plugins. A subclass names its operation."""

    _supports_check_mode = True
    _supports_async = True

    OPERATION: ClassVar[Operation]

    def __init_subclass__(cls) -> None:
        """Once, in the parent, as Ansible loads the plugin before it forks."""
        super().__init_subclass__()
        if HAS_BOTO3:
            load_services(cls.OPERATION.services)
        # The parent keeps what it has by now, so looking through it for garbage is in vain; and every worker would copy
        # the pages that it looks through.
        gc.freeze()

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        variables = task_vars or {}
        arguments = self._with_host_options(variables)
        if self._needs_a_process(variables):
            wrap_async = self._task.async_val
            result.update(self._execute_module(module_args=arguments, task_vars=task_vars, wrap_async=wrap_async))
            if not wrap_async:
                self._remove_tmp_path(self._connection._shell.tmpdir)
            return result
        result.update(self._run_here(arguments, variables))
        return result

    def _with_host_options(self, variables: dict[str, Any]) -> dict[str, Any]:
        arguments = dict(self._task.args)
        for option, aliases in HOST_OPTIONS.items():
            value = variables.get(f"ses_pause_{option}")
            if value is not None and not any(name in arguments for name in (option, *aliases)):
                value = self._templar.template(value)
                if value:
                    arguments[option] = value
        return arguments

    def _needs_a_process(self, variables: dict[str, Any]) -> bool:
        """Whether running here would not mean the same as running as a module."""
        return bool(
            not HAS_BOTO3
            or self._connection.transport != "local"
            or self._task.async_val
            # Not the task's own become: the host variable ansible_become goes before it.
            or self._connection.become
            or any(self._task.environment or [])
            or not self._is_own_interpreter(variables)
        )

    def _is_own_interpreter(self, variables: dict[str, Any]) -> bool:
        if self._task.delegate_to:
            variables = variables.get("ansible_delegated_vars", {}).get(self._task.delegate_to, variables)
        # From the host's variables, the environment or ansible.cfg.
        wanted = self._templar.template(constants.config.get_config_value("INTERPRETER_PYTHON", variables=variables))
        if wanted.startswith("auto"):
            return True
        return Path(shutil.which(wanted) or wanted).absolute() == Path(sys.executable).absolute()

    def _run_here(self, arguments: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
        validation = ArgumentSpecValidator(self.OPERATION.argument_spec(), **self.OPERATION.rules).validate(arguments)
        secrets = validation._no_log_values
        params = validation.validated_parameters
        if validation.error_messages:
            outcome: dict[str, Any] = {"failed": True, "msg": self._refusal(validation.errors)}
        else:
            outcome = self._outcome(params, variables.get("inventory_hostname", ""))
        if validation._warnings:
            both = [
                f"Both option {pair['option']} and its alias {pair['alias']} are set." for pair in validation._warnings
            ]
            outcome["warnings"] = [*both, *outcome.get("warnings", [])]
        if _shows_invocation(variables):
            outcome["invocation"] = {"module_args": params}
        return remove_values(outcome, secrets)

    def _refusal(self, errors: AnsibleValidationErrorMultiple) -> str:
        """Why the options were refused, in the words of AnsibleModule."""
        if isinstance(errors[0], UnsupportedError):
            return f"Unsupported parameters for ({self._task.action}) module: {errors.msg}"
        return errors.msg

    def _outcome(self, params: dict[str, Any], host: str) -> dict[str, Any]:
        sent: list[str] = []
        try:
            aws = Aws(params)
            sent = aws.sent
            aws.say = lambda text: self._display.display(f"[{host}] {text}")
            outcome = self.OPERATION.run(aws, params, self._task.check_mode)
        except SesError as error:
            outcome = {"failed": True, "msg": error.message, **error.details}
        self._display.v(_told(sent), host=host or None)
        if params["debug_botocore_endpoint_logs"]:
            outcome["resource_actions"] = sorted(set(sent))
        return outcome


def _told(sent: list[str]) -> str:
    """The calls, in the order of the first of each, such as C(3 calls to AWS: ses:GetAccount, sns:Publish (2))."""
    counts = Counter(sent)
    names = ", ".join(name if count == 1 else f"{name} ({count})" for name, count in counts.items())
    return f"{len(sent)} {'call' if len(sent) == 1 else 'calls'} to AWS{': ' if sent else ''}{names}"


def _shows_invocation(variables: dict[str, Any]) -> bool:
    """Whether a module's result holds its arguments: before ansible-core 2.21, which has a setting for it, always."""
    try:
        return bool(constants.config.get_config_value("INJECT_INVOCATION", variables=variables))
    except AnsibleError:
        return True
