"""Which schedules people have paused, as the scheduler keeps it in mind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from holdfast.engine.pausing import changed, ends_of_pauses
from holdfast.ports import EventTransaction


@dataclass(slots=True)
class Pauses:
    """When each pause ends or ended; read again only when somebody has changed one."""

    _ends: Mapping[str, datetime] = field(default_factory=dict)
    _read: datetime | None = None

    def refresh(self, events: EventTransaction) -> None:
        """Take over what people said since the last look."""
        now = changed(events)
        if now != self._read:
            self._ends, self._read = ends_of_pauses(events), now

    def end(self, schedule: str) -> datetime | None:
        """When the last pause of a schedule ends or ended."""
        return self._ends.get(schedule)

    def holds(self, schedule: str, now: datetime) -> bool:
        """Whether a schedule is paused."""
        end = self.end(schedule)
        return end is not None and end > now
