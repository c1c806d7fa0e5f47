"""What a run does next: one pure function, and every wait has its reason."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from holdfast.declare import Job, Workflow
from holdfast.expressions import (
    ExpressionError,
    Status,
    evaluate,
    interpolate,
    is_truthy,
)
from holdfast.expressions.coerce import to_text
from holdfast.model import JobView, RunView, State
from holdfast.plan import reasons
from holdfast.plan.matrix import Combination, expand

Contexts: TypeAlias = Mapping[str, Any]

_ENDED = {"failure": "failed", "cancelled": "cancelled", "skipped": "skipped"}
"""Results of a job that keep those that need it from beginning."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One job to execute: of a matrix, one of several."""

    key: str
    job: Job
    name: str
    matrix: Combination = field(default_factory=dict)
    index: int = 0
    total: int = 1
    fail_fast: bool = True
    max_parallel: int = 1

    @property
    def strategy(self) -> dict[str, Any]:
        """The context ``strategy``, as expressions see it."""
        return {
            "fail-fast": self.fail_fast,
            "job-index": self.index,
            "job-total": self.total,
            "max-parallel": self.max_parallel,
        }


@dataclass(frozen=True, slots=True)
class Begin:
    """Nothing of the run itself stands in the way: on to gate, group and worker."""

    instance: Instance


@dataclass(frozen=True, slots=True)
class Hold:
    """A job waits, and this is why."""

    key: str
    why: str


@dataclass(frozen=True, slots=True)
class Drop:
    """A job ends without having begun."""

    key: str
    state: State
    why: str
    of: Instance | None = None
    """Which job it is; none when a matrix ends as one, before it is worked out."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A job that is at work has to end."""

    key: str
    why: str
    of: Instance


@dataclass(frozen=True, slots=True)
class Finish:
    """The run is over."""

    state: State
    why: str


Move: TypeAlias = Begin | Hold | Drop | Stop | Finish


def next_moves(
    flow: Workflow, view: RunView, contexts: Contexts, queued: Collection[str] = ()
) -> tuple[Move, ...]:
    """
    Everything that is to be done now, jobs in the order of the file.

    ``contexts`` are ``github inputs vars`` as expressions see them; ``queued`` are the
    keys of jobs that wait for a worker already. The same view gives the same moves.
    """
    moves: list[Move] = []
    for job in flow.jobs:
        moves += _moves_of(job, flow, view, contexts, queued)
    if not moves and not queued and all(_is_over(view, job) for job in flow.jobs):
        return (_finish(view),)
    return tuple(moves)


def instances(job: Job, contexts: Contexts) -> tuple[Instance, ...]:
    """
    The jobs one job stands for, by its matrix.

    Raises ``ValueError`` and ``ExpressionError`` when it cannot be worked out.
    """
    matrix = filled(job.strategy.matrix, contexts)
    combinations = expand(matrix)
    several = job.strategy.matrix is not None
    fast = is_truthy(filled(job.strategy.fail_fast, contexts))
    most = _most(job, contexts, len(combinations))
    return tuple(
        Instance(
            key=f"{job.id}.{number}" if several else job.id,
            job=job,
            name=_name(job, combination, contexts),
            matrix=combination,
            index=number,
            total=len(combinations),
            fail_fast=fast,
            max_parallel=most,
        )
        for number, combination in enumerate(combinations)
    )


def unmet(condition: str, before: str) -> str:
    """Why a job or step is skipped; of the condition nobody wrote, what it means."""
    if condition == "success()":
        return f"{before} did not succeed"
    return f"its condition is false: {condition}"


def _why_skipped(job: Job, flow: Workflow, view: RunView) -> str:
    """Why a job does not begin: what was written, else who ended the run, or what did."""
    if job.condition != "success()":
        return unmet(job.condition, "")
    if view.cancelled:
        return view.cancelled
    above = _ancestors(job, flow)
    ends = {j.id: _result(view.of(j.id)) for j in flow.jobs if j.id in above}
    bad = [f"{name} ({_ENDED[end]})" for name, end in ends.items() if end in _ENDED]
    return f"it needs {', '.join(bad)}"


