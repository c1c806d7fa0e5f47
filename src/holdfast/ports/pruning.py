"""What is asked of a store and of folders when old things are removed."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Freed:
    """How much was removed, or would be; sizes in bytes, of what was compressed so."""

    runs: int = 0
    output: int = 0
    """Bytes of what steps printed."""
    events: int = 0
    decisions: int = 0
    segments: int = 0
    """Rows of the durable engine."""
    archives: int = 0
    """Artifacts and caches."""
    archived: int = 0
    """Their bytes."""

    def __add__(self, other: "Freed") -> "Freed":
        every = (one.name for one in fields(self))
        return replace(
            self, **{name: getattr(self, name) + getattr(other, name) for name in every}
        )

    def __bool__(self) -> bool:
        return any(getattr(self, one.name) for one in fields(self))


class PruningStore(Protocol):
    """
    Removes what is beyond its time, a little at a time.

    What is to go is listed first and removed in batches, each one short transaction, so
    that writers wait for a moment only. A run that has not ended loses nothing.
    """

    def runs(self, before: datetime, keep: int, /) -> tuple[str, ...]:
        """Runs that ended before, none of the newest ``keep`` of their workflow."""
        ...

    def forget_runs(self, runs: Sequence[str], /) -> int:
        """Remove the rows of runs, their output, and what says what started them."""
        ...

    def output(self, before: datetime, /) -> tuple[str, ...]:
        """Runs that ended before and whose output is kept still."""
        ...

    def forget_output(self, runs: Sequence[str], /) -> int:
        """Remove what the steps of runs printed; how many bytes."""
        ...

    def size_of(self, runs: Sequence[str], /) -> int:
        """How many bytes the output of runs takes."""
        ...

    def decisions(self, before: datetime, /) -> tuple[int, ...]:
        """Decisions made before that nobody is asked about any more."""
        ...

    def forget_decisions(self, numbers: Sequence[int], /) -> int:
        """Remove decisions; how many."""
        ...

    def events(self, before: datetime, /) -> tuple[str, ...]:
        """Events from before that were reacted to, and that nothing held waits for."""
        ...

    def forget_events(self, events: Sequence[str], /) -> int:
        """Remove events; how many."""
        ...

    def forget_idle(self, before: datetime, /) -> None:
        """Forget reactions that hold nothing and decided nothing since."""
        ...

    def forget_masks(self) -> None:
        """Forget what jobs of runs that have ended asked to hide."""
        ...

    def has_segments(self) -> bool:
        """Whether a worker ever was here, and the durable engine has tables."""
        ...

    def is_open(self, run: str, /) -> bool:
        """Whether a run has not ended."""
        ...

    def take_turn(self, holder: str, now: datetime, every: float, /) -> bool:
        """Whether it is this process's turn: once in ``every`` seconds it is somebody's."""
        ...


class Archive(Protocol):
    """A folder of named archives."""

    def older(self, before: datetime, /) -> tuple[str, ...]:
        """Names of those not used since."""
        ...

    def drop(self, name: str, /) -> int:
        """Remove one; how many bytes it had."""
        ...

    def size(self, name: str, /) -> int:
        """How many bytes one has."""
        ...
