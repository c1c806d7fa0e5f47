"""What people ask about schedules: when they are due, and what was missed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from holdfast.app.desks.pauses import PauseBook
from holdfast.app.desks.wording import (
    no_such_schedule,
    nobody_keeps_schedules,
    why_schedule,
)
from holdfast.declare import Workflow
from holdfast.engine.schedules import next_times
from holdfast.engine.scheduling import Planned, Scheduler, skip
from holdfast.model import Pause
from holdfast.ports import (
    Clock,
    DecisionRow,
    EventStore,
    EventTransaction,
    ScheduleDesk,
    ScheduleRow,
)
from holdfast.problems import HoldfastError

_SOON, _LAST = 5, 5
_RECENT = timedelta(days=7)
_MANY = 1000
_SLOTS = "schedule/"


@dataclass(slots=True)
class LocalScheduleDesk:
    """
    The schedules of this project.

    Without a ``scheduler`` no missed run can be started.
    """

    store: EventStore
    clock: Clock
    flows: Sequence[Workflow]
    pauses: PauseBook
    planned: Sequence[Planned] = ()
    scheduler: Scheduler | None = None

    def schedules(
        self, workflow: str = "", limit: int = 50, after: str = ""
    ) -> Sequence[ScheduleRow]:
        """Schedules by their ids, those of one workflow or of all."""
        chosen = sorted(self._of(workflow) if workflow else self.planned, key=_id)
        page = [one for one in chosen if not after or _id(one) > _read(after)][:limit]
        return self._rows(page)

    def missed(self) -> Sequence[DecisionRow]:
        """Runs that were missed and that a person is asked about, oldest first."""
        return [one for one in self.store.opened() if one.verb == "ask"]

    def passed(self, limit: int = 50) -> Sequence[DecisionRow]:
        """Runs of the last seven days that were missed and skipped by rule."""
        since = self.clock.now() - _RECENT
        rows = self.store.decisions(since=since, slot=_SLOTS, limit=_MANY)
        skipped = [one for one in rows if one.verb == "skip" and "missed" in one.reason]
        return skipped[:limit]

    def answer(self, number: int, actor: str, why: str, *, run: bool) -> str:
        """Say what becomes of a missed run; the id of the run if it was started."""
        if not run:
            skip(self.store, number, actor, why)
            return ""
        if self.scheduler is None:
            raise HoldfastError(nobody_keeps_schedules(number))
        return self.scheduler.answer(number, actor, why, run=run)

    def pause(
        self, schedule: str, actor: str, why: str, until: str = ""
    ) -> Sequence[ScheduleRow]:
        """Let a schedule, or all of a workflow, start nothing for a while."""
        chosen = self._of(schedule)
        self.pauses.begin([one.id for one in chosen], "schedule", actor, why, until)
        return self._rows(chosen)

    def resume(self, schedule: str, actor: str, why: str) -> Sequence[ScheduleRow]:
        """End the pause of a schedule, or of all of a workflow."""
        chosen = self._of(schedule)
        self.pauses.end([one.id for one in chosen], "schedule", actor, why)
        return self._rows(chosen)

    def why(self, schedule: str, /) -> Sequence[str]:
        """When a schedule or all of a workflow are due, and what was decided last."""
        now, held = self.clock.now(), self.pauses.held()
        return [
            line
            for entry in self._of(schedule)
            for line in why_schedule(entry, self._about(entry), now, held.get(entry.id))
        ]

    def _of(self, named: str) -> Sequence[Planned]:
        """Schedules by a workflow's name or file, or the one of an id."""
        found = [
            one
            for one in self.planned
            if named in (one.request.flow.name, one.request.flow.file, one.id)
        ]
        if not found:
            raise HoldfastError(no_such_schedule(named, self.flows))
        return found

    def _rows(self, chosen: Sequence[Planned]) -> Sequence[ScheduleRow]:
        opened, held = self.store.opened(), self.pauses.held()
        with self.store.begin() as transaction:
            return [self._row(transaction, one, opened, held) for one in chosen]

    def _about(self, entry: Planned) -> Sequence[DecisionRow]:
        file = entry.request.flow.file
        made = self.store.decisions(workflow=file, slot=entry.slot, limit=_MANY)
        return [one for one in made if one.key == entry.slot]

    def _row(
        self,
        transaction: EventTransaction,
        entry: Planned,
        opened: Sequence[DecisionRow],
        held: Mapping[str, Pause],
    ) -> ScheduleRow:
        flow, schedule = entry.request.flow, entry.schedule
        mine = [
            one.verb
            for one in opened
            if (one.workflow, one.key) == (flow.file, entry.slot)
        ]
        return ScheduleRow(
            workflow=flow.name,
            file=flow.file,
            number=entry.number,
            owner=flow.owner,
            cron=schedule.cron,
            plain=entry.cron.plain,
            zone=entry.cron.zone,
            catch_up=schedule.catch_up,
            overlap=schedule.overlap,
            not_after=schedule.not_after,
            autonomy=flow.autonomy,
            next=next_times(entry.cron, self.clock.now(), _SOON),
            last=tuple(self._about(entry)[:_LAST]),
            running=transaction.running(flow.file, entry.slot),
            queued=mine.count("queue"),
            asked=mine.count("ask"),
            paused=held.get(entry.id),
        )


def _id(entry: Planned) -> tuple[str, int]:
    return entry.request.flow.file, entry.number


def _read(written: str) -> tuple[str, int]:
    """The place of a schedule by its id, as ``workflows/nightly.yaml/0``."""
    file, _, number = written.rpartition("/")
    return file, int(number) if number.isdecimal() else 0


_: type[ScheduleDesk] = LocalScheduleDesk
