"""What the workers of this process were given and have not begun."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Lock
from typing import Protocol


class Segments(Protocol):
    """Takes notice of segments that workers were given."""

    def give(self, segment: str, worker: str, /) -> None:
        """A worker was given this, and that is on disk; it may be one of elsewhere."""
        ...


@dataclass(slots=True)
class Tray:
    """Segments on their way to one worker; what is in it or at work is not put in again."""

    _waiting: SimpleQueue[str | None] = field(default_factory=SimpleQueue)
    _known: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def put(self, segments: Iterable[str]) -> None:
        """Put in those that are neither in it nor at work."""
        with self._lock:
            fresh = [one for one in segments if one not in self._known]
            self._known.update(fresh)
        for segment in fresh:
            self._waiting.put(segment)

    def take(self) -> str | None:
        """The next one, as soon as there is one; ``None`` after :meth:`end`."""
        return self._waiting.get()

    def done(self, segment: str) -> None:
        """It is not at work any more."""
        with self._lock:
            self._known.discard(segment)

    def end(self) -> None:
        """Nothing more is to be taken."""
        self._waiting.put(None)


@dataclass(slots=True)
class Trays:
    """The trays of the workers of this process, by their names."""

    _of: dict[str, Tray] = field(default_factory=dict)

    def give(self, segment: str, worker: str, /) -> None:
        """Put it into the worker's tray; one of elsewhere looks at its own rows."""
        tray = self._of.get(worker)
        if tray is not None:
            tray.put([segment])

    def open(self, worker: str) -> Tray:
        """A tray for a worker that begins here."""
        return self._of.setdefault(worker, Tray())

    def close(self, worker: str) -> None:
        """The worker takes nothing any more."""
        self._of.pop(worker, None)
