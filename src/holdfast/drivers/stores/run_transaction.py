"""One transaction over runs, jobs, workers and the ledger, on any database."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    delete,
    func,
    select,
    tuple_,
    update,
)

from holdfast.drivers.stores.claims import held_in, put_in, release_in
from holdfast.drivers.stores.ledger import SqlLedger, next_run_in
from holdfast.drivers.stores.ledger_rows import as_read, entries_of
from holdfast.drivers.stores.moments import naive
from holdfast.drivers.stores.run_rows import (
    job_of,
    job_values,
    run_of,
    run_values,
    worker_of,
    worker_values,
)
from holdfast.drivers.stores.statements import write
from holdfast.drivers.stores.tables import jobs, ledger, runs, workers
from holdfast.model import Claim, Entry, Event, State
from holdfast.ports import JobRow, RunRow, RunTransaction, WorkerRow

_NOT_BEGUN = [State.QUEUED.value, State.WAITING.value, State.GATED.value]

_RUN = select(runs).where(runs.c.id == bindparam("of"))
_JOBS = select(jobs).order_by(jobs.c.since, jobs.c.run, jobs.c.key)
_JOBS_OF = _JOBS.where(jobs.c.run == bindparam("of"))
_SOME = 32
_WAITING = _JOBS.where(jobs.c.worker == "").limit(_SOME)
_LOAD = (
    select(jobs.c.worker, func.count().label("jobs"))
    .where(jobs.c.worker != "")
    .group_by(jobs.c.worker)
)
_DROP_JOB = delete(jobs).where(
    jobs.c.run == bindparam("of"), jobs.c.key == bindparam("named")
)
_BEGAN = (
    update(runs)
    .where(runs.c.id == bindparam("of"), runs.c.state.in_(_NOT_BEGUN))
    .values(state=State.RUNNING.value)
)
_WORKERS = select(workers).order_by(workers.c.started, workers.c.id)
_LAST = (
    select(runs.c.id)
    .where(runs.c.workflow == bindparam("named"), runs.c.state == State.SUCCEEDED.value)
    .order_by(runs.c.number.desc())
    .limit(bindparam("most"))
)
_PLANNED = (
    select(ledger)
    .where(ledger.c.event == Event.PLANNED.value, ledger.c.run.in_(_LAST))
    .order_by(ledger.c.sequence.desc())
)
_LAST_OF_ALL = 2**31 - 1
_LATEST = (
    select(ledger)
    .where(ledger.c.event == bindparam("sort"), ledger.c.sequence < bindparam("before"))
    .order_by(ledger.c.sequence.desc())
    .limit(_SOME)
)
"""What is asked in nearly every transaction: written once, worked out once."""


class SqlRunTransaction:
    """
    One transaction over runs and ledger.

    Nobody else writes meanwhile, so what it read or wrote is as it knows it: each thing
    is asked for once.
    """

    def __init__(self, connection: Connection, kept: SqlLedger) -> None:
        self.connection, self._ledger = connection, kept
        self.after: list[Callable[[], None]] = []
        self._at_last: list[Callable[[RunTransaction], None]] = []
        self._newest: Entry | None = None
        self._entries: dict[str, list[Entry]] = {}
        self._runs: dict[str, RunRow | None] = {}
        self._jobs: dict[str, dict[str, JobRow]] = {}

    @contextmanager
    def part(self) -> Iterator[None]:
        """A block that is taken back alone when it raises, also from what is known."""
        promised = len(self.after)
        try:
            with self.connection.begin_nested():
                yield
        except BaseException:
            del self.after[promised:]
            self._newest = None
            for known in (self._entries, self._runs, self._jobs):
                known.clear()
            raise

    def at_last(self, do: Callable[[RunTransaction], None], /) -> None:
        """Do something once, after everything else in this transaction."""
        if do not in self._at_last:
            self._at_last.append(do)

    def finish(self) -> None:
        """Do what was left for the end; who began this commits."""
        for do in self._at_last:
            do(self)

    def then(self, done: Callable[[], None], /) -> None:
        """Do something when this is on disk."""
        self.after.append(done)

    def next_id(self) -> str:
        """One more than any run has had, whatever sort of run it was."""
        run = next_run_in(self.connection)
        self._entries[run], self._runs[run], self._jobs[run] = [], None, {}
        return run

    def append(self, entries: Sequence[Entry], /) -> tuple[Entry, ...]:
        """Chain entries to the ledger, in this transaction."""
        kept = self._ledger.append_in(self.connection, entries, self._newest)
        for entry in kept:
            self._newest = entry
            if entry.run in self._entries:
                self._entries[entry.run].append(as_read(entry))
        return kept

    def entries(self, run: str, /) -> tuple[Entry, ...]:
        """Every entry of one run, oldest first."""
        if run not in self._entries:
            self._entries[run] = list(self._ledger.read_in(self.connection, run))
        return tuple(self._entries[run])

    def latest(self, event: Event, /) -> Iterator[Entry]:
        """Entries of one sort, newest first; read as they are asked for."""
        before = _LAST_OF_ALL
        while True:
            asked = {"sort": event.value, "before": before}
            rows = self.connection.execute(_LATEST, asked).all()
            for entry in entries_of(self.connection, rows):
                before = entry.sequence
                yield entry
            if len(rows) < _SOME:
                return

    def run(self, run: str, /) -> RunRow | None:
        """The row of a run."""
        if run not in self._runs:
            row = self.connection.execute(_RUN, {"of": run}).first()
            self._runs[run] = run_of(row) if row else None
        return self._runs[run]

    def save(self, row: RunRow, /) -> None:
        """Write the row of a run, unless it is there as it is."""
        if self._runs.get(row.id) == row:
            return
        self._runs[row.id] = row
        write(self.connection, runs, run_values(row))

    def began(self, run: str, /) -> None:
        """A job of a run began; what has to be worked out of its entries is not asked."""
        self._runs.pop(run, None)
        self.connection.execute(_BEGAN, {"of": run})

    def jobs(self, run: str = "", /) -> tuple[JobRow, ...]:
        """Jobs at hand, longest waiting first."""
        if not run:
            return tuple(job_of(row) for row in self.connection.execute(_JOBS))
        if run not in self._jobs:
            found = self.connection.execute(_JOBS_OF, {"of": run})
            self._jobs[run] = {row.key: job_of(row) for row in found}
        mine = self._jobs[run].values()
        return tuple(sorted(mine, key=lambda row: (row.since, row.key)))

    def waiting(self) -> Iterator[JobRow]:
        """Jobs no worker has, longest waiting first; read as they are asked for."""
        last: JobRow | None = None
        while True:
            some = _WAITING if last is None else _WAITING.where(_after(last))
            rows = self.connection.execute(some).all()
            for row in rows:
                last = job_of(row)
                yield last
            if len(rows) < _SOME:
                return

    def load(self) -> Mapping[str, int]:
        """How many jobs each worker has, by its name."""
        return {row.worker: row.jobs for row in self.connection.execute(_LOAD)}

    def put_job(self, row: JobRow, /) -> None:
        """Write the row of a job."""
        self._jobs.get(row.run, {})[row.key] = row
        write(self.connection, jobs, job_values(row))

    def drop_job(self, run: str, key: str, /) -> None:
        """A job has ended."""
        self._jobs.get(run, {}).pop(key, None)
        self.connection.execute(_DROP_JOB, {"of": run, "named": key})

    def workers(self) -> tuple[WorkerRow, ...]:
        """Every worker that was not forgotten, oldest first."""
        return tuple(worker_of(row) for row in self.connection.execute(_WORKERS))

    def put_worker(self, row: WorkerRow, /) -> None:
        """Write the row of a worker."""
        write(self.connection, workers, worker_values(row))

    def drop_worker(self, worker: str, /) -> None:
        """Forget a worker, by its id."""
        self.connection.execute(delete(workers).where(workers.c.id == worker))

    def claims(self, now: datetime, /) -> tuple[Claim, ...]:
        """Every claim in force, of runs and of people."""
        return held_in(self.connection, now)

    def put_claim(self, claim: Claim, /) -> None:
        """Take a claim that is free, or the holder's own."""
        put_in(self.connection, claim)

    def release(self, holder: str, /) -> None:
        """End every claim of a holder."""
        release_in(self.connection, holder)

    def in_group(self, group: str, /) -> tuple[RunRow, ...]:
        """Runs of a group that have not ended, oldest first."""
        chosen = (
            select(runs)
            .where(runs.c.group == group, runs.c.ended.is_(None))
            .order_by(runs.c.number)
        )
        return tuple(run_of(row) for row in self.connection.execute(chosen))

    def due(self, now: datetime, /) -> tuple[str, ...]:
        """Runs whose moment to wake has come."""
        chosen = select(runs.c.id).where(
            runs.c.wake <= naive(now), runs.c.ended.is_(None)
        )
        return tuple(self.connection.scalars(chosen))

    def planned(self, workflow: str, runs: int, /) -> tuple[Entry, ...]:
        """What the last successful runs of a workflow were let through with."""
        chosen = {"named": workflow, "most": runs}
        rows = self.connection.execute(_PLANNED, chosen).all()
        return tuple(entries_of(self.connection, rows))


def _after(row: JobRow) -> ColumnElement[bool]:
    """Jobs that have waited for less time than one."""
    place = tuple_(jobs.c.since, jobs.c.run, jobs.c.key)
    return place > tuple_(naive(row.since), row.run, row.key)


_: type[RunTransaction] = SqlRunTransaction
