"""What a transaction over runs promises, on SQLite and on PostgreSQL."""

import pytest

from fakes import NOW
from holdfast.drivers.stores import Store
from holdfast.model import Entry, Event, State
from holdfast.ports import RunRow, RunTransaction
from holdfast.record.chain import verify_chain


class Refused(Exception):  # noqa: N818 - what a part of a transaction ends with
    pass


def begun(transaction: RunTransaction) -> str:
    """A run that was written down, by its id."""
    run = transaction.next_id()
    transaction.save(RunRow(run, "deploy", "deploy", State.QUEUED, "ann", NOW))
    transaction.append([Entry(event=Event.QUEUED, run=run, at="2026-01-01T00:00:00Z")])
    return run


def refused(transaction: RunTransaction, said: list[str]) -> None:
    with transaction.part():
        begun(transaction)
        transaction.then(lambda: said.append("of the part"))
        raise Refused


def test_a_part_is_taken_back_alone_with_what_was_known_and_promised_of_it(
    store: Store,
) -> None:
    said: list[str] = []
    with store.runs.begin() as transaction:
        first = begun(transaction)
        with pytest.raises(Refused):
            refused(transaction, said)
        second = begun(transaction)
        assert [one.run for one in transaction.entries(second)] == [second]
        transaction.then(lambda: said.append("after it"))
    assert [row.id for row in store.runs.runs()] == [second, first]
    assert (first, second, said) == ("r1", "r2", ["after it"])
    assert verify_chain(store.ledger.all()) == ((), 2)


def test_what_is_left_for_the_end_is_done_once_before_anything_is_promised(
    store: Store,
) -> None:
    said: list[str] = []

    def last(transaction: RunTransaction) -> None:
        said.append(f"last, {len(transaction.entries('r1'))} entries")
        transaction.then(lambda: said.append("on disk"))

    with store.runs.begin() as transaction:
        transaction.at_last(last)
        begun(transaction)
        transaction.at_last(last)
        assert said == []
    assert said == ["last, 1 entries", "on disk"]
