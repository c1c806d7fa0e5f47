"""The ledger as a table that only grows."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, func, insert, select
from sqlalchemy.exc import DatabaseError

from holdfast.drivers.stores.tables import ledger
from holdfast.model import GENESIS, Address, Attributes, Entry, Event, canonical
from holdfast.ports import LedgerStore
from holdfast.problems import HoldfastError, Problem

_ENDS = (Event.SUCCEEDED.value, Event.RESOLVED.value)


class SqlLedger:
    """Append-only rows, chained by hash."""

    def __init__(self, engine: Engine, path: Path) -> None:
        self._engine, self._path = engine, path

    def append(self, entries: Sequence[Entry], /) -> tuple[Entry, ...]:
        """Chain and keep entries in one transaction that is on disk on return."""
        try:
            with self._engine.begin() as connection:
                kept = tuple(self._chained(connection, entries))
                if kept:
                    connection.execute(insert(ledger), [_row(entry) for entry in kept])
        except DatabaseError as error:
            raise HoldfastError(_unwritable(self._path, error)) from error
        return kept

    def of_run(self, run: str, /) -> tuple[Entry, ...]:
        """Every entry of one run, oldest first."""
        chosen = select(ledger).where(ledger.c.run == run).order_by(ledger.c.sequence)
        return self._read(chosen)

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
            chosen = chosen.where(ledger.c.address.op("GLOB")(pattern))
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
        with self._engine.connect() as connection:
            return tuple(connection.scalars(chosen))

    def unfinished(self) -> tuple[str, ...]:
        """Runs that started and have not ended, oldest first."""
        ended = select(ledger.c.run).where(ledger.c.event == Event.RUN_ENDED.value)
        chosen = (
            select(ledger.c.run)
            .where(ledger.c.event == Event.RUN_STARTED.value)
            .where(ledger.c.run.not_in(ended))
            .order_by(ledger.c.sequence)
        )
        with self._engine.connect() as connection:
            return tuple(connection.scalars(chosen))

    def doubtful(self) -> tuple[str, ...]:
        """Runs with a change in doubt that nobody has decided since, oldest first."""
        later = ledger.alias()
        decided = (
            select(later.c.sequence)
            .where(later.c.run == ledger.c.run, later.c.address == ledger.c.address)
            .where(later.c.event == Event.RESOLVED.value)
            .where(later.c.sequence > ledger.c.sequence)
        )
        chosen = (
            select(ledger.c.run)
            .where(ledger.c.event == Event.IN_DOUBT.value, ~decided.exists())
            .group_by(ledger.c.run)
            .order_by(func.min(ledger.c.sequence))
        )
        with self._engine.connect() as connection:
            return tuple(connection.scalars(chosen))

    def last(self, addresses: Iterable[Address], /) -> dict[Address, Entry]:
        """Of each address the last intent that was made, or what was observed since."""
        found: dict[Address, Entry] = {}
        with self._engine.connect() as connection:
            for address in addresses:
                entry = self._last(connection, address)
                if entry:
                    found[address] = entry
        return found

    def all(self) -> Iterator[Entry]:
        """Every entry from the first on."""
        with self._engine.connect() as connection:
            rows = connection.execution_options(yield_per=1000).execute(
                select(ledger).order_by(ledger.c.sequence)
            )
            for row in rows:
                yield _entry(row)

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
            return _entry(newest) if newest else None
        chosen = (
            select(ledger)
            .where(named, ledger.c.event == Event.INTENDED.value)
            .where(ledger.c.sequence < newest.sequence)
            .order_by(ledger.c.sequence.desc())
            .limit(1)
        )
        row = connection.execute(chosen).first()
        return _entry(row) if row else None

    def _chained(
        self, connection: Connection, entries: Sequence[Entry]
    ) -> Iterator[Entry]:
        newest = connection.execute(
            select(ledger.c.sequence, ledger.c.hash)
            .order_by(ledger.c.sequence.desc())
            .limit(1)
        ).first()
        sequence, previous = (newest.sequence, newest.hash) if newest else (0, GENESIS)
        for entry in entries:
            sequence += 1
            placed = entry.chained(sequence, previous)
            previous = placed.hash
            yield placed

    def _read(self, chosen: Select[Any]) -> tuple[Entry, ...]:
        with self._engine.connect() as connection:
            return tuple(_entry(row) for row in connection.execute(chosen))


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


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        event=Event(row.event),
        run=row.run,
        address=Address.parse(row.address) if row.address else None,
        actor=row.actor,
        at=row.at,
        body=_body(row.body),
        sequence=row.sequence,
        previous=row.previous,
        hash=row.hash,
    )


def _body(text: str) -> Attributes:
    read: Attributes = json.loads(text)
    return read


def _unwritable(path: Path, error: DatabaseError) -> Problem:
    return Problem(
        code="store.not-written",
        summary="The ledger cannot be written, so nothing is done",
        detail=f"{path}: {error.orig}",
        next_step="See what is wrong: holdfast doctor",
    )


_: type[LedgerStore] = SqlLedger
