"""What expressions see of a run itself, outside of its steps too."""

from dataclasses import replace

import pytest

from holdfast.declare import Call, Concurrency, Strategy, Workflow
from holdfast.engine.runs.request import Request
from holdfast.model import State
from unit.runs.world import World, job, step

GITHUB = {"ref": "refs/heads/main", "sha": "c0ffee", "repository": "acme/shop"}


def group_of(world: World, run: str) -> str:
    with world.store.runs.begin() as transaction:
        row = transaction.run(run)
    assert row is not None
    return row.group


def test_a_group_is_named_after_its_workflow_and_ref(world: World) -> None:
    group = Concurrency("${{ github.workflow }}-${{ github.ref }}")
    world.flow = replace(world.flow, jobs=(job("a"),), concurrency=group)
    run = world.keeper.accept(Request(world.flow, {}, github=GITHUB), "ann")
    assert group_of(world, run) == "ship-refs/heads/main"


@pytest.mark.parametrize(
    "condition",
    [
        "github.workflow == 'ship'",
        "github.run_id == 1 && github.run_number == 1 && github.run_attempt == 1",
        "github.workflow_ref == 'acme/shop/w.yaml@refs/heads/main'",
        "github.workflow_sha == 'c0ffee' && github.ref_protected == false",
        "github.api_url == 'https://api.github.com' && github.head_ref == ''",
    ],
)
def test_a_condition_of_a_job_knows_the_run(world: World, condition: str) -> None:
    world.flow = replace(world.flow, jobs=(job("a", condition=condition),))
    world.worker("w1")
    world.keeper.accept(Request(world.flow, {}, github=GITHUB), "ann")
    assert world.keys() == ["r1/a/1"]


@pytest.mark.parametrize(
    ("written", "title"),
    [
        (
            "Deploy to ${{ inputs.to }} by @${{ github.actor }}",
            "Deploy to prod by @ann",
        ),
        ("run ${{ github.run_number }} of ${{ github.workflow }}", "run 1 of ship"),
        ("two\nlines\x1b[31m", "two lines [31m"),
        ("${{ inputs.nothing }}", "ship"),
        (None, "ship"),
    ],
)
def test_a_run_is_called_what_its_run_name_comes_to(
    world: World, written: str | None, title: str
) -> None:
    world.flow = replace(world.flow, jobs=(job("a"),), run_name=written)
    given = Request(world.flow, {}, {"to": "prod"}, {"actor": "ann"})
    world.keeper.accept(given, "ann")
    assert world.store.runs.runs()[0].title == title


def test_a_called_workflow_sees_its_callers_name_and_shares_its_group(
    world: World,
) -> None:
    group = Concurrency("${{ github.workflow }}")
    called = job("in", condition="github.workflow == 'outer'", steps=(step("i"),))
    inner = Workflow("inner.yaml", "inner", jobs=(called,), concurrency=group)
    inner = replace(inner, call=Call((), {}))
    jobs = (job("call", calls=inner),)
    flows = {
        "outer": replace(world.flow, name="outer", jobs=jobs, concurrency=group),
        "inner": inner,
    }
    world.flow = flows["outer"]
    world.keeper.flow_of = lambda view: flows[str(view.started["workflow"])]
    world.worker("w1")
    run = world.start()
    world.execute()
    assert world.view(run).state is State.SUCCEEDED


def test_strategy_tells_how_the_jobs_of_a_matrix_go(world: World) -> None:
    strategy = Strategy({"n": [1, 2]}, fail_fast=False, max_parallel=1)
    made = step("s", condition="strategy.max-parallel == 1 && !strategy.fail-fast")
    world.flow = replace(world.flow, jobs=(job("a", strategy=strategy, steps=(made,)),))
    world.worker("w1")
    world.start()
    world.execute()
    assert world.work.done == ["s"]
