"""Workers are killed at random moments; no effect is lost, none happens twice unasked."""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from holdfast.drivers.stores import open_store
from holdfast.engine.runs.keeper import Keeper
from holdfast.engine.runs.request import Request
from holdfast.engine.runs.trays import Trays
from holdfast.model import State
from holdfast.plan import instances
from holdfast.record import verify_chain
from reliability.crew import FLOW, keeper

pytestmark = pytest.mark.slow
CREW = Path(__file__).parent / "crew.py"
KILLS = int(os.environ.get("HOLDFAST_KILLS", "10"))
RUNS = 14
CHANCE = random.Random(20261123)  # noqa: S311 - the same kills every time


@contextmanager
def working(folder: Path, name: str) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen([sys.executable, str(CREW), str(folder), name])
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def answered(made: Keeper, run: str, effects: Path) -> int:
    """Say of everything in doubt what its effect shows; how much that was."""
    with made.store.begin() as transaction:
        view = made.view(transaction, run)
    lines = effects.read_text(encoding="utf-8").splitlines() if effects.exists() else []
    doubts = [
        (job.key, step)
        for job in view.jobs.values()
        for step in job.steps.values()
        if step.state is State.IN_DOUBT
    ]
    for key, step in doubts:
        begun = f"begin {run}/{key}/{step.index}/{step.attempt}" in lines
        made.answer(run, key, "made" if begun else "not-made", "ann")
    return len(doubts)


def expected() -> list[str]:
    return [
        f"{one.key}/{index}"
        for job in FLOW.jobs
        for one in instances(job, {})
        for index in range(len(job.steps))
    ]


def test_thirty_steps_survive_kills_at_random_moments(tmp_path: Path) -> None:
    effects = tmp_path / "effects"
    effects.touch()
    made, close = keeper(tmp_path, Trays())
    runs: list[str] = []
    kills = 0
    give_up = time.monotonic() + 400
    while not runs or not all(_state(made, run).is_end for run in runs):
        assert time.monotonic() < give_up, [_state(made, run) for run in runs]
        with working(tmp_path, "w1") as process:
            if not runs:
                _until_ready(made, process)
                runs = [made.accept(Request(FLOW, {}), "ann") for _ in range(RUNS)]
            last = kills >= KILLS
            until = time.monotonic() + (60 if last else CHANCE.uniform(1.2, 3.5))
            while time.monotonic() < until:
                for run in runs:
                    answered(made, run, effects)
                if all(_state(made, run).is_end for run in runs):
                    break
                time.sleep(0.05)
        kills += 1
    assert kills > KILLS / 2
    lines = effects.read_text(encoding="utf-8").splitlines()
    for run in runs:
        assert _state(made, run) is State.SUCCEEDED
        begun = Counter(
            line.removeprefix(f"begin {run}/").rpartition("/")[0]
            for line in lines
            if line.startswith(f"begin {run}/")
        )
        assert sorted(begun) == sorted(expected())
        twice = {key for key, times in begun.items() if times > 1}
        assert all(int(key.rpartition("/")[2]) % 3 == 2 for key in twice)
    with made.store.begin() as transaction:
        assert transaction.jobs() == ()
    close()
    store = open_store(tmp_path / "holdfast.db")
    assert verify_chain(store.ledger.all())[0] == ()
    store.close()


def _state(made: Keeper, run: str) -> State:
    with made.store.begin() as transaction:
        row = transaction.run(run)
    assert row is not None
    return row.state


def _until_ready(made: Keeper, process: "subprocess.Popen[bytes]") -> None:
    give_up = time.monotonic() + 30
    while True:
        with made.store.begin() as transaction:
            if transaction.workers():
                return
        assert process.poll() is None
        assert time.monotonic() < give_up
        time.sleep(0.05)
