"""Rules: what workflows answer to, what they answered, and would have answered."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from holdfast.app.eventdesk import EventDesk
from holdfast.app.eventwords import no_such_rule, verb_of
from holdfast.declare import Storm, Trigger, Workflow, lasting
from holdfast.engine.reacting import look_back
from holdfast.engine.triggers import Reaction, Verb, target_of
from holdfast.ports import DecisionRow
from holdfast.problems import HoldfastError

_LOOKED_AT = timedelta(days=30)
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One workflow that answers to events, and what came of it in the last 30 days."""

    name: str
    file: str
    owner: str
    autonomy: str
    starts: tuple[str, ...]
    limits: str
    came: tuple[tuple[str, int], ...]
    """Words as ``started`` or ``swallow``, and how often."""
    trust: tuple[str, ...] = ()
    """That it lost the trust of acting by itself, or what it has earned."""


@dataclass(frozen=True, slots=True)
class Backtest:
    """
    What a workflow answers to what is stored, from a moment on.

    ``targets`` has what would have been started for each target. ``differs`` are answers
    that were given otherwise: the workflow was another one then, or was not there.
    """

    name: str
    since: datetime
    until: datetime
    events: int
    reactions: tuple[Reaction, ...]
    targets: tuple[tuple[str, int], ...]
    differs: int

    def count(self, verb: Verb) -> int:
        """How many decisions of one sort."""
        return sum(1 for one in self.reactions if one.decision.verb is verb)


def rules(desk: EventDesk) -> tuple[RuleRow, ...]:
    """Every workflow that answers to events, by name."""
    mine = (flow for flow in desk.flows if flow.triggers)
    return tuple(_row(desk, flow) for flow in sorted(mine, key=lambda flow: flow.name))


def rule(desk: EventDesk, name: str) -> tuple[RuleRow, tuple[DecisionRow, ...]]:
    """One rule and its last decisions, newest first; raises ``HoldfastError``."""
    flow = need_flow(desk, name)
    return _row(desk, flow), desk.store.decisions(workflow=flow.file, limit=20)


def backtest(desk: EventDesk, name: str, since: datetime) -> Backtest:
    """
    Ask a workflow, as it is now, about all that is stored; raises ``HoldfastError``.

    Everything before ``since`` is counted too, so that the first answers are the right
    ones, but only answers from then on are told.
    """
    flow, now = need_flow(desk, name), desk.clock.now()
    found = look_back(flow, desk.store, now, repository=desk.repository)
    told = tuple(one for one in found if one.decision.at >= since)
    made = desk.store.decisions(workflow=flow.file, since=since, limit=_MOST)
    live = Counter(
        (one.key, one.verb, one.at, one.of)
        for one in made
        if one.outcome != "loop" and not one.key.startswith("schedule/")
    )
    asked = Counter(
        (one.key, one.decision.verb.value, one.decision.at, one.decision.of)
        for one in told
    )
    return Backtest(
        name=flow.name,
        since=since,
        until=now,
        events=sum(1 for one in desk.store.all() if one.at >= since),
        reactions=told,
        targets=tuple(_targets(desk, told).most_common()),
        differs=((live - asked) + (asked - live)).total(),
    )


def need_flow(desk: EventDesk, name: str) -> Workflow:
    """A workflow by its name or file; raises ``HoldfastError``."""
    for flow in desk.flows:
        if name in (flow.name, flow.file):
            return flow
    raise HoldfastError(no_such_rule(name, desk.flows))


def _targets(desk: EventDesk, reactions: Sequence[Reaction]) -> Counter[str]:
    newest = [
        one.decision.of[-1]
        for one in reactions
        if one.decision.verb is Verb.START and one.decision.of
    ]
    with desk.store.begin() as transaction:
        known = {one.id: one for one in transaction.occurrences(set(newest))}
    return Counter(target_of(known[name]) for name in newest if name in known)


def _row(desk: EventDesk, flow: Workflow) -> RuleRow:
    since = desk.clock.now() - _LOOKED_AT
    made = desk.store.decisions(workflow=flow.file, since=since, limit=_MOST)
    return RuleRow(
        name=flow.name,
        file=flow.file,
        owner=flow.owner,
        autonomy=flow.autonomy,
        starts=tuple(_trigger(one) for one in flow.triggers),
        limits="; ".join(_limits(flow.limits)) if flow.limits else "",
        came=tuple(sorted(Counter(verb_of(one) for one in made).items())),
        trust=tuple(desk.trust(flow)),
    )


def _trigger(trigger: Trigger) -> str:
    words = (f"{key}: {value}" for key, value in trigger.options.items())
    return f"{trigger.event} ({', '.join(words)})" if trigger.options else trigger.event


def _limits(limits: Storm) -> Iterator[str]:
    """What holds a rule back, in words."""
    if limits.once_within:
        yield f"once within {lasting(limits.once_within)}"
    if limits.once_after:
        yield f"once after {lasting(limits.once_after)}"
    if limits.accumulate_within:
        yield f"{limits.threshold} within {lasting(limits.accumulate_within)}"
    if limits.per:
        yield f"per {limits.per}"
    yield f"{limits.attempts} attempts within {lasting(limits.within)}"
    if limits.max_targets is not None:
        yield f"{limits.max_targets} targets at most"
    if limits.max_share is not None:
        yield f"{limits.max_share} of the hosts at most"
