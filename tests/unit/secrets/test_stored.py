"""Secrets in the database: every version, sealed, bound to its name and root key."""

import base64
import os
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Engine, create_engine, text, update
from sqlalchemy.exc import DatabaseError

from fakes import NOW
from holdfast.drivers.secrets import (
    AgeIdentities,
    AgeSecrets,
    Redactor,
    RootKeys,
    StoredSecrets,
)
from holdfast.drivers.stores import open_store
from holdfast.drivers.stores.secrets import SqlSecrets
from holdfast.drivers.stores.tables import ledger, metadata, printed, secret_versions
from holdfast.model import Attributes, Entry, Event, Printed
from holdfast.problems import HoldfastError
from holdfast.record import verify_chain

VALUE = "correct horse battery"


def _secrets(engine: Engine, state: Path, **environ: str) -> StoredSecrets:
    age = AgeSecrets(state / "secrets", state / "age.key")
    identities = AgeIdentities(state / "age.key", {})
    roots = RootKeys(state, identities, age.recipients, environ)
    return StoredSecrets(SqlSecrets(engine), roots)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    store = open_store(tmp_path / "s.db")
    yield store.engine
    store.close()


def test_versions_are_kept_and_the_newest_is_given(
    engine: Engine, tmp_path: Path
) -> None:
    secrets = _secrets(engine, tmp_path)
    assert secrets.get("db") is None
    assert secrets.set("db", "first one", "ann", NOW).reference == "db@store-1"
    assert secrets.set("db", "second one", "bob", NOW).reference == "db@store-2"
    again = _secrets(engine, tmp_path)
    found, old = again.get("db"), again.version("db", "store-1")
    assert found
    assert old
    assert (found.reveal(), old.reveal()) == ("second one", "first one")
    assert [(v.version, v.by, v.made) for v in again.versions("db")] == [
        ("store-1", "ann", NOW),
        ("store-2", "bob", NOW),
    ]
    assert list(again.names()) == ["db"]
    assert again.version("db", "store-3") is None


def test_a_retired_version_no_longer_counts_and_can_still_be_read(
    engine: Engine, tmp_path: Path
) -> None:
    secrets = _secrets(engine, tmp_path)
    secrets.set("db", "first one")
    secrets.set("db", "second one")
    assert secrets.retire("db", "store-1", NOW + timedelta(hours=1))
    old, new = secrets.versions("db")
    assert old.usable(NOW)
    assert not old.usable(NOW + timedelta(hours=1))
    assert new.usable(NOW + timedelta(days=999))
    assert secrets.version("db", "store-1")
    assert not secrets.retire("db", "store-9", NOW)


def test_no_value_and_no_root_key_is_in_the_database(
    engine: Engine, tmp_path: Path
) -> None:
    secrets = _secrets(engine, tmp_path)
    secrets.set("db", VALUE)
    root = base64.b64decode((tmp_path / "root.key").read_text())
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("s.db*"))
    assert b"correct horse" not in kept
    assert root not in kept
    assert (tmp_path / "root.key").stat().st_mode & 0o777 == 0o600


TAMPERED: dict[str, dict[str, Any]] = {
    "another name": {"name": "other"},
    "another version": {"version": 7},
    "another ciphertext": {"sealed": b"x" * 40},
    "another key": {"wrapped": b"x" * 60},
    "nothing at all": {"sealed": b""},
}


@pytest.mark.parametrize("how", TAMPERED)
def test_a_row_that_was_altered_is_not_used(
    how: str, engine: Engine, tmp_path: Path
) -> None:
    secrets = _secrets(engine, tmp_path)
    secrets.set("db", VALUE)
    with engine.begin() as connection:
        connection.execute(update(secret_versions).values(**TAMPERED[how]))
    name = str(TAMPERED[how].get("name", "db"))
    with pytest.raises(HoldfastError) as error:
        secrets.get(name)
    assert error.value.problems[0].code == "secret.altered"


