"""What a segment needs of the worker that executes it."""

from collections.abc import Callable, Iterable, Iterator
from threading import Event as Signal
from typing import Protocol

from holdfast.engine.runs.job_state import Fate, StepAt
from holdfast.engine.runs.keeper import Keeper


class Work(Protocol):
    """Carries out steps; what it does in the world is its own affair."""

    def perform(self, at: StepAt, stopping: Callable[[], str], /) -> Fate:
        """
        Carry one attempt out; ``stopping`` says why it is to end, empty: go on.

        Raises ``LeaseOver`` when it must be asked anew whether the job is still ours.
        """
        ...

    def again(self, at: StepAt, stopping: Callable[[], str], /) -> Fate:
        """Find out about an attempt that was begun by somebody who is gone."""
        ...

    def tail(self, at: StepAt, /) -> tuple[str, ...]:
        """The last lines an attempt printed, to ask a person with."""
        ...

    def leave(self, run: str, job: str, /) -> None:
        """The job has ended: remove what it needs no more."""
        ...

    def remains(self) -> Iterable[tuple[str, str]]:
        """Runs and jobs that may have left something that has to be removed."""
        ...


class Executing(Protocol):
    """The worker of a segment, as far as its segments need it."""

    keeper: Keeper
    work: Work
    site: str
    left: Signal
    """Set when the worker is about to leave: no step is begun then."""
    looks: Iterator[int]
    """Numbers for looks, each once."""

    def stopping(self, segment: str, /) -> str:
        """Why a segment is to end; empty while it may go on."""
        ...

    def term(self) -> int:
        """The term of the worker's lease; a new one each time it was lost."""
        ...
