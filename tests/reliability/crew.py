"""
A worker as a process of its own, to be killed at any moment.

Its steps write a line when they begin; that line is their effect. What a later worker
can know of a step is whether its end was written too.
"""

import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from holdfast.declare import Job, Step, Strategy, Workflow
from holdfast.drivers.clock import SystemClock
from holdfast.drivers.stores import open_store
from holdfast.drivers.stores.connect import queue_engine
from holdfast.engine.durable.on_dbos import DbosExecutor
from holdfast.engine.runs.job import JobRun
from holdfast.engine.runs.job_state import StepAt, StepEnd
from holdfast.engine.runs.keeper import Keeper
from holdfast.engine.runs.trays import Trays
from holdfast.engine.runs.worker import Worker
from holdfast.ports import WorkerRow
from holdfast.problems import Place

HERE = Place("w.yaml", 1, 1)


def steps(count: int) -> tuple[Step, ...]:
    """Every third step may be repeated; the others may not."""
    return tuple(
        Step(id=f"s{n}", place=HERE, run="true", idempotent=n % 3 == 2)
        for n in range(count)
    )


FLOW = Workflow(
    "w.yaml",
    "thirty",
    jobs=(
        Job(id="one", place=HERE, steps=steps(6)),
        Job(id="two", place=HERE, steps=steps(6)),
        Job(
            id="many",
            place=HERE,
            needs=("one",),
            steps=steps(4),
            strategy=Strategy({"n": [1, 2, 3]}),
        ),
        Job(id="last", place=HERE, needs=("many", "two"), steps=steps(6)),
    ),
)


class Effects:
    """Steps whose only effect is a line in a file."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def _say(self, word: str) -> None:
        with self.file.open("a", encoding="utf-8") as file:
            file.write(f"{word}\n")

    def perform(self, at: StepAt, stopping: Callable[[], str], /) -> StepEnd:
        self._say(f"begin {at.key}")
        time.sleep(random.uniform(0.0, 0.3))  # noqa: S311 - any moment will do
        self._say(f"end {at.key}")
        return StepEnd("success")

    def again(self, at: StepAt, stopping: Callable[[], str], /) -> StepEnd | None:
        ended = f"end {at.key}" in self.file.read_text(encoding="utf-8").split("\n")
        return StepEnd("success") if ended else None

    def tail(self, at: StepAt, /) -> tuple[str, ...]:
        return ()

    def leave(self, run: str, job: str, /) -> None: ...

    def remains(self) -> tuple[tuple[str, str], ...]:
        return ()


def keeper(folder: Path, trays: Trays) -> tuple[Keeper, Callable[[], None]]:
    """The runs of the folder's database, and how to let go of them."""
    store = open_store(folder / "holdfast.db")
    return Keeper(store.runs, trays, SystemClock(), lambda _: FLOW), store.close


def main(folder: str, name: str) -> None:
    """Work until killed, or until told to stop."""
    trays = Trays()
    made, close = keeper(Path(folder), trays)
    now = made.clock.now()
    row = WorkerRow(f"{name}-{uuid4()}", name, "here", (), 4, now, now)
    queue = queue_engine(Path(folder) / "holdfast.db")
    executor = DbosExecutor(queue, row.id, slots=4)
    job = JobRun(made, Effects(Path(folder) / "effects"), name, "here")
    worker = Worker(made, executor, job, row, trays=trays)
    worker.start()
    signal.sigwait({signal.SIGTERM})
    worker.stop(wait=5)
    queue.dispose()
    close()


if __name__ == "__main__":
    main(*sys.argv[1:])
