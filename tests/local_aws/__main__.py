# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The local AWS on the command line: ``python -m tests.local_aws``, from the repository's root.

    python -m tests.local_aws [--port N]     in the foreground, until SIGTERM or Ctrl-C
    python -m tests.local_aws --background   returns when it is ready; for a shell: eval "$(... --background)"
    python -m tests.local_aws --status       exit code 0 if it runs, else 1
    python -m tests.local_aws --stop

Where a background server listens is in ``server.json`` (``{"pid", "url"}``) in the state folder, beside ``server.log``.
"""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

from . import background_server, foreground

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_PORT = 4577


def main(arguments: list[str] | None = None) -> int:
    args = _parser().parse_args(arguments)
    try:
        if args.background:
            return background_server.start(args.state_dir, DEFAULT_PORT if args.port is None else args.port, ROOT)
        if args.stop:
            return background_server.stop(args.state_dir)
        if args.status:
            return background_server.status(args.state_dir)
        logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
        logging.getLogger("local_aws").setLevel(logging.DEBUG if args.verbose else logging.INFO)
        return foreground.run(DEFAULT_PORT if args.port is None else args.port, args.ready_file)
    except (OSError, RuntimeError, ImportError) as error:
        print(f"local AWS: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.local_aws", description="Run a local AWS to test against.")
    parser.add_argument("--port", type=_port, help=f"where to listen on 127.0.0.1; 0 = a free port; {DEFAULT_PORT}")
    parser.add_argument(
        "--state-dir",
        type=lambda text: Path(text).absolute(),
        default=ROOT / ".cache" / "local_aws",
        help="of a background server: its address, process id and log; one server a folder; .cache/local_aws",
    )
    parser.add_argument("--verbose", action="store_true", help="show each request")
    # For our own use: written when ready, removed at the end.
    parser.add_argument("--ready-file", type=Path, help=argparse.SUPPRESS)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--background", action="store_true", help="start it, wait until it is ready, leave it running")
    what.add_argument("--stop", action="store_true", help="stop the background server")
    what.add_argument("--status", action="store_true", help="say whether the background server runs")
    return parser


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return port


if __name__ == "__main__":
    sys.exit(main())
