# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The AWS CLI, without its start: that costs ten times what a command does.

    aws_cli.py FOLDER URL WORDS...

asks a process that has the AWS CLI loaded to run the words behind ``aws --endpoint-url URL``, in a copy of itself, with
our environment, folder and output. The process listens in FOLDER. Who finds none there starts it; it ends when whoever
serves the URL ends.
"""

from __future__ import annotations

import json
import os
import socket
import sys

# What the targets ask; what is loaded before the copies are made need not be loaded by each.
SERVICES = ("cloudwatch", "events", "iam", "lambda", "logs", "ses", "sesv2", "sns", "sqs", "sts")


def ask(url: str, here: str, words: list[str]) -> int:
    """The exit code of the command, which is run here."""
    with connected(url) as connection:
        message = {"words": ["--endpoint-url", url, *words], "environment": dict(os.environ), "folder": here}
        line = json.dumps(message).encode() + b"\n"
        sent = socket.send_fds(connection, [line], [1, 2])
        connection.sendall(line[sent:])
        return int(connection.recv(16))


def connected(url: str) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(name(url))
    except (FileNotFoundError, ConnectionRefusedError):
        # Returns as soon as it listens.
        status = os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-P", __file__, ".", url])
        if status:
            sys.exit(f"the AWS CLI does not start: exit code {status}")
        connection.connect(name(url))
    return connection


def name(url: str) -> str:
    """Of the socket; alone, as the path of a socket must be short."""
    return "aws-cli-" + url.rpartition(":")[2]


def serve(url: str) -> None:
    import gc
    import select
    import signal
    from pathlib import Path
    from urllib.parse import urlsplit

    from awscli.clidriver import create_clidriver

    driver = create_clidriver()
    for service in SERVICES:
        driver.session.get_service_model(service)
    gc.disable()
    place = urlsplit(url)
    server = socket.create_connection((place.hostname, place.port))
    listener = socket.socket(socket.AF_UNIX)
    # Two may be started at once: then the second takes the place of the first.
    path, own = Path(name(url)), Path(f"{name(url)}-{os.getpid()}")
    own.unlink(missing_ok=True)
    listener.bind(str(own))
    listener.listen()
    own.replace(path)
    if os.fork():
        return
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while server not in select.select([server, listener], [], [])[0]:
        connection, _address = listener.accept()
        if not os.fork():
            run(driver, connection)
        connection.close()
    path.unlink(missing_ok=True)


def run(driver: object, connection: socket.socket) -> None:
    """In a new process: run the command that is asked for, and end."""
    line, descriptors = b"", []
    while not line.endswith(b"\n"):
        part, more, _flags, _address = socket.recv_fds(connection, 65536, 2)
        line, descriptors = line + part, descriptors + more
    message = json.loads(line)
    for number, descriptor in zip((1, 2), descriptors, strict=True):
        os.dup2(descriptor, number)
    os.environ.clear()
    os.environ.update(message["environment"])
    os.chdir(message["folder"])
    status = driver.main(message["words"])
    sys.stdout.flush()
    sys.stderr.flush()
    connection.sendall(b"%d" % status)
    os._exit(0)


if __name__ == "__main__":
    _program, folder, its_url, *its_words = sys.argv
    here = os.getcwd()  # noqa: PTH109 - pathlib loads slowly
    os.chdir(folder)
    if its_words:
        sys.exit(ask(its_url, here, its_words))
    serve(its_url)
