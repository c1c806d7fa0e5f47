"""Many hosts write into one journal: in order, durably, and with few waits."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event as Signal
from threading import Lock
from time import sleep

import pytest

from fakes import StoppedClock, at
from holdfast.engine.journal import LedgerJournal
from holdfast.model import Entry, Event
from holdfast.problems import HoldfastError, Problem

HOSTS, EACH = 9, 20


class HeldLedger:
    """A ledger whose disk does not answer before it is let go; it may be full."""

    def __init__(self, *, full: bool = False) -> None:
        self.writes: list[Sequence[Entry]] = []
        self.asked, self.let_go = Signal(), Signal()
        self.full = full

    def append(self, entries: Sequence[Entry], /) -> tuple[Entry, ...]:
        self.asked.set()
        self.let_go.wait(60)
        if self.full:
            raise HoldfastError(Problem("store.full", "The disk is full", "", ""))
        self.writes.append(entries)
        return tuple(entries)


def _journal(ledger: HeldLedger) -> LedgerJournal:
    def nothing(*_: object) -> None:
        return

    return LedgerJournal(
        "r1",
        "ann",
        ledger,  # type: ignore[arg-type]
        StoppedClock(),
        nothing,
        str,
        Lock(),
    )


def test_what_waits_for_the_disk_is_written_at_once() -> None:
    ledger = HeldLedger()
    journal = _journal(ledger)
    with ThreadPoolExecutor(HOSTS + 1) as pool:
        first = pool.submit(journal.note, Event.SUCCEEDED, {}, at("first"))
        assert ledger.asked.wait(60)
        rest = [
            pool.submit(journal.note, Event.SUCCEEDED, {}, at(str(n)))
            for n in range(HOSTS)
        ]
        while len(journal.waiting) < HOSTS:
            sleep(0.001)
        ledger.let_go.set()
        for done in (first, *rest):
            done.result(60)
    assert [len(write) for write in ledger.writes] == [1, HOSTS]


def test_every_host_finds_its_entries_written_and_in_order() -> None:
    ledger = HeldLedger()
    ledger.let_go.set()
    journal = _journal(ledger)

    def host(name: str) -> None:
        for number in range(EACH):
            address = at(str(number), name)
            journal.note(Event.SUCCEEDED, {}, address)
            assert any(e.address == address for w in list(ledger.writes) for e in w)

    names = [str(n) for n in range(HOSTS)]
    with ThreadPoolExecutor(HOSTS) as pool:
        list(pool.map(host, names))
    told = [entry.address for write in ledger.writes for entry in write]
    for name in names:
        own = [a.name for a in told if a and a.host == name]
        assert own == [str(n) for n in range(EACH)]


def test_nobody_goes_on_when_the_disk_is_full() -> None:
    ledger = HeldLedger(full=True)
    ledger.let_go.set()
    journal = _journal(ledger)

    def host(name: int) -> bool:
        with pytest.raises(HoldfastError, match=r"store\.full"):
            journal.note(Event.INTENDED, {}, at("x", str(name)))
        return True

    with ThreadPoolExecutor(HOSTS) as pool:
        assert all(pool.map(host, range(HOSTS)))
