"""From the entries of a manual step to how it stands."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from holdfast.model import Entry, Event, JobView, State, StepView, TaskView, WaitView


def task_after(job: JobView, entry: Entry, body: Mapping[str, Any]) -> JobView:
    """A job after its manual step was handed out, taken or reported on."""
    if entry.event is Event.HANDED:
        wait = WaitView(
            step=int(body["step"]),
            until=str(body.get("until", "")),
            since=entry.at,
            task=_handed(entry, body),
        )
        before = job.steps.get(wait.step, StepView(wait.step, 1, State.WAITING))
        step = replace(before, state=State.WAITING)
        steps = {**job.steps, wait.step: step}
        return replace(job, state=State.WAITING, wait=wait, steps=steps)
    if job.wait is None or job.wait.task is None or job.wait.step != body["step"]:
        return job
    task = job.wait.task
    if entry.event is Event.TAKEN:
        task = replace(task, taken_by=entry.actor, taken=entry.at)
    else:
        task = replace(task, said={**body, "by": entry.actor, "at": entry.at})
    return replace(job, wait=replace(job.wait, task=task))


def _handed(entry: Entry, body: Mapping[str, Any]) -> TaskView:
    return TaskView(
        id=str(body["id"]),
        name=str(body.get("name", "")),
        text=str(body.get("text", "")),
        needs=tuple(body.get("needs") or ()),
        fields=tuple(body.get("fields") or ()),
        handed=entry.at,
    )
