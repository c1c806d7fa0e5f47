"""Editing is a new plan: a new run, and an end of the gate that was open."""

from dataclasses import replace

import pytest

from holdfast.declare import Concurrency
from holdfast.drivers.stores import Store
from holdfast.engine.runs.request import Request
from holdfast.engine.runs.rerun import edited, start_again
from holdfast.model import State
from holdfast.problems import HoldfastError
from unit.runs.test_gates import guarded, opened, say, ship
from unit.runs.world import World


@pytest.fixture
def world(store: Store) -> World:
    made = World.of(store)
    made.worker("w1")
    guarded(made, approve={"by": ["sre"]})
    ship(made)
    return made


def again(world: World, run: str, who: str, **inputs: object) -> str:
    return start_again(world.keeper, run, Request(world.flow, {}, inputs), who)


def test_the_old_gate_is_rejected_and_the_new_one_is_another(world: World) -> None:
    first = world.start(size=1)
    second = again(world, first, "bob", size=2)
    assert world.view(first).state is State.REJECTED
    assert opened(world, second).digest != opened(world, first).digest
    assert opened(world, second).shows["inputs"] == {"size": 2}
    with pytest.raises(HoldfastError):
        say(world, first, "cat")
    say(world, second, "cat")
    assert world.keys() == [f"{second}/ship/1"]


def test_who_may_not_reject_ends_the_run_and_says_no_word(world: World) -> None:
    first = world.start()
    again(world, first, "ann")
    assert world.view(first).state is State.CANCELLED
    assert opened(world, first).said == ()


def test_a_run_that_has_ended_stays_as_it_is(world: World) -> None:
    first = world.start()
    say(world, first, "bob", yes=False)
    entries = len(world.store.ledger.of_run(first))
    second = again(world, first, "ann")
    assert len(world.store.ledger.of_run(first)) == entries
    assert world.view(second).state is State.GATED


def test_a_new_run_of_the_same_group_does_not_wait_for_the_one_it_replaces(
    world: World,
) -> None:
    world.flow = replace(world.flow, concurrency=Concurrency("ship"))
    first = world.start()
    second = again(world, first, "bob")
    assert world.view(second).state is State.GATED


def test_only_what_differs_is_named() -> None:
    assert edited({"a": 1, "b": 2}, {"a": 1, "b": 3}) == "b=3"
