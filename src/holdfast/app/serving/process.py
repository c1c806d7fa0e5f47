"""Everything of a project in one process: worker, schedules, reactions."""

import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event, Thread
from time import monotonic

from holdfast.app.application import Application
from holdfast.app.desks.local import local_desks
from holdfast.app.drift.watching import drift_renewed, watcher_for
from holdfast.app.opening.discovery import announce, withdraw
from holdfast.app.outbox import post_for, post_renewed
from holdfast.app.reacting.wiring import (
    poller_for,
    reactor_for,
    reactor_renewed,
    scheduler_for,
    schedules_renewed,
)
from holdfast.app.retention import janitor_for
from holdfast.app.runs.wiring import Crew, crew_of, masks_of, worker_of
from holdfast.app.serving.reloading import Renewal
from holdfast.drivers.files import write_private
from holdfast.engine.drift.watching import Watcher
from holdfast.engine.outbox import Post
from holdfast.engine.polling import Poller
from holdfast.engine.reacting import Reactor
from holdfast.engine.retention import Janitor
from holdfast.engine.runs.worker import Worker
from holdfast.engine.scheduling import Scheduler
from holdfast.engine.turns import Seldom, Turns
from holdfast.ports import Clock, Desks, PrivateFile
from holdfast.problems import HoldfastError


@dataclass(slots=True)
class ServerProcess:
    """What ``holdfast serve`` keeps going: a worker, desks for people, and loops."""

    app: Application
    crew: Crew
    desks: Desks
    worker: Worker
    turns: tuple[Turns, ...]
    _threads: list[Thread] = field(default_factory=list)

    def start(self) -> None:
        """Begin to work; what is there by now stays, and is not looked at as garbage."""
        self.crew.flows.keep(*self.app.project.workflows)
        masks_of(self.app).admit()
        self.worker.start()
        for turns in self.turns:
            thread = Thread(target=turns.run, name="turns", daemon=True)
            thread.start()
            self._threads.append(thread)
        gc.collect()
        gc.freeze()

    def announce(self, url: str, token: str) -> None:
        """Let commands of this project find the server."""
        announce(self.app.state, url, token)

    def stop(self, patience: float | None = None) -> tuple[str, ...]:
        """
        Stop in good order; steps at work go on by themselves.

        What this process does itself is waited for, no longer than ``patience`` seconds,
        ``None`` for ever; what is still at work then is answered, and ends with the
        process.
        """
        withdraw(self.app.state)
        until = None if patience is None else monotonic() + patience
        for turns in self.turns:
            turns.stop()
        for thread in self._threads:
            thread.join(_left(until))
        stuck = sum(thread.is_alive() for thread in self._threads)
        left = self.worker.stop(patience=_left(until))
        if not left and not stuck:
            self.crew.close()
        return (*left, *[_LOOP] * stuck)


_LOOP = "a loop of the server (events, schedules, drift, messages)"


def _left(until: float | None) -> float | None:
    """Seconds until a moment; ``None`` for ever."""
    return None if until is None else max(0.0, until - monotonic())


@dataclass(frozen=True, slots=True)
class _Loops:
    """What goes on beside the worker; each part knows by itself when it is due."""

    clock: Clock
    reactor: Reactor
    scheduler: Scheduler
    post: Post
    watcher: Watcher
    poller: Poller
    janitor: Janitor

    def renewals(self) -> Iterator[Callable[[Application], None]]:
        """What each takes over of a project whose files changed."""
        yield reactor_renewed(self.reactor)
        yield post_renewed(self.post)
        yield schedules_renewed(self.scheduler)
        yield drift_renewed(self.watcher)

    def turns(
        self,
        renewal: Renewal,
        woken: Event,
        tell: Callable[[HoldfastError], None],
    ) -> Iterator[Turns]:
        """One loop for all that starts runs, and one for each that waits for others."""
        schedules = Seldom(self.scheduler.tick, self.clock, self.scheduler.wakes)
        yield Turns(
            (renewal.tick, self.reactor.tick, schedules.tick),
            self.clock,
            (self.reactor.wakes, self.scheduler.wakes),
            tell,
            woken,
        )
        polls = tuple(partial(self.poller.tick, one) for one in self.poller.polled)
        waiting = ((self.watcher.turn,), (self.janitor.tick,), polls, (self.post.tick,))
        for ticks in waiting:
            if ticks:
                yield Turns(ticks, self.clock, (), tell)


def server_process(
    app: Application,
    name: str,
    labels: Sequence[str],
    slots: int,
    tell: Callable[[HoldfastError], None],
) -> ServerProcess:
    """
    The server process of a project; nothing is started yet.

    ``name``, ``labels`` and ``slots`` (jobs at once) are those of its worker. ``tell``
    hears what goes wrong in its loops: they go on.
    """
    crew = crew_of(app)
    worker = worker_of(crew, name, labels, slots)
    woken = Event()
    loops = _loops(crew, worker.row.id, woken)
    desks = local_desks(crew, loops.scheduler, woken.set)
    renewal = Renewal(app, (crew.renew, desks.renew, *loops.renewals()))
    return ServerProcess(
        app=app,
        crew=crew,
        desks=desks.desks,
        worker=worker,
        turns=tuple(loops.turns(renewal, woken, tell)),
    )


def _loops(crew: Crew, holder: str, woken: Event) -> _Loops:
    """The parts beside a worker, under whose name they hold their leases."""
    app = crew.app
    return _Loops(
        clock=app.engine.clock,
        reactor=reactor_for(app, crew.keeper, holder),
        scheduler=scheduler_for(app, crew.keeper, holder),
        post=post_for(app, holder),
        watcher=watcher_for(app, holder, woken.set),
        poller=poller_for(app, holder),
        janitor=janitor_for(crew, holder),
    )


def keeping_up(crew: Crew, tell: Callable[[HoldfastError], None]) -> Turns:
    """Rules that a worker alone goes by stay those of its files; runs until stopped."""
    renewal = Renewal(crew.app, (crew.renew,))
    turns = Turns((renewal.tick,), crew.app.engine.clock, (), tell)
    Thread(target=turns.run, name="renewal", daemon=True).start()
    return turns


def tokens_of(app: Application) -> tuple[Path, PrivateFile]:
    """Where the hashes of people's tokens are, and how to write them."""
    return app.state / "tokens.json", write_private
