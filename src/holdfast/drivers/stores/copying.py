"""All rows of one database into another."""

from sqlalchemy import Connection, Engine, Table, delete, func, insert, select

from holdfast.drivers.stores.connect import reading
from holdfast.drivers.stores.mask_tables import recipients
from holdfast.drivers.stores.outbox_tables import cursors
from holdfast.drivers.stores.tables import counters, leases, marks, metadata, workers
from holdfast.problems import HoldfastError, Problem

_AT_ONCE = 500
_OF_PROCESSES = (workers, leases, recipients)
_PASSING = (*_OF_PROCESSES, counters, cursors, marks)


def is_empty(engine: Engine) -> bool:
    """Whether nothing was kept yet that anybody would miss."""
    tables = [table for table in metadata.sorted_tables if table not in _PASSING]
    with reading(engine) as connection:
        found = (select(1).select_from(table).limit(1) for table in tables)
        return not any(connection.execute(one).first() for one in found)


def copy_all(source: Engine, target: Engine) -> None:
    """
    Copy every row in one transaction; all of them are there at the end, or none.

    What belongs to processes stays where it is: they register anew. Raises
    ``HoldfastError`` (``store.not-copied``) when a table has another number of rows
    afterwards.
    """
    with reading(source) as reader, target.begin() as writer:
        for table in _PASSING:
            writer.execute(delete(table))
        for table in metadata.sorted_tables:
            if table in _OF_PROCESSES:
                continue
            count = select(func.count()).select_from(table)
            rows = reader.execute(
                select(table), execution_options={"yield_per": _AT_ONCE}
            )
            for some in rows.mappings().partitions(_AT_ONCE):
                writer.execute(insert(table), [dict(row) for row in some])
            _go_on_counting(writer, table)
            wanted, seen = reader.scalar(count), writer.scalar(count)
            if wanted != seen:
                raise HoldfastError(_not_copied(table, wanted, seen))


def _go_on_counting(writer: Connection, table: Table) -> None:
    """Let PostgreSQL number new rows after those that were copied with their numbers."""
    column = table.autoincrement_column
    if column is None or writer.dialect.name != "postgresql":
        return
    newest = select(func.max(column)).scalar_subquery()
    counted = func.pg_get_serial_sequence(table.name, column.name)
    writer.execute(
        select(func.setval(counted, newest)).where(counted.is_not(None), newest > 0)
    )


def _not_copied(table: Table, wanted: int | None, seen: int | None) -> Problem:
    return Problem(
        code="store.not-copied",
        summary="Not everything arrived in the other database",
        detail=f"{table.name} has {wanted} rows and {seen} were written. All of it was "
        "taken back.",
        next_step="Stop whatever else uses this project, then move it again.",
    )
