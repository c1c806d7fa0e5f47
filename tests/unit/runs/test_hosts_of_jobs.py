"""What holds for hosts holds for jobs that name them, and so does what is usual."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from holdfast.declare import ClaimWanted, Step, Storm
from holdfast.drivers.stores import Store
from holdfast.engine.runs.job_state import StepEnd
from holdfast.model import Claim, State
from unit.runs.test_gates import later, opened, say
from unit.runs.test_looks import aimed
from unit.runs.world import HERE, NOON, World, job


@pytest.fixture
def world(store: Store) -> World:
    made = World.of(store)
    made.worker("w1")
    return made


# --- what holds for hosts holds for jobs that name them ---------------------------------


def exec_on(world: World, **more: Any) -> None:
    run_there = Step(
        id="restart", place=HERE, uses="holdfast/exec", with_={"hosts": "web"}
    )
    world.flow = replace(world.flow, jobs=(job("ship", steps=(run_there,)),), **more)


def test_a_persons_claim_on_a_host_keeps_a_job_that_names_it_back(world: World) -> None:
    aimed(world, "web-1", "web-2")
    exec_on(world)
    claim = Claim(
        "host:web-2", "dan", "debugging", NOON, NOON + timedelta(minutes=30), 1
    )
    with world.store.runs.begin() as transaction:
        transaction.put_claim(claim)
    run = world.start()
    assert world.keys() == []
    told = world.keeper.waits(run)["ship"]
    assert "host:web-2 is claimed by dan" in told
    assert "Since Sun 2026-03-01 12:00 UTC" in told
    assert "holdfast claim host:web-2 --release" in told
    with world.store.runs.begin() as transaction:
        transaction.release("dan")
    later(world, seconds=6)
    world.keeper.tick()
    assert len(world.keys()) == 1


@pytest.mark.parametrize(
    ("otherwise", "state"), [("skip", State.SKIPPED), ("fail", State.FAILED)]
)
def test_a_job_that_claims_a_host_itself_says_what_becomes_of_it(
    world: World, otherwise: Any, state: State
) -> None:
    aimed(world, "web-1")
    exec_on(world, claims=(ClaimWanted("host:web-1", otherwise=otherwise),))
    claim = Claim("host:web-1", "dan", "debugging", NOON, NOON + timedelta(hours=1), 1)
    with world.store.runs.begin() as transaction:
        transaction.put_claim(claim)
    assert world.view(world.start()).state is state


@pytest.mark.parametrize(
    "limits", [{"max_targets": 2}, {"max_share": "20%"}], ids=["targets", "share"]
)
def test_limits_of_an_environment_hold_for_the_hosts_of_a_job(
    world: World, limits: dict[str, Any]
) -> None:
    aimed(world, "web-1", "web-2", "web-3", limits=limits)
    exec_on(world)
    run = world.start()
    assert world.view(run).state is State.REJECTED
    assert "allowed" in world.view(run).why


@pytest.mark.parametrize("limits", [Storm(max_targets=2), Storm(max_share="20%")])
def test_limits_of_a_workflow_hold_for_each_of_its_runs(
    world: World, limits: Storm
) -> None:
    aimed(world, "web-1", "web-2", "web-3")
    exec_on(world, limits=limits)
    assert world.view(world.start()).state is State.REJECTED


def test_a_freeze_of_a_group_holds_a_job_back_that_names_its_hosts(
    world: World,
) -> None:
    frozen = {"reason": "sale", "from": "2026-03-01 UTC", "to": "2026-03-02 UTC"}
    aimed(world, "web-1", freezes=[{**frozen, "groups": ["db"]}])
    exec_on(world)
    world.start()
    assert len(world.keys()) == 1
    aimed(world, "web-1", freezes=[{**frozen, "groups": ["web"]}])
    run = world.start()
    assert "frozen: sale" in world.keeper.waits(run)["ship"]


# --- blast radius ------------------------------------------------------------------------


def usually(world: World, runs: int, *hosts: str) -> None:
    aimed(world, *hosts)
    exec_on(world)
    for _ in range(runs):
        world.start()
        world.execute()


def test_a_run_that_reaches_further_than_usual_is_asked_about(world: World) -> None:
    usually(world, 4, "web-1")
    aimed(world, *(f"web-{n}" for n in range(10)))
    run = world.start()
    shown = opened(world, run)
    assert world.view(run).state is State.GATED
    assert shown.warnings[0] == "usually 1 target, now 10"
    say(world, run, "anybody")
    world.execute()
    assert world.view(run).state is State.SUCCEEDED


def test_what_was_approved_once_is_usual_from_then_on(world: World) -> None:
    usually(world, 4, "web-1")
    aimed(world, *(f"web-{n}" for n in range(10)))
    run = world.start()
    say(world, run, "anybody")
    world.execute()
    run = world.start()
    world.execute()
    assert world.view(run).state is State.SUCCEEDED


def test_runs_that_failed_are_no_profile(world: World) -> None:
    world.work.ends["restart"] = [StepEnd("failure")] * 4
    usually(world, 4, "web-1")
    aimed(world, *(f"web-{n}" for n in range(10)))
    world.work.ends.clear()
    run = world.start()
    world.execute()
    assert world.view(run).state is State.SUCCEEDED


def test_another_workflow_has_a_profile_of_its_own(world: World) -> None:
    usually(world, 4, "web-1")
    world.flow = replace(world.flow, name="another")
    aimed(world, *(f"web-{n}" for n in range(10)))
    exec_on(world)
    run = world.start()
    world.execute()
    assert world.view(run).state is State.SUCCEEDED
