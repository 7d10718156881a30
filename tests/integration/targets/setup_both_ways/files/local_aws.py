# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks the local AWS for what no AWS has: local_aws.py URL METHOD PATH [JSON] prints its answer.

It loads little: as a module, ansible.builtin.uri costs ten times as much.
"""

from __future__ import annotations

import http.client
import sys

# So long that only what hangs takes longer.
PATIENCE = 600.0


def ask(url: str, method: str, path: str, body: str | None = None) -> str:
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=PATIENCE)
    connection.request(method, f"/{path}", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read().decode()
    if answer.status != http.client.OK:
        sys.exit(f"{method} {path}: {answer.status} {answer.reason}: {text}")
    return text


if __name__ == "__main__":
    print(ask(*sys.argv[1:]))
