"""A job as a plan: what it would do, where, and with which secrets, before it begins."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain, repeat
from typing import Any

from holdfast.declare import Step
from holdfast.model import (
    Action,
    Address,
    Attributes,
    Change,
    Plan,
    RunView,
    digestible,
)
from holdfast.plan.aims import Aim, Look, changes_of, lines_of
from holdfast.plan.jobs import Instance

_NO_WAY_BACK = "none"
_KIND = "workflow"
_STAYS, _VERSIONS = "stays as it is", "secrets in other versions"
"""What a way back says of itself at its gates."""

_LATER = (
    "decided when the step begins; windows, freezes, claims and limits are asked then"
)


def job_plan(
    view: RunView,
    instance: Instance,
    environment: str,
    *,
    aims: Sequence[Aim] = (),
    look: Look | None = None,
    secrets: Iterable[str] = (),
    results: Attributes | None = None,
) -> Plan:
    """
    What one job of a run would do in an environment, as one plan with one digest.

    It covers the commit, the bytes the workflow was read from, the inputs, the matrix,
    every step as written, the resolved targets, the versions of the secrets, what
    earlier jobs and steps gave (``results``), what a ``look`` at the hosts said would
    change there, and what an undo leaves as it is. A step that names hosts is one change
    on each of them, so that whatever holds for a host holds for the step. ``aims`` are
    by the step's index.
    """
    aimed = tuple(zip(instance.job.steps, chain(aims, repeat(Aim())), strict=False))
    changes = [
        change
        for index, (step, aim) in enumerate(aimed)
        for change in _changes(_change(view, instance, environment, index, step), aim)
    ]
    found = [change for one in (look or {}).values() for change in changes_of(one)]
    inputs: dict[str, Any] = {
        **_given(view.started),
        "matrix": dict(instance.matrix),
        "results": dict(results or {}),
    }
    if look is not None:
        inputs["look"] = {name: digestible(found) for name, found in look.items()}
    if later := [step.id for step, aim in aimed if not aim.known]:
        inputs["targets known later"] = later
    return Plan(
        changes=(*changes, *found),
        targets=tuple(dict.fromkeys(one for aim in aims for one in aim.targets)),
        commit=str(view.started.get("commit") or ""),
        inputs=inputs,
        secrets=tuple(sorted(secrets)),
        purpose=f"job {instance.key} of {view.id}",
    )


def _given(started: Mapping[str, Any]) -> dict[str, Any]:
    """What a run was started with, and what an undo leaves as it is."""
    given: dict[str, Any] = {
        "inputs": started.get("inputs") or {},
        "sources": started.get("sources") or {},
    }
    cause = started.get("cause") or {}
    for name, key in ((_STAYS, "left"), (_VERSIONS, "secrets")):
        if told := cause.get(key):
            given[name] = list(told)
    return given


def shown(plan: Plan) -> dict[str, Any]:
    """
    What a digest stands for, part by part, as a gate shows it.

    The same parts with the same words have the same digest, apart from the run's name.
    """
    told: Mapping[str, Any] = plan.inputs
    only = {name: list(told[name]) for name in (_STAYS, _VERSIONS) if told.get(name)}
    steps = [c for c in plan.changes if c.address.kind == _KIND and not c.address.host]
    return {
        "commit": plan.commit,
        "inputs": digestible(plan.inputs.get("inputs")),
        "matrix": digestible(plan.inputs.get("matrix")),
        "results": digestible(plan.inputs.get("results")),
        "sources": digestible(plan.inputs.get("sources")),
        "targets": [f"{target.environment}/{target.name}" for target in plan.targets],
        "targets known later": [
            f"{step}: {_LATER}" for step in told.get("targets known later") or ()
        ],
        "plan": {
            address: line
            for found in (told.get("look") or {}).values()
            for address, line in lines_of(found).items()
        },
        "secrets": list(plan.secrets),
        "steps": {
            str(change.address.name): digestible(change.after) for change in steps
        },
        "no way back": [
            str(change.address) if change.address.host else change.address.name
            for change in plan.changes
            if not change.reversible
            and (change in steps or change.address.kind != _KIND)
        ],
        **only,
    }


def _changes(step: Change, aim: Aim) -> Sequence[Change]:
    """A step by itself, and on each of the hosts it names."""
    on_hosts = (
        replace(
            step,
            address=Address(target.environment, target.name, _KIND, step.address.name),
            after={"step": step.address.name},
        )
        for target in aim.targets
    )
    return (step, *on_hosts)


def _change(
    view: RunView, instance: Instance, environment: str, index: int, step: Step
) -> Change:
    flow = str(view.started.get("workflow", ""))
    name = "/".join([flow, instance.key, _called(index, step)])
    written: Mapping[str, Any] = {
        "run": step.run,
        "uses": step.uses,
        "with": digestible(step.with_),
        "env": digestible(step.env),
        "if": step.condition,
        "shell": step.shell,
        "working-directory": step.working_directory,
        "check": step.check,
        "undo": step.undo,
        "manual": step.manual,
    }
    return Change(
        address=Address(environment, "", _KIND, name),
        action=Action.RUN,
        before=None,
        after={key: value for key, value in written.items() if value},
        reversible=step.undo != _NO_WAY_BACK,
        declared=step.place,
    )


def _called(index: int, step: Step) -> str:
    """A step by its number, counted from one, and by its id where somebody wrote one."""
    number = index + 1
    return str(number) if step.id.startswith("__") else f"{number}-{step.id}"
