# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``python -m tests.local_aws [--port N]``."""

from __future__ import annotations

import argparse
import signal
import sys

from . import server


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.local_aws")
    parser.add_argument("--port", type=int, default=4577)
    running = server.start(parser.parse_args().port)
    print(running.url, flush=True)
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    running.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
