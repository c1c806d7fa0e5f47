"""Names in expressions that are never there: what reads them is always empty."""

from collections.abc import Iterable, Iterator

from holdfast.app.checking.contexts import contexts_at, contexts_in_action
from holdfast.app.checking.scene import Scene
from holdfast.app.checking.wording import mended
from holdfast.declare import Job
from holdfast.expressions.shapes import Missing, missing
from holdfast.load.workflows import Expression
from holdfast.problems import Place, Problem, Severity

_NOT_SURE = frozenset({"github", "runner", "strategy", "vars"})
"""Contexts that others may add a key to: tomorrow, or on another machine."""

_HOWTO = {
    "inputs": "Declare it below `inputs:`, of the action or of `on: workflow_dispatch:`.",
    "matrix": "Add it below `strategy: matrix:` of the job.",
    "needs": "Add it to `needs:` of the job.",
    "steps": "Give the step that is meant an `id:`.",
    "vars": "Write it below `vars:` in holdfast.yaml.",
    "outputs": "Add it below `outputs:` of what is to give it.",
}


def unknown_names(scene: Scene) -> Iterator[Problem]:
    """Every name that its context never has, where it stands; ``vars`` once a file."""
    told: set[str] = set()
    for expression in scene.source.expressions:
        for one in missing(expression.text, contexts_at(scene, expression)):
            if one.path[0].lower() == "vars":
                if one.written in told:
                    continue
                told.add(one.written)
            place = scene.source.place_in(expression, one.position, one.path[0])
            yield _problem(one, scene, expression, place)


def unknown_names_in_actions(scene: Scene) -> Iterator[Problem]:
    """The same in the local actions that a workflow uses."""
    for action, source in scene.actions():
        for expression in source.expressions:
            shapes = contexts_in_action(scene, action, expression)
            for one in missing(expression.text, shapes):
                place = source.place_in(expression, one.position, one.path[0])
                if _is_of(one, "steps", (step.id for step in action.steps)):
                    yield _not_run_yet(one, expression, place)
                else:
                    yield _unknown(one, place)


def _problem(
    one: Missing, scene: Scene, expression: Expression, place: Place
) -> Problem:
    job = scene.job_of(expression)
    if job and _is_of(one, "steps", (step.id for step in job.steps)):
        return _not_run_yet(one, expression, place)
    if job and _is_of(one, "needs", _others(scene, job)):
        return _not_needed(one, job, place)
    return _unknown(one, place)


def _others(scene: Scene, job: Job) -> Iterator[str]:
    return (other.id for other in scene.flow.jobs if other.id != job.id)


def _is_of(one: Missing, context: str, names: Iterable[str]) -> bool:
    """Whether one of some names was asked of a context."""
    first, key, *below = one.path
    return not below and first.lower() == context and key in set(names)


def _unknown(one: Missing, place: Place) -> Problem:
    context, key = one.path[0].lower(), one.path[-1]
    where = one.path[-2].lower()
    known = one.record.told
    return Problem(
        code="check.unknown-name",
        summary=f"`{one.written}` is never there",
        detail=f"It is always empty. {_known(where, known)}",
        next_step=mended(key, known) or _HOWTO.get(where, "Write one of those."),
        place=place,
        severity=Severity.WARNING if context in _NOT_SURE else Severity.ERROR,
    )


def _known(where: str, known: tuple[str, ...]) -> str:
    if not known:
        return f"There is nothing in `{where}` here."
    return f"In `{where}` there are: {', '.join(known)}."


def _not_run_yet(one: Missing, expression: Expression, place: Place) -> Problem:
    return Problem(
        code="check.step-not-run-yet",
        summary=f"The step `{one.path[-1]}` has not run yet here",
        detail=f"`{one.written}` is always empty in `{expression.path[-1]}`: steps run in "
        "the order of the file.",
        next_step=f"Move the step `{one.path[-1]}` before this one.",
        place=place,
    )


def _not_needed(one: Missing, job: Job, place: Place) -> Problem:
    needs = ", ".join([*job.needs, one.path[-1]])
    return Problem(
        code="check.not-needed",
        summary=f"The job `{job.id}` does not need `{one.path[-1]}`",
        detail=f"`{one.written}` is always empty: only jobs in `needs:` of the job are "
        "there.",
        next_step=f"Write in the job: needs: [{needs}]",
        place=place,
    )
