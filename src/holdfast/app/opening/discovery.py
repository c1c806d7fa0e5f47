"""How commands find the server of a project, and the server says that it is there."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from holdfast.drivers.desks import Asking, remote_desks
from holdfast.drivers.files import write_private
from holdfast.ports import Desks

_FILE = "server.json"
_PATIENCE = 2.0


@dataclass(frozen=True, slots=True)
class Server:
    """A server: where it listens, and what opens it for whoever may read this file."""

    url: str
    token: str
    pid: int = 0


def announce(state: Path, url: str, token: str) -> None:
    """Say that the server answers; only the project's owner can read it."""
    told = {"url": url, "token": token, "pid": os.getpid()}
    write_private(state / _FILE, json.dumps(told).encode())


def withdraw(state: Path) -> None:
    """Say that it is gone."""
    (state / _FILE).unlink(missing_ok=True)


def server_of(state: Path) -> Server | None:
    """
    The server of a project that answers, named by HOLDFAST_SERVER or found here.

    Who set HOLDFAST_TOKEN is who that token names; to others one found here is open as
    to whoever started it.
    """
    named = os.environ.get("HOLDFAST_SERVER", "")
    token = os.environ.get("HOLDFAST_TOKEN", "")
    if named:
        return Server(named, token)
    try:
        told = json.loads((state / _FILE).read_text(encoding="utf-8"))
        found = Server(told["url"], token or told["token"], int(told["pid"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if _answers(found) else None


@contextmanager
def desks_at(server: Server) -> Iterator[Desks]:
    """The desks of a server."""
    asking = Asking(server.url, server.token)
    try:
        yield remote_desks(asking)
    finally:
        asking.close()


def _answers(server: Server) -> bool:
    """Whether it is still there: its process may have been killed."""
    if not Path(f"/proc/{server.pid}").exists() and Path("/proc/self").exists():
        return False
    try:
        return httpx.get(f"{server.url}/health", timeout=_PATIENCE).is_success
    except httpx.HTTPError:
        return False
