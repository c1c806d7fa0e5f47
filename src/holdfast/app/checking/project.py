"""Check a project without opening it: no host is asked and nothing is kept."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from holdfast import load
from holdfast.app.checking.findings import OF_PROJECTS, OF_WORKFLOWS
from holdfast.app.checking.scene import Ground, Scene, started_by_steps
from holdfast.app.checking.secretnames import elsewhere, kept_secrets
from holdfast.app.opening.no_project import no_project
from holdfast.declare import Project
from holdfast.kinds import BUILT_IN
from holdfast.load.workflows import read_source
from holdfast.load.yaml12 import Document, read_yaml
from holdfast.problems import Place, Problem, Severity

_STATE = ".holdfast"
_PLAIN = ("holdfast.yaml", "hosts/", "policies/")
"""Files that are not read as workflows, and whose places findings name."""

_NOWHERE = Place("", 0)


def check_project(directory: Path) -> tuple[tuple[Problem, ...], tuple[str, ...]]:
    """Every problem of the project around a folder, and the files that were read."""
    root = load.find_root(directory)
    if root is None:
        return (no_project(directory),), ()
    loaded = load.load(root, {kind.name: kind for kind in BUILT_IN})
    if loaded.project is None:
        return in_order(loaded.problems), loaded.files
    return in_order(_all_of(loaded.project, loaded.files)), loaded.files


def found_in(ground: Ground) -> Iterator[Problem]:
    """Everything that would go wrong when something of a project is run. Pure."""
    for finding in OF_PROJECTS:
        yield from finding(ground)
    started = started_by_steps(ground.project)
    for flow in ground.project.workflows:
        source = read_source(flow.sources.get(flow.file, b""), flow.file)
        scene = Scene(ground, flow, source, started=flow.file in started)
        for look in OF_WORKFLOWS:
            yield from (_capped(problem, scene) for problem in look(scene))


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each once, by place, those without one first."""
    return tuple(sorted(dict.fromkeys(problems), key=_place))


def schemas() -> dict[str, object]:
    """The JSON Schema of every sort of file."""
    return dict(load.schema({kind.name: kind for kind in BUILT_IN}))


def _all_of(project: Project, files: Iterable[str]) -> Iterator[Problem]:
    yield from project.warnings
    yield from (problem for _, told in project.refused for problem in told)
    kept, unasked = kept_secrets(project, project.root / _STATE)
    plain = [name for name in files if name.startswith(_PLAIN)]
    ground = Ground(project, kept, tuple(_document(project.root, n) for n in plain))
    yield from unasked
    yield from elsewhere(ground)
    yield from found_in(ground)


def _document(root: Path, name: str) -> Document:
    return read_yaml((root / name).read_bytes(), name)


def _capped(problem: Problem, scene: Scene) -> Problem:
    """GitHub may run what Holdfast cannot: there an error is a warning."""
    if scene.theirs and problem.severity is Severity.ERROR:
        return replace(problem, severity=Severity.WARNING)
    return problem


def _place(problem: Problem) -> Place:
    return problem.place or _NOWHERE
