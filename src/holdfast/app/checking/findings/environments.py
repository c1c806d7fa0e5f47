"""Environments that jobs name and the project does not have."""

from collections.abc import Iterator, Mapping

from holdfast.app.checking.scene import Scene, literal
from holdfast.app.checking.wording import mended
from holdfast.load.yaml12 import Path
from holdfast.problems import Problem


def unknown_environments(scene: Scene) -> Iterator[Problem]:
    """Jobs for environments without rules: the gate says no to them."""
    known = scene.project.environments
    for job in scene.flow.jobs:
        path: Path = ("jobs", job.id, "environment")
        written = job.environment
        if isinstance(written, Mapping):
            path, written = (*path, "name"), written.get("name")
        name = literal(written)
        if name is not None and name not in known:
            yield Problem(
                code="check.unknown-environment",
                summary=f"There is no environment `{name}`",
                detail=f"The job `{job.id}` would be refused: nothing says what may happen "
                f"there. Environments: {', '.join(known) or 'none'}.",
                next_step=mended(name, known)
                or f"Write it in holdfast.yaml: environments: {{{name}: {{}}}}",
                place=scene.place(path, job.place),
            )
