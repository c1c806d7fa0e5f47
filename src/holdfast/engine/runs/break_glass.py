"""Passing windows and freezes with a job: asked by one person, confirmed by another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from holdfast import gate
from holdfast.engine.journal import moment
from holdfast.engine.runs import refusals
from holdfast.engine.runs.gate_facts import Asked
from holdfast.engine.runs.job_contexts import contexts_for, environment_of
from holdfast.engine.runs.keeping import Keeping
from holdfast.engine.runs.request import contexts_of
from holdfast.gate import GLASS_LASTS
from holdfast.model import (
    Event,
    GateView,
    GlassView,
    Plan,
    RunView,
    canonical,
    digest,
)
from holdfast.plan import Begin, needs_of, next_moves, shown
from holdfast.ports import RunTransaction
from holdfast.problems import HoldfastError


@dataclass(frozen=True, slots=True)
class Word:
    """What one person says about what a gate of a job shows, by its digest."""

    job: str
    digest: str
    why: str
    actor: str
    yes: bool


def ask(
    keeper: Keeping,
    transaction: RunTransaction,
    run: str,
    job: str,
    why: str,
    actor: str,
) -> None:
    """
    Ask to let a job pass windows and freezes; without a name the only one that waits.

    It is bound to what the job would do now. Raises ``HoldfastError``.
    """
    if not why.strip():
        raise HoldfastError(refusals.no_reason(f"break-glass {run}"))
    held = closed(keeper, transaction, keeper.view(transaction, run))
    found = {key: plan for key, plan in held.items() if job in ("", key)}
    if len(found) != 1:
        raise HoldfastError(refusals.not_closed(run, list(held)))
    key, plan = next(iter(found.items()))
    until = moment(keeper.clock.now() + GLASS_LASTS)
    bound = {"plan": plan.digest, "by": actor, "why": why, "until": until}
    places = {change.address.environment for change in plan.changes}
    body: dict[str, Any] = {
        "job": key,
        "digest": digest(canonical(bound)),
        "plan": plan.digest,
        "why": why,
        "until": until,
        "needs": list(gate.needed_for(sorted(places), keeper.gatekeeper.rules).by),
        "shows": shown(plan),
    }
    transaction.append([keeper.entry(Event.GLASS_ASKED, run, body, actor)])


def closed(
    keeper: Keeping, transaction: RunTransaction, view: RunView
) -> Mapping[str, Plan]:
    """The jobs that only wait for a window to open or a freeze to end, as planned now."""
    if not keeper.gatekeeper.has_times:
        return {}
    queued = {row.key for row in transaction.jobs(view.id)}
    flow, now = keeper.flow_of(view), keeper.clock.now()
    held: dict[str, Plan] = {}
    for move in next_moves(flow, view, contexts_of(view), queued):
        if isinstance(move, Begin):
            asked = Asked(view, flow, move.instance, now, transaction.claims(now))
            plan = _plan(keeper, asked)
            if keeper.gatekeeper.is_closed(plan, asked):
                held[move.instance.key] = plan
    return held


def waiting(view: RunView, now: datetime) -> Iterator[tuple[str, GlassView]]:
    """The requests that a second person may still confirm, by job."""
    for key, job in view.jobs.items():
        asked = job.glass
        begun = job.steps or job.state.is_end
        if (
            asked is not None
            and not asked.confirmed
            and not begun
            and _lasts(asked, now)
        ):
            yield key, asked


def decide(
    keeper: Keeping, transaction: RunTransaction, view: RunView, word: Word
) -> bool:
    """
    Take a word about a request, if it names the digest of one; whether it does.

    Raises ``HoldfastError`` for the word of whoever asked, or of who may not approve.
    """
    asked = dict(waiting(view, keeper.clock.now())).get(word.job)
    if asked is None or asked.digest != word.digest:
        return False
    if refused := _refused(keeper, asked, word):
        raise HoldfastError(refusals.may_not(view.id, word.job, refused))
    if not word.why.strip():
        verb = "approve" if word.yes else "reject"
        raise HoldfastError(refusals.no_reason(f"{verb} {view.id}"))
    event = Event.GLASS_BROKEN if word.yes else Event.GLASS_REFUSED
    body: dict[str, Any] = {
        "job": word.job,
        "digest": word.digest,
        "why": word.why,
        "asked": asked.by,
        "for": asked.why,
    }
    transaction.append([keeper.entry(event, view.id, body, word.actor)])
    return True


def _refused(keeper: Keeping, asked: GlassView, word: Word) -> str:
    """Why a word does not count; who asked may only take it back."""
    if not gate.is_other(word.actor, asked.by):
        second = f"{word.actor} asked for it; a second person has to confirm it"
        return second if word.yes else ""
    opened = GateView(asked.digest, needs=asked.needs)
    return keeper.gatekeeper.may(opened, word.actor, asked.by)


def _plan(keeper: Keeping, asked: Asked) -> Plan:
    view, instance = asked.view, asked.instance
    environment = environment_of(instance.job, contexts_for(view, instance))
    needs = {"needs": needs_of(instance.job, view)}
    return keeper.gatekeeper.plan(view, asked.flow, instance, environment, needs)


def _lasts(asked: GlassView, now: datetime) -> bool:
    return now < datetime.fromisoformat(asked.until).astimezone(UTC)
