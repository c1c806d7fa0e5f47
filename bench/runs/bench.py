"""
What a run costs: how soon it starts, what a step adds, how many there can be.

On SQLite with one process, and on PostgreSQL when it is installed; each database is new
and thrown away. ``--quick`` takes smaller numbers. With ``--prefect PYTHON``, an
interpreter that has Prefect 3, the same five steps are also run there.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import measures
from ground import Server, server

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
import postgres

FIVE = """
import time
from prefect import flow, task
@task
def step(n): return n
@flow
def five():
    for n in range(5): step(n)
five()
began = time.monotonic()
for _ in range(10): five()
print((time.monotonic() - began) / 10)
"""
WANTED = {
    ("SQLite", "start ms"): "p50 <= 20, p95 <= 40",
    ("PostgreSQL", "start ms"): "p50 <= 60, p95 <= 100",
    ("SQLite", "two-step runs"): ">= 600 a minute",
    ("PostgreSQL", "two-step runs"): ">= 2000 a minute",
    ("", "step ms"): "overhead <= 10",
    ("", "webhook ms"): "p99 <= 150, none lost",
    ("", "log"): ">= 100,000 lines a second, <= 1.1 times slower",
    ("", "at a gate"): "no threads, < 200 MB",
    ("", "crash"): "< 15 s",
}


def measure(where: str, at: Server, *, quick: bool) -> None:
    """Everything that is measured on one server, shown as it is known."""
    few, many = (10, 100) if quick else (60, 600)
    wanted: dict[str, Callable[[], measures.Figures]] = {
        "start ms": lambda: measures.start_latency(at, few),
        "step ms": lambda: measures.step_overhead(at, 2 if quick else 5),
        "two-step runs": lambda: measures.runs_per_minute(at, many),
        "five-step runs": lambda: measures.runs_per_minute(at, many // 2, "five"),
        "webhook ms": lambda: measures.webhooks(at, 50, 5 if quick else 60),
        "log": lambda: measures.log_lines(at, 200_000 if quick else 2_000_000),
        "at a gate": lambda: measures.waiting_at_a_gate(at, 300 if quick else 10_000),
    }
    for name, ask in wanted.items():
        show(where, {name: ask()})


def crashed(folder: Path, url: str) -> measures.Figures:
    """A worker is killed; another has the rest."""
    with server(folder, url, slots=0) as at:
        at.worker("w1")
        give_up = time.monotonic() + 30
        while "w1" not in [row.name for row in at.desk.workers()]:
            if time.monotonic() > give_up:
                raise TimeoutError((folder / "log.txt").read_text("utf-8"))
            time.sleep(0.1)

        def second() -> None:
            at.worker("w2")

        return measures.crash(at, "w1", second)


def show(where: str, found: dict[str, measures.Figures]) -> None:
    """One line for each thing that was measured."""
    for name, figures in found.items():
        told = ", ".join(f"{key} {value:,.1f}" for key, value in figures.items())
        want = WANTED.get((where, name), WANTED.get(("", name), ""))
        print(f"| {where} | {name} | {told} | {want} |", flush=True)


def main() -> None:
    """Measure and print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--quick", action="store_true")
    asked.add_argument("--only", choices=["sqlite", "postgresql"])
    asked.add_argument("--prefect", metavar="PYTHON")
    given = asked.parse_args()
    print("| where | what | seen | wanted |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        if given.only != "postgresql":
            with server(Path(folder) / "sqlite") as at:
                measure("SQLite", at, quick=given.quick)
        if given.only != "sqlite" and postgres.is_there():
            with postgres.fragile() as (url, _):
                with server(Path(folder) / "pg", url) as at:
                    measure("PostgreSQL", at, quick=given.quick)
                crash = crashed(Path(folder) / "crash", url)
                show("PostgreSQL", {"crash": crash})
    if given.prefect:
        command = [given.prefect, "-c", FIVE]
        told = subprocess.run(command, capture_output=True, text=True, check=True)
        seconds = float(told.stdout.split()[-1])
        show("Prefect 3", {"five-step runs": {"a minute": 60 / seconds}})


if __name__ == "__main__":
    main()
