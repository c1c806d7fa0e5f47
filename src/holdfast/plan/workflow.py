"""A job as a plan: what it would do, where, and with which secrets, before it begins."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from holdfast.declare import Step
from holdfast.model import Action, Address, Attributes, Change, Plan, RunView, Target
from holdfast.plan.jobs import Instance

_NO_WAY_BACK = "none"


def job_plan(
    view: RunView,
    instance: Instance,
    environment: str,
    *,
    targets: Sequence[Target] = (),
    secrets: Iterable[str] = (),
    results: Attributes | None = None,
) -> Plan:
    """
    What one job of a run would do in an environment, as one plan with one digest.

    It covers the commit, the bytes the workflow was read from, the inputs, the matrix,
    every step as written, the resolved targets, the versions of the secrets, and what
    earlier jobs and steps gave (``results``).
    """
    started = view.started
    inputs: dict[str, Any] = {
        "inputs": started.get("inputs") or {},
        "sources": started.get("sources") or {},
        "matrix": dict(instance.matrix),
        "results": dict(results or {}),
    }
    return Plan(
        changes=tuple(
            _change(view, instance, environment, index, step)
            for index, step in enumerate(instance.job.steps)
        ),
        targets=tuple(targets),
        commit=str(started.get("commit") or ""),
        inputs=inputs,
        secrets=tuple(sorted(secrets)),
        purpose=f"job {instance.key} of {view.id}",
    )


def shown(plan: Plan) -> dict[str, Any]:
    """
    What a digest stands for, part by part, as a gate shows it.

    The same parts with the same words have the same digest, apart from the run's name.
    """
    return {
        "commit": plan.commit,
        "inputs": _plain(plan.inputs.get("inputs")),
        "matrix": _plain(plan.inputs.get("matrix")),
        "results": _plain(plan.inputs.get("results")),
        "sources": _plain(plan.inputs.get("sources")),
        "targets": [f"{target.environment}/{target.name}" for target in plan.targets],
        "secrets": list(plan.secrets),
        "steps": {
            str(change.address.name): _plain(change.after) for change in plan.changes
        },
        "no way back": [
            change.address.name for change in plan.changes if not change.reversible
        ],
    }


def _change(
    view: RunView, instance: Instance, environment: str, index: int, step: Step
) -> Change:
    name = "/".join(
        [str(view.started.get("workflow", "")), instance.key, f"{index}-{step.id}"]
    )
    written: Mapping[str, Any] = {
        "run": step.run,
        "uses": step.uses,
        "with": _plain(step.with_),
        "env": _plain(step.env),
        "if": step.condition,
        "shell": step.shell,
        "working-directory": step.working_directory,
        "check": step.check,
        "undo": step.undo,
        "manual": step.manual,
    }
    return Change(
        address=Address(environment, "", "workflow", name),
        action=Action.RUN,
        before=None,
        after={key: value for key, value in written.items() if value},
        reversible=step.undo != _NO_WAY_BACK,
        declared=step.place,
    )


def _plain(value: Any) -> Any:
    """Plain values, as a digest is made of."""
    match value:
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case float():
            return str(value)
        case _:
            return value
