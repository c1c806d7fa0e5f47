"""Who speaks slowly, endlessly or nonsense is let go, and others are served meanwhile."""

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from holdfast.drivers.clock import SystemClock
from holdfast.drivers.files import write_private
from holdfast.ports import Desks
from holdfast.server import Access, application, bodies, serve, serving
from unit.server.test_api import Desk

SHORT = 0.4


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, str]]:
    """A server that is not patient: its port, and a token."""
    monkeypatch.setattr(bodies, "PATIENCE", SHORT)
    monkeypatch.setattr(serving, "PATIENCE", SHORT)
    desk = Desk()
    access = Access(tmp_path / "tokens.json", write_private)
    desks = Desks(desk, desk, desk, desk, desk, desk)  # type: ignore[arg-type]
    clock = SystemClock()
    listening = serve(application(desks, access, "shop", clock), "127.0.0.1", 0, clock)
    yield listening.port, access.add("ann")
    listening.stop()


def answer(port: int, *parts: bytes) -> bytes:
    """What comes back, until the connection is closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        for part in parts:
            line.sendall(part)
        got = b""
        with suppress(ConnectionResetError):
            while piece := line.recv(65536):
                got += piece
        return got


def drips(port: int, head: bytes, drop: bytes) -> bytes:
    """The same, for who sends a little again and again."""
    with socket.create_connection(("127.0.0.1", port), timeout=0.05) as line:
        line.sendall(head)
        until, got = time.monotonic() + 20, b""
        while time.monotonic() < until:
            try:
                line.sendall(drop)
                piece = line.recv(65536)
            except TimeoutError:
                continue
            except (ConnectionResetError, BrokenPipeError):
                return got
            if not piece:
                return got
            got += piece
    raise AssertionError(got)


POST = b"POST /hooks/orders HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n"


def test_a_body_that_does_not_end_is_refused(site: tuple[int, str]) -> None:
    endless = POST + b"Transfer-Encoding: chunked\r\n\r\n"
    got = drips(site[0], endless, b"1\r\nx\r\n")
    assert got.startswith(b"HTTP/1.1 408 ")
    assert b"server.too-slow" in got


def test_a_body_that_does_not_come_is_refused(site: tuple[int, str]) -> None:
    got = answer(site[0], POST + b"Content-Length: 100\r\n\r\nhalf")
    assert got.startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(
    "head",
    [b"", b"GET /health HTTP/1.1\r\n", b"GET /health HTTP/1.1\r\nHost: shop\r\n\r\n"],
)
def test_headers_that_do_not_end_are_not_waited_for(
    site: tuple[int, str], head: bytes
) -> None:
    """On a new connection, in the middle, and after a request that was answered."""
    began = time.monotonic()
    drips(site[0], head + b"GET /", b"x")
    assert time.monotonic() - began < 15


def test_others_are_served_while_many_say_nothing(site: tuple[int, str]) -> None:
    quiet = [socket.create_connection(("127.0.0.1", site[0])) for _ in range(200)]
    assert httpx.get(f"http://127.0.0.1:{site[0]}/health").status_code == 200
    for line in quiet:
        line.settimeout(20)
        assert line.recv(1) == b""
        line.close()


@pytest.mark.parametrize(
    "body", [b"[" * 200_000, b'{"a":' * 100_000, b"\xff\xfe", b"[]", b"7", b"{", b"NaN"]
)
def test_nonsense_is_no_fault_of_the_server(site: tuple[int, str], body: bytes) -> None:
    headers = {"Authorization": f"Bearer {site[1]}"}
    url = f"http://127.0.0.1:{site[0]}/api/1/runs"
    assert httpx.post(url, content=body, headers=headers).status_code == 400


def test_a_huge_body_is_refused_before_it_has_come(site: tuple[int, str]) -> None:
    head = (
        f"POST /api/1/runs HTTP/1.1\r\nHost: s\r\nAuthorization: Bearer {site[1]}\r\n"
    )
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    begun = (
        head.encode()
        + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        + chunk * 17
    )
    assert answer(site[0], begun).startswith(b"HTTP/1.1 413 ")
