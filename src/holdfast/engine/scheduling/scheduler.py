"""The loop of schedules: what is due is decided and started in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from holdfast.declare import Workflow
from holdfast.engine.runs.keeper import Keeper
from holdfast.engine.schedules import Agenda, Due, triage
from holdfast.engine.scheduling.entry import Planned
from holdfast.engine.scheduling.pauses import Pauses
from holdfast.engine.scheduling.turn import Turn, decision_of
from holdfast.engine.triggers import Head
from holdfast.model.moments import stamp, to_minute
from holdfast.ports import (
    Clock,
    DecisionRow,
    EventStore,
    EventTransaction,
    RunTransaction,
)
from holdfast.problems import HoldfastError, Problem

LEASE = timedelta(seconds=30)
"""So long after its last sign of life somebody else takes over."""

_NAME = "scheduler"
_MARKS = "schedule/"
_TOGETHER = 25
"""So many schedules are decided in one transaction: the disk is waited for once."""

Opening = Callable[[Workflow, datetime], bool]
"""Whether the windows of all environments of a workflow are open at a moment."""


def always_open(_: Workflow, __: datetime) -> bool:
    """There are no windows."""
    return True


@dataclass(slots=True)
class Scheduler:
    """
    Keeps the schedules of one project; of several with one database only one leads.

    A schedule nobody has seen before begins now: what would have been due before was not
    missed. ``holder`` is a name of its own for each process.
    """

    keeper: Keeper
    events: EventStore
    clock: Clock
    holder: str
    head: Head = field(default_factory=Head)
    is_open: Opening = always_open
    _planned: dict[str, Planned] = field(default_factory=dict)
    _agenda: Agenda = field(default_factory=Agenda)
    _pauses: Pauses = field(default_factory=Pauses)
    _put_off: set[str] = field(default_factory=set)
    """Marks of schedules that had something due while they were paused."""
    _leads: bool = False

    def adopt(self, schedules: Sequence[Planned]) -> None:
        """These are the schedules from now on."""
        self._planned = {one.mark: one for one in schedules}
        self._leads = False

    def tick(self) -> int:
        """Decide everything that is due; how many schedules that were."""
        if not self._take_the_lead():
            return 0
        self._leads = False
        done = 0
        due = self._agenda.due(self.clock.now())
        for first in range(0, len(due), _TOGETHER):
            done += self._decided(due[first : first + _TOGETHER])
        done += self._released()
        self._leads = True
        return done

    def wakes(self) -> datetime | None:
        """When the next one is due."""
        first = self._agenda.next()
        return first[0] if first else None

    def answer(self, number: int, actor: str, why: str, *, run: bool) -> str:
        """
        Say what becomes of a missed run that somebody was asked about; the run's id.

        Raises ``HoldfastError`` when nobody waits for that answer.
        """
        if not run:
            skip(self.events, number, actor, why)
            return ""
        with self.keeper.store.begin() as runs:
            turn = self._turn(runs)
            asked = _asked(turn.events, number)
            entry = self._entry(asked)
            if entry is None:
                raise HoldfastError(_not_declared(asked))
            said = replace(asked, why=_said(actor, why))
            return turn.start(entry, asked.at, said, actor).run

    def _take_the_lead(self) -> bool:
        """Whether this one leads; what others decided meanwhile is read when it began."""
        now = self.clock.now()
        with self.events.begin() as transaction:
            if not transaction.lead(_NAME, self.holder, now, now + LEASE):
                self._leads = False
                return False
            self._pauses.refresh(transaction)
            if self._leads:
                self._resume(transaction, now)
                return True
            known = transaction.marks(_MARKS)
            transaction.set_marks(self._planned.keys() - known.keys(), now)
        self._agenda, self._put_off = Agenda(), set()
        for name, entry in self._planned.items():
            self._agenda.put(name, entry.cron, known.get(name, now))
        return True

    def _resume(self, transaction: EventTransaction, now: datetime) -> None:
        """Take up again what was put off and is paused no more."""
        for name in list(self._put_off):
            entry = self._planned[name]
            if not self._pauses.holds(entry.id, now):
                self._put_off.discard(name)
                self._agenda.put(name, entry.cron, transaction.mark(name) or now)

    def _decided(self, due: Sequence[Due]) -> int:
        """Decide about the moments of some schedules nobody has decided about."""
        with self.keeper.store.begin() as runs:
            turn = self._turn(runs)
            if not turn.events.lead(_NAME, self.holder, turn.now, turn.now + LEASE):
                return 0
            self._pauses.refresh(turn.events)
            known = turn.events.marks_of([one.key for one in due])
            decided = []
            for one in due:
                entry = self._planned[one.key]
                if self._pauses.holds(entry.id, turn.now):
                    self._put_off.add(one.key)
                    continue
                seen = known.get(one.key)
                moments = [at for at in one.moments if seen is None or at > seen]
                self._sort(turn, entry, moments)
                decided.append(one.key)
            turn.events.set_marks(decided, turn.now)
        return len(due)

    def _sort(self, turn: Turn, entry: Planned, moments: Sequence[datetime]) -> None:
        flow, skipped, asked = entry.request.flow, [], []
        for found in triage(
            entry.schedule,
            moments,
            turn.now,
            lambda at: self.is_open(flow, at),
            self._pauses.end(entry.id),
        ):
            row = decision_of(entry, found.moment, found.verb, found.reason)
            if found.verb == "run":
                turn.meet(entry, found.moment, row)
            elif found.verb == "ask":
                asked.append(row)
            else:
                skipped.append(row)
        if asked:
            turn.ask(entry, asked)
        if skipped:
            turn.events.decide(_together(skipped))

    def _released(self) -> int:
        """Start what waited for the run before it, unless it is too late by now."""
        if not any(one.verb == "queue" for one in self.events.opened()):
            return 0
        with self.keeper.store.begin() as runs:
            turn = self._turn(runs)
            rows = turn.opened("queue")
            return sum(self._release(turn, row) for row in rows)

    def _release(self, turn: Turn, row: DecisionRow) -> int:
        entry = self._entry(row)
        if entry is None:
            turn.settle(row, "skipped", "the schedule is not declared any more")
            return 1
        if self._pauses.holds(entry.id, turn.now):
            return 0
        if turn.events.running(row.workflow, row.key):
            return 0
        flow = entry.request.flow
        lenient = replace(entry.schedule, catch_up="all")
        (late,) = triage(lenient, [row.at], turn.now, lambda at: self.is_open(flow, at))
        if late.verb == "run":
            turn.start(entry, row.at, row)
        else:
            turn.settle(row, "skipped", late.reason)
        return 1

    def _entry(self, row: DecisionRow) -> Planned | None:
        """The schedule a decision is about, if it is still declared."""
        for entry in self._planned.values():
            if (entry.request.flow.file, entry.slot) == (row.workflow, row.key):
                return entry
        return None

    def _turn(self, runs: RunTransaction) -> Turn:
        now = self.clock.now()
        return Turn(self.keeper, runs, self.events.within(runs), now, self.head)


def skip(events: EventStore, number: int, actor: str, why: str) -> None:
    """
    Say that a missed run is not wanted; nobody who can start runs is needed for that.

    Raises ``HoldfastError`` when nobody waits for that answer.
    """
    with events.begin() as transaction:
        asked = _asked(transaction, number)
        said = _said(actor, why)
        transaction.settle(replace(asked, open=False, outcome="skipped", why=said))


def _asked(events: EventTransaction, number: int) -> DecisionRow:
    for row in events.opened():
        if (row.number, row.verb) == (number, "ask"):
            return row
    raise HoldfastError(_not_asked(number))


def _said(actor: str, why: str) -> str:
    return f"{actor}: {why}" if why else f"{actor} said so"


def _together(skipped: Sequence[DecisionRow]) -> DecisionRow:
    """One decision for all that are skipped at a time; an outage may skip thousands."""
    last = skipped[-1]
    if len(skipped) == 1:
        return last
    first = stamp(skipped[0].at)
    return replace(last, reason=f"{len(skipped)} since {first}; {last.reason}")


def _not_asked(number: int) -> Problem:
    return Problem(
        code="schedule.not-asked",
        summary=f"Nobody waits for an answer about {number}",
        detail="It was answered already, or it never was a question. Nothing was started.",
        next_step="See what is asked: holdfast event missed",
    )


def _not_declared(row: DecisionRow) -> Problem:
    return Problem(
        code="schedule.not-declared",
        summary=f"The schedule of {row.workflow} is not declared any more",
        detail=f"It is about {to_minute(row.at)}. Nothing was started.",
        next_step=f"Skip it: holdfast event missed {row.number} --skip",
    )
