"""Work in this process while a command needs somebody to."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from socket import gethostname
from typing import TYPE_CHECKING

from holdfast.ports import RunDesk

if TYPE_CHECKING:
    from holdfast.app import Application

_PATIENCE = 5


@contextmanager
def working(app: "Application", desk: RunDesk, *, needed: bool) -> Iterator[bool]:
    """
    A worker for as long as the block lasts, unless others are there already.

    Gives whether it is this process that works.
    """
    from holdfast.app.desks.runs import LocalRunDesk
    from holdfast.app.runs.wiring import worker_of

    now = app.engine.clock.now()
    others = any(row.lease > now and not row.draining for row in desk.workers())
    if not needed or others or not isinstance(desk, LocalRunDesk):
        yield False
        return
    name = f"{gethostname().partition('.')[0]}-{os.getpid()}"
    worker = worker_of(desk.crew, name)
    worker.returns = False
    worker.start()
    try:
        yield True
    finally:
        worker.stop(wait=_PATIENCE)
