"""Tests of workflows: read, and held against the workflow each is about."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from holdfast.declare import (
    Job,
    Project,
    Step,
    StepExpected,
    StepFaked,
    Workflow,
    WorkflowTestDeclared,
)
from holdfast.load.checked import checked
from holdfast.load.yaml12 import Document, read_yaml
from holdfast.load.yaml12 import Path as Keys
from holdfast.problems import Place, Problem, did_you_mean

FOLDER = "workflow-tests"
"""Where a project keeps the tests of its workflows."""

_DEEPEST = 4
"""So many workflows below each other are looked for."""


@dataclass(frozen=True, slots=True)
class WorkflowTest:
    """One test with its workflow; every place of the file is kept."""

    document: Document
    declared: WorkflowTestDeclared
    flow: Workflow

    @property
    def file(self) -> str:
        """The file, as it is named below the project."""
        return self.document.file

    @property
    def name(self) -> str:
        """What it is about, in the words of who wrote it."""
        return self.declared.name or self.flow.name

    def place(self, *keys: str | int) -> Place:
        """Where something was written."""
        return self.document.place(keys)


def files_of_tests(root: Path) -> tuple[Path, ...]:
    """Every file of tests of a project."""
    found = (root / FOLDER).glob("**/*.y*ml")
    return tuple(sorted(path for path in found if path.suffix in (".yaml", ".yml")))


def read_test(
    content: bytes, file: str, project: Project
) -> tuple[WorkflowTest | None, tuple[Problem, ...]]:
    """The test of a file, or everything that is wrong with it. Never raises."""
    document = read_yaml(content, file)
    declared, faults = checked(WorkflowTestDeclared, document.value, document)
    problems = [*document.problems, *([] if document.problems else faults)]
    if declared is None or problems:
        return None, tuple(problems)
    flow = project.workflow(declared.workflow)
    if flow is None:
        return None, (_no_workflow(declared.workflow, project, document),)
    test = WorkflowTest(document, declared, flow)
    wrong = tuple(_unknown(test, jobs_of(flow, project)))
    return (None, wrong) if wrong else (test, ())


def jobs_of(flow: Workflow, project: Project, around: str = "") -> dict[str, Job]:
    """
    Every job a run of a workflow can have, by its path: ``deploy``, ``deploy/migrate``.

    Jobs of a workflow that a job or a step calls stand below the path of that job.
    """
    found: dict[str, Job] = {}
    if around.count("/") >= _DEEPEST:
        return found
    for job in flow.jobs:
        path = f"{around}{job.id}"
        found[path] = job
        for called in _called(job, project):
            found |= jobs_of(called, project, f"{path}/")
    return found


def _called(job: Job, project: Project) -> Iterator[Workflow]:
    if job.calls is not None:
        yield job.calls
    for step in job.steps:
        named = step.with_.get("workflow")
        if step.uses.partition("@")[0] == "holdfast/workflow" and isinstance(
            named, str
        ):
            found = project.workflow(named)
            if found is not None:
                yield found


def plain_path(path: str) -> str:
    """A path without the numbers in a matrix: ``test.2/unit`` is one of ``test/unit``."""
    return "/".join(part.partition(".")[0] for part in path.split("/"))


def _unknown(test: WorkflowTest, jobs: Mapping[str, Job]) -> Iterator[Problem]:
    """Names of jobs and steps that the workflow does not have."""
    declared = test.declared
    for path, fakes in declared.fakes.items():
        yield from _unknown_in(test, jobs, ("fakes", path), path, fakes)
    for path, expected in declared.expect.jobs.items():
        steps, keys = expected.steps, ("expect", "jobs", path)
        yield from _unknown_in(test, jobs, keys, path, steps, ("steps",))
    for number, answer in enumerate(declared.people):
        if answer.job and plain_path(answer.job) not in jobs:
            place = test.place("people", number, "job")
            yield _no_job(answer.job, jobs, place)
    for number, named in enumerate(declared.expect.ran or ()):
        path, step = _parted(named, jobs)
        place = test.place("expect", "ran", number)
        yield from _unknown_step(test, jobs, path, step, place)


def _unknown_in(
    test: WorkflowTest,
    jobs: Mapping[str, Job],
    keys: Keys,
    path: str,
    steps: Mapping[str, StepFaked] | Mapping[str, StepExpected],
    inner: Keys = (),
) -> Iterator[Problem]:
    if plain_path(path) not in jobs:
        yield _no_job(path, jobs, test.place(*keys))
        return
    for step in steps:
        place = test.place(*keys, *inner, step)
        yield from _unknown_step(test, jobs, path, step, place)


def _unknown_step(
    test: WorkflowTest, jobs: Mapping[str, Job], path: str, step: str, place: Place
) -> Iterator[Problem]:
    job = jobs.get(plain_path(path))
    if job is None:
        yield _no_job(path, jobs, place)
    elif step not in {name for one in job.steps for name in names_of(one)}:
        known = [
            one.id if not one.id.startswith("__") else one.title for one in job.steps
        ]
        yield Problem(
            code="test.no-step",
            summary=f"The job `{path}` of {test.flow.name} has no step `{step}`",
            detail=f"It has: {', '.join(known) or 'none'}. Nothing was run.",
            next_step=did_you_mean(step, known),
            place=place,
        )


def _parted(named: str, jobs: Mapping[str, Job]) -> tuple[str, str]:
    """``JOB/STEP`` as its two parts; both may hold a stroke of their own."""
    strokes = [at for at, letter in enumerate(named) if letter == "/"]
    for at in strokes:
        job = jobs.get(plain_path(named[:at]))
        if job and any(named[at + 1 :] in names_of(step) for step in job.steps):
            return named[:at], named[at + 1 :]
    path, _, step = named.rpartition("/")
    return path, step


def names_of(step: Step) -> tuple[str, ...]:
    """What a step may be called in a test: its id, or its name."""
    return (step.id, step.title)


def _no_job(path: str, jobs: Iterable[str], place: Place) -> Problem:
    known = list(jobs)
    return Problem(
        code="test.no-job",
        summary=f"The workflow has no job `{path}`",
        detail=f"It has: {', '.join(known)}. Nothing was run.",
        next_step=did_you_mean(path, known),
        place=place,
    )


def _no_workflow(name: str, project: Project, document: Document) -> Problem:
    known = [flow.name for flow in project.workflows]
    known += [
        flow.file.rpartition("/")[2].rpartition(".")[0] for flow in project.workflows
    ]
    return Problem(
        code="test.no-workflow",
        summary=f"There is no workflow `{name}`",
        detail="Nothing was run.",
        next_step=did_you_mean(name, known) or "Write one: workflows/NAME.yaml",
        place=document.place(("workflow",)),
    )
