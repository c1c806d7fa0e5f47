"""The loop of what starts runs: one turn after the other, sooner when something comes."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from threading import Event

from holdfast.ports import Clock, Unanswered
from holdfast.problems import HoldfastError

_LOG = logging.getLogger(__name__)
_LONGEST = 1.0
"""Seconds: so soon is seen what another process stored."""


def _unheard(_: HoldfastError) -> None:
    """Nobody is told."""


@dataclass(slots=True)
class Seldom:
    """
    A part of turns that no event concerns: done when it is due, else once a second.

    ``wakes`` says when it is due.
    """

    do: Callable[[], object]
    clock: Clock
    wakes: Callable[[], datetime | None]
    _done: float = -inf
    """In steady time."""

    def tick(self) -> None:
        """Do it, unless that can wait."""
        begun, due = self.clock.steady(), self.wakes()
        rested = begun - self._done >= _LONGEST
        if rested or (due is not None and due <= self.clock.now()):
            self.do()
            self._done = begun


@dataclass(slots=True)
class Turns:
    """
    Does some things over and over; call :meth:`run` in a thread of its own.

    ``do`` are ticks of a reactor and a scheduler, or looks at repositories: what may wait
    for a network belongs into a loop of its own. ``wakes`` say when something is due.
    ``woken`` is set by whoever stored an event. ``tell`` hears what went wrong; the
    next turn tries again.
    """

    do: Sequence[Callable[[], object]]
    clock: Clock
    wakes: Sequence[Callable[[], datetime | None]] = ()
    tell: Callable[[HoldfastError], None] = _unheard
    woken: Event = field(default_factory=Event)
    _told: dict[int, str] = field(default_factory=dict)
    _stop: Event = field(default_factory=Event)

    def run(self) -> None:
        """Take turns until :meth:`stop`."""
        while not self._stop.is_set():
            self.turn()
            self.woken.wait(self._pause())
            self.woken.clear()

    def stop(self) -> None:
        """End after the turn that is at work."""
        self._stop.set()
        self.woken.set()

    def turn(self) -> None:
        """
        Do everything once; what fails in one part keeps no other from it.

        What goes on failing in the same way is told once.
        """
        for number, part in enumerate(self.do):
            try:
                part()
            except HoldfastError as error:
                if self._told.get(number) != str(error):
                    self.tell(error)
                self._told[number] = str(error)
            except Exception as fault:  # noqa: BLE001 - the next turn is to come
                if self._told.get(number) != str(fault):
                    _LOG.exception("a turn went wrong")
                self._told[number] = str(fault)
            else:
                self._told.pop(number, None)

    def _pause(self) -> float:
        """Seconds until something is due, a second at most."""
        try:
            moments = [moment for ask in self.wakes if (moment := ask()) is not None]
        except Unanswered:
            return _LONGEST
        if not moments:
            return _LONGEST
        left = (min(moments) - self.clock.now()).total_seconds()
        return min(max(left, 0.02), _LONGEST)
