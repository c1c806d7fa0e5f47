"""What a job did with a stretch of time: it worked, or something kept it waiting."""

from dataclasses import dataclass
from enum import Enum

from holdfast.model.run import State


class Sort(Enum):
    """What a stretch of time went into; the value is the word in JSON and on the page."""

    WORK = "work"
    QUEUE = "queue"
    """Ready, and not begun: for want of a worker, a claim, a window or a turn."""
    WAIT = "wait"
    """Until a moment that a step named."""
    RUN = "run"
    """Until another run has ended."""
    GATE = "gate"
    PERSON = "person"
    """A manual step is with people."""
    DOUBT = "doubt"
    """Nobody knows whether a step happened, and a person was asked."""


@dataclass(frozen=True, slots=True)
class Span:
    """
    One stretch of one job's time; those of a job follow each other and never overlap.

    ``step`` is -1 for what belongs to no step. ``since`` and ``until`` are ISO 8601 in
    UTC; ``until`` is empty while it goes on. ``state`` is how it ended, ``child`` the run
    that was waited for.
    """

    job: str
    sort: Sort
    since: str
    until: str = ""
    step: int = -1
    attempt: int = 1
    state: State = State.RUNNING
    child: str = ""
