"""Workflows that are called by the jobs of a matrix, and matrices that never began."""

from dataclasses import replace
from typing import Any

import pytest

from holdfast.declare import Call, Input, Strategy, Workflow
from holdfast.engine.runs.calling import inputs_for
from holdfast.model import Event, State
from unit.runs.world import World, job, step

TYPED = Workflow(
    "c.yaml",
    "c",
    call=Call(
        (Input("n", type="number"), Input("b", type="boolean", default=False)), {}
    ),
)


def calling_twice(world: World) -> None:
    """`outer` calls `inner` once for each of a matrix, and one job needs them all."""
    inner = Workflow("inner.yaml", "inner", jobs=(job("in", steps=(step("i"),)),))
    inner = replace(inner, call=Call((), {}))
    call = job("call", calls=inner, strategy=Strategy({"of": ["a", "b"]}))
    flows = {
        "outer": replace(world.flow, name="outer", jobs=(call, job("after", "call"))),
        "inner": inner,
    }
    world.flow = flows["outer"]
    world.keeper.flow_of = lambda view: flows[str(view.started["workflow"])]


def test_a_matrix_of_called_workflows_ends_when_each_of_them_has(world: World) -> None:
    calling_twice(world)
    world.worker("w1")
    run = world.start()
    for number in (0, 1):
        world.execute(number)
    assert world.keys()[-1] == f"{run}/after/1"


def test_a_job_that_calls_a_workflow_has_its_name_at_once(world: World) -> None:
    calling_twice(world)
    run = world.start()
    assert [one.name for one in world.view(run).jobs.values()] == [
        "call (a)",
        "call (b)",
    ]


def test_a_matrix_at_its_gate_ends_when_the_run_is_cancelled(world: World) -> None:
    two = job("ship", strategy=Strategy({"of": ["a", "b"]}))
    world.flow = replace(world.flow, jobs=(two, job("after", "ship")))
    run = world.start()
    with world.store.runs.begin() as transaction:
        for key in ("ship.0", "ship.1"):
            body = {"job": key, "digest": "sha256:1", "step": -1}
            transaction.append([world.keeper.entry(Event.GATE_OPENED, run, body)])
            transaction.drop_job(run, key)
    world.keeper.cancel(run, "enough", "ann")
    assert world.view(run).state is State.CANCELLED


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ({"n": "${{ '7' }}"}, {"n": 7, "b": False}),
        ({"n": 1.5, "b": "${{ true }}"}, {"n": 1.5, "b": True}),
        ({"n": 1, "b": "${{ inputs.flag }}"}, {"n": 1, "b": True}),
    ],
)
def test_inputs_of_a_called_workflow_have_the_sort_it_wants(
    given: dict[str, Any], made: dict[str, Any]
) -> None:
    caller = job("call", calls=TYPED, with_=given)
    assert inputs_for(caller, TYPED, {"inputs": {"flag": "true"}}) == made


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"n": "${{ 'seven' }}"}, "its input `n` is a number, not 'seven'"),
        ({"b": "${{ 'yes' }}"}, "its input `b` is true or false, not 'yes'"),
    ],
)
def test_an_input_of_another_sort_fails_the_job_that_calls(
    given: dict[str, Any], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        inputs_for(job("call", calls=TYPED, with_=given), TYPED, {})
