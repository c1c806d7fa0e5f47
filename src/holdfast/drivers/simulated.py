"""Time that costs none, and what goes on in it: for tests of one's own workflows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Semaphore, Thread
from typing import Literal

from holdfast.ports import Clock

_SECOND = timedelta(seconds=1)


class CutOff(BaseException):
    """What a killed worker is to the work in it: nothing after it happens."""


class _Over(BaseException):
    """The simulation is over; what still sleeps is woken only to end."""


def _nothing() -> str:
    return ""


@dataclass(slots=True)
class _Activity:
    """One piece of work; it goes on when it is let, and lets go when it sleeps."""

    name: str
    work: Callable[[], None]
    wake: datetime
    stopping: Callable[[], str] = _nothing
    go: Semaphore = field(default_factory=lambda: Semaphore(0))
    end: Literal["", "done", "cut-off", "failed"] = ""
    fault: BaseException | None = None


class SimulatedTime:
    """
    A clock, and activities of which exactly one goes on at any time.

    An activity keeps its turn until it sleeps or ends; then the one whose moment comes
    first has it. So the same beginning has the same course, and an hour takes no time.
    """

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._all: list[_Activity] = []
        self._current: _Activity | None = None
        self._turn = Semaphore(0)
        self._over = False

    # --- a clock -------------------------------------------------------------------

    def now(self) -> datetime:
        """The time of the simulation."""
        return self._now

    def steady(self) -> float:
        """Seconds of the simulation; nobody sets its clock."""
        return self._now.timestamp()

    def sleep(self, seconds: float, /) -> None:
        """Let time pass: for an activity its own, else everybody's."""
        self.rest(seconds)

    def rest(self, seconds: float, stopping: Callable[[], str] = _nothing) -> str:
        """Sleep until then, or until ``stopping`` says why to end; what it said."""
        if self._current is None:
            self._now += timedelta(seconds=seconds)
            return stopping()
        if why := stopping():
            return why
        if seconds > 0:
            self._give_way(self._current, self._later(seconds), stopping)
        return stopping()

    def _later(self, seconds: float) -> datetime:
        """A moment; what is beyond all calendars is their last one."""
        try:
            return self._now + timedelta(seconds=seconds)
        except OverflowError:
            return datetime.max.replace(tzinfo=UTC)

    def _give_way(
        self, mine: _Activity, wake: datetime, stopping: Callable[[], str]
    ) -> None:
        mine.wake, mine.stopping = wake, stopping
        self._turn.release()
        mine.go.acquire()
        if self._over:
            raise _Over

    # --- activities ------------------------------------------------------------------

    def begin(self, name: str, work: Callable[[], None]) -> None:
        """Add an activity; it goes on when its turn comes."""
        made = _Activity(name, work, self._now)
        self._all.append(made)
        thread = Thread(target=self._live, args=(made,), daemon=True, name=name)
        thread.start()

    def next(self) -> datetime | None:
        """When somebody goes on; ``None`` when nobody is there."""
        if any(one.stopping() for one in self._all):
            return self._now
        return min((one.wake for one in self._all), default=None)

    def go_to(self, moment: datetime) -> None:
        """
        Let time pass until a moment at most, with nobody going on.

        It stops where somebody is to end because of the time: to the second.
        """
        start = self._now
        self._now = max(start, moment)
        asked = [one for one in self._all if one.stopping()]
        if not asked:
            return
        early, late = 0, int((self._now - start) / _SECOND) + 1
        while early < late:
            middle = (early + late) // 2
            self._now = min(start + middle * _SECOND, moment)
            if any(one.stopping() for one in asked):
                late = middle
            else:
                early = middle + 1
        self._now = min(start + late * _SECOND, moment)

    def turn(self) -> tuple[str, str] | None:
        """
        Give the one whose moment has come its turn; its name and how it ended.

        The end is empty while it only sleeps again, ``done``, or ``cut-off``; ``None``
        when nobody's moment has come. What an activity raises is raised here.
        """
        ready = [one for one in self._all if one.wake <= self._now or one.stopping()]
        if not ready:
            return None
        mine = min(ready, key=lambda one: one.wake)
        self._current = mine
        mine.go.release()
        self._turn.acquire()
        self._current = None
        if mine.end:
            self._all.remove(mine)
        if mine.fault is not None:
            raise mine.fault
        return mine.name, mine.end

    def close(self) -> None:
        """End everything that still sleeps."""
        self._over = True
        for one in self._all:
            one.go.release()
            self._turn.acquire()
        self._all.clear()

    def _live(self, mine: _Activity) -> None:
        mine.go.acquire()
        try:
            if not self._over:
                mine.work()
            mine.end = "done"
        except (CutOff, _Over):
            mine.end = "cut-off"
        except BaseException as fault:  # noqa: BLE001 - raised where it is waited for
            mine.end, mine.fault = "failed", fault
        self._turn.release()


_: type[Clock] = SimulatedTime
