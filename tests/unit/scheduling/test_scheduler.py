"""Each moment of a schedule is decided once, whoever was away."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import process_time
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.event import listen, remove

from fakes import StoppedClock
from holdfast.declare import Input, Schedule, Workflow
from holdfast.drivers.stores import Store
from holdfast.drivers.stores.event_transaction import SqlEventTransaction
from holdfast.engine.runs.request import Request
from holdfast.engine.scheduling import Scheduler, planned
from holdfast.model import Event, State
from holdfast.ports import DecisionRow, RunRow, StartRow
from holdfast.problems import HoldfastError
from unit.runs.world import NOON, World, job


@dataclass
class Scene:
    world: World
    clock: StoppedClock
    scheduler: Scheduler

    def knows(self, schedule: Schedule, **more: Any) -> None:
        flow = Workflow(
            "w.yaml", "nightly", jobs=(job("go"),), schedules=(schedule,), **more
        )
        self.world.keeper.flow_of = lambda _: flow
        entries, problems = planned([Request(flow, {})], "shop")
        assert problems == ()
        self.scheduler.adopt(entries)
        self.scheduler.tick()

    def at(self, minutes: float) -> None:
        self.clock.time = NOON + timedelta(minutes=minutes)
        self.scheduler.tick()

    def another(self, holder: str) -> Scheduler:
        entries = list(self.scheduler._planned.values())
        store = self.world.store.events
        made = Scheduler(self.world.keeper, store, self.clock, holder)
        made.adopt(entries)
        return made

    @property
    def decisions(self) -> list[DecisionRow]:
        return list(reversed(self.world.store.events.decisions()))

    @property
    def said(self) -> list[tuple[str, str]]:
        return [(one.verb, one.outcome or one.reason) for one in self.decisions]

    @property
    def runs(self) -> list[RunRow]:
        return list(reversed(self.world.store.runs.runs()))

    def end(self, run: str) -> None:
        self.world.end(run, "go")


@pytest.fixture
def scene(store: Store) -> Scene:
    world, clock = World.of(store), StoppedClock(NOON)
    world.keeper.clock = clock
    return Scene(world, clock, Scheduler(world.keeper, store.events, clock, "one"))


EACH = Schedule("*/10 * * * *", overlap="allow")


def test_a_schedule_starts_a_run_at_each_of_its_moments(scene: Scene) -> None:
    scene.knows(EACH)
    assert scene.scheduler.wakes() == NOON + timedelta(minutes=10)
    for minute in (5, 10, 10.5, 20):
        scene.at(minute)
    assert [run.actor for run in scene.runs] == ["schedule", "schedule"]
    started = scene.world.view("r1").started
    assert started["github"]["event_name"] == "schedule"
    assert started["github"]["event"]["schedule"] == "*/10 * * * *"
    assert started["cause"]["key"] == "sched-w.yaml-0-2026-03-01T12:10:00Z"
    assert "on time" in started["why"]


def test_a_schedule_nobody_has_seen_before_missed_nothing(scene: Scene) -> None:
    scene.knows(EACH)
    scene.at(1)
    assert scene.runs == []


def test_a_schedule_that_was_changed_begins_anew(scene: Scene) -> None:
    scene.knows(Schedule("0 0 1 1 *", catch_up="all"))
    scene.at(60 * 24)
    scene.knows(Schedule("0 * * * *", catch_up="all"))
    scene.at(60 * 24 + 1)
    assert scene.decisions == []


@pytest.mark.parametrize(
    ("catch_up", "verbs", "runs"),
    [
        ("skip", ["skip"], 0),
        ("last", ["run", "skip"], 1),
        ("all", ["run", "run", "run"], 3),
        ("ask", ["ask", "ask", "ask"], 0),
    ],
)
def test_what_was_missed_while_everything_was_down_is_triaged(
    scene: Scene, catch_up: Any, verbs: list[str], runs: int
) -> None:
    scene.knows(replace(EACH, catch_up=catch_up))
    scene.clock.time = NOON + timedelta(minutes=35)
    fresh = scene.another("after a restart")
    assert fresh.tick() == 1
    assert [one.verb for one in scene.decisions] == verbs
    assert len(scene.runs) == runs
    assert fresh.tick() == 0


def test_what_a_person_is_asked_about_is_one_entry_of_the_ledger(scene: Scene) -> None:
    scene.knows(replace(EACH, catch_up="ask"))
    scene.at(35)
    (entry,) = scene.world.store.ledger.of_event(Event.SCHEDULE_MISSED)
    assert entry.body["workflow"] == "w.yaml"
    assert entry.body["moment"] == "2026-03-01T12:30:00.000000Z"
    assert entry.body["count"] == 3


def test_an_outage_that_skips_thousands_is_one_line(scene: Scene) -> None:
    scene.knows(replace(EACH, catch_up="skip"))
    scene.at(9000)
    skipped = [one for one in scene.decisions if one.verb == "skip"]
    assert len(skipped) == 1
    assert skipped[0].reason.startswith("899 since 2026-03-01T12:10:00Z; missed")


def test_nothing_missed_runs_while_a_window_is_closed(scene: Scene) -> None:
    scene.scheduler.is_open = lambda _, at: at < NOON + timedelta(minutes=30)
    scene.knows(replace(EACH, catch_up="all"))
    scene.at(35)
    assert {one.verb for one in scene.decisions} == {"skip"}
    assert "window is closed" in scene.decisions[0].reason


def test_a_person_answers_what_is_asked(scene: Scene) -> None:
    scene.knows(replace(EACH, catch_up="ask"))
    scene.at(25)
    first, second = scene.world.store.events.opened()
    run = scene.scheduler.answer(first.number, "ann", "it is needed", run=True)
    assert scene.scheduler.answer(second.number, "ann", "", run=False) == ""
    assert [row.id for row in scene.runs] == [run]
    assert scene.runs[0].actor == "ann"
    told = {one.number: one for one in scene.decisions}
    assert (told[first.number].outcome, told[first.number].run) == ("started", run)
    assert told[first.number].why == "ann: it is needed"
    assert told[second.number].outcome == "skipped"
    assert scene.world.store.events.opened() == ()
    with pytest.raises(HoldfastError, match="Nobody waits"):
        scene.scheduler.answer(first.number, "bob", "", run=True)


def test_a_question_about_what_is_gone_can_only_be_skipped(scene: Scene) -> None:
    scene.knows(replace(EACH, catch_up="ask"))
    scene.at(15)
    (asked,) = scene.world.store.events.opened()
    scene.scheduler.adopt([])
    with pytest.raises(HoldfastError, match="not declared"):
        scene.scheduler.answer(asked.number, "ann", "", run=True)
    scene.scheduler.answer(asked.number, "ann", "", run=False)


def test_a_run_that_is_still_there_is_not_started_again(scene: Scene) -> None:
    scene.knows(replace(EACH, overlap="skip"))
    scene.at(10)
    scene.at(20)
    assert scene.said == [("run", "started"), ("skip", "r1 is still running")]
    scene.end("r1")
    scene.at(30)
    assert scene.said[-1] == ("run", "started")


def test_one_waits_for_the_run_before_it(scene: Scene) -> None:
    scene.knows(replace(EACH, overlap="queue"))
    for minute in (10, 20, 30):
        scene.at(minute)
    assert [one.verb for one in scene.decisions] == ["run", "queue", "skip"]
    scene.end("r1")
    scene.at(31)
    assert len(scene.runs) == 2
    assert scene.decisions[1].run == "r2"
    assert not scene.decisions[1].open
    started = scene.world.view("r2").started
    assert started["cause"]["key"] == "sched-w.yaml-0-2026-03-01T12:20:00Z"


def test_what_waited_too_long_is_not_started_any_more(scene: Scene) -> None:
    scene.knows(replace(EACH, overlap="queue", not_after=300))
    scene.at(10)
    scene.at(20)
    scene.at(29)
    scene.end("r1")
    scene.at(29)
    assert len(scene.runs) == 1
    assert "not_after is 5m" in scene.decisions[1].why


def test_a_newer_run_takes_the_place_of_the_one_before(scene: Scene) -> None:
    scene.knows(replace(EACH, overlap="cancel-running"))
    scene.at(10)
    scene.at(20)
    assert [run.state.is_end for run in scene.runs] == [True, False]
    assert scene.runs[0].state is State.CANCELLED
    assert "makes room" in scene.world.view("r1").why


def test_only_one_of_two_keeps_the_schedules_and_the_other_takes_over(
    scene: Scene,
) -> None:
    scene.knows(EACH)
    other = scene.another("two")
    scene.at(10)
    assert other.tick() == 0
    scene.clock.time = NOON + timedelta(minutes=20)
    assert other.tick() == 1
    assert scene.scheduler.tick() == 0
    assert len(scene.runs) == 2
    scene.clock.time = NOON + timedelta(minutes=30)
    assert scene.scheduler.tick() == 1
    moments = [one.at for one in scene.decisions]
    assert moments == [NOON + timedelta(minutes=n) for n in (10, 20, 30)]


def test_who_was_stopped_for_a_while_decides_nothing_again(scene: Scene) -> None:
    scene.knows(EACH)
    other = scene.another("two")
    scene.at(10)
    scene.clock.time = NOON + timedelta(minutes=20)
    assert other.tick() == 1
    scene.at(30)
    moments = [one.at for one in scene.decisions]
    assert moments == [NOON + timedelta(minutes=n) for n in (10, 20, 30)]
    assert len(scene.runs) == 3


def test_a_moment_that_was_started_has_one_run(scene: Scene) -> None:
    scene.knows(EACH)
    run = scene.world.start()
    key = "sched-w.yaml-0-2026-03-01T12:10:00Z"
    with scene.world.store.events.begin() as transaction:
        transaction.started(StartRow(key, run, "w.yaml", "schedule/0", NOON))
    scene.at(10)
    assert [row.id for row in scene.runs] == [run]
    assert [one.run for one in scene.decisions] == [run]


class Killed(BaseException):
    """What a kill -9 is to code that runs in one process."""


@pytest.mark.parametrize("method", ["decide", "started", "set_marks"])
def test_a_scheduler_killed_at_any_moment_starts_a_run_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    scene.knows(EACH)
    real = getattr(SqlEventTransaction, method)

    def die(self: SqlEventTransaction, *given: Any) -> Any:
        real(self, *given)
        raise Killed

    monkeypatch.setattr(SqlEventTransaction, method, die)
    with pytest.raises(Killed):
        scene.at(10)
    assert scene.runs == []
    monkeypatch.undo()
    scene.scheduler.tick()
    scene.scheduler.tick()
    assert len(scene.runs) == 1
    assert len(scene.decisions) == 1


@pytest.mark.parametrize(
    ("autonomy", "outcome"), [("observe", "observed"), ("propose", "started")]
)
def test_autonomy_holds_for_schedules_too(
    scene: Scene, autonomy: Any, outcome: str
) -> None:
    scene.knows(EACH, autonomy=autonomy, dispatch=(Input("size", default=3),))
    scene.at(10)
    assert scene.said == [("run", outcome)]
    for run in scene.runs:
        started = scene.world.view(run.id).started
        assert (started["autonomy"], started["inputs"]) == (autonomy, {"size": 3})


def test_on_the_day_a_clock_goes_forward_a_run_is_not_lost(scene: Scene) -> None:
    scene.clock.time = datetime.fromisoformat("2026-03-28T12:00+00:00")
    scene.knows(Schedule("30 2 * * *", "Europe/Berlin"))
    for text in ("2026-03-29T00:59+00:00", "2026-03-29T01:00+00:00"):
        scene.clock.time = datetime.fromisoformat(text)
        scene.scheduler.tick()
    assert [one.at.isoformat() for one in scene.decisions] == [
        "2026-03-29T01:00:00+00:00"
    ]


def test_a_schedule_that_cannot_be_read_is_told_and_others_are_kept() -> None:
    flow = Workflow("w.yaml", "w", schedules=(Schedule("nonsense"), Schedule("@daily")))
    entries, problems = planned([Request(flow, {})], "shop")
    assert [one.number for one in entries] == [1]
    assert [one.code for one in problems] == ["schedule.cron-unreadable"]


@pytest.mark.slow
def test_five_thousand_schedules_start_each_run_in_its_second(scene: Scene) -> None:
    flow = Workflow(
        "w.yaml",
        "many",
        jobs=(job("go"),),
        schedules=tuple(
            Schedule(f"{number % 60} {number // 60 % 60} {number // 3600} * * *")
            for number in range(43_200, 48_200)
        ),
    )
    scene.world.keeper.flow_of = lambda _: flow
    entries, _ = planned([Request(flow, {})], "shop")
    scene.scheduler.adopt(entries)
    scene.scheduler.tick()
    begun = process_time()
    for second in range(1, 31):
        scene.clock.time = NOON + timedelta(seconds=second)
        scene.scheduler.tick()
        scene.scheduler.tick()
    used = process_time() - begun
    moments = [NOON + timedelta(seconds=second) for second in range(1, 31)]
    assert [one.at for one in scene.decisions] == moments
    assert [row.created for row in scene.runs] == moments
    assert used / 30 < 0.5


def test_many_due_at_once_are_few_statements_each_and_an_idle_look_is_nearly_none(
    scene: Scene,
) -> None:
    schedules = tuple(Schedule("*/10 * * * *") for _ in range(50))
    flow = Workflow("w.yaml", "many", jobs=(job("go"),), schedules=schedules)
    scene.world.keeper.flow_of = lambda _: flow
    scene.scheduler.adopt(planned([Request(flow, {})], "shop")[0])
    scene.scheduler.tick()
    said: list[str] = []

    def hear(_: Any, __: Any, statement: str, *___: Any) -> None:
        said.append(statement)

    listen(Engine, "before_cursor_execute", hear)
    try:
        scene.scheduler.tick()
        idle = len(said)
        scene.clock.time = NOON + timedelta(minutes=10)
        assert scene.scheduler.tick() == 50
    finally:
        remove(Engine, "before_cursor_execute", hear)
    assert len(scene.runs) == 50
    assert idle <= 6
    assert (len(said) - idle) / 50 < 16


def test_a_clock_that_is_set_fires_nothing_twice_and_loses_nothing(
    scene: Scene,
) -> None:
    """An hour forward by mistake, back again, and an hour too far back."""
    scene.knows(replace(EACH, catch_up="all"))
    for minute in (5, 65, 6, 10, 35, 66, 75, 15, 70, 80):
        scene.at(minute)
    decided = [int((one.at - NOON).total_seconds() / 60) for one in scene.decisions]
    assert decided == [10, 20, 30, 40, 50, 60, 70, 80]
    assert len(scene.runs) == 8


def test_who_is_gone_does_not_lead_for_an_hour_because_a_clock_was_set_back(
    scene: Scene,
) -> None:
    scene.knows(EACH)
    scene.at(65)
    scene.clock.time = NOON + timedelta(minutes=5)
    other = scene.another("two")
    other.tick()
    assert other._leads
    scene.clock.time = NOON + timedelta(minutes=70)
    assert other.tick() == 1
    assert scene.decisions[-1].at == NOON + timedelta(minutes=70)
