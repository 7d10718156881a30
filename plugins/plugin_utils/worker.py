# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When an operation runs inside the worker that Ansible has forked already, instead of in a Python process of its own.

An AnsiballZ process costs 0.6 to 0.8 s of CPU for a module that needs boto3; a call to AWS costs 7 ms.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
from contextlib import suppress
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
from ansible.plugins.action import ActionBase

from ..module_utils._aws.client import load_services
from ..module_utils._operations.operation import Operation, run_here
from ._variables.known import HOST_OPTIONS

# The parent's way to the screen, kept for its workers: it cuts them off from it, and after Ctrl-C shows no more of what
# they say.
try:
    SCREEN = os.dup(2)
except OSError:  # there is none
    SCREEN = -1


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
        host = variables.get("inventory_hostname", "")
        outcome = run_here(
            self.OPERATION,
            self._task.action,
            arguments,
            self._task.check_mode,
            say=lambda text: self._display.display(f"[{host}] {text}"),
            insist=lambda text: _write(f"[{host}] {text}"),
            log=lambda text: self._display.v(text, host=host or None),
            with_arguments=_shows_invocation(variables),
        )
        result.update(outcome)
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


def _write(line: str) -> None:
    # A terminal that was closed shows nothing.
    with suppress(OSError):
        os.write(SCREEN, f"{line}\n".encode())


def _shows_invocation(variables: dict[str, Any]) -> bool:
    """Whether a module's result holds its arguments: before ansible-core 2.21, which has a setting for it, always."""
    try:
        return bool(constants.config.get_config_value("INJECT_INVOCATION", variables=variables))
    except AnsibleError:
        return True
