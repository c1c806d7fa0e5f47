"""Runs, jobs at hand, workers and logs as tables beside the ledger."""

import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    bindparam,
    delete,
    func,
    select,
    tuple_,
    update,
)

from holdfast.drivers.stores.claims import held_in, put_in, release_in
from holdfast.drivers.stores.connect import reading, writing
from holdfast.drivers.stores.ledger import SqlLedger, next_run_in
from holdfast.drivers.stores.ledger_rows import as_read, entries_of
from holdfast.drivers.stores.statements import write
from holdfast.drivers.stores.tables import jobs, ledger, logs, runs, workers
from holdfast.model import Claim, Entry, Event, State
from holdfast.ports import JobRow, RunRow, RunStore, WorkerRow

_FAST = 1
_NOT_BEGUN = [State.QUEUED.value, State.WAITING.value, State.GATED.value]

_RUN = select(runs).where(runs.c.id == bindparam("of"))
_JOBS = select(jobs).order_by(jobs.c.since, jobs.c.run, jobs.c.key)
_JOBS_OF = _JOBS.where(jobs.c.run == bindparam("of"))
_JOBS_AT = _JOBS.where(jobs.c.worker == bindparam("at"))
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


class SqlRuns:
    """Runs in the database of the ledger."""

    def __init__(self, engine: Engine, kept: SqlLedger) -> None:
        self._engine, self._ledger = engine, kept

    @contextmanager
    def begin(self) -> Iterator["SqlRunTransaction"]:
        """Begin a transaction; on SQLite it is the only one that writes."""
        with writing(self._engine) as connection:
            begun = SqlRunTransaction(connection, self._ledger)
            yield begun
        for done in begun.after:
            done()

    @contextmanager
    def looking(self) -> Iterator["SqlRunTransaction"]:
        """Begin a transaction that only reads."""
        with reading(self._engine) as connection:
            yield SqlRunTransaction(connection, self._ledger)

    def runs(
        self,
        states: Collection[State] = (),
        limit: int = 50,
        before: str = "",
        workflow: str = "",
    ) -> tuple[RunRow, ...]:
        """Rows of runs, newest first."""
        chosen = select(runs).order_by(runs.c.number.desc()).limit(limit)
        if states:
            chosen = chosen.where(runs.c.state.in_([state.value for state in states]))
        if workflow:
            chosen = chosen.where(runs.c.workflow == workflow)
        if before:
            chosen = chosen.where(runs.c.number < _number(before))
        with reading(self._engine) as connection:
            return tuple(_run(row) for row in connection.execute(chosen))

    def printed(self, run: str, job: str, step: int, offset: int = 0, /) -> bytes:
        """What a step printed in all its attempts, from a byte on."""
        mine = (logs.c.run == run) & (logs.c.job == job) & (logs.c.step == step)
        order = (logs.c.attempt, logs.c.offset)
        sizes = select(logs.c.attempt, logs.c.offset, logs.c.size).where(mine)
        pieces, at = [], 0
        with reading(self._engine) as connection:
            for row in connection.execute(sizes.order_by(*order)).all():
                at += row.size
                if at > offset:
                    same = (logs.c.attempt == row.attempt) & (
                        logs.c.offset == row.offset
                    )
                    body = connection.scalar(select(logs.c.body).where(mine, same))
                    text = zlib.decompress(body or b"")
                    pieces.append(text[max(0, offset - (at - row.size)) :])
        return b"".join(pieces)

    def length(self, key: str, /) -> int:
        """How many bytes of one attempt's output are kept."""
        end = select(func.max(logs.c.offset + logs.c.size))
        chosen = end.where(*_attempt(key))
        with reading(self._engine) as connection:
            return connection.scalar(chosen) or 0

    def keep(self, key: str, offset: int, text: bytes, /) -> None:
        """Keep a piece of an attempt's output."""
        run, job, step, attempt = key.split("/")
        values = {
            "run": run,
            "job": job,
            "step": int(step),
            "attempt": int(attempt),
            "offset": offset,
            "size": len(text),
            "body": zlib.compress(text, _FAST),
        }
        with writing(self._engine) as connection:
            write(connection, logs, values)

    def is_run(self, run: str, /) -> bool:
        """Whether there is a run of a workflow of that name."""
        chosen = select(runs.c.number).where(runs.c.id == run)
        with reading(self._engine) as connection:
            return connection.execute(chosen).first() is not None

    def jobs_of(self, worker: str, /) -> tuple[JobRow, ...]:
        """Jobs a worker has, the one it has had longest first."""
        with reading(self._engine) as connection:
            found = connection.execute(_JOBS_AT, {"at": worker}).all()
        return tuple(map(_job, found))


