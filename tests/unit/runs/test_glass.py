"""In an emergency two people pass a window or a freeze, and everybody can see that."""

from dataclasses import replace

import pytest

from holdfast.drivers.stores import Store
from holdfast.engine.runs import break_glass
from holdfast.model import Event, GlassView, State
from holdfast.problems import HoldfastError
from unit.runs.test_gates import guarded, later, opened, say, ship
from unit.runs.world import World, step

CLOSED = ["Mon 08:00-09:00 UTC"]


@pytest.fixture
def world(store: Store) -> World:
    made = World.of(store)
    made.worker("w1")
    return made


def asked(world: World, run: str) -> GlassView:
    found = world.view(run).jobs["ship"].glass
    assert found is not None
    return found


def word(world: World, run: str, who: str, *, yes: bool = True) -> None:
    named = asked(world, run).digest
    world.keeper.decide(run, "ship", named, "it burns", who, yes=yes)


def closed(world: World, run: str) -> list[str]:
    with world.store.runs.begin() as transaction:
        return list(break_glass.closed(world.keeper, transaction, world.view(run)))


def held_back(world: World, **gates: object) -> str:
    guarded(world, windows=CLOSED, **gates)
    ship(world)
    return world.start()


def test_two_people_let_a_job_pass_a_closed_window(world: World) -> None:
    run = held_back(world)
    assert closed(world, run) == ["ship"]
    world.keeper.break_glass(run, "", "the shop is down", "bob")
    assert world.keys() == []
    word(world, run, "cat")
    assert world.keys() == [f"{run}/ship/1"]
    world.execute()
    assert world.view(run).state is State.SUCCEEDED
    kept = [e for e in world.store.ledger.of_run(run) if e.event is Event.GLASS_BROKEN]
    assert [(e.actor, e.body["asked"], e.body["for"]) for e in kept] == [
        ("cat", "bob", "the shop is down")
    ]


def test_a_freeze_without_an_end_waits_for_two_people(world: World) -> None:
    guarded(world, freezes=[{"reason": "sale", "from": "2026-01-01 UTC"}])
    ship(world)
    run = world.start()
    assert world.view(run).state is not State.REJECTED
    assert "frozen: sale" in world.keeper.waits(run)["ship"]
    world.keeper.break_glass(run, "", "the shop is down", "bob")
    word(world, run, "cat")
    assert len(world.keys()) == 1


@pytest.mark.parametrize("who", ["bob", "Bob", " bob "])
def test_who_asked_cannot_confirm(world: World, who: str) -> None:
    run = held_back(world)
    world.keeper.break_glass(run, "ship", "the shop is down", "bob")
    with pytest.raises(HoldfastError, match="does not count"):
        word(world, run, who)
    assert world.keys() == []


def test_only_who_approves_for_the_environment_confirms(world: World) -> None:
    run = held_back(world, approve={"by": ["sre"]})
    world.keeper.break_glass(run, "ship", "the shop is down", "bob")
    with pytest.raises(HoldfastError, match="does not count"):
        word(world, run, "eve")
    word(world, run, "cat")
    assert asked(world, run).confirmed == "cat"


def test_it_passes_no_approval(world: World) -> None:
    run = held_back(world, approve={"by": ["sre"]})
    world.keeper.break_glass(run, "ship", "the shop is down", "bob")
    word(world, run, "cat")
    assert world.view(run).state is State.GATED
    say(world, run, "bob")
    assert len(world.keys()) == 1


def test_it_is_over_after_an_hour(world: World) -> None:
    run = held_back(world, approve={"by": ["sre"]})
    world.keeper.break_glass(run, "ship", "the shop is down", "bob")
    word(world, run, "cat")
    later(world, minutes=59, seconds=59)
    assert closed(world, run) == []
    later(world, seconds=1)
    assert closed(world, run) == ["ship"]


def test_a_request_nobody_confirmed_in_time_cannot_be_confirmed(world: World) -> None:
    run = held_back(world)
    world.keeper.break_glass(run, "ship", "the shop is down", "bob")
    later(world, hours=1)
    with pytest.raises(HoldfastError):
        word(world, run, "cat")
    assert world.keys() == []


def test_when_what_it_was_for_moves_it_is_void(world: World) -> None:
    run = held_back(world)
    world.keeper.break_glass(run, "ship", "the shop is down", "bob")
    keeper = world.keeper.gatekeeper
    world.keeper.gatekeeper = replace(keeper, versions_of=lambda *_: ["db@2"])
    word(world, run, "cat")
    assert world.keys() == []
    assert closed(world, run) == ["ship"]


def test_it_can_be_refused(world: World) -> None:
    run = held_back(world)
    world.keeper.break_glass(run, "ship", "the shop is down", "bob")
    word(world, run, "cat", yes=False)
    assert world.view(run).jobs["ship"].glass is None
    assert world.keys() == []


@pytest.mark.parametrize("why", ["", "  "])
def test_a_reason_is_needed(world: World, why: str) -> None:
    run = held_back(world)
    with pytest.raises(HoldfastError, match="needs a reason"):
        world.keeper.break_glass(run, "ship", why, "bob")


def test_what_no_window_holds_back_has_no_glass_to_break(world: World) -> None:
    guarded(world, approve={"by": ["sre"]})
    ship(world, step("s"))
    run = world.start()
    with pytest.raises(HoldfastError) as caught:
        world.keeper.break_glass(run, "", "the shop is down", "bob")
    assert caught.value.problems[0].code == "engine.not-closed"
    assert opened(world, run).said == ()
