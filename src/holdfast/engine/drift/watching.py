"""Looking for drift again and again, one process at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from holdfast.model import Occurrence
from holdfast.ports import Clock, EventStore
from holdfast.problems import HoldfastError, Problem

_LONGEST_LOOK = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Watched:
    """
    One config in one environment, looked at every so many seconds.

    ``look`` looks, and writes down what is news; it may raise ``HoldfastError``.
    """

    name: str
    every: int
    look: Callable[[], tuple[Occurrence, ...]]


@dataclass(slots=True)
class Watcher:
    """Looks at what is watched when its time has come; ``woken`` is told of news."""

    watched: tuple[Watched, ...]
    events: EventStore
    clock: Clock
    holder: str
    woken: Callable[[], None]

    def turn(self) -> None:
        """Look at everything whose time has come; raises ``HoldfastError`` at the end."""
        problems: list[Problem] = []
        for one in self.watched:
            try:
                self.tick(one)
            except HoldfastError as error:
                problems += error.problems
        if problems:
            raise HoldfastError(*problems)

    def tick(self, one: Watched) -> tuple[Occurrence, ...]:
        """
        Look when it is time; what is told is on disk when this returns.

        Raises ``HoldfastError`` when nothing could be looked at.
        """
        if not self._is_mine(one):
            return ()
        told = one.look()
        if told:
            self.woken()
        return told

    def _is_mine(self, one: Watched) -> bool:
        """Whether it is time, and nobody else is at it; the next time is written down."""
        now, mark = self.clock.now(), f"drift/{one.name}"
        later = now + timedelta(seconds=one.every)
        with self.events.begin() as transaction:
            due = transaction.mark(mark)
            if due is not None and due > now:
                return False
            lease = max(later, now + _LONGEST_LOOK)
            if not transaction.lead(mark, self.holder, now, lease):
                return False
            transaction.set_mark(mark, later)
            return True
