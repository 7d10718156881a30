# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The AWS CLI and Ansible, without their start: that costs ten times what a command of the AWS CLI does.

    warm.py FOLDER URL PROGRAM WORDS...

asks a process that has the program loaded to run it with the words, in a copy of itself, with our environment, folder
and output. PROGRAM is aws, which gets ``--endpoint-url URL``, ansible or ansible-playbook. The process listens in
FOLDER. Who finds none there starts it; it ends when whoever serves the URL ends. What Ansible takes from the
environment when it is loaded, its own settings, is the same for all who share a FOLDER.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Callable

# What is asked of AWS; what is loaded before the copies are made need not be loaded by each.
SERVICES = ("cloudwatch", "events", "iam", "lambda", "logs", "ses", "sesv2", "sns", "sqs", "sts")
Program = Callable[[str, list[str]], int]


def ask(folder: str, url: str, program: str, words: list[str]) -> int:
    """The exit code of the program, which is run here."""
    here = os.getcwd()  # noqa: PTH109 - pathlib loads slowly
    os.chdir(folder)
    with connected(url, program) as connection:
        message = {"program": program, "words": words, "environment": dict(os.environ), "folder": here}
        line = json.dumps(message).encode() + b"\n"
        sent = socket.send_fds(connection, [line], [1, 2])
        connection.sendall(line[sent:])
        return int(connection.recv(16))


def connected(url: str, program: str) -> socket.socket:
    connection, path = socket.socket(socket.AF_UNIX), name(url, program)
    try:
        connection.connect(path)
    except (FileNotFoundError, ConnectionRefusedError):
        # Returns as soon as it listens.
        status = os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-P", __file__, ".", url, program, "--serve"])
        if status:
            sys.exit(f"{program} does not start: exit code {status}")
        connection.connect(path)
    return connection


def name(url: str, program: str) -> str:
    """Of the socket; alone, as the path of a socket must be short."""
    return f"{program.partition('-')[0]}-cli-{url.rpartition(':')[2]}"


def load_aws(url: str) -> Program:
    from awscli.clidriver import create_clidriver

    driver = create_clidriver()
    for service in SERVICES:
        driver.session.get_service_model(service)
    return lambda _program, words: int(driver.main(["--endpoint-url", url, *words]))


def load_ansible() -> Program:
    # The first of what our own plugins load.
    import boto3  # noqa: F401
    from ansible.cli.adhoc import AdHocCLI
    from ansible.cli.playbook import PlaybookCLI

    def run(program: str, words: list[str]) -> int:
        sys.argv = [program, *words]
        try:
            (AdHocCLI if program == "ansible" else PlaybookCLI).cli_executor(sys.argv)
        except SystemExit as end:
            return int(end.code or 0)
        return 0

    return run


def serve(url: str, program: str) -> None:
    import gc
    import select
    import signal
    from pathlib import Path
    from urllib.parse import urlsplit

    load = load_aws(url) if program == "aws" else load_ansible()
    # Each copy lives for one command.
    gc.disable()
    place = urlsplit(url)
    server = socket.create_connection((place.hostname, place.port))
    listener = socket.socket(socket.AF_UNIX)
    # Two may be started at once: then the second takes the place of the first.
    path, own = Path(name(url, program)), Path(f"{name(url, program)}-{os.getpid()}")
    own.unlink(missing_ok=True)
    listener.bind(str(own))
    listener.listen()
    own.replace(path)
    if os.fork():
        os._exit(0)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while server not in select.select([server, listener], [], [])[0]:
        connection, _address = listener.accept()
        if not os.fork():
            server.close()
            listener.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            run(load, connection)
        connection.close()
    path.unlink(missing_ok=True)


def run(program: Program, connection: socket.socket) -> None:
    """In a new process: run the program as it is asked for, and end."""
    line, descriptors = b"", []
    while not line.endswith(b"\n"):
        part, more, _flags, _address = socket.recv_fds(connection, 65536, 2)
        line, descriptors = line + part, descriptors + more
    message = json.loads(line)
    for number, descriptor in zip((1, 2), descriptors, strict=True):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(message["environment"])
    os.chdir(message["folder"])
    status = program(message["program"], message["words"])
    sys.stdout.flush()
    sys.stderr.flush()
    connection.sendall(b"%d" % status)
    # At once: what was loaded is not ours to put in order.
    os._exit(0)


if __name__ == "__main__":
    _warm, its_folder, its_url, its_program, *its_words = sys.argv
    if its_words == ["--serve"]:
        os.chdir(its_folder)
        serve(its_url, its_program)
    else:
        sys.exit(ask(its_folder, its_url, its_program, its_words))