def needs_of(job: Job, view: RunView) -> dict[str, Any]:
    """The ``needs`` context of a job."""
    return {name: result_of(view, name) for name in job.needs}


def result_of(view: RunView, job: str) -> dict[str, Any]:
    """How a job went, all of its matrix together: ``result`` and ``outputs``."""
    views = view.of(job)
    return {"result": _result(views), "outputs": _outputs(views)}


def filled(value: Any, contexts: Contexts) -> Any:
    """Plain values with every ``${{ }}`` in them replaced."""
    match value:
        case str():
            return interpolate(value, contexts)
        case Mapping():
            return {key: filled(item, contexts) for key, item in value.items()}
        case list() | tuple():
            return [filled(item, contexts) for item in value]
        case _:
            return value


def _moves_of(
    job: Job,
    flow: Workflow,
    view: RunView,
    contexts: Contexts,
    queued: Collection[str],
) -> Iterator[Move]:
    if _is_over(view, job):
        return
    waiting = [n for n in job.needs if not _is_over(view, flow.job(n))]
    if waiting:
        yield Hold(job.id, reasons.needs(waiting, view))
        return
    around = {**contexts, "needs": needs_of(job, view)}
    try:
        fresh = not view.of(job.id) and not any(_of(key, job) for key in queued)
        if fresh and not _wanted(job, flow, view, around):
            yield Drop(job.id, State.SKIPPED, _why_skipped(job, flow, view))
            return
    except ExpressionError as error:
        yield Drop(job.id, State.FAILED, _unclear(job, "its `if:`", error))
        return
    try:
        every = instances(job, around)
        if not every:
            yield Drop(job.id, State.SKIPPED, "its matrix is empty")
            return
    except (ExpressionError, ValueError) as error:
        yield Drop(job.id, State.FAILED, _unclear(job, "its `strategy:`", error))
        return
    yield from _paced(every, view, queued)


def _unclear(job: Job, what: str, error: Exception) -> str:
    place = f"{job.place.file}:{job.place.line}"
    return f"{what} cannot be worked out ({place}): {error}"


def _paced(
    every: tuple[Instance, ...], view: RunView, queued: Collection[str]
) -> Iterator[Move]:
    most, fast = every[0].max_parallel, every[0].fail_fast
    views = {one.key: view.jobs.get(one.key) for one in every}
    failed = next((i.name for i in every if _failed(views[i.key])), "")
    stop = view.cancelled or (f"{failed} failed" if failed and fast else "")
    busy = sum(_is_busy(views[one.key], one.key in queued) for one in every)
    for one in every:
        seen = views[one.key]
        if seen is not None and seen.state.is_end:
            continue
        if _at_its_gate(seen) and one.key not in queued and not stop:
            yield Begin(one)
        elif _is_busy(seen, one.key in queued):
            if stop and not _runs_when_cancelled(one.job):
                yield Stop(one.key, stop, one)
        elif stop and not _runs_when_cancelled(one.job):
            yield Drop(one.key, State.CANCELLED, stop, one)
        elif busy >= most:
            at_work = (v for v in views.values() if _is_busy(v, queued=False))
            yield Hold(one.key, reasons.parallel(most, filter(None, at_work)))
        else:
            busy += 1
            yield Begin(one)


def _runs_when_cancelled(job: Job) -> bool:
    """Whether the job asked to run whatever happens."""
    return any(word in job.condition for word in ("always()", "cancelled()"))


def _failed(view: JobView | None) -> bool:
    return view is not None and view.result == "failure"


def _is_busy(view: JobView | None, queued: bool) -> bool:  # noqa: FBT001
    return queued or (view is not None and not view.state.is_end)


