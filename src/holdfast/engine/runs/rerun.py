"""A run started again, with other inputs: a new plan, and the end of the old one."""

from collections.abc import Mapping
from typing import Any

from holdfast.engine.runs.keeper import Keeper
from holdfast.engine.runs.request import Request
from holdfast.model import Event, RunView, State
from holdfast.ports import RunTransaction


def start_again(keeper: Keeper, run: str, request: Request, actor: str) -> str:
    """
    Start what a request asks for in the place of a run; the new run's id.

    Gates of the old one whose word the person has are rejected, and what is left of it
    is cancelled: nobody can approve any more what was edited.
    """
    with keeper.store.begin() as transaction:
        view = keeper.view(transaction, run)
        if not view.state.is_end:
            why = f"{actor} started it again with other inputs"
            _reject(keeper, transaction, view, why, actor)
            keeper.advance(transaction, run)
            keeper.cancel_in(transaction, run, why, actor)
        return keeper.accept_in(transaction, request, actor)


def edited(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Which inputs differ, in words; empty for none."""
    return ", ".join(
        f"{name}={value}" for name, value in now.items() if before.get(name) != value
    )


def _reject(
    keeper: Keeper, transaction: RunTransaction, view: RunView, why: str, actor: str
) -> None:
    for key, job in view.jobs.items():
        gate = job.gate
        if job.state is not State.GATED or gate is None:
            continue
        if keeper.gatekeeper.may(gate, actor, view.actor):
            continue
        body = {"job": key, "digest": gate.digest, "why": why, "by": actor}
        entry = keeper.entry(Event.REJECTED, view.id, body, actor)
        transaction.append([entry])
