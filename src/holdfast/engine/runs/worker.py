"""One worker: a lease that says it is alive, and what becomes of those that are not."""

import logging
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from threading import Event as Signal
from threading import Thread

from holdfast.engine.durable import Executor
from holdfast.engine.runs.answers import LOOK_AGAIN
from holdfast.engine.runs.drains import is_drained
from holdfast.engine.runs.job import JobRun
from holdfast.engine.runs.keeper import Keeper
from holdfast.engine.runs.liveness import BEAT, HANDOVER, LEASE, ClockWatch, Lookout
from holdfast.engine.runs.trays import Tray, Trays
from holdfast.ports import RunTransaction, Unanswered, WorkerRow
from holdfast.problems import HoldfastError, Problem

_LOOK = 0.05
"""Seconds between two looks at what other processes gave to a worker, or stopped."""

_TIDY = 30
"""How many renewals there are from one look at what jobs left to the next."""

_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class Worker:
    """
    Keeps a lease, takes over from workers whose lease has ended, and is told of stops.

    ``row`` is who it is; without slots it only looks after others. ``renewed`` is called
    with the seconds a lease is good for, after each renewal: the steps' own lease goes
    with it.
    """

    keeper: Keeper
    executor: Executor
    job: JobRun
    row: WorkerRow
    renewed: Callable[[float], None] = field(default=lambda _: None)
    prepare: Callable[[], None] = field(default=lambda: None)
    """Called once before anything is executed."""
    let_go: Callable[[], None] = field(default=lambda: None)
    """Called when no step is waited for any more; those at work go on."""
    trays: Trays = field(default_factory=Trays)
    """Where the keepers of this process put what they give to workers."""
    returns: bool = True
    """Whether a worker of this name is to be expected again once this one has stopped."""
    _stops: Mapping[str, str] = field(default_factory=dict)
    _over: Signal = field(default_factory=Signal)
    _threads: list[Thread] = field(default_factory=list)
    _tray: Tray = field(default_factory=Tray)
    _lookout: Lookout = field(init=False)
    _watch_clock: ClockWatch = field(init=False)

    def __post_init__(self) -> None:
        """Look at others by the clock of this process."""
        self._lookout = Lookout(self.keeper.clock)
        self._watch_clock = ClockWatch(self.keeper.clock)

    def start(self) -> None:
        """
        Begin to execute, and only then take the lease: who has one can be given jobs.

        Raises ``HoldfastError`` when a worker of the same name is alive.
        """
        with self.keeper.store.begin() as transaction:
            self._refuse_twin(transaction)
        self.job.stopping = self.stopping
        self.prepare()
        self.executor.launch(self._execute)
        self._tray = self.trays.open(self.row.name)
        self.renewed(LEASE.total_seconds())
        with self.keeper.store.begin() as transaction:
            self._refuse_twin(transaction)
            drained = is_drained(transaction, self.row.name)
            self.row = replace(self.row, draining=drained)
            self._put(transaction, self._leased())
            self._lookout.see(transaction.workers())
            self._inherit(transaction)
            self._follow_up(transaction)
            self.keeper.dispatch(transaction)
        for beat in (self._beat, self._watch, self._take):
            thread = Thread(target=beat, daemon=True, name=beat.__name__)
            thread.start()
            self._threads.append(thread)

    def stop(self, wait: float = 0, patience: float | None = None) -> tuple[str, ...]:
        """
        Take nothing new, wait so many seconds for what is at work, and leave.

        Commands that are then still at work go on by themselves: the worker of this name
        finds them again when it comes back in time, or of one that does not return the
        next worker on its site. What this process does itself is waited for, and the
        lease is kept until then, but no longer than ``patience`` seconds, ``None`` for
        ever: then the segments are answered that are still at work. They go on until the
        process ends, and what becomes of them is found out as after a kill.
        """
        self._retire()
        self.job.over.set()
        self.trays.close(self.row.name)
        self._tray.end()
        self.executor.rest(wait)
        self.job.left.set()
        self.let_go()
        left = tuple(self.executor.close(patience))
        self._over.set()
        for thread in self._threads:
            thread.join()
        with suppress(Unanswered), self.keeper.store.begin() as transaction:
            if any(row.worker == self.row.name for row in transaction.jobs()):
                until = self.keeper.clock.now() + HANDOVER
                slots = self.row.slots if self.returns else 0
                row = replace(self.row, lease=until, draining=True, slots=slots)
                transaction.put_worker(row)
                self.renewed(HANDOVER.total_seconds())
            else:
                transaction.drop_worker(self.row.id)
        return left

    def stopping(self, segment: str) -> str:
        """Why a segment is to end."""
        return self._stops.get(segment, "")

    def sweep(self) -> tuple[str, ...]:
        """
        Hand the jobs of workers that are gone to others; the names of those.

        Jobs that nobody has are looked at, too: who queued them may have had no worker by
        a clock of its own.
        """
        with self.keeper.store.begin() as transaction:
            self._follow_up(transaction)
            gone = self._lookout.gone(transaction.workers())
            for worker in gone:
                transaction.drop_worker(worker.id)
            names = {row.name for row in transaction.workers()}
            orphans = [
                row
                for row in transaction.jobs()
                if row.worker and row.worker not in names
            ]
            for row in orphans:
                transaction.put_job(replace(row, worker=""))
            self.keeper.dispatch(transaction)
        return tuple(worker.name for worker in gone)

    def beat(self) -> None:
        """Renew the lease, and look after what became due."""
        try:
            with self.keeper.store.begin() as transaction:
                self._put(transaction, self._leased(transaction))
            self.renewed(LEASE.total_seconds())
            self.sweep()
            self.keeper.tick(self._ahead())
        except Unanswered:
            self._lookout.be_patient()

    def _ahead(self) -> timedelta:
        """
        How far ahead to look for runs, when somebody has set the clock back.

        Those that are to be looked at in seconds would else be forgotten for so long. That
        it was set is said, either way.
        """
        by = self._watch_clock.moved()
        if by:
            way = "forward" if by > timedelta() else "back"
            _LOG.warning(
                "The clock of this machine was set %s by %.0f s. Gates, windows and "
                "schedules go by it; leases and the time of steps do not.",
                way,
                abs(by).total_seconds(),
            )
        return LOOK_AGAIN - by if by < timedelta() else timedelta()

    def _beat(self) -> None:
        """A worker whose heart stops for one fault would lose all its jobs."""
        beats = count()
        while not self._over.wait(BEAT):
            try:
                self.beat()
                if next(beats) % _TIDY == 0:
                    self.job.tidy()
            except Exception:  # noqa: BLE001 - whatever it is
                _LOG.exception(
                    "the lease could not be renewed, or others not looked at"
                )

    def _watch(self) -> None:
        while not self._over.wait(_LOOK):
            try:
                self.look()
            except Unanswered:
                continue
            except Exception:  # noqa: BLE001 - whatever it is
                _LOG.exception("nobody knows who is to begin or to be stopped")

    def look(self) -> None:
        """See what this worker has to do: what is to begin, and what is to end."""
        mine = self.keeper.store.jobs_of(self.row.name)
        self._stops = {job.name: job.stop for job in mine if job.stop}
        self._tray.put(job.name for job in mine)

    def _take(self) -> None:
        """Begin what was given; what could not be begun is found at the next look."""
        while (segment := self._tray.take()) is not None:
            try:
                self.executor.begin(segment)
            except Exception:  # noqa: BLE001 - whatever it is
                _LOG.exception("%s could not be begun", segment)
                self._tray.done(segment)

    def _execute(self, segment: str) -> None:
        try:
            self.job.execute(segment)
        finally:
            self._tray.done(segment)

    def _retire(self) -> None:
        """Be given nothing new."""
        with suppress(Unanswered), self.keeper.store.begin() as transaction:
            leased = self._leased(transaction)
            self._put(transaction, replace(leased, draining=True))

    def _put(self, transaction: RunTransaction, row: WorkerRow) -> None:
        """Say how it stands; one without slots is given nothing, and is not listed."""
        if self.row.slots:
            transaction.put_worker(row)

    def _leased(self, transaction: RunTransaction | None = None) -> WorkerRow:
        rows = transaction.workers() if transaction else ()
        known = next((row for row in rows if row.id == self.row.id), self.row)
        return replace(known, lease=self.keeper.clock.now() + LEASE)

    def _refuse_twin(self, transaction: RunTransaction) -> None:
        """
        Two of one name would take each other's jobs.

        On one site the caller holds a lock for the name: who was there before is gone.
        """
        now = self.keeper.clock.now()
        for row in transaction.workers():
            elsewhere = row.name == self.row.name and row.site != self.row.site
            if elsewhere and row.lease > now:
                raise HoldfastError(_twin(row, now))

    def _inherit(self, transaction: RunTransaction) -> None:
        """Take the jobs of the worker of this name that was here before."""
        for before in transaction.workers():
            if before.name == self.row.name and before.id != self.row.id:
                transaction.drop_worker(before.id)
        self._take_over(transaction, {self.row.name})

    def _follow_up(self, transaction: RunTransaction) -> None:
        """Take the jobs of workers of this site that have left for good."""
        here = [row for row in transaction.workers() if row.site == self.row.site]
        drains = any(row.draining for row in here if row.id == self.row.id)
        left = [row for row in here if row.has_left and not drains]
        for row in left:
            transaction.drop_worker(row.id)
        self._take_over(transaction, {row.name for row in left})

    def _take_over(self, transaction: RunTransaction, names: Collection[str]) -> None:
        for job in transaction.jobs() if names else ():
            if job.worker in names:
                taken = replace(job, worker=self.row.name, segment=job.segment + 1)
                transaction.put_job(taken)
                give = self.keeper.segments.give
                transaction.then(partial(give, taken.name, self.row.name))


def _twin(row: WorkerRow, now: datetime) -> Problem:
    left = (row.lease - now).total_seconds()
    return Problem(
        code="engine.twin-worker",
        summary=f"A worker called {row.name} is alive already",
        detail=f"It began at {row.started:%Y-%m-%d %H:%M:%S} UTC. If it was killed, its "
        f"lease ends in {left:.0f} s. Nothing was started.",
        next_step="Give this one another name: holdfast worker --name NAME",
    )
