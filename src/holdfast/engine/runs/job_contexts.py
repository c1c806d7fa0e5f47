"""Which job of a run a key names, and what its expressions see."""

from collections.abc import Mapping
from typing import Any

from holdfast.declare import Job, Workflow
from holdfast.engine.runs.request import contexts_of
from holdfast.expressions.coerce import to_text
from holdfast.model import RunView
from holdfast.plan import Instance, filled, instances, needs_of


def contexts_for(view: RunView, instance: Instance) -> dict[str, Any]:
    """What the expressions of a job see before its first step."""
    return {
        **contexts_of(view),
        "needs": needs_of(instance.job, view),
        "matrix": dict(instance.matrix),
        "strategy": instance.strategy,
    }


def environment_of(job: Job, contexts: Mapping[str, Any]) -> str:
    """The name of the environment a job is for; empty for none."""
    written = job.environment
    if isinstance(written, Mapping):
        written = written.get("name")
    return to_text(filled(written, contexts)) if written else ""


def instance_of(flow: Workflow, view: RunView, key: str) -> Instance | None:
    """The job of a key; the same every time, as it only rests on ended jobs."""
    job = flow.job(key.partition(".")[0])
    if job is None:
        return None
    contexts = {**contexts_of(view), "needs": needs_of(job, view)}
    return next((one for one in instances(job, contexts) if one.key == key), None)


def results_before(view: RunView, instance: Instance, step: int) -> dict[str, Any]:
    """What a step that asks people rests on: needed jobs, and the steps before it."""
    seen = view.jobs.get(instance.key)
    steps = instance.job.steps
    before = {
        steps[index].id: dict(one.body.get("outputs") or {})
        for index, one in sorted((seen.steps if seen else {}).items())
        if index < min(step, len(steps)) and one.body.get("outputs")
    }
    return {"needs": needs_of(instance.job, view), "steps": before}
