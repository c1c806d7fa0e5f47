"""
A small process that forks shims: forking it costs a few milliseconds, a worker tens.

It is handed one end of a socket a task and never reads it: what is in a task, secrets
too, only the shim sees. It ends with the worker; the shims do not.
"""

import gc
import json
import os
import signal
import socket
import sys
from contextlib import suppress

from holdfast.drivers.steps import process_tree, shim, step_files

_REHEARSALS = 10
"""After eight calls the interpreter has made of a function what it makes of it."""


def main(number: int, folder: str) -> None:
    """
    Fork a shim for each socket that comes in; return when the worker is gone.

    ``folder`` is an empty one to rehearse in. No signal is held back here, whatever the
    worker holds back: each command would be deaf to it.
    """
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    _rehearse(folder)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, _bury)
    gc.freeze()
    with socket.socket(fileno=number) as orders:
        while True:
            _, handles, _, _ = socket.recv_fds(orders, 1, 1)
            if not handles:
                return
            if not os.fork():
                _become_shim(handles[0], number)
            os.close(handles[0])


def _rehearse(folder: str) -> None:
    """
    Carry a few tasks out here, of a command that does nothing.

    What the interpreter finds out about the code by that, each shim would find out anew,
    and have pages of memory of its own for it: a third of what it costs.
    """
    task = {
        "home": folder,
        "lease": "",
        "argv": ["true"],
        "folder": "/",
        "env": {"PATH": os.defpath},
        "secrets": [],
        "timeout": None,
        "signal": "TERM",
        "grace": 1.0,
        "lasting": False,
        "most": 0,
        "until": step_files.boot_time() + 60,
    }
    for _ in range(_REHEARSALS):
        ours, its = socket.socketpair()
        with ours:
            ours.sendall(json.dumps(task).encode() + b"\n")
            ours.shutdown(socket.SHUT_WR)
            shim.serve(its.detach())
        for name in os.listdir(folder):  # noqa: PTH208 - shims need no more than this
            os.unlink(os.path.join(folder, name))  # noqa: PTH108, PTH118 - likewise
    os.rmdir(folder)  # noqa: PTH106 - likewise
    process_tree.disown()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def _become_shim(handle: int, orders: int) -> None:
    """In the child: never come back."""
    status = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        os.close(orders)
        shim.serve(handle)
        status = 0
    finally:
        os._exit(status)


def _bury(*_: object) -> None:
    """Shims that have ended; those that outlive this process are init's."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[3])
