"""From a run that has ended to the workflow that takes it back. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from holdfast.declare import Job, Workflow
from holdfast.engine.runs.job_contexts import instance_of
from holdfast.engine.runs.job_state import Stand
from holdfast.engine.runs.request import contexts_of
from holdfast.engine.undoing.made import Has, Made, any_secret
from holdfast.engine.undoing.secrets import NotKeptError, with_secrets
from holdfast.engine.undoing.steps import (
    Left,
    Taken,
    back,
    prepared_again,
    prepares,
    within_action,
)
from holdfast.engine.undoing.taken import WHOLE, Back, step_name, undo_job
from holdfast.expressions.partial import fill_known
from holdfast.model import JobView, RunView
from holdfast.plan import Instance, needs_of

_REST = "what its action did besides, it says no `undo:`"
_BEFORE = "{} took it back"

Begun = Mapping[tuple[str, str], tuple[str, ...]]
"""
Runs that steps of a run have begun, oldest first, by job and step.

Changes on hosts, and runs of called workflows (the step is empty where a whole job
calls one).
"""


@dataclass(frozen=True, slots=True)
class WayBack:
    """
    What takes a run back.

    ``written`` is a workflow as its file would say it; ``taken`` are the steps it takes
    back, in its order, ``left`` those it does not.
    """

    written: Mapping[str, Any]
    taken: tuple[Taken, ...] = ()
    left: tuple[Left, ...] = ()


def way_back(
    flow: Workflow,
    view: RunView,
    begun: Begun,
    only: Sequence[str] = (),
    before: Back = MappingProxyType({}),
    has: Has = any_secret,
) -> WayBack:
    """
    The last step first, and a job only after every job that needed it.

    ``only`` are jobs (``deploy``) or steps (``deploy/restart``); none means all. What a
    step saw when it was made is filled in; secrets stay references. What is taken back
    ``before`` is left, and what needs a handed-on secret that nobody ``has`` any more.
    """
    jobs: dict[str, dict[str, Any]] = {}
    taken: list[Taken] = []
    left: list[Left] = []
    names = {key: undo_job(key, view.jobs) for key in view.jobs}
    for key, seen in reversed(list(view.jobs.items())):
        instance = instance_of(flow, view, key)
        if instance is None:
            continue
        made = [
            one
            for one in _made(view, instance, seen, begun, has)
            if not only or key in only or f"{key}/{one.step.id}" in only
        ]
        steps, mine, rest = _reversed(made, before)
        if instance.job.uses and (not only or key in only):
            steps, mine, rest = _whole(instance, begun.get((key, ""), ()), before)
        left += rest
        if mine:
            taken += mine
            after = [names[k] for k in view.jobs if _rests_on(flow, k, key)]
            jobs[names[key]] = _job(view, instance, steps) | {"needs": after}
    for name, job in jobs.items():
        needs = [one for one in job.pop("needs") if one in jobs]
        jobs[name] = job | ({"needs": needs} if needs else {})
    return WayBack(_workflow(flow, view, jobs), tuple(taken), tuple(left))


def _workflow(
    flow: Workflow, view: RunView, jobs: Mapping[str, Any]
) -> Mapping[str, Any]:
    contexts = contexts_of(view)
    written: dict[str, Any] = {
        "name": f"undo of {view.id}",
        "owner": view.started.get("owner") or flow.owner,
        "on": {"workflow_dispatch": {}},
        "env": flow.env,
        "claims": [
            {"claim": fill_known(one.key, contexts), "shared": one.shared}
            for one in flow.claims
        ],
        "jobs": dict(jobs),
    }
    if flow.concurrency is not None:
        group = fill_known(flow.concurrency.group, contexts)
        written["concurrency"] = {"group": group, "queue": "max"}
    if shell := _defaults(flow.defaults.shell, flow.defaults.working_directory):
        written["defaults"] = shell
    return {key: value for key, value in written.items() if value not in ("", [], {})}


def _job(view: RunView, instance: Instance, steps: Sequence[Any]) -> dict[str, Any]:
    """The job around the steps: the same machine, environment, claims and variables."""
    job, contexts = instance.job, _around(view, instance)
    written: dict[str, Any] = {
        "name": f"undo {instance.name}",
        "runs-on": fill_known(job.runs_on, contexts),
        "environment": fill_known(job.environment, contexts),
        "env": fill_known(job.env, contexts),
        "defaults": _defaults(job.defaults.shell, job.defaults.working_directory),
        "container": fill_known(job.container, contexts),
        "services": fill_known(job.services, contexts),
        "claims": [
            {"claim": fill_known(one.key, contexts), "shared": one.shared}
            for one in job.claims
        ],
        "steps": list(steps),
    }
    return {k: value for k, value in written.items() if value not in (None, [], {})}


def _made(
    view: RunView, instance: Instance, seen: JobView, begun: Begun, has: Has
) -> Iterator[Made]:
    """Every step of a job that was begun, with what it saw."""
    stand, around = Stand(), _around(view, instance)
    for index, step in enumerate(instance.job.steps):
        one = seen.steps.get(index)
        if one is None:
            continue
        before, stand = stand, stand.after(step, one.outcome, one.conclusion, one.body)
        if one.outcome != "skipped":
            runs = begun.get((instance.key, step.id), ())
            key = instance.key
            yield Made(key, index, step, one, around, before, stand, runs, has)


_Found = tuple[list[dict[str, Any]], list[Taken], list[Left]]


def _whole(instance: Instance, runs: Sequence[str], before: Back) -> _Found:
    """A job that called another workflow."""
    key, uses = instance.key, instance.job.uses
    if by := before.get((key, WHOLE)):
        return [], [], [Left(key, uses, _BEFORE.format(by), by)]
    newest = list(reversed(runs))
    steps = [_called(run, number) for number, run in enumerate(newest)]
    return steps, [Taken(key, uses, f"undo of {run}") for run in newest], []


def _reversed(made: Sequence[Made], before: Back) -> _Found:
    steps: list[dict[str, Any]] = []
    taken: list[Taken] = []
    left: list[Left] = []
    prepared, lacking = _prepared(made)
    for one in reversed(made):
        by = before.get((one.job, one.index), "")
        found = _BEFORE.format(by) if by else back(one)
        if lacking and isinstance(found, list) and any("run" in step for step in found):
            found = lacking
        if isinstance(found, str):
            left.append(Left(one.job, one.step.title, found, by))
            continue
        steps += [
            {"id": step_name(one.index, number), **step}
            for number, step in enumerate(found)
        ]
        taken += [Taken(one.job, one.step.title, _does(step)) for step in found]
        if found and within_action(one.step):
            left.append(Left(one.job, one.step.title, _REST))
    scripts = any("run" in step for step in steps)
    return (prepared if scripts else []) + steps, taken, left


def _prepared(made: Sequence[Made]) -> tuple[list[dict[str, Any]], str]:
    """What prepares the workspace of a job again; else why nothing can."""
    try:
        every = [one for one in made if prepares(one.step)]
        return [with_secrets(one, prepared_again) for one in every], ""
    except NotKeptError as error:
        return [], str(error)


def _does(step: Mapping[str, Any]) -> str:
    if "run" in step:
        return str(step["run"]).strip()
    return " ".join([str(step["uses"]), *map(str, step["with"].values())])


def _called(run: str, number: int) -> dict[str, Any]:
    return {
        "id": step_name(WHOLE, number),
        "name": f"undo of {run}",
        "uses": "holdfast/workflow",
        "with": {"workflow": f"undo of {run}"},
    }


def _around(view: RunView, instance: Instance) -> dict[str, Any]:
    return {
        **contexts_of(view),
        "needs": needs_of(instance.job, view),
        "matrix": dict(instance.matrix),
        "strategy": instance.strategy,
    }


def _rests_on(flow: Workflow, key: str, other: str) -> bool:
    """Whether one job needed another, also by way of others."""
    waiting = [key.partition(".")[0]]
    wanted, known = other.partition(".")[0], set[str]()
    while waiting:
        job: Job | None = flow.job(waiting.pop())
        for need in job.needs if job else ():
            if need == wanted:
                return True
            if need not in known:
                known.add(need)
                waiting.append(need)
    return False


def _defaults(shell: Any, folder: Any) -> dict[str, Any]:
    told = {"shell": shell, "working-directory": folder}
    set_ = {key: value for key, value in told.items() if value is not None}
    return {"run": set_} if set_ else {}
