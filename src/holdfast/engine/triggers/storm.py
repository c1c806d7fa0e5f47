"""
How often a reaction starts: many occurrences, few starts, each with its reason.

Nothing here looks at a clock, and a decision belongs to a moment that follows from the
occurrences alone. So a stored stream gives the answers that were given live.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from holdfast.declare import lasting
from holdfast.engine.triggers.decision import (
    Decision,
    Held,
    History,
    Standing,
    Verb,
    after,
    names,
    standing,
)
from holdfast.engine.triggers.gather import Each, Gathering
from holdfast.model import Occurrence


@dataclass(frozen=True, slots=True)
class Rule:
    """
    How one reaction is held back.

    ``once_within`` is seconds. ``resolved_starts``: the end of an alert is an occurrence
    like others, because somebody waits for it.
    """

    gathering: Gathering = field(default_factory=Each)
    once_within: int | None = None
    resolved_starts: bool = False


def decide(rule: Rule, history: History, now: datetime) -> tuple[Decision, ...]:
    """
    Everything there is to decide at ``now``, in order; empty when there is nothing.

    ``history`` is that of one group. First come held ones whose time is over, then new
    ones. The decisions belong to the history from then on.
    """
    return _settled(rule, standing(history), now)[0]


def deadline(rule: Rule, history: History) -> datetime | None:
    """When :func:`decide` has to be asked again though nothing new came."""
    held = standing(history).held
    return rule.gathering.ends(held) if held else None


def _settled(
    rule: Rule, how: Standing, now: datetime
) -> tuple[tuple[Decision, ...], Standing]:
    """All decisions of this moment, and how things stand after them."""
    made: list[Decision] = []
    while decision := _next(rule, how, now):
        made.append(decision)
        how = how.then(decision)
    return tuple(made), how


def _next(rule: Rule, how: Standing, now: datetime) -> Decision | None:
    """The next decision, ``None`` when nothing is to be decided yet."""
    moment = _moment(how, how.new[0]) if how.new else now
    if how.held and (end := rule.gathering.ends(how.held)) <= moment:
        return _capped(rule, how, rule.gathering.ended(how.held, end))
    if not how.new:
        return None
    new = how.new[0]
    if new.action == "resolved" and not rule.resolved_starts:
        return _over(rule, how, new, moment)
    waiting = (*how.held, Held(new, moment))
    return _capped(rule, how, rule.gathering.came(waiting, moment))


def _moment(how: Standing, new: Occurrence) -> datetime:
    """When it came; no earlier than the last decision, whatever its clock says."""
    return max(new.at, how.last) if how.last else new.at


def _over(rule: Rule, how: Standing, new: Occurrence, moment: datetime) -> Decision:
    """An alert or a drift is over: what waits because of it waits no more."""
    mine = [
        held
        for held in how.held
        if rule.gathering.forgets and held.occurrence.subject == new.subject
    ]
    reason = (
        "it was over before anything started" if mine else f"the {new.type} is over"
    )
    return Decision(Verb.CLOSE, reason, moment, (*names(mine), new.id))


def _capped(rule: Rule, how: Standing, decision: Decision) -> Decision:
    """No second start within ``once_within`` seconds."""
    if decision.verb is not Verb.START or not rule.once_within or not how.started:
        return decision
    free = after(how.started, rule.once_within)
    if decision.at >= free:
        return decision
    ago = (decision.at - how.started).total_seconds()
    return replace(
        decision,
        verb=Verb.SWALLOW,
        reason=f"started {lasting(ago)} ago, once in {lasting(rule.once_within)}",
        until=free,
    )
