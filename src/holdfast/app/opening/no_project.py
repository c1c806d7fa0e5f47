"""What is said where there is no project."""

from pathlib import Path

from holdfast.problems import Problem


def no_project(directory: Path) -> Problem:
    """There is nothing to open around a folder."""
    return Problem(
        code="app.no-project",
        summary="There is no holdfast.yaml here or above",
        detail=f"Looked in {directory.resolve()} and every folder above it.",
        next_step="Begin one here with `holdfast init`, or name it with `-C DIR`.",
    )
