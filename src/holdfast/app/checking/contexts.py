"""
Which keys each context has, place by place: one table.

Which contexts may be used where is part of the grammar; here is what is in them. What
cannot be known before a run is open.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from holdfast.app.checking.scene import Scene
from holdfast.declare import Action, Input, Job, Step, Workflow, built_in
from holdfast.declare.workflow import REPORTED
from holdfast.expressions.shapes import OPEN, Record, Shape
from holdfast.load.workflows import Expression, written_steps


@dataclass(frozen=True, slots=True)
class Around:
    """Where an expression is: its job, and the steps that have run before."""

    scene: Scene
    job: Job | None
    before: tuple[Step, ...]


def contexts_at(scene: Scene, expression: Expression) -> Mapping[str, Shape]:
    """The keys of every context that an expression may use."""
    job = scene.job_of(expression)
    steps = written_steps(job) if job else ()
    match expression.path:
        case ("jobs", _, "steps", int(number), "undo", *_):
            steps = steps[: number + 1]
        case ("jobs", _, "steps", int(number), *_):
            steps = steps[:number]
        case _:
            pass
    around = Around(scene, job, steps)
    return {name: shape(around) for name, shape in SHAPES.items()}


def contexts_in_action(
    scene: Scene, action: Action, expression: Expression
) -> Mapping[str, Shape]:
    """The same in a local action: its own inputs and steps, and what its caller has."""
    before = action.steps
    match expression.path:
        case ("runs", "steps", int(number), *_):
            before = before[:number]
        case _:
            pass
    return {
        "github": _GITHUB,
        "runner": _RUNNER,
        "inputs": Record({one.name: OPEN for one in action.inputs}),
        "steps": Record({step.id: _step(scene, step) for step in before}),
    }


def _names(words: str) -> Record:
    return Record(dict.fromkeys(words.split(), OPEN))


_GITHUB = _names(
    "action action_path action_ref action_repository action_status actor actor_id "
    "api_url artifact_cache_size_limit base_ref env event event_name event_path "
    "graphql_url head_ref job job_workflow_sha output path ref ref_name ref_protected "
    "ref_type repository repository_id repository_owner repository_owner_id "
    "repository_visibility repositoryUrl retention_days run_attempt run_id run_number "
    "secret_source server_url sha state step_summary token triggering_actor workflow "
    "workflow_ref workflow_sha workspace"
)
_RUNNER = _names("name os arch temp tool_cache debug environment workspace")
_STRATEGY = _names("fail-fast job-index job-total max-parallel")


def _inputs(around: Around) -> Shape:
    flow = around.scene.flow
    every: list[Input] = [
        *(flow.dispatch or ()),
        *(flow.call.inputs if flow.call else ()),
    ]
    if around.scene.started:
        return OPEN
    return Record({one.name: OPEN for one in every})


def _vars(around: Around) -> Shape:
    return Record(dict.fromkeys(around.scene.project.vars, OPEN))


def _needs(around: Around) -> Shape:
    job = around.job
    if job is None:
        return OPEN
    return _jobs_of(around.scene.flow, job.needs)


def _jobs(around: Around) -> Shape:
    flow = around.scene.flow
    return _jobs_of(flow, (job.id for job in flow.jobs))


def _jobs_of(flow: Workflow, names: Iterable[str]) -> Shape:
    found = {name: flow.job(name) for name in names}
    return Record(
        {
            name: Record({"result": OPEN, "outputs": _outputs_of(job)})
            for name, job in found.items()
            if job is not None
        }
    )


def _outputs_of(job: Job) -> Shape:
    """What a job gives to those that need it."""
    if job.calls is not None:
        call = job.calls.call
        return Record(dict.fromkeys(call.outputs, OPEN)) if call else OPEN
    return OPEN if job.uses else _keys(job.outputs)


def _matrix(around: Around) -> Shape:
    job = around.job
    if job is None:
        return OPEN
    written = job.strategy.matrix
    if written is None:
        return Record()
    if not isinstance(written, Mapping) or _has_holes(written):
        return OPEN
    rows = written.get("include") or []
    axes = {k: v for k, v in written.items() if k not in ("include", "exclude")}
    if not isinstance(rows, list) or _has_holes(*axes.values(), rows, *rows):
        return OPEN
    values: dict[str, list[Any]] = {name: list(axis) for name, axis in axes.items()}
    for row in rows:
        for name, value in row.items():
            values.setdefault(name, []).append(value)
    return Record({name: _any_of(every) for name, every in values.items()})


def _any_of(values: Iterable[Any]) -> Shape:
    """What is in a value that is one of several: all their keys, if they are mappings."""
    every = list(values)
    if not every or not all(isinstance(value, Mapping) for value in every):
        return OPEN
    if any(_has_holes(value) for value in every):
        return OPEN
    return Record({key: OPEN for value in every for key in value})


def _has_holes(*values: Any) -> bool:
    """Whether something in them is worked out: an expression as a value or a key."""
    return any(
        isinstance(one, str) and "${{" in one
        for value in values
        for one in ([value] if isinstance(value, str) else value or ())
    )


def _steps(around: Around) -> Shape:
    return Record(
        {step.id: _step(around.scene, step) for step in around.before}
        if around.job
        else {}
    )


def _step(scene: Scene, step: Step) -> Shape:
    given = outputs_of(scene, step)
    return Record({"outputs": given, "outcome": OPEN, "conclusion": OPEN})


def outputs_of(scene: Scene, step: Step) -> Shape:
    """What a step sets; a script and a program may set anything."""
    if step.manual:
        return _keys(dict.fromkeys([*REPORTED, *(one.name for one in step.fields)]))
    action = scene.action(step)
    if action is not None:
        return _keys(action.outputs) if action.using == "composite" else OPEN
    known = built_in(step.uses)
    if known is None or known.outputs is None:
        return OPEN
    return Record(dict.fromkeys(known.outputs, OPEN))


def _keys(written: Any) -> Shape:
    if not isinstance(written, Mapping) or _has_holes(written):
        return OPEN
    return Record(dict.fromkeys(written, OPEN))


Table: TypeAlias = Mapping[str, Callable[[Around], Shape]]

SHAPES: Table = {
    "github": lambda _: _GITHUB,
    "inputs": _inputs,
    "vars": _vars,
    "needs": _needs,
    "strategy": lambda _: _STRATEGY,
    "matrix": _matrix,
    "runner": lambda _: _RUNNER,
    "steps": _steps,
    "jobs": _jobs,
}
"""Contexts that are not here (``env event job secrets``) are open to this table."""