def test_the_ciphertext_of_one_secret_is_none_of_another(
    engine: Engine, tmp_path: Path
) -> None:
    secrets = _secrets(engine, tmp_path)
    secrets.set("low", "low value")
    secrets.set("high", VALUE)
    rows = SqlSecrets(engine)
    high = rows.of("high")[0]
    with engine.begin() as connection:
        row = update(secret_versions).where(secret_versions.c.name == "low")
        connection.execute(row.values(wrapped=high.wrapped, sealed=high.sealed))
    with pytest.raises(HoldfastError, match=r"secret\.altered"):
        secrets.get("low")


def test_a_new_root_key_wraps_every_key_anew_and_the_old_one_opens_nothing(
    engine: Engine, tmp_path: Path
) -> None:
    secrets = _secrets(engine, tmp_path)
    for number in range(3):
        secrets.set("db", f"value number {number}")
    old = (tmp_path / "root.key").read_text()
    before = SqlSecrets(engine).of("db")
    assert secrets.rekey() == 3
    after = SqlSecrets(engine).of("db")
    assert [row.sealed for row in after] == [row.sealed for row in before]
    assert {row.root for row in after}.isdisjoint({row.root for row in before})
    assert [secrets.version("db", f"store-{n}") is not None for n in (1, 2, 3)]
    assert old.strip() not in (tmp_path / "root.key").read_text()
    (tmp_path / "root.key").write_text(old)
    with pytest.raises(HoldfastError, match=r"secret\.no-root-key"):
        secrets.get("db")


def test_a_rekey_cut_short_leaves_everything_readable(
    engine: Engine, tmp_path: Path
) -> None:
    secrets = _secrets(engine, tmp_path)
    secrets.set("db", VALUE)
    secrets.roots.renew()
    found = _secrets(engine, tmp_path).get("db")
    assert found
    assert found.reveal() == VALUE
    secrets.rekey()
    assert len((tmp_path / "root.key").read_text().split()) == 1


def test_a_root_key_that_was_lost_is_not_made_anew(
    engine: Engine, tmp_path: Path
) -> None:
    secrets = _secrets(engine, tmp_path)
    secrets.set("db", VALUE)
    (tmp_path / "root.key").unlink()
    with pytest.raises(HoldfastError, match=r"secret\.no-root-key"):
        secrets.get("db")
    with pytest.raises(HoldfastError, match=r"secret\.no-root-key"):
        secrets.set("new", VALUE)
    assert not (tmp_path / "root.key").exists()


def test_the_root_key_comes_from_the_environment_when_it_is_there(
    engine: Engine, tmp_path: Path
) -> None:
    old, new = (base64.b64encode(os.urandom(32)).decode() for _ in range(2))
    _secrets(engine, tmp_path, HOLDFAST_ROOT_KEY=old).set("db", VALUE)
    assert not (tmp_path / "root.key").exists()
    with pytest.raises(HoldfastError, match=r"secret\.root-key-given"):
        _secrets(engine, tmp_path, HOLDFAST_ROOT_KEY=old).roots.renew()
    both = _secrets(engine, tmp_path, HOLDFAST_ROOT_KEY=f"{new} {old}")
    assert both.rekey() == 1
    only = _secrets(engine, tmp_path, HOLDFAST_ROOT_KEY=new).get("db")
    assert only
    assert only.reveal() == VALUE


@pytest.mark.parametrize(
    "told", ["short", "!!!!", base64.b64encode(b"x" * 31).decode()]
)
def test_a_root_key_that_is_none_is_refused(
    told: str, engine: Engine, tmp_path: Path
) -> None:
    with pytest.raises(HoldfastError) as error:
        _secrets(engine, tmp_path, HOLDFAST_ROOT_KEY=told).set("db", VALUE)
    assert error.value.problems[0].code == "secret.bad-root-key"
    assert told not in error.value.problems[0].detail


def test_a_root_key_others_may_read_is_not_used(engine: Engine, tmp_path: Path) -> None:
    secrets = _secrets(engine, tmp_path)
    secrets.set("db", VALUE)
    (tmp_path / "root.key").chmod(0o640)
    with pytest.raises(HoldfastError, match=r"secret\.open-to-others"):
        secrets.get("db")


