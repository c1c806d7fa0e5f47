"""What a schedule does inside of one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from holdfast.engine.journal import moment
from holdfast.engine.runs.keeper import Keeper
from holdfast.engine.schedules import meet
from holdfast.engine.scheduling.entry import Planned
from holdfast.engine.starting import started
from holdfast.engine.triggers import Head, contexts
from holdfast.engine.trusting import autonomy_of
from holdfast.model import Attributes, Event
from holdfast.ports import (
    DecisionRow,
    EventTransaction,
    RunTransaction,
    StartRow,
)

_ACTOR = "schedule"


@dataclass(frozen=True, slots=True)
class Turn:
    """One transaction over runs and decisions, at one moment."""

    keeper: Keeper
    runs: RunTransaction
    events: EventTransaction
    now: datetime
    head: Head

    def opened(self, verb: str) -> tuple[DecisionRow, ...]:
        """Decisions with this verb that wait."""
        return tuple(row for row in self.events.opened() if row.verb == verb)

    def ask(self, entry: Planned, rows: Sequence[DecisionRow]) -> None:
        """Leave missed moments to a person, and say so once for all of them."""
        for row in rows:
            self.events.decide(replace(row, open=True))
        flow, newest = entry.request.flow, rows[-1]
        body: Attributes = {
            "workflow": flow.file,
            "name": flow.name,
            "owner": flow.owner,
            "schedule": entry.number,
            "moment": moment(newest.at),
            "count": len(rows),
            "reason": newest.reason,
        }
        missed = self.keeper.entry(Event.SCHEDULE_MISSED, "", body, _ACTOR)
        self.runs.append([missed])

    def settle(self, row: DecisionRow, outcome: str, why: str) -> None:
        """A decision does not wait any more."""
        self.events.settle(replace(row, open=False, outcome=outcome, why=why))

    def meet(self, entry: Planned, moment: datetime, row: DecisionRow) -> None:
        """Start a run, unless one before it is in its way."""
        running = self.events.running(row.workflow, row.key)
        waiting = [
            f"the run of {one.at:%H:%M} UTC"
            for one in self.events.opened(row.workflow, row.key)
            if one.verb == "queue"
        ]
        found = meet(entry.schedule.overlap, running, waiting)
        if found.verb in ("skip", "queue"):
            waits = found.verb == "queue"
            held = replace(row, verb=found.verb, reason=found.reason, open=waits)
            self.events.decide(held)
            return
        if found.verb == "cancel":
            for run in running:
                self.keeper.cancel_in(self.runs, run, found.reason, _ACTOR)
        self.start(entry, moment, row)

    def start(
        self, entry: Planned, moment: datetime, row: DecisionRow, actor: str = _ACTOR
    ) -> DecisionRow:
        """Start the run of a moment once; the decision with what became of it."""
        before = self.events.start(entry.key(moment))
        if before is not None:
            told = replace(row, outcome="started", run=before.run)
        elif entry.request.flow.autonomy == "observe":
            why = "autonomy is observe: nothing was started"
            told = replace(row, outcome="observed", why=why)
        else:
            told = started(
                self.runs, row, lambda: self._accepted(entry, moment, row, actor)
            )
        told = replace(told, open=False)
        if row.number:
            self.events.settle(told)
            return told
        return replace(told, number=self.events.decide(told))

    def _accepted(
        self, entry: Planned, moment: datetime, row: DecisionRow, actor: str
    ) -> str:
        flow, occurrence = entry.request.flow, entry.occurrence(moment)
        key = entry.key(moment)
        inputs = {
            one.name: one.default
            for one in flow.dispatch or ()
            if one.default is not None
        }
        request = replace(
            entry.request,
            inputs=inputs,
            github=dict(contexts(occurrence, self.head)["github"]),
            why=f"schedule {entry.schedule.cron} {entry.cron.zone}: {row.reason}",
            autonomy=autonomy_of(self.events, flow),
            cause={"key": key, "schedule": entry.number, "at": occurrence.data["at"]},
        )
        run = self.keeper.accept_in(self.runs, request, actor)
        self.events.started(StartRow(key, run, flow.file, entry.slot, self.now))
        return run


def decision_of(
    entry: Planned, moment: datetime, verb: str, reason: str
) -> DecisionRow:
    """A decision about one moment of a schedule."""
    return DecisionRow(entry.request.flow.file, entry.slot, verb, reason, moment)
