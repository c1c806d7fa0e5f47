"""Steps that give their worker back: for people, for time, for another run."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from holdfast import gate
from holdfast.declare import Step, seconds_of
from holdfast.engine.journal import moment
from holdfast.engine.runs.hidden import rests_on_hidden, seen_in
from holdfast.engine.runs.job_contexts import environment_of, results_before
from holdfast.engine.runs.job_state import StepAt
from holdfast.engine.runs.keeping import Keeping
from holdfast.engine.runs.request import Request
from holdfast.engine.runs.tasks import handed
from holdfast.expressions.coerce import to_text
from holdfast.model import Event, RunView
from holdfast.plan import filled
from holdfast.ports import RunTransaction
from holdfast.problems import Problem

_LEAVE = frozenset({"holdfast/approve", "holdfast/wait", "holdfast/workflow"})
_ASKED = ("by", "count", "not", "within")


def leaves(step: Step) -> bool:
    """Whether a step is one that waits without a worker."""
    return bool(step.manual) or step.uses.partition("@")[0] in _LEAVE


def asks(step: Step) -> bool:
    """Whether a step asks people about what the steps after it will do."""
    return step.uses.partition("@")[0] == "holdfast/approve"


def waiting_for(
    keeper: Keeping, transaction: RunTransaction, at: StepAt, view: RunView
) -> tuple[Event, Mapping[str, Any]]:
    """
    What is written down when such a step begins.

    Raises ``ExpressionError`` and ``ValueError`` for what cannot be understood.
    """
    if at.step.manual:
        return Event.HANDED, handed(at, keeper.clock.now())
    told = filled(dict(at.step.with_), at.contexts)
    match at.step.uses.partition("@")[0]:
        case "holdfast/wait":
            return Event.WAITING, {"until": _until(told, keeper.clock.now())}
        case "holdfast/workflow":
            return Event.WAITING, {"child": _child(keeper, transaction, at, view, told)}
        case _:
            return Event.GATE_OPENED, _gate(keeper, at, view, told)


def _gate(
    keeper: Keeping, at: StepAt, view: RunView, told: Mapping[str, Any]
) -> Mapping[str, Any]:
    wanted = gate.parse_approve({k: told[k] for k in _ASKED if k in told})
    if isinstance(wanted, Problem):
        raise ValueError(wanted.detail)  # noqa: TRY004 - what was declared is wrong
    plan = keeper.gatekeeper.plan(
        view,
        at.flow,
        at.job,
        environment_of(at.job.job, at.contexts),
        results_before(view, at.job, at.index),
    )
    message, now = to_text(told.get("message")), keeper.clock.now()
    return keeper.gatekeeper.asking(wanted, plan, message, at.index, "gate", now).body


def _until(told: Mapping[str, Any], now: datetime) -> str:
    if "for" in told:
        return moment(now + timedelta(seconds=seconds_of(to_text(told["for"]))))
    if "until" not in told:
        message = "holdfast/wait wants `for:` (10m) or `until:` (a moment)"
        raise ValueError(message)
    until = datetime.fromisoformat(to_text(told["until"]))
    return moment(until if until.tzinfo else until.replace(tzinfo=UTC))


def _child(
    keeper: Keeping,
    transaction: RunTransaction,
    at: StepAt,
    view: RunView,
    told: Mapping[str, Any],
) -> str:
    name = to_text(told.get("workflow"))
    found = keeper.find(name)
    if found is None:
        message = f"there is no workflow `{name}`"
        raise ValueError(message)
    inputs = at.step.with_.get("inputs") or {}
    if rests_on_hidden(
        lambda seen: filled(inputs, seen_in(at.contexts, seen)), at.stand
    ):
        message = "its inputs hold a secret; the called workflow has to read it itself"
        raise ValueError(message)
    request = Request(
        flow=found.flow,
        sources=found.sources,
        inputs={**found.inputs, **(told.get("inputs") or {})},
        github=view.started.get("github") or {},
        vars=at.contexts.get("vars") or {},
        commit=found.commit,
        why=f"step {at.step.id} of {at.run} starts it",
        parent=f"{at.run}/{at.job.key}",
        secrets=found.secrets,
        cause=found.cause,
    )
    return keeper.accept_in(transaction, request, f"workflow:{at.flow.name}")
