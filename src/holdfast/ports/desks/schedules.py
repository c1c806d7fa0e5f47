"""What a person asks about schedules, whether the server is in this process or another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from holdfast.model import Pause
from holdfast.ports.events import DecisionRow


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """
    One schedule of one workflow.

    ``number`` counts the schedules of the workflow from 0 on. ``plain`` is the expression
    with its ``H`` and names worked out. ``next`` are its coming moments in UTC, ``last``
    the newest decisions about it, newest first. ``running`` are its runs that have not
    ended, ``queued`` and ``asked`` how many moments wait for one of them, or for a person.
    """

    workflow: str
    file: str
    number: int
    owner: str
    cron: str
    plain: str
    zone: str
    catch_up: str
    overlap: str
    not_after: int | None = None
    autonomy: str = "act"
    next: tuple[datetime, ...] = ()
    last: tuple[DecisionRow, ...] = ()
    running: tuple[str, ...] = ()
    queued: int = 0
    asked: int = 0
    paused: Pause | None = None

    @property
    def id(self) -> str:
        """Its name among all schedules."""
        return f"{self.file}/{self.number}"


class ScheduleDesk(Protocol):
    """
    When runs are due, and what becomes of those that were missed.

    Raises ``HoldfastError`` for what does not exist, may not be done or cannot be reached.
    """

    def schedules(
        self, workflow: str = "", limit: int = 50, after: str = ""
    ) -> Sequence[ScheduleRow]:
        """
        Schedules by their ids; ``after`` is the id the last page ended with.

        ``workflow`` is a name, a file, or the id of one schedule.
        """
        ...

    def missed(self) -> Sequence[DecisionRow]:
        """Runs that were missed and that a person is asked about, oldest first."""
        ...

    def passed(self, limit: int = 50) -> Sequence[DecisionRow]:
        """Runs that were missed and that their schedule's rules decided, newest first."""
        ...

    def answer(self, number: int, actor: str, why: str, *, run: bool) -> str:
        """Say what becomes of a missed run; the id of the run if it was started."""
        ...

    def pause(
        self, schedule: str, actor: str, why: str, until: str = ""
    ) -> Sequence[ScheduleRow]:
        """
        Let a schedule start nothing until it is resumed, or ``until`` (``2h``, a moment).

        ``schedule`` is an id, or a workflow: then it is all of its schedules. What is
        missed meanwhile is decided by ``catch_up`` when the pause ends.
        """
        ...

    def resume(self, schedule: str, actor: str, why: str) -> Sequence[ScheduleRow]:
        """End the pause of a schedule, or of all of a workflow."""
        ...

    def why(self, schedule: str, /) -> Sequence[str]:
        """When a schedule or all of a workflow are due, and what was decided last."""
        ...
