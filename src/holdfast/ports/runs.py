"""What is kept of runs beside the ledger: who waits, who works, and what was printed."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from holdfast.model import Claim, Entry, Event, State


@dataclass(frozen=True, slots=True)
class RunRow:
    """
    One run in a list: what its entries say, kept at hand.

    ``group`` is its concurrency group, ``wake`` the next moment at which something has to
    be decided although nothing happens, ``parent`` the run and job that called it.
    ``trigger`` is what started it, in GitHub's words: ``push``, ``schedule``,
    ``workflow_dispatch`` for a person, ``workflow_call`` for another run.
    """

    id: str
    workflow: str
    title: str
    state: State
    actor: str
    created: datetime
    ended: datetime | None = None
    group: str = ""
    parent: str = ""
    wake: datetime | None = None
    why: str = ""
    trigger: str = ""


@dataclass(frozen=True, slots=True)
class JobRow:
    """
    One job that is ready and has not ended; there is no row for any other.

    ``worker`` is empty while none was found. ``segment`` counts the times it was handed
    to one. ``labels`` are what it asks of a worker,
    ``stop`` why it is to end.
    """

    run: str
    key: str
    since: datetime
    labels: tuple[str, ...] = ()
    worker: str = ""
    segment: int = 0
    group: str = ""
    stop: str = ""
    site: str = ""
    """Where its files are, when it was begun before."""

    @property
    def name(self) -> str:
        """The name of its segment."""
        return f"{self.run}/{self.key}/{self.segment}"


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """
    One worker process.

    ``id`` is new at every start, ``name`` the same one after a restart. Workers of one
    ``site`` share a machine and the folder of their steps. It is alive until ``lease``.
    One without ``slots`` has left for good.
    """

    id: str
    name: str
    site: str
    labels: tuple[str, ...]
    slots: int
    lease: datetime
    started: datetime
    draining: bool = False

    @property
    def has_left(self) -> bool:
        """Whether it will not come back: its jobs are for whoever is on its site."""
        return not self.slots


class RunTransaction(Protocol):
    """
    Reads and writes that happen together or not at all.

    Transactions of runs come one after the other: what is read here does not change
    before it is written.
    """

    @property
    def connection(self) -> object:
        """What the durable engine needs to take part."""
        ...

    def then(self, done: Callable[[], None], /) -> None:
        """Do something when this is on disk; not at all when it never will be."""
        ...

    def at_last(self, do: Callable[["RunTransaction"], None], /) -> None:
        """Do something once, after everything else in this transaction."""
        ...

    def part(self) -> AbstractContextManager[None]:
        """A block that is taken back alone when it raises."""
        ...

    def next_id(self) -> str:
        """A name no run has had: ``r17``."""
        ...

    def append(self, entries: Sequence[Entry], /) -> tuple[Entry, ...]:
        """Chain entries to the ledger; answers them with their places."""
        ...

    def entries(self, run: str, /) -> tuple[Entry, ...]:
        """Every entry of one run, oldest first."""
        ...

    def latest(self, event: Event, /) -> Iterator[Entry]:
        """Entries of one sort, newest first; read as they are asked for."""
        ...

    def run(self, run: str, /) -> RunRow | None:
        """The row of a run."""
        ...

    def save(self, row: RunRow, /) -> None:
        """Write the row of a run."""
        ...

    def began(self, run: str, /) -> None:
        """A job of a run began: its row says that it runs, unless it says how it ended."""
        ...

    def jobs(self, run: str = "", /) -> tuple[JobRow, ...]:
        """Jobs that are ready or at work, of one run or of all; longest waiting first."""
        ...

    def waiting(self) -> Iterator[JobRow]:
        """Jobs no worker has, longest waiting first; read as they are asked for."""
        ...

    def load(self) -> Mapping[str, int]:
        """How many jobs each worker has, by its name."""
        ...

    def put_job(self, row: JobRow, /) -> None:
        """Write the row of a job."""
        ...

    def drop_job(self, run: str, key: str, /) -> None:
        """A job has ended."""
        ...

    def workers(self) -> tuple[WorkerRow, ...]:
        """Every worker that was not forgotten."""
        ...

    def put_worker(self, row: WorkerRow, /) -> None:
        """Write the row of a worker."""
        ...

    def drop_worker(self, worker: str, /) -> None:
        """Forget a worker, by its id."""
        ...

    def claims(self, now: datetime, /) -> tuple[Claim, ...]:
        """Every claim in force, of runs and of people."""
        ...

    def put_claim(self, claim: Claim, /) -> None:
        """Take a claim that is free, or the holder's own."""
        ...

    def release(self, holder: str, /) -> None:
        """End every claim of a holder."""
        ...

    def in_group(self, group: str, /) -> tuple[RunRow, ...]:
        """Runs of a concurrency group that have not ended, oldest first."""
        ...

    def due(self, now: datetime, /) -> tuple[str, ...]:
        """Runs whose moment to wake has come."""
        ...

    def planned(self, workflow: str, runs: int, /) -> tuple[Entry, ...]:
        """``PLANNED`` entries of the last successful runs of a workflow, newest first."""
        ...


class RunStore(Protocol):
    """Runs in the database."""

    def begin(self) -> AbstractContextManager[RunTransaction]:
        """Begin a transaction; it commits at the end of the block, unless that raises."""
        ...

    def looking(self) -> AbstractContextManager[RunTransaction]:
        """Begin one that only reads, all as of one moment; it waits for nobody."""
        ...

    def runs(
        self,
        states: Collection[State] = (),
        limit: int = 50,
        before: str = "",
        workflow: str = "",
        trigger: str = "",
    ) -> tuple[RunRow, ...]:
        """Rows of runs, newest first."""
        ...

    def newest(self, run: str = "", /) -> int:
        """The place in the ledger of the newest entry, of a run or of all; 0: none."""
        ...

    def printed(self, run: str, job: str, step: int, offset: int = 0, /) -> bytes:
        """What a step printed in all its attempts, from a byte on."""
        ...

    def length(self, key: str, /) -> int:
        """How many bytes of one attempt's output are kept, by its key."""
        ...

    def keep(self, key: str, offset: int, text: bytes, /) -> None:
        """Keep a piece of an attempt's output from a byte on; twice is harmless."""
        ...

    def is_run(self, run: str, /) -> bool:
        """Whether there is a run of a workflow of that name."""
        ...

    def jobs_of(self, worker: str, /) -> tuple[JobRow, ...]:
        """Jobs a worker has, the one it has had longest first."""
        ...
