"""One schedule of one workflow, as the scheduler keeps it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from holdfast.declare import Cron, Schedule, parse_cron
from holdfast.engine.runs.request import Request
from holdfast.engine.schedules import run_key
from holdfast.model import Occurrence, occurrence_id
from holdfast.model.moments import stamp
from holdfast.problems import Problem

_SOURCE = "holdfast"


@dataclass(frozen=True, slots=True)
class Planned:
    """A schedule with its number in the workflow, from 0 on, and what it starts."""

    request: Request
    number: int
    schedule: Schedule
    cron: Cron

    @property
    def id(self) -> str:
        """Its name among all schedules, as people write it."""
        return f"{self.request.flow.file}/{self.number}"

    @property
    def slot(self) -> str:
        """What its decisions and starts are kept under."""
        return f"schedule/{self.number}"

    @property
    def mark(self) -> str:
        """
        The name of the moment up to which it was considered.

        It holds what was written: a schedule that is changed begins anew.
        """
        when = f"{self.cron.text} {self.cron.zone}"
        return f"schedule/{self.request.flow.file}/{self.number}/{when}"

    def key(self, moment: datetime) -> str:
        """The name of the run of one moment."""
        return run_key(self.request.flow.file, self.number, moment)

    def occurrence(self, moment: datetime) -> Occurrence:
        """What a run of it is told: as GitHub does, the expression in ``schedule``."""
        at = stamp(moment)
        return Occurrence(
            id=occurrence_id(_SOURCE, self.key(moment)),
            source=_SOURCE,
            type="schedule",
            at=moment,
            delivery=self.key(moment),
            subject=self.request.flow.file,
            data={"schedule": self.schedule.cron, "at": at},
        )


def planned(
    workflows: Iterable[Request], project: str
) -> tuple[tuple[Planned, ...], tuple[Problem, ...]]:
    """Every schedule that can be read, and what is wrong with the others."""
    found: list[Planned] = []
    problems: list[Problem] = []
    for request in workflows:
        file = request.flow.file
        for number, schedule in enumerate(request.flow.schedules):
            name = f"{project}/{file}/{number}"
            cron = parse_cron(schedule.cron, schedule.timezone, name)
            if isinstance(cron, Problem):
                problems.append(cron)
            else:
                found.append(Planned(request, number, schedule, cron))
    return tuple(found), tuple(problems)