class SqlRunTransaction:
    """
    One transaction over runs and ledger.

    Nobody else writes meanwhile, so what it read or wrote is as it knows it: each thing
    is asked for once.
    """

    def __init__(self, connection: Connection, kept: SqlLedger) -> None:
        self.connection, self._ledger = connection, kept
        self.after: list[Callable[[], None]] = []
        self._newest: Entry | None = None
        self._entries: dict[str, list[Entry]] = {}
        self._runs: dict[str, RunRow | None] = {}
        self._jobs: dict[str, dict[str, JobRow]] = {}

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
            self._runs[run] = _run(row) if row else None
        return self._runs[run]

    def save(self, row: RunRow, /) -> None:
        """Write the row of a run, unless it is there as it is."""
        if self._runs.get(row.id) == row:
            return
        self._runs[row.id] = row
        values = {
            "number": _number(row.id),
            "id": row.id,
            "workflow": row.workflow,
            "title": row.title,
            "state": row.state.value,
            "actor": row.actor,
            "created": _naive(row.created),
            "ended": _naive(row.ended),
            "group": row.group,
            "parent": row.parent,
            "wake": _naive(row.wake),
            "why": row.why,
        }
        write(self.connection, runs, values)

    def began(self, run: str, /) -> None:
        """A job of a run began; what has to be worked out of its entries is not asked."""
        self._runs.pop(run, None)
        self.connection.execute(_BEGAN, {"of": run})

    def jobs(self, run: str = "", /) -> tuple[JobRow, ...]:
        """Jobs at hand, longest waiting first."""
        if not run:
            return tuple(_job(row) for row in self.connection.execute(_JOBS))
        if run not in self._jobs:
            found = self.connection.execute(_JOBS_OF, {"of": run})
            self._jobs[run] = {row.key: _job(row) for row in found}
        mine = self._jobs[run].values()
        return tuple(sorted(mine, key=lambda row: (row.since, row.key)))

    def waiting(self) -> Iterator[JobRow]:
        """Jobs no worker has, longest waiting first; read as they are asked for."""
        last: JobRow | None = None
        while True:
            some = _WAITING if last is None else _WAITING.where(_after(last))
            rows = self.connection.execute(some).all()
            for row in rows:
                last = _job(row)
                yield last
            if len(rows) < _SOME:
                return

    def load(self) -> Mapping[str, int]:
        """How many jobs each worker has, by its name."""
        return {row.worker: row.jobs for row in self.connection.execute(_LOAD)}

    def put_job(self, row: JobRow, /) -> None:
        """Write the row of a job."""
        self._jobs.get(row.run, {})[row.key] = row
        values = {
            "run": row.run,
            "key": row.key,
            "since": _naive(row.since),
            "labels": " ".join(row.labels),
            "worker": row.worker,
            "segment": row.segment,
            "group": row.group,
            "stop": row.stop,
            "site": row.site,
        }
        write(self.connection, jobs, values)

    def drop_job(self, run: str, key: str, /) -> None:
        """A job has ended."""
        self._jobs.get(run, {}).pop(key, None)
        self.connection.execute(_DROP_JOB, {"of": run, "named": key})

    def workers(self) -> tuple[WorkerRow, ...]:
        """Every worker that was not forgotten, oldest first."""
        return tuple(_worker(row) for row in self.connection.execute(_WORKERS))

    def put_worker(self, row: WorkerRow, /) -> None:
        """Write the row of a worker."""
        values = {
            "id": row.id,
            "name": row.name,
            "site": row.site,
            "labels": " ".join(row.labels),
            "slots": row.slots,
            "lease": _naive(row.lease),
            "started": _naive(row.started),
            "draining": int(row.draining),
        }
        write(self.connection, workers, values)

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
        return tuple(_run(row) for row in self.connection.execute(chosen))

    def due(self, now: datetime, /) -> tuple[str, ...]:
        """Runs whose moment to wake has come."""
        chosen = select(runs.c.id).where(
            runs.c.wake <= _naive(now), runs.c.ended.is_(None)
        )
        return tuple(self.connection.scalars(chosen))

    def planned(self, workflow: str, runs: int, /) -> tuple[Entry, ...]:
        """What the last successful runs of a workflow were let through with."""
        chosen = {"named": workflow, "most": runs}
        rows = self.connection.execute(_PLANNED, chosen).all()
        return tuple(entries_of(self.connection, rows))


def _attempt(key: str) -> tuple[Any, ...]:
    """The conditions for one attempt's pieces."""
    run, job, step, attempt = key.split("/")
    columns = (logs.c.run, logs.c.job, logs.c.step, logs.c.attempt)
    values = (run, job, int(step), int(attempt))
    return tuple(column == value for column, value in zip(columns, values, strict=True))


def _after(row: JobRow) -> ColumnElement[bool]:
    """Jobs that have waited for less time than one."""
    place = tuple_(jobs.c.since, jobs.c.run, jobs.c.key)
    return place > tuple_(_naive(row.since), row.run, row.key)


def _run(row: Row[Any]) -> RunRow:
    return RunRow(
        id=row.id,
        workflow=row.workflow,
        title=row.title,
        state=State(row.state),
        actor=row.actor,
        created=_aware(row.created),
        ended=_aware(row.ended) if row.ended else None,
        group=row.group,
        parent=row.parent,
        wake=_aware(row.wake) if row.wake else None,
        why=row.why,
    )


def _job(row: Row[Any]) -> JobRow:
    return JobRow(
        run=row.run,
        key=row.key,
        since=_aware(row.since),
        labels=tuple(row.labels.split()),
        worker=row.worker,
        segment=row.segment,
        group=row.group,
        stop=row.stop,
        site=row.site,
    )


def _worker(row: Row[Any]) -> WorkerRow:
    return WorkerRow(
        id=row.id,
        name=row.name,
        site=row.site,
        labels=tuple(row.labels.split()),
        slots=row.slots,
        lease=_aware(row.lease),
        started=_aware(row.started),
        draining=bool(row.draining),
    )


def _number(run: str) -> int:
    return int(run.removeprefix("r"))


def _naive(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC).replace(tzinfo=None)


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)


_: type[RunStore] = SqlRuns
