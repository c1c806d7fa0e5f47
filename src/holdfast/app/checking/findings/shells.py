"""Shells that no script can be run by."""

from collections.abc import Iterator
from typing import Any

from holdfast.app.checking.scene import Scene, literal
from holdfast.app.checking.wording import mended
from holdfast.engine.commands.shell import KNOWN
from holdfast.load.yaml12 import Path
from holdfast.problems import Place, Problem


def unknown_shells(scene: Scene) -> Iterator[Problem]:
    """Every ``shell:`` that is none of the known ones, and no command with ``{0}``."""
    for path, otherwise, written in _written(scene):
        shell = literal(written)
        if shell is not None and shell not in KNOWN and "{0}" not in shell:
            yield Problem(
                code="check.unknown-shell",
                summary=f"There is no shell `{shell}`",
                detail=f"Steps with it would fail. Known: {', '.join(KNOWN)}; any other "
                "one is a command with {0} where the script's file goes.",
                next_step=mended(shell, KNOWN)
                or "Write `bash`, or a command with {0}.",
                place=scene.place(path, otherwise),
            )


def _written(scene: Scene) -> Iterator[tuple[Path, Place, Any]]:
    """Every shell with where it is written."""
    flow, run = scene.flow, ("defaults", "run", "shell")
    yield run, scene.top, flow.defaults.shell
    for job in flow.jobs:
        yield ("jobs", job.id, *run), job.place, job.defaults.shell
    for seen in scene.steps():
        yield (*seen.path, "shell"), seen.step.place, seen.step.shell
