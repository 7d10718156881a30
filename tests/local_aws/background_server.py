# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start, find and stop a server that runs by itself."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from .patience import PATIENCE, wait_for


def start(state_dir: Path, port: int, root: Path) -> int:
    """Start it unless it runs already; print what a shell needs to use it. RuntimeError with the reason if it fails."""
    running = find(state_dir)
    if running is None:
        running = _launch(state_dir, port, root)
    elif port and not running["url"].endswith(f":{port}"):
        raise RuntimeError(f"runs already, at {running['url']}; stop it first or choose another --state-dir")
    print(f"# local AWS ready at {running['url']} (process {running['pid']}, log {state_dir / 'server.log'})")
    print(f"export AWS_ENDPOINT_URL={running['url']}")
    print("export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=eu-west-1")
    print("unset AWS_SESSION_TOKEN AWS_PROFILE", flush=True)
    return 0


def stop(state_dir: Path) -> int:
    running = find(state_dir)
    if running is None:
        print("local AWS is not running")
        return 0
    os.kill(running["pid"], signal.SIGTERM)
    # The server removes the file as its last act, or is gone without it.
    wait_for(f"local AWS at {running['url']} does not stop", lambda: find(state_dir) is None)
    _ready_file(state_dir).unlink(missing_ok=True)
    print(f"local AWS at {running['url']} stopped")
    return 0


def status(state_dir: Path) -> int:
    running = find(state_dir)
    if running is None:
        print("local AWS is not running")
        return 1
    print(f"local AWS runs at {running['url']} (process {running['pid']})")
    return 0


def find(state_dir: Path) -> dict[str, Any] | None:
    """``{"pid", "url"}`` of the server of this folder; None if it does not run, whatever it left behind."""
    try:
        known: dict[str, Any] = json.loads(_ready_file(state_dir).read_text())
    except FileNotFoundError:
        return None
    # The process id may be another's by now: only the server itself can say.
    return known if _health(known["url"]).get("pid") == known["pid"] else None


def _launch(state_dir: Path, port: int, root: Path) -> dict[str, Any]:
    state_dir.mkdir(parents=True, exist_ok=True)
    ready_file = _ready_file(state_dir)
    ready_file.unlink(missing_ok=True)
    command = [sys.executable, "-m", __package__ or "", "--port", str(port), "--ready-file", str(ready_file)]
    # With this set, python -m would not look for us in its working directory.
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
    log = state_dir / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=root,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_for(f"it is not ready, see {log}", lambda: ready_file.exists() or process.poll() is not None)
    except TimeoutError:
        process.kill()
        raise
    if process.poll() is not None:
        lines = log.read_text().strip().splitlines() or ["it ended at once"]
        raise RuntimeError(lines[-1].removeprefix("local AWS: "))
    return dict(json.loads(ready_file.read_text()))


def _ready_file(state_dir: Path) -> Path:
    return state_dir / "server.json"


def _health(url: str) -> dict[str, Any]:
    opener = build_opener(ProxyHandler({}))
    try:
        with opener.open(f"{url}/_local_aws/health", timeout=PATIENCE) as answer:
            return dict(json.load(answer))
    except (URLError, HTTPException, OSError, ValueError):  # also where it ends in the midst of its answer
        return {}
