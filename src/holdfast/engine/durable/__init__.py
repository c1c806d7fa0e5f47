"""
The durable engine behind an interface small enough to replace.

What is executed is a *segment*: one stretch of one job, from where its ledger entries
say it stands to the next moment it has to wait. Which worker has which segment is a row
of ours. The worker gives their names to the engine, which executes each once and keeps
which process began it. What a segment did is in the ledger, not here.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Protocol

Execute = Callable[[str], None]
"""Takes a segment's name; returns when the stretch is done, raises nothing."""


class Executor(Protocol):
    """One process that executes segments."""

    def launch(self, execute: Execute, /) -> None:
        """Get ready; nothing is executed before :meth:`begin`."""
        ...

    def begin(self, segment: str, /) -> None:
        """
        Execute a segment in a thread of the engine's, unless it ever was begun before.

        That it was begun is on record when this returns.
        """
        ...

    def rest(self, wait: float, /) -> None:
        """Wait so many seconds for what is at work."""
        ...

    def close(self, patience: float | None = None, /) -> Collection[str]:
        """
        Wait until everything at work has returned and was noted, and let go.

        After so many seconds of ``patience``, ``None`` for any, it gives up and answers
        what was still at work: that goes on until the process ends.
        """
        ...


class Records(Protocol):
    """What the engine knows of segments that were begun."""

    def held_by(self, executors: Collection[str], /) -> tuple[str, ...]:
        """Segments that were begun by one of these processes and have not ended."""
        ...

    def prune(self, before: datetime, /) -> int:
        """Forget what ended before a moment; how many."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...