def _at_its_gate(view: JobView | None) -> bool:
    """Whether it waits for the gate before its first step: that is asked every time."""
    if view is None:
        return False
    if view.state is State.WAITING:
        return view.wait is None and bool(view.look or view.glass)
    return view.state is State.GATED and view.gate is not None and view.gate.step < 0


def _of(key: str, job: Job) -> bool:
    return key.partition(".")[0] == job.id


def _most(job: Job, contexts: Contexts, total: int) -> int:
    written = filled(job.strategy.max_parallel, contexts)
    return total if written is None else max(1, int(float(to_text(written))))


def _name(job: Job, combination: Combination, contexts: Contexts) -> str:
    if job.name is not None:
        return to_text(interpolate(str(job.name), {**contexts, "matrix": combination}))
    if not combination:
        return job.id
    words = (word for value in combination.values() for word in _words(value))
    return f"{job.id} ({', '.join(filter(None, words))})"


def _words(value: Any) -> Iterator[str]:
    """What a value of a matrix adds to a name: of lists and mappings all they hold."""
    match value:
        case Mapping():
            yield from (word for item in value.values() for word in _words(item))
        case list() | tuple():
            yield from (word for item in value for word in _words(item))
        case _:
            yield to_text(value)


def _wanted(job: Job, flow: Workflow, view: RunView, contexts: Contexts) -> bool:
    status = _status(_ancestors(job, flow), view)
    return is_truthy(evaluate(job.condition, contexts, status=status))


def _status(names: Collection[str], view: RunView) -> Status:
    """How everything went that a job rests on."""
    results = {_result(view.of(name)) for name in names}
    if view.cancelled or "cancelled" in results:
        return "cancelled"
    if "failure" in results:
        return "failure"
    return "skipped" if "skipped" in results else "success"


def _ancestors(job: Job, flow: Workflow) -> frozenset[str]:
    found: set[str] = set()
    waiting = list(job.needs)
    while waiting:
        name = waiting.pop()
        above = flow.job(name)
        if above is not None and name not in found:
            found.add(name)
            waiting += above.needs
    return frozenset(found)


def _is_over(view: RunView, job: Job | None) -> bool:
    """
    Whether every job made of one has ended.

    A matrix is over when as many have ended as its last one's number says; only the
    caller, who expands it, knows more, and begins the missing ones first.
    """
    if job is None:
        return True
    views = view.of(job.id)
    if not views or not all(one.state.is_end for one in views):
        return False
    return job.strategy.matrix is None or _whole(views)


def _whole(views: tuple[JobView, ...]) -> bool:
    """Whether a matrix has ended: dropped as one, or each of its jobs by itself."""
    if any("." not in one.key for one in views):
        return True
    return any(one.total == len(views) for one in views)


def _result(views: tuple[JobView, ...]) -> str:
    results = {view.result for view in views}
    for word in ("failure", "cancelled"):
        if word in results:
            return word
    return "skipped" if results == {"skipped"} else "success"


def _outputs(views: tuple[JobView, ...]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for view in views:
        merged |= {k: v for k, v in view.outputs.items() if v not in (None, "")}
    return merged


def _finish(view: RunView) -> Finish:
    for state in (State.REJECTED, State.EXPIRED, State.FAILED):
        bad = [j for j in view.jobs.values() if j.state is state and not j.forgiven]
        if bad:
            first = bad[0]
            name = first.name or first.key
            told = f"{name}: {first.why}" if first.why else f"{name} {state.value}"
            return Finish(state, told)
    if view.cancelled:
        return Finish(State.CANCELLED, view.cancelled)
    if any(job.state is State.CANCELLED for job in view.jobs.values()):
        return Finish(State.CANCELLED, "a job was cancelled")
    if view.jobs and all(job.state is State.SKIPPED for job in view.jobs.values()):
        return Finish(State.SKIPPED, "every job was skipped")
    return Finish(State.SUCCEEDED, "")
