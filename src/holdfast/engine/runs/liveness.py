"""Which workers are gone, told by how time passes here and not by what clocks show."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from holdfast.ports import Clock, WorkerRow

BEAT = 2.0
"""Seconds between two renewals of a lease."""

LEASE = timedelta(seconds=10)
"""How long a worker counts as alive after a renewal."""

MARGIN = timedelta(seconds=2)
"""How long after that its jobs are left alone: its steps end themselves in this time."""

HANDOVER = timedelta(minutes=2)
"""
How long steps go on by themselves when their worker stopped in good order.

So long its jobs wait for its return, or for another worker of its site if it left for good.
"""


@dataclass(slots=True)
class ClockWatch:
    """Notices that somebody set the clock of this machine."""

    clock: Clock
    _last: tuple[datetime, float] | None = None

    def moved(self) -> timedelta:
        """How far the clock was set since the last look; nothing for a little."""
        now, here = self.clock.now(), self.clock.steady()
        then, there = self._last or (now, here)
        self._last = now, here
        by = (now - then) - timedelta(seconds=here - there)
        return by if abs(by) > MARGIN else timedelta()


@dataclass(slots=True)
class Lookout:
    """
    Watches the leases of workers.

    A lease is a moment, by the clock of who wrote it. That clock and ours may differ, and
    people set clocks. So a lease is made into how long it is good for when it is first
    seen here; that passes as time does. One whose end is nonsense by our clock is taken
    to be a fresh one: who is alive writes another soon.
    """

    clock: Clock
    _until: dict[str, tuple[datetime, float]] = field(default_factory=dict)
    """By worker: the lease, and until when in steady time its jobs are left alone."""
    _looked: float = 0.0
    _patient: float = 0.0

    def gone(self, workers: Iterable[WorkerRow]) -> tuple[WorkerRow, ...]:
        """Those whose lease ended long enough ago; nobody while this one is patient."""
        rows = tuple(workers)
        self.see(rows)
        here = self.clock.steady()
        if here < self._patient:
            return ()
        return tuple(row for row in rows if self._until[row.id][1] < here)

    def see(self, workers: Iterable[WorkerRow]) -> None:
        """Note the leases that are new here, and how long each is good for."""
        now, here, known = self.clock.now(), self.clock.steady(), self._until
        since = timedelta(seconds=here - self._looked)
        self._until = {
            row.id: known[row.id]
            if row.id in known and known[row.id][0] == row.lease
            else (row.lease, here + self._left(row, now, since).total_seconds())
            for row in workers
        }
        self._looked = here

    def be_patient(self) -> None:
        """
        Let everybody have the time to say that they are alive.

        The database answered nobody for a while: their leases ended meanwhile.
        """
        self._patient = self.clock.steady() + LEASE.total_seconds()

    def _left(self, row: WorkerRow, now: datetime, since: timedelta) -> timedelta:
        """How long the jobs of a worker are left alone that has written a lease."""
        left = row.lease - now
        if not timedelta() < left <= HANDOVER:
            left = LEASE
        if row.id in self._until:  # it was written since the look before
            left = max(left, LEASE - since)
        return left + MARGIN
