"""A job that calls another workflow: what that begins with, and what comes back."""

from collections.abc import Mapping
from typing import Any

from holdfast.declare import Input, Job, Workflow
from holdfast.engine.runs.request import Request, contexts_of
from holdfast.expressions.coerce import to_number, to_text
from holdfast.model import RunView, State
from holdfast.plan import Instance, filled, result_of
from holdfast.ports import RunRow

_BOOLEAN = {"true": True, "false": False}


def request_of(
    view: RunView,
    caller: Workflow,
    instance: Instance,
    called: Workflow,
    contexts: Mapping[str, Any],
) -> Request:
    """
    What a called workflow is started with: the caller's sources, event and commit.

    ``contexts`` is what the inputs a job passes on may see. Raises ``ExpressionError``.
    """
    job, started = instance.job, view.started
    return Request(
        flow=called,
        sources=started.get("sources") or {},
        inputs=inputs_for(job, called, contexts),
        github=contexts_of(view)["github"],
        vars=started.get("vars") or {},
        commit=str(started.get("commit") or ""),
        title=f"{caller.name} / {instance.name}",
        why=f"{view.id} calls it",
        parent=f"{view.id}/{instance.key}",
        secrets=_secrets(job, started),
    )


def inputs_for(
    job: Job, called: Workflow, contexts: Mapping[str, Any]
) -> dict[str, Any]:
    """
    The inputs of the run that a job begins, defaults included.

    Raises ``ExpressionError``, and ``ValueError`` for a value that does not fit.
    """
    wanted = {one.name: one for one in (called.call.inputs if called.call else ())}
    defaults = {n: one.default for n, one in wanted.items() if one.default is not None}
    given = {**defaults, **filled(dict(job.with_), contexts)}
    return {
        name: _fitted(wanted[name], value) if name in wanted else value
        for name, value in given.items()
    }


def outputs_of(flow: Workflow, view: RunView) -> dict[str, Any]:
    """What a called workflow gives back."""
    if flow.call is None:
        return {}
    jobs = {job.id: result_of(view, job.id) for job in flow.jobs}
    contexts = {**contexts_of(view), "jobs": jobs}
    made: dict[str, Any] = filled(dict(flow.call.outputs), contexts)
    return made


def said_of(child: RunRow) -> str:
    """How a called run ended, in words."""
    return f"{child.id} {child.state.value}" + (f": {child.why}" if child.why else "")


def state_of(child: RunRow) -> State:
    """What a job has come to whose called run ended so."""
    return State.FAILED if child.state.result == "failure" else child.state


def outcome_of(child: RunRow) -> str:
    """What a step has come to whose called run ended so; nothing to do is a success."""
    return "success" if child.state.result == "skipped" else child.state.result


def _fitted(one: Input, value: Any) -> Any:
    text = to_text(value)
    if one.type == "boolean" and not isinstance(value, bool):
        if text not in _BOOLEAN:
            raise ValueError(_unfit(one, text, "true or false"))
        return _BOOLEAN[text]
    if one.type == "number" and isinstance(value, str):
        number = to_number(text)
        if number != number:  # noqa: PLR0124 - only NaN differs from itself
            raise ValueError(_unfit(one, text, "a number"))
        return number
    return value


def _unfit(one: Input, seen: str, wanted: str) -> str:
    return f"its input `{one.name}` is {wanted}, not {seen[:60]!r}; nothing was begun"


def _secrets(job: Job, started: Mapping[str, Any]) -> Mapping[str, str] | None:
    """
    Which of our names a called workflow's secrets stand for; ``None`` for the same ones.

    Only plain references are passed on, never a value.
    """
    ours = started.get("secrets")
    if job.secrets == "inherit":
        return ours
    passed: dict[str, str] = {}
    for name, written in job.secrets.items():
        inner = str(written).strip().removeprefix("${{").removesuffix("}}").strip()
        asked = inner.removeprefix("secrets.")
        passed[name] = ours.get(asked, asked) if isinstance(ours, Mapping) else asked
    return passed
