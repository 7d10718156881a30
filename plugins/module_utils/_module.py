# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module's main() does: options, target, one call, exit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.mailops.ses.plugins.module_utils._aws import Aws, SesError, connection_spec

Run = Callable[[Aws, dict[str, Any], bool], dict[str, Any]]


def argument_spec(spec: dict[str, Any]) -> dict[str, Any]:
    """A module's own options with those of the connection."""
    return {**connection_spec(), **spec}


def run_module(run: Run, spec: dict[str, Any], **rules: Any) -> None:
    """Runs C(run) as a module. rules: required_if and the like."""
    module = AnsibleAWSModule(argument_spec=argument_spec(spec), supports_check_mode=True, **rules)
    try:
        result = run(Aws(module.params), module.params, module.check_mode)
    except SesError as error:
        module.fail_json(msg=error.message, **error.details)
    module.exit_json(**result)
