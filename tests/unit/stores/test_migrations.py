"""
A migration only adds: who was started before it goes on reading and writing (ADR 34).

Each version is applied on its own, and the schema before it is held against the one after
it. What an older Holdfast counts on has to be there still, and nothing more may be asked.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

import postgres
from holdfast.drivers.stores import migrate, open_store, tables
from holdfast.drivers.stores.connect import postgres_engine, store_engine

MIGRATIONS = Path(migrate.__file__).parent / "migrations"
NEXT = '''
"""The migration after the newest one."""

import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "{last}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Do it."""
    with op.batch_alter_table("runs") as runs:
        {statement}
'''

TRIGGERS = {
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname, relname FROM pg_trigger "
    "JOIN pg_class ON pg_class.oid = tgrelid WHERE NOT tgisinternal",
}


@dataclass(frozen=True)
class Table:
    """
    What one may write to a table and read from it.

    ``columns`` are types by name; ``rules`` is all that may refuse a row, and what tells
    two rows apart.
    """

    columns: dict[str, str]
    filled: frozenset[str]
    """Columns that may not be empty."""
    given: frozenset[str]
    """Columns that have a value for who does not know them."""
    rules: frozenset[str]


Schema = dict[str, Table]


def lost(before: Schema, after: Schema) -> list[str]:
    """What somebody who knows the schema before misses, or trips over, after it."""
    told = [f"{name} is gone" for name in before.keys() - after.keys()]
    for name in before.keys() & after.keys():
        told += [f"{name}{what}" for what in _lost_of(before[name], after[name])]
    return sorted(told)


def _lost_of(old: Table, new: Table) -> Iterator[str]:
    for column, kind in old.columns.items():
        now = new.columns.get(column)
        if now is None:
            yield f".{column} is gone"
        elif now != kind:
            yield f".{column} was {kind} and is {now}"
    for column in new.filled - new.given - (old.filled - old.given):
        yield f".{column} has to be filled by who does not"
    for rule in old.rules ^ new.rules:
        yield f": {rule} is {'gone' if rule in old.rules else 'new'}"


def schema_of(connection: Connection) -> Schema:
    """The tables of a database, without the one in which its version is."""
    found = inspect(connection)
    names = set(found.get_table_names()) - {"alembic_version"}
    return {name: _table(connection, name) for name in names}


def _table(connection: Connection, name: str) -> Table:
    found = inspect(connection)
    columns = found.get_columns(name)
    key = found.get_pk_constraint(name)["constrained_columns"]
    alone = {one["name"] for one in columns if one.get("autoincrement") is True}
    if [one["type"].python_type for one in columns if one["name"] in key] == [int]:
        alone |= {*key}
    unique: list[Any] = [
        *found.get_unique_constraints(name),
        *(one for one in found.get_indexes(name) if one["unique"]),
    ]
    return Table(
        columns={
            one["name"]: one["type"].compile(connection.dialect) for one in columns
        },
        filled=frozenset(one["name"] for one in columns if not one["nullable"]),
        given=frozenset(one["name"] for one in columns if one["default"] is not None)
        | alone,
        rules=frozenset(
            [
                f"the key {', '.join(sorted(key))}",
                *(f"one {', '.join(sorted(one['column_names']))}" for one in unique),
                *(
                    f"the check {c['sqltext']}"
                    for c in found.get_check_constraints(name)
                ),
                *(
                    f"what {f['constrained_columns']} name"
                    for f in found.get_foreign_keys(name)
                ),
                *(f"the trigger {one}" for one in _triggers(connection, name)),
            ]
        ),
    )


def _triggers(connection: Connection, table: str) -> list[str]:
    return [
        name
        for name, its in connection.exec_driver_sql(TRIGGERS[connection.dialect.name])
        if its == table
    ]


def config_of(connection: Connection, folder: Path = MIGRATIONS) -> Config:
    """Alembic's settings for the migrations in a folder."""
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.attributes["connection"] = connection
    return config


def taken(connection: Connection, config: Config, version: str) -> list[str]:
    """Apply one version; what it takes from those who know only the one before."""
    before = schema_of(connection)
    command.upgrade(config, version)
    return lost(before, schema_of(connection))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database with nothing in it."""
    if request.param == "sqlite":
        engine = store_engine(tmp_path / "empty.db")
    else:
        cluster = request.getfixturevalue("cluster")
        name = f"empty{abs(hash(tmp_path))}"
        engine = postgres_engine(postgres.new_database(cluster, name))
    yield engine
    engine.dispose()


def test_every_migration_only_adds(empty: Engine) -> None:
    with empty.begin() as connection:
        config = config_of(connection)
        scripts = ScriptDirectory.from_config(config).walk_revisions()
        versions = [one.revision for one in scripts][::-1]
        told = {one: taken(connection, config, one) for one in versions}
        made = schema_of(connection)
    assert tuple(versions) == migrate.VERSIONS
    assert {version: lines for version, lines in told.items() if lines} == {}
    assert made.keys() == tables.metadata.tables.keys()


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ('op.drop_table("threads")', ["threads is gone"]),
        ('op.rename_table("threads", "strings")', ["threads is gone"]),
        ('op.drop_column("runs", "ended")', ["runs.ended is gone"]),
        (
            'op.alter_column("runs", "ended", new_column_name="over")',
            ["runs.ended is gone"],
        ),
        (
            'runs.alter_column("ended", nullable=False)',
            ["runs.ended has to be filled by who does not"],
        ),
        (
            'runs.alter_column("why", type_=sa.Integer)',
            ["runs.why was TEXT and is INTEGER"],
        ),
        (
            'op.create_index("titles", "runs", ["title"], unique=True)',
            ["runs: one title is new"],
        ),
        (
            'op.execute("DROP TRIGGER ledger_no_DELETE")',
            ["ledger: the trigger ledger_no_DELETE is gone"],
        ),
        ('op.add_column("runs", sa.Column("more", sa.Text))', []),
        (
            'runs.add_column(sa.Column("n", sa.Text, nullable=False, server_default=""))',
            [],
        ),
        ('op.create_index("titles", "runs", ["title"])', []),
    ],
)
def test_one_that_takes_something_is_found(
    tmp_path: Path, statement: str, told: list[str]
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder)
    text = NEXT.format(last=migrate.VERSIONS[-1], statement=statement)
    (folder / "versions/next.py").write_text(text, encoding="utf-8")
    store = open_store(tmp_path / "s.db")
    with store.engine.begin() as connection:
        assert taken(connection, config_of(connection, folder), "next") == told
    store.close()
