"""From the ledger to the outbox: nothing is lost, and nothing is told before it is true."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from holdfast.declare import SubscriberDeclared
from holdfast.engine.outbox.events import PREFIX, TYPES, event_of, wants
from holdfast.engine.outbox.letters import Writing
from holdfast.engine.outbox.notifiable import TOLD, notice_of
from holdfast.engine.outbox.subject import About, Environments, about, beside
from holdfast.model import Entry, Event
from holdfast.ports import Clock, Letter, OutboxStore, OutboxTransaction

LEASE = timedelta(seconds=30)
"""So long after its last sign of life somebody else takes over."""

NAME = "outbox"

_LOG = logging.getLogger(__name__)
_MANY = 200
_KEPT = timedelta(days=30)

SORTS = TOLD | frozenset(TYPES)
"""Sorts of entries that somebody is told of."""


@dataclass(slots=True)
class Relay:
    """
    Reads what is new in the ledger and writes letters about it.

    How far it came and what it wrote are one transaction: whoever is killed, each entry
    is looked at once. ``clean`` takes secrets out of plain values. ``owner`` is the
    project's.
    """

    store: OutboxStore
    clock: Clock
    holder: str
    writing: Writing
    owner: str
    subscribers: Mapping[str, SubscriberDeclared] = field(default_factory=dict)
    places: Environments = field(default_factory=dict)
    clean: Callable[[dict[str, Any]], dict[str, Any]] = lambda plain: plain
    _pruned: datetime | None = None

    def begin(self) -> None:
        """Look only at what comes from now on, when nobody ever looked."""
        if self.store.busy(self.clock.now()):
            with self.store.begin() as transaction:
                self._begin(transaction)

    def tick(self) -> int:
        """Look at everything that is new, if this one leads; how many letters it made."""
        made = 0
        while True:
            found, more = self._some()
            made += found
            if not more:
                return made

    def _some(self) -> tuple[int, bool]:
        """A part of what is new; how many letters that made, and whether there is more."""
        now = self.clock.now()
        with self.store.begin() as transaction:
            if not transaction.lead(NAME, self.holder, now, now + LEASE):
                return 0, False
            seen, newest = self._begin(transaction), transaction.newest()
            sorts = self._heard(transaction)
            entries = transaction.entries(seen, sorts, _MANY) if sorts else ()
            known: dict[str, About] = {}
            made = sum(self._safely(transaction, one, known, now) for one in entries)
            made += self.writing.release(transaction, now)
            full = len(entries) == _MANY
            transaction.see(entries[-1].sequence if full else newest)
            self._prune(transaction, now)
        return made, full

    def _heard(self, transaction: OutboxTransaction) -> frozenset[Event]:
        """Sorts of entries that anybody may have to hear of; of others none is read."""
        events = frozenset(TYPES) if self.subscribers else frozenset()
        told = self.writing.declared.channels or transaction.any_open()
        return events | TOLD if told else events

    def _begin(self, transaction: OutboxTransaction) -> int:
        seen = transaction.seen()
        if seen is None:
            seen = transaction.newest()
            transaction.see(seen)
        return seen

    def _safely(
        self,
        transaction: OutboxTransaction,
        entry: Entry,
        known: dict[str, About],
        now: datetime,
    ) -> int:
        """Look at an entry; one that nobody can read keeps no other from being told."""
        try:
            return self._look(transaction, entry, known, now)
        except (KeyError, TypeError, ValueError):
            _LOG.exception("entry %d could not be told", entry.sequence)
            return 0

    def _look(
        self,
        transaction: OutboxTransaction,
        entry: Entry,
        known: dict[str, About],
        now: datetime,
    ) -> int:
        of = self._about(transaction, entry, known)
        made = transaction.put(self._events(entry, of, now))
        notice = notice_of(entry, of)
        if notice is None or _is_early(transaction, entry):
            return made
        return made + self.writing.write(transaction, notice, entry.name, now)

    def _about(
        self, transaction: OutboxTransaction, entry: Entry, known: dict[str, About]
    ) -> About:
        run = entry.run
        if not run:
            return beside(entry, self.owner)
        if run not in known:
            found = about(transaction.first(run), self.places, self.owner)
            if found.applies and transaction.first(found.actor) is not None:
                found = replace(found, within=found.actor)
            known[run] = found
        return known[run]

    def _events(self, entry: Entry, of: About, now: datetime) -> Iterable[Letter]:
        event = event_of(entry, of, self.writing.project) if self.subscribers else None
        if event is None:
            return
        plain = self.clean(event)
        for name, subscriber in self.subscribers.items():
            if wants(subscriber.types, plain["type"]):
                yield Letter(
                    key=f"event/{plain['id']}/{name}",
                    to=name,
                    sort="event",
                    what=f"{plain['type'].removeprefix(PREFIX)} {plain['subject']}",
                    body=plain,
                    at=now,
                    due=now,
                )

    def _prune(self, transaction: OutboxTransaction, now: datetime) -> None:
        """Once a day."""
        if self._pruned is None or now - self._pruned > timedelta(days=1):
            transaction.forget(now - _KEPT)
            self._pruned = now


def _is_early(transaction: OutboxTransaction, entry: Entry) -> bool:
    """Whether a doubt was decided and others of the run were not yet."""
    return entry.event is Event.RESOLVED and transaction.doubts(entry.run) > 0
