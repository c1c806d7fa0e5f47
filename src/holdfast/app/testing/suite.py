"""Tests of a project's workflows: found, read, played and judged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from holdfast.app.testing.expect import misfits
from holdfast.app.testing.people import Misfit
from holdfast.app.testing.play import play
from holdfast.app.testing.sweep import Swept, sweep
from holdfast.app.testing.world import Ground
from holdfast.load.workflow_tests import FOLDER, files_of_tests, read_test
from holdfast.problems import HoldfastError, Problem


@dataclass(frozen=True, slots=True)
class Tested:
    """One file: its problems (none: it passed), and what a sweep found in it."""

    file: str
    name: str
    problems: tuple[Problem, ...]
    seconds: float
    swept: Swept | None = None

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.problems


def run_tests(
    ground: Ground, files: Sequence[Path], *, with_sweep: bool = False
) -> Iterator[Tested]:
    """
    Each test with how it went, one after the other; ``files`` none means all there are.

    Raises ``HoldfastError`` (``test.none``) when there is nothing to test.
    """
    chosen = list(files) or list(files_of_tests(ground.root))
    if not chosen:
        raise HoldfastError(_none())
    for path in chosen:
        yield _tested(ground, path, with_sweep=with_sweep)


def _tested(ground: Ground, path: Path, *, with_sweep: bool) -> Tested:
    began, file = perf_counter(), named(ground.root, path)
    try:
        content = path.read_bytes()
    except OSError as error:
        problem = _unreadable(file, error)
        return Tested(file, file, (problem,), perf_counter() - began)
    test, problems = read_test(content, file, ground.project)
    if test is None:
        return Tested(file, file, problems, perf_counter() - began)
    swept = None
    try:
        played = play(ground, test)
        problems = tuple(map(_unmet, misfits(test, played)))
        swept = sweep(ground, test, played) if with_sweep else None
    except HoldfastError as error:
        problems = error.problems
    return Tested(file, test.name, problems, perf_counter() - began, swept)


def named(root: Path, path: Path) -> str:
    """A file as it is named below the project, else as it is."""
    here = path.resolve()
    return str(here.relative_to(root)) if here.is_relative_to(root) else str(path)


def _unmet(misfit: Misfit) -> Problem:
    return Problem(
        code="test.unmet",
        summary=f"Not as expected: {misfit.what}",
        detail=f"Wanted: {_below(misfit.wanted)}\nSeen:   {_below(misfit.seen)}",
        next_step="Mend the workflow, or what the test expects.",
        place=misfit.place,
    )


def _below(text: str) -> str:
    """Lines after the first one stand below it."""
    return text.replace("\n", "\n        ")


def _none() -> Problem:
    return Problem(
        code="test.none",
        summary="There are no tests of workflows",
        detail=f"Looked for {FOLDER}/*.yaml in the project. Nothing was run.",
        next_step=f"Make one of a run: holdfast test record RUN -o {FOLDER}/NAME.yaml",
    )


def _unreadable(file: str, error: OSError) -> Problem:
    return Problem(
        code="test.unreadable",
        summary=f"{file} cannot be read",
        detail=f"{error.strerror}. Nothing was run.",
        next_step="Name a file of tests: holdfast test FILE",
    )
