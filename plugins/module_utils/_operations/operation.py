# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module is made of, and what its main() does with that: options, target, one call, exit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ansible.module_utils.common.warnings import warn
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.mailops.ses.plugins.module_utils._aws.client import Aws, connection_spec
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError


class Operation(NamedTuple):
    """What a module and its action plugin share.

    run: (target, parameters, check mode) -> the task's result; raises SesError.
    spec: the module's own options. rules: required_if and the like. services: those that nearly each run calls.
    """

    run: Callable[[Aws, dict[str, Any], bool], dict[str, Any]]
    spec: dict[str, Any]
    rules: dict[str, Any] = {}  # noqa: RUF012 - nobody changes it
    services: tuple[str, ...] = ()

    def argument_spec(self) -> dict[str, Any]:
        """The module's own options with those of the connection."""
        return {**connection_spec(), **self.spec}


def run_module(operation: Operation) -> None:
    """Runs an operation as a module."""
    module = AnsibleAWSModule(argument_spec=operation.argument_spec(), supports_check_mode=True, **operation.rules)
    try:
        result = operation.run(Aws(module.params), module.params, module.check_mode)
    except SesError as error:
        module.fail_json(msg=error.message, **error.details)
    # Not by AnsibleAWSModule's own warn: it also puts the text into the result, which ansible-core calls deprecated.
    for text in result.pop("warnings", []):
        warn(text)
    module.exit_json(**result)
