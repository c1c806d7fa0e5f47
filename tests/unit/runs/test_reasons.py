"""Whatever waits says for what, whose that is, since when, and who can end it."""

from dataclasses import replace

import pytest

from holdfast.app.desks.why import why_run
from holdfast.declare import ClaimWanted, Concurrency, Step, Strategy, Workflow
from holdfast.drivers.stores import Store
from holdfast.model import Claim
from holdfast.ports import RunSheet
from unit.runs.test_gates import guarded, later, ship
from unit.runs.world import HERE, NOON, World, job, step

SINCE = "since 2026-03-01 12:00:00 UTC"


@pytest.fixture
def world(store: Store) -> World:
    made = World.of(store)
    made.worker("w1")
    return made


def because(world: World, run: str) -> str:
    return "\n".join(world.keeper.waits(run).values())


def test_a_job_that_needs_another(world: World) -> None:
    world.flow = Workflow(
        "w.yaml", "ship", jobs=(job("a", steps=(step("s"),)), job("b", "a"))
    )
    run = world.start()
    assert because(world, run) == "it needs a"
    guarded(world, approve={})
    ship(world)
    world.flow = replace(world.flow, jobs=(*world.flow.jobs, job("b", "ship")))
    run = world.start()
    assert because(world, run) == f"it needs ship (gated {SINCE})"


def test_a_matrix_that_may_not_go_faster(world: World) -> None:
    strategy = Strategy({"n": [1, 2]}, max_parallel=1)
    ship(world)
    world.flow = replace(world.flow, jobs=(job("t", strategy=strategy),))
    run = world.start()
    assert "max-parallel: 1 of its matrix are at work" in because(world, run)


def test_a_run_behind_another_of_its_group(world: World) -> None:
    guarded(world, approve={})
    ship(world)
    world.flow = replace(world.flow, concurrency=Concurrency("prod"))
    first, second = world.start(), world.start()
    told = because(world, second)
    assert f"{first} is ahead of it in its concurrency group prod {SINCE}" in told
    assert f"holdfast status {first}" in told


def test_a_claim_of_a_person_and_of_a_run(world: World) -> None:
    ship(world)
    wanted = (ClaimWanted("db:orders"),)
    world.flow = replace(world.flow, jobs=(job("ship", claims=wanted),))
    held = Claim("db:orders", "dan", "debugging", NOON, NOON.replace(hour=14), 1)
    with world.store.runs.begin() as transaction:
        transaction.put_claim(held)
    told = because(world, world.start())
    assert "db:orders is claimed by dan since 2026-03-01 12:00 UTC: debugging" in told
    assert "dan can end it: holdfast claim db:orders --release" in told
    with world.store.runs.begin() as transaction:
        transaction.release("dan")
    first = world.start()
    told = because(world, world.start())
    assert f"it ends with {first}: holdfast status {first}" in told


def test_a_wait_for_time(world: World) -> None:
    wait = Step(id="w", place=HERE, uses="holdfast/wait", with_={"for": "10m"})
    ship(world, wait)
    world.flow = replace(world.flow, jobs=(job("ship", steps=(wait,)),))
    run = world.start()
    world.execute()
    later(world, minutes=1)
    told = because(world, run)
    assert told.startswith(
        "it waits until 2026-03-01 12:10:00 UTC, since 2026-03-01 12:00"
    )


def test_a_closed_window(world: World) -> None:
    guarded(world, windows=["Mon 08:00-09:00 UTC"])
    ship(world)
    run = world.start()
    told = because(world, run)
    assert "prod is not open for changes now" in told
    assert "Apply it from Mon 2026-03-02 08:00 UTC on." in told
    with world.store.runs.begin() as transaction:
        row = transaction.run(run)
    assert row is not None
    sheet = RunSheet(
        row, world.view(run), 1, waits=world.keeper.waits(run), closed=("ship",)
    )
    assert any(f"holdfast break-glass {run} ship" in line for line in why_run(sheet))


def test_a_draining_worker(world: World) -> None:
    world.worker("w1", draining=True)
    ship(world)
    world.flow = replace(world.flow, jobs=(job("ship"),))
    told = because(world, world.start())
    assert "draining: w1; give it work again: holdfast worker drain w1 --end" in told
