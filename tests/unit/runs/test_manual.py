"""What people do by hand: shown, taken, reported exactly once, and no worker held."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from fakes import StoppedClock
from holdfast.declare import Input, Step
from holdfast.drivers.stores import Store
from holdfast.engine.runs.gatekeeper import Gatekeeper
from holdfast.engine.runs.manual import Said, report, take
from holdfast.model import Entry, Event, JobView, State, TaskView
from holdfast.ports import RunTransaction
from holdfast.problems import HoldfastError
from holdfast.record import BEGUN, Tally, hands_of, tallies_of
from unit.runs.world import HERE, Killed, World, job, step


@pytest.fixture
def world(store: Store) -> World:
    made = World.of(store)
    made.worker("w1")
    made.keeper.gatekeeper = Gatekeeper(teams={"sre": ["bob", "cat"]})
    return made


def manual(name: str = "look", **more: Any) -> Step:
    return Step(id=name, place=HERE, manual="Look at ${{ inputs.host }}", **more)


def begun(world: World, *steps: Step) -> str:
    """A run whose first step was handed to people."""
    world.flow = replace(world.flow, jobs=(job("j", steps=steps),))
    run = world.start(host="web-1")
    world.execute()
    return run


def seen(world: World, run: str) -> JobView:
    return world.view(run).jobs["j"]


def task(world: World, run: str) -> TaskView:
    wait = seen(world, run).wait
    assert wait is not None
    assert wait.task is not None
    return wait.task


def done(world: World, run: str, who: str = "ann", at: int = 0, **more: Any) -> None:
    report(world.keeper, run, "j", at, Said("done", **more), who)


def later(world: World, **time: int) -> None:
    clock = world.keeper.clock
    assert isinstance(clock, StoppedClock)
    clock.time += timedelta(**time)


def test_a_manual_step_holds_no_worker_and_says_who_has_to_do_what(
    world: World,
) -> None:
    run = begun(world, manual(by=("sre",)), step("z"))
    assert world.view(run).state is State.WAITING
    assert task(world, run).text == "Look at web-1"
    with world.store.runs.begin() as transaction:
        assert transaction.jobs(run) == ()
        assert transaction.load() == {}
    assert world.keeper.waits(run)["j"] == (
        "sre has to do `Look at web-1`, since 2026-03-01 12:00:00 UTC"
    )


def test_who_is_at_it_is_seen_by_others(world: World) -> None:
    run = begun(world, manual(), step("z"))
    take(world.keeper, run, "j", 0, "ann")
    later(world, minutes=5)
    take(world.keeper, run, "j", 0, "ann")
    take(world.keeper, run, "j", 0, "bob")
    assert (task(world, run).taken_by, world.work.done) == ("bob", [])
    why = world.keeper.waits(run)["j"]
    assert "bob is at it since 2026-03-01 12:05:00 UTC" in why
    events = [entry.event for entry in world.store.ledger.of_run(run)]
    assert events.count(Event.TAKEN) == 2


def test_what_a_person_saw_is_what_later_steps_are_given(world: World) -> None:
    field = Input("length", "number", required=True)
    run = begun(world, manual(fields=(field,)), step("z"))
    done(world, run, text="It is short", fields={"length": 3})
    world.execute()
    assert world.view(run).state is State.SUCCEEDED
    assert world.work.seen[0].contexts["steps"]["look"] == {
        "outcome": "success",
        "conclusion": "success",
        "outputs": {"length": "3", "evidence": "It is short", "by": "ann"},
    }


def test_a_failure_fails_the_step_and_a_skip_does_not(world: World) -> None:
    run = begun(world, manual(), step("z"))
    report(world.keeper, run, "j", 0, Said("failed", "It smokes"), "ann")
    world.execute()
    assert world.view(run).state is State.FAILED
    assert seen(world, run).steps[0].body["why"] == "ann says it failed: It smokes"
    run = begun(world, manual(), step("z"))
    report(world.keeper, run, "j", 0, Said("skipped", "Not today"), "ann")
    world.execute()
    assert world.view(run).state is State.SUCCEEDED
    assert seen(world, run).steps[0].state is State.SKIPPED


@pytest.mark.parametrize("how", ["failed", "skipped"])
def test_a_failure_or_a_skip_needs_a_reason(world: World, how: Any) -> None:
    run = begun(world, manual(), step("z"))
    with pytest.raises(HoldfastError, match="needs a reason"):
        report(world.keeper, run, "j", 0, Said(how, "  "), "ann")
    assert task(world, run).said == {}


def test_only_those_who_are_named_may_say_so(world: World) -> None:
    run = begun(world, manual(by=("sre", "dan")), step("z"))
    with pytest.raises(HoldfastError, match="does not count"):
        take(world.keeper, run, "j", 0, "eve")
    with pytest.raises(HoldfastError, match="does not count"):
        done(world, run, "eve")
    take(world.keeper, run, "j", 0, "dan")
    done(world, run, "bob")
    world.execute()
    assert world.view(run).state is State.SUCCEEDED


def test_it_is_reported_once_and_only_while_it_waits(world: World) -> None:
    run = begun(world, manual(), manual("second"))
    done(world, run, text="first")
    with pytest.raises(HoldfastError, match="no such manual step"):
        done(world, run, text="again")
    world.execute()
    with pytest.raises(HoldfastError, match="no such manual step"):
        done(world, run, text="of the first, late")
    with pytest.raises(HoldfastError, match="no such manual step"):
        take(world.keeper, run, "nobody", 0, "ann")
    done(world, run, at=1)
    world.execute()
    said = [e.body["id"] for e in world.store.ledger.of_event(Event.REPORTED)]
    assert said == ["look", "second"]


def test_a_step_that_nobody_did_in_time_has_expired(world: World) -> None:
    run = begun(world, manual(timeout_minutes=30), step("z"))
    later(world, minutes=29)
    world.keeper.tick()
    assert world.view(run).state is State.WAITING
    later(world, minutes=1)
    world.keeper.tick()
    world.execute()
    assert world.view(run).state is State.EXPIRED
    assert (
        "nobody said before 2026-03-01T12:30" in seen(world, run).steps[0].body["why"]
    )


def test_a_run_can_be_cancelled_while_it_waits_for_a_person(world: World) -> None:
    run = begun(world, manual(), step("z"))
    world.keeper.cancel(run, "not needed", "ann")
    assert world.view(run).state is State.CANCELLED
    with pytest.raises(HoldfastError, match="no such manual step"):
        done(world, run)


def test_a_killed_worker_hands_out_a_step_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It dies between the step's start and its being handed out."""
    world.flow = replace(world.flow, jobs=(job("j", steps=(manual(), step("z"))),))
    run = world.start(host="web-1")
    begin = world.store.runs.begin
    calls = 0

    @contextmanager
    def killed() -> Iterator[RunTransaction]:
        nonlocal calls
        calls += 1
        with begin() as transaction:
            yield transaction
            if calls == 2:
                raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(world.store.runs, "begin", killed)
        with pytest.raises(Killed):
            world.execute()
    world.hand_over(run, "j")
    world.execute()
    events = [entry.event for entry in world.store.ledger.of_run(run)]
    assert (events.count(Event.STEP_STARTED), events.count(Event.HANDED)) == (1, 1)
    done(world, run)
    world.execute()
    assert world.view(run).state is State.SUCCEEDED


