"""Jobs and steps that no run ever reaches."""

from collections.abc import Iterator, Mapping

from holdfast.app.checking.scene import Scene
from holdfast.declare import Job
from holdfast.expressions import ExpressionError
from holdfast.expressions.constant import Values, verdict
from holdfast.problems import Place, Problem, Severity

_SKIPPED = {"success": False}
"""What functions of status come to in a job that needs one that was skipped."""


def never_reached(scene: Scene) -> Iterator[Problem]:
    """Conditions that are always false, and jobs that rest on such a job."""
    values = _values(scene)
    dead: set[str] = set()
    for job in _in_order(scene):
        lost = [need for need in job.needs if need in dead]
        path, at = ("jobs", job.id), job.place
        if _never(job.condition, values):
            dead.add(job.id)
            place = scene.place((*path, "if"), at)
            yield _never_true(f"The job `{job.id}` never runs", scene, place)
        elif lost and _never(job.condition, values, _SKIPPED):
            dead.add(job.id)
            place = scene.place((*path, "needs"), at)
            yield _rests_on(job, lost[0], place)
    for seen in scene.steps():
        if seen.job.id not in dead and _never(seen.step.condition, values):
            place = scene.place((*seen.path, "if"), seen.step.place)
            title = f"The step `{seen.step.title}` never runs"
            yield _never_true(title, scene, place)


def _in_order(scene: Scene) -> Iterator[Job]:
    """Every job after those it needs."""
    done: set[str] = set()
    waiting = list(scene.flow.jobs)
    while waiting:
        ready = [job for job in waiting if set(job.needs) <= done]
        if not ready:
            return
        yield from ready
        done |= {job.id for job in ready}
        waiting = [job for job in waiting if job.id not in done]


def _values(scene: Scene) -> Values:
    """What is known of a run before there is one: the event that starts it."""
    flow = scene.flow
    if flow.call is not None or scene.started:
        return {}
    words = {trigger.event for trigger in flow.triggers} | {"workflow_dispatch"}
    if flow.schedules:
        words.add("schedule")
    if words & _OF_OURS:
        return {}
    return {("github", "event_name"): frozenset(words)}


_OF_OURS = frozenset({"alert", "drift", "event", "webhook", "run"})
"""Triggers that are met by events of other names."""


def _never(
    condition: str, values: Values, status: Mapping[str, bool] | None = None
) -> bool:
    try:
        return verdict(condition, values, status) is False
    except ExpressionError:
        return False


def _never_true(summary: str, scene: Scene, place: Place) -> Problem:
    starts = ", ".join(sorted({trigger.event for trigger in scene.flow.triggers}))
    return Problem(
        code="check.never-runs",
        summary=summary,
        detail="Its `if:` is false in every run"
        + (f", whichever starts it ({starts})." if starts else "."),
        next_step="Correct the condition, or take out what is not wanted any more.",
        place=place,
        severity=Severity.WARNING,
    )


def _rests_on(job: Job, need: str, place: Place) -> Problem:
    return Problem(
        code="check.never-runs",
        summary=f"The job `{job.id}` never runs",
        detail=f"It needs `{need}`, which never runs, and its `if:` asks for success.",
        next_step=f"Take `{need}` out of `needs:`, or write `if: always()`.",
        place=place,
        severity=Severity.WARNING,
    )
