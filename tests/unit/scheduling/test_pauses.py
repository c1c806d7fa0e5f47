"""A paused schedule starts nothing, and loses nothing."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from holdfast.declare import Schedule
from holdfast.drivers.stores import Store
from holdfast.engine.pausing import pause, pauses_in, resume
from holdfast.engine.scheduling import Scheduler
from holdfast.model import Event, Pause
from unit.runs.world import NOON
from unit.scheduling.test_scheduler import EACH, Scene, scene

__all__ = ["scene"]

ID = "w.yaml/0"


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def paused(scene: Scene, minutes: float, until: float | None = None) -> None:
    end = None if until is None else at(until)
    store = scene.world.store
    with store.runs.begin() as runs:
        said = Pause("ann", "the database moves", at(minutes), end)
        pause(runs, store.events.within(runs), [ID], said)


def resumed(scene: Scene, minutes: float) -> bool:
    store = scene.world.store
    with store.runs.begin() as runs:
        events = store.events.within(runs)
        return resume(runs, events, [ID], "bob", "it has moved", at(minutes))


@pytest.mark.parametrize(
    ("catch_up", "verbs", "runs"),
    [
        ("skip", ["skip"], 0),
        ("last", ["run", "skip"], 1),
        ("all", ["run", "run", "run"], 3),
        ("ask", ["ask", "ask", "ask"], 0),
    ],
)
def test_what_was_missed_by_a_pause_is_triaged_when_it_ends(
    scene: Scene, catch_up: Any, verbs: list[str], runs: int
) -> None:
    scene.knows(replace(EACH, catch_up=catch_up))
    paused(scene, 5)
    for minute in (10, 20, 30):
        scene.at(minute)
    assert (scene.decisions, scene.runs) == ([], [])
    assert resumed(scene, 30.1)
    scene.at(30.2)
    assert [one.verb for one in scene.decisions] == verbs
    assert len(scene.runs) == runs
    assert all("missed by a pause" in one.reason for one in scene.decisions)
    scene.at(40)
    assert scene.decisions[-1].reason == "on time"


def test_nothing_starts_later_than_not_after_though_it_was_paused(scene: Scene) -> None:
    scene.knows(replace(EACH, catch_up="all", not_after=900))
    paused(scene, 5)
    scene.at(31)
    resumed(scene, 31)
    scene.at(31)
    late, *started = scene.decisions[::-1]
    assert (late.verb, "not_after is 15m" in late.reason) == ("skip", True)
    assert [one.at for one in started] == [at(30), at(20)]


def test_nothing_starts_outside_its_window_though_it_was_paused(scene: Scene) -> None:
    scene.scheduler.is_open = lambda _, moment: moment < at(30)
    scene.knows(replace(EACH, catch_up="all"))
    paused(scene, 5)
    scene.at(35)
    resumed(scene, 35)
    scene.at(35.1)
    assert {one.verb for one in scene.decisions} == {"skip"}
    assert scene.runs == []


def test_a_pause_with_an_end_ends_by_itself(scene: Scene) -> None:
    scene.knows(EACH)
    paused(scene, 5, until=15)
    scene.at(10)
    assert scene.runs == []
    scene.at(15)
    assert [one.at for one in scene.decisions] == [at(10)]
    assert not resumed(scene, 16)


def test_a_pause_holds_for_whoever_keeps_the_schedules_next(scene: Scene) -> None:
    scene.knows(EACH)
    paused(scene, 5)
    scene.at(10)
    scene.clock.time = at(25)
    fresh: Scheduler = scene.another("after a restart")
    fresh.tick()
    assert scene.runs == []
    resumed(scene, 26)
    scene.clock.time = at(26)
    fresh.tick()
    assert [(one.verb, one.at) for one in scene.decisions] == [
        ("run", at(20)),
        ("skip", at(10)),
    ]


def test_what_waits_for_the_run_before_it_waits_for_the_pause_too(scene: Scene) -> None:
    scene.knows(replace(EACH, overlap="queue"))
    scene.at(10)
    scene.at(20)
    paused(scene, 21)
    scene.end("r1")
    scene.at(22)
    assert len(scene.runs) == 1
    resumed(scene, 23)
    scene.at(23)
    assert len(scene.runs) == 2


def test_the_ledger_says_who_paused_what_since_when_and_why(scene: Scene) -> None:
    scene.knows(EACH)
    paused(scene, 5)
    paused(scene, 6, until=60)
    entries = scene.world.store.ledger.of_event(Event.PAUSED, Event.UNPAUSED)
    held = Pause("ann", "the database moves", at(5), at(60))
    assert pauses_in(entries, at(7)) == {ID: held}
    assert pauses_in(entries, at(60)) == {}
    resumed(scene, 10)
    (said,) = scene.world.store.ledger.of_event(Event.UNPAUSED)
    assert (said.actor, said.body) == ("bob", {"subject": ID, "why": "it has moved"})
    entries = scene.world.store.ledger.of_event(Event.PAUSED, Event.UNPAUSED)
    assert pauses_in(entries, at(11)) == {}


def test_others_go_on(scene: Scene, store: Store) -> None:
    scene.knows(Schedule("*/10 * * * *", overlap="allow"))
    with store.runs.begin() as runs:
        said = Pause("ann", "x", at(1))
        pause(runs, store.events.within(runs), ["other.yaml/0", "w.yaml"], said)
    scene.at(10)
    assert len(scene.runs) == 1
