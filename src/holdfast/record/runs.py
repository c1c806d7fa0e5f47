"""From the entries of a run to how it stands: the ledger is the truth, this reads it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from holdfast.model import (
    Entry,
    Event,
    GateView,
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
        case _ if "job" in body:
            key = str(body["job"])
            job = _job_after(view.jobs.get(key, JobView(key)), entry, body)
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


def _job_after(  # noqa: PLR0911 - one an event
    job: JobView, entry: Entry, body: Mapping[str, Any]
) -> JobView:
    match entry.event:
        case Event.JOB_STARTED:
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
        case Event.JOB_ENDED:
            return replace(
                job,
                state=State(body["state"]),
                outputs=body.get("outputs") or {},
                forgiven=bool(body.get("forgiven")),
                total=int(body.get("total", job.total)),
                why=str(body.get("why", "")),
                ended=entry.at,
                wait=job.wait if job.wait and job.wait.child else None,
            )
        case Event.STEP_STARTED | Event.STEP_ENDED | Event.ASKED | Event.ANSWERED:
            return _with_step(job, entry, body)
        case Event.GATE_OPENED:
            return replace(job, state=State.GATED, gate=_gate(entry, body), wait=None)
        case Event.WAITING:
            wait = WaitView(
                step=int(body.get("step", -1)),
                until=str(body.get("until", "")),
                child=str(body.get("child", "")),
            )
            return replace(job, state=State.WAITING, wait=wait)
        case Event.HANDED | Event.TAKEN | Event.REPORTED:
            return task_after(job, entry)
        case Event.RESUMED:
            return _resumed(job, body)
        case Event.APPROVED | Event.REJECTED:
            return _with_word(job, entry, body)
        case _:
            return job


def _with_word(job: JobView, entry: Entry, body: Mapping[str, Any]) -> JobView:
    """A yes or a no counts for the digest it was said to, and for no other."""
    if job.gate is None or job.gate.digest != body["digest"]:
        return job
    yes = entry.event is Event.APPROVED
    word = {**body, "by": entry.actor, "at": entry.at, "yes": yes}
    return replace(job, gate=replace(job.gate, said=(*job.gate.said, word)))


def _gate(entry: Entry, body: Mapping[str, Any]) -> GateView:
    return GateView(
        digest=str(body["digest"]),
        step=int(body.get("step", -1)),
        kind=str(body.get("kind", "gate")),
        needs=tuple(body.get("needs") or ()),
        count=int(body.get("count", 1)),
        not_author=bool(body.get("not_author")),
        opened=entry.at,
        expires=str(body.get("expires", "")),
        message=str(body.get("message", "")),
        shows=body.get("shows") or {},
    )


def _resumed(job: JobView, body: Mapping[str, Any]) -> JobView:
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
