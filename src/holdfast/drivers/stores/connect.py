"""Connections: one SQLite file to begin with, PostgreSQL for many workers."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError

from holdfast.ports import RunTransaction

_BUSY_MS = 30_000
_WRITERS = 0x686F6C64
"""The number of the advisory lock that whoever writes holds."""

_WRITE = f"BEGIN; SELECT pg_advisory_xact_lock({_WRITERS})"
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
"""How transactions begin: one way to the server and back. Reads see one moment."""

_IMMEDIATE = "BEGIN IMMEDIATE"
_READS, _GLANCES = "reads", "glances"
"""What a connection is for; without a word it writes."""

_RESTED = 2.0
"""Seconds after which a connection is asked whether it is still there."""

_LIMITS = "-c idle_in_transaction_session_timeout=8000 -c lock_timeout=20000"
"""Milliseconds; the first is less than a worker's lease, so that others can beat."""

_PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 12_000,
}
QueueEngine = Engine
"""What the durable engine is given; others only hand it on."""


def store_engine(path: Path) -> Engine:
    """The engine of our own tables: every transaction is on disk when it returns."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def queue_engine(path: Path) -> Engine:
    """
    The engine the durable engine uses on the same file.

    It begins transactions as pysqlite does, so that asking for work does not wait for
    writers, and may lose its last commits when the power goes: the ledger, which does
    not, decides what a repeated segment has to do.
    """
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})
    event.listen(engine, "connect", _prepare_queue)
    return engine


def postgres_queue_engine(url: str) -> Engine:
    """
    The engine the durable engine uses on a PostgreSQL database.

    Its last commits may be lost when the server is killed, as on SQLite: which worker has
    which segment is a row of ours, and the ledger decides what is done again.
    """
    return _postgres(url, f"{_LIMITS} -c synchronous_commit=off")


def postgres_engine(url: str) -> Engine:
    """
    The engine of our own tables on a PostgreSQL database.

    It begins transactions itself, so that this and the wait for other writers are one.
    Who stands still within a transaction holds up everybody: the server ends it. A
    server that is gone without a word is noticed too.
    """
    engine = _postgres(url, _LIMITS, autocommit=True)
    event.listen(engine, "begin", _wait_for_writers)
    return engine


def _postgres(url: str, limits: str, **more: Any) -> Engine:
    asked = make_url(_address(url))
    own = f"{asked.query.get('options', '')} {limits}".strip()
    engine = create_engine(
        asked,
        pool_size=10,
        max_overflow=20,
        connect_args={**_PATIENCE, "options": own, **more},
    )
    event.listen(engine, "checkin", _rests)
    event.listen(engine, "checkout", partial(_is_there, engine.dialect))
    return engine


def _rests(_connection: Any, record: Any) -> None:
    record.info["since"] = time.monotonic()


def _is_there(dialect: Any, connection: Any, record: Any, _proxy: Any) -> None:
    """Ask one that rested for long; the pool makes another when it does not answer."""
    since = record.info.get("since")
    if since is None or time.monotonic() - since < _RESTED:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise DisconnectionError from error


def _address(url: str) -> str:
    """The URL as SQLAlchemy wants it: with the name of the driver."""
    _, mark, rest = url.partition("://")
    return f"postgresql+psycopg{mark}{rest}"


def _wait_for_writers(connection: Connection) -> None:
    """One writer at a time, as on SQLite: each row of the ledger names the one before."""
    begins = {_READS: _READ, _GLANCES: ""}.get(_purpose(connection), _WRITE)
    if begins:
        plain = {"no_parameters": True}
        connection.exec_driver_sql(begins, execution_options=plain)


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
    _clock(connection)


def connection_of(transaction: RunTransaction) -> Connection:
    """What a transaction of runs goes over; raises ``TypeError`` for a foreign one."""
    connection = transaction.connection
    if not isinstance(connection, Connection):
        raise TypeError("not a transaction of this database")
    return connection


def reading(engine: Engine) -> Connection:
    """A connection that only reads: it waits for nobody, and all it reads is one moment."""
    return engine.connect().execution_options(purpose=_READS)


def glancing(engine: Engine) -> Connection:
    """The same for one statement, which is of one moment without a transaction."""
    return engine.connect().execution_options(purpose=_GLANCES)


def _purpose(connection: Connection) -> str:
    purpose: str = connection.get_execution_options().get("purpose", "")
    return purpose


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """
    A transaction that writes.

    Threads of one process stand in line for it: SQLite would have each knock again after
    a pause that grows, and find the door closed by one that came later. Whoever stood for
    too long asks the database, as other processes do.
    """
    with _lines_lock:
        line = _lines.setdefault(engine, Lock())
    mine = line.acquire(timeout=_BUSY_MS / 1000)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        if mine:
            line.release()


_lines: WeakKeyDictionary[Engine, Lock] = WeakKeyDictionary()
_lines_lock = Lock()


def _begin(connection: Connection) -> None:
    """Writers wait for each other at the start, never in the middle."""
    begins = {_READS: "BEGIN", _GLANCES: ""}.get(_purpose(connection), _IMMEDIATE)
    if begins:
        connection.exec_driver_sql(begins)


def _prepare_queue(connection: Any, _record: Any) -> None:
    connection.isolation_level = "IMMEDIATE"
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
    _clock(connection)


def _clock(connection: Any) -> None:
    """
    Give the durable engine the time in milliseconds.

    It asks ``unixepoch('subsec')``, which SQLite knows from 3.42 on, or, on older
    Pythons, ``strftime('%s')``, which has whole seconds only.
    """
    connection.create_function("unixepoch", 1, lambda _: time.time())
    connection.create_function("strftime", 2, _strftime)


def _strftime(form: str, moment: str) -> float | None:
    return time.time() if (form, moment) == ("%s", "now") else None