def test_the_root_key_can_be_kept_for_age_recipients(
    engine: Engine, tmp_path: Path
) -> None:
    secrets = _secrets(engine, tmp_path)
    secrets.set("db", VALUE)
    secrets.roots.seal_with_age()
    assert not (tmp_path / "root.key").exists()
    assert (tmp_path / "root.key.age").read_bytes().startswith(b"-----BEGIN AGE")
    found = _secrets(engine, tmp_path).get("db")
    assert found
    assert found.reveal() == VALUE
    assert secrets.rekey() == 1
    again = _secrets(engine, tmp_path).get("db")
    assert again
    (tmp_path / "age.key").unlink()
    with pytest.raises(HoldfastError, match=r"secret\.cannot-open"):
        _secrets(engine, tmp_path).get("db")


def test_two_processes_that_set_at_once_get_two_versions(
    engine: Engine, tmp_path: Path
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    _secrets(engine, tmp_path).set("busy", VALUE)

    def kept(number: int) -> str:
        return _secrets(engine, tmp_path).set("busy", f"value {number}").version

    with ThreadPoolExecutor(4) as pool:
        versions = set(pool.map(kept, range(8)))
    assert versions == {f"store-{n}" for n in range(2, 10)}


def test_the_table_is_only_as_old_as_its_migration(tmp_path: Path) -> None:
    open_store(tmp_path / "s.db").close()
    with sqlite3.connect(tmp_path / "s.db") as connection:
        told = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    connection.close()
    assert told >= ("0003",)


@pytest.mark.slow
def test_the_same_on_postgresql(postgres: str, tmp_path: Path) -> None:
    from importlib import import_module

    migration = import_module(
        "holdfast.drivers.stores.migrations.versions.0003_secrets"
    )
    engine = create_engine(postgres)
    try:
        with (
            engine.begin() as connection,
            Operations.context(MigrationContext.configure(connection)),
        ):
            migration.upgrade()
        test_versions_are_kept_and_the_newest_is_given(engine, tmp_path)
        test_two_processes_that_set_at_once_get_two_versions(engine, tmp_path)
    finally:
        engine.dispose()


@pytest.mark.slow
def test_a_ledger_on_postgresql_is_scrubbed_too(postgres: str) -> None:
    from holdfast.drivers.stores.ledger import SqlLedger

    engine = create_engine(postgres)
    secret = "correct horse"  # noqa: S105
    try:
        metadata.create_all(engine, tables=[ledger, printed])
        with engine.begin() as connection:
            for statement in GUARD:
                connection.execute(text(statement))
        kept = SqlLedger(engine)
        salted = Printed.of(f"it printed {secret}", b"salt")
        for body in ({"output": salted}, {"why": f"it is {secret}"}, {"why": "fine"}):
            kept.append([Entry(event=Event.OBSERVED, body=body)])
        assert verify_chain(kept.all()) == ((), 3)
        redactor = Redactor()
        redactor.learn(secret)

        def note(rows: Mapping[str, str], texts: tuple[str, ...]) -> Entry:
            body: Attributes = {"rows": rows, "texts": texts}
            return Entry(event=Event.SECRET_SCRUBBED, body=body)

        assert kept.scrub(redactor.clean, note)
        assert verify_chain(kept.all()) == ((), 4)
        said = [str(entry.body) for entry in kept.all()]
        assert "***" in said[0] + said[1]
        assert secret not in "".join(said)
        with pytest.raises(DatabaseError, match="append-only"), engine.begin() as again:
            again.execute(text("UPDATE ledger SET actor = 'x'"))
    finally:
        engine.dispose()


GUARD = (
    """
    CREATE FUNCTION no() RETURNS trigger AS $$
    BEGIN RAISE EXCEPTION 'the ledger is append-only'; END
    $$ LANGUAGE plpgsql
    """,
    """
    CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger
    FOR EACH ROW EXECUTE FUNCTION no()
    """,
)
