"""Runs, jobs at hand, workers and logs as tables beside the ledger."""

import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, bindparam, func, select

from holdfast.drivers.stores.connect import glancing, reading, writing
from holdfast.drivers.stores.ledger import SqlLedger
from holdfast.drivers.stores.run_rows import job_of, number_of, run_of
from holdfast.drivers.stores.run_transaction import SqlRunTransaction
from holdfast.drivers.stores.statements import write
from holdfast.drivers.stores.tables import jobs, ledger, logs, runs
from holdfast.model import State
from holdfast.ports import JobRow, RunRow, RunStore

_FAST = 1
_JOBS_AT = (
    select(jobs)
    .where(jobs.c.worker == bindparam("at"))
    .order_by(jobs.c.since, jobs.c.run, jobs.c.key)
)


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
            begun.finish()
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
        trigger: str = "",
    ) -> tuple[RunRow, ...]:
        """Rows of runs, newest first."""
        chosen = select(runs).order_by(runs.c.number.desc()).limit(limit)
        if states:
            chosen = chosen.where(runs.c.state.in_([state.value for state in states]))
        if workflow:
            chosen = chosen.where(runs.c.workflow == workflow)
        if trigger:
            chosen = chosen.where(runs.c.trigger == trigger)
        if before:
            chosen = chosen.where(runs.c.number < number_of(before))
        with glancing(self._engine) as connection:
            return tuple(run_of(row) for row in connection.execute(chosen))

    def newest(self, run: str = "", /) -> int:
        """The place of the newest entry: one look into an index."""
        chosen = select(func.max(ledger.c.sequence))
        if run:
            chosen = chosen.where(ledger.c.run == run)
        with glancing(self._engine) as connection:
            return connection.scalar(chosen) or 0

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
        with glancing(self._engine) as connection:
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
        with glancing(self._engine) as connection:
            return connection.execute(chosen).first() is not None

    def jobs_of(self, worker: str, /) -> tuple[JobRow, ...]:
        """Jobs a worker has, the one it has had longest first."""
        with glancing(self._engine) as connection:
            found = connection.execute(_JOBS_AT, {"at": worker}).all()
        return tuple(map(job_of, found))


def _attempt(key: str) -> tuple[Any, ...]:
    """The conditions for one attempt's pieces."""
    run, job, step, attempt = key.split("/")
    columns = (logs.c.run, logs.c.job, logs.c.step, logs.c.attempt)
    values = (run, job, int(step), int(attempt))
    return tuple(column == value for column, value in zip(columns, values, strict=True))


_: type[RunStore] = SqlRuns
