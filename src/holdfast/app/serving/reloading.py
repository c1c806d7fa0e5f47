"""A project that is served stays as its files are: an edit or a pull counts at once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from holdfast import load
from holdfast.app.application import Application
from holdfast.app.opening.hosts import hosts_for
from holdfast.declare import Project
from holdfast.drivers.files import stamps
from holdfast.problems import HoldfastError, Problem

_FOLDERS = ("hosts", "config", "policies", "workflows", "runbooks", ".github/workflows")
_GIT = (".git/HEAD", ".git/logs/HEAD")
"""What git writes whenever another commit is checked out."""
_AT_START = ("secrets", "database", "polls")


@dataclass(slots=True)
class Renewal:
    """
    Reads the project again when its files or its commit have changed.

    ``adopt`` are called with the application when it has; each takes over what it needs.
    Whatever was started before goes on with what it was started with.
    """

    app: Application
    adopt: Sequence[Callable[[Application], None]] = ()
    _paths: tuple[Path, ...] = ()
    _seen: tuple[object, ...] = field(default=())

    def __post_init__(self) -> None:
        self._watch(load.load(self.app.root, self.app.engine.eyes.kinds).files)

    def tick(self) -> bool:
        """
        Look once; whether the project is another one now.

        Raises ``HoldfastError`` with all problems of files that cannot be used: the
        project stays as it was until they can.
        """
        if stamps(self._paths) == self._seen:
            return False
        loaded = load.load(self.app.root, self.app.engine.eyes.kinds)
        self._watch(loaded.files)
        if loaded.project is None:
            raise HoldfastError(_kept(self.app), *loaded.problems)
        needed = _needs_restart(self.app.project, loaded.project)
        _take_over(self.app, loaded.project)
        for part in self.adopt:
            part(self.app)
        if needed:
            raise HoldfastError(_restart(needed))
        return True

    def _watch(self, files: Iterable[str]) -> None:
        """Remember how everything is that these were read from."""
        self._paths = tuple(sorted(set(_watched(self.app.root, files))))
        self._seen = stamps(self._paths)


def _watched(root: Path, files: Iterable[str]) -> Iterator[Path]:
    """Every file that was read, every folder in which one could appear, and git's."""
    for name in files:
        path = root / name
        yield path
        if path.is_relative_to(root):
            yield path.parent
    yield from (root / name for name in (*_FOLDERS, *_GIT))


def _take_over(app: Application, project: Project) -> None:
    """The project as it is now; a host that is declared as before keeps its connection."""
    eyes, before = app.engine.eyes, app.project
    made = hosts_for(project, app.root, app.state, app.secrets)
    same = {
        name
        for name in made.keys() & before.hosts.keys()
        if project.hosts[name] == before.hosts[name]
        and project.connect == before.connect
    }
    gone = [host for name, host in eyes.hosts.items() if name not in same]
    hosts = {n: eyes.hosts[n] if n in same else host for n, host in made.items()}
    app.project = project
    app.forget_commit()
    app.engine = replace(
        app.engine, eyes=replace(eyes, hosts=hosts, parallel=project.connect.parallel)
    )
    for host in gone:
        host.close()


def _needs_restart(before: Project, after: Project) -> list[str]:
    """The keys that changed and are read only when a process starts."""
    return [key for key in _AT_START if getattr(before, key) != getattr(after, key)]


def _kept(app: Application) -> Problem:
    return Problem(
        code="app.not-renewed",
        summary="The project's files have changed and cannot be used",
        detail=f"The project stays as it was at {app.commit} until they can.",
        next_step="holdfast check",
    )


def _restart(keys: Sequence[str]) -> Problem:
    return Problem(
        code="app.needs-restart",
        summary=f"A change of `{', '.join(keys)}:` counts after a restart",
        detail="Everything else in the project's files counts from now on.",
        next_step="Restart the server; steps at work go on: holdfast serve",
    )
