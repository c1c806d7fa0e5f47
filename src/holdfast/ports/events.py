"""What is kept of what happened outside, and of what was decided about it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from holdfast.model import Occurrence
from holdfast.ports.runs import RunRow, RunTransaction


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """
    One decision about one workflow, by its file.

    ``verb`` is ``start hold swallow close`` of a reaction, ``run skip ask queue cancel`` of
    a schedule; ``of`` are ids of occurrences. ``key`` is what was counted together, of a
    schedule ``schedule/0``. ``outcome`` is what became of a start (``started observed
    loop stopped refused
    paused``) and ``why`` its reason. ``open`` ones wait for something.
    """

    workflow: str
    key: str
    verb: str
    reason: str
    at: datetime
    of: tuple[str, ...] = ()
    until: datetime | None = None
    outcome: str = ""
    why: str = ""
    run: str = ""
    target: str = ""
    open: bool = False
    number: int = 0


@dataclass(frozen=True, slots=True)
class ReactionRow:
    """
    How far one workflow is with what is counted together under one key.

    ``trigger`` is the number of the trigger in the workflow, ``due`` the moment at which
    something has to be decided though nothing comes, ``history`` plain values.
    """

    workflow: str
    key: str
    trigger: int
    due: datetime | None
    history: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class StartRow:
    """
    One run that was started by an event or a schedule.

    ``key`` is its name before it had an id: whoever starts it, it starts once. ``slot`` is
    the key or the schedule it was started under, ``event`` the newest occurrence.
    """

    key: str
    run: str
    workflow: str
    slot: str
    at: datetime
    target: str = ""
    event: str = ""


@dataclass(frozen=True, slots=True)
class CauseRow:
    """The run that made an occurrence happen, and whether that is certain."""

    run: str
    workflow: str
    certain: bool


class EventTransaction(Protocol):
    """Reads and writes that happen together or not at all."""

    def lead(self, name: str, holder: str, now: datetime, until: datetime, /) -> bool:
        """
        Take or renew a lease, and keep others from it until this transaction ends.

        False when somebody else has it and it has not run out.
        """
        ...

    def take(self, occurrences: Sequence[Occurrence], /) -> tuple[Occurrence, ...]:
        """
        Keep what is new, by id; answers it as it was kept.

        None is kept as having happened before the mark ``reacted``.
        """
        ...

    def waiting(self, limit: int, /) -> tuple[Occurrence, ...]:
        """Occurrences nobody has reacted to yet, oldest first."""
        ...

    def reacted(self, event: str, cause: CauseRow | None, /) -> bool:
        """Note that this was reacted to; whether it had not been."""
        ...

    def cause(self, event: str, /) -> CauseRow | None:
        """The run that made it happen."""
        ...

    def caused(self) -> tuple[str, ...]:
        """Every occurrence that some run made happen."""
        ...

    def occurrences(self, events: Collection[str], /) -> tuple[Occurrence, ...]:
        """Some occurrences by their ids, oldest first."""
        ...

    def reaction(self, workflow: str, key: str, /) -> ReactionRow | None:
        """How far a workflow is with a key."""
        ...

    def due(self, now: datetime, /) -> tuple[ReactionRow, ...]:
        """Reactions whose moment has come, oldest first."""
        ...

    def save(self, row: ReactionRow, /) -> None:
        """Write down how far a workflow is."""
        ...

    def decide(self, row: DecisionRow, /) -> int:
        """Write a decision down; its number."""
        ...

    def settle(self, row: DecisionRow, /) -> None:
        """Write down what became of a decision, by its number."""
        ...

    def opened(self, workflow: str = "", key: str = "") -> tuple[DecisionRow, ...]:
        """Decisions that wait for something, all or of a workflow's key, oldest first."""
        ...

    def start(self, key: str, /) -> StartRow | None:
        """The run that was started under a name."""
        ...

    def started(self, row: StartRow, /) -> None:
        """Write a start down; raises when there is one of that name."""
        ...

    def started_by(self, run: str, /) -> StartRow | None:
        """How a run was started."""
        ...

    def starts(
        self, since: datetime, workflow: str = "", slot: str = "", target: str = ""
    ) -> tuple[StartRow, ...]:
        """Starts since a moment, oldest first."""
        ...

    def running(self, workflow: str, slot: str, /) -> tuple[str, ...]:
        """Runs that were started under a slot and have not ended, oldest first."""
        ...

    def ended(self, since: datetime, /) -> tuple[RunRow, ...]:
        """Runs of workflows that ended since a moment, first ended first."""
        ...

    def marks(self, prefix: str, /) -> Mapping[str, datetime]:
        """Every moment that was written down under a name that begins like this."""
        ...

    def mark(self, name: str, /) -> datetime | None:
        """A moment that was written down."""
        ...

    def marks_of(self, names: Collection[str], /) -> Mapping[str, datetime]:
        """The moments that were written down under some names."""
        ...

    def set_mark(self, name: str, at: datetime, /) -> None:
        """Write a moment down."""
        ...

    def set_marks(self, names: Collection[str], at: datetime, /) -> None:
        """Write one moment down under many names."""
        ...

    def newest(self, source: str, type_: str, subject: str, /) -> Occurrence | None:
        """The last occurrence of a source and type about a subject."""
        ...

    def states(self, since: datetime, workflow: str, /) -> Mapping[str, int]:
        """How many runs that events started since a moment are in which state."""
        ...

    def refs(self, repository: str, /) -> Mapping[str, str]:
        """The commits the refs of a polled repository pointed to."""
        ...

    def set_refs(self, repository: str, refs: Mapping[str, str], /) -> None:
        """Write down where the refs point to now; others are forgotten."""
        ...


class EventStore(Protocol):
    """Occurrences and decisions in the database of the runs."""

    def begin(self) -> AbstractContextManager[EventTransaction]:
        """Begin a transaction; it commits at the end of the block, unless that raises."""
        ...

    def looking(self) -> AbstractContextManager[EventTransaction]:
        """Begin one that only reads; it waits for nobody."""
        ...

    def within(self, transaction: RunTransaction, /) -> EventTransaction:
        """Take part in a transaction of runs."""
        ...

    def events(
        self, sort: str = "", limit: int = 50, before: str = ""
    ) -> tuple[Occurrence, ...]:
        """
        Occurrences, newest first.

        ``sort`` is a type or a source, ``before`` the id the last page ended with.
        """
        ...

    def event(self, event: str, /) -> Occurrence | None:
        """One occurrence."""
        ...

    def all(self) -> Iterator[Occurrence]:
        """Every occurrence in the order in which they were kept."""
        ...

    def decisions(
        self,
        events: Collection[str] | None = None,
        workflow: str = "",
        since: datetime | None = None,
        limit: int = 1000,
        slot: str = "",
    ) -> tuple[DecisionRow, ...]:
        """
        Decisions, newest first: about some occurrences, or about a workflow.

        ``slot`` is what their keys begin with.
        """
        ...

    def decision(self, number: int, /) -> DecisionRow | None:
        """One decision."""
        ...

    def opened(self) -> tuple[DecisionRow, ...]:
        """Decisions that wait for something, oldest first."""
        ...

    def version(self) -> str:
        """A word that is another one whenever an event or a decision came."""
        ...

    def wakes(self) -> datetime | None:
        """The next moment at which a reaction has to be decided though nothing comes."""
        ...
