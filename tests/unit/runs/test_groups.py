"""Called workflows, concurrency groups and claims: who waits for whom."""

from dataclasses import replace
from datetime import timedelta

import pytest

from holdfast.declare import (
    Call,
    ClaimWanted,
    Concurrency,
    Input,
    Job,
    Strategy,
    Workflow,
)
from holdfast.drivers.stores import Store
from holdfast.model import Claim, State
from unit.runs.world import HERE, NOON, World, job, step


@pytest.fixture
def world(store: Store) -> World:
    made = World.of(store)
    made.worker("w1")
    return made


# --- called workflows ----------------------------------------------------------------


def calling(world: World) -> dict[str, Workflow]:
    """`outer` calls `inner`; both are known by their names."""
    inner_job = job("in", steps=(step("i"),), outputs={"o": "${{ inputs.x }}!"})
    inner = Workflow(
        "inner.yaml",
        "inner",
        jobs=(inner_job,),
        call=Call((Input("x"),), outputs={"back": "${{ jobs.in.outputs.o }}"}),
    )
    call = Job(
        id="call", place=HERE, uses="./inner.yaml", with_={"x": "1"}, calls=inner
    )
    after = job("after", "call", steps=(step("${{ needs.call.outputs.back }}"),))
    flows = {
        "outer": replace(world.flow, name="outer", jobs=(call, after)),
        "inner": inner,
    }
    world.flow = flows["outer"]
    world.keeper.flow_of = lambda view: flows[str(view.started["workflow"])]
    return flows


def test_a_called_workflow_is_a_run_of_its_own(world: World) -> None:
    calling(world)
    run = world.start()
    child = world.view(run).jobs["call"].wait
    assert child is not None
    assert world.keys() == [f"{child.child}/in/1"]
    world.execute()
    assert world.view(child.child).state is State.SUCCEEDED
    assert world.view(run).jobs["call"].outputs == {"back": "1!"}
    assert world.keys()[-1] == f"{run}/after/1"


def test_cancelling_the_caller_cancels_what_it_calls(world: World) -> None:
    calling(world)
    run = world.start()
    child = world.view(run).jobs["call"].wait
    assert child is not None
    world.keeper.cancel(run, "enough", "ann")
    world.execute_cancelled()
    assert world.view(child.child).state is State.CANCELLED
    assert world.view(run).state is State.CANCELLED


# --- groups and claims ------------------------------------------------------------------


def test_runs_of_a_group_go_one_after_the_other(world: World) -> None:
    world.flow = replace(
        world.flow, concurrency=Concurrency("g"), jobs=(job("j", steps=(step("s"),)),)
    )
    first, second = world.start(), world.start()
    assert world.keys() == [f"{first}/j/1"]
    assert world.keeper.waits(second) == {
        "": f"{first} is ahead of it in its concurrency group g since "
        f"2026-03-01 12:00:00 UTC; it ends with {first}: holdfast status {first}"
    }
    world.execute()
    assert world.keys()[-1] == f"{second}/j/1"


def test_of_those_that_wait_in_a_group_the_newest_stays(world: World) -> None:
    world.flow = replace(
        world.flow, concurrency=Concurrency("g"), jobs=(job("j", steps=(step("s"),)),)
    )
    first, second, third = world.start(), world.start(), world.start()
    assert world.view(second).state is State.CANCELLED
    assert "came after it" in world.view(second).cancelled
    assert world.view(first).state is not State.CANCELLED
    assert world.view(third).state is not State.CANCELLED


def test_a_group_that_cancels_ends_the_one_at_work(world: World) -> None:
    group = Concurrency("g", cancel_in_progress=True)
    world.flow = replace(
        world.flow, concurrency=group, jobs=(job("j", steps=(step("s"),)),)
    )
    first, second = world.start(), world.start()
    assert any(job.stop for job in world.store.runs.jobs_of("w1"))
    world.stop = "told to"
    world.execute(0)
    assert world.view(first).state is State.CANCELLED
    assert world.keys()[-1] == f"{second}/j/1"


