"""From the entries of a run to how it stands: the ledger is the truth, this reads it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from holdfast.model import (
    Entry,
    Event,
    GateView,
    GlassView,
    JobView,
    RunView,
    State,
    StepView,
    WaitView,
)
from holdfast.record.tasks import task_after


def view_of(run: str, entries: Iterable[Entry]) -> RunView:
    """How a workflow's run stands after its entries, oldest first."""
    view = RunView(run)
    for entry in entries:
        view = _after(view, entry)
    return view


def _after(view: RunView, entry: Entry) -> RunView:
    body: Mapping[str, Any] = entry.body
    match entry.event:
        case Event.QUEUED:
            return replace(view, started=body, actor=entry.actor, at=entry.at)
        case Event.CANCEL_ASKED if "job" not in body:
            return replace(view, cancelled=str(body["why"]))
        case Event.FINISHED:
            state, why = State(body["state"]), str(body.get("why", ""))
            return replace(view, state=state, why=why, ended=entry.at)
        case Event.PLANNED:
            shows = {str(body["job"]): body["shows"]} if "shows" in body else {}
            return replace(view, planned={**view.planned, **shows})
        case event if "job" in body and event in _FOLDS:
            key = str(body["job"])
            job = _FOLDS[event](view.jobs.get(key, JobView(key)), entry, body)
            return _standing(replace(view, jobs={**view.jobs, key: job}))
        case _:
            return view


def _standing(view: RunView) -> RunView:
    """The run's state as its jobs have it, until it has an end of its own."""
    states = {job.state for job in view.jobs.values()}
    for state in (State.IN_DOUBT, State.RUNNING, State.GATED, State.WAITING):
        if state in states:
            return replace(view, state=state)
    return replace(view, state=State.RUNNING if states else State.QUEUED)


def _began(job: JobView, entry: Entry, body: Mapping[str, Any]) -> JobView:
    return replace(
        job,
        state=State.RUNNING,
        segment=int(body["segment"]),
        worker=str(body["worker"]),
        site=str(body["site"]),
        name=str(body.get("name", "")),
        started=job.started or entry.at,
        total=int(body.get("total", 1)),
    )


def _ended(job: JobView, entry: Entry, body: Mapping[str, Any]) -> JobView:
    return replace(
        job,
        state=State(body["state"]),
        outputs=body.get("outputs") or {},
        deployment=body.get("deployment") or {},
        forgiven=bool(body.get("forgiven")),
        total=int(body.get("total", job.total)),
        name=str(body.get("name", job.name)),
        why=str(body.get("why", "")),
        ended=entry.at,
        wait=job.wait if job.wait and job.wait.child else None,
    )


def _gated(job: JobView, entry: Entry, body: Mapping[str, Any]) -> JobView:
    gate = _gate(entry, body, job.gate)
    return replace(job, state=State.GATED, gate=gate, wait=None)


def _waits(job: JobView, entry: Entry, body: Mapping[str, Any]) -> JobView:
    wait = WaitView(
        step=int(body.get("step", -1)),
        until=str(body.get("until", "")),
        child=str(body.get("child", "")),
        since=entry.at,
    )
    return replace(
        job,
        state=State.WAITING,
        wait=wait,
        total=int(body.get("total", job.total)),
        name=str(body.get("name", job.name)),
    )


def _with_glass(job: JobView, entry: Entry, body: Mapping[str, Any]) -> JobView:
    return replace(job, glass=_glass(job.glass, entry, body))


def _with_word(job: JobView, entry: Entry, body: Mapping[str, Any]) -> JobView:
    """A yes or a no counts for the digest it was said to, and for no other."""
    if job.gate is None or job.gate.digest != body["digest"]:
        return job
    yes = entry.event is Event.APPROVED
    word = {**body, "by": entry.actor, "at": entry.at, "yes": yes}
    return replace(job, gate=replace(job.gate, said=(*job.gate.said, word)))


