"""Breaking the glass for a plan at the terminal: asked and confirmed in the ledger."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from holdfast import gate
from holdfast.app.application import Application, Proposal
from holdfast.app.planning.rules import rules_for
from holdfast.app.reasons import no_reason
from holdfast.engine.journal import moment
from holdfast.gate import GLASS_LASTS, GLASS_LIFTS, Glass
from holdfast.model import Attributes, Entry, Event
from holdfast.problems import HoldfastError, Problem

_SHORTEST = 12
"""So much of a digest names one plan."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request for a plan that lasts still: who may confirm it, and the glass itself."""

    glass: Glass
    needs: tuple[str, ...]


def glasses_for(app: Application, proposal: Proposal) -> tuple[Glass, ...]:
    """The requests for exactly this plan that last still, confirmed or not."""
    digest = proposal.plan.digest
    return tuple(one.glass for one in requests(app) if one.glass.digest == digest)


def ask(app: Application, proposal: Proposal, why: str) -> Glass:
    """Ask to pass windows and freezes with this plan; asked twice it is one request."""
    mine = [g for g in glasses_for(app, proposal) if not gate.is_other(g.by, app.actor)]
    if mine:
        return mine[0]
    plan, until = proposal.plan, app.engine.clock.now() + GLASS_LASTS
    places = sorted({change.address.environment for change in plan.changes})
    needs = gate.needed_for(places, rules_for(app.project)).by
    body: Attributes = {
        "plan": plan.digest,
        "why": why,
        "until": moment(until),
        "needs": needs,
        "environments": tuple(places),
        "targets": tuple(sorted(target.name for target in plan.targets)),
        "changes": tuple(str(change.address) for change in plan.changes),
    }
    app.note(Event.GLASS_ASKED, body)
    return Glass(plan.digest, app.actor, why, until)


def is_closed(proposal: Proposal) -> bool:
    """Whether a window or a freeze is in the way of a plan."""
    return any(one.code in GLASS_LIFTS for one in proposal.verdict_problems)


def confirm(app: Application, named: str, why: str) -> Glass:
    """
    Be the second person for the plan whose digest begins so.

    Raises ``HoldfastError`` for no such request, the asker's own word, or no reason.
    """
    found = [one for one in requests(app) if one.glass.digest.startswith(named)]
    open_ = [one for one in found if not one.glass.confirmed]
    if len(named) < len("sha256:") + _SHORTEST or len(open_) != 1:
        raise HoldfastError(_no_request(named))
    asked = open_[0]
    if not gate.is_other(app.actor, asked.glass.by):
        raise HoldfastError(_same_person(asked.glass))
    teams = {team for team, who in app.project.teams.items() if app.actor in who}
    if asked.needs and {app.actor, *teams}.isdisjoint(asked.needs):
        raise HoldfastError(_not_among(app.actor, asked))
    if not why.strip():
        raise HoldfastError(no_reason(f"holdfast approve {named}"))
    glass = asked.glass
    body: Attributes = {
        "plan": glass.digest,
        "why": why,
        "asked": glass.by,
        "for": glass.why,
    }
    app.note(Event.GLASS_BROKEN, body)
    return glass


def requests(app: Application) -> tuple[Request, ...]:
    """Every request for a plan that lasts still, oldest first."""
    entries = app.store.ledger.of_event(Event.GLASS_ASKED, Event.GLASS_BROKEN)
    now = app.engine.clock.now()
    return tuple(
        one
        for one in _read([entry for entry in entries if not entry.run])
        if now < one.glass.until
    )


def _read(entries: list[Entry]) -> Iterator[Request]:
    for entry in entries:
        if entry.event is not Event.GLASS_ASKED:
            continue
        body, plan = entry.body, str(entry.body["plan"])
        until = datetime.fromisoformat(str(body["until"])).astimezone(UTC)
        second = next(
            (
                later.actor
                for later in entries
                if later.event is Event.GLASS_BROKEN
                and later.sequence > entry.sequence
                and (later.body["plan"], later.body["asked"]) == (plan, entry.actor)
            ),
            "",
        )
        glass = Glass(plan, entry.actor, str(body["why"]), until, second)
        needs = body["needs"]
        yield Request(
            glass, tuple(map(str, needs)) if isinstance(needs, tuple | list) else ()
        )


def _no_request(named: str) -> Problem:
    return Problem(
        code="app.no-glass",
        summary="Nobody asks to pass windows and freezes with that plan",
        detail=f"`{named}` is the digest of no plan that waits for a second person; a "
        "request lasts an hour. Nothing was recorded.",
        next_step="Have it asked for: holdfast apply SELECTORS --break-glass TEXT",
    )


def _same_person(glass: Glass) -> Problem:
    return Problem(
        code="app.second-person",
        summary="A second person has to confirm it",
        detail=f"{glass.by} asked to pass windows and freezes. Nothing was recorded.",
        next_step=f"Ask somebody else for: holdfast approve {glass.digest} --why TEXT",
    )


def _not_among(actor: str, asked: Request) -> Problem:
    return Problem(
        code="app.may-not-confirm",
        summary="That word does not count for this plan",
        detail=f"{actor} is not among {', '.join(asked.needs)}. Nothing was recorded.",
        next_step=f"Ask one of them for: holdfast approve {asked.glass.digest} --why TEXT",
    )
