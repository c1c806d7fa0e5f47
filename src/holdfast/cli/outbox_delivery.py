"""Send what a command caused before it ends, when no server is there to do it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

from holdfast.cli.output import say

if TYPE_CHECKING:
    from holdfast.app import Application


@contextmanager
def delivering(app: "Application") -> Iterator[None]:
    """
    What is written into the ledger in the block is told at its end.

    One attempt is made; what was not taken stays, and the next command or server tries
    again.
    """
    from holdfast.app.outbox import post_for, tells

    if not tells(app):
        yield
        return
    post = post_for(app, f"command-{os.getpid()}-{uuid4()}")
    post.relay.begin()
    try:
        yield
    finally:
        left = post.clear()
        if left:
            say(f"{left} could not be sent yet. They stay: holdfast outbox list")
