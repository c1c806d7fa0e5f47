"""Waiting for what takes a moment, and answering on a port of loopback."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

PATIENCE = 60.0


def free_port() -> int:
    """A port of loopback nobody has."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def until(what: str, ask: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait for something to become true."""
    give_up = time.monotonic() + seconds
    while not ask():
        assert time.monotonic() < give_up, f"it never came: {what}"
        time.sleep(0.1)


@contextmanager
def listening(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    """Answer on a port of loopback; gives it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
