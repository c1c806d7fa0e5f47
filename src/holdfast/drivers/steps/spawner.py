"""
A small process that forks shims: forking it costs a few milliseconds, a worker tens.

It is handed one end of a socket a task and never reads it: what is in a task, secrets
too, only the shim sees. It ends with the worker; the shims do not.
"""

import gc
import os
import signal
import socket
import sys
from contextlib import suppress

from holdfast.drivers.steps import shim


def main(number: int) -> None:
    """Fork a shim for each socket that comes in; return when the worker is gone."""
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
    main(int(sys.argv[1]))
