# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module is made of, and both ways to run it: as a process of its own, and inside Ansible's worker.

Both do the same: options, target, one call, result. What differs is whose words Ansible hears: a process speaks through
AnsibleModule, and for what runs in the worker the same is done here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.common.warnings import warn
from ansible.module_utils.errors import AnsibleValidationErrorMultiple, UnsupportedError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .._aws.client import Aws, connection_spec
from .._aws.errors import SesError


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
    failure: str | None = None
    try:
        result = operation.run(Aws(module.params), module.params, module.check_mode)
    except SesError as error:
        failure, result = error.message, error.details
    # Not by AnsibleAWSModule's own warn: it also puts the text into the result, which ansible-core calls deprecated.
    for text in result.pop("warnings", []):
        warn(text)
    if failure is not None:
        module.fail_json(msg=failure, **result)
    module.exit_json(**result)


def run_here(
    operation: Operation,
    action: str,
    arguments: dict[str, Any],
    check_mode: bool,
    say: Callable[[str], None],
    insist: Callable[[str], None],
    log: Callable[[str], None],
    with_arguments: bool,
) -> dict[str, Any]:
    """Runs an operation in this process; the result is what the module's would be.

    action: the task's word for the module. say: where long work says how far it is. insist: where it says what must be
    seen though Ansible itself was interrupted. log: hears which calls were made.
    with_arguments: whether the result holds them, as C(invocation).
    """
    validation = ArgumentSpecValidator(operation.argument_spec(), **operation.rules).validate(arguments)
    params = validation.validated_parameters
    if validation.error_messages:
        outcome: dict[str, Any] = {"failed": True, "msg": _refusal(action, validation.errors)}
    else:
        sent: list[str] = []
        try:
            aws = Aws(params)
            sent, aws.say, aws.insist = aws.sent, say, insist
            outcome = operation.run(aws, params, check_mode)
        except SesError as error:
            outcome = {"failed": True, "msg": error.message, **error.details}
        log(_describe_calls(sent))
        if params["debug_botocore_endpoint_logs"]:
            outcome["resource_actions"] = sorted(set(sent))
    if validation._warnings:
        both = [f"Both option {pair['option']} and its alias {pair['alias']} are set." for pair in validation._warnings]
        outcome["warnings"] = [*both, *outcome.get("warnings", [])]
    if with_arguments:
        outcome["invocation"] = {"module_args": params}
    return remove_values(outcome, validation._no_log_values)


def _refusal(action: str, errors: AnsibleValidationErrorMultiple) -> str:
    """Why the options were refused, in the words of AnsibleModule."""
    if isinstance(errors[0], UnsupportedError):
        return f"Unsupported parameters for ({action}) module: {errors.msg}"
    return errors.msg


def _describe_calls(sent: list[str]) -> str:
    """The calls, in the order of the first of each, such as C(3 calls to AWS: ses:GetAccount, sns:Publish (2))."""
    counts = Counter(sent)
    names = ", ".join(name if count == 1 else f"{name} ({count})" for name, count in counts.items())
    return f"{len(sent)} {'call' if len(sent) == 1 else 'calls'} to AWS{': ' if sent else ''}{names}"
