# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Lambda loads before the function's first event: what a bare handler loads, and no more than that."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.unit.function.support import PACKAGE

BARE = Path(__file__).parents[3] / "bench" / "naive" / "pause.py"
LOAD = "import importlib, json, sys; importlib.import_module(sys.argv[1]); print(json.dumps(list(sys.modules)))"


def loaded(source: Path) -> set[str]:
    """The modules of a new process that has imported the source, a file or a package."""
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(source.parent), "AWS_DEFAULT_REGION": "eu-west-1"}
    command = [sys.executable, "-c", LOAD, source.stem]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


def test_it_loads_what_a_bare_handler_loads_and_the_standard_library() -> None:
    bare, ours = loaded(BARE), loaded(PACKAGE)
    more = {name.partition(".")[0] for name in ours - bare} - sys.stdlib_module_names
    assert more == {PACKAGE.name}
    # What telling people takes is not there before it is needed.
    assert not any("sns" in name for name in ours)
