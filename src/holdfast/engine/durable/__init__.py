"""
The durable engine behind an interface small enough to replace.

What is executed is a *segment*: one stretch of one job, from where its ledger entries
say it stands to the next moment it has to wait. The engine hands each segment to one
worker, once, and knows who has it. What a segment did is in the ledger, not here.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Protocol

Execute = Callable[[str], None]
"""Takes a segment's name; returns when the stretch is done, raises nothing."""


class Segments(Protocol):
    """Names of stretches of work, waiting for a worker or with one."""

    def enqueue(self, transaction: object, segment: str, worker: str, /) -> None:
        """
        Hand a segment to a worker as part of a transaction of the store.

        It exists when the transaction commits. The same name twice is one segment.
        """
        ...

    def wake(self, worker: str, /) -> None:
        """Tell a worker of this process that there is something for it, if it is one."""
        ...

    def cancel(self, segments: Collection[str], /) -> None:
        """Nobody begins these any more; who has one already is not interrupted."""
        ...

    def held_by(self, executors: Collection[str], /) -> tuple[str, ...]:
        """Segments that were begun by one of these processes and have not ended."""
        ...

    def recover(self, executors: Collection[str], worker: str, /) -> tuple[str, ...]:
        """Give what these processes held to a worker of that name; the segments."""
        ...

    def prune(self, before: datetime, /) -> int:
        """Forget what ended before a moment; how many."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...


class Executor(Protocol):
    """One process that executes segments."""

    def launch(self, execute: Execute, /) -> None:
        """Begin to take segments that are meant for this worker."""
        ...

    def rest(self, wait: float = 0, /) -> None:
        """Take nothing new, and wait so many seconds for what is at work."""
        ...

    def close(self) -> None:
        """Wait until everything at work has returned and was noted, and let go."""
        ...
