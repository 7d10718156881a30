# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts the local AWS beside a part of the tests or the demo, and stops it again whatever happens."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from console import Missing
from process import started
from workspace import LOGS


@contextmanager
def local_aws(name: str) -> Iterator[str]:
    """Gives the address of a local AWS on a free loopback port; its log is `.cache/log/<name>-aws.log`."""
    log = LOGS / f"{name}-aws.log"
    command = ["python", "-m", "tests.local_aws", "--port", "0"]
    with log.open("w") as file, started(command, errors=file) as server:
        assert server.stdout is not None
        # It says where it listens as soon as it does.
        ready = re.search(r"http://\S+", server.stdout.readline())
        if not ready:
            end = "\n  ".join(log.read_text().splitlines()[-5:])
            raise Missing(f"the local AWS did not start (is a port free on 127.0.0.1?):\n  {end}")
        yield ready[0]


def free_port() -> int:
    """A port of the loopback address that nobody listens on, for a server that is started by another program."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
