"""What is beyond its time goes; what is at work, asked about or chained stays."""

import zlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from examples import examples
from fakes import StoppedClock
from holdfast.app.desks.why import why_removed
from holdfast.app.unknown import no_such_run
from holdfast.drivers.stores import Store
from holdfast.engine.retention import Janitor, Terms
from holdfast.model import State
from holdfast.ports import DecisionRow, Freed, ReactionRow
from holdfast.record import verify_chain
from unit.reacting.scene import Scene, alert, flow, limits
from unit.runs.world import NOON, World

DAY = timedelta(days=1)
TERMS = Terms(90 * DAY, 30 * DAY, 30 * DAY, 90 * DAY, keep=0)


@dataclass
class Folder:
    """Archives by name, with the moment each was used last."""

    used: dict[str, datetime] = field(default_factory=dict)

    def older(self, before: datetime, /) -> tuple[str, ...]:
        return tuple(name for name, at in self.used.items() if at < before)

    def drop(self, name: str, /) -> int:
        del self.used[name]
        return 7

    def size(self, name: str, /) -> int:
        return 7


def janitor(world: World, terms: Terms = TERMS, **more: object) -> Janitor:
    made = Janitor(
        world.store.pruning,
        world.segments,
        Folder(),
        Folder(),
        world.keeper.clock,
        terms,
        "one",
    )
    for name, value in more.items():
        setattr(made, name, value)
    return made


@pytest.fixture
def world(store: Store) -> World:
    made = World.of(store)
    made.worker("w1")
    made.flow = flow()
    return made


def ran(world: World, days_ago: int) -> str:
    """A run that printed something and ended so many days ago."""
    clock = world.keeper.clock
    assert isinstance(clock, StoppedClock)
    clock.time = NOON - days_ago * DAY
    run = world.start()
    world.store.runs.keep(f"{run}/mend/0/1", 0, b"hello " * 100)
    world.end(run, "mend")
    clock.time = NOON
    return run


def test_output_goes_first_and_the_run_later(world: World) -> None:
    old, older = ran(world, 31), ran(world, 91)
    new = ran(world, 29)
    size = len(zlib.compress(b"hello " * 100, 1))
    freed = janitor(world).prune()
    assert (freed.runs, freed.output) == (1, 2 * size)
    assert {row.id for row in world.store.runs.runs()} == {old, new}
    assert world.store.runs.printed(old, "mend", 0) == b""
    assert world.store.runs.printed(new, "mend", 0)
    assert world.store.ledger.of_run(older)


def test_of_a_run_that_is_gone_the_ledger_still_tells(world: World) -> None:
    run = ran(world, 91)
    janitor(world).prune()
    problem = no_such_run(world.store, run)
    assert problem.code == "record.run-removed"
    assert problem.next_step == f"What is left of it: holdfast why {run}"
    assert no_such_run(world.store, "r99").code == "record.no-such-run"
    told = why_removed(world.view(run))
    assert told[0].startswith(f"{run} of fix was started by ann at 2025-11-30")
    assert told[1:] == [
        "It is succeeded",
        "Its output was removed: its time of keeping is over",
    ]


def test_the_ledger_is_whole_afterwards(world: World) -> None:
    for days in (400, 200, 100):
        ran(world, days)
    before = world.store.ledger.of_run("r1")
    janitor(world).prune()
    assert world.store.ledger.of_run("r1") == before
    problems, _ = verify_chain(world.store.ledger.all())
    assert problems == ()


def test_a_run_that_has_not_ended_loses_nothing(world: World) -> None:
    clock = world.keeper.clock
    assert isinstance(clock, StoppedClock)
    clock.time = NOON - 400 * DAY
    run = world.start()
    world.store.runs.keep(f"{run}/mend/0/1", 0, b"hello")
    clock.time = NOON
    artifacts = Folder({f"{run}/site": NOON - 400 * DAY, "r9/site": NOON - 400 * DAY})
    tidy = janitor(world, artifacts=artifacts)
    assert tidy.would() == Freed(archives=1, archived=7)
    assert tidy.prune() == Freed(archives=1, archived=7)
    assert list(artifacts.used) == [f"{run}/site"]
    assert world.store.runs.printed(run, "mend", 0) == b"hello"


