"""A project with nothing real below it: a store for one test, and time that costs none."""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event as Signal

from holdfast import load
from holdfast.app.application import Application
from holdfast.app.opening.no_project import no_project
from holdfast.app.runs.flows import Flows
from holdfast.app.testing.work import HIDDEN
from holdfast.declare import Project
from holdfast.drivers.redaction import hiding
from holdfast.drivers.secrets import SecretChain
from holdfast.drivers.simulated import SimulatedTime
from holdfast.drivers.steps.runner import ShimRunner
from holdfast.drivers.steps.workplace import LocalWorkplace
from holdfast.drivers.stores import Store
from holdfast.drivers.stores.in_memory import PassingStore
from holdfast.engine import Engine
from holdfast.engine.look import Eyes
from holdfast.engine.runs.job_state import Fate, StepAt
from holdfast.engine.steps.hiding import Hiding
from holdfast.engine.steps.local import LocalActions
from holdfast.engine.steps.process import Processes
from holdfast.engine.steps.work import StepWork
from holdfast.kinds import BUILT_IN
from holdfast.model import Sensitive
from holdfast.problems import HoldfastError

COMMIT = "0" * 40
_LEFT_OUT = shutil.ignore_patterns(".git", ".holdfast", ".venv", "node_modules")


@dataclass(slots=True)
class GivenSegments:
    """Stretches of work that were handed to a worker, and that nobody has begun."""

    waiting: list[str] = field(default_factory=list)

    def give(self, segment: str, worker: str, /) -> None:
        """Hand one over."""
        self.waiting.append(segment)

    def taken(self) -> list[str]:
        """Take all that wait."""
        taken, self.waiting = self.waiting, []
        return taken


@dataclass(slots=True)
class Ground:
    """What all tests of a project share, one after the other."""

    root: Path
    project: Project
    folder: Path
    stores: PassingStore

    def world(self, start: datetime, secrets: Mapping[str, str]) -> "World":
        """A world of its own for one test; the one before is over."""
        time = SimulatedTime(start)
        app = _application(self, self.stores.fresh(), time, secrets)
        return World(self, app, time)


@contextmanager
def ground_of(directory: Path) -> Iterator[Ground]:
    """The project around a folder; raises ``HoldfastError`` with all its problems."""
    root = load.find_root(directory)
    if root is None:
        raise HoldfastError(no_project(directory))
    loaded = load.load(root, {kind.name: kind for kind in BUILT_IN})
    if loaded.project is None:
        raise HoldfastError(*loaded.problems)
    with TemporaryDirectory(prefix="holdfast-test-") as folder:
        yield Ground(root, loaded.project, Path(folder), PassingStore(Path(folder)))


@dataclass(slots=True)
class World:
    """One test's own store and time, and an application over them."""

    ground: Ground
    app: Application
    time: SimulatedTime
    segments: GivenSegments = field(default_factory=GivenSegments)
    _runners: list[ShimRunner] = field(default_factory=list)

    @property
    def store(self) -> Store:
        """Where the runs of the test are."""
        return self.app.store

    def really(self) -> "RealWork":
        """What carries out steps for which the test has no fake: on this machine."""
        home = self.ground.folder / f"real-{len(self._runners)}-{os.urandom(4).hex()}"
        runner = ShimRunner(home / "steps")
        self._runners.append(runner)
        place = LocalWorkplace(home / "work", "test")
        work = StepWork(
            processes=Processes(runner, place),
            place=place,
            runner=runner,
            pages=self.store.runs,
            secrets=self.app.secrets,
            hiding=Hiding(place, hiding),
        )
        work.local = LocalActions(work, Flows(self.app).action)
        return RealWork(work, place, self.ground.root)

    def close(self) -> None:
        """Let go of everything."""
        self.time.close()
        for runner in self._runners:
            runner.close()
        self.store.close()


@dataclass(slots=True)
class RealWork:
    """Steps that are really run, in a copy of the project."""

    work: StepWork
    place: LocalWorkplace
    root: Path

    def perform(self, at: StepAt, stopping: Callable[[], str], /) -> Fate:
        """Run it; the job's folder is a copy of the project when it is the first one."""
        workspace = self.place.folders(at.run, at.job.key).workspace
        if not any(workspace.iterdir()):
            shutil.copytree(
                self.root,
                workspace,
                ignore=_LEFT_OUT,
                dirs_exist_ok=True,
                symlinks=True,
            )
        return self.work.perform(at, stopping)

    def again(self, at: StepAt, stopping: Callable[[], str], /) -> Fate:
        """Find out about one that was begun."""
        return self.work.again(at, stopping)

    def tail(self, at: StepAt, /) -> tuple[str, ...]:
        """The last lines it printed."""
        return self.work.tail(at)

    def leave(self, run: str, job: str, /) -> None:
        """Remove what it left."""
        self.work.leave(run, job)

    def remains(self) -> Iterable[tuple[str, str]]:
        """Nothing: what a test really runs ends with it."""
        return ()


class Impatient(Signal):
    """A signal nobody waits for: time is simulated, and a fault is a fault at once."""

    def wait(self, timeout: float | None = None) -> bool:
        """Go on."""
        return self.is_set()


@dataclass(frozen=True, slots=True)
class _TestSecrets:
    """Every secret there is a name for, with a value that hides none."""

    values: Mapping[str, str]
    name: str = "test"

    def get(self, name: str, /) -> Sensitive | None:
        """The value of the test, or one that stands for any."""
        return Sensitive(name, "test", self.values.get(name, HIDDEN))

    def names(self) -> tuple[str, ...]:
        """Those the test speaks of."""
        return tuple(self.values)


def _application(
    ground: Ground, store: Store, time: SimulatedTime, secrets: Mapping[str, str]
) -> Application:
    kinds = {kind.name: kind for kind in BUILT_IN}
    engine = Engine(
        eyes=Eyes(hosts={}, kinds=kinds, probes={}),
        ledger=store.ledger,
        contents=store.contents,
        claims=store.claims,
        clock=time,
        actor="test",
    )
    return Application(
        ground.root,
        ground.folder,
        ground.project,
        engine,
        store,
        SecretChain([_TestSecrets(secrets)]),
        "test",
        COMMIT,
    )
