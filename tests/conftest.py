"""
What all tests share.

Databases: a file, and PostgreSQL where it is installed. New files are copies of one that
was migrated, so that this is done once and not a thousand times. Generated examples have no
deadline: a machine that is busy for a moment is no fault of what is tested.
"""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import settings
from sqlalchemy import Engine

import postgres
from holdfast.drivers.stores import Store, open_store
from holdfast.drivers.stores.database import Database

_NUMBERS = count(1)

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(scope="session", autouse=True)
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A file that is not there yet begins as a copy of a migrated one."""
    first = tmp_path_factory.mktemp("migrated") / "s.db"
    open_store(first).close()
    engine = Database.engine

    def copied(database: Database) -> Engine:
        if database.is_file and not database.path.exists():
            with suppress(OSError):
                shutil.copy(first, database.path)
        return engine(database)

    with mock.patch.object(Database, "engine", copied):
        yield


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """A PostgreSQL with a migrated database named ``migrated``; the URL of another."""
    if not postgres.is_there():
        pytest.skip("PostgreSQL is not installed")
    with postgres.cluster() as url:
        migrated = postgres.new_database(url, "migrated")
        open_store(Path("unused"), migrated).close()
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
