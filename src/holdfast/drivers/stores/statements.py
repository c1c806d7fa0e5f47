"""Statements that are used in several places, on either sort of database."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Exists,
    Table,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from holdfast.drivers.stores.tables import decided, ledger
from holdfast.model import Event


def about(
    connection: Connection, numbers: Sequence[int]
) -> Mapping[int, tuple[str, ...]]:
    """The occurrences some decisions are about, in their order."""
    found: dict[int, tuple[str, ...]] = defaultdict(tuple)
    if not numbers:
        return found
    chosen = select(decided).where(decided.c.decision.in_(numbers))
    for row in connection.execute(chosen.order_by(decided.c.decision, decided.c.place)):
        found[row.decision] += (row.event,)
    return found


def is_resolved() -> Exists:
    """Whether somebody decided about an entry of the ledger after it was written."""
    later = ledger.alias()
    return (
        select(later.c.sequence)
        .where(later.c.run == ledger.c.run, later.c.address == ledger.c.address)
        .where(later.c.event == Event.RESOLVED.value)
        .where(later.c.sequence > ledger.c.sequence)
        .exists()
    )


def inserting(at: Connection | Engine, table: Table) -> Any:
    """An ``INSERT`` with ``on_conflict_...`` of the dialect that is spoken."""
    dialect: Any = postgresql if at.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


@cache
def _writing(table: Table, dialect: str) -> Any:
    """An ``INSERT`` of a whole row over the one with the same primary key."""
    spoken: Any = postgresql if dialect == "postgresql" else sqlite
    put = spoken.insert(table)
    key = [column.name for column in table.primary_key]
    rest = {c.name: put.excluded[c.name] for c in table.columns if c.name not in key}
    return put.on_conflict_do_update(index_elements=key, set_=rest)


@cache
def _inserting_new(table: Table, dialect: str) -> Any:
    """An ``INSERT`` that gives the key back, or nothing where there is the row."""
    spoken: Any = postgresql if dialect == "postgresql" else sqlite
    key = next(iter(table.primary_key))
    return spoken.insert(table).on_conflict_do_nothing().returning(key)


def write(connection: Connection, table: Table, values: dict[str, Any]) -> None:
    """Write one whole row over the one with the same primary key."""
    connection.execute(_writing(table, connection.dialect.name), values)


def insert_new(connection: Connection, table: Table, values: dict[str, Any]) -> bool:
    """Write a row unless there is one with the same key; whether it was written."""
    put = _inserting_new(table, connection.dialect.name)
    return connection.execute(put, values).first() is not None


def globbed(column: Column[str], pattern: str, engine: Engine) -> ColumnElement[bool]:
    """Whether a text is like a pattern whose ``*`` stands for anything."""
    if engine.dialect.name == "sqlite":
        return column.op("GLOB", return_type=Boolean())(pattern)
    plain = pattern.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return column.like(plain.replace("*", "%"), escape="\\")
