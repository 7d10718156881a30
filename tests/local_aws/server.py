# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The local AWS: moto's server, multi-threaded and on the loopback address only, plus what moto lacks.

Each service file beside this one has ``install() -> None``, which hooks into moto, and may have
``reset() -> None`` (called by ``/moto-api/reset``, after moto's own) and ``shutdown() -> None`` (called once when
the server stops: end threads and subprocesses). ``url()`` tells service files where the server listens.
While moto or a service file is at work, its thread holds the lock: ``lock.py`` says what to do where it waits.
"""

from __future__ import annotations

import importlib
import importlib.util
import threading
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

HOST = "127.0.0.1"
# In this order; a file that does not exist is skipped.
SERVICES = (
    "background",
    "iam",
    "iam_simulation",
    "ses",
    "tenants",
    "cloudwatch",
    "sns",
    "sqs",
    "logs",
    "awslambda",
    "events",
    "organizations",
    "regions",
)

_installed: list[ModuleType] = []
_install_lock = threading.Lock()
_url = ""


class LocalAws:
    """A running server. ``url`` is what clients take as their endpoint."""

    def __init__(self, server: Any, thread: threading.Thread) -> None:
        self._server = server
        self._thread = thread
        self.port: int = server.server_address[1]
        self.url = f"http://{HOST}:{self.port}"

    def stop(self) -> None:
        """Refuse new connections and end what the services started; returns when both are done."""
        shutdown_services()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def url() -> str:
    """Where the running server listens, for functions that must call back."""
    return _url


def start(port: int = 0) -> LocalAws:
    """Serve on the port (0: a free one) in a thread. OSError if the port is taken."""
    global _url
    from werkzeug.serving import ThreadedWSGIServer

    install_all()
    from .application import RequestHandler, create_application

    server = _listen(ThreadedWSGIServer, port, create_application(), RequestHandler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    running = LocalAws(server, thread)
    _url = running.url
    return running


def install_all() -> None:
    """Hook every service file into moto, once a process."""
    with _install_lock:
        if _installed:
            return
        _hook_reset()
        _look_up_once()
        for module in _service_modules():
            module.install()
            _installed.append(module)


def shutdown_services() -> None:
    for function in _each("shutdown"):
        function()


def _service_modules() -> Iterable[ModuleType]:
    for name in SERVICES:
        if (Path(__file__).parent / f"{name}.py").exists():
            yield importlib.import_module(f"{__package__}.{name}")


def _each(name: str) -> Iterable[Callable[[], None]]:
    return [getattr(module, name) for module in _installed if hasattr(module, name)]


def _hook_reset() -> None:
    from moto.moto_api._internal.models import MotoAPIBackend

    from . import faults, quotas, settings, stale_reads

    moto_reset = MotoAPIBackend.reset

    def reset(self: MotoAPIBackend) -> None:
        moto_reset(self)
        settings.reset()
        quotas.reset()
        faults.reset()
        stale_reads.reset()
        for function in _each("reset"):
            function()

    MotoAPIBackend.reset = reset  # type: ignore[method-assign]


def _look_up_once() -> None:
    """Keep what moto finds out anew for each request: its own folders, by 240 looks at the disk, and its methods."""
    from moto import backends
    from moto.core import responses

    folders = tuple(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: folders
    responses.method_names_from_class = lru_cache(maxsize=None)(responses.method_names_from_class)


def _listen(server_class: Any, port: int, application: Any, handler: Any) -> Any:
    """werkzeug prints its own text and exits on a port in use: bind first, so that OSError comes through."""
    import socket

    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(128)
        # The server duplicates the descriptor; ours is closed below.
        return server_class(HOST, listener.getsockname()[1], application, handler, fd=listener.fileno())
    finally:
        listener.close()
