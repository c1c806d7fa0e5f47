"""Steps nobody wrote: what has to be there before a job's own, and what cleans up after."""

from collections.abc import Iterator
from dataclasses import replace

from holdfast.declare import Job, Step, Workflow
from holdfast.load.workflows.actions import file_of, read_action

POSTS = {"actions/cache": "success()"}
"""What is built in and has something to do when its job ends, and when that is."""

CONTAINERS = "containers"
"""What the step that starts a job's containers uses; nobody can write that name."""

_DEEPEST = 10


def with_implied_steps(workflow: Workflow) -> Workflow:
    """The workflow with the steps around those that were written."""
    jobs = tuple(
        replace(job, steps=(*_before(job), *job.steps, *_after(job, workflow)))
        for job in workflow.jobs
    )
    return replace(workflow, jobs=jobs)


def written_steps(job: Job) -> tuple[Step, ...]:
    """The steps a person wrote, each at the place it has in the file."""
    return tuple(s for s in job.steps if s.uses != CONTAINERS and not s.post_of)


def post_of(workflow: Workflow, uses: str, depth: int = 0) -> str:
    """The condition of the ``post`` of what a step uses; empty when it has none."""
    if not uses.startswith("./"):
        return POSTS.get(uses.partition("@")[0], "")
    found = file_of(uses, workflow.sources.get)
    action = read_action(found[1], found[0]).action if found else None
    if action is None or depth > _DEEPEST:
        return ""
    if action.using == "node":
        return action.post_if if action.post else ""
    inner = (post_of(workflow, step.uses, depth + 1) for step in action.steps)
    return "always()" if any(inner) else ""


def _before(job: Job) -> Iterator[Step]:
    if job.container is not None or job.services:
        yield Step(
            id=f"__{CONTAINERS}",
            place=job.place,
            name="Start containers",
            uses=CONTAINERS,
        )


def _after(job: Job, workflow: Workflow) -> Iterator[Step]:
    """The ``post`` of each step that has one, the last step's first."""
    for step in reversed(job.steps):
        condition = post_of(workflow, step.uses)
        if condition:
            began = f"steps['{step.id}'].outcome != 'skipped'"
            yield replace(
                step,
                id=f"__post_{step.id}",
                name=f"Post {step.title}",
                condition=f"{began} && ({condition})",
                post_of=step.id,
            )
