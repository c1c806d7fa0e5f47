"""Check a project without opening it: no host is asked and nothing is kept."""

from pathlib import Path

from holdfast import load
from holdfast.kinds import BUILT_IN
from holdfast.problems import Problem


def check_project(directory: Path) -> tuple[tuple[Problem, ...], tuple[str, ...]]:
    """Every problem of the project around a folder, and the files that were read."""
    root = load.find_root(directory)
    if root is None:
        return (no_project(directory),), ()
    loaded = load.load(root, {kind.name: kind for kind in BUILT_IN})
    project = loaded.project
    odd = list(project.warnings) if project else []
    odd += (
        [problem for _, told in project.refused for problem in told] if project else []
    )
    return (*loaded.problems, *odd), loaded.files


def schemas() -> dict[str, object]:
    """The JSON Schema of every sort of file."""
    return dict(load.schema({kind.name: kind for kind in BUILT_IN}))


def no_project(directory: Path) -> Problem:
    """There is nothing to open around a folder."""
    return Problem(
        code="app.no-project",
        summary="There is no holdfast.yaml here or above",
        detail=f"Looked in {directory.resolve()} and every folder above it.",
        next_step="Begin one here with `holdfast init`, or name it with `-C DIR`.",
    )
