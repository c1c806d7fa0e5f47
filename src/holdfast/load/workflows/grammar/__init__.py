"""
GitHub's grammar of workflows as data, and what Holdfast adds to it.

Keys, and the contexts each place may use, are those of GitHub's documentation.
"""

from holdfast.load.workflows.grammar import contexts, extensions, jobs, steps
from holdfast.load.workflows.grammar.actions import ACTION
from holdfast.load.workflows.grammar.events import GITHUB_EVENTS, on
from holdfast.load.workflows.grammar.notation import (
    FILLED,
    TEXT,
    key,
    named,
    required,
)
from holdfast.load.workflows.grammar.permissions import PERMISSIONS
from holdfast.load.workflows.grammar.shapes import Key, Keys, String

THEIRS = ".github/workflows"
"""The folder of the workflows that GitHub runs."""

_WORKFLOW = {
    "name": key(TEXT),
    "description": key(TEXT),
    "run-name": key(String(contexts.WORKFLOW)),
    "env": key(named(contexts.WORKFLOW_ENV)),
    "defaults": key(jobs.defaults(None)),
    "concurrency": key(jobs.concurrency(contexts.WORKFLOW, String(contexts.WORKFLOW))),
    "permissions": key(PERMISSIONS),
}
_OF_THE_JOB = ("runs-on", "environment", "outputs", "timeout-minutes")

RUNBOOK_JOB = frozenset({*_OF_THE_JOB, "steps"})
"""What in a runbook's head is its one job's; the rest is the workflow's."""


def of(file: str) -> Keys:
    """The grammar of a file of a project: below ``.github`` it is GitHub's."""
    return github() if file.startswith(THEIRS) else holdfast()


def github(*, background: bool = False) -> Keys:
    """A workflow as GitHub reads it; steps in the background are an experiment there."""
    sorts = steps.IN_BACKGROUND if background else steps.IN_ORDER
    job = {**jobs.WORKING, "steps": key(steps.steps(*sorts))}
    return Keys(
        {
            "on": required(on(GITHUB_EVENTS)),
            **_WORKFLOW,
            "jobs": jobs.jobs(job, jobs.CALLING),
        }
    )


def holdfast() -> Keys:
    """A workflow of ours: GitHub's grammar with what Holdfast adds."""
    job = {
        **jobs.WORKING,
        "runs-on": key(jobs.RUNS_ON),
        "steps": extensions.STEPS,
        "claims": extensions.CLAIMS,
    }
    calling = {**jobs.CALLING, "claims": extensions.CLAIMS}
    return Keys({**_head(), "jobs": jobs.jobs(job, calling)})


def runbook() -> Keys:
    """A Markdown runbook: a workflow's head and its one job, side by side."""
    job = {**jobs.WORKING, "runs-on": key(jobs.RUNS_ON)}
    return Keys(
        {
            **_head(),
            **{name: job[name] for name in _OF_THE_JOB},
            "review": key(FILLED),
            "steps": extensions.STEPS,
        }
    )


def front_matter() -> Keys:
    """The head of a runbook as a person writes it: its steps are the blocks below."""
    keys = {name: one for name, one in runbook().keys.items() if name != "steps"}
    return Keys({**keys, "on": key(keys["on"].shape)})


def action() -> Keys:
    """An ``action.yml``."""
    return ACTION


def _head() -> dict[str, Key]:
    """Everything of a workflow of ours but its jobs."""
    return {
        "on": required(on(extensions.EVENTS)),
        **_WORKFLOW,
        **extensions.WORKFLOW,
    }
