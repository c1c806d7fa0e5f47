"""Which worker takes which job: pure, and a job that gets none has the reason."""

from collections import Counter
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, field
from datetime import datetime

from holdfast.engine.runs.request import CLIENT
from holdfast.plan import reasons
from holdfast.ports import JobRow, WorkerRow


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Jobs with the worker each goes to, and why the others wait, by (run, key)."""

    given: tuple[tuple[JobRow, WorkerRow], ...] = ()
    waits: dict[tuple[str, str], str] = field(default_factory=dict)


def dispatch(
    jobs: Iterable[JobRow],
    workers: Iterable[WorkerRow],
    now: datetime,
    load: Mapping[str, int] | None = None,
) -> Dispatch:
    """
    Give waiting jobs to workers, longest waiting first, each to the least loaded.

    One that was begun before goes to where its files are, if anybody is there.

    ``jobs`` are all that have not ended, with a worker or without one. A worker takes a
    job when it is alive, not draining, has all its labels and a free slot. Where it is
    known how many jobs each worker has, ``load`` by its name, nobody looks at more jobs
    than there are free slots for, nor says why the others wait.
    """
    every = list(workers)
    living = [one for one in every if one.lease > now]
    given: list[tuple[JobRow, WorkerRow]] = []
    waits: dict[tuple[str, str], str] = {}
    holders: list[tuple[str, str, datetime]] = []
    if load is None:
        jobs = list(jobs)
        holders = [(j.worker, f"{j.run}/{j.key}", j.since) for j in jobs if j.worker]
        taken = Counter(job.worker for job in jobs if job.worker)
    else:
        taken = Counter(load)
        jobs = _while_free(jobs, every, taken, now)
    for job in jobs:
        if job.worker:
            continue
        able = [one for one in living if set(job.labels) <= set(one.labels)]
        ready = [one for one in able if not one.draining]
        free = [one for one in ready if taken[one.name] < one.slots]
        if free:
            chosen = min(free, key=_preference(job, taken))
            taken[chosen.name] += 1
            given.append((job, chosen))
        else:
            why = _why(job, every, living, able, ready, holders)
            waits[job.run, job.key] = why
    return Dispatch(tuple(given), waits)


def _while_free(
    jobs: Iterable[JobRow],
    workers: Collection[WorkerRow],
    load: Counter[str],
    now: datetime,
) -> Iterator[JobRow]:
    """The same jobs, for as long as anybody could take one more."""
    waiting = iter(jobs)
    while any(_is_free(one, load[one.name], now) for one in workers):
        job = next(waiting, None)
        if job is None:
            return
        yield job


def _is_free(worker: WorkerRow, load: int, now: datetime) -> bool:
    """Whether a worker with so many jobs could take one more."""
    return worker.lease > now and not worker.draining and load < worker.slots


def _preference(
    job: JobRow, load: Counter[str]
) -> Callable[[WorkerRow], tuple[bool, float]]:
    def rank(worker: WorkerRow) -> tuple[bool, float]:
        moves = bool(job.site) and worker.site != job.site
        return moves, load[worker.name] / worker.slots

    return rank


def _why(
    job: JobRow,
    every: Collection[WorkerRow],
    living: Collection[WorkerRow],
    able: Collection[WorkerRow],
    ready: Collection[WorkerRow],
    holders: Sequence[tuple[str, str, datetime]],
) -> str:
    wanted = ", ".join(job.labels) or "any label"
    start = "holdfast worker"
    start += f" --labels {','.join(job.labels)}" if job.labels else ""
    if not every:
        return f"no worker is there; start one: {start}"
    if not living:
        newest = max(every, key=lambda one: one.lease)
        return (
            f"no worker is alive; {newest.name} was, until {newest.lease:%H:%M:%S} UTC"
        )
    if not able and CLIENT in job.labels:
        others = set(job.labels) - {CLIENT}
        near = [one.name for one in living if others <= set(one.labels)]
        if near:
            return (
                "it wants containers, and no worker has podman or docker; on "
                f"{' or '.join(sorted(near))}: apt install podman, and start it anew"
            )
    if not able:
        known = sorted({label for one in living for label in one.labels})
        has = ", ".join(known)
        return f"no worker has {wanted}, only {has}; start one: {start}"
    names = sorted(one.name for one in able)
    if not ready:
        return reasons.draining(wanted, names)
    theirs = [(job, since) for worker, job, since in holders if worker in names]
    return reasons.taken(names, theirs)
