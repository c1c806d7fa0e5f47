"""The ledger as a walk sees it: intents before, outcomes after."""

import os
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock

from holdfast import record
from holdfast.apply import Outcome
from holdfast.model import Address, Attributes, Change, Entry, Event, Printed
from holdfast.ports import Clock, LedgerStore
from holdfast.problems import HoldfastError, Problem

_SALT = 16
"""Bytes."""


def moment(when: datetime) -> str:
    """A moment as the ledger writes it: UTC, microseconds, ``Z``."""
    utc = when.astimezone(UTC)
    return utc.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def printed(text: str) -> Printed:
    """A text that the ledger is to name and not to hold."""
    return Printed.of(text, os.urandom(_SALT))


def said(
    problem: Problem, redact: Callable[[str], str] = lambda text: text
) -> Attributes:
    """A problem as the body of an entry holds it; its detail may quote a host."""
    return {
        "code": problem.code,
        "summary": redact(problem.summary),
        "detail": printed(redact(problem.detail)) if problem.detail else "",
        "next": redact(problem.next_step),
    }


@dataclass(slots=True)
class _Batch:
    """Entries of one thread that are on their way to the disk."""

    entries: Sequence[Entry]
    written: bool = False
    error: HoldfastError | None = None


@dataclass(slots=True)
class LedgerJournal:
    """
    Writes one run into the ledger; safe to use from several threads.

    What waits while one thread writes is written by the next one for all (a group
    commit): the disk is waited for as often as it can answer, not as often as it is asked.

    ``listen`` is told of every outcome, so that a person can watch. ``redact`` is passed
    over everything that came from a host before it is kept.
    """

    run: str
    actor: str
    ledger: LedgerStore
    clock: Clock
    listen: Callable[[Event, Change], None]
    redact: Callable[[str], str]
    lock: Lock
    waiting: deque[_Batch] = field(default_factory=deque)

    def note(
        self, event: Event, body: Attributes, address: Address | None = None
    ) -> None:
        """Write one entry down."""
        self._append([self._entry(event, body, address)])

    def intend(self, changes: Sequence[Change], /) -> None:
        """Write down what is about to be done, and how it is taken back."""
        self._append(
            [
                self._entry(Event.INTENDED, record.intent_body(change), change.address)
                for change in changes
            ]
        )
        for change in changes:
            self.listen(Event.INTENDED, change)

    def tell(self, outcomes: Sequence[Outcome], /) -> None:
        """Write down what happened."""
        self._append(
            [
                self._entry(outcome.event, self._body(outcome), outcome.change.address)
                for outcome in outcomes
            ]
        )
        for outcome in outcomes:
            self.listen(outcome.event, outcome.change)

    def _body(self, outcome: Outcome) -> Attributes:
        body: dict[str, Printed | int | Attributes] = {}
        if outcome.output:
            body["output"] = printed(self.redact(outcome.output)[-4000:])
        if outcome.event is Event.FAILED:
            body["status"] = outcome.status
        elif outcome.problem:
            body["problem"] = said(outcome.problem, self.redact)
        return body

    def _entry(self, event: Event, body: Attributes, address: Address | None) -> Entry:
        return Entry(
            event=event,
            run=self.run,
            address=address,
            actor=self.actor,
            at=moment(self.clock.now()),
            body=body,
        )

    def _append(self, entries: Sequence[Entry]) -> None:
        """Come back when the entries are on disk; raises what the ledger raises."""
        own = _Batch(entries)
        self.waiting.append(own)
        with self.lock:
            if not own.written:
                self._write([self.waiting.popleft() for _ in range(len(self.waiting))])
        if own.error:
            raise own.error

    def _write(self, batches: Sequence[_Batch]) -> None:
        error = None
        try:
            self.ledger.append([entry for batch in batches for entry in batch.entries])
        except HoldfastError as raised:
            error = raised
        for batch in batches:
            batch.error, batch.written = error, True
