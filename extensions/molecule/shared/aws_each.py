# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several commands of the AWS CLI in one process, as its start costs far more than its work.

On stdin, as JSON, a list of commands without their "aws", or {name: command}; on stdout, in the same form, what each
printed.
"""

from __future__ import annotations

import contextlib
import io
import json
import shlex
import sys

from awscli.clidriver import CLIDriver, create_clidriver


def run(cli: CLIDriver, command: str) -> str:
    output, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        status = cli.main(shlex.split(command))
    if status:
        sys.exit(f"aws {command}: exit code {status}: {errors.getvalue().strip()}")
    return output.getvalue()


def main() -> None:
    driver, commands = create_clidriver(), json.load(sys.stdin)
    if isinstance(commands, dict):
        json.dump({name: run(driver, command) for name, command in commands.items()}, sys.stdout)
    else:
        json.dump([run(driver, command) for command in commands], sys.stdout)


if __name__ == "__main__":
    main()
