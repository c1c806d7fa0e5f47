"""What findings look at: a workflow, its file, and the project around both."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from holdfast.declare import Action, Job, Project, Step, Workflow
from holdfast.load.workflows import (
    THEIRS,
    Expression,
    Source,
    file_of,
    grammar,
    is_action,
    read_action,
    read_source,
    written_steps,
)
from holdfast.load.yaml12 import Document, Path
from holdfast.problems import Place

_MARK = "holdfast.yaml"


@dataclass(frozen=True, slots=True)
class Kept:
    """
    The names of secrets that were found, and what could not be asked for names.

    ``whole`` is whether everything was asked: else a name that is not here may be there.
    """

    names: frozenset[str] = frozenset()
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Ground:
    """
    The project, and its files in YAML with the place of everything in them.

    Workflows are not among ``documents``: each has a :class:`Scene` of its own.
    """

    project: Project
    kept: Kept = Kept()
    documents: tuple[Document, ...] = ()

    @property
    def document(self) -> Document:
        """``holdfast.yaml``."""
        return next(self.below(_MARK), Document(_MARK, {}))

    def below(self, start: str) -> Iterator[Document]:
        """The files whose names begin so."""
        return (one for one in self.documents if one.file.startswith(start))


@dataclass(frozen=True, slots=True)
class StepSeen:
    """One step with the job it is in and the keys that lead to it."""

    job: Job
    step: Step
    path: Path


@dataclass(frozen=True, slots=True)
class Scene:
    """
    One workflow of a project.

    ``started``: steps of others start it, with inputs that nobody has to declare.
    """

    ground: Ground
    flow: Workflow
    source: Source
    started: bool = False

    @property
    def project(self) -> Project:
        """The project it is of."""
        return self.ground.project

    @property
    def theirs(self) -> bool:
        """Whether it is written for GitHub, and what holds here may not hold there."""
        return self.flow.file.startswith(THEIRS)

    def steps(self) -> Iterator[StepSeen]:
        """Every step of every job."""
        for job in self.flow.jobs:
            for number, step in enumerate(written_steps(job)):
                yield StepSeen(job, step, ("jobs", job.id, "steps", number))

    def expressions_of(self, seen: StepSeen) -> Iterator[tuple[Path, Expression]]:
        """Every expression of a step, with the keys from the step on that lead to it."""
        size = len(seen.path)
        for expression in self.source.expressions:
            if expression.path[:size] == seen.path:
                yield expression.path[size:], expression

    def job_of(self, expression: Expression) -> Job | None:
        """The job an expression is in."""
        match expression.path:
            case ("jobs", str(name), *_):
                return self.flow.job(name)
            case _:
                return None

    def place(self, path: Path, otherwise: Place) -> Place:
        """Where a value is written."""
        return self.source.place(path, otherwise)

    def key_place(self, path: Path, otherwise: Place) -> Place:
        """Where a key is written."""
        return self.source.key_place(path, otherwise)

    @property
    def top(self) -> Place:
        """The beginning of the file."""
        return Place(self.flow.file, 1, 1)

    def action(self, step: Step) -> Action | None:
        """The local action a step names."""
        if not step.uses.startswith("./"):
            return None
        found = file_of(step.uses, self.flow.sources.get)
        return read_action(found[1], found[0]).action if found else None

    def actions(self) -> Iterator[tuple[Action, Source]]:
        """Every local action of steps that it uses, each with its file."""
        for name, content in self.flow.sources.items():
            action = read_action(content, name).action if is_action(name) else None
            if action is not None and action.using == "composite":
                yield action, read_source(content, name, grammar.action())


def literal(written: Any) -> str | None:
    """A text that is the same every time, ``None`` for one that is worked out."""
    plain = isinstance(written, str) and bool(written) and "${{" not in written
    return written if plain else None


def starts_others(step: Step) -> str | None:
    """The workflow a ``holdfast/workflow`` step starts, when its name is written down."""
    if step.uses.partition("@")[0] != "holdfast/workflow":
        return None
    return literal(step.with_.get("workflow"))


def started_by_steps(project: Project) -> frozenset[str]:
    """The files of workflows that steps of others start."""
    steps = (s for flow in project.workflows for job in flow.jobs for s in job.steps)
    found = (project.workflow(starts_others(step) or "") for step in steps)
    return frozenset(flow.file for flow in found if flow is not None)
