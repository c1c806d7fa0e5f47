"""A wire to PostgreSQL that a test can cut: without a word, or so that all hear it."""

import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

_PIECE = 1 << 16
_LOOK = 0.02


@dataclass(slots=True)
class Wire:
    """
    Carries bytes between a port of this machine and a server's socket.

    While it is ``silent`` nothing goes through, new connections neither, and nobody hears
    of it: as with a cable that was pulled. :meth:`cut` ends every connection.
    """

    server: Path
    port: int = 0
    silent: bool = False
    _pairs: dict[socket.socket, socket.socket] = field(default_factory=dict)
    _over: bool = False

    def cut(self) -> None:
        """End every connection there is; new ones go on."""
        for one in list(self._pairs):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def url(self, direct: str) -> str:
        """The URL of a database, over this wire."""
        name = direct.partition("@")[2].partition("?")[0]
        return f"postgresql://holdfast@127.0.0.1:{self.port}{name}"

    def carry(self, door: socket.socket) -> None:
        """Go on until it is over."""
        while not self._over:
            listened = [] if self.silent else [door, *self._pairs]
            ready, _, _ = select.select(listened, [], [], _LOOK)
            for one in ready:
                if one is door:
                    self._open(door)
                elif one in self._pairs:
                    self._pass(one)
        for one in self._pairs:
            one.close()

    def _open(self, door: socket.socket) -> None:
        near, _ = door.accept()
        far = socket.socket(socket.AF_UNIX)
        try:
            far.connect(str(self.server))
        except OSError:
            near.close()
            far.close()
            return
        self._pairs |= {near: far, far: near}

    def _pass(self, one: socket.socket) -> None:
        other, part = self._pairs[one], b""
        with suppress(OSError):
            part = one.recv(_PIECE)
            if part:
                other.sendall(part)
                return
        for end in (one, other):
            del self._pairs[end]
            end.close()


@contextmanager
def wire(cluster: str) -> Iterator[Wire]:
    """A wire to a cluster that listens on a socket in a folder."""
    folder = Path(cluster.partition("host=")[2])
    with socket.create_server(("127.0.0.1", 0)) as door:
        made = Wire(folder / ".s.PGSQL.5432", door.getsockname()[1])
        thread = Thread(target=made.carry, args=(door,), daemon=True)
        thread.start()
        try:
            yield made
        finally:
            made._over = True
            thread.join()
