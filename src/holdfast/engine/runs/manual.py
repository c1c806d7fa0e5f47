"""People take manual steps and say what came of them: each exactly once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from holdfast.engine.runs import refusals
from holdfast.engine.runs.keeper import Keeper
from holdfast.model import Attributes, Event, RunView, TaskView
from holdfast.problems import HoldfastError, Problem

How = Literal["done", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Said:
    """
    What a person says of a manual step.

    ``text`` is what was seen, or the reason; ``fields`` are what the step asks for.
    """

    how: How
    text: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)


def take(keeper: Keeper, run: str, job: str, step: int, actor: str) -> None:
    """
    Let others see who is at a manual step; who takes it later is at it then.

    Raises ``HoldfastError`` when the step is over or the person may not.
    """
    with keeper.store.begin() as transaction:
        task = open_task(keeper.view(transaction, run), run, job, step)
        _check(keeper, task, run, job, actor)
        if task.taken_by == actor:
            return
        body: Attributes = {"job": job, "step": step, "id": task.id}
        transaction.append([keeper.entry(Event.TAKEN, run, body, actor)])
        keeper.advance(transaction, run)


def report(
    keeper: Keeper, run: str, job: str, step: int, said: Said, actor: str
) -> None:
    """
    Write down what came of a manual step; its job goes on from there.

    A second report finds the step over. Raises ``HoldfastError`` then, when the person
    may not, or when a failure or a skip has no reason.
    """
    with keeper.store.begin() as transaction:
        view = keeper.view(transaction, run)
        task = open_task(view, run, job, step)
        _check(keeper, task, run, job, actor)
        if said.how != "done" and not said.text.strip():
            raise HoldfastError(_no_reason(run))
        taken = datetime.fromisoformat(task.since)
        body: Attributes = {
            "job": job,
            "step": step,
            "id": task.id,
            "workflow": str(view.started.get("workflow", "")),
            "how": said.how,
            "text": said.text.strip(),
            "fields": dict(said.fields),
            "seconds": round((keeper.clock.now() - taken).total_seconds()),
        }
        transaction.append([keeper.entry(Event.REPORTED, run, body, actor)])
        keeper.advance(transaction, run)


def open_task(view: RunView, run: str, job: str, step: int) -> TaskView:
    """The manual step a job waits for; raises ``HoldfastError`` when it is over."""
    seen = view.jobs.get(job)
    wait = seen.wait if seen else None
    if wait is None or wait.task is None or wait.task.said or wait.step != step:
        raise HoldfastError(_over(run, job))
    return wait.task


def _check(keeper: Keeper, task: TaskView, run: str, job: str, actor: str) -> None:
    teams = keeper.gatekeeper.teams
    mine = {actor, *(team for team, people in teams.items() if actor in people)}
    if task.needs and not mine & set(task.needs):
        why = f"{actor} is not among {', '.join(task.needs)}"
        raise HoldfastError(refusals.may_not(run, job, why))


def _over(run: str, job: str) -> Problem:
    return Problem(
        code="engine.no-such-task",
        summary=f"{job} of {run} waits for no such manual step",
        detail="It is over, was not begun, or was never there. Nothing was recorded.",
        next_step=f"See the run: holdfast status {run}",
    )


def _no_reason(run: str) -> Problem:
    return Problem(
        code="engine.no-reason-told",
        summary="A step that failed or was skipped needs a reason",
        detail="It is kept with the run, for whoever asks later. Nothing was recorded.",
        next_step=f"holdfast done {run} --failed --why TEXT   (or --skip)",
    )
