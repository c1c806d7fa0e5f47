"""What a person does with runs, whether the server is in this process or another."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from holdfast.model import JobView, RunView, Span, State
from holdfast.model.leaves import Part, parts
from holdfast.ports.runs import RunRow, WorkerRow


@dataclass(frozen=True, slots=True)
class InputRow:
    """One thing a person is asked for when a run is started by hand."""

    name: str
    type: str = "string"
    description: str = ""
    required: bool = False
    default: Any = None
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkflowRow:
    """
    One workflow in a list.

    ``starts`` says in words what starts it, ``inputs`` is ``None`` when nobody may start
    it by hand, ``next`` are its coming moments, ``refused`` why it cannot run here.
    """

    name: str
    file: str
    owner: str
    description: str = ""
    starts: tuple[str, ...] = ()
    inputs: tuple[InputRow, ...] | None = None
    autonomy: str = "act"
    next: tuple[datetime, ...] = ()
    refused: str = ""


@dataclass(frozen=True, slots=True)
class StepSheet:
    """One step of a job as it was declared: its name, and what it does."""

    id: str
    name: str
    does: str = ""
    prose: str = ""


@dataclass(frozen=True, slots=True)
class JobSheet:
    """One job as it was declared; how it stands is in the view, under its keys."""

    id: str
    name: str
    needs: tuple[str, ...] = ()
    steps: tuple[StepSheet, ...] = ()


@dataclass(frozen=True, slots=True)
class GateSheet:
    """
    One gate that waits for people.

    ``shows`` is what the digest stands for, part by part: commit, inputs, targets, plan,
    secrets. ``moved`` are the lines that differ from what ``against`` names, as
    ``(part, before, now)``. ``may`` are the people and teams whose word counts.
    ``kind`` is ``gate``, ``proposal``, ``manual``, or ``glass`` for the second person's
    word that lets a job pass windows and freezes.
    """

    job: str
    digest: str
    count: int
    opened: str = ""
    given: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    expires: str = ""
    shows: Mapping[str, Any] = field(default_factory=dict)
    moved: tuple[tuple[str, str, str], ...] = ()
    against: str = ""
    warnings: tuple[str, ...] = ()
    kind: str = "gate"

    @property
    def parts(self) -> tuple[Part, ...]:
        """What it shows, for reading."""
        return parts(self.shows)


@dataclass(frozen=True, slots=True)
class RunSheet:
    """Everything one page about one run shows; ``version`` grows with each change."""

    row: RunRow
    view: RunView
    version: int
    jobs: tuple[JobSheet, ...] = ()
    waits: Mapping[str, str] = field(default_factory=dict)
    gates: tuple[GateSheet, ...] = ()
    closed: tuple[str, ...] = ()
    """Jobs that a window or a freeze holds back."""
    children: tuple[RunRow, ...] = ()
    titles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Names of a job's steps by its key, where they are computed."""
    spans: tuple[Span, ...] = ()
    """What each job did with its time since its first entry."""
    seen: datetime | None = field(default=None, compare=False)
    """When it was looked at; what is at work has lasted until then."""

    @property
    def begun(self) -> tuple[JobView, ...]:
        """Jobs that have begun or ended, in the order of the file."""
        return tuple(seen for job in self.jobs for seen in self.view.of(job.id))

    def name(self, key: str) -> str:
        """What a job is called; its key, where that is known only when it begins."""
        seen, declared = self.view.jobs.get(key), self._declared(key)
        if seen is not None and seen.name:
            return seen.name
        is_known = declared is not None and declared.id == key
        return (
            declared.name
            if declared and is_known and "${{" not in declared.name
            else key
        )

    def step(self, key: str, index: int) -> str:
        """What a step of a job is called."""
        declared = self._declared(key)
        names = self.titles.get(key) or tuple(
            step.name for step in (declared.steps if declared else ())
        )
        return names[index] if 0 <= index < len(names) else f"step {index + 1}"

    def _declared(self, key: str) -> JobSheet | None:
        job = key.partition(".")[0]
        return next((one for one in self.jobs if one.id == job), None)


@dataclass(frozen=True, slots=True)
class WaySheet:
    """
    What would take a run back, before anything is done.

    ``taken`` are steps that are taken back, in that order, each as job, name and what is
    done; ``left`` are those that are not, each as job, name and why.
    """

    run: str
    taken: tuple[tuple[str, str, str], ...] = ()
    left: tuple[tuple[str, str, str], ...] = ()
    secrets: tuple[str, ...] = ()
    """Of each secret that may be in another version than the run had: why."""


class RunDesk(Protocol):
    """
    Runs, workflows, gates and workers; every method is one request.

    Raises ``HoldfastError`` for what does not exist, may not be done or cannot be reached.
    """

    def workflows(self) -> Sequence[WorkflowRow]:
        """Every workflow of the project, by name."""
        ...

    def start(
        self,
        workflow: str,
        inputs: Mapping[str, Any],
        actor: str,
        why: str = "",
        key: str = "",
    ) -> str:
        """
        Start a run by hand; its id.

        Under a ``key`` a person starts one run, however often it is asked for.
        """
        ...

    def again(self, run: str, inputs: Mapping[str, Any], actor: str) -> str:
        """Start a run anew, some inputs others, and end what waits of it; its new id."""
        ...

    def runs(
        self,
        states: Collection[State] = (),
        workflow: str = "",
        limit: int = 50,
        before: str = "",
        trigger: str = "",
    ) -> Sequence[RunRow]:
        """
        Runs, newest first; ``before`` is the id the last page ended with.

        ``trigger`` is what started them: ``push``, ``schedule``, ``workflow_dispatch``.
        """
        ...

    def run(self, run: str, /) -> RunSheet:
        """One run."""
        ...

    def version(self, run: str = "", /) -> int:
        """A number that grows whenever anything of a run changed, or of any; cheap."""
        ...

    def printed(self, run: str, job: str, step: int, offset: int = 0, /) -> bytes:
        """What a step printed, from a byte on."""
        ...

    def cancel(self, run: str, why: str, actor: str) -> bool:
        """Ask a run to end; whether there was anything to end."""
        ...

    def decide(
        self, run: str, job: str, digest: str, why: str, actor: str, *, yes: bool
    ) -> RunSheet:
        """Approve or reject what a gate shows, for exactly that digest."""
        ...

    def break_glass(self, run: str, job: str, why: str, actor: str) -> RunSheet:
        """Ask to let a job pass windows and freezes; a second person confirms it."""
        ...

    def answer(
        self,
        run: str,
        job: str,
        answer: Literal["made", "not-made", "failed"],
        actor: str,
    ) -> RunSheet:
        """Say what became of a step in doubt."""
        ...

    def way_back(self, run: str, only: Sequence[str] = ()) -> WaySheet:
        """What would take back a run that has ended; ``only`` are jobs and steps."""
        ...

    def undo(self, run: str, why: str, actor: str, only: Sequence[str] = ()) -> str:
        """Start the run that takes one back; its id."""
        ...

    def workers(self) -> Sequence[WorkerRow]:
        """Every worker that was not forgotten."""
        ...

    def drain(self, worker: str, actor: str, *, on: bool) -> None:
        """Give a worker, by its name, nothing new; it survives the worker's restart."""
        ...

    def why(self, what: str, /) -> Sequence[str]:
        """Why a run, workflow, schedule or event is as it is: one sentence a line."""
        ...
