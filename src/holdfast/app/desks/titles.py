"""What jobs and steps of a run are called, with what is known of the run filled in."""

from collections.abc import Mapping
from typing import Any

from holdfast.declare import Job, Workflow
from holdfast.engine.runs.job_contexts import contexts_for
from holdfast.engine.runs.request import contexts_of
from holdfast.expressions import ExpressionError
from holdfast.expressions.partial import fill_known
from holdfast.model import RunView
from holdfast.plan import instances, needs_of

_LONGEST = 100


def titles(flow: Workflow, view: RunView) -> Mapping[str, tuple[str, ...]]:
    """
    The steps' names of every job that has begun, by its key, where a name is computed.

    Each of a matrix has its own. What is known only while a step runs stays as written.
    """
    found: dict[str, tuple[str, ...]] = {}
    for job in flow.jobs:
        if any("${{" in step.title for step in job.steps) and view.of(job.id):
            found |= _of_job(job, view)
    return found


def _of_job(job: Job, view: RunView) -> Mapping[str, tuple[str, ...]]:
    contexts = {**contexts_of(view), "needs": needs_of(job, view)}
    try:
        several = instances(job, contexts)
    except (ExpressionError, ValueError):
        return {}
    return {
        one.key: tuple(
            _filled(step.title, contexts_for(view, one)) for step in job.steps
        )
        for one in several
    }


def _filled(title: str, contexts: Mapping[str, Any]) -> str:
    """One line, without what a terminal would obey: a value may come from outside."""
    try:
        name = str(fill_known(title, contexts))
    except ExpressionError:
        return title
    plain = "".join(letter if letter.isprintable() else " " for letter in name)
    line = " ".join(plain.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST].rstrip()}…"
