"""Many hosts write into one journal: in order, durably, and with few waits."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from time import sleep

import pytest

from fakes import StoppedClock, at
from holdfast.engine.journal import LedgerJournal
from holdfast.model import Entry, Event
from holdfast.problems import HoldfastError, Problem

HOSTS, EACH = 16, 20


class SlowLedger:
    """A ledger whose disk takes its time; it may be full for a while."""

    def __init__(self, *, full: Callable[[], bool] = lambda: False) -> None:
        self.calls = 0
        self.kept: list[Entry] = []
        self.full = full

    def append(self, entries: Sequence[Entry], /) -> tuple[Entry, ...]:
        self.calls += 1
        sleep(0.002)
        if self.full():
            raise HoldfastError(Problem("store.full", "The disk is full", "", ""))
        self.kept += entries
        return tuple(entries)


def _journal(ledger: SlowLedger) -> LedgerJournal:
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


def test_what_waits_is_written_together_and_in_order() -> None:
    ledger = SlowLedger()
    journal = _journal(ledger)

    def host(name: int) -> None:
        for number in range(EACH):
            address = at(str(number), str(name))
            journal.note(Event.SUCCEEDED, {}, address)
            assert any(entry.address == address for entry in list(ledger.kept))

    with ThreadPoolExecutor(HOSTS) as pool:
        list(pool.map(host, range(HOSTS)))
    assert len(ledger.kept) == HOSTS * EACH
    assert ledger.calls < HOSTS * EACH / 2
    for name in range(HOSTS):
        order = [
            int(e.address.name)
            for e in ledger.kept
            if e.address and e.address.host == str(name)
        ]
        assert order == list(range(EACH))


def test_nobody_goes_on_when_the_disk_is_full() -> None:
    journal = _journal(SlowLedger(full=lambda: True))
    raised = []

    def host(name: int) -> None:
        with pytest.raises(HoldfastError, match=r"store\.full"):
            journal.note(Event.INTENDED, {}, at("x", str(name)))
        raised.append(name)

    with ThreadPoolExecutor(HOSTS) as pool:
        list(pool.map(host, range(HOSTS)))
    assert len(raised) == HOSTS