def test_a_worker_killed_after_the_report_changes_nothing(world: World) -> None:
    world.work.kill_in = "z"
    run = begun(world, manual(), step("z", idempotent=True))
    done(world, run, text="I saw it")
    with pytest.raises(Killed):
        world.execute()
    world.hand_over(run, "j")
    world.execute()
    assert world.view(run).state is State.SUCCEEDED
    assert seen(world, run).steps[0].body["outputs"]["evidence"] == "I saw it"
    assert len(world.store.ledger.of_event(Event.REPORTED)) == 1


def test_a_job_that_only_people_worked_for_goes_on_anywhere(world: World) -> None:
    run = begun(world, manual(), step("z"))
    done(world, run)
    world.execute_at("elsewhere")
    assert world.view(run).state is State.SUCCEEDED


def test_peoples_time_counts_from_when_it_was_taken(world: World) -> None:
    run = begun(world, manual())
    later(world, minutes=40)
    take(world.keeper, run, "j", 0, "ann")
    later(world, minutes=6)
    done(world, run)
    world.execute()
    other = begun(world, manual())
    later(world, minutes=2)
    done(world, other)
    world.execute()
    skipped = begun(world, manual())
    report(world.keeper, skipped, "j", 0, Said("skipped", "no"), "ann")
    world.execute()
    entries = world.store.ledger.of_event(Event.REPORTED)
    spent = hands_of(entries, "2026-03-01")["ship"]["look"]
    assert (spent.seconds, spent.total, spent.median) == ((360, 120), 480, 240)
    assert hands_of(entries, "2026-03-02") == {}
    began = world.store.ledger.of_workflow("ship", *BEGUN)
    assert tallies_of(began, ["look", "none"]) == {"look": Tally(2), "none": Tally()}
    assert world.store.ledger.of_workflow("another", *BEGUN) == ()


def test_of_a_step_that_was_tried_again_the_last_end_counts() -> None:
    def entry(run: str, event: Event, **more: object) -> Entry:
        told: Any = {"job": "j", "step": 0, "id": "look", **more}
        return Entry(event, run=run, body=told)

    entries = [
        entry("r1", Event.STEP_STARTED, attempt=1),
        entry("r1", Event.STEP_ENDED, outcome="failure"),
        entry("r1", Event.STEP_STARTED, attempt=2),
        entry("r1", Event.STEP_ENDED, outcome="success"),
        entry("r2", Event.STEP_ENDED, outcome="failure"),
        entry("r3", Event.STEP_ENDED, outcome="skipped"),
        entry("r4", Event.STEP_STARTED, attempt=1),
    ]
    assert tallies_of(entries, ["look"]) == {"look": Tally(3, 1)}


def test_automating_block_by_block_keeps_the_shape_of_the_ledger(world: World) -> None:
    """The same steps begin and end alike, whoever does them."""
    shapes = []
    for hands in ((0, 1), (1,), ()):
        steps = [manual(f"s{n}") if n in hands else step(f"s{n}") for n in (0, 1)]
        run = begun(world, *steps)
        for index in hands:
            done(world, run, at=index)
            world.execute()
        entries = world.store.ledger.of_run(run)
        shapes.append(
            [
                (entry.event, entry.body["id"], entry.body.get("outcome"))
                for entry in entries
                if entry.event in {Event.STEP_STARTED, Event.STEP_ENDED}
            ]
        )
        assert world.view(run).state is State.SUCCEEDED
    assert shapes[0] == shapes[1] == shapes[2] != []
