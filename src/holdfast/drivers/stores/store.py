"""One SQLite database for a project: ledger, contents and claims."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError

from holdfast.drivers.stores.claims import SqlClaims
from holdfast.drivers.stores.contents import SqlContents
from holdfast.drivers.stores.ledger import SqlLedger
from holdfast.drivers.stores.migrate import migrate
from holdfast.problems import HoldfastError, Problem


@dataclass(frozen=True, slots=True)
class Store:
    """What is kept of a project."""

    ledger: SqlLedger
    contents: SqlContents
    claims: SqlClaims
    engine: Engine

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def open_store(path: Path) -> Store:
    """
    Open or make the database; readable by its owner only.

    Raises ``HoldfastError`` (``store.damaged``, ``store.read-only``, ``store.full``,
    ``store.newer``).
    """
    with translated(path):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
        try:
            with engine.begin() as connection:
                migrate(connection, path)
        except BaseException:
            engine.dispose()
            raise
    ledger = SqlLedger(engine, path)
    contents = SqlContents(engine, path.parent / "key")
    return Store(ledger, contents, SqlClaims(engine), engine)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what the database says is wrong into a problem a person can act on."""
    try:
        yield
    except (DatabaseError, OSError) as error:
        raise HoldfastError(
            _problem(path, str(getattr(error, "orig", error)))
        ) from error


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Writers wait for each other at the start, never in the middle."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _problem(path: Path, said: str) -> Problem:
    words = said.lower()
    if "full" in words or "no space" in words:
        code, fix = "store.full", f"Free some space where {path.parent} is."
    elif "readonly" in words or "read-only" in words or "permission" in words:
        code, fix = "store.read-only", f"chmod -R u+rw {path.parent}"
    elif "locked" in words:
        code, fix = "store.locked", "Wait for the other Holdfast and try again."
    else:
        code, fix = "store.damaged", f"Put a copy of {path.name} back from a backup."
    return Problem(
        code=code,
        summary="The project's state cannot be read or written",
        detail=f"{path}: {said}. Nothing was changed on any host by this.",
        next_step=fix,
    )
