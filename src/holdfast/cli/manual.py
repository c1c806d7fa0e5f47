"""Manual steps on the terminal: which one is meant, and walking through them."""

from collections.abc import Iterator, Mapping
from typing import Any

import click

from holdfast.cli.following import Follower
from holdfast.cli.interrupt import Interrupt
from holdfast.cli.output import can_ask, say, show_error
from holdfast.cli.views.tasks import task_text
from holdfast.model import TaskView
from holdfast.ports import Desks, Report, RunSheet
from holdfast.problems import HoldfastError, Problem

Task = tuple[str, int, TaskView]
"""The job that waits, the index of its step, and what is to be done."""


def tasks_of(sheet: RunSheet) -> Iterator[Task]:
    """Manual steps that a run waits for."""
    for key, job in sheet.view.jobs.items():
        if not job.state.is_end and job.wait is not None and job.wait.task is not None:
            yield key, job.wait.step, job.wait.task


def the_task(sheet: RunSheet, run: str, job: str | None) -> Task:
    """The one that is meant; raises ``HoldfastError`` when that is not clear."""
    every = list(tasks_of(sheet))
    meant = [task for task in every if job in (None, task[0])]
    if len(meant) == 1:
        return meant[0]
    names = ", ".join(key for key, _, _ in every)
    raise HoldfastError(
        Problem(
            code="cli.which-step",
            summary=f"{run} has {len(meant)} manual steps to report on",
            detail=f"Waiting: {names or 'none'}. Nothing was recorded.",
            next_step=f"holdfast done {run} JOB --evidence TEXT"
            if meant
            else f"See the run: holdfast status {run}",
        )
    )


def pair_of(text: str) -> tuple[str, str]:
    """``NAME=VALUE`` as a field; raises ``HoldfastError`` for anything else."""
    name, equals, value = text.partition("=")
    if equals and name:
        return name, value
    raise HoldfastError(
        Problem(
            code="cli.field-form",
            summary=f"`{text}` is no field",
            detail="A field is NAME=VALUE. Nothing was recorded.",
            next_step="holdfast done RUN -f length=12",
        )
    )


def walked(
    desks: Desks, follower: Follower, actor: str
) -> tuple[RunSheet, tuple[RunSheet, ...]]:
    """
    Follow a run, and on a terminal ask for its manual steps right there.

    It ends when the run does, or when only somebody else can move it; with the run come
    those below it that wait. Whoever answers ``later`` leaves a step to others.
    """
    left: set[tuple[str, str, int]] = set()
    while True:
        with Interrupt() as interrupt:
            follower.asked = interrupt.asked
            sheet, below = follower.follow(), tuple(follower.called())
        every = [
            (one.row.id, task) for one in (sheet, *below) for task in tasks_of(one)
        ]
        mine = [(run, task) for run, task in every if (run, *task[:2]) not in left]
        if not mine or interrupt.asked() or not can_ask():
            return sheet, below
        run, task = mine[0]
        if not _asked(desks, run, task, actor):
            left.add((run, *task[:2]))


def _asked(desks: Desks, run: str, at: Task, actor: str) -> bool:
    key, step, task = at
    try:
        desks.runbooks.take(run, key, step, actor)
        say(task_text(task))
        report = _report(task)
        if report is not None:
            desks.runbooks.report(run, key, step, report, actor)
    except HoldfastError as error:
        show_error(error)
        return False
    return report is not None


def _report(task: TaskView) -> Report | None:
    choice = click.Choice(["done", "failed", "skip", "later"])
    word = click.prompt("It is", type=choice, default="done", err=True)
    match word:
        case "later":
            return None
        case "done":
            fields = {str(one["name"]): _field(one) for one in task.fields}
            return Report("done", _line("What did you see"), fields)
        case "failed":
            return Report("failed", _line("What went wrong"))
        case _:
            return Report("skipped", _line("Why"))


def _field(one: Mapping[str, Any]) -> str:
    told = str(one.get("description") or "")
    question = f"{one['name']} ({told})" if told else str(one["name"])
    options = one.get("options")
    kind = click.Choice(list(options)) if options else None
    default = one.get("default", None if one.get("required") else "")
    shown = default not in (None, "")
    found = click.prompt(question, default, type=kind, show_default=shown, err=True)
    return str(found)


def _line(question: str) -> str:
    return str(click.prompt(question, default="", show_default=False, err=True))
