# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""About the least that can be done from Python: recorded calls, by plain boto3, a session an account, threads.

    floor.py CALLS.json TARGETS.json THREADS

CALLS: [[service, operation, parameters]] of one target, bytes as {"base64": ...}. TARGETS: the account and Region that
they were recorded in, then those that they are made in, as [{account, region, profile}].
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

Target = dict[str, str]


def moved(value: Any, there: Target, here: Target) -> Any:
    """The parameters as they are in another account and Region."""
    if isinstance(value, dict):
        if value.keys() == {"base64"}:
            return base64.b64decode(value["base64"])
        return {key: moved(each, there, here) for key, each in value.items()}
    if isinstance(value, list):
        return [moved(each, there, here) for each in value]
    if isinstance(value, str):
        return value.replace(there["account"], here["account"]).replace(there["region"], here["region"])
    return value


def make(work: tuple[dict[str, Any], list[list[Any]]]) -> None:
    clients, calls = work
    for service, operation, params in calls:
        # A first run asks for what is not there yet.
        with suppress(ClientError):
            getattr(clients[service], operation)(**params)


def works(calls: list[list[Any]], recorded: Target, targets: list[Target]) -> Iterator[tuple[dict[str, Any], Any]]:
    sessions: dict[str, Any] = {}
    services = {service for service, _operation, _params in calls}
    for here in targets:
        profile = here["profile"]
        if profile not in sessions:
            sessions[profile] = boto3.session.Session(profile_name=profile)
        clients = {name: sessions[profile].client(name, region_name=here["region"]) for name in services}
        yield clients, [[name, operation, moved(params, recorded, here)] for name, operation, params in calls]


def main(calls: Path, targets: Path, threads: int) -> None:
    recorded, *wanted = json.loads(targets.read_text())
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(make, works(json.loads(calls.read_text()), recorded, wanted)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
