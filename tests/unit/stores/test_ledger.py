"""The ledger only grows, is chained, and says which row was altered."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from holdfast.drivers.stores import Store, open_store
from holdfast.drivers.stores.tables import metadata
from holdfast.model import Address, Entry, Event
from holdfast.problems import HoldfastError
from holdfast.record import verify_chain, view_of


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "s.db")
    yield opened
    opened.close()


def _entry(run: str, event: Event, name: str = "", **body: str) -> Entry:
    address = Address("e", "h", "file", name) if name else None
    return Entry(event=event, run=run, address=address, actor="ann", at="", body=body)


def _filled(store: Store) -> None:
    store.ledger.append([_entry("r1", Event.RUN_STARTED)])
    store.ledger.append(
        [_entry("r1", Event.SKIPPED, "/a"), _entry("r1", Event.FAILED, "/b")]
    )
    store.ledger.append([_entry("r1", Event.RUN_ENDED)])


def test_rows_are_numbered_and_chained(store: Store) -> None:
    _filled(store)
    entries = list(store.ledger.all())
    assert [entry.sequence for entry in entries] == [1, 2, 3, 4]
    assert verify_chain(entries) == ((), 4)


ALTERED = {
    "an altered body": ("UPDATE ledger SET body='{\"x\":1}' WHERE sequence=2", 2),
    "an altered actor": ("UPDATE ledger SET actor='bob' WHERE sequence=3", 3),
    "a row taken out": ("DELETE FROM ledger WHERE sequence=2", 2),
    "two rows in another order": (
        "UPDATE ledger SET sequence = -sequence WHERE sequence IN (2, 3)",
        1,
    ),
}


@pytest.mark.parametrize("how", ALTERED)
def test_what_was_altered_is_named(store: Store, tmp_path: Path, how: str) -> None:
    _filled(store)
    statement, row = ALTERED[how]
    with sqlite3.connect(tmp_path / "s.db") as connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type='trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)
    connection.close()
    problems, _ = verify_chain(store.ledger.all())
    assert problems[0].code == "record.altered"
    assert f"row {row}" in problems[0].summary


@pytest.mark.parametrize(
    "statement", ["UPDATE ledger SET actor='x'", "DELETE FROM ledger"]
)
def test_the_database_itself_refuses_to_change_rows(
    store: Store, tmp_path: Path, statement: str
) -> None:
    _filled(store)
    connection = sqlite3.connect(tmp_path / "s.db")
    with pytest.raises(sqlite3.DatabaseError, match="append-only"):
        connection.execute(statement)
    connection.close()


def test_runs_without_an_end_are_known(store: Store) -> None:
    _filled(store)
    store.ledger.append([_entry("r2", Event.RUN_STARTED)])
    assert store.ledger.unfinished() == ("r2",)
    assert store.ledger.runs() == ("r2", "r1")


def test_a_doubt_stays_known_however_long_ago_it_arose(store: Store) -> None:
    _filled(store)
    doubt = _entry("r2", Event.IN_DOUBT, "/a")
    started, ended = _entry("r2", Event.RUN_STARTED), _entry("r2", Event.RUN_ENDED)
    store.ledger.append([started, doubt, ended])
    for number in range(3, 60):
        store.ledger.append([_entry(f"r{number}", Event.RUN_STARTED)])
        store.ledger.append([_entry(f"r{number}", Event.RUN_ENDED)])
    assert store.ledger.doubtful() == ("r2",)
    store.ledger.append([_entry("r2", Event.RESOLVED, "/b")])
    assert store.ledger.doubtful() == ("r2",)
    store.ledger.append([_entry("r2", Event.RESOLVED, "/a")])
    assert store.ledger.doubtful() == ()


def test_history_of_a_thing_whole_and_by_pattern(store: Store) -> None:
    _filled(store)
    whole = store.ledger.of_address("e/h/file:/a")
    assert [entry.event for entry in whole] == [Event.SKIPPED]
    assert len(store.ledger.of_address("e/h/*")) == 2
    assert len(store.ledger.of_address("*/file:/b")) == 1
    assert store.ledger.of_address("e/h/file:/") == ()


def test_a_database_of_a_newer_holdfast_is_left_alone(tmp_path: Path) -> None:
    open_store(tmp_path / "s.db").close()
    with sqlite3.connect(tmp_path / "s.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num='9999'")
    connection.close()
    with pytest.raises(HoldfastError, match="newer"):
        open_store(tmp_path / "s.db")


def test_a_word_of_a_newer_holdfast_is_kept_and_means_nothing_here(
    store: Store,
) -> None:
    """While workers are upgraded one by one, an older one reads what a newer wrote."""
    _filled(store)
    newer, again = Event("a-newer-word"), Event("a-newer-word")
    assert newer is again
    assert newer.value == "a-newer-word"
    assert newer not in list(Event)
    store.ledger.append([_entry("r1", newer, job="build")])
    assert list(store.ledger.all())[-1].event is newer
    assert verify_chain(store.ledger.all()) == ((), 5)
    assert view_of("r1", store.ledger.of_run("r1")).jobs == {}


def test_the_migrations_make_the_tables_that_are_declared(
    database: str, tmp_path: Path
) -> None:
    (tmp_path / "s.db").touch()
    with (
        closing(open_store(tmp_path / "s.db", database)) as store,
        store.engine.connect() as connection,
    ):
        found = compare_metadata(MigrationContext.configure(connection), metadata)
    assert found == []


def test_what_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "s.db").write_bytes(b"not a database" * 100)
    with pytest.raises(HoldfastError):
        open_store(tmp_path / "s.db")


def test_contents_come_back_and_secret_ones_are_sealed(
    store: Store, tmp_path: Path
) -> None:
    from holdfast.model import digest

    plain, secret = b"plain text" * 50, b"password=hunter2" * 50
    store.contents.put(
        {digest(plain): plain, digest(secret): secret}, sealed=[digest(secret)]
    )
    assert store.contents.get(digest(plain)) == plain
    assert store.contents.get(digest(secret)) == secret
    assert store.contents.get("sha256:nothing") is None
    connection = sqlite3.connect(tmp_path / "s.db")
    bodies = dict(connection.execute("SELECT digest, body FROM contents").fetchall())
    connection.close()
    import zlib

    assert zlib.decompress(bodies[digest(plain)]) == plain
    with pytest.raises(zlib.error):
        zlib.decompress(bodies[digest(secret)])


def test_a_database_of_an_older_holdfast_is_brought_up_to_date(tmp_path: Path) -> None:
    store = open_store(tmp_path / "s.db")
    _filled(store)
    store.close()
    with sqlite3.connect(tmp_path / "s.db") as connection:
        for newer in ("secret_versions", "printed"):
            connection.execute(f"DROP TABLE {newer}")
        connection.execute("DROP INDEX ledger_local")
        connection.execute("ALTER TABLE ledger DROP COLUMN local")
        made_later = ("runs", "jobs", "workers", "logs", "events", "decisions")
        beside = (
            "counters",
            "decided",
            "reactions",
            "starts",
            "marks",
            "leases",
            "refs",
            "outbox",
            "threads",
            "cursors",
            "recipients",
            "masks",
        )
        for table in (*made_later, *beside):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("UPDATE alembic_version SET version_num='0001'")
    connection.close()
    store = open_store(tmp_path / "s.db")
    found = store.ledger.of_address("*/file:/b")
    assert [str(entry.address) for entry in found] == ["e/h/file:/b"]
    assert verify_chain(store.ledger.all()) == ((), 4)
    store.close()
    with (
        sqlite3.connect(tmp_path / "s.db") as connection,
        pytest.raises(sqlite3.DatabaseError, match="append-only"),
    ):
        connection.execute("UPDATE ledger SET actor='x'")
    connection.close()
