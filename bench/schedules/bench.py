"""
What many schedules cost, and how late their runs are.

5,000 schedules of one project are kept by the scheduler as the server keeps them: in a loop
of its own, on SQLite, every decision on disk with its run. They are due at seconds spread
over ten minutes, and for a minute it is measured how long after its moment each run was
there. Then so many as are asked for are due in the same second. Before that all of them
are due in one second of a clock that is moved by hand, and the processor's time is told.
"""

import argparse
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from threading import Thread

from holdfast.app import open_application
from holdfast.app.application import Application
from holdfast.app.reacting.wiring import scheduler_for
from holdfast.app.runs.wiring import Crew, crew_of
from holdfast.engine.scheduling import Scheduler
from holdfast.engine.turns import Turns
from holdfast.ports import Clock

IN_A_FILE = 50
HEAD = "project: many\nowner: bench\nenvironments: {bench: {}}\n"
HOSTS = "hosts: {h1: {environment: bench}}\nconnect: {driver: local, root: m}\n"
JOBS = "jobs: {go: {runs-on: nobody-has-this, steps: [{run: 'true'}]}}\n"


def project(root: Path, crons: Sequence[str]) -> Application:
    """A project with these schedules, so many in each workflow."""
    (root / "hosts").mkdir()
    (root / "workflows").mkdir()
    (root / "holdfast.yaml").write_text(HEAD)
    (root / "hosts/all.yaml").write_text(HOSTS)
    for first in range(0, len(crons), IN_A_FILE):
        mine = crons[first : first + IN_A_FILE]
        lines = "".join(f'    - {{cron: "{one}", overlap: allow}}\n' for one in mine)
        text = f"name: w{first}\non:\n  schedule:\n{lines}{JOBS}"
        (root / f"workflows/w{first}.yaml").write_text(text)
    return open_application(root)


@dataclass
class Hands:
    """A clock that is moved by hand."""

    time: datetime

    def now(self) -> datetime:
        """What it shows."""
        return self.time

    def sleep(self, seconds: float, /) -> None:
        """Nobody waits for it."""


@contextmanager
def kept(
    crons: Sequence[str], clock: Clock | None = None
) -> Iterator[tuple[Crew, Scheduler, float]]:
    """A scheduler that keeps them, and how long its first turn took."""
    with tempfile.TemporaryDirectory() as folder:
        app = project(Path(folder), crons)
        if clock is not None:
            app.engine = replace(app.engine, clock=clock)
        crew = crew_of(app)
        scheduler = scheduler_for(app, crew.keeper, "bench")
        begun = time.perf_counter()
        scheduler.tick()
        yield crew, scheduler, time.perf_counter() - begun
        crew.close()
        app.close()


def lateness(crew: Crew) -> list[float]:
    """Seconds from each moment to its run."""
    store = crew.app.store
    created = {row.id: row.created for row in store.runs.runs(limit=100_000)}
    made = store.events.decisions(limit=100_000)
    return sorted(
        (created[one.run] - one.at).total_seconds() for one in made if one.run
    )


def spread(count: int, seconds: float) -> Iterable[tuple[str, str]]:
    """Many schedules over ten minutes: what a turn costs, and how late each run is."""
    crons = [f"{n % 60} {n // 60 % 10}-59/10 * * * *" for n in range(count)]
    with kept(crons) as (crew, scheduler, first):
        yield f"{count} schedules: the first turn", f"{first:.2f} s"
        begun = time.perf_counter()
        for _ in range(1000):
            scheduler.wakes()
        yield "asking what is due next", f"{(time.perf_counter() - begun) * 1e3:.1f} us"
        turns = Turns((scheduler.tick,), crew.app.engine.clock, (scheduler.wakes,))
        thread = Thread(target=turns.run)
        cpu = time.process_time()
        thread.start()
        time.sleep(seconds)
        turns.stop()
        thread.join()
        used = time.process_time() - cpu
        late = lateness(crew)
        yield f"due within {seconds:.0f} s", str(len(late))
        yield "processor", f"{100 * used / seconds:.0f} %"
        yield from told(late)


def burst(count: int) -> Iterable[tuple[str, str]]:
    """Many schedules due at once."""
    with kept([f"{n % 60} * * * *" for n in range(count * 60)]) as (crew, scheduler, _):
        now = crew.app.engine.clock.now()
        turn = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
        time.sleep((turn - now).total_seconds())
        begun = time.perf_counter()
        done = scheduler.tick()
        yield f"{done} due at once", f"{time.perf_counter() - begun:.2f} s for all"
        yield from told(lateness(crew))


def together(count: int) -> Iterable[tuple[str, str]]:
    """All due in the same second of a clock moved by hand: what one costs."""
    clock = Hands(datetime(2026, 3, 2, 11, 59, tzinfo=UTC))
    with kept(["0 12 * * *"] * count, clock) as (_, scheduler, _first):
        begun = time.process_time()
        for _ in range(100):
            scheduler.tick()
        used = time.process_time() - begun
        yield "a look while nothing is due, processor", f"{used * 10:.1f} ms"
        clock.time += timedelta(minutes=1)
        begun = time.process_time()
        done = scheduler.tick()
        used = time.process_time() - begun
        yield f"{done} due in one second, processor", f"{used:.1f} s"


def told(late: Sequence[float]) -> Iterable[tuple[str, str]]:
    """Lateness in words."""
    if len(late) < 2:
        return
    cuts = quantiles(late, n=100)
    yield "late p50 / p99 / max", f"{cuts[49]:.3f} / {cuts[98]:.3f} / {late[-1]:.3f} s"


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--burst", type=int, default=83)
    asked = parser.parse_args()
    for rows in (
        together(asked.count),
        spread(asked.count, asked.seconds),
        burst(asked.burst),
    ):
        for name, value in rows:
            print(f"{name:<40} {value}", flush=True)


if __name__ == "__main__":
    main()
