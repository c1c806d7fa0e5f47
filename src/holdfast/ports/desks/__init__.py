"""What people ask of a project and do with it, one desk a file."""

from dataclasses import dataclass

from holdfast.ports.desks.events import EventDesk
from holdfast.ports.desks.outbox import OutboxDesk
from holdfast.ports.desks.rules import RuleDesk
from holdfast.ports.desks.runbooks import RunbookDesk
from holdfast.ports.desks.runs import RunDesk
from holdfast.ports.desks.schedules import ScheduleDesk

__all__ = ["Desks"]


@dataclass(frozen=True, slots=True)
class Desks:
    """Every desk of one project, wherever it is: here or behind a server."""

    runs: RunDesk
    events: EventDesk
    schedules: ScheduleDesk
    rules: RuleDesk
    outbox: OutboxDesk
    runbooks: RunbookDesk
