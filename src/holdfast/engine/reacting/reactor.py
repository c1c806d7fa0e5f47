"""The one that reacts: each event once, in order, whoever is killed in between."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from holdfast.engine.reacting.causes import cause_of, chain_to, is_loop
from holdfast.engine.reacting.ends import tell_of_ends
from holdfast.engine.reacting.history import events_in, read, written
from holdfast.engine.reacting.proofs import is_remedy, look_at_proofs
from holdfast.engine.reacting.starts import Starter, Stopped, newest
from holdfast.engine.runs.keeper import Keeper
from holdfast.engine.runs.request import Request
from holdfast.engine.triggers import (
    Concern,
    Decision,
    Head,
    Verb,
    compact,
    concern,
    deadline,
    react,
    rule_of,
)
from holdfast.model import Occurrence, State
from holdfast.ports import (
    Clock,
    DecisionRow,
    EventStore,
    ReactionRow,
    RunTransaction,
    Unanswered,
)

LEASE = timedelta(seconds=30)
"""So long after its last sign of life somebody else takes over."""

_NAME = "reactor"
_REACTED = "reacted"
_LOOKED_AT = 100
"""So many failed runs, the newest, can take trust from a rule."""
_TOGETHER = 5
"""Events that are reacted to in one transaction: meanwhile nobody else writes."""


def _unheard(_: Stopped) -> None:
    """Nobody is told."""


@dataclass(slots=True)
class Reactor:
    """
    Reacts for one project; of several with one database only the one that leads does.

    ``workflows`` is what a run of each is started with before anything is known of the
    event. ``holder`` is a name of its own for each process. ``tell`` hears of reactions
    that were stopped, after that is on disk.
    """

    keeper: Keeper
    events: EventStore
    clock: Clock
    holder: str
    workflows: Sequence[Request] = ()
    head: Head = field(default_factory=Head)
    fleet: Mapping[str, str] = field(default_factory=dict)
    """Every host with its environment."""
    tell: Callable[[Stopped], None] = _unheard
    _failed: list[str] = field(default_factory=list)
    """The failed runs that were looked at last."""

    def take(self, occurrences: Sequence[Occurrence]) -> tuple[Occurrence, ...]:
        """Keep what is new; it is on disk when this returns."""
        with self.events.begin() as transaction:
            return transaction.take(occurrences)

    def react(self, occurrence: Occurrence) -> bool:
        """
        Let every workflow look at a stored occurrence; whether that was done now.

        It is not, when one that came before was not looked at or somebody else leads.
        What is decided and started is one transaction: it happened, or it did not.
        """
        return self._react([occurrence]) == 1

    def tick(self) -> int:
        """
        React to all that waits and to every moment that has come; how much it was.

        What is held and over may page somebody, and a page is an event too: it is answered
        in the same tick, so nothing waits when this returns, unless somebody else leads.
        """
        tell_of_ends(
            self.events, [one.flow for one in self.workflows], self.clock.now()
        )
        self._look_at_proofs()
        done = 0
        while reacted := self._answers() or self._ends():
            done += reacted
        return done

    def _look_at_proofs(self) -> None:
        """See whether what rules did by themselves held, when a run failed."""
        if not any(is_remedy(one.flow) for one in self.workflows):
            return
        failed = [row.id for row in self.keeper.store.runs([State.FAILED], _LOOKED_AT)]
        if failed == self._failed:
            return
        self._failed = failed
        with self.keeper.store.begin() as runs:
            turn = self._turn(runs)
            if turn is not None:
                flows = [one.flow for one in self.workflows]
                look_at_proofs(self.keeper, runs, turn.events, flows, turn.now)

    def wakes(self) -> datetime | None:
        """When :meth:`tick` has something to do though nothing comes."""
        return self.events.wakes()

    def _answers(self) -> int:
        """React to the oldest that wait; how many these were."""
        waiting = self._waiting()
        return self._react_together(waiting) if waiting else 0

    def _react_together(self, waiting: Sequence[Occurrence]) -> int:
        """The same for several in one transaction; alone when one of them goes wrong."""
        try:
            return self._react(waiting)
        except Unanswered:
            raise
        except Exception:
            if len(waiting) == 1:
                raise
            return self._react(waiting[:1])

    def _react(self, occurrences: Sequence[Occurrence]) -> int:
        with self.keeper.store.begin() as runs:
            turn = self._turn(runs)
            if turn is None:
                return 0
            done = 0
            first = turn.events.waiting(len(occurrences))
            for occurrence, next_one in zip(occurrences, first, strict=False):
                if occurrence.id != next_one.id:
                    break
                self._look(turn, occurrence)
                done += 1
        self._told(turn)
        return done

    def _look(self, turn: Starter, occurrence: Occurrence) -> None:
        cause = cause_of(turn.events, turn.runs, occurrence)
        turn.events.reacted(occurrence.id, cause)
        chain = chain_to(turn.events, occurrence.id) if cause else ()
        for request in self.workflows:
            flow = request.flow
            found = concern(flow, occurrence, repository=self.head.repository)
            if found is None:
                continue
            circle = is_loop(flow.file, chain, occurrence)
            if circle:
                turn.events.decide(_looped(request, found, occurrence, circle.reason))
            else:
                _decide(turn, request, found, occurrence)

    def _waiting(self) -> tuple[Occurrence, ...]:
        with self.events.looking() as transaction:
            return transaction.waiting(_TOGETHER)

    def _ends(self) -> int:
        """Decide what is held and whose time is over."""
        due = self.events.wakes()
        now = self.clock.now()
        if due is None or due > now:
            return 0
        with self.keeper.store.begin() as runs:
            turn = self._turn(runs)
            if turn is None:
                return 0
            turn.events.set_mark(_REACTED, now)
            if turn.events.waiting(1):
                return 0
            rows = turn.events.due(now)
            for row in rows:
                self._end(turn, row)
        self._told(turn)
        return len(rows)

    def _end(self, turn: Starter, row: ReactionRow) -> None:
        request = self._of(row)
        if request is None:
            turn.events.decide(_forgotten(row, turn.now))
            turn.events.save(ReactionRow(row.workflow, row.key, 0, None, ()))
            return
        trigger = request.flow.triggers[row.trigger]
        found = Concern(row.key, rule_of(request.flow.limits, trigger), trigger)
        _decide(turn, request, found, None)

    def _of(self, row: ReactionRow) -> Request | None:
        """What a held reaction would start; ``None`` when it is not declared any more."""
        for request in self.workflows:
            if request.flow.file == row.workflow:
                there = row.trigger < len(request.flow.triggers)
                return request if there else None
        return None

    def _turn(self, runs: RunTransaction) -> Starter | None:
        """What works in this transaction; ``None`` when somebody else leads."""
        now, events = self.clock.now(), self.events.within(runs)
        if not events.lead(_NAME, self.holder, now, now + LEASE):
            return None
        return Starter(self.keeper, runs, events, now, self.head, self.fleet)

    def _told(self, turn: Starter) -> None:
        for stopped in turn.stopped:
            self.tell(stopped)


def _decide(
    turn: Starter, request: Request, found: Concern, new: Occurrence | None
) -> None:
    """Decide over the history of one key; ``new`` belongs to it from now on."""
    events, file = turn.events, request.flow.file
    row = events.reaction(file, found.key)
    stored = row.history if row else ()
    history = read(stored, events.occurrences(events_in(stored)))
    if new is not None:
        history.append(new)
    now = new.at if new is not None else turn.now
    made = [one.decision for one in react(found, history, now)]
    for decision in made:
        said = _row(file, found.key, decision)
        if decision.verb is Verb.START:
            said = turn.start(request, said, newest(events, decision.of, new))
        events.decide(said)
    kept = compact((*history, *made))
    number = request.flow.triggers.index(found.trigger)
    due = deadline(found.rule, kept)
    events.save(ReactionRow(file, found.key, number, due, written(kept)))


def _row(file: str, key: str, decision: Decision) -> DecisionRow:
    return DecisionRow(
        workflow=file,
        key=key,
        verb=decision.verb.value,
        reason=decision.reason,
        at=decision.at,
        of=decision.of,
        until=decision.until,
    )


def _looped(
    request: Request, found: Concern, occurrence: Occurrence, reason: str
) -> DecisionRow:
    return DecisionRow(
        workflow=request.flow.file,
        key=found.key,
        verb=Verb.SWALLOW.value,
        reason=reason,
        at=occurrence.at,
        of=(occurrence.id,),
        outcome="loop",
    )


def _forgotten(row: ReactionRow, now: datetime) -> DecisionRow:
    return DecisionRow(
        workflow=row.workflow,
        key=row.key,
        verb=Verb.SWALLOW.value,
        reason="the workflow was changed and does not wait for this any more",
        at=now,
        of=tuple(events_in(row.history)),
    )