def _gate(entry: Entry, body: Mapping[str, Any], last: GateView | None) -> GateView:
    step = int(body.get("step", -1))
    return GateView(
        digest=str(body["digest"]),
        step=step,
        kind=str(body.get("kind", "gate")),
        needs=tuple(body.get("needs") or ()),
        count=int(body.get("count", 1)),
        not_author=bool(body.get("not_author")),
        opened=entry.at,
        expires=str(body.get("expires", "")),
        message=str(body.get("message", "")),
        warnings=tuple(body.get("warnings") or ()),
        shows=body.get("shows") or {},
        before=last.shows if last is not None and last.step == step else {},
    )


def _with_look(job: JobView, _: Entry, body: Mapping[str, Any]) -> JobView:
    """A look was asked for, or it was made: then the job waits for its gate."""
    if "found" not in body:
        return replace(job, look={})
    return replace(job, state=State.WAITING, look=body["found"], started="")


def _glass(
    last: GlassView | None, entry: Entry, body: Mapping[str, Any]
) -> GlassView | None:
    """A request as it was made, or what the second person made of the last one."""
    if entry.event is not Event.GLASS_ASKED:
        if last is None or last.digest != body["digest"]:
            return last
        if entry.event is Event.GLASS_REFUSED:
            return None
        return replace(last, confirmed=entry.actor, because=str(body.get("why", "")))
    return GlassView(
        digest=str(body["digest"]),
        plan=str(body["plan"]),
        by=entry.actor,
        why=str(body["why"]),
        asked=entry.at,
        until=str(body["until"]),
        needs=tuple(body.get("needs") or ()),
        shows=body.get("shows") or {},
    )


def _resumed(job: JobView, _: Entry, body: Mapping[str, Any]) -> JobView:
    """What it waited for is there; a step that waited has its end in the body."""
    going = replace(job, state=State.RUNNING, wait=None)
    index = int(body.get("step", -1))
    if index < 0:
        return going
    before = job.steps.get(index, StepView(index, 0, State.WAITING))
    step = replace(before, state=State.RUNNING, body=body)
    return replace(going, steps={**job.steps, index: step})


def _with_step(job: JobView, entry: Entry, body: Mapping[str, Any]) -> JobView:
    index = int(body["step"])
    before = job.steps.get(index, StepView(index, 0, State.WAITING))
    match entry.event:
        case Event.STEP_STARTED:
            attempt, since = int(body["attempt"]), before.started or entry.at
            step = StepView(index, attempt, State.RUNNING, started=since)
        case Event.ASKED:
            step = replace(before, state=State.IN_DOUBT, body=body)
        case Event.ANSWERED:
            step = replace(before, state=State.RUNNING, body=body)
        case _:
            step = replace(
                before,
                state=_STATES[str(body["outcome"])],
                outcome=str(body["outcome"]),
                conclusion=str(body["conclusion"]),
                body=body,
                ended=entry.at,
            )
    doubts = step.state is State.IN_DOUBT
    state = State.IN_DOUBT if doubts else State.RUNNING
    return replace(job, state=state, steps={**job.steps, index: step})


_STATES = {
    "success": State.SUCCEEDED,
    "failure": State.FAILED,
    "cancelled": State.CANCELLED,
    "skipped": State.SKIPPED,
}

_FOLDS: Mapping[Event, Callable[[JobView, Entry, Mapping[str, Any]], JobView]] = {
    Event.JOB_STARTED: _began,
    Event.JOB_ENDED: _ended,
    Event.STEP_STARTED: _with_step,
    Event.STEP_ENDED: _with_step,
    Event.ASKED: _with_step,
    Event.ANSWERED: _with_step,
    Event.LOOK_ASKED: _with_look,
    Event.LOOKED: _with_look,
    Event.GLASS_ASKED: _with_glass,
    Event.GLASS_BROKEN: _with_glass,
    Event.GLASS_REFUSED: _with_glass,
    Event.GATE_OPENED: _gated,
    Event.WAITING: _waits,
    Event.HANDED: task_after,
    Event.TAKEN: task_after,
    Event.REPORTED: task_after,
    Event.RESUMED: _resumed,
    Event.APPROVED: _with_word,
    Event.REJECTED: _with_word,
}
"""What each event makes of the job it is about."""
