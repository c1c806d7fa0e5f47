"""What is said of a project's state on SQLite holds on PostgreSQL too."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event as Signal

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from fakes import NOW
from holdfast.app.opening.databases import move, open_chosen
from holdfast.drivers.files import write_private
from holdfast.drivers.stores import Store, connect, open_store
from holdfast.drivers.stores.tables import metadata
from holdfast.model import Address, Entry, Event, digest
from holdfast.ports import Letter, Unanswered
from holdfast.problems import HoldfastError
from holdfast.record import verify_chain

pytestmark = pytest.mark.slow


@pytest.fixture
def store(server: str, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "s.db", server)
    yield opened
    opened.close()


def _entry(name: str, actor: str = "ann") -> Entry:
    address = Address("e", "h", "file", name)
    return Entry(Event.SUCCEEDED, run="r1", address=address, actor=actor, body={})


def _letter(key: str) -> Letter:
    return Letter(key, "ops", "notice", "x", {}, NOW, NOW)


def test_the_migrations_make_the_tables_that_are_declared(store: Store) -> None:
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


@pytest.mark.parametrize(
    "statement",
    ["UPDATE ledger SET actor = 'x'", "DELETE FROM ledger", "TRUNCATE ledger"],
)
def test_the_ledger_only_grows(store: Store, statement: str) -> None:
    store.ledger.append([_entry("/a")])
    with (
        pytest.raises(DatabaseError, match="append-only"),
        store.engine.begin() as connection,
    ):
        connection.execute(text(statement))
    assert verify_chain(store.ledger.all()) == ((), 1)


def test_a_row_altered_behind_its_back_is_named(store: Store) -> None:
    store.ledger.append([_entry("/a"), _entry("/b"), _entry("/c")])
    with store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE ledger DISABLE TRIGGER USER"))
        connection.execute(text("UPDATE ledger SET actor='bob' WHERE sequence=2"))
    problems, _ = verify_chain(store.ledger.all())
    assert "2" in problems[0].summary + problems[0].detail


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("e/h/file:/a_b", ["/a_b"]),
        ("e/h/file:/a*", ["/a_b", "/axb"]),
        ("*:/a_b", ["/a_b"]),
        ("e/h/file:/Z*", ["/Z%"]),
        ("e/*/file:/*b", ["/a_b", "/axb"]),
        ("*/file:/Z%", ["/Z%"]),
    ],
)
def test_a_pattern_means_the_same_as_in_a_file(
    store: Store, tmp_path: Path, pattern: str, found: list[str]
) -> None:
    file = open_store(tmp_path / "other.db")
    for one in (store, file):
        one.ledger.append([_entry(name) for name in ("/a_b", "/axb", "/Z%")])
        names = [e.address.name for e in one.ledger.of_address(pattern) if e.address]
        assert sorted(names) == sorted(found)
    file.close()


def test_writers_at_once_make_one_chain(server: str, tmp_path: Path) -> None:
    stores = [open_store(tmp_path / "s.db", server) for _ in range(4)]

    def write(one: Store) -> None:
        for number in range(25):
            one.ledger.append([_entry(f"/{number}")])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, stores))
    assert verify_chain(stores[0].ledger.all()) == ((), 100)
    for one in stores:
        one.close()


def test_a_database_that_is_not_there_is_said_without_its_password(
    tmp_path: Path,
) -> None:
    url = "postgresql://ann:hunter2@127.0.0.1:9/nothing"
    with pytest.raises(HoldfastError) as caught:
        open_store(tmp_path / "s.db", url)
    (problem,) = caught.value.problems
    assert problem.code == "store.unreachable"
    assert "127.0.0.1:9" in problem.detail
    assert "hunter2" not in f"{problem}"


@pytest.mark.parametrize("url", ["mysql://a/b", "postgres", "://", "sqlite:///x"])
def test_what_is_no_postgresql_is_said(tmp_path: Path, url: str) -> None:
    with pytest.raises(HoldfastError) as caught:
        open_store(tmp_path / "s.db", url)
    assert caught.value.problems[0].code == "store.url"


def test_a_project_moves_with_all_it_kept(server: str, tmp_path: Path) -> None:
    file = open_chosen(tmp_path, "")
    for number in range(600):
        file.ledger.append([_entry(f"/{number}")])
    secret = b"hunter2"
    file.contents.put({digest(secret): secret}, sealed=[digest(secret)])
    file.claims.acquire("host:a", "ann", "disk", NOW, NOW.replace(year=2099))
    with file.outbox.begin() as transaction:
        transaction.put(_letter(f"k{n}") for n in range(3))
    before = list(file.ledger.all())
    file.close()
    with pytest.raises(HoldfastError) as caught:
        open_chosen(tmp_path, server)
    assert caught.value.problems[0].code == "store.left-behind"
    assert move(tmp_path, server) == 600
    moved = open_chosen(tmp_path, "")
    assert list(moved.ledger.all()) == before
    assert moved.contents.get(digest(secret)) == secret
    assert moved.claims.held(NOW)[0].holder == "ann"
    assert moved.ledger.append([_entry("/new")])[0].sequence == 601
    with moved.outbox.begin() as transaction:
        assert transaction.put([_letter("k3")]) == 1
    assert [one.key for one in moved.outbox.letters()] == ["k3", "k2", "k1", "k0"]
    moved.close()
    assert not (tmp_path / "holdfast.db").exists()
    assert (tmp_path / "holdfast.db.moved").exists()


def test_a_project_is_not_moved_over_another(server: str, tmp_path: Path) -> None:
    there = open_store(tmp_path / "s.db", server)
    there.ledger.append([_entry("/a")])
    there.close()
    open_chosen(tmp_path, "").close()
    with pytest.raises(HoldfastError, match="cannot be moved"):
        move(tmp_path, server)
    assert (tmp_path / "holdfast.db").exists()


def test_a_database_that_was_given_once_is_remembered(
    server: str, tmp_path: Path
) -> None:
    open_chosen(tmp_path, "", given=server).close()
    again = open_chosen(tmp_path, "postgresql://nowhere@127.0.0.1:9/declared")
    assert again.database.url == server
    again.close()
    assert (tmp_path / "database").stat().st_mode & 0o077 == 0


def test_a_content_sealed_elsewhere_says_which_key_is_missing(
    server: str, tmp_path: Path
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here, there):
        folder.mkdir()
    kept = open_store(here / "s.db", server)
    kept.contents.put({digest(b"x"): b"x"}, sealed=[digest(b"x")])
    kept.close()
    other = open_store(there / "s.db", server)
    with pytest.raises(HoldfastError) as caught:
        other.contents.get(digest(b"x"))
    assert caught.value.problems[0].code == "store.other-key"
    write_private(there / "key", (here / "key").read_bytes())
    assert other.contents.get(digest(b"x")) == b"x"
    other.close()


def _write_slowly(slow: Store) -> None:
    with slow.runs.begin() as transaction:
        Signal().wait(0.8)
        transaction.append([_entry("late")])


def test_who_stands_still_in_a_transaction_loses_it_and_is_told(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connect, "_LIMITS", connect._LIMITS.replace("=8000", "=300", 1))
    slow = open_store(tmp_path / "unused", server)
    with pytest.raises(Unanswered):
        _write_slowly(slow)
    with slow.runs.begin() as transaction:
        assert transaction.entries("r1") == ()
    slow.close()
