"""What people ask about rules: what they answered, would have, and what holds them back."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from holdfast.app.desks.pauses import PauseBook
from holdfast.app.desks.trigger_words import trigger_words
from holdfast.app.desks.wording import no_such_rule, no_such_target, verb_of
from holdfast.app.reacting.trust import Standing
from holdfast.app.times import moment_of
from holdfast.declare import Storm, Workflow, lasting
from holdfast.engine.reacting import attempts, close, look_back
from holdfast.engine.triggers import Breaker, Reaction, Verb, breaker, target_of
from holdfast.ports import (
    AnswerRow,
    BacktestRow,
    CircuitRow,
    Clock,
    DecisionRow,
    EventStore,
    RuleDesk,
    RuleRow,
    RunStore,
)
from holdfast.problems import HoldfastError

_LOOKED_AT = timedelta(days=30)
_MOST = 10_000
_NO_ANSWERS = ("schedule/", "breaker/")
"""Decisions under these keys are no answers to events."""


def _kept(_workflow: str, _target: str) -> None:
    """Nothing was claimed for a rule."""


def _nothing(_flow: Workflow) -> Standing:
    """Nobody asks how far a rule is trusted."""
    return Standing()


def _not_given(_flow: Workflow, _actor: str, _why: str) -> None:
    """Nobody can give trust back."""


@dataclass(slots=True)
class LocalRuleDesk:
    """
    The rules of this project.

    ``free`` gives back what was claimed when a rule stopped at a target; ``standing``
    says how far one is trusted, ``give`` gives trust back.
    """

    store: EventStore
    runs: RunStore
    clock: Clock
    flows: Sequence[Workflow]
    pauses: PauseBook
    repository: str = ""
    free: Callable[[str, str], None] = _kept
    standing: Callable[[Workflow], Standing] = _nothing
    give: Callable[[Workflow, str, str], None] = _not_given

    def rules(self) -> Sequence[RuleRow]:
        """Every workflow that answers to events, by name."""
        mine = (flow for flow in self.flows if flow.triggers)
        return [self._row(flow) for flow in sorted(mine, key=lambda flow: flow.name)]

    def rule(self, workflow: str, /) -> tuple[RuleRow, tuple[DecisionRow, ...]]:
        """One rule and its last decisions, newest first."""
        flow = self._need(workflow)
        return self._row(flow), self.store.decisions(workflow=flow.file, limit=20)

    def backtest(self, workflow: str, since: str = "30d") -> BacktestRow:
        """
        Ask a workflow, as it is now, about all that is stored; starts nothing.

        Everything before ``since`` is counted too, so that the first answers are the
        right ones, but only answers from then on are told.
        """
        flow, now = self._need(workflow), self.clock.now()
        begin = moment_of(since, now)
        found = look_back(flow, self.store, now, repository=self.repository)
        told = [one for one in found if one.decision.at >= begin]
        made = self.store.decisions(workflow=flow.file, since=begin, limit=_MOST)
        return BacktestRow(
            name=flow.name,
            since=begin,
            until=now,
            events=sum(1 for one in self.store.all() if one.at >= begin),
            answers=tuple(map(_answer, told)),
            targets=tuple(self._targets(told).most_common()),
            differs=_differing(made, told),
        )

    def close(self, workflow: str, target: str, actor: str, why: str) -> RuleRow:
        """Close a breaker: what was tried on the target so far counts no more."""
        flow, now = self._need(workflow), self.clock.now()
        with self.runs.begin() as transaction:
            events = self.store.within(transaction)
            known = attempts(transaction, events, flow.file, now)
            if target not in known:
                raise HoldfastError(no_such_target(target, flow, known))
            close(transaction, events, flow, target, now, actor=actor, why=why)
        self.free(flow.file, target)
        return self._row(flow)

    def pause(self, workflow: str, actor: str, why: str, until: str = "") -> RuleRow:
        """Let a rule start nothing for a while."""
        flow = self._need(workflow)
        self.pauses.begin([flow.file], "rule", actor, why, until)
        return self._row(flow)

    def resume(self, workflow: str, actor: str, why: str) -> RuleRow:
        """End the pause of a rule."""
        flow = self._need(workflow)
        self.pauses.end([flow.file], "rule", actor, why)
        return self._row(flow)

    def trust(self, workflow: str, actor: str, why: str) -> RuleRow:
        """Let a rule act again as it declares, after it lost trust."""
        flow = self._need(workflow)
        self.give(flow, actor, why)
        return self._row(flow)

    def _need(self, name: str) -> Workflow:
        for flow in self.flows:
            if name in (flow.name, flow.file):
                return flow
        raise HoldfastError(no_such_rule(name, self.flows))

    def _targets(self, reactions: Sequence[Reaction]) -> Counter[str]:
        newest = [
            one.decision.of[-1]
            for one in reactions
            if one.decision.verb is Verb.START and one.decision.of
        ]
        with self.store.begin() as transaction:
            known = {one.id: one for one in transaction.occurrences(set(newest))}
        return Counter(target_of(known[name]) for name in newest if name in known)

    def _row(self, flow: Workflow) -> RuleRow:
        since = self.clock.now() - _LOOKED_AT
        made = self.store.decisions(workflow=flow.file, since=since, limit=_MOST)
        answers = [one for one in made if not one.key.startswith(_NO_ANSWERS)]
        circuits, ended = self._tried(flow, since)
        standing = self.standing(flow)
        return RuleRow(
            name=flow.name,
            file=flow.file,
            owner=flow.owner,
            autonomy=flow.autonomy,
            starts=tuple(trigger_words(one) for one in flow.triggers),
            limits="; ".join(_limits(flow.limits)) if flow.limits else "",
            came=_counts(Counter(map(verb_of, answers))),
            ended=_counts(ended),
            circuits=circuits,
            trust=standing.lines,
            takes_trust=standing.takeable,
            paused=self.pauses.held().get(flow.file),
        )

    def _tried(
        self, flow: Workflow, since: datetime
    ) -> tuple[tuple[CircuitRow, ...], Mapping[str, int]]:
        """Its breakers, and how its runs since a moment ended."""
        now = self.clock.now()
        with self.runs.begin() as transaction:
            events = self.store.within(transaction)
            ended = events.states(since, flow.file)
            if flow.limits is None:
                return (), ended
            tried = attempts(transaction, events, flow.file, now)
        made = {name: breaker(tried[name], flow.limits, now) for name in sorted(tried)}
        return tuple(_circuit(name, one) for name, one in made.items()), ended


def _answer(reaction: Reaction) -> AnswerRow:
    made = reaction.decision
    return AnswerRow(made.at, reaction.key, made.verb.value, made.reason, made.of)


def _circuit(target: str, found: Breaker) -> CircuitRow:
    return CircuitRow(
        target, found.circuit.value, found.reason, found.since, found.until
    )


def _differing(made: Sequence[DecisionRow], asked: Sequence[Reaction]) -> int:
    """How many answers were given otherwise live."""
    live = Counter(
        (one.key, one.verb, one.at, one.of)
        for one in made
        if one.outcome != "loop" and not one.key.startswith(_NO_ANSWERS)
    )
    now = Counter(
        (one.key, one.decision.verb.value, one.decision.at, one.decision.of)
        for one in asked
    )
    return ((live - now) + (now - live)).total()


def _counts(counted: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counted.items()))


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


_: type[RuleDesk] = LocalRuleDesk
