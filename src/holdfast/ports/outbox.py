"""What is on its way out: kept until somebody has taken it, or a person gives it up."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from holdfast.model import Entry, Event
from holdfast.ports.runs import RunTransaction

_PATIENCE = 300
"""Seconds."""

LetterState = Literal["waiting", "sent", "dead", "dropped"]


@dataclass(frozen=True, slots=True)
class Letter:
    """
    One thing for one channel or subscriber.

    ``key`` is its name before it had a ``number``: whoever writes it, it is there once.
    ``sort`` is ``notice`` (``body`` is a message) or ``event`` (a CloudEvent). ``due`` is
    when it is tried next; ``answer`` the last one. No secret is in any of it.
    """

    key: str
    to: str
    sort: Literal["notice", "event"]
    what: str
    body: Mapping[str, Any]
    at: datetime
    due: datetime
    state: LetterState = "waiting"
    attempts: int = 0
    answer: str = ""
    tried: datetime | None = None
    number: int = 0

    @property
    def name(self) -> str:
        """How people and addresses call it."""
        return f"m{self.number}"


@dataclass(frozen=True, slots=True)
class Thread:
    """
    What one channel was told of one cause.

    ``told`` is false while nobody there knows that it is open. ``due`` is the moment at
    which ``held``, a message that was kept back, is sent if it is still open then.
    ``count`` are the times it happened since it was opened, ``note`` what was said last.
    """

    channel: str
    cause: str
    open: bool
    told: bool
    opened: datetime
    closed: datetime | None = None
    count: int = 1
    due: datetime | None = None
    held: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""


class OutboxTransaction(Protocol):
    """Reads and writes that happen together or not at all."""

    def lead(self, name: str, holder: str, now: datetime, until: datetime, /) -> bool:
        """Take or renew a lease; false when somebody else has it."""
        ...

    def seen(self) -> int | None:
        """The number of the last entry of the ledger that was looked at."""
        ...

    def see(self, sequence: int, /) -> None:
        """Everything up to an entry was looked at."""
        ...

    def newest(self) -> int:
        """The number of the newest entry of the ledger; 0 for none."""
        ...

    def entries(
        self, after: int, events: Collection[Event], limit: int, /
    ) -> tuple[Entry, ...]:
        """Entries of some sorts after a number, oldest first."""
        ...

    def first(self, run: str, /) -> Entry | None:
        """The entry a run began with."""
        ...

    def doubts(self, run: str, /) -> int:
        """How many changes of a run are in doubt and not decided."""
        ...

    def put(self, letters: Iterable[Letter], /) -> int:
        """Keep letters that are new by their key; how many were."""
        ...

    def save(self, letters: Iterable[Letter], /) -> None:
        """Write down what became of letters, by their number."""
        ...

    def letter(self, number: int, /) -> Letter | None:
        """One letter, that nobody else changes until this transaction ends."""
        ...

    def due(
        self, now: datetime, limit: int, /, *, early: bool = False
    ) -> tuple[Letter, ...]:
        """
        Letters whose moment has come, oldest first.

        With ``early`` also those that were never tried.
        """
        ...

    def fresh(self, to: str, /) -> tuple[Letter, ...]:
        """Every letter for one channel that waits, oldest first."""
        ...

    def threads(self, cause: str, /) -> tuple[Thread, ...]:
        """Threads of a cause, or, when it ends in ``/``, of those that begin so."""
        ...

    def any_open(self) -> bool:
        """Whether any cause is still open for anybody."""
        ...

    def held(self, now: datetime, /) -> tuple[Thread, ...]:
        """Threads whose kept back message is due."""
        ...

    def put_thread(self, thread: Thread, /) -> None:
        """Write down what a channel was told."""
        ...

    def forget(self, before: datetime, /) -> int:
        """Remove what was sent or given up, and what was closed, before a moment."""
        ...


@dataclass(frozen=True, slots=True)
class OutboxSheet:
    """
    How the way out stands.

    ``counts`` are letters: to whom, their state, how many. Of those that wait, what was
    tried in vain is ``failing``. ``age`` is how long the oldest of both is there, ``late``
    how long something was to be written or sent that nobody did; both in seconds.
    """

    counts: tuple[tuple[str, str, int], ...] = ()
    age: float = 0.0
    late: float = 0.0

    @property
    def is_left(self) -> bool:
        """Whether nobody delivers: who does is not that late."""
        return self.late > _PATIENCE

    def count(self, state: str) -> int:
        """How many letters are in a state."""
        return sum(number for _, named, number in self.counts if named == state)


class OutboxStore(Protocol):
    """The outbox in the database of the ledger."""

    def begin(self) -> AbstractContextManager[OutboxTransaction]:
        """Begin a transaction; it commits at the end of the block, unless that raises."""
        ...

    def within(self, transaction: RunTransaction, /) -> OutboxTransaction:
        """Take part in a transaction of runs."""
        ...

    def sheet(self, now: datetime, told: Collection[Event], /) -> OutboxSheet:
        """How the way out stands; ``told`` are the sorts of entries it begins with."""
        ...

    def busy(self, now: datetime, /) -> bool:
        """Whether there is anything to do; asks without waiting for writers."""
        ...

    def letters(
        self, states: Collection[str] = (), limit: int = 100, before: int = 0
    ) -> tuple[Letter, ...]:
        """Letters, newest first; ``before`` is the number the last page ended with."""
        ...

    def letter(self, number: int, /) -> Letter | None:
        """One letter."""
        ...

    def count(self, state: str, /) -> int:
        """How many letters are in a state."""
        ...
