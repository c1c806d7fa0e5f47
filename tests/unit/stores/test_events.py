"""What the event store promises, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text

import postgres
from fakes import NOW
from holdfast.drivers.stores import open_store
from holdfast.drivers.stores.connect import postgres_engine, store_engine
from holdfast.drivers.stores.events import SqlEvents
from holdfast.drivers.stores.tables import metadata
from holdfast.model import Occurrence, occurrence_id
from holdfast.ports import (
    CauseRow,
    DecisionRow,
    ReactionRow,
    StartRow,
)

MINUTE = timedelta(minutes=1)


def occurrence(number: int, kind: str = "alert", source: str = "am") -> Occurrence:
    return Occurrence(
        occurrence_id(source, str(number)),
        source,
        kind,
        NOW + number * MINUTE,
        str(number),
        "firing",
        "f",
        {"number": number, "words": ["ä", None, 1.5, True]},
    )


def decision(**named: object) -> DecisionRow:
    made = DecisionRow("w.yaml", "k", "start", "it fits", NOW)
    return replace(made, **named)  # type: ignore[arg-type]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    if request.param == "sqlite":
        made = store_engine(tmp_path_factory.mktemp("events") / "s.db")
        metadata.create_all(made)
        yield made
        made.dispose()
        return
    if not postgres.is_there():
        pytest.skip("PostgreSQL is not installed")
    with postgres.cluster() as url:
        made = postgres_engine(url)
        metadata.create_all(made)
        yield made
        made.dispose()


@pytest.fixture
def store(engine: Engine) -> SqlEvents:
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            connection.execute(table.delete())
    return SqlEvents(engine)


def take(store: SqlEvents, *numbers: int) -> None:
    with store.begin() as transaction:
        transaction.take([occurrence(number) for number in numbers])


def test_an_occurrence_comes_back_as_it_was(store: SqlEvents) -> None:
    take(store, 1)
    assert store.event(occurrence(1).id) == occurrence(1)
    assert store.event("e-none") is None


def test_the_same_id_is_kept_once(store: SqlEvents) -> None:
    with store.begin() as transaction:
        assert transaction.take([occurrence(1), occurrence(1)]) == (occurrence(1),)
    with store.begin() as transaction:
        assert transaction.take([occurrence(1), occurrence(2)]) == (occurrence(2),)
    assert [one.delivery for one in store.all()] == ["1", "2"]


def test_many_who_deliver_the_same_at_once_deliver_it_once(store: SqlEvents) -> None:
    def deliver(_: int) -> int:
        with store.begin() as transaction:
            return len(transaction.take([occurrence(7)]))

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(deliver, range(24))) == 1


def test_pages_go_on_where_the_last_one_ended(store: SqlEvents) -> None:
    with store.begin() as transaction:
        transaction.take(
            [occurrence(n, "push" if n % 2 else "alert") for n in range(6)]
        )
    first = store.events(limit=2)
    assert [one.delivery for one in first] == ["5", "4"]
    second = store.events(limit=2, before=first[-1].id)
    assert [one.delivery for one in second] == ["3", "2"]
    assert [one.delivery for one in store.events("push")] == ["5", "3", "1"]
    assert len(store.events("am")) == 6


def test_an_occurrence_is_reacted_to_once(store: SqlEvents) -> None:
    take(store, 1, 2)
    with store.begin() as transaction:
        assert [one.delivery for one in transaction.waiting(9)] == ["1", "2"]
        cause = CauseRow("r1", "w.yaml", certain=True)
        assert transaction.reacted(occurrence(1).id, cause)
        assert not transaction.reacted(occurrence(1).id, None)
        assert transaction.cause(occurrence(1).id) == cause
        assert transaction.cause(occurrence(2).id) is None
        assert transaction.caused() == (occurrence(1).id,)
        assert [one.delivery for one in transaction.waiting(9)] == ["2"]


def test_nothing_is_kept_before_the_mark(store: SqlEvents) -> None:
    with store.begin() as transaction:
        transaction.set_mark("reacted", NOW + 5 * MINUTE)
        (kept,) = transaction.take([occurrence(1)])
        assert kept.at == NOW + 5 * MINUTE


def test_a_lease_has_one_holder_until_it_runs_out(store: SqlEvents) -> None:
    later = NOW + MINUTE
    with store.begin() as transaction:
        assert transaction.lead("x", "a", NOW, later)
        assert transaction.lead("x", "a", NOW, later)
        assert transaction.lead("y", "b", NOW, later)
        assert not transaction.lead("x", "b", NOW, later)
        assert transaction.lead("x", "b", later, later + MINUTE)
        assert not transaction.lead("x", "a", later, later + MINUTE)


def test_a_lease_whose_end_no_clock_like_ours_can_have_written_is_over(
    store: SqlEvents,
) -> None:
    """The clock was set back; who still leads renews his lease within a second."""
    later = NOW + timedelta(hours=1)
    with store.begin() as transaction:
        assert transaction.lead("x", "a", later, later + MINUTE)
        assert not transaction.lead("x", "b", NOW, NOW)
        assert transaction.lead("x", "b", NOW, NOW + MINUTE)
        assert not transaction.lead("x", "a", NOW - MINUTE / 2, NOW + MINUTE / 2)


def test_who_lets_go_of_a_lease_lets_others_have_it_at_once(store: SqlEvents) -> None:
    with store.begin() as transaction:
        assert transaction.lead("reactor", "one", NOW, NOW + MINUTE)
        assert transaction.lead("reactor", "one", NOW, NOW)
        assert transaction.lead("reactor", "two", NOW, NOW + MINUTE)
        assert not transaction.lead("reactor", "one", NOW, NOW + MINUTE)


def test_of_many_who_want_to_lead_one_does(store: SqlEvents) -> None:
    def want(name: int) -> bool:
        with store.begin() as transaction:
            return transaction.lead("x", str(name), NOW, NOW + MINUTE)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(want, range(16))) == 1


def test_decisions_are_found_by_what_they_are_about(store: SqlEvents) -> None:
    take(store, 1, 2)
    one, two = occurrence(1).id, occurrence(2).id
    row = decision(of=(two, one), until=NOW + MINUTE, run="r1", outcome="started")
    with store.begin() as transaction:
        number = transaction.decide(row)
        transaction.decide(decision(workflow="v.yaml", of=(two,)))
        transaction.decide(decision(verb="ask", open=True))
    assert store.decision(number) == replace(row, number=number)
    assert store.decision(number + 99) is None
    assert [found.number for found in store.decisions([one])] == [number]
    assert len(store.decisions([one, two])) == 2
    assert store.decisions([]) == ()
    assert [found.workflow for found in store.decisions(workflow="v.yaml")] == [
        "v.yaml"
    ]
    assert store.decisions(since=NOW + MINUTE) == ()
    assert [found.verb for found in store.opened()] == ["ask"]


def test_a_decision_that_waited_is_settled(store: SqlEvents) -> None:
    with store.begin() as transaction:
        transaction.decide(decision(verb="ask", open=True))
        (waits,) = transaction.opened("w.yaml", "k")
        assert transaction.opened("w.yaml", "other") == ()
        transaction.settle(replace(waits, open=False, outcome="started", run="r1"))
        assert transaction.opened() == ()
    assert store.decisions()[0].run == "r1"


def test_reactions_wake_in_their_order(store: SqlEvents) -> None:
    rows = [
        ReactionRow("w.yaml", "a", 0, NOW + 2 * MINUTE, [{"event": "e-1"}]),
        ReactionRow("w.yaml", "b", 1, NOW + MINUTE, [{"event": "e-2"}]),
        ReactionRow("w.yaml", "c", 1, None, [{"event": "e-3"}]),
    ]
    with store.begin() as transaction:
        for row in rows:
            transaction.save(row)
        assert transaction.reaction("w.yaml", "b") == rows[1]
        assert transaction.due(NOW) == ()
        assert transaction.due(NOW + 2 * MINUTE) == (rows[1], rows[0])
    assert store.wakes() == NOW + MINUTE
    with store.begin() as transaction:
        transaction.save(replace(rows[1], due=None, history=()))
        assert transaction.reaction("w.yaml", "b") is None
    assert store.wakes() == NOW + 2 * MINUTE


def test_a_run_is_started_once_under_a_name(store: SqlEvents) -> None:
    row = StartRow("k-1", "r1", "w.yaml", "schedule/0", NOW, "web-1", "e-1")
    other = StartRow("k-2", "r2", "v.yaml", "s", NOW + MINUTE, "web-1")
    with store.begin() as transaction:
        transaction.started(row)
        transaction.started(other)
        assert transaction.start("k-1") == row
        assert transaction.start("k-3") is None
        assert transaction.started_by("r2") == other
        assert transaction.starts(NOW, target="web-1") == (row, other)
        assert transaction.starts(NOW, workflow="w.yaml", slot="schedule/0") == (row,)
        assert transaction.starts(NOW + MINUTE) == (other,)


def test_refs_of_a_repository_are_replaced(store: SqlEvents) -> None:
    with store.begin() as transaction:
        transaction.set_refs("shop", {"refs/heads/a": "1", "refs/heads/b": "2"})
        transaction.set_refs("shop", {"refs/heads/b": "3"})
        assert transaction.refs("shop") == {"refs/heads/b": "3"}
        assert transaction.refs("else") == {}


def test_a_migrated_database_has_the_tables_as_they_are(tmp_path: Path) -> None:
    fresh = store_engine(tmp_path / "fresh.db")
    metadata.create_all(fresh)
    (tmp_path / "s.db").touch()
    with_migrations = open_store(tmp_path / "s.db")
    query = text(
        "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' "
        "AND type IN ('table', 'index') AND name != 'alembic_version'"
    )
    found = []
    for engine in (fresh, with_migrations.engine):
        with engine.connect() as connection:
            names = {row.name for row in connection.execute(query)}
        tables = inspect(engine)
        columns = {
            name: [
                (one["name"], str(one["type"]), one["nullable"])
                for one in tables.get_columns(name)
            ]
            for name in names
            if tables.has_table(name)
        }
        found.append((names, columns))
    fresh.dispose()
    with_migrations.close()
    assert found[0] == found[1]
