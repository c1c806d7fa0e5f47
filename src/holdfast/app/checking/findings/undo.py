"""Steps behind a gate that say no way back: whoever approves would like to know."""

from collections.abc import Iterator

from holdfast.app.checking.scene import Scene, literal
from holdfast.declare import Job, Step
from holdfast.problems import Problem, Severity

_CHANGING = frozenset({"holdfast/exec", "holdfast/http"})
_MOST = 5


def no_way_back(scene: Scene) -> Iterator[Problem]:
    """Jobs of environments with gates whose steps say nothing about ``undo:``."""
    if scene.theirs:
        return
    for job in scene.flow.jobs:
        environment = literal(job.environment) or ""
        silent = [step for step in job.steps if _changes(step) and step.undo is None]
        if silent and scene.project.gates.get(environment):
            yield _silent(scene, job, environment, silent)


def _changes(step: Step) -> bool:
    """Whether a step may change something: a look with a ``check:`` is one as well."""
    return step.run is not None or step.uses.partition("@")[0] in _CHANGING


def _silent(scene: Scene, job: Job, environment: str, steps: list[Step]) -> Problem:
    titles = ", ".join(f"`{step.title}`" for step in steps[:_MOST])
    more = f" and {len(steps) - _MOST} more" if len(steps) > _MOST else ""
    return Problem(
        code="check.no-undo",
        summary=f"Not said for {len(steps)} of the steps of `{job.id}`: the way back",
        detail=f"{environment} has gates, and who approves is shown where there is no "
        f"return. Without `undo:`: {titles}{more}.",
        next_step="Write `undo:` with a command, or `undo: none` where there is none.",
        place=scene.place(("jobs", job.id, "environment"), job.place),
        severity=Severity.NOTE,
    )
