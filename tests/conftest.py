"""
What all tests share.

Databases: a file, and PostgreSQL where it is installed. New files are copies of one that
was migrated, so that this is done once and not a thousand times, and no commit waits for
the disk: processes are killed here, but the power stays.

Generated examples have no deadline: a machine that is busy for a moment is no fault of what
is tested. The profile ``quick`` tries fewer, and the same ones each time.
"""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import settings
from sqlalchemy import Engine, event

import postgres
from holdfast.drivers.stores import Store, open_store
from holdfast.drivers.stores.database import Database

_NUMBERS = count(1)

settings.register_profile("patient", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=25, derandomize=True)
settings.load_profile("patient")


@pytest.fixture(scope="session", autouse=True)
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A file that is not there yet begins as a copy of one with all tables."""
    first = tmp_path_factory.mktemp("migrated") / "s.db"
    _with_all_tables(first, "")
    engine, queue = Database.engine, Database.queue

    def copied(database: Database) -> Engine:
        if database.is_file and not database.path.exists():
            with suppress(OSError):
                shutil.copy(first, database.path)
        return _careless(engine(database))

    def careless_queue(database: Database) -> Engine:
        return _careless(queue(database))

    with (
        mock.patch.object(Database, "engine", copied),
        mock.patch.object(Database, "queue", careless_queue),
    ):
        yield


@pytest.fixture(scope="session", autouse=True)
def no_containers() -> Iterator[None]:
    """Workers do not look for podman: its tests name it, others need not start it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOLDFAST_CONTAINERS", "none")
        yield


def _with_all_tables(path: Path, url: str) -> None:
    """Make our own tables and those of the durable engine."""
    from holdfast.engine.durable.on_dbos import DbosExecutor

    store = open_store(path, url)
    queue = store.database.queue()
    executor = DbosExecutor(queue, "first")
    executor.launch(lambda _: None)
    executor.close()
    queue.dispose()
    store.close()


def _careless(engine: Engine) -> Engine:
    """The same engine; on SQLite it leaves it to the kernel when to write."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _does_not_wait)
    return engine


def _does_not_wait(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """A PostgreSQL with a migrated database named ``migrated``; the URL of another."""
    if not postgres.is_there():
        pytest.skip("PostgreSQL is not installed")
    with postgres.cluster() as url:
        migrated = postgres.new_database(url, "migrated")
        _with_all_tables(Path("unused"), migrated)
        yield url


@pytest.fixture
def server(cluster: str) -> str:
    """The URL of a database that nothing was kept in yet."""
    return postgres.new_database(cluster, f"test{next(_NUMBERS)}", like="migrated")


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)],
)
def database(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh database; nothing for a file."""
    if request.param == "sqlite":
        return ""
    url: str = request.getfixturevalue("server")
    return url


@pytest.fixture
def store(database: str, tmp_path: Path) -> Iterator[Store]:
    """A store with nothing in it, in either sort of database."""
    opened = open_store(tmp_path / "s.db", database)
    yield opened
    opened.close()
