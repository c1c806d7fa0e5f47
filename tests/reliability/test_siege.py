"""Server, workers, database and steps are killed at random; every run ends right."""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import postgres
from holdfast.app import open_application
from holdfast.app.runs.crew import crew_of
from holdfast.app.runs.desk import RunDesk
from holdfast.model import State
from holdfast.ports import RunSheet, Unanswered
from holdfast.record import verify_chain
from reliability.ground import Ground, begun, wrong

pytestmark = pytest.mark.slow
KILLS = int(os.environ.get("HOLDFAST_KILLS", "40"))
SEED = int(os.environ.get("HOLDFAST_SEED", "20261124"))
STANDSTILL = 16.0
"""Seconds a worker is stopped: longer than its lease and the margin after it."""
TOGETHER = 4
"""Runs at work at any time."""


@dataclass
class Siege:
    """Who attacks, who is attacked, and who answers the questions meanwhile."""

    desk: RunDesk
    sites: list[Ground]
    effects: Path
    commands: dict[str, tuple[Ground, tuple[str, ...]]]
    crash: Callable[[], None] | None = None
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311 - the same every time
    done: dict[str, int] = field(default_factory=dict)
    frozen: dict[str, float] = field(default_factory=dict)

    # --- attacks -------------------------------------------------------------------

    def attack(self) -> None:
        """Kill something, and start again what is to be there."""
        kinds = ["worker"] * 4 + ["keeper"] * 5 + ["command"] + ["standstill"]
        kinds += ["database"] * 2 if self.crash else []
        kind = self.chance.choice(kinds)
        if getattr(self, f"_{kind}")():
            self.done[kind] = self.done.get(kind, 0) + 1

    def _worker(self) -> bool:
        name = self.chance.choice(sorted(self.commands))
        self.frozen.pop(name, None)
        self.commands[name][0].kill(name)
        return True

    def _keeper(self) -> bool:
        return self._kill_one([pid for site in self.sites for pid in site.keepers()])

    def _command(self) -> bool:
        return self._kill_one([pid for site in self.sites for pid in site.commands()])

    def _kill_one(self, pids: list[int]) -> bool:
        if not pids:
            return False
        with suppress(ProcessLookupError):
            os.kill(self.chance.choice(pids), signal.SIGKILL)
        return True

    def _standstill(self) -> bool:
        name = self.chance.choice(sorted(self.commands))
        if self.frozen or not self.commands[name][0].is_up(name):
            return False
        self.commands[name][0].processes[name].send_signal(signal.SIGSTOP)
        self.frozen[name] = time.monotonic() + STANDSTILL
        return True

    def _database(self) -> bool:
        if self.crash:
            self.crash()
        return True

    # --- what people do meanwhile ------------------------------------------------------

    def mend(self) -> None:
        """Start what is gone, and wake up who stood still for long enough."""
        for name, until in list(self.frozen.items()):
            if time.monotonic() > until:
                self.commands[name][0].processes[name].send_signal(signal.SIGCONT)
                del self.frozen[name]
        for name, (ground, command) in self.commands.items():
            if not ground.is_up(name):
                ground.start(name, *command)

    def look_after(self, run: str) -> bool:
        """Approve and answer what a run waits for; whether it has ended."""
        sheet = self.desk.run(run)
        for gate in sheet.gates:
            self.desk.decide(run, gate.job, gate.digest, "siege", "bob", yes=True)
        for key, job in sheet.view.jobs.items():
            for index, step in job.steps.items():
                if step.state is State.IN_DOUBT:
                    made = begun(self.effects, run)[f"{key} s{index}"]
                    self.desk.answer(run, key, "made" if made else "not-made", "bob")
        return sheet.row.state.is_end

    def withstood(self, kills: int) -> list[str]:
        """
        Attack so often, with runs at work all the while; the runs, when all have ended.

        A database that is away answers nobody, so a run may have to be started again.
        """
        give_up = time.monotonic() + 60 + kills * 3
        next_attack, runs, left = time.monotonic() + 2, list[str](), set[str]()
        while left or self.attacks < kills:
            assert time.monotonic() < give_up, self._stuck(left)
            self.mend()
            with suppress(Unanswered):
                if len(left) < TOGETHER and self.attacks < kills:
                    runs.append(self.desk.start("siege", {}, "ann"))
                    left.add(runs[-1])
                left -= {run for run in sorted(left) if self.look_after(run)}
            if runs and self.attacks < kills and time.monotonic() > next_attack:
                self.attack()
                next_attack = time.monotonic() + self.chance.uniform(0.1, 1.2)
            time.sleep(0.05)
        return runs

    @property
    def attacks(self) -> int:
        """How many were made."""
        return sum(self.done.values())

    def _stuck(self, left: set[str]) -> list[RunSheet]:
        return [self.desk.run(run) for run in sorted(left)]


@contextmanager
def siege(folder: Path, url: str, crash: Callable[[], None] | None) -> Iterator[Siege]:
    """On SQLite one server; on PostgreSQL a server and three workers on two sites."""
    effects = folder / "effects"
    effects.touch()
    first = Ground(folder / "first", effects, url)
    first.build()
    app = open_application(first.folder, database=url)
    crew = crew_of(app)
    sites = [first]
    commands: dict[str, tuple[Ground, tuple[str, ...]]]
    commands = {"server": (first, ("serve", "--port", "0"))}
    if url:
        second = Ground(folder / "second", effects, url)
        second.build(first)
        sites.append(second)
        commands |= {
            "w1": (first, ("worker",)),
            "w2": (second, ("worker",)),
            "w3": (second, ("worker",)),
        }
    made = Siege(RunDesk(crew), sites, effects, commands, crash)
    try:
        for name, (ground, command) in commands.items():
            ground.start(name, *command)
        yield made
    finally:
        for ground in sites:
            ground.end()
        crew.close()
        app.close()


def survives(made: Siege) -> None:
    """Runs under attack; afterwards nothing is lost, twice, untrue, stuck or held."""
    runs = made.withstood(KILLS)
    told = {run: wrong(made.desk.run(run), made.effects) for run in runs}
    assert {run: lines for run, lines in told.items() if lines} == {}
    store = made.desk.crew.app.store
    now = made.desk.crew.keeper.clock.now()
    with store.runs.begin() as transaction:
        assert transaction.jobs() == ()
    assert store.claims.held(now) == ()
    assert verify_chain(store.ledger.all())[0] == ()
    give_up = time.monotonic() + 15
    while any(site.keepers() for site in made.sites):
        assert time.monotonic() < give_up, "steps are at work that no run knows"
        time.sleep(0.1)
    assert set(made.done) >= {"worker", "keeper"}, made.done


def test_one_process_on_sqlite_survives(tmp_path: Path) -> None:
    with siege(tmp_path, "", None) as made:
        survives(made)


def test_three_workers_on_postgresql_survive(tmp_path: Path) -> None:
    if not postgres.is_there():
        pytest.skip("PostgreSQL is not installed")
    with postgres.fragile() as (url, crash), siege(tmp_path, url, crash) as made:
        survives(made)