def test_a_claim_is_held_while_the_run_lives_and_not_longer(world: World) -> None:
    world.flow = replace(
        world.flow,
        claims=(ClaimWanted("host:${{ inputs.host }}"),),
        jobs=(job("j", steps=(step("s"),)),),
    )
    first, second, other = (
        world.start(host="web-1"),
        world.start(host="web-1"),
        world.start(host="web-2"),
    )
    assert world.keys() == [f"{first}/j/1", f"{other}/j/1"]
    assert f"claimed by {first}" in world.keeper.waits(second)["j"]
    world.execute(0)
    assert world.keys()[-1] == f"{second}/j/1"
    with world.store.runs.begin() as transaction:
        held = {claim.key: claim.run for claim in transaction.claims(NOON)}
    assert held == {"host:web-1": second, "host:web-2": other}


def test_a_persons_claim_keeps_a_run_back(world: World) -> None:
    until = NOON + timedelta(hours=2)
    with world.store.runs.begin() as transaction:
        transaction.put_claim(Claim("db:orders", "bob", "repair", NOON, until, 0))
    for otherwise, state in (
        ("wait", State.WAITING),
        ("skip", State.SKIPPED),
        ("fail", State.FAILED),
    ):
        claim = ClaimWanted("db:orders", otherwise=otherwise)  # type: ignore[arg-type]
        world.flow = replace(world.flow, claims=(claim,), jobs=(job("j"),))
        run = world.start()
        with world.store.runs.begin() as transaction:
            row = transaction.run(run)
        assert row is not None
        assert row.state is state, otherwise


def test_shared_claims_share(world: World) -> None:
    shared = ClaimWanted("db:orders", shared=True)
    world.flow = replace(world.flow, claims=(shared,), jobs=(job("j"),))
    first, second = world.start(), world.start()
    assert world.keys() == [f"{first}/j/1", f"{second}/j/1"]
    world.flow = replace(world.flow, claims=(ClaimWanted("db:orders"),))
    assert "claimed by" in world.keeper.waits(world.start())["j"]


def test_what_a_job_claims_ends_with_the_job(world: World) -> None:
    mine = (ClaimWanted("db:orders"),)
    first = job("first", claims=mine, steps=(step("s"),))
    then = job("then", "first", claims=mine, steps=(step("s"),))
    world.flow = replace(world.flow, jobs=(first, then))
    run, other = world.start(), world.start()
    assert f"claimed by {run}" in world.keeper.waits(other)["first"]
    world.execute()
    assert world.keys()[-1] == f"{run}/then/1"
    world.execute()
    world.keeper.tick()
    assert world.view(run).state is State.SUCCEEDED
    assert world.keys()[-1] == f"{other}/first/1"


def test_jobs_of_a_matrix_take_turns_with_what_they_claim(world: World) -> None:
    mine = (ClaimWanted("db:orders"),)
    many = Strategy(matrix={"n": [1, 2]})
    made = job("j", claims=mine, steps=(step("s"),), strategy=many)
    world.flow = replace(world.flow, jobs=(made,))
    run = world.start()
    assert world.keys() == [f"{run}/j.0/1"]
    assert "db:orders is claimed by" in world.keeper.waits(run)["j.1"]
    world.execute()
    assert world.keys()[-1] == f"{run}/j.1/1"


def test_a_claim_may_have_any_name(world: World) -> None:
    odd = (ClaimWanted("channel:#ops"),)
    world.flow = replace(world.flow, claims=odd, jobs=(job("j"),))
    first, second = world.start(), world.start()
    assert world.keys() == [f"{first}/j/1"]
    assert f"channel:#ops is claimed by {first}" in world.keeper.waits(second)["j"]


def test_a_job_whose_files_are_elsewhere_fails_and_says_so(world: World) -> None:
    world.flow = replace(world.flow, jobs=(job("j", steps=(step("a"), step("b"))),))
    world.work.kill_in = "b"
    run = world.start()
    with pytest.raises(BaseException):  # noqa: B017, PT011 - as good as a kill
        world.execute()
    world.hand_over(run, "j")
    world.execute_at("elsewhere")
    view = world.view(run)
    assert view.state is State.FAILED
    assert "what a left is on here" in view.jobs["j"].why
