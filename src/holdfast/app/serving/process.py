"""Everything of a project in one process: worker, schedules, reactions."""

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event, Thread

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
from holdfast.app.runs.wiring import Crew, crew_of, worker_of
from holdfast.app.serving.reloading import Renewal
from holdfast.drivers.files import write_private
from holdfast.engine.runs.worker import Worker
from holdfast.engine.turns import Seldom, Turns
from holdfast.ports import Desks, PrivateFile
from holdfast.problems import HoldfastError


@dataclass(slots=True)
class House:
    """What ``holdfast serve`` keeps going."""

    app: Application
    crew: Crew
    desks: Desks
    worker: Worker
    turns: tuple[Turns, ...]
    _threads: list[Thread] = field(default_factory=list)

    def start(self) -> None:
        """Begin to work; what is there by now stays, and is not looked at as garbage."""
        self.crew.flows.keep(*self.app.project.workflows)
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

    def stop(self) -> None:
        """Stop in good order; steps at work go on by themselves."""
        withdraw(self.app.state)
        for turns in self.turns:
            turns.stop()
        for thread in self._threads:
            thread.join()
        self.worker.stop()
        self.crew.close()


def house_of(
    app: Application,
    name: str,
    labels: Sequence[str],
    slots: int,
    tell: Callable[[HoldfastError], None],
) -> House:
    """
    A project's house; nothing is started yet.

    ``tell`` hears what goes wrong in its loops: they go on.
    """
    crew = crew_of(app)
    worker = worker_of(crew, name, labels, slots)
    woken, clock = Event(), app.engine.clock
    reactor = reactor_for(app, crew.keeper, worker.row.id)
    scheduler = scheduler_for(app, crew.keeper, worker.row.id)
    poller = poller_for(app, worker.row.id)
    post = post_for(app, worker.row.id)
    watcher = watcher_for(app, worker.row.id, woken.set)
    desks = local_desks(crew, scheduler, woken.set)
    renewal = Renewal(
        app,
        (
            crew.renew,
            desks.renew,
            reactor_renewed(reactor),
            post_renewed(post),
            schedules_renewed(scheduler),
            drift_renewed(watcher),
        ),
    )
    turns = [
        Turns(
            (
                renewal.tick,
                reactor.tick,
                Seldom(scheduler.tick, clock, scheduler.wakes).tick,
            ),
            clock,
            (reactor.wakes, scheduler.wakes),
            tell,
            woken,
        ),
        Turns((watcher.turn,), clock, (), tell),
    ]
    turns.append(Turns((janitor_for(crew, worker.row.id).tick,), clock, (), tell))
    if poller.polled:
        looks = tuple(partial(poller.tick, one) for one in poller.polled)
        turns.append(Turns(looks, clock, (), tell))
    turns.append(Turns((post.tick,), clock, (), tell))
    return House(
        app=app,
        crew=crew,
        desks=desks.desks,
        worker=worker,
        turns=tuple(turns),
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
