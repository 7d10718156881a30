# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A call that is not answered yet, and an answer that is not sent yet."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, NoReturn

from werkzeug.test import run_wsgi_app

from . import calls, errors


class Answer:
    """A complete answer."""

    def __init__(self, chunks: Iterable[bytes], status: str, headers: Iterable[tuple[str, str]]) -> None:
        self._body = b"".join(chunks)
        self._status = status
        self._headers = [pair for pair in headers if pair[0].lower() != "content-length"]

    def send(self, start_response: Any, share: float = 1.0) -> Iterable[bytes]:
        """The first share of it; the length it is said to have is always that of the whole."""
        start_response(self._status, [*self._headers, ("Content-Length", str(len(self._body)))])
        return [self._body[: int(len(self._body) * share)]]


class Request(NamedTuple):
    """A call, and the application that would serve it."""

    call: calls.Call
    environ: dict[str, Any]
    start_response: Any
    application: Callable[[dict[str, Any], Any], Iterable[bytes]]

    @property
    def is_form(self) -> bool:
        return calls.is_form(self.environ)

    def serve(self) -> Iterable[bytes]:
        return self.application(self.environ, self.start_response)

    def carry_out(self) -> Answer:
        """Let it take effect, and keep the answer back."""
        return Answer(*run_wsgi_app(self.application, self.environ, buffered=True))

    def send(self, answer: Answer, share: float = 1.0) -> Iterable[bytes]:
        return answer.send(self.start_response, share)

    def refuse(self, status: int, code: str, message: str) -> Iterable[bytes]:
        return errors.respond(self.start_response, self.call.service, self.is_form, status, code, message)

    def drop(self) -> NoReturn:
        """End the connection by a reset, not by a close, which the client could take for an answer's end."""
        connection: socket.socket = self.environ["werkzeug.socket"]
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # The server's files of the socket keep it open: only its descriptor can be closed.
        os.close(connection.detach())
        raise ConnectionResetError("by a fault")
