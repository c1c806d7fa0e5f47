"""Steps that are not carried out: they come to what the test says."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from holdfast.app.runs.actions import is_repeatable
from holdfast.declare import AttemptFaked, Step, StepFaked
from holdfast.drivers.simulated import CutOff, SimulatedTime
from holdfast.engine.runs.executing import Work
from holdfast.engine.runs.job_state import Fate, StepAt, StepEnd
from holdfast.engine.runs.planning import PLANS, nothing_to_change
from holdfast.engine.steps.contexts import Sight, secrets_wanted, sight_of
from holdfast.engine.steps.output import Pages, Printed
from holdfast.expressions import ExpressionError
from holdfast.load.workflow_tests import WorkflowTest, names_of, plain_path
from holdfast.ports import JobFolders, Machine

_MACHINE = Machine("test", "Linux", "X64")
_FOLDERS = JobFolders(Path("/workspace"), Path("/temp"), Path("/tools"))
_MINUTE = 60.0
_FOREVER = 10 * 365 * 86_400

HIDDEN = "***"
"""The value of a secret for which a test has none."""

Kind = Literal["fails", "crashes", "times out"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong on purpose with one step of one job, by its path."""

    job: str
    step: str
    kind: Kind

    def hits(self, path: str, step: Step) -> bool:
        """Whether it is about this step."""
        return (self.job, self.step) == (path, step.id)

    def on(self, faked: AttemptFaked, attempt: int) -> AttemptFaked:
        """What an attempt comes to instead; only the first one crashes."""
        match self.kind:
            case "fails":
                return AttemptFaked(outcome="failure", why="the sweep lets it fail")
            case "times out":
                return AttemptFaked(takes=_FOREVER)
            case _ if attempt == 1:
                return AttemptFaked(outcome="crash", check=faked.check)
            case _:
                return faked


@dataclass(frozen=True, slots=True)
class Act:
    """One attempt of one step that was begun, with all that was filled in for it."""

    run: str
    job: str
    """The path of its job."""
    step: Step
    attempt: int
    script: str | None
    with_: Mapping[str, str]
    env: Mapping[str, str]
    faked: StepFaked
    """What the test says of the step."""

    @property
    def key(self) -> str:
        """The name of the step in a test: ``deploy/migrate``."""
        step = self.step
        return f"{self.job}/{step.title if step.id.startswith('__') else step.id}"


@dataclass(slots=True)
class FakedWork:
    """
    What a worker does with the steps of a test.

    ``path_of`` is the path of a job, by its run and key; ``really`` carries out a step
    whose fake says so.
    """

    test: WorkflowTest
    time: SimulatedTime
    pages: Pages
    path_of: Callable[[str, str], str]
    really: Callable[[], Work]
    fault: Fault | None = None
    acts: list[Act] = field(default_factory=list)
    _real: Work | None = None

    def perform(self, at: StepAt, stopping: Callable[[], str], /) -> Fate:
        """Come to what the test says; a crash is the end of the worker."""
        path = self.path_of(at.run, at.job.key)
        if at.step.uses == PLANS and not self._faked(path, at.step).real:
            return nothing_to_change()
        try:
            sight = sight_of(at, _FOLDERS, _MACHINE, self._secrets(at), _no_files, {})
            self.acts.append(_act(path, at, sight, self._faked(path, at.step)))
            limit = sight.number(at.step.timeout_minutes)
        except (ExpressionError, ValueError) as error:
            return StepEnd("failure", f"nothing was done: {error}")
        if self._faked(path, at.step).real and not self._is_hit(path, at.step):
            return self._worker().perform(at, stopping)
        faked = self._attempt(path, at)
        if faked.check == "made" and at.step.check is not None:
            return StepEnd("success", "its check holds already; nothing was done")
        return self._come_to(at, faked, limit, stopping)

    def again(self, at: StepAt, stopping: Callable[[], str], /) -> Fate:
        """After a crash its check is asked; without one nobody knows."""
        if at.step.check is not None:
            faked = self._attempt(self.path_of(at.run, at.job.key), at)
            if faked.check != "not-made":
                why = "it was cut off, and its check says it was made"
                return StepEnd("success", why)
            return None
        return "anew" if is_repeatable(at.step.uses) else None

    def tail(self, at: StepAt, /) -> tuple[str, ...]:
        """What the test says it printed."""
        return tuple(self._attempt(self.path_of(at.run, at.job.key), at).prints)

    def leave(self, run: str, job: str, /) -> None:
        """Only what was really run left anything."""
        if self._real is not None:
            self._real.leave(run, job)

    def remains(self) -> Iterable[tuple[str, str]]:
        """Nothing: a test starts no containers that could outlive it."""
        return ()

    def _come_to(
        self,
        at: StepAt,
        faked: AttemptFaked,
        limit: float | None,
        stopping: Callable[[], str],
    ) -> StepEnd:
        printed = Printed(at.key, self.pages)
        for line in faked.prints:
            printed.say(line)
        most = float("inf") if limit is None else limit * _MINUTE
        why = self.time.rest(min(faked.takes, most), stopping)
        if faked.outcome == "crash":
            raise CutOff
        if why:
            return StepEnd("cancelled", f"{why}; every process of it has ended")
        if faked.takes > most:
            why = "its time was over; every process of it has ended"
            return StepEnd("failure", why)
        failed = faked.outcome == "failure"
        return StepEnd(
            outcome=faked.outcome,
            why=faked.why or ("it ended with exit status 1" if failed else ""),
            outputs={**printed.reader.outputs, **faked.outputs},
            env=dict(faked.env),
            lines=tuple(printed.last) if failed else (),
        )

    def _faked(self, path: str, step: Step) -> StepFaked:
        """What the test says of a step; the job may be named with its matrix or without."""
        fakes = self.test.declared.fakes
        for name in (path, plain_path(path)):
            for known in names_of(step):
                if known in fakes.get(name, {}):
                    return fakes[name][known]
        return StepFaked()

    def _attempt(self, path: str, at: StepAt) -> AttemptFaked:
        faked = self._faked(path, at.step).attempt(at.attempt)
        if self.fault is not None and self.fault.hits(path, at.step):
            return self.fault.on(faked, at.attempt)
        return faked

    def _is_hit(self, path: str, step: Step) -> bool:
        return self.fault is not None and self.fault.hits(path, step)

    def _worker(self) -> Work:
        if self._real is None:
            self._real = self.really()
        return self._real

    def _secrets(self, at: StepAt) -> Mapping[str, str]:
        """Every secret the job reads, by the name it has for it."""
        told, job = self.test.declared.secrets, at.job.job
        names = secrets_wanted(at.flow, job, job.steps)
        if at.names is not None:
            passed = {n: at.names[n] for n in names or at.names if n in at.names}
        else:
            passed = {name: name for name in (told if names is None else names)}
        return {name: told.get(ours, HIDDEN) for name, ours in passed.items()}


def _act(path: str, at: StepAt, sight: Sight, faked: StepFaked) -> Act:
    step = at.step
    return Act(
        run=at.run,
        job=path,
        step=step,
        attempt=at.attempt,
        script=None if step.run is None else sight.text(step.run),
        with_=sight.texts(step.with_),
        env=_texts(sight.contexts["env"]),
        faked=faked,
    )


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}


def _no_files(*_patterns: str) -> str:
    """There are no files whose digest could be asked for."""
    return ""
