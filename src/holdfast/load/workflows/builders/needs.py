"""Which jobs wait for which: needs that are no jobs, and needs in a circle."""

from collections.abc import Collection, Sequence

from holdfast.declare import Job
from holdfast.load.workflows.check import Fault
from holdfast.load.workflows.tree import Pairs, Text, Tree, items_of, pairs_of
from holdfast.problems import Place


def faults_of_needs(jobs: Sequence[Job], tree: Tree) -> list[Fault]:
    """What keeps jobs from ever beginning, in GitHub's words; ``tree`` is that of jobs."""
    if jobs and all(job.needs for job in jobs):
        message = "The workflow must contain at least one job with no dependencies."
        first = next((key.place for key, _ in pairs_of(tree)), tree.place)
        return [Fault(first, message)]
    return _unknown(jobs, tree) or _cycles(jobs, tree)


def _unknown(jobs: Sequence[Job], tree: Tree) -> list[Fault]:
    names = {job.id for job in jobs}
    return [
        Fault(
            _place(tree, job.id, need),
            f"Job '{job.id}' depends on unknown job '{need}'.",
        )
        for job in jobs
        for need in job.needs
        if need not in names
    ]


def _cycles(jobs: Sequence[Job], tree: Tree) -> list[Fault]:
    free = _reached(jobs)
    return [
        Fault(
            _place(tree, job.id, need),
            f"Job '{job.id}' depends on job '{need}' which creates a cycle in "
            "the dependency graph.",
        )
        for job in jobs
        if job.id not in free
        for need in job.needs
        if need not in free
    ]


def _reached(jobs: Sequence[Job]) -> Collection[str]:
    """The jobs that get their turn: all they need has had its own."""
    reached: set[str] = set()
    while more := {
        job.id for job in jobs if job.id not in reached and set(job.needs) <= reached
    }:
        reached |= more
    return reached


def _place(tree: Tree, job: str, need: str) -> Place:
    """Where a need of a job was written."""
    at = tree.get(job) if isinstance(tree, Pairs) else None
    needs = at.get("needs") if isinstance(at, Pairs) else None
    words = items_of(needs) or (needs,)
    places = (w.place for w in words if isinstance(w, Text) and w.text == need)
    return next(places, tree.place)
