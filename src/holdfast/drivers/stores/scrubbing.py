"""Make the ledger forget a secret, and the database its traces."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from sqlite3 import OperationalError
from typing import Any

from sqlalchemy import Connection, Engine, select, text, update

from holdfast.drivers.stores.ledger_rows import entries_of, packed, unpacked
from holdfast.drivers.stores.tables import ledger, printed
from holdfast.model import Address, Entry, canonical
from holdfast.problems import HoldfastError, Problem

Clean = Callable[[bytes], bytes]
_IN_PARTS = {"yield_per": 500}


def scrub_texts(connection: Connection, clean: Clean) -> tuple[str, ...]:
    """
    Rewrite printed texts; digests of those that were.

    Their salt goes too: nobody can then try out values against the digest.
    """
    changed: dict[str, bytes] = {}
    chosen = select(printed.c.digest, printed.c.body)
    rows = connection.execute(chosen, execution_options=_IN_PARTS)
    for row in rows:
        before = unpacked(row.body)
        after = _cleaned(before, clean)
        if after != before:
            changed[row.digest] = packed(after)
    for name, body in changed.items():
        one = update(printed).where(printed.c.digest == name)
        connection.execute(one.values(body=body, salt=b""))
    return tuple(sorted(changed))


def scrub_rows(connection: Connection, clean: Clean) -> dict[str, str]:
    """
    Rewrite rows that hold a secret themselves; the hash of each as it now is, by number.

    The row keeps the hash it is chained by. Entries from before texts were kept beside
    the ledger hold them, and a person may have typed a secret into a reason.
    """
    changed: list[Entry] = []
    chosen = select(ledger).order_by(ledger.c.sequence)
    rows = connection.execute(chosen, execution_options=_IN_PARTS)
    for some in rows.partitions():
        touched = [row for row in some if _touched(row, clean)]
        changed += (_rewritten(e, clean) for e in entries_of(connection, touched))
    if changed:
        with unguarded(connection):
            for entry in changed:
                where = ledger.c.sequence == entry.sequence
                connection.execute(update(ledger).where(where).values(_values(entry)))
    return {str(entry.sequence): entry.expected_hash for entry in changed}


@contextmanager
def unguarded(connection: Connection) -> Iterator[None]:
    """Let rows of the ledger be changed, inside of the transaction that is open."""
    if connection.dialect.name != "sqlite":
        connection.execute(text("ALTER TABLE ledger DISABLE TRIGGER USER"))
        yield
        connection.execute(text("ALTER TABLE ledger ENABLE TRIGGER USER"))
        return
    triggers = connection.execute(
        text(
            "SELECT name, sql FROM sqlite_master "
            "WHERE type = 'trigger' AND tbl_name = 'ledger'"
        )
    ).all()
    for name, _ in triggers:
        connection.execute(text(f'DROP TRIGGER "{name}"'))
    yield
    for _, statement in triggers:
        connection.exec_driver_sql(statement)


def wipe(engine: Engine) -> None:
    """
    Take what was rewritten out of the free pages and the log of a SQLite file too.

    On PostgreSQL that is the work of its own vacuum. Raises ``HoldfastError``
    (``store.traces-left``) while another process reads.
    """
    if engine.dialect.name != "sqlite":
        return
    raw = engine.raw_connection()
    try:
        words = raw.cursor()
        words.execute("VACUUM")
        words.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy = any(row[0] for row in words.fetchall())
    except OperationalError as error:
        raise HoldfastError(_traces_left(str(error))) from error
    finally:
        raw.close()
    if busy:
        raise HoldfastError(_traces_left("another process reads it"))


def _traces_left(why: str) -> Problem:
    return Problem(
        code="store.traces-left",
        summary="What was scrubbed may still be in free pages of the database",
        detail=f"The rows are rewritten; the file could not be compacted: {why}.",
        next_step="Stop the other Holdfast processes and scrub once more.",
    )


def _touched(row: Any, clean: Clean) -> bool:
    """Whether a row holds anything to hide, in its body as JSON or in its address."""
    parts = (row.body, row.address or "")
    return any(_cleaned(part, clean) != part for part in parts)


def _rewritten(entry: Entry, clean: Clean) -> Entry:
    address = entry.address
    if address:
        address = replace(address, name=_cleaned(address.name, clean))
    return replace(entry, body=_walked(entry.body, clean), address=address)


def _walked(value: Any, clean: Clean) -> Any:
    if isinstance(value, str):
        return _cleaned(value, clean)
    if isinstance(value, Mapping):
        return {_cleaned(k, clean): _walked(v, clean) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_walked(item, clean) for item in value]
    return value


def _cleaned(words: str, clean: Clean) -> str:
    raw = words.encode("utf-8", "surrogatepass")
    return clean(raw).decode("utf-8", "surrogatepass")


def _values(entry: Entry) -> dict[str, object]:
    address: Address | None = entry.address
    return {
        "body": canonical(entry.body).decode(),
        "address": str(address) if address else None,
        "local": address.local if address else None,
    }
