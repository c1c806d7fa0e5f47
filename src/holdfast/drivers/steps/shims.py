"""The worker's lines to shims: to new ones, and to those that have nothing to do."""

import select
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from threading import Lock

import holdfast

_START = (
    "import sys; sys.path.insert(0, sys.argv[2]); "
    "from holdfast.drivers.steps.spawner import main; "
    "main(int(sys.argv[1]), sys.argv[3])"
)
_SPARE = 8
"""Shims that are kept for the next step; each has some megabytes of its own."""


class Shims:
    """Each line is for one command at a time; safe to use from threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._spawner: subprocess.Popen[bytes] | None = None
        self._orders: socket.socket | None = None
        self._free: list[socket.socket] = []
        self._spare = _SPARE

    def prepare(self) -> None:
        """Have ready what forks shims."""
        with self._lock:
            if self._orders is None:
                self._spawn()

    def take(self) -> socket.socket:
        """The line to a shim that waits for a task."""
        return self._free_one() or self._new_one()

    def take_back(self, channel: socket.socket) -> None:
        """Keep the line to a shim whose command has ended and left nothing."""
        if len(self._free) < self._spare:
            self._free.append(channel)
        else:
            channel.close()

    def close(self) -> None:
        """Let those go that have nothing to do; the others end when they have ended."""
        with self._lock:
            self._drop()
        self._spare = 0
        while self._free:
            self._free.pop().close()

    def _free_one(self) -> socket.socket | None:
        """The line to a shim that has nothing to do; some may have been killed."""
        while self._free:
            with suppress(IndexError):
                channel = self._free.pop()
                if not is_heard(channel, 0):
                    return channel
                channel.close()
        return None

    def _new_one(self) -> socket.socket:
        ours, its = socket.socketpair()
        with its:
            self._order(its)
        return ours

    def _order(self, channel: socket.socket) -> None:
        """Have the spawner fork a shim for a channel; a spawner that died is replaced."""
        with self._lock:
            for last in (False, True):
                orders = self._orders or self._spawn()
                try:
                    socket.send_fds(orders, [b"t"], [channel.fileno()])
                except OSError:
                    if last:
                        raise
                    self._drop()
                else:
                    return

    def _spawn(self) -> socket.socket:
        ours, its = socket.socketpair()
        source, place = str(Path(holdfast.__file__).parent.parent), mkdtemp()
        with its:
            self._spawner = subprocess.Popen(
                [sys.executable, "-I", "-c", _START, str(its.fileno()), source, place],
                pass_fds=[its.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                env={"LC_ALL": "C.UTF-8"},
            )
        self._orders = ours
        return ours

    def _drop(self) -> None:
        if self._orders is not None:
            self._orders.close()
        if self._spawner is not None:
            self._spawner.wait()
        self._orders = self._spawner = None


def is_heard(channel: socket.socket, seconds: float) -> bool:
    """Whether there is a word, or the end of the line, within so long."""
    poll = select.poll()
    poll.register(channel, select.POLLIN)
    return bool(poll.poll(seconds * 1000))
