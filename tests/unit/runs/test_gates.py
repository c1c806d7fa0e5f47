"""What keeps a job back, who can release it, and that nothing holds a worker meanwhile."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from fakes import StoppedClock
from holdfast import gate
from holdfast.declare import Step
from holdfast.drivers.stores import Store
from holdfast.engine.runs.gatekeeper import Gatekeeper
from holdfast.engine.runs.request import Request
from holdfast.model import GateView, State
from holdfast.problems import HoldfastError
from unit.runs.world import HERE, NOON, World, job, step


@pytest.fixture
def world(store: Store) -> World:
    made = World.of(store)
    made.worker("w1")
    return made


def guarded(world: World, **gates: Any) -> None:
    """An environment `prod` with these gates; ann starts runs, bob and cat are sre."""
    rules = gate.rules_from({"prod": gates})
    world.keeper.gatekeeper = Gatekeeper(rules, {"sre": ["bob", "cat"]})


def later(world: World, **time: int) -> None:
    clock = world.keeper.clock
    assert isinstance(clock, StoppedClock)
    clock.time += timedelta(**time)


def ship(world: World, *steps: Step, **more: Any) -> None:
    made = steps or (step("s"),)
    jobs = (job("ship", environment="prod", steps=made, **more),)
    world.flow = replace(world.flow, jobs=jobs)


def opened(world: World, run: str, key: str = "ship") -> GateView:
    found = world.view(run).jobs[key].gate
    assert found is not None
    return found


def say(
    world: World, run: str, who: str, *, yes: bool = True, key: str = "ship"
) -> None:
    digest = opened(world, run, key).digest
    world.keeper.decide(run, key, digest, "I looked", who, yes=yes)


def test_a_job_waits_at_its_gate_without_a_worker(world: World) -> None:
    guarded(world, approve={"by": ["sre"], "within": "4h"})
    ship(world)
    run = world.start()
    assert world.view(run).state is State.GATED
    assert world.segments.given == []
    shown = opened(world, run)
    assert shown.needs == ("sre",)
    assert shown.shows["steps"]["ship/ship/1-s"]["run"] == "s"
    assert shown.expires.startswith("2026-03-01T16:00")


def test_a_yes_for_what_was_shown_lets_it_begin(world: World) -> None:
    guarded(world, approve={"by": ["sre"]})
    ship(world)
    run = world.start()
    say(world, run, "bob")
    assert world.keys() == [f"{run}/ship/1"]
    world.execute()
    assert world.view(run).state is State.SUCCEEDED


def test_a_gate_that_was_passed_asks_nobody_else(world: World) -> None:
    guarded(world, approve={"by": ["sre"]})
    ship(world)
    run = world.start()
    say(world, run, "bob")
    with pytest.raises(HoldfastError, match="waits for nobody's word"):
        say(world, run, "cat", yes=False)


def test_two_are_two_people(world: World) -> None:
    guarded(world, approve={"by": ["sre"], "count": 2})
    ship(world)
    run = world.start()
    say(world, run, "bob")
    with pytest.raises(HoldfastError, match="bob has said yes to ship") as caught:
        say(world, run, "bob")
    assert caught.value.problems[0].code == "engine.said-already"
    assert world.keys() == []
    say(world, run, "cat")
    assert len(world.keys()) == 1


def test_too_few_in_time_are_a_no_that_names_them(world: World) -> None:
    guarded(world, approve={"by": ["sre"], "count": 2, "within": "4h"})
    ship(world)
    run = world.start()
    say(world, run, "bob")
    later(world, hours=4)
    with pytest.raises(HoldfastError, match="is closed"):
        say(world, run, "cat")
    world.keeper.tick()
    assert world.view(run).state is State.EXPIRED
    assert "2 yes were needed before" in world.view(run).why
    assert "only bob said so" in world.view(run).why


def test_a_yes_in_time_is_not_silence_while_a_window_is_closed(world: World) -> None:
    window = "Sun 15:00-20:30 UTC"
    guarded(world, approve={"by": ["sre"], "within": "4h"}, windows=[window])
    ship(world)
    run = world.start()
    later(world, hours=2, minutes=30)
    say(world, run, "bob")
    assert "is not open for changes" in world.keeper.waits(run)["ship"]
    later(world, minutes=90)
    world.keeper.tick()
    assert "no worker is alive" in world.keeper.waits(run)["ship"]


def test_a_yes_that_ran_out_before_the_window_opened_says_so(world: World) -> None:
    guarded(
        world, approve={"by": ["sre"], "within": "1h"}, windows=["Mon 09:00-10:00 UTC"]
    )
    ship(world)
    run = world.start()
    say(world, run, "bob")
    later(world, days=1)
    world.keeper.tick()
    assert world.view(run).state is State.EXPIRED
    assert "bob said yes in time, but it could not begin" in world.view(run).why


@pytest.mark.parametrize(
    ("who", "why", "code"),
    [
        ("dan", "I looked", "engine.may-not-decide"),
        ("bob", "  ", "engine.no-reason"),
    ],
)
def test_a_word_that_does_not_count_is_refused(
    world: World, who: str, why: str, code: str
) -> None:
    guarded(world, approve={"by": ["sre"]})
    ship(world)
    run = world.start()
    with pytest.raises(HoldfastError) as caught:
        world.keeper.decide(run, "ship", opened(world, run).digest, why, who, yes=True)
    assert caught.value.problems[0].code == code
    assert world.keys() == []


def test_who_started_it_may_not_approve_it(world: World) -> None:
    guarded(world, approve={"not": "author"})
    ship(world)
    run = world.start()
    with pytest.raises(HoldfastError):
        say(world, run, "Ann")
    say(world, run, "eve")
    assert len(world.keys()) == 1


def test_a_word_for_another_digest_is_refused(world: World) -> None:
    guarded(world, approve={})
    ship(world)
    run = world.start()
    with pytest.raises(HoldfastError) as caught:
        world.keeper.decide(run, "ship", "sha256:0", "I looked", "bob", yes=True)
    assert caught.value.problems[0].code == "engine.gate-moved"


def test_when_a_secret_moves_the_gate_is_opened_anew(world: World) -> None:
    guarded(world, approve={"count": 2})
    version = iter(["db@1"] * 4 + ["db@2"] * 50)
    keeper = replace(world.keeper.gatekeeper, versions_of=lambda *_: [next(version)])
    world.keeper.gatekeeper = keeper
    ship(world)
    run = world.start()
    before = opened(world, run)
    say(world, run, "bob")
    for _ in range(3):
        world.keeper.tick()
        with world.store.runs.begin() as transaction:
            world.keeper.advance(transaction, run)
    after = opened(world, run)
    assert before.shows["secrets"] == ["db@1"]
    assert after.shows["secrets"] == ["db@2"]
    assert after.said == (), "the yes was for what was shown before"
    assert world.keys() == []


def test_a_no_ends_the_run_as_rejected(world: World) -> None:
    guarded(world, approve={"by": ["sre"]})
    ship(world)
    run = world.start()
    say(world, run, "cat", yes=False)
    view = world.view(run)
    assert view.state is State.REJECTED
    assert view.jobs["ship"].why == "cat said no: I looked"


def test_silence_is_a_no(world: World) -> None:
    guarded(world, approve={"within": "4h"})
    ship(world)
    run = world.start()
    later(world, hours=3)
    world.keeper.tick()
    assert world.view(run).state is State.GATED
    later(world, hours=1)
    world.keeper.tick()
    assert world.view(run).state is State.EXPIRED


def test_outside_its_window_a_job_waits_and_says_until_when(world: World) -> None:
    guarded(world, windows=["Mon-Fri 08:00-18:00 UTC"])  # noon is on a Sunday
    ship(world)
    run = world.start()
    assert "not open for changes" in world.keeper.waits(run)["ship"]
    assert world.keys() == []
    later(world, hours=20)
    world.worker("w1", lease=NOON + timedelta(days=1))
    world.keeper.tick()
    assert len(world.keys()) == 1


def test_an_environment_nobody_declared_is_a_no(world: World) -> None:
    guarded(world)
    ship(world)
    world.flow = replace(
        world.flow, jobs=(replace(world.flow.jobs[0], environment="elsewhere"),)
    )
    assert world.view(world.start()).state is State.REJECTED


def test_a_proposed_run_waits_for_a_yes_without_any_environment(world: World) -> None:
    world.keeper.gatekeeper = Gatekeeper(teams={"sre": ["bob"]})
    world.flow = replace(
        world.flow, owner="sre", jobs=(job("a", steps=(step("s"),)), job("b", "a"))
    )
    request = Request(world.flow, {}, autonomy="propose")
    run = world.keeper.accept(request, "rule")
    assert opened(world, run, "a").kind == "proposal"
    with pytest.raises(HoldfastError):
        say(world, run, "eve", key="a")
    say(world, run, "bob", key="a")
    assert world.keys() == [f"{run}/a/1"]
    world.execute()
    assert world.keys()[-1] == f"{run}/b/1", "only what begins is proposed"


def asking(**given: Any) -> Step:
    return Step(id="ask", place=HERE, uses="holdfast/approve", with_=given)


def test_a_step_that_asks_gives_its_worker_back(world: World) -> None:
    world.flow = replace(
        world.flow, jobs=(job("j", steps=(step("a"), asking(by=["bob"]), step("z"))),)
    )
    run = world.start()
    world.execute()
    assert world.view(run).state is State.GATED
    assert world.work.done == ["a"]
    say(world, run, "bob", key="j")
    world.execute()
    assert world.view(run).state is State.SUCCEEDED
    assert world.work.done == ["a", "z"]
    assert world.view(run).jobs["j"].steps[1].body["why"] == "yes by bob"


def test_a_no_at_a_step_fails_it_and_rejects_the_run(world: World) -> None:
    steps = (asking(), step("z"), step("tidy", condition="always()"))
    world.flow = replace(world.flow, jobs=(job("j", steps=steps),))
    run = world.start()
    world.execute()
    say(world, run, "bob", key="j", yes=False)
    world.execute()
    assert world.view(run).state is State.REJECTED
    assert world.work.done == ["tidy"]


def test_a_wait_holds_no_worker_and_ends_by_itself(world: World) -> None:
    wait = Step(id="w", place=HERE, uses="holdfast/wait", with_={"for": "10m"})
    world.flow = replace(world.flow, jobs=(job("j", steps=(wait, step("z"))),))
    run = world.start()
    world.execute()
    assert world.view(run).state is State.WAITING
    assert "until 2026-03-01 12:10" in world.keeper.waits(run)["j"]
    later(world, minutes=10)
    world.keeper.tick()
    world.execute()
    assert world.view(run).state is State.SUCCEEDED


def test_a_step_that_cannot_be_asked_fails_and_says_why(world: World) -> None:
    wait = Step(id="w", place=HERE, uses="holdfast/wait")
    world.flow = replace(world.flow, jobs=(job("j", steps=(wait,)),))
    run = world.start()
    world.execute()
    assert "wants `for:`" in world.view(run).jobs["j"].steps[0].body["why"]


def test_a_cancelled_run_leaves_its_gate(world: World) -> None:
    guarded(world, approve={})
    ship(world)
    run = world.start()
    world.keeper.cancel(run, "no need", "ann")
    assert world.view(run).state is State.CANCELLED
