"""The ledger as a table that only grows."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Select,
    bindparam,
    func,
    insert,
    select,
    update,
)

from holdfast.drivers.stores.connect import reading
from holdfast.drivers.stores.ledger_rows import entries_of, keep_texts
from holdfast.drivers.stores.scrubbing import scrub_rows, scrub_texts
from holdfast.drivers.stores.statements import globbed, is_resolved
from holdfast.drivers.stores.tables import counters, ledger, runs
from holdfast.model import GENESIS, Address, Entry, Event, canonical
from holdfast.ports import LedgerStore, Unanswered
from holdfast.problems import HoldfastError, Problem

_MANY = 1000
"""Rows that are read at once."""
_ENDS = (Event.SUCCEEDED.value, Event.RESOLVED.value)

_OF_RUN = (
    select(ledger).where(ledger.c.run == bindparam("of")).order_by(ledger.c.sequence)
)
_NEWEST = (
    select(ledger.c.sequence, ledger.c.hash).order_by(ledger.c.sequence.desc()).limit(1)
)
_OF_RUNS = counters.c.name == "run"
_COUNT = (
    update(counters)
    .where(_OF_RUNS)
    .values(value=counters.c.value + 1)
    .returning(counters.c.value)
)
_ADD = insert(ledger)
"""What is asked in nearly every transaction: written once, worked out once."""


class SqlLedger:
    """Append-only rows, chained by hash."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def append(self, entries: Sequence[Entry], /) -> tuple[Entry, ...]:
        """
        Chain and keep entries in one transaction that is on disk on return.

        Raises ``HoldfastError`` when the database does not take them: none is kept then.
        """
        try:
            with self._engine.begin() as connection:
                return self.append_in(connection, entries)
        except Unanswered as error:
            raise HoldfastError(_unwritable(error.problems[0])) from error

    def append_in(
        self,
        connection: Connection,
        entries: Sequence[Entry],
        newest: Entry | None = None,
    ) -> tuple[Entry, ...]:
        """
        Chain entries as part of somebody's transaction.

        ``newest`` is the last one when the transaction knows it, having written it.
        """
        if not entries:
            return ()
        kept = tuple(self._chained(connection, entries, newest))
        keep_texts(connection, kept)
        rows = [_row(entry) for entry in kept]
        connection.execute(_ADD, rows[0] if len(rows) == 1 else rows)
        return kept

    def of_run(self, run: str, /) -> tuple[Entry, ...]:
        """Every entry of one run, oldest first."""
        with reading(self._engine) as connection:
            return self.read_in(connection, run)

    def read_in(self, connection: Connection, run: str) -> tuple[Entry, ...]:
        """Every entry of one run, as part of somebody's transaction."""
        found = connection.execute(_OF_RUN, {"of": run}).all()
        return tuple(entries_of(connection, found))

    def of_address(
        self, pattern: str, /, since: str = "", limit: int = 1000
    ) -> tuple[Entry, ...]:
        """Entries whose address is, or with ``*`` is like, the pattern; newest first."""
        chosen = select(ledger).where(ledger.c.address.is_not(None))
        fixed, star, rest = pattern.partition("*")
        anywhere = Address.parse(rest[1:]) if pattern.startswith("*/") else None
        if anywhere and "*" not in rest:
            chosen = chosen.where(ledger.c.local == anywhere.local)
        elif star:
            chosen = chosen.where(ledger.c.address >= fixed)
            chosen = chosen.where(ledger.c.address < fixed + "\U0010ffff")
            chosen = chosen.where(globbed(ledger.c.address, pattern, self._engine))
        elif pattern:
            chosen = chosen.where(ledger.c.address == pattern)
        if since:
            chosen = chosen.where(ledger.c.at >= since)
        return self._read(chosen.order_by(ledger.c.sequence.desc()).limit(limit))

    def runs(self, limit: int = 50, /, since: str = "") -> tuple[str, ...]:
        """Names of runs, newest first."""
        chosen = (
            select(ledger.c.run)
            .where(ledger.c.event == Event.RUN_STARTED.value)
            .where(ledger.c.at >= since)
            .order_by(ledger.c.sequence.desc())
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return tuple(connection.scalars(chosen))

    def next_run(self) -> str:
        """A name no run has had or will have."""
        with self._engine.begin() as connection:
            return next_run_in(connection)

    def unfinished(self) -> tuple[str, ...]:
        """Runs that started and have not ended, oldest first."""
        ended = select(ledger.c.run).where(ledger.c.event == Event.RUN_ENDED.value)
        chosen = (
            select(ledger.c.run)
            .where(ledger.c.event == Event.RUN_STARTED.value)
            .where(ledger.c.run.not_in(ended))
            .order_by(ledger.c.sequence)
        )
        with reading(self._engine) as connection:
            return tuple(connection.scalars(chosen))

    def doubtful(self) -> tuple[str, ...]:
        """Runs with a change in doubt that nobody has decided since, oldest first."""
        chosen = (
            select(ledger.c.run)
            .where(ledger.c.event == Event.IN_DOUBT.value, ~is_resolved())
            .group_by(ledger.c.run)
            .order_by(func.min(ledger.c.sequence))
        )
        with reading(self._engine) as connection:
            return tuple(connection.scalars(chosen))

    def last(self, addresses: Iterable[Address], /) -> dict[Address, Entry]:
        """Of each address the last intent that was made, or what was observed since."""
        found: dict[Address, Entry] = {}
        with reading(self._engine) as connection:
            for address in addresses:
                entry = self._last(connection, address)
                if entry:
                    found[address] = entry
        return found

    def all(self) -> Iterator[Entry]:
        """Every entry from the first on."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(ledger).order_by(ledger.c.sequence),
                execution_options={"yield_per": _MANY},
            )
            for some in rows.partitions():
                yield from entries_of(connection, some)

    def of_event(self, *events: Event) -> tuple[Entry, ...]:
        """Every entry of some sorts, oldest first."""
        words = [event.value for event in events]
        chosen = select(ledger).where(ledger.c.event.in_(words))
        return self._read(chosen.order_by(ledger.c.sequence))

    def of_workflow(self, workflow: str, /, *events: Event) -> tuple[Entry, ...]:
        """Entries of some sorts of every run of a workflow, oldest first."""
        words = [event.value for event in events]
        mine = select(runs.c.id).where(runs.c.workflow == workflow)
        chosen = select(ledger).where(ledger.c.run.in_(mine))
        chosen = chosen.where(ledger.c.event.in_(words))
        return self._read(chosen.order_by(ledger.c.sequence))

    def mentioning(self, words: str, /) -> tuple[Entry, ...]:
        """Entries whose body holds these words; every row is looked at."""
        chosen = select(ledger).where(ledger.c.body.contains(words, autoescape=True))
        return self._read(chosen.order_by(ledger.c.sequence))

    def scrub(
        self,
        clean: Callable[[bytes], bytes],
        note: Callable[[Mapping[str, str], tuple[str, ...]], Entry],
        /,
    ) -> Entry | None:
        """Rewrite whatever ``clean`` changes, and note it, in one transaction."""
        with self._engine.begin() as connection:
            texts = scrub_texts(connection, clean)
            rows = scrub_rows(connection, clean)
            if not texts and not rows:
                return None
            return self.append_in(connection, [note(rows, texts)])[0]

    def _last(self, connection: Connection, address: Address) -> Entry | None:
        named = ledger.c.address == str(address)
        known = (*_ENDS, Event.OBSERVED.value)
        newest = connection.execute(
            select(ledger)
            .where(named, ledger.c.event.in_(known))
            .order_by(ledger.c.sequence.desc())
            .limit(1)
        ).first()
        if newest is None or newest.event == Event.OBSERVED.value:
            return next(entries_of(connection, [newest])) if newest else None
        chosen = (
            select(ledger)
            .where(named, ledger.c.event == Event.INTENDED.value)
            .where(ledger.c.sequence < newest.sequence)
            .order_by(ledger.c.sequence.desc())
            .limit(1)
        )
        row = connection.execute(chosen).first()
        return next(entries_of(connection, [row])) if row else None

    def _chained(
        self, connection: Connection, entries: Sequence[Entry], last: Entry | None
    ) -> Iterator[Entry]:
        newest = last or connection.execute(_NEWEST).first()
        sequence, previous = (newest.sequence, newest.hash) if newest else (0, GENESIS)
        for entry in entries:
            sequence += 1
            placed = entry.chained(sequence, previous)
            previous = placed.hash
            yield placed

    def _read(self, chosen: Select[Any]) -> tuple[Entry, ...]:
        with reading(self._engine) as connection:
            return tuple(entries_of(connection, connection.execute(chosen).all()))


def next_run_in(connection: Connection) -> str:
    """A name no run has had, as part of somebody's transaction."""
    return f"r{connection.scalar(_COUNT)}"


def _row(entry: Entry) -> dict[str, object]:
    return {
        "sequence": entry.sequence,
        "at": entry.at,
        "run": entry.run,
        "event": entry.event.value,
        "address": str(entry.address) if entry.address else None,
        "actor": entry.actor,
        "body": canonical(entry.body).decode(),
        "previous": entry.previous,
        "hash": entry.hash,
        "local": entry.address.local if entry.address else None,
    }


def _unwritable(problem: Problem) -> Problem:
    return Problem(
        code="store.not-written",
        summary="The ledger cannot be written, so nothing is done",
        detail=f"{problem.summary}. {problem.detail}",
        next_step=problem.next_step,
    )


_: type[LedgerStore] = SqlLedger
