"""One process at a time, kept by the kernel, so that a dead holder never blocks."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from holdfast.problems import HoldfastError, Problem


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock file; raises ``HoldfastError`` (``app.busy``) when another does."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HoldfastError(_busy(os.read(handle, 32).decode() or "?")) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)


def _busy(pid: str) -> Problem:
    return Problem(
        code="app.busy",
        summary="Another Holdfast is changing things in this project",
        detail=f"Process {pid} holds the lock. Nothing was changed.",
        next_step="Wait for it to end and try again.",
    )
