"""A run of a workflow as its ledger entries tell it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class State(Enum):
    """Where a run or a job is; the value is the word in JSON and on the page."""

    QUEUED = "queued"
    WAITING = "waiting"
    RUNNING = "running"
    GATED = "gated"
    IN_DOUBT = "in_doubt"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    EXPIRED = "expired"
    SKIPPED = "skipped"

    @property
    def is_end(self) -> bool:
        """Whether nothing more will happen."""
        return self in _ENDS

    @property
    def result(self) -> str:
        """The word GitHub's expressions use: success, failure, cancelled, skipped."""
        return _RESULTS.get(self, "")

    @property
    def sign(self) -> str:
        """One letter for eyes that do not see its colour."""
        return _SIGNS.get(self, "·")


_SIGNS = {
    State.SUCCEEDED: "✓",
    State.FAILED: "✗",
    State.REJECTED: "✗",
    State.EXPIRED: "✗",
    State.CANCELLED: "■",
    State.SKIPPED: "-",
    State.GATED: "?",
    State.IN_DOUBT: "!",
    State.RUNNING: "▸",
}

_RESULTS = {
    State.SUCCEEDED: "success",
    State.FAILED: "failure",
    State.REJECTED: "failure",
    State.EXPIRED: "failure",
    State.CANCELLED: "cancelled",
    State.SKIPPED: "skipped",
}
_ENDS = frozenset(_RESULTS)


@dataclass(frozen=True, slots=True)
class StepView:
    """
    One step of one job: the last attempt.

    ``outcome`` is how it went, ``conclusion`` what counts after ``continue-on-error``;
    both are empty while it is at work. ``body`` holds what its end left for later steps:
    outputs, environment, path.
    """

    index: int
    attempt: int
    state: State
    outcome: str = ""
    conclusion: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    started: str = ""
    ended: str = ""


@dataclass(frozen=True, slots=True)
class GateView:
    """
    A job that waits for people: for exactly one digest, until a moment.

    ``step`` is the index of the step that asks, -1 before the first one. ``shows`` is
    what the digest stands for; ``kind`` is ``gate`` or ``proposal``.
    """

    digest: str
    step: int = -1
    kind: str = "gate"
    needs: tuple[str, ...] = ()
    count: int = 1
    not_author: bool = False
    opened: str = ""
    expires: str = ""
    message: str = ""
    warnings: tuple[str, ...] = ()
    shows: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    """What the gate showed that this one took the place of, because something moved."""
    said: tuple[Mapping[str, Any], ...] = ()
    """Approvals and rejections of this digest: ``by``, ``why``, ``at``, ``yes``."""


@dataclass(frozen=True, slots=True)
class GlassView:
    """
    Somebody asked to pass windows and freezes with a job as it was planned then.

    ``plan`` is the digest of that plan, ``digest`` the name of the request itself: what
    the second person says yes to. ``needs`` are those whose word counts, ``confirmed``
    who gave it. It is over at ``until`` (ISO 8601, UTC).
    """

    digest: str
    plan: str
    by: str
    why: str
    asked: str
    until: str
    needs: tuple[str, ...] = ()
    shows: Mapping[str, Any] = field(default_factory=dict)
    confirmed: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True)
class TaskView:
    """
    A manual step that was handed to people: what is to be done, and who is at it.

    ``text`` is Markdown, ``fields`` are what is asked, each as it was declared. ``said``
    is the report that ended it: ``how`` (``done``, ``failed``, ``skipped``), ``text``,
    ``fields``, ``by``, ``at``.
    """

    id: str
    name: str
    text: str
    needs: tuple[str, ...] = ()
    """People and teams whose word counts; empty: anybody's."""
    fields: tuple[Mapping[str, Any], ...] = ()
    handed: str = ""
    taken_by: str = ""
    taken: str = ""
    said: Mapping[str, Any] = field(default_factory=dict)

    @property
    def since(self) -> str:
        """From when a person's time counts: taken, or else handed."""
        return self.taken or self.handed


@dataclass(frozen=True, slots=True)
class WaitView:
    """
    A job that waits for time, for another run or for a person, and holds no worker.

    ``step`` is the index of the step that waits, -1 for the whole job; ``until`` a moment
    (ISO 8601, UTC), ``child`` the other run's id.
    """

    step: int = -1
    until: str = ""
    child: str = ""
    since: str = ""
    task: TaskView | None = None


@dataclass(frozen=True, slots=True)
class JobView:
    """
    One job of a run, one of several when it has a matrix.

    ``segment`` counts the times somebody began to execute it; who has an older number
    may write nothing any more. ``site`` is where its files are.
    """

    key: str
    state: State = State.WAITING
    segment: int = 0
    worker: str = ""
    site: str = ""
    name: str = ""
    started: str = ""
    """When its first segment began, ``ended`` when its last one did (ISO 8601, UTC)."""
    ended: str = ""
    steps: Mapping[int, StepView] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    forgiven: bool = False
    """Failed, and ``continue-on-error`` says that it does not matter."""
    gate: GateView | None = None
    """The last gate; it is open while the state is ``GATED``."""
    wait: WaitView | None = None
    """What it waits for while the state is ``WAITING``."""
    look: Mapping[str, Any] | None = None
    """What planning its steps gave, by step; empty when it was asked for, not yet made."""
    glass: GlassView | None = None
    """The last request to pass windows and freezes."""
    total: int = 1
    """How many jobs its matrix has."""
    why: str = ""
    deployment: Mapping[str, str] = field(default_factory=dict)
    """What it deployed: ``environment`` and ``url``; empty when it did not."""

    @property
    def id(self) -> str:
        """The job's id in the workflow: its key without the number in the matrix."""
        return self.key.partition(".")[0]

    @property
    def result(self) -> str:
        """What counts for the jobs that need it."""
        if self.forgiven and self.state is State.FAILED:
            return "success"
        return self.state.result


@dataclass(frozen=True, slots=True)
class RunView:
    """
    One run: what it was started with, and how each job stands.

    ``started`` is the body of its first entry: workflow, sources, inputs, commit, event.
    """

    id: str
    state: State = State.QUEUED
    actor: str = ""
    at: str = ""
    ended: str = ""
    started: Mapping[str, Any] = field(default_factory=dict)
    jobs: Mapping[str, JobView] = field(default_factory=dict)
    planned: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What jobs that name hosts showed when they were let through, by their keys."""
    cancelled: str = ""
    """Why a person or a newer run asked for its end."""
    why: str = ""

    def of(self, job: str) -> tuple[JobView, ...]:
        """Every job made of one id, in the order of the matrix."""
        mine = [view for view in self.jobs.values() if view.id == job]
        return tuple(sorted(mine, key=lambda view: _number(view.key)))


def _number(key: str) -> int:
    return int(key.partition(".")[2] or 0)
