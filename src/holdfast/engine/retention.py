"""Removing what is beyond its time: a little at a time, and never what is at work."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from holdfast.engine.durable import Records
from holdfast.ports import Archive, Clock, Freed, PruningStore

_BATCH = 100
_PAUSE = 0.02
"""Seconds between batches, in which others write."""

_DAY = 86_400.0
T = TypeVar("T")


def _unheard(_: Freed) -> None:
    """Nobody is told how far it has come."""


@dataclass(frozen=True, slots=True)
class Terms:
    """
    How long things are kept after their end.

    ``keep`` of the newest runs of each workflow stay however old they are: what later
    ones are compared with.
    """

    runs: timedelta
    output: timedelta
    events: timedelta
    artifacts: timedelta
    keep: int = 20


@dataclass(slots=True)
class Janitor:
    """
    Tidies one project. The ledger is whole for ever: it is chained, and is not touched.

    ``artifacts`` are named ``RUN/NAME``; ``caches`` count from when they were used last.
    """

    store: PruningStore
    records: Records
    artifacts: Archive
    caches: Archive
    clock: Clock
    terms: Terms
    holder: str = ""
    told: Callable[[Freed], None] = field(default=_unheard)
    """Is told what a turn has removed."""
    _asked: datetime | None = None

    def tick(self) -> Freed:
        """Tidy when it is this process's turn: once a day for a project."""
        now = self.clock.now()
        if self._asked is not None and now < self._asked + timedelta(minutes=10):
            return Freed()
        self._asked = now
        if not self.store.take_turn(self.holder, now, _DAY):
            return Freed()
        freed = self.prune()
        if freed:
            self.told(freed)
        return freed

    def prune(self, progress: Callable[[Freed], None] = _unheard) -> Freed:
        """Remove everything that is beyond its time; how much it was."""
        freed, now = Freed(), self.clock.now()
        for part in self._parts(now):
            freed += part
            progress(freed)
        self.store.forget_idle(now - self.terms.events)
        self.store.forget_masks()
        if self.store.has_segments():
            freed += Freed(segments=self.records.prune(now - self.terms.output))
        return freed

    def would(self) -> Freed:
        """How much :meth:`prune` would remove now, but for rows of the engine."""
        now, terms, store = self.clock.now(), self.terms, self.store
        runs = store.runs(now - terms.runs, terms.keep)
        quiet = store.output(now - terms.output)
        archives = [
            (folder, name)
            for folder in (self.artifacts, self.caches)
            for name in self._unused(folder, now)
        ]
        numbers = store.decisions(now - terms.events)
        return Freed(
            runs=len(runs),
            output=store.size_of(sorted({*runs, *quiet})),
            decisions=len(numbers),
            events=len(store.events(now - terms.events)),
            archives=len(archives),
            archived=sum(folder.size(name) for folder, name in archives),
        )

    def _parts(self, now: datetime) -> Iterator[Freed]:
        store, terms = self.store, self.terms
        for quiet in self._batches(store.output(now - terms.output)):
            yield Freed(output=store.forget_output(quiet))
        for old in self._batches(store.runs(now - terms.runs, terms.keep)):
            yield Freed(output=store.size_of(old), runs=store.forget_runs(old))
        for past in self._batches(store.events(now - terms.events)):
            yield Freed(events=store.forget_events(past))
        for numbers in self._batches(store.decisions(now - terms.events)):
            yield Freed(decisions=store.forget_decisions(numbers))
        for folder in (self.artifacts, self.caches):
            for name in self._unused(folder, now):
                yield Freed(archives=1, archived=folder.drop(name))

    def _batches(self, found: Sequence[T]) -> Iterator[Sequence[T]]:
        """Some of it after the other, with a moment for others in between."""
        for start in range(0, len(found), _BATCH):
            yield found[start : start + _BATCH]
            self.clock.sleep(_PAUSE)

    def _unused(self, folder: Archive, now: datetime) -> list[str]:
        """Archives beyond their time; none of a run that has not ended."""
        names = folder.older(now - self.terms.artifacts)
        if folder is self.caches:
            return list(names)
        return [one for one in names if not self.store.is_open(one.partition("/")[0])]
