"""
Holdfast's processes as forks of one that has imported everything already.

A command takes two seconds of a processor to import what it needs and a quarter of one to
begin. Who is killed two hundred times would do little else than import. A fork is a
process like any other: what it holds, locks, writes and forgets is its own.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

_ORDER = 1 << 16
_TESTS = str(Path(__file__).parent.parent)


class Born:
    """A process that was forked; its handle stays with it, whoever gets its number."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def is_up(self) -> bool:
        """Whether it is there."""
        return not self.wait(0)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for its end, so long; whether it has ended."""
        return bool(select.select([self._handle], [], [], seconds)[0])

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it is there."""
        if self.is_up():
            signal.pidfd_send_signal(self._handle, number)

    def kill(self) -> None:
        """Kill it; it has no chance to do anything."""
        self.send_signal(signal.SIGKILL)
        self.wait()


class Nursery:
    """
    The process that is forked; close it when all it bore have ended.

    ``source`` is the folder of another Holdfast than the one that is tested.
    """

    def __init__(self, source: Path | None = None) -> None:
        self._orders, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        words = (sys.executable, "-m", "reliability.nursery", str(its.fileno()))
        path = f"{source}:{_TESTS}" if source else _TESTS
        with its:
            self._process = subprocess.Popen(
                words, pass_fds=[its.fileno()], env={**os.environ, "PYTHONPATH": path}
            )

    def bear(self, folder: Path, log: Path, words: tuple[str, ...]) -> Born:
        """Begin ``holdfast WORDS`` in a folder; what it says is added to a file."""
        order = {"folder": str(folder), "words": words}
        with log.open("ab") as file:
            told = json.dumps(order).encode()
            socket.send_fds(self._orders, [told], [file.fileno()])
        _, handles, _, _ = socket.recv_fds(self._orders, 1, 1)
        return Born(handles[0])

    def close(self) -> None:
        """End it."""
        self._orders.close()
        self._process.wait()


def _import_all() -> None:
    """Import what the commands import when they are asked for."""
    import dbos  # noqa: F401

    import holdfast.app.desks.runs
    import holdfast.app.serving.process
    import holdfast.cli.commands.serve
    import holdfast.cli.commands.worker
    import holdfast.server  # noqa: F401


def main(handle: int) -> None:
    """Fork a process for each order; they end with this one, and need no burial."""
    _import_all()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(fileno=handle) as orders:
        while True:
            told, handles, _, _ = socket.recv_fds(orders, _ORDER, 1)
            if not told:
                return
            pid = os.fork()
            if not pid:
                orders.close()
                _become(json.loads(told), handles[0])
            os.close(handles[0])
            born = os.pidfd_open(pid)
            socket.send_fds(orders, [b"."], [born])
            os.close(born)


def _become(order: dict[str, Any], log: int) -> None:
    """Be a command of Holdfast."""
    from holdfast.cli import main as holdfast
    from holdfast.drivers.steps import process_tree

    process_tree.die_with_parent()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.close(log)
    os.chdir(order["folder"])
    os.environ |= {"HOLDFAST_ACTOR": "ann", "NO_COLOR": "1"}
    del os.environ["PYTHONPATH"]
    sys.argv = ["holdfast", *order["words"]]
    holdfast()


if __name__ == "__main__":
    main(int(sys.argv[1]))
