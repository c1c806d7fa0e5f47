"""Thousands of schedules in the order in which they are due next."""

from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush

from holdfast.declare import Cron
from holdfast.engine.schedules.times import due, next_times


@dataclass(frozen=True, slots=True)
class Due:
    """One schedule and all its moments that have come, oldest first."""

    key: str
    moments: tuple[datetime, ...]


@dataclass(slots=True)
class _Entry:
    cron: Cron
    considered: datetime
    """Up to here its moments have been told."""
    at: datetime | None


@dataclass(slots=True)
class Agenda:
    """
    What is due when; asked often, so only the schedules that are due cost anything.

    It keeps no time itself: what is due is asked for with a moment.
    """

    _entries: dict[str, _Entry] = field(default_factory=dict)
    _heap: list[tuple[datetime, str]] = field(default_factory=list)

    def put(self, key: str, cron: Cron, considered: datetime) -> None:
        """Add a schedule or change it; what is due after ``considered`` will be told."""
        self._entries[key] = _Entry(cron, considered, None)
        self._push(key, considered)

    def drop(self, key: str) -> None:
        """Take a schedule out; harmless to repeat."""
        self._entries.pop(key, None)

    def next(self) -> tuple[datetime, str] | None:
        """The moment the next one is due, and its key."""
        while self._heap and not self._is_current(*self._heap[0]):
            heappop(self._heap)
        return self._heap[0] if self._heap else None

    def due(self, now: datetime) -> tuple[Due, ...]:
        """Everything that has come up to a moment, each once."""
        found = []
        while (first := self.next()) and first[0] <= now:
            _, key = heappop(self._heap)
            entry = self._entries[key]
            found.append(Due(key, due(entry.cron, entry.considered, now)))
            entry.considered = now
            self._push(key, now)
        return tuple(found)

    def _push(self, key: str, after: datetime) -> None:
        entry = self._entries[key]
        entry.at = next(iter(next_times(entry.cron, after, 1)), None)
        if entry.at is not None:
            heappush(self._heap, (entry.at, key))

    def _is_current(self, at: datetime, key: str) -> bool:
        """Whether the heap tells the truth: changed entries leave old words in it."""
        entry = self._entries.get(key)
        return entry is not None and entry.at == at
