"""A store, a keeper and a reactor on a clock that is moved by hand."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from fakes import StoppedClock
from holdfast.declare import Storm, Trigger, Workflow
from holdfast.drivers.stores import Store
from holdfast.engine.reacting import Reactor, Stopped
from holdfast.engine.runs.request import Request
from holdfast.model import Occurrence, State, occurrence_id
from holdfast.ports import DecisionRow, RunRow
from unit.runs.world import NOON, World, job


def alert(
    seconds: float, host: str = "web-1", action: str = "firing", **more: Any
) -> Occurrence:
    delivery = f"{host}-{action}-{seconds}"
    return Occurrence(
        occurrence_id("alertmanager", delivery),
        "alertmanager",
        "alert",
        NOON + timedelta(seconds=seconds),
        delivery,
        action,
        f"f-{host}",
        {"labels": {"host": host, **more}},
    )


def flow(name: str = "fix", *triggers: Trigger, **more: Any) -> Workflow:
    return Workflow(
        f"workflows/{name}.yaml",
        name,
        jobs=(job("mend"),),
        triggers=triggers or (Trigger("alert"),),
        owner="team-shop",
        **more,
    )


@dataclass
class Scene:
    world: World
    reactor: Reactor
    clock: StoppedClock
    stopped: list[Stopped] = field(default_factory=list)

    @classmethod
    def of(cls, store: Store, *flows: Workflow) -> "Scene":
        world = World.of(store)
        clock = StoppedClock(NOON)
        world.keeper.clock = clock
        made = cls(world, Reactor(world.keeper, store.events, clock, "one"), clock)
        made.reactor.tell = made.stopped.append
        made.knows(*flows)
        return made

    def knows(self, *flows: Workflow) -> None:
        """These are the workflows of the project from now on."""
        self.reactor.workflows = [Request(one, {}) for one in flows]
        known = {one.file: one for one in flows}
        self.world.keeper.flow_of = lambda view: known[view.started["file"]]

    def comes(self, *occurrences: Occurrence) -> None:
        """What is sent arrives, is kept, and somebody reacts."""
        for occurrence in occurrences:
            self.clock.time = max(self.clock.time, occurrence.at)
            self.reactor.take([occurrence])
            self.reactor.tick()

    def at(self, seconds: float) -> None:
        """Time passes, and somebody reacts."""
        self.clock.time = NOON + timedelta(seconds=seconds)
        self.reactor.tick()

    def another(self, holder: str) -> Reactor:
        """The reactor of another process."""
        return replace(self.reactor, holder=holder)

    @property
    def runs(self) -> list[RunRow]:
        return list(reversed(self.world.store.runs.runs()))

    @property
    def decisions(self) -> list[DecisionRow]:
        return list(reversed(self.world.store.events.decisions()))

    @property
    def said(self) -> list[tuple[str, str, str]]:
        return [(one.verb, one.outcome, one.run) for one in self.decisions]

    def end(self, run: str, state: State = State.SUCCEEDED) -> None:
        self.world.end(run, "mend", state)


def limits(**named: Any) -> Storm:
    return Storm(per="target", **named)


def seconds_of(moment: datetime) -> float:
    return (moment - NOON).total_seconds()
