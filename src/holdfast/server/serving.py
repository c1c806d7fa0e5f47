"""Listening: one address, until somebody says stop."""

import asyncio
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from holdfast.ports import Clock
from holdfast.problems import HoldfastError, Problem

_LOOK = 0.05
_GRACE = 5
PATIENCE = 20.0
"""Seconds a connection may take to say what it wants."""


@dataclass(slots=True)
class Listening:
    """A server that listens, in a thread of its own."""

    server: uvicorn.Server
    thread: threading.Thread
    clock: Clock
    wrong: list[BaseException] = field(default_factory=list)

    @property
    def port(self) -> int:
        """The port it really has."""
        listens = self.server.servers[0].sockets[0]
        return int(listens.getsockname()[1])

    def stop(self) -> None:
        """Let go of those who are connected, and of the port."""
        self.server.should_exit = True
        self.thread.join()


class Impatient(H11Protocol):
    """A connection that is closed when it asks for nothing, or never to the end."""

    _end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Read on; what is not yet a request does not win time."""
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before:
            self._wait_no_more()
        elif self._end is None and getattr(before, "response_complete", True):
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._wait_no_more()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._end = self.loop.call_later(PATIENCE, self.transport.close)

    def _wait_no_more(self) -> None:
        if self._end is not None:
            self._end.cancel()
        self._end = None


def serve(app: Any, host: str, port: int, clock: Clock) -> Listening:
    """Listen; returns when it answers. Raises ``HoldfastError`` for a taken port."""
    if not _is_free(host, port):
        raise HoldfastError(_taken(host, port))
    config = uvicorn.Config(
        app,
        http=Impatient,
        host=host,
        port=port,
        log_level="warning",
        lifespan="off",
        access_log=False,
        timeout_graceful_shutdown=_GRACE,
        server_header=False,
    )
    server = uvicorn.Server(config)
    wrong: list[BaseException] = []
    thread = threading.Thread(
        target=_guarded(server.run, wrong), name="http", daemon=True
    )
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise HoldfastError(_taken(host, port))
        clock.sleep(_LOOK)
    return Listening(server, thread, clock, wrong)


def _is_free(host: str, port: int) -> bool:
    """Whether a port can be listened on: uvicorn would write a line of its own first."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        for family, _, _, _, address in found:
            socket.create_server(address[:2], family=family).close()
    except OSError:
        return False
    return True


def _guarded(run: Callable[[], None], wrong: list[BaseException]) -> Callable[[], None]:
    """A thread that ends alone: uvicorn leaves the process for a port it cannot have."""

    def guarded() -> None:
        try:
            run()
        except SystemExit as error:
            wrong.append(error)

    return guarded


def _taken(host: str, port: int) -> Problem:
    return Problem(
        code="server.port-taken",
        summary=f"{host}:{port} cannot be listened on",
        detail="Somebody else has it, or it needs more rights. Nothing was started.",
        next_step="Take any that is free: holdfast serve --port 0",
    )
