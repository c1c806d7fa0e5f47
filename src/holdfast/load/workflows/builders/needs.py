"""Which jobs wait for which: needs that are no jobs, and needs in a circle."""

from collections.abc import Collection, Sequence

from holdfast.declare import Job
from holdfast.load.workflows.check import Fault
from holdfast.load.workflows.tree import Pairs, Text, Tree, items_of, pairs_of
from holdfast.problems import Place


def faults_of_needs(jobs: Sequence[Job], tree: Tree) -> list[Fault]:
    """What keeps jobs from ever beginning, in GitHub's words; ``tree`` is that of jobs."""
    if all(job.needs for job in jobs):
        message = "The workflow must contain at least one job with no dependencies."
        first = next((key.place for key, _ in pairs_of(tree)), tree.place)
        return [Fault(first, message)]
    names = {job.id for job in jobs}
    elsewhere = {need for job in jobs for need in job.needs if need not in names}
    free = _reached(jobs, elsewhere)
    waiting = [(job.id, need) for job in jobs for need in job.needs]
    return [
        Fault(_place(tree, job, need), _told(job, need, known=need in names))
        for job, need in waiting
        if need in elsewhere or not {job, need} & free
    ]


def _told(job: str, need: str, *, known: bool) -> str:
    if not known:
        return f"Job '{job}' depends on unknown job '{need}'."
    return (
        f"Job '{job}' depends on job '{need}' which creates a cycle in the dependency "
        "graph."
    )


def _reached(jobs: Sequence[Job], elsewhere: Collection[str]) -> frozenset[str]:
    """The jobs that get their turn: all they need has had its own, or is nowhere."""
    reached: frozenset[str] = frozenset()
    while more := {
        job.id
        for job in jobs
        if job.id not in reached and set(job.needs) <= reached | set(elsewhere)
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
