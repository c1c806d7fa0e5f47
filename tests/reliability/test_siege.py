"""
Server, workers, database and steps are killed at random; every run ends right.

An attack is made as soon as a few more steps have begun or ended since the last one, not
by a clock: what is attacked is at work, on a fast machine and on a slow one.
"""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import postgres
from holdfast.app import open_application
from holdfast.app.desks.runs import LocalRunDesk
from holdfast.app.runs.wiring import crew_of
from holdfast.model import State
from holdfast.ports import RunSheet, Unanswered
from holdfast.record import verify_chain
from reliability.ground import Ground, begun, wrong
from reliability.nursery import Nursery

pytestmark = pytest.mark.slow
KILLS = int(os.environ.get("HOLDFAST_KILLS", "200"))
SEED = int(os.environ.get("HOLDFAST_SEED", "20261124"))
STANDSTILL = 14.0
"""Seconds a worker is stopped: longer than its lease and the margin after it."""
TOGETHER = 4
"""Runs at work at any time."""
LOOK = 0.1
"""Seconds from one look to the next; people look at one run each time."""
BETWEEN = (0, 6)
"""So many lines of effects there are from one attack to the next, the least and most."""
CALM = 4.0
"""Seconds after which an attack is made though nothing happened."""
ALONE = {"server": 0.35, "keeper": 0.47, "step": 0.165, "standstill": 0.015}
CREW = {
    "server": 0.1,
    "worker": 0.3,
    "keeper": 0.3,
    "step": 0.165,
    "database": 0.12,
    "standstill": 0.015,
}
"""What is attacked, and how much of all attacks that is."""


@dataclass
class Siege:
    """Who attacks, who is attacked, and who answers the questions meanwhile."""

    desk: LocalRunDesk
    sites: list[Ground]
    effects: Path
    commands: dict[str, tuple[Ground, tuple[str, ...]]]
    attacks: list[str]
    crash: Callable[[], None]
    chance: random.Random
    frozen: dict[str, float] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)

    # --- attacks -------------------------------------------------------------------

    def attack(self) -> None:
        """Kill what is next; what is not there now is killed later."""
        kind = self.attacks.pop()
        if getattr(self, f"_{kind}")():
            self.done[kind] += 1
        else:
            self.attacks.insert(self.chance.randrange(len(self.attacks) + 1), kind)

    def _server(self) -> bool:
        return self._kill("server")

    def _worker(self) -> bool:
        return self._kill(self.chance.choice(sorted({*self.commands} - {"server"})))

    def _kill(self, name: str) -> bool:
        self.frozen.pop(name, None)
        self.commands[name][0].processes[name].kill()
        return True

    def _keeper(self) -> bool:
        return self._kill_one([pid for site in self.sites for pid in site.keepers()])

    def _step(self) -> bool:
        return self._kill_one([pid for site in self.sites for pid in site.commands()])

    def _kill_one(self, pids: list[int]) -> bool:
        if not pids:
            return False
        with suppress(ProcessLookupError):
            os.kill(self.chance.choice(pids), signal.SIGKILL)
        return True

    def _standstill(self) -> bool:
        name = self.chance.choice(sorted(self.commands))
        if self.frozen:
            return False
        self.commands[name][0].processes[name].send_signal(signal.SIGSTOP)
        self.frozen[name] = time.monotonic() + STANDSTILL
        return True

    def _database(self) -> bool:
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

    def withstood(self) -> list[str]:
        """
        Make all attacks, with runs at work all the while; the runs, when all have ended.

        A database that is away answers nobody, so a run may have to be started again.
        """
        give_up = time.monotonic() + 300 + 6 * len(self.attacks)
        runs, left = list[str](), list[str]()
        while left or self.attacks:
            size, calm = self._size(), time.monotonic() + CALM
            more = self.chance.randint(*BETWEEN)
            while self._size() < size + more and time.monotonic() < calm:
                assert time.monotonic() < give_up, self._stuck(left)
                self.mend()
                with suppress(Unanswered):
                    if len(left) < TOGETHER and self.attacks:
                        runs.append(self.desk.start("siege", {}, "ann"))
                        left.append(runs[-1])
                    if left and not self.look_after(left[0]):
                        left.append(left[0])
                    del left[:1]
                if not left and not self.attacks:
                    return runs
                time.sleep(LOOK)
            if self.attacks:
                self.attack()
        return runs

    def _size(self) -> int:
        """How many lines of effects there are; their lengths differ little."""
        return self.effects.stat().st_size // len("begin r10 many.0 s0\n")

    def _stuck(self, left: list[str]) -> list[RunSheet]:
        return [self.desk.run(run) for run in sorted(left)]


def dealt(shares: Mapping[str, float], chance: random.Random) -> list[str]:
    """All attacks, each kind by its share and at least once, in any order."""
    cards = [
        kind for kind, share in shares.items() for _ in range(round(share * KILLS))
    ]
    cards = [*cards, *({*shares} - {*cards})]
    chance.shuffle(cards)
    return cards


@contextmanager
def siege(folder: Path, url: str, crash: Callable[[], None]) -> Iterator[Siege]:
    """On SQLite one server; on PostgreSQL three workers too, on two other sites."""
    effects, nursery = folder / "effects", Nursery()
    effects.touch()
    first = Ground(folder / "first", effects, nursery, url)
    first.build()
    app = open_application(first.folder, database=url)
    crew = crew_of(app)
    sites = [first]
    commands: dict[str, tuple[Ground, tuple[str, ...]]]
    commands = {"server": (first, ("serve", "--port", "0"))}
    if url:
        for name in ("second", "third"):
            sites.append(Ground(folder / name, effects, nursery, url))
            sites[-1].build(first)
        commands |= {
            "w1": (sites[1], ("worker",)),
            "w2": (sites[1], ("worker",)),
            "w3": (sites[2], ("worker",)),
        }
    chance = random.Random(SEED)  # noqa: S311 - the same every time
    attacks = dealt(CREW if url else ALONE, chance)
    made = Siege(LocalRunDesk(crew), sites, effects, commands, attacks, crash, chance)
    try:
        for name, (ground, command) in commands.items():
            ground.start(name, *command)
        yield made
    finally:
        for ground in sites:
            ground.end()
        crew.close()
        app.close()
        nursery.close()


def survives(made: Siege) -> None:
    """Runs under attack; afterwards nothing is lost, twice, untrue, stuck or held."""
    attacks = Counter(made.attacks)
    runs = made.withstood()
    assert made.done == attacks
    sheets = {run: made.desk.run(run) for run in runs}
    told = {run: wrong(sheet, made.effects) for run, sheet in sheets.items()}
    assert {run: lines for run, lines in told.items() if lines} == {}
    assert any(sheet.row.state is State.SUCCEEDED for sheet in sheets.values())
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


def test_one_process_on_sqlite_survives(tmp_path: Path) -> None:
    with siege(tmp_path, "", lambda: None) as made:
        survives(made)


def test_three_workers_on_postgresql_survive(tmp_path: Path) -> None:
    if not postgres.is_there():
        pytest.skip("PostgreSQL is not installed")
    with postgres.fragile() as (url, crash), siege(tmp_path, url, crash) as made:
        survives(made)