def test_the_newest_of_a_workflow_stay_however_old(world: World) -> None:
    runs = [ran(world, days) for days in (400, 300, 200)]
    janitor(world, replace(TERMS, keep=2)).prune()
    assert [row.id for row in world.store.runs.runs()] == [runs[2], runs[1]]


def test_a_cache_goes_when_nobody_used_it(world: World) -> None:
    caches = Folder({"deps-1": NOON - 91 * DAY, "deps-2": NOON - 89 * DAY})
    janitor(world, caches=caches).prune()
    assert list(caches.used) == ["deps-2"]


def test_it_is_done_once_a_day_by_one_process(world: World) -> None:
    ran(world, 100)
    first, second = janitor(world), janitor(world)
    second.holder = "two"
    assert first.tick().runs == 1
    ran(world, 100)
    assert second.tick() == Freed()
    clock = world.keeper.clock
    assert isinstance(clock, StoppedClock)
    clock.time = NOON + DAY
    assert second.tick().runs == 1
    assert first.tick() == Freed()


def test_what_a_turn_removed_is_told(world: World) -> None:
    told: list[Freed] = []
    ran(world, 100)
    janitor(world, told=told.append).tick()
    assert [one.runs for one in told] == [1]


def test_progress_is_told_and_never_less(world: World) -> None:
    for days in (100, 101, 102):
        ran(world, days)
    seen: list[Freed] = []
    done = janitor(world).prune(seen.append)
    assert [one.runs for one in seen] == sorted(one.runs for one in seen)
    assert seen[-1].runs == done.runs == 3


# --- events ---------------------------------------------------------------------------


def test_events_and_what_was_decided_go_together(store: Store) -> None:
    scene = Scene.of(store, flow(limits=limits()))
    scene.comes(alert(0), alert(60, "web-2"))
    later = StoppedClock(NOON + 31 * DAY)
    scene.world.keeper.clock = later
    freed = janitor(scene.world).prune()
    assert (freed.events, freed.decisions) == (2, 2)
    assert store.events.decisions() == ()


def test_an_event_that_is_held_stays(store: Store) -> None:
    scene = Scene.of(store, flow(limits=limits(once_after=60 * 86_400)))
    scene.comes(alert(0))
    scene.world.keeper.clock = StoppedClock(NOON + 31 * DAY)
    janitor(scene.world).prune()
    assert len(list(store.events.all())) == 1
    scene.at(61 * 86_400)
    assert [row.workflow for row in scene.runs] == ["fix"]


def test_what_somebody_is_asked_about_stays(store: Store) -> None:
    scene = Scene.of(store, flow())
    asks = DecisionRow("w.yaml", "schedule/0", "ask", "missed", NOON, open=True)
    said = {"verb": "start", "at": NOON.isoformat(), "of": []}
    with store.events.begin() as transaction:
        transaction.decide(asks)
        transaction.save(ReactionRow("w.yaml", "idle", 0, None, [said]))
    scene.world.keeper.clock = StoppedClock(NOON + 31 * DAY)
    assert janitor(scene.world).prune() == Freed()
    assert [one.verb for one in store.events.decisions()] == ["ask"]
    with store.events.begin() as transaction:
        assert transaction.reaction("w.yaml", "idle") is None


def test_attempts_of_runs_that_are_gone_open_no_breaker(store: Store) -> None:
    scene = Scene.of(store, flow(limits=limits(attempts=1, within=86_400 * 6)))
    scene.comes(alert(0))
    scene.end(scene.runs[0].id, State.SUCCEEDED)
    scene.world.keeper.clock = StoppedClock(NOON + 2 * DAY)
    janitor(scene.world, Terms(DAY, DAY, DAY, DAY, 0)).prune()
    scene.comes(alert(3 * 86_400))
    assert scene.said[-1][1] == "started"


@examples(
    15,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(days=st.integers(1, 200), keep=st.integers(0, 4))
def test_what_would_go_is_what_goes(world: World, days: int, keep: int) -> None:
    for ago in (10, 40, 100, 190):
        ran(world, ago)
    after = days * DAY + timedelta(hours=1)
    tidy = janitor(world, Terms(after, after, after, after, keep))
    would = tidy.would()
    assert tidy.prune() == would
    assert tidy.would() == Freed()
